package main

import (
	"context"
	"io"
	"log/slog"
	"regexp"

	"breakglass/internal/watch"
)

// A logHandler writes errors to one stream and everything else to another: the
// Functions host takes a line on standard error for an error and one on standard
// output for information. Each line is one object of JSON, of which docs/queries.md and
// the alarms of infra name the texts and the fields. Who reads the log need not know the
// tenant, so nobody's name or id is in a line.
// https://learn.microsoft.com/azure/azure-functions/functions-custom-handlers
type logHandler struct{ info, errors slog.Handler }

func newLogHandler(stdout, stderr io.Writer) logHandler {
	options := &slog.HandlerOptions{ReplaceAttr: nameless}
	return logHandler{slog.NewJSONHandler(stdout, options), slog.NewJSONHandler(stderr, options)}
}

// What names somebody in a text: a user principal name or an address, an object id, and
// what somebody wrote in the configuration, as a mistake in it is worded.
var (
	written   = regexp.MustCompile(`( is| has an unknown key) "(?:[^"\\]|\\.)*"…?`)
	principal = regexp.MustCompile(`[^\s"“”'<>()\[\]{},;:=/\\]+@[^\s"“”'<>()\[\]{},;:=/\\@]+`)
	objectID  = regexp.MustCompile(`(?i)\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b`)
)

// nameless takes out of a text who is named in it. A mistake in the configuration quotes
// the account that it is about, and a later error may: the line of the file is enough to
// find it. The host's own id of an invocation names nobody, nor does where a panic came from.
func nameless(_ []string, a slog.Attr) slog.Attr {
	text := ""
	switch err, isError := a.Value.Any().(error); {
	case a.Key == "invocation", a.Key == "stack":
		return a
	case isError:
		text = watch.OneLine(err)
	case a.Value.Kind() == slog.KindString:
		text = a.Value.String()
	default:
		return a
	}
	return slog.String(a.Key, unnamed(text))
}

// unnamed is a text without who is named in it.
func unnamed(text string) string {
	text = written.ReplaceAllString(text, "$1 [value]")
	return objectID.ReplaceAllString(principal.ReplaceAllString(text, "[account]"), "[id]")
}

func (h logHandler) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelInfo }

func (h logHandler) Handle(ctx context.Context, r slog.Record) error {
	if r.Level >= slog.LevelError {
		return h.errors.Handle(ctx, r)
	}
	return h.info.Handle(ctx, r)
}

func (h logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return logHandler{h.info.WithAttrs(attrs), h.errors.WithAttrs(attrs)}
}

func (h logHandler) WithGroup(name string) slog.Handler {
	return logHandler{h.info.WithGroup(name), h.errors.WithGroup(name)}
}
