package pack

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// repository writes a tree like this repository's, with a handler that builds in no time.
func repository(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range map[string]string{
		"go.mod":                               "module fake\n\ngo 1.26.0\n",
		"handler/main.go":                      "package main\n\nvar version = \"dev\"\n\nfunc main() { println(version) }\n",
		"host.json":                            `{"version": "2.0"}`,
		"function.json":                        `{"bindings": []}`,
		"handler/triggers/Watch/function.json": `{"bindings": []}`,
		"CHANGELOG.md":                         "# Changelog\n\n## [Unreleased]\n\n## [0.4.2] - 2026-01-01\n",
		"breakglass.yaml":                      "emergencyAccess: {}\n",
		"LICENSE":                              goLicence,
	} {
		writeFile(t, filepath.Join(root, filepath.FromSlash(name)), content)
	}
	return root
}

func writeFile(t *testing.T, file, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestStageRefusesADirectoryOfSomebodyElse(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	mine := filepath.Join(dir, "thesis.txt")
	writeFile(t, mine, "all of it")
	if err := Stage(t.Context(), Options{Root: repository(t), Dir: dir}); err == nil {
		t.Error("a directory with other files was taken for a staged tree")
	}
	if _, err := os.Stat(mine); err != nil {
		t.Error("a file of somebody else is gone:", err)
	}
}

func TestStageTellsWhatTheCompilerSays(t *testing.T) {
	t.Parallel()
	root := repository(t)
	writeFile(t, filepath.Join(root, "handler", "main.go"), "package main\n\nfunc main() { nonsense() }\n")
	err := Stage(t.Context(), Options{Root: root, Dir: filepath.Join(root, "dist")})
	if err == nil || !strings.Contains(err.Error(), "nonsense") {
		t.Errorf("the error is %v, without what the compiler said", err)
	}
}

func TestStageRecoversFromAFailure(t *testing.T) {
	t.Parallel()
	root := repository(t)
	dir := filepath.Join(root, "dist")
	writeFile(t, filepath.Join(root, "library", "library.go"), "package library\n")
	if err := Stage(t.Context(), Options{Root: root, Dir: dir, Package: "./library"}); err == nil {
		t.Fatal("a library was staged")
	}
	if err := Stage(t.Context(), Options{Root: root, Dir: dir}); err != nil {
		t.Errorf("after a failure the next run fails too: %v", err)
	}
}

// For a package that is no command the compiler writes an archive, and is content.
func TestStageRefusesWhatTheHostCannotStart(t *testing.T) {
	t.Parallel()
	root := repository(t)
	writeFile(t, filepath.Join(root, "library", "library.go"), "package library\n")
	err := Stage(t.Context(), Options{Root: root, Dir: filepath.Join(root, "dist"), Package: "./library"})
	if err == nil || !strings.Contains(err.Error(), "is no program") {
		t.Errorf("Stage = %v, want an error that there is no program", err)
	}
}

func TestStageSetsTheVersion(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ asked, want string }{
		"of the changelog": {"", "0.5.0-dev"},
		"asked for":        {"9.9.9", "9.9.9"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := repository(t)
			dir := filepath.Join(root, "dist")
			if err := Stage(t.Context(), Options{Root: root, Dir: dir, Version: test.asked}); err != nil {
				t.Fatal(err)
			}
			program, err := os.ReadFile(filepath.Join(dir, handlerName))
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(program), test.want) {
				t.Errorf("the handler does not hold the version %q", test.want)
			}
		})
	}
}
