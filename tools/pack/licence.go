package pack

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/licensecheck"
)

// allowed are the SPDX identifiers of the licences that may be linked: they let a program
// be passed on under its own terms, as long as their text goes along.
// A weak copyleft such as MPL-2.0 is added here with its reason, if it is ever needed.
var allowed = []string{"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT"}

// known is the share of a file's words, in percent, that known licences must cover.
// pkg.go.dev asks for the same. https://pkg.go.dev/license-policy
const known = 75

// licencesOf returns the SPDX identifiers of a module's licences. One that is not allowed
// or not known is an error: somebody has to read it.
func licencesOf(m module) ([]string, error) {
	texts, err := noticesOf(m)
	if err != nil {
		return nil, err
	}
	var ids []string
	var problems []error
	for _, t := range texts {
		found, err := identify(t)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s %s: %w", m.path, m.version, err))
		}
		ids = append(ids, found...)
	}
	if len(ids) == 0 && len(problems) == 0 {
		problems = append(problems, fmt.Errorf("%s %s has notices and no licence", m.path, m.version))
	}
	slices.Sort(ids)
	return slices.Compact(ids), errors.Join(problems...)
}

// identify names the licences in a text.
func identify(t text) ([]string, error) {
	coverage := licensecheck.Scan([]byte(t.content))
	var ids []string
	for _, match := range coverage.Match {
		if !slices.Contains(allowed, match.ID) {
			return nil, fmt.Errorf("%s is under %s, and only %s may be linked", t.name, match.ID, strings.Join(allowed, ", "))
		}
		ids = append(ids, match.ID)
	}
	if accompanies(t.name) {
		return ids, nil
	}
	if coverage.Percent < known {
		return nil, fmt.Errorf("%s is no licence that is known: %.0f %% of it is, and %d %% is the least", t.name, coverage.Percent, known)
	}
	return ids, nil
}

// accompanies says whether a file goes along with a licence and is none itself.
func accompanies(name string) bool {
	name = strings.ToLower(name[strings.LastIndex(name, "/")+1:])
	return strings.HasPrefix(name, "notice") || strings.HasPrefix(name, "third")
}
