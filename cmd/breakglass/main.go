// Command breakglass is the command line of breakglass-watch: it looks once, asks what if, examines an installation,
// announces drills, and demonstrates the whole program on a made-up tenant. What Azure runs is the handler.
//
// This package knows the environment, the command line and the terminal, and leaves every judgement, wording and wire
// format to the packages that it connects.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"breakglass/defect"
	"breakglass/internal/config"
	"breakglass/internal/watch"
)

// version is set when a release is built.
var version = "dev"

// Exit codes.
const (
	exitOK    = 0
	exitError = 1
	exitFound = 2  // --fail-on, and what doctor finds
	exitUsage = 64 // EX_USAGE of sysexits.h
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

// run does what the arguments say and returns the exit code.
func (p program) run(ctx context.Context, args []string) int {
	var err error
	if caught := defect.In(func() { err = p.command(ctx, args) }); caught != nil {
		err = fmt.Errorf("%w: %s\n%s", caught, watch.ReportIt, caught.Stack())
	}
	say := func(text string) {
		fmt.Fprintf(p.stderr, "breakglass: %s\n", printable(config.Withhold(p.words(text), p.words, args...)))
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
