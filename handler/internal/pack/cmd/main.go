// Command pack stages the function app in a directory and writes its zip file.
// The Makefile runs it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"breakglass/handler/internal/pack"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "pack: %v\n", err)
		os.Exit(1)
	}
}

// run stages, then zips.
func run(ctx context.Context, args []string) error {
	var opts pack.Options
	flags := flag.NewFlagSet("pack", flag.ContinueOnError)
	flags.StringVar(&opts.Root, "root", ".", "the `directory` of the repository")
	flags.StringVar(&opts.Dir, "dir", "dist", "the `directory` to stage in")
	flags.StringVar(&opts.Config, "config", "", "a breakglass.yaml to pack, a `file`; none by default")
	flags.StringVar(&opts.Package, "package", "./handler", "the Go `package` of the handler")
	flags.StringVar(&opts.Version, "version", "", "the `version` that the handler tells; by default CHANGELOG.md's")
	file := flags.String("zip", "", "the zip `file` to write; none by default")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if err := pack.Stage(ctx, opts); err != nil {
		return err
	}
	if *file == "" {
		return nil
	}
	return pack.Zip(opts.Dir, *file)
}
