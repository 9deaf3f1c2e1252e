package host

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"
)

// answer is what a handler said to an invocation.
type answer struct {
	status      int
	header      http.Header
	length      int64 // Content-Length, -1 if there is none
	body        []byte
	outputs     map[string]any
	logs        []string
	returnValue any
}

// errSilent is an answer that never ends the invocation: the host reads no object from it and waits on, until the
// function's time is up (DefaultHttpWorkerService.ProcessDefaultInvocationRequest).
var errSilent = errors.New("the answer holds no object")

// judge applies the host's rules to an answer: a status of 2xx, a JSON content type, an object.
func (a *answer) judge(f function) error {
	if a.status < 200 || a.status > 299 {
		return &Failure{Message: fmt.Sprintf("Response status code does not indicate success: %d (%s).", a.status, http.StatusText(a.status))}
	}
	// Without a content type, .NET takes it for application/octet-stream, which nothing can read.
	media, _, err := mime.ParseMediaType(a.header.Get("Content-Type"))
	if err != nil || media != "application/json" && media != "text/json" {
		if a.length == 0 {
			return errSilent
		}
		return a.invalid()
	}
	var result struct {
		Outputs     map[string]any
		Logs        []any
		ReturnValue any
	}
	raw := json.RawMessage{}
	// The host reads the first value and does not look at what follows it.
	if err := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(a.body, []byte("\ufeff")))).Decode(&raw); errors.Is(err, io.EOF) {
		return errSilent
	} else if err != nil {
		return a.invalid()
	}
	if string(raw) == "null" {
		return errSilent
	}
	if err := json.Unmarshal(raw, &result); err != nil {
		return a.invalid()
	}
	for _, line := range result.Logs {
		switch v := line.(type) {
		case nil:
		case map[string]any, []any:
			return a.invalid()
		default:
			a.logs = append(a.logs, fmt.Sprint(v))
		}
	}
	a.outputs, a.returnValue = f.declared(result.Outputs), result.ReturnValue
	return nil
}

// declared keeps the outputs that function.json declares; the host drops the others. A string that is valid base64 is
// decoded, meant so or not, unless the binding says binary.
func (f function) declared(outputs map[string]any) map[string]any {
	kept := map[string]any{}
	for name, value := range outputs {
		dataType, ok := f.Outputs[name]
		if !ok {
			continue
		}
		kept[name] = value
		if text, ok := value.(string); ok && dataType != "binary" {
			if decoded, err := base64.StdEncoding.DecodeString(text); err == nil {
				kept[name] = decoded
			}
		}
	}
	return kept
}

// invalid words an unreadable answer as the host does.
func (a *answer) invalid() error {
	var b strings.Builder
	fmt.Fprintf(&b, "Invalid HttpResponseMessage:\nStatusCode: %d, ReasonPhrase: '%s', Version: 1.1, Headers:\n{\n", a.status, http.StatusText(a.status))
	for _, name := range slices.Sorted(maps.Keys(a.header)) {
		fmt.Fprintf(&b, "  %s: %s\n", name, strings.Join(a.header[name], ", "))
	}
	b.WriteString("}")
	if len(a.body) > 0 {
		fmt.Fprintf(&b, "\n %s", a.body)
	}
	return &Failure{Message: b.String()}
}
