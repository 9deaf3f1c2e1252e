package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"breakglass/internal/standin/apptest"

	"breakglass"
)

var (
	namedTest = regexp.MustCompile("`(Test[A-Z][A-Za-z0-9]*)`")
	testFunc  = regexp.MustCompile(`(?m)^func (Test[A-Z][A-Za-z0-9]*)\(`)
	// unheldBecause is why no test holds something; the document says what each word means.
	unheldBecause = regexp.MustCompile(`(?i)\*(live|theirs|untested)\.?\*`)
)

// held says whether a text names a test, or why there is none.
func held(text string) bool {
	return namedTest.MatchString(text) || unheldBecause.MatchString(text)
}

// unheld are the rows and the points of a threat model that neither name a test nor say why
// there is none. A table without a column for it is held by the paragraph before it. What is
// not defended needs no test.
func unheld(text string) []string {
	var all []string
	section, paragraph := "", ""
	for block := range strings.SplitSeq(text, "\n\n") {
		block = strings.Trim(block, "\n")
		lines := strings.Split(block, "\n")
		switch {
		case strings.HasPrefix(block, "#"):
			section, _, _ = strings.Cut(strings.TrimLeft(block, "# "), "\n")
		case strings.HasPrefix(block, "|") && !strings.HasSuffix(lines[0], "| held by |"):
			if !held(paragraph) {
				all = append(all, "table: "+lines[0])
			}
		case strings.HasPrefix(block, "|"):
			for _, row := range lines[min(2, len(lines)):] {
				cells := strings.Split(strings.Trim(row, "| "), " | ")
				if !held(cells[len(cells)-1]) {
					all = append(all, "row: "+row)
				}
			}
		case strings.HasPrefix(block, "* ") && section != "What is not defended":
			for point := range strings.SplitSeq("\n"+block, "\n* ") {
				if point != "" && !held(point) {
					all = append(all, "point: "+point)
				}
			}
		}
		paragraph = block
	}
	return all
}

// TestThreatModelIsHeld: each row and each point of the threat model names the tests that
// hold it, which exist, or says why there is none.
func TestThreatModelIsHeld(t *testing.T) {
	t.Parallel()
	exist := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && slices.Contains([]string{"node_modules", ".git", "build", "dist"}, d.Name()) {
			return fs.SkipDir
		}
		if err == nil && strings.HasSuffix(path, "_test.go") {
			for _, m := range testFunc.FindAllStringSubmatch(apptest.ReadText(t, path), -1) {
				exist[m[1]] = true
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	model := apptest.ReadText(t, "../docs/threat-model.md")
	names := namedTest.FindAllStringSubmatch(model, -1)
	for _, m := range names {
		if !exist[m[1]] {
			t.Errorf("there is no %s", m[1])
		}
	}
	if len(names) < 40 {
		t.Errorf("%d names: does this test still read them?", len(names))
	}
	for _, what := range unheld(model) {
		t.Errorf("no test and no reason: %s", what)
	}
	const madeUp = "# A\n\n| x | held by |\n|---|---|\n| 1 | `TestX` |\n| 2 | *live* |\n| `TestX` | 3 |\n\nSaid (`TestX`):\n\n| y |\n|---|\n| 4 |\n\nSaid:\n\n| z |\n|---|\n| 5 |\n\n" +
		"* 6 (`TestX`)\n* 7\n  and 7\n* 8. *Theirs.*\n\n## What is not defended\n\n* 9\n"
	if got, want := unheld(madeUp), []string{"row: | `TestX` | 3 |", "table: | z |", "point: 7\n  and 7"}; !slices.Equal(got, want) {
		t.Errorf("unheld %q, want %q", got, want)
	}
}

// TestNothingListens: the host starts the functions by timers alone, and the handler answers
// on the loopback address only.
func TestNothingListens(t *testing.T) {
	t.Parallel()
	for _, file := range [][]byte{breakglass.FunctionJSON, breakglass.WatchJSON} {
		var function struct{ Bindings []struct{ Type string } }
		if err := json.Unmarshal(file, &function); err != nil {
			t.Fatal(err)
		}
		if len(function.Bindings) != 1 || function.Bindings[0].Type != "timerTrigger" {
			t.Errorf("bindings %v", function.Bindings)
		}
	}
	free, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(free.Addr().String())
	_ = free.Close() // it was for the number alone
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- listen(ctx, port, http.NotFoundHandler()) }()
	defer func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	reached := func(host string) bool {
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", net.JoinHostPort(host, port))
		if err != nil {
			return false
		}
		_ = conn.Close() // it was to see whether anybody answers
		return true
	}
	for !reached("127.0.0.1") {
		select {
		case err := <-ended:
			ended <- err
			t.Fatal(fmt.Errorf("listen: %w", err))
		default:
		}
	}
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range addresses {
		if of, ok := address.(*net.IPNet); ok && !of.IP.IsLoopback() && of.IP.IsGlobalUnicast() && reached(of.IP.String()) {
			t.Errorf("it answers on %s", of.IP)
		}
	}
}
