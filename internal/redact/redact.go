package redact

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// deepest is how far values may be nested. Graph's are at less than twenty.
const deepest = 100

// Redact returns a tenant file with aliases in the place of names, ids and addresses.
// Equal files give equal bytes. What is not JSON is an error.
func Redact(file []byte) ([]byte, Aliases, error) {
	d := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(file, []byte("\xef\xbb\xbf"))))
	d.UseNumber()
	r := &redactor{decoder: d, aliases: newAliases(), keys: knownKeys(), kinds: kinds()}
	if err := r.value(nil); err != nil {
		return nil, Aliases{}, fmt.Errorf("redact: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, Aliases{}, errors.New("redact: there is more after the JSON value")
	}
	var out bytes.Buffer
	if err := json.Indent(&out, r.out.Bytes(), "", "  "); err != nil {
		return nil, Aliases{}, fmt.Errorf("redact: %w", err)
	}
	out.WriteByte('\n')
	return out.Bytes(), r.aliases, nil
}

// A redactor copies one JSON text.
type redactor struct {
	decoder *json.Decoder
	out     bytes.Buffer
	aliases Aliases
	keys    map[string]bool // property names of the program, in lower case
	kinds   map[string]kind
}

// value copies the next value, which stands under the keys of the path.
func (r *redactor) value(path []string) error {
	if len(path) > deepest {
		return errors.New("the values are nested too deep")
	}
	token, err := r.decoder.Token()
	if err != nil {
		return err
	}
	switch v := token.(type) {
	case json.Delim:
		if v == '{' {
			return r.object(path)
		}
		return r.list(path)
	case string:
		r.write(r.text(path, v))
	case json.Number:
		r.write(number(path, v))
	default: // true, false and null
		r.write(v)
	}
	return nil
}

func (r *redactor) write(value any) {
	data, err := json.Marshal(value)
	if err != nil {
		panic(err) // a text, a number, true, false or null
	}
	r.out.Write(data)
}

func (r *redactor) list(path []string) error {
	r.out.WriteByte('[')
	for i := 0; r.decoder.More(); i++ {
		if i > 0 {
			r.out.WriteByte(',')
		}
		if err := r.value(append(path, "")); err != nil {
			return err
		}
	}
	r.out.WriteByte(']')
	_, err := r.decoder.Token()
	return err
}

func (r *redactor) object(path []string) error {
	r.out.WriteByte('{')
	for i := 0; r.decoder.More(); i++ {
		token, err := r.decoder.Token()
		if err != nil {
			return err
		}
		key, _ := token.(string) // keys are
		if i > 0 {
			r.out.WriteByte(',')
		}
		r.write(r.key(path, key))
		r.out.WriteByte(':')
		if err := r.value(append(path, key)); err != nil {
			return err
		}
	}
	r.out.WriteByte('}')
	_, err := r.decoder.Token()
	return err
}

// key keeps the names of properties that the program knows, and of Graph's annotations
// on them. Another becomes one that the program does not know either.
func (r *redactor) key(path []string, key string) string {
	if at(path) == "unreadable" && len(path) == 1 {
		return r.place(key)
	}
	property, annotation, annotated := strings.Cut(key, "@odata.")
	if r.keys[strings.ToLower(key)] || annotated && (property == "" || r.keys[strings.ToLower(property)]) && isAnnotation(annotation) {
		return key
	}
	return strings.ReplaceAll(r.aliases.text("unknown", key), " ", "-")
}

// isAnnotation reports whether a name is one of OData's annotations, without its prefix.
// https://docs.oasis-open.org/odata/odata-json-format/v4.01/odata-json-format-v4.01.html
func isAnnotation(name string) bool {
	return slices.Contains([]string{"type", "id", "context", "count", "nextLink", "deltaLink", "etag", "bind", "navigationLink", "associationLink"}, name)
}

// place is a key of unreadable: properties and whose they are.
func (r *redactor) place(key string) string {
	parts := strings.Split(key, "/")
	for i, part := range parts {
		switch {
		case r.keys[strings.ToLower(part)]:
		case i > 0 && strings.EqualFold(parts[0], "domains"):
			parts[i] = r.aliases.domain(part)
		default:
			parts[i] = r.aliases.identifier(part)
		}
	}
	return strings.Join(parts, "/")
}

// at is the last key of a path; list items stand under the key of their list.
func at(path []string) string {
	for _, key := range slices.Backward(path) {
		if key != "" {
			return key
		}
	}
	return ""
}

// under is the key above the last.
func under(path []string) string {
	found := false
	for _, key := range slices.Backward(path) {
		switch {
		case key == "":
		case found:
			return key
		default:
			found = true
		}
	}
	return ""
}

// number keeps the numbers that rules and reasons look at, as far as they are too short
// for a phone's. Any other could be one.
func number(path []string, n json.Number) json.Number {
	const never = "2147483647" // days of a password that does not expire
	if len(n) > 7 && n != never {
		return "0"
	}
	switch strings.ToLower(at(path)) {
	case "status", "errorcode", "passwordvalidityperiodindays", "lifetimeinminutes", "reconfirmationindays":
		return n
	}
	return "0"
}
