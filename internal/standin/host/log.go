package host

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"sync"
)

// A Level is the severity under which Application Insights would show a line.
type Level string

// The levels that the host gives to a handler's lines.
const (
	Information Level = "Information"
	Warning     Level = "Warning"
	Error       Level = "Error"
)

// The categories of log lines. Console lines belong to no invocation; User lines are the Logs of an answer.
const (
	Console = "Host.Function.Console"
	User    = "Function.User"
	Own     = "Host"
)

// A LogLine is one line as it would reach Application Insights.
type LogLine struct {
	Level    Level
	Category string
	Text     string
}

// journal collects log lines from the handler's two streams and from the host itself.
type journal struct {
	mu    sync.Mutex
	lines []LogLine
}

func (j *journal) add(level Level, category, text string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, LogLine{Level: level, Category: category, Text: text})
}

func (j *journal) all() []LogLine {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.lines)
}

// output records a line of the handler's standard output, which is always information.
func (j *journal) output(line string) {
	j.add(Information, Console, line)
}

// errorOutput records a line of the handler's standard error: an error, unless it says "warn" somewhere
// (WorkerProcess.ParseErrorMessageAndLog; a custom handler's stderr is for errors only). It reports whether it is an error.
func (j *journal) errorOutput(line string) bool {
	folded := strings.ToLower(line)
	switch {
	case strings.Contains(folded, "address already in use"), strings.Contains(folded, "eaddrinuse"):
		j.add(Error, Own, "Port is already in use. Process cannot start.")
		return false
	case strings.Contains(folded, "warn"):
		j.add(Warning, Console, line)
		return false
	}
	j.add(Error, Console, line)
	return true
}

// lineWriter hands on whole lines, and copies the raw bytes to tee.
type lineWriter struct {
	line func(string)
	tee  io.Writer
	rest []byte
}

func (w *lineWriter) Write(p []byte) (int, error) {
	if w.tee != nil {
		_, _ = w.tee.Write(p) // a copy for people: losing it must not stop the handler
	}
	w.rest = append(w.rest, p...)
	for {
		line, rest, found := bytes.Cut(w.rest, []byte("\n"))
		if !found {
			return len(p), nil
		}
		w.line(strings.TrimSuffix(string(line), "\r"))
		w.rest = rest
	}
}

// flush hands on a last line that no newline ends.
func (w *lineWriter) flush() {
	if len(w.rest) > 0 {
		w.line(string(w.rest))
		w.rest = nil
	}
}
