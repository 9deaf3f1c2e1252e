package pack

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
)

// heading finds the second-level headings of a changelog, and in them a version.
// https://keepachangelog.com/en/1.1.0/
var heading = regexp.MustCompile(`(?m)^## \[(?:(Unreleased)|(\d+)\.(\d+)\.(\d+))\]`)

// Version is the version of the tree that a changelog belongs to.
//
// If the top heading is a release, the tree is that release: "## [0.2.0] - 2026-12-01"
// gives 0.2.0. If it is Unreleased, the tree is on the way to the next minor version
// after the newest release below it, which counts as 0.0.0 if there is none:
// Unreleased alone gives 0.1.0-dev, Unreleased above 0.2.1 gives 0.3.0-dev.
func Version(changelog []byte) (string, error) {
	found := heading.FindAllSubmatch(changelog, 2)
	switch {
	case len(found) == 0:
		return "", errors.New("the changelog has no heading [Unreleased] or [x.y.z]")
	case len(found[0][1]) == 0:
		return fmt.Sprintf("%s.%s.%s", found[0][2], found[0][3], found[0][4]), nil
	case len(found) == 1:
		return "0.1.0-dev", nil
	}
	minor, err := strconv.Atoi(string(found[1][3]))
	if err != nil {
		return "", fmt.Errorf("the newest release in the changelog: %w", err)
	}
	return fmt.Sprintf("%s.%d.0-dev", found[1][2], minor+1), nil
}
