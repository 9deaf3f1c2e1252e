package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"breakglass/checks"
	"breakglass/display"
)

// JSON writes the report as checks.ParseReport reads it: indented, and the same
// bytes for the same report. Characters that could command a terminal or reorder
// its text are written as JSON escapes, which mean the same to a program.
func JSON(w io.Writer, r checks.Report) error {
	r.CheckedAt = r.CheckedAt.UTC()
	if r.Accounts == nil {
		r.Accounts = []checks.Account{}
	}
	if r.Results == nil {
		r.Results = []checks.Result{}
	}
	return writeJSON(w, r)
}

func writeJSON(w io.Writer, value any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(value); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	if _, err := w.Write(escapeJSON(b.Bytes())); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return nil
}

// escapeJSON escapes hostile characters of a JSON text. The encoder has escaped
// those below space, so the others stand inside strings only.
func escapeJSON(text []byte) []byte {
	escaped := make([]byte, 0, len(text))
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		switch {
		case r < 0x7f || !display.Hostile(r):
			escaped = append(escaped, text[:size]...)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			escaped = fmt.Appendf(escaped, `\u%04x\u%04x`, high, low)
		default:
			escaped = fmt.Appendf(escaped, `\u%04x`, r)
		}
		text = text[size:]
	}
	return escaped
}
