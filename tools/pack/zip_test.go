package pack

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// packed stages and zips a repository, and returns the zip.
func packed(t *testing.T, root, config string) string {
	t.Helper()
	dir := filepath.Join(root, "dist")
	file := filepath.Join(root, "build", "app.zip")
	if err := Stage(t.Context(), Options{Root: root, Dir: dir, Config: config}); err != nil {
		t.Fatal(err)
	}
	if err := Zip(dir, file); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestZipHoldsWhatTheHostReads(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		config bool
		want   []string
	}{
		"without a configuration": {false, []string{"-rwxr-xr-x handler", "-rw-r--r-- host.json", "-rw-r--r-- EmergencyAccess/function.json", "-rw-r--r-- Watch/function.json", "-rw-r--r-- LICENSE", "-rw-r--r-- THIRD_PARTY_NOTICES.txt"}},
		"with a configuration": {true, []string{
			"-rwxr-xr-x handler", "-rw-r--r-- host.json", "-rw-r--r-- EmergencyAccess/function.json", "-rw-r--r-- Watch/function.json", "-rw-r--r-- breakglass.yaml",
			"-rw-r--r-- LICENSE", "-rw-r--r-- THIRD_PARTY_NOTICES.txt",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := repository(t)
			config := ""
			if test.config {
				config = filepath.Join(root, "breakglass.yaml")
			}
			archive, err := zip.OpenReader(packed(t, root, config))
			if err != nil {
				t.Fatal(err)
			}
			defer archive.Close()
			var got []string
			for _, f := range archive.File {
				got = append(got, f.Mode().String()+" "+f.Name)
				if f.Method != zip.Deflate {
					t.Errorf("%s is not deflated", f.Name)
				}
				if want := time.Date(1980, time.January, 1, 0, 0, 0, 0, time.UTC); !f.Modified.Equal(want) {
					t.Errorf("the time of %s is %v", f.Name, f.Modified)
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("the zip holds\n%q, want\n%q", got, test.want)
			}
		})
	}
}

func TestZipIsTheSameFromEveryDirectory(t *testing.T) {
	t.Parallel()
	var zips [2][]byte
	for i := range zips {
		root := repository(t)
		file := packed(t, root, filepath.Join(root, "breakglass.yaml"))
		var err error
		if zips[i], err = os.ReadFile(file); err != nil {
			t.Fatal(err)
		}
		// Once more over what is there already, with other times and modes.
		for _, name := range []string{handlerName, hostName} {
			staged := filepath.Join(root, "dist", name)
			if err := os.Chmod(staged, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.Chtimes(staged, time.Unix(1e9, 0), time.Unix(1e9, 0)); err != nil {
				t.Fatal(err)
			}
		}
		if err := Zip(filepath.Join(root, "dist"), file); err != nil {
			t.Fatal(err)
		}
		again, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(zips[i], again) {
			t.Error("times and modes of the staged files reach the zip")
		}
	}
	if !bytes.Equal(zips[0], zips[1]) {
		t.Error("equal sources in two directories give different zips")
	}
}

func TestZipRefuses(t *testing.T) {
	t.Parallel()
	for name, harm := range map[string]func(t *testing.T, dir string){
		"a tree without a handler": func(t *testing.T, dir string) {
			if err := os.Remove(filepath.Join(dir, handlerName)); err != nil {
				t.Fatal(err)
			}
		},
		"a stranger in the tree": func(t *testing.T, dir string) { writeFile(t, filepath.Join(dir, "local.settings.json"), "{}") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for _, e := range entries {
				writeFile(t, filepath.Join(dir, filepath.FromSlash(e.name)), e.name)
			}
			harm(t, dir)
			out := t.TempDir()
			if err := Zip(dir, filepath.Join(out, "app.zip")); err == nil {
				t.Error("it was zipped")
			}
			left, err := os.ReadDir(out)
			if err != nil {
				t.Fatal(err)
			}
			if len(left) != 0 {
				t.Errorf("%v was left behind", left)
			}
		})
	}
}
