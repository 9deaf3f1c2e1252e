package main

import (
	"cmp"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"time"
)

// maxRequest bounds what the host posts; a timer's request is below a kilobyte.
const maxRequest = 1 << 20

// A call is what the host says of an invocation.
type call struct {
	id      string // by which the host's own log names it
	pastDue bool   // the host makes up for a missed run
	retry   int    // which retry of a failed run it is
}

// callID is what an id of the host's may be. It is written into each line.
var callID = regexp.MustCompile(`^[0-9A-Za-z-]{1,64}$`)

// readCall reads what the host posts. Its timestamps are not always RFC 3339 and no part of
// it is needed, so whatever it posts the run goes on.
func readCall(w http.ResponseWriter, r *http.Request) call {
	var posted struct{ Data, Metadata json.RawMessage }
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	if err == nil {
		// All is said: from here on the caller waits, however long the run takes. Where nothing
		// can be set, nothing is.
		_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
	}
	_ = json.Unmarshal(body, &posted)
	var data struct{ Timer json.RawMessage }
	_ = json.Unmarshal(posted.Data, &data)
	var text string
	if json.Unmarshal(data.Timer, &text) == nil { // it was encoded twice
		data.Timer = json.RawMessage(text)
	}
	var timer struct{ IsPastDue bool }
	_ = json.Unmarshal(data.Timer, &timer)
	var metadata struct {
		Sys          struct{ RandGuid string }
		RetryContext struct{ RetryCount int }
	}
	_ = json.Unmarshal(posted.Metadata, &metadata)
	// Without the header the random id of the call tells it from others, at least.
	c := call{id: cmp.Or(r.Header.Get("X-Azure-Functions-InvocationId"), metadata.Sys.RandGuid), pastDue: timer.IsPastDue, retry: metadata.RetryContext.RetryCount}
	if !callID.MatchString(c.id) {
		c.id = ""
	}
	return c
}
