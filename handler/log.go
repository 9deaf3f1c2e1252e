package main

import (
	"context"
	"io"
	"log/slog"
	"strconv"
	"strings"
)

// A logHandler writes errors to one stream and everything else to another: the
// Functions host takes a line on standard error for an error and one on standard
// output for information.
// https://learn.microsoft.com/azure/azure-functions/functions-custom-handlers
type logHandler struct{ info, errors slog.Handler }

func newLogHandler(stdout, stderr io.Writer) logHandler {
	return logHandler{slog.NewJSONHandler(stdout, nil), slog.NewJSONHandler(stderr, nil)}
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

// printable makes a text safe for a terminal: line breaks stay, other control
// characters and what changes the direction of text are shown by their code.
func printable(text string) string {
	var b strings.Builder
	for _, r := range text {
		if r == '\n' || strconv.IsPrint(r) {
			b.WriteRune(r)
			continue
		}
		b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
	}
	return b.String()
}
