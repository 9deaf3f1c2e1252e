package pack

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
)

// mit is the licence that this test gives to made-up modules.
const mit = `MIT License

Copyright (c) 2026 Somebody

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
`

// madeUp is a module with these files, of which the packages in folders are linked.
func madeUp(t *testing.T, path string, files map[string]string, folders ...string) module {
	t.Helper()
	m := module{path: path, version: "v1.0.0", sum: "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", dir: t.TempDir()}
	for name, content := range files {
		writeFile(t, filepath.Join(m.dir, filepath.FromSlash(name)), content)
	}
	for _, folder := range folders {
		writeFile(t, filepath.Join(m.dir, filepath.FromSlash(folder), "x.go"), "package x\n")
		m.folders = append(m.folders, filepath.Join(m.dir, filepath.FromSlash(folder)))
	}
	return m
}

func TestNoticesOf(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"LICENSE":                  "the top's",
		"COPYING.md":               "also",
		"THIRD PARTY NOTICES":      "of others",
		"NOTICE":                   "a notice",
		"license.go":               "package top",
		"licensed/x.go":            "package licensed",
		"PATENTS":                  "a grant",
		"a/taken/LICENCE-BSD.txt":  "of taken code",
		"a/taken/deep/deep.go":     "package deep",
		"unlinked/library/LICENSE": "of what is not linked",
	}
	texts, err := noticesOf(madeUp(t, "example.com/a", files, ".", "a/taken/deep", "licensed"))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, text := range texts {
		got[text.name] = text.content
	}
	want := map[string]string{
		"LICENSE": "the top's\n", "COPYING.md": "also\n", "NOTICE": "a notice\n", "THIRD PARTY NOTICES": "of others\n", "a/taken/LICENCE-BSD.txt": "of taken code\n",
	}
	if !maps.Equal(got, want) || len(texts) != len(want) {
		t.Errorf("the notices are\n%v, want\n%v", texts, want)
	}
}

func TestNoticesRefuseAModuleWithoutTerms(t *testing.T) {
	t.Parallel()
	m := madeUp(t, "example.com/a", map[string]string{"a.go": "package a", "README.md": "LICENSE: MIT"}, ".")
	if _, err := notices(&debug.BuildInfo{}, []module{m}); err == nil || !strings.Contains(err.Error(), "example.com/a v1.0.0") {
		t.Errorf("notices = %v, want an error that names the module", err)
	}
}

func TestNoticesShareATextAndLoseNoModule(t *testing.T) {
	t.Parallel()
	modules := []module{
		madeUp(t, "example.com/a", map[string]string{"LICENSE": mit}, "."),
		madeUp(t, "example.com/b", map[string]string{"LICENSE": "other words"}, "."),
		madeUp(t, "example.com/c", map[string]string{"LICENSE.txt": strings.ReplaceAll(mit, "\n", "\r\n")}, "."),
	}
	content, err := notices(&debug.BuildInfo{GoVersion: "go1.99.1"}, modules)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"example.com/a v1.0.0, LICENSE\nexample.com/c v1.0.0, LICENSE.txt\n",
		"example.com/b v1.0.0, LICENSE\n",
		"other words\n",
		"Go, go1.99.1, LICENSE\n",
		"Copyright 2009 The Go Authors.",
	} {
		if !strings.Contains(string(content), want) {
			t.Errorf("the notices do not hold %q:\n%s", want, content)
		}
	}
	if n := strings.Count(string(content), "Copyright (c) 2026 Somebody"); n != 1 {
		t.Errorf("a shared text stands there %d times", n)
	}
}

// TestGoLicence compares the kept licence with the one that Go came with.
func TestGoLicence(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(strings.TrimSpace(string(out)), "LICENSE")
	content, err := os.ReadFile(file)
	if err != nil {
		t.Skipf("Go came without its licence: %v", err)
	}
	if tidy(string(content)) != tidy(goLicence) {
		t.Errorf("go.license.txt is not %s", file)
	}
}

func TestLicences(t *testing.T) {
	t.Parallel()
	const gpl = "This program is free software; you can redistribute it and/or modify it under the terms of the GNU General Public License version 2 as published by the Free Software Foundation.\n"
	for name, test := range map[string]struct {
		files   map[string]string
		want    []string
		problem string
	}{
		"one":                         {map[string]string{"LICENSE": mit}, []string{"MIT"}, ""},
		"two, and one twice":          {map[string]string{"LICENSE": mit, "a/LICENSE": goLicence, "a/b/LICENSE": mit}, []string{"BSD-3-Clause", "MIT"}, ""},
		"a notice beside it":          {map[string]string{"LICENSE": mit, "NOTICE": "made by Somebody"}, []string{"MIT"}, ""},
		"one that is not allowed":     {map[string]string{"LICENSE": gpl}, nil, "LICENSE is under GPL-2.0"},
		"a second that is not":        {map[string]string{"LICENSE": mit, "a/LICENSE": gpl}, nil, "a/LICENSE is under GPL-2.0"},
		"in a notice":                 {map[string]string{"LICENSE": mit, "NOTICE": gpl}, nil, "NOTICE is under GPL-2.0"},
		"unknown":                     {map[string]string{"LICENSE": "You may use it if you are kind."}, nil, "no licence that is known"},
		"known, with terms beside it": {map[string]string{"LICENSE": mit + strings.Repeat("You may not use it on Sundays or for profit. ", 20)}, nil, "no licence that is known"},
		"a notice alone":              {map[string]string{"NOTICE": "made by Somebody"}, nil, "no licence"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := licencesOf(madeUp(t, "example.com/a", test.files, ".", "a", "a/b"))
			if test.problem != "" {
				if err == nil || !strings.Contains(err.Error(), test.problem) || !strings.Contains(err.Error(), "example.com/a v1.0.0") {
					t.Errorf("licencesOf = %v, want an error with %q that names the module", err, test.problem)
				}
				return
			}
			if err != nil || !slices.Equal(got, test.want) {
				t.Errorf("licencesOf = %q, %v, want %q", got, err, test.want)
			}
		})
	}
}
