// Command breakglass watches the emergency access accounts of a Microsoft Entra
// Tenant. It is an Azure Functions custom handler when the Functions host starts
// it, and a command line otherwise.
//
// This package is wiring: it knows the environment, the command line, the host's
// protocol and the order of a tick, and leaves every judgement, wording and wire
// format to the packages that it connects.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"breakglass/defect"
	"breakglass/display"
	"breakglass/internal/config"
	"breakglass/internal/watch"
)

// Version is set when a package is built.
var version = "dev"

// portSetting is how the Functions host says on which port it expects the handler.
const portSetting = "FUNCTIONS_CUSTOMHANDLER_PORT"

// Exit codes. The host never again starts a handler that ended with 0, starts one
// that ended with 200, and counts any other as an error, so the handler does not
// end with 0.
// https://github.com/Azure/azure-functions-host/blob/dev/src/WebJobs.Script/Workers/ProcessManagement/WorkerProcess.cs
const (
	exitOK      = 0
	exitError   = 1
	exitFound   = 2  // --fail-on, and what doctor finds
	exitUsage   = 64 // EX_USAGE of sysexits.h
	exitRestart = 200
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	p := program{getenv: os.Getenv, environ: os.Environ, stdout: os.Stdout, stderr: os.Stderr}
	code := p.run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// A program is the command line with its surroundings.
type program struct {
	getenv         func(string) string
	environ        func() []string // all of them; nil if nobody may know which there are
	stdout, stderr io.Writer
}

// A usageError is a mistake of the person at the command line.
type usageError struct{ message string }

func (e usageError) Error() string { return e.message }

func usagef(format string, args ...any) error { return usageError{fmt.Sprintf(format, args...)} }

// errFound says that results are at least as severe as --fail-on asks.
var errFound = errors.New("results are at least as severe as --fail-on")

// full does what the arguments say and returns the exit code.
func (p program) run(ctx context.Context, args []string) int {
	if len(args) == 0 && p.getenv(portSetting) != "" {
		return p.serve(ctx)
	}
	var err error
	if caught := defect.In(func() { err = p.command(ctx, args) }); caught != nil {
		err = fmt.Errorf("%w: %s\n%s", caught, watch.ReportIt, caught.Stack())
	}
	say := func(text string) {
		fmt.Fprintf(p.stderr, "breakglass: %s\n", display.Lines(config.Withhold(p.words(text), p.words, args...)))
	}
	var usage usageError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errFound), errors.Is(err, errTrouble):
		return exitFound
	case errors.As(err, &usage):
		say(usage.message)
		return exitUsage
	}
	say(err.Error())
	return exitError
}

// serve is the custom handler, until the context ends or listening fails.
func (p program) serve(ctx context.Context) int {
	log := slog.New(newLogHandler(p.stdout, p.stderr))
	if err := listen(ctx, p.getenv(portSetting), newHandler(p.getenv, p.environ, log)); err != nil {
		log.ErrorContext(ctx, "handler stopped", "err", err)
		return exitError
	}
	log.InfoContext(ctx, "handler stopped", "reason", context.Cause(ctx).Error())
	return exitRestart
}
