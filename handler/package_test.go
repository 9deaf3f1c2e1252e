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

	"breakglass/handler/internal/pack"
)

// packageDir is where the package is staged; TestMain makes and removes it.
var packageDir string

// stage lays out the package, once, when the first test asks for it.
var stage = sync.OnceValue(func() error {
	if runtime.GOOS == "linux" && runtime.GOARCH == "amd64" {
		return pack.Stage(context.Background(), pack.Options{Root: "..", Dir: packageDir})
	}
	// The package is for linux/amd64. Elsewhere the same sources are built for this machine.
	said, err := exec.CommandContext(context.Background(), "go", "build", "-trimpath", "-o", filepath.Join(packageDir, "handler"), ".").CombinedOutput()
	if err != nil {
		return fmt.Errorf("build the handler: %w\n%s", err, said)
	}
	return nil
})

// packagedHandler is the handler as it is deployed.
func packagedHandler(t testing.TB) string {
	t.Helper()
	if err := stage(); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(packageDir, "handler")
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
