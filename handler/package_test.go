package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
)

// packageDir is where the package is staged; TestMain makes and removes it.
var packageDir string

// zipName is the package's zip file in it, where it is made.
const zipName = "breakglass-watch.zip"

// stage lays out the package, once, when the first test asks for it.
var stage = sync.OnceValue(func() error {
	dist := filepath.Join(packageDir, "dist")
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		// The package is for linux/amd64. Elsewhere the same sources are built for this machine.
		return goes("build", "-trimpath", "-o", filepath.Join(dist, "handler"), ".")
	}
	root, err := filepath.Abs("..")
	if err != nil {
		return err
	}
	return goes("run", "-C", filepath.Join(root, "tools", "pack"), "./cmd", "-root", root, "-dir", dist, "-zip", filepath.Join(packageDir, zipName))
})

// goes runs a command of Go.
func goes(args ...string) error {
	said, err := exec.CommandContext(context.Background(), "go", args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("go %s: %w\n%s", args[0], err, said)
	}
	return nil
}

// packagedHandler is the handler as it is deployed.
func packagedHandler(t testing.TB) string {
	t.Helper()
	if err := stage(); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(packageDir, "dist", "handler")
}

// packageZip is the package as it is deployed.
func packageZip(t testing.TB) string {
	t.Helper()
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		t.Skip("the package is for linux/amd64")
	}
	packagedHandler(t)
	return filepath.Join(packageDir, zipName)
}

func TestMain(m *testing.M) {
	var err error
	if packageDir, err = os.MkdirTemp("", "breakglass-package-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(packageDir) // a temporary directory: nobody is left to tell
	os.Exit(code)
}
