package main

import (
	"net/http/httptest"
	"strings"
	"testing"
)

// FuzzCall: whatever is posted, what is logged of it is a short word, or nothing.
func FuzzCall(f *testing.F) {
	f.Add("0d1e-7", `{"Data": {"timer": {"IsPastDue": true}}, "Metadata": {"sys": {"RandGuid": "x"}, "RetryContext": {"RetryCount": 2}}}`)
	f.Add("", `{"Data": {"timer": "{\"IsPastDue\": true}"}, "Metadata": {"sys": {"RandGuid": "5e1b"}}}`)
	f.Add("\x1b[31m", `[]`)
	f.Add("", `null`)
	f.Fuzz(func(t *testing.T, id, body string) {
		r := httptest.NewRequestWithContext(t.Context(), "POST", "/Watch", strings.NewReader(body))
		r.Header["X-Azure-Functions-Invocationid"] = []string{id}
		c := readCall(httptest.NewRecorder(), r)
		if len(c.id) > 64 || strings.Trim(c.id, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-") != "" {
			t.Errorf("%q is logged", c.id)
		}
	})
}
