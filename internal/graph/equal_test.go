package graph

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"breakglass/checks"
	"breakglass/internal/standin"
)

// TestFileEqualsReading: a tenant file, the same tenant read over HTTP in pages of two, and
// the file that is written of that reading give the same report, byte for byte; and so do
// answers with their ids in capitals, but for the case of ids.
func TestFileEqualsReading(t *testing.T) {
	t.Parallel()
	for _, s := range subjects(t) {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			want := written(t, checks.Run(checks.All(), decoded(t, s.file), s.settings))
			read := s.reader(t, serve(t, s.file, standin.WithPageSize(perPage))).Snapshot(t.Context())
			differs(t, "read over HTTP", written(t, checks.Run(checks.All(), read, s.settings)), want)
			kept, err := read.Encode()
			if err != nil {
				t.Fatal(err)
			}
			differs(t, "written down and read again", written(t, checks.Run(checks.All(), decoded(t, kept), s.settings)), want)
			all := s.reader(t, serve(t, s.file, standin.WithPageSize(perPage), standin.WithCapitals(func(string) bool { return true }))).Snapshot(t.Context())
			differs(t, "with all ids in capitals", bytes.ToLower(written(t, checks.Run(checks.All(), all, s.settings))), bytes.ToLower(want))
		})
	}
}

func written(t *testing.T, r checks.Report) []byte {
	t.Helper()
	data, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// differs shows the lines in which a report is another than it should be, and the check
// that each belongs to.
func differs(t *testing.T, how string, got, want []byte) {
	t.Helper()
	if bytes.Equal(got, want) {
		return
	}
	others := map[string]int{}
	for line := range strings.Lines(string(want)) {
		others[line]++
	}
	var lines []string
	check := ""
	for line := range strings.Lines(string(got)) {
		if strings.Contains(line, `"check": `) {
			check = strings.TrimSpace(line)
		}
		if others[line]--; others[line] < 0 {
			lines = append(lines, fmt.Sprintf("%s %.300s", check, strings.TrimSpace(line)))
		}
	}
	t.Errorf("%s, %d lines differ, such as\n\t%s", how, len(lines), strings.Join(lines[:min(len(lines), 30)], "\n\t"))
}
