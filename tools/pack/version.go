package pack

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
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

// ReleaseNotes is what a changelog says of the release that is tagged so, e.g. v0.2.0.
// It is an error if the tree is not that release: the handler would call itself otherwise.
func ReleaseNotes(changelog []byte, tag string) ([]byte, error) {
	version, err := Version(changelog)
	if err != nil {
		return nil, err
	}
	if tag != "v"+version || strings.HasSuffix(version, "-dev") {
		return nil, fmt.Errorf("the tag is %s, and the top of CHANGELOG.md is of v%s: the top heading must be [x.y.z], and the tag vx.y.z", tag, version)
	}
	top := heading.FindAllIndex(changelog, 2)
	section := changelog[top[0][1]:]
	if len(top) > 1 {
		section = changelog[top[0][1]:top[1][0]]
	}
	_, section, _ = bytes.Cut(section, []byte("\n")) // the heading's date
	section = bytes.TrimSpace(section)
	if len(section) == 0 {
		return nil, fmt.Errorf("CHANGELOG.md says nothing of %s", tag)
	}
	return append(section, '\n'), nil
}
