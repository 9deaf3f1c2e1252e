package doctor

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"breakglass/internal/config"
	"breakglass/internal/funcapp"
)

// An openPackage is a package laid out in a directory.
type openPackage struct {
	name  string // as a person named it
	dir   string
	temp  bool // the directory is made for this
	own   bool // it is this program's own, which runs: only the functions are looked at
	start bool // the handler may be started: whoever made it may have made it to do something else
}

// mostUnpacked bounds what a zip may hold: a package is some 30 MB.
const mostUnpacked = 500 << 20

// openPackageAt opens a directory, or unpacks a zip into one.
func openPackageAt(name string) (*openPackage, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return &openPackage{name: name, dir: name}, nil
	}
	dir, err := os.MkdirTemp("", "breakglass-")
	if err != nil {
		return nil, err
	}
	p := &openPackage{name: name, dir: dir, temp: true}
	if err := Unpack(name, dir); err != nil {
		p.close()
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return p, nil
}

func (p *openPackage) close() {
	if p.temp {
		_ = os.RemoveAll(p.dir) // what is left harms nobody
	}
}

// has reports whether a file is in the package.
func (p *openPackage) has(name string) bool { return hasFile(p.dir, name) }

// Unpack writes the files of a zip into a directory, with their modes and nowhere else.
func Unpack(name, dir string) error {
	archive, err := zip.OpenReader(name)
	if err != nil {
		return fmt.Errorf("it is no zip file: %w", err)
	}
	defer func() { _ = archive.Close() }() // nothing was written
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	left := int64(mostUnpacked)
	for _, f := range archive.File {
		if strings.HasSuffix(f.Name, "/") {
			continue
		}
		n, err := unpackFile(root, f, left)
		if err != nil {
			return err
		}
		left -= n
	}
	return nil
}

func unpackFile(root *os.Root, f *zip.File, most int64) (int64, error) {
	if err := root.MkdirAll(filepath.Dir(filepath.FromSlash(f.Name)), 0o700); err != nil {
		return 0, err
	}
	from, err := f.Open()
	if err != nil {
		return 0, err
	}
	defer func() { _ = from.Close() }()
	to, err := root.OpenFile(filepath.FromSlash(f.Name), os.O_CREATE|os.O_WRONLY|os.O_EXCL, f.Mode().Perm()|0o600)
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(to, io.LimitReader(from, most+1))
	if err == nil && n > most {
		err = errors.New("it holds more than a package can")
	}
	return n, errors.Join(err, to.Close())
}

// inspect looks at the package as the host does. It is nil where the host started the
// package already, against what is known of it here.
func (p *openPackage) inspect(ctx context.Context, names []string, getenv func(string) string) *Package {
	found := &Package{Name: filepath.Base(p.name)}
	env := []string{"PATH=" + os.Getenv("PATH")}
	for _, name := range names {
		if strings.HasPrefix(name, "BREAKGLASS_") || strings.HasPrefix(name, "AzureWebJobs") || strings.HasPrefix(name, "AzureFunctionsJobHost__") {
			value := getenv(name)
			if config.Secretive(value) { // the host quotes what it does not take
				value = "[not repeated]"
			}
			env = append(env, name+"="+value)
		}
	}
	app, err := funcapp.Read(p.dir, env)
	switch {
	case err != nil && p.own:
		return nil
	case err != nil:
		whole, _ := filepath.Abs(p.dir) // empty if there is no telling, and then nothing is left out
		found.Err = errors.New(strings.ReplaceAll(err.Error(), whole, found.Name))
		return found
	}
	found.Functions, found.Refused = slices.Sorted(maps.Keys(app.Functions)), app.Refused
	if p.own {
		return found
	}
	if err := funcapp.CheckProgram(app.Executable); err != nil {
		found.Program = errors.New(strings.ReplaceAll(err.Error(), filepath.Dir(app.Executable), found.Name))
		return found
	}
	if p.start {
		found.Version, found.Started = sayVersion(ctx, app.Executable)
	}
	return found
}

// sayVersion starts a handler to say its version, where this machine can.
func sayVersion(ctx context.Context, executable string) (string, error) {
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		return "", nil
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	command := exec.CommandContext(ctx, executable, "version")
	command.Env = []string{}
	said, err := command.Output()
	if err != nil {
		return "", err
	}
	name, version, ok := strings.Cut(strings.TrimSpace(string(said)), " ")
	if !ok || name != "breakglass" {
		return "", errors.New("it is another program")
	}
	return version, nil
}

// hasFile reports whether a file is in a directory.
func hasFile(dir, name string) bool {
	_, err := os.Stat(filepath.Join(dir, name))
	return err == nil
}
