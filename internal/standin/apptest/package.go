package apptest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
)

// PackageDir is where the package is staged; TestMain makes and removes it.
var PackageDir string

// zipName is the package's zip file in it, where it is made.
const zipName = "breakglass-watch.zip"

// stage lays out the package, once, when the first test asks for it.
var stage = sync.OnceValue(func() error {
	root, err := findRoot()
	if err != nil {
		return err
	}
	dist := filepath.Join(PackageDir, "dist")
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		// The package is for linux/amd64. Elsewhere the same sources are built for this machine.
		return goes("build", "-C", root, "-trimpath", "-o", filepath.Join(dist, "handler"), "./handler")
	}
	return goes("run", "-C", filepath.Join(root, "tools", "pack"), "./cmd", "-root", root, "-dir", dist, "-zip", filepath.Join(PackageDir, zipName))
})

// goes runs a command of Go.
func goes(args ...string) error {
	said, err := exec.CommandContext(context.Background(), "go", args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("go %s: %w\n%s", args[0], err, said)
	}
	return nil
}

// Handler is the handler as it is deployed.
func Handler(t testing.TB) string {
	t.Helper()
	if err := stage(); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(PackageDir, "dist", "handler")
}

// Zip is the package as it is deployed.
func Zip(t testing.TB) string {
	t.Helper()
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		t.Skip("the package is for linux/amd64")
	}
	Handler(t)
	return filepath.Join(PackageDir, zipName)
}

// Main runs the tests of a package that starts handlers, and removes what was built for them.
func Main(m *testing.M) int {
	var err error
	if PackageDir, err = os.MkdirTemp("", "breakglass-package-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	code := m.Run()
	_ = os.RemoveAll(PackageDir) // a temporary directory: nobody is left to tell
	return code
}

// findRoot is the directory of the repository: a test runs in that of its package.
func findRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "host.json")); err == nil {
			return dir, nil
		}
		if filepath.Dir(dir) == dir {
			return "", errors.New("no directory above has a host.json")
		}
	}
}

// Root is the directory of the repository.
func Root(t testing.TB) string {
	t.Helper()
	root, err := findRoot()
	if err != nil {
		t.Fatal(err)
	}
	return root
}
