package pack

import (
	"bytes"
	"cmp"
	"context"
	"debug/buildinfo"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
)

// A module is code of others that is linked into the handler.
type module struct {
	path    string
	version string
	sum     string // as in go.sum: h1:…
	dir     string
	folders []string // of the packages that are linked, below dir
	imports []string // the modules that those packages import, or standardLibrary
}

// standardLibrary is the name under which vulnerabilities of Go itself are listed.
// https://pkg.go.dev/vuln/, https://github.com/golang/vulndb/blob/master/internal/stdlib/
const standardLibrary = "stdlib"

// A goPackage is what go list says of a package.
type goPackage struct {
	ImportPath string
	Dir        string
	Standard   bool
	Imports    []string
	Module     *struct {
		Path string
		Dir  string
		Main bool
	}
}

// linked returns what the staged handler is made of: its build info says which
// modules, and go list where their sources are.
func linked(ctx context.Context, opts Options) (*debug.BuildInfo, []module, error) {
	program := filepath.Join(opts.Dir, handlerName)
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		return nil, nil, fmt.Errorf("read what %s is made of: %w", program, err)
	}
	packages, err := listPackages(ctx, opts)
	if err != nil {
		return nil, nil, err
	}
	modules, err := join(info, packages)
	return info, modules, err
}

// listPackages lists what a build of the handler compiles.
func listPackages(ctx context.Context, opts Options) ([]goPackage, error) {
	command := exec.CommandContext(ctx, "go", "list", "-trimpath", "-deps",
		"-json=ImportPath,Dir,Standard,Imports,Module", cmp.Or(opts.Package, "./handler"))
	command.Dir = opts.Root
	command.Env = environment()
	out, err := command.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return nil, fmt.Errorf("list the handler's packages: %w\n%s", err, exit.Stderr)
	}
	if err != nil {
		return nil, err
	}
	var all []goPackage
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, fmt.Errorf("list the handler's packages: %w", err)
		}
		all = append(all, p)
	}
}

// environment is what every run of go gets, so that nothing of this machine decides
// what is built.
func environment() []string {
	return append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64", "GOAMD64=v1", "GOFLAGS=", "GOEXPERIMENT=")
}

// join puts together what the program says of itself and what go list found. Where
// they differ, a licence or a line of the bill of materials would be missing.
func join(info *debug.BuildInfo, packages []goPackage) ([]module, error) {
	homes := map[string]string{} // of packages: the module's path
	listed := map[string]*module{}
	for _, p := range packages {
		switch {
		case p.Standard:
			homes[p.ImportPath] = standardLibrary
		case p.Module != nil:
			homes[p.ImportPath] = p.Module.Path
			if p.Module.Main {
				continue
			}
			if listed[p.Module.Path] == nil {
				listed[p.Module.Path] = &module{path: p.Module.Path, dir: p.Module.Dir}
			}
			listed[p.Module.Path].folders = append(listed[p.Module.Path].folders, p.Dir)
		}
	}
	for _, p := range packages {
		if m := listed[homes[p.ImportPath]]; m != nil {
			m.imports = append(m.imports, others(m.path, p.Imports, homes)...)
		}
	}
	var all []module
	for _, dep := range info.Deps {
		m := listed[dep.Path]
		switch {
		case m == nil:
			return nil, fmt.Errorf("%s is linked into the handler, and go list does not know it", dep.Path)
		case dep.Replace != nil:
			return nil, fmt.Errorf("%s is replaced in go.mod: nobody could tell what is linked in its place", dep.Path)
		}
		delete(listed, dep.Path)
		m.version, m.sum = dep.Version, dep.Sum
		slices.Sort(m.imports)
		m.imports = slices.Compact(m.imports)
		all = append(all, *m)
	}
	for path := range listed {
		return nil, fmt.Errorf("go list knows %s, and the handler does not say that it is linked", path)
	}
	slices.SortFunc(all, func(a, b module) int { return cmp.Compare(a.path, b.path) })
	return all, nil
}

// others are the modules of imported packages, without the importing one.
func others(path string, imports []string, homes map[string]string) []string {
	var all []string
	for _, name := range imports {
		if home := homes[name]; home != "" && home != path {
			all = append(all, home)
		}
	}
	return all
}
