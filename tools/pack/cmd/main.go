// Command pack stages the function app in a directory and writes its zip file.
// The Makefile runs it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"breakglass/tools/pack"
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
	beside := flags.Bool("release", false, "write the bill of materials, the licences and the checksums beside the zip")
	tag := flags.String("notes", "", "only print what CHANGELOG.md says of the release with this `tag`")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *tag != "" {
		return notes(os.Stdout, opts.Root, *tag)
	}
	if *beside && (*file == "" || opts.Config != "") {
		return errors.New("a release needs -zip, and no -config: a configuration is its operator's alone")
	}
	if err := pack.Stage(ctx, opts); err != nil {
		return err
	}
	if *file == "" {
		return nil
	}
	if err := pack.Zip(opts.Dir, *file); err != nil {
		return err
	}
	if !*beside {
		return nil
	}
	return pack.Release(ctx, opts, *file)
}

// notes prints the section of a release.
func notes(w io.Writer, root, tag string) error {
	changelog, err := os.ReadFile(filepath.Join(root, "CHANGELOG.md"))
	if err != nil {
		return err
	}
	section, err := pack.ReleaseNotes(changelog, tag)
	if err != nil {
		return err
	}
	_, err = w.Write(section)
	return err
}
