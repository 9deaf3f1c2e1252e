package pack

import (
	"cmp"
	"context"
	"debug/buildinfo"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
)

// daily and watch are the folders of the two timers. The host reads a function.json only
// from a folder named after its function.
// https://learn.microsoft.com/en-us/azure/azure-functions/functions-custom-handlers
const (
	daily = "EmergencyAccess"
	watch = "Watch"
)

// Options say what is staged and where.
type Options struct {
	Root    string // of the repository: function.json, host.json, LICENSE and CHANGELOG.md are there
	Dir     string // the staged tree; whatever it held is removed first
	Config  string // a breakglass.yaml, or empty to stage none
	Package string // the Go package of the handler; empty means ./handler
	Version string // what the handler calls itself; empty means what CHANGELOG.md says
}

// Stage fills opts.Dir with what the host reads. It refuses a directory that it
// did not fill itself, and a handler that the host could not start.
func Stage(ctx context.Context, opts Options) error {
	version, err := versionOf(opts)
	if err != nil {
		return err
	}
	if err := empty(opts.Dir); err != nil {
		return fmt.Errorf("empty %s: %w", opts.Dir, err)
	}
	// The handler last: host.json is what lets the next run clear what this one leaves.
	if err := copyFiles(opts); err != nil {
		return err
	}
	if err := build(ctx, opts, version); err != nil {
		return err
	}
	if err := checkProgram(filepath.Join(opts.Dir, handlerName)); err != nil {
		return err
	}
	return writeNotices(ctx, opts)
}

// writeNotices stages the terms of what was linked.
func writeNotices(ctx context.Context, opts Options) error {
	info, modules, err := linked(ctx, opts)
	if err != nil {
		return err
	}
	content, err := notices(info, modules)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(opts.Dir, noticesName), content, 0o644)
}

// versionOf is the version asked for, or else the changelog's.
func versionOf(opts Options) (string, error) {
	if opts.Version != "" {
		return opts.Version, nil
	}
	changelog, err := os.ReadFile(filepath.Join(opts.Root, "CHANGELOG.md"))
	if err != nil {
		return "", err
	}
	return Version(changelog)
}

// empty makes dir an empty directory. Something that holds files but no host.json
// was staged by nobody, and is left alone.
func empty(dir string) error {
	found, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if len(found) > 0 {
		if _, err := os.Stat(filepath.Join(dir, hostName)); err != nil {
			return errors.New("it holds files but no host.json, so it is not a staged tree; remove it or name another")
		}
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
	}
	return os.MkdirAll(dir, 0o755)
}

// build compiles the handler for the machines of the Functions host. Nothing of
// this machine enters it: no path, no build id, no state of the repository.
func build(ctx context.Context, opts Options, version string) error {
	out, err := filepath.Abs(filepath.Join(opts.Dir, handlerName))
	if err != nil {
		return err
	}
	command := exec.CommandContext(ctx, "go", "build",
		"-trimpath", "-buildvcs=false",
		"-ldflags", "-s -w -buildid= -X main.version="+version,
		"-o", out, cmp.Or(opts.Package, "./handler"))
	command.Dir = opts.Root
	command.Env = environment()
	if said, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("build the handler: %w\n%s", err, said)
	}
	return nil
}

// checkProgram says why the host could not start what was built: it runs on linux/amd64, where
// no library is promised to be.
func checkProgram(name string) error {
	info, err := buildinfo.ReadFile(name)
	if err != nil {
		return fmt.Errorf("%s is no program: %w", name, err)
	}
	for setting, want := range map[string]string{"GOOS": "linux", "GOARCH": "amd64", "CGO_ENABLED": "0"} {
		i := slices.IndexFunc(info.Settings, func(s debug.BuildSetting) bool { return s.Key == setting })
		if i < 0 || info.Settings[i].Value != want {
			return fmt.Errorf("%s is not built with %s=%s", name, setting, want)
		}
	}
	return nil
}

// copyFiles puts the files that the host and the handler read beside the handler.
func copyFiles(opts Options) error {
	from := map[string]string{
		hostName:     filepath.Join(opts.Root, hostName),
		licenceName:  filepath.Join(opts.Root, licenceName),
		functionName: filepath.Join(opts.Root, "function.json"),
		watchName:    filepath.Join(opts.Root, "handler", "triggers", watch, "function.json"),
	}
	if opts.Config != "" {
		from[configName] = opts.Config
	}
	for _, e := range entries {
		source, ok := from[e.name]
		if !ok {
			continue
		}
		content, err := os.ReadFile(source)
		if err != nil {
			return err
		}
		target := filepath.Join(opts.Dir, filepath.FromSlash(e.name))
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(target, content, e.mode); err != nil {
			return err
		}
	}
	return nil
}
