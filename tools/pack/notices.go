package pack

import (
	_ "embed" // Go's licence
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
)

// goLicence is the licence of Go's standard library and runtime, which are linked
// into every program. It is kept here since some systems install Go without it.
//
//go:embed go.license.txt
var goLicence string

// notice matches the names of files whose text has to go along with a program.
// PATENTS is left out: it grants something, and asks for nothing.
var notice = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|third[-_ ]party[-_ ]notices?)s?([-_.][-_.a-z0-9]*)?$`)

// source matches files that only look like a notice, such as license.go.
var source = regexp.MustCompile(`(?i)\.(go|s|c|h|json|ya?ml)$`)

// A text is what a module's file says.
type text struct {
	name    string // of the file, below the module's directory, with slashes
	content string
}

// noticesOf reads the licences and notices of a module: those of its top, and those
// between there and each linked package, for code that was taken from elsewhere.
func noticesOf(m module) ([]text, error) {
	seen := map[string]bool{}
	for _, folder := range append([]string{m.dir}, m.folders...) {
		for ; !seen[folder] && within(m.dir, folder); folder = filepath.Dir(folder) {
			seen[folder] = true
		}
	}
	var all []text
	for folder := range seen {
		found, err := os.ReadDir(folder)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.path, err)
		}
		for _, f := range found {
			if f.IsDir() || !notice.MatchString(f.Name()) || source.MatchString(f.Name()) {
				continue
			}
			content, err := os.ReadFile(filepath.Join(folder, f.Name()))
			if err != nil {
				return nil, fmt.Errorf("%s: %w", m.path, err)
			}
			name, err := filepath.Rel(m.dir, filepath.Join(folder, f.Name()))
			if err != nil {
				return nil, fmt.Errorf("%s: %w", m.path, err)
			}
			all = append(all, text{filepath.ToSlash(name), tidy(string(content))})
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s %s has no licence file, so it may not be distributed", m.path, m.version)
	}
	slices.SortFunc(all, func(a, b text) int { return strings.Compare(a.name, b.name) })
	return all, nil
}

// within says whether a folder is dir or below it.
func within(dir, folder string) bool {
	return folder == dir || strings.HasPrefix(folder, dir+string(filepath.Separator))
}

// tidy makes texts that differ in the ends of their lines alone the same.
func tidy(content string) string {
	content = strings.TrimPrefix(content, "\ufeff")
	content = strings.ReplaceAll(content, "\r\n", "\n")
	return strings.Trim(content, "\n") + "\n"
}

const noticesHead = `The program in this package is linked with the modules below. Each of them is
distributed under its own terms, which follow. The terms of breakglass-watch
itself are in the file LICENSE.
`

// notices writes down the terms of everything that is linked. Modules with the same
// text share it.
func notices(info *debug.BuildInfo, modules []module) ([]byte, error) {
	var order []string
	owners := map[string][]string{}
	add := func(owner, content string) {
		if owners[content] == nil {
			order = append(order, content)
		}
		owners[content] = append(owners[content], owner)
	}
	for _, m := range modules {
		texts, err := noticesOf(m)
		if err != nil {
			return nil, err
		}
		for _, t := range texts {
			add(fmt.Sprintf("%s %s, %s", m.path, m.version, t.name), t.content)
		}
	}
	add("the standard library and runtime of Go, "+info.GoVersion+", LICENSE", tidy(goLicence))
	var out strings.Builder
	out.WriteString(noticesHead)
	for _, content := range order {
		fmt.Fprintf(&out, "\n%s\n", strings.Repeat("=", 80))
		for _, owner := range owners[content] {
			fmt.Fprintln(&out, owner)
		}
		fmt.Fprintf(&out, "%s\n\n%s", strings.Repeat("-", 80), content)
	}
	return []byte(out.String()), nil
}
