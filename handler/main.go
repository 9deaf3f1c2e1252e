// Command handler is the Azure Functions custom handler of breakglass-watch: the Functions host starts it and posts the
// timers' invocations. It has no commands but version: those are of cmd/breakglass.
//
// It must not know a judgement, a wording or a wire format but the host's.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"syscall"
)

// version is set when a package is built.
var version = "dev"

// portSetting is how the Functions host says on which port it expects the handler.
const portSetting = "FUNCTIONS_CUSTOMHANDLER_PORT"

// Exit codes. The host never again starts a handler that ended with 0, starts one
// that ended with 200, and counts any other as an error, so the handler does not
// end with 0.
// https://github.com/Azure/azure-functions-host/blob/dev/src/WebJobs.Script/Workers/ProcessManagement/WorkerProcess.cs
const (
	exitError   = 1
	exitUsage   = 64 // EX_USAGE of sysexits.h
	exitRestart = 200
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := process{getenv: os.Getenv, environ: os.Environ, stdout: os.Stdout, stderr: os.Stderr}.run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// A process is the handler with its surroundings.
type process struct {
	getenv         func(string) string
	environ        func() []string // all of them; nil if nobody may know which there are
	stdout, stderr io.Writer
}

// run does what the arguments say and returns the exit code.
func (p process) run(ctx context.Context, args []string) int {
	switch {
	case slices.Equal(args, []string{"version"}), slices.Equal(args, []string{"--version"}):
		if _, err := fmt.Fprintf(p.stdout, "breakglass %s\n", version); err != nil {
			return exitError
		}
		return 0
	case len(args) == 0 && p.getenv(portSetting) != "":
		return p.serve(ctx)
	}
	fmt.Fprintln(p.stderr, "handler: this is the custom handler of breakglass-watch, which the Azure Functions host starts; it says its version, and the commands are those of breakglass")
	return exitUsage
}

// serve is the custom handler, until the context ends or listening fails.
func (p process) serve(ctx context.Context) int {
	log := slog.New(newLogHandler(p.stdout, p.stderr))
	if err := listen(ctx, p.getenv(portSetting), newHandler(p.getenv, p.environ, log)); err != nil {
		log.ErrorContext(ctx, "handler stopped", "err", err)
		return exitError
	}
	log.InfoContext(ctx, "handler stopped", "reason", context.Cause(ctx).Error())
	return exitRestart
}
