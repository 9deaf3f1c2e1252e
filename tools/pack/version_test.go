package pack

import "testing"

func TestVersion(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ changelog, want string }{
		"a release":                   {"# Changelog\n\n## [0.2.0] - 2026-12-01\n\n## [0.1.0] - 2026-11-01\n", "0.2.0"},
		"a release of two digits":     {"## [10.12.33] - 2026-12-01\n", "10.12.33"},
		"nothing is released":         {"# Changelog\n\n## [Unreleased]\n\n### Added\n", "0.1.0-dev"},
		"on the way to the next":      {"## [Unreleased]\n\n## [0.2.1] - 2026-12-01\n", "0.3.0-dev"},
		"a heading in a line of text": {"see ## [1.0.0]\n## [0.2.0]\n", "0.2.0"},
		"no heading":                  {"# Changelog\n", ""},
		"no version":                  {"## [soon]\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Version([]byte(test.changelog))
			if got != test.want || (err == nil) == (test.want == "") {
				t.Errorf("Version = %q, %v, want %q", got, err, test.want)
			}
		})
	}
}

func TestReleaseNotes(t *testing.T) {
	t.Parallel()
	const released = "# Changelog\n\n## [0.2.0] - 2026-12-01\n\n### Added\n\n- A thing.\n\n## [0.1.0] - 2026-11-01\n\n- The first.\n"
	for name, test := range map[string]struct{ changelog, tag, want string }{
		"the newest release":         {released, "v0.2.0", "### Added\n\n- A thing.\n"},
		"the only release":           {"## [0.1.0] - 2026-11-01\n- The first.\n", "v0.1.0", "- The first.\n"},
		"an older release":           {released, "v0.1.0", ""},
		"a release without section":  {released, "v0.3.0", ""},
		"a tag without v":            {released, "0.2.0", ""},
		"not yet released":           {"## [Unreleased]\n\n- More.\n\n" + released, "v0.2.0", ""},
		"the next, not yet released": {"## [Unreleased]\n\n- More.\n\n" + released, "v0.3.0", ""},
		"on the way":                 {"## [Unreleased]\n\n- More.\n\n" + released, "v0.3.0-dev", ""},
		"nothing is said":            {"## [0.2.0] - 2026-12-01\n\n## [0.1.0] - 2026-11-01\n\n- The first.\n", "v0.2.0", ""},
		"no changelog":               {"", "v0.1.0", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := ReleaseNotes([]byte(test.changelog), test.tag)
			if string(got) != test.want || (err == nil) == (test.want == "") {
				t.Errorf("ReleaseNotes = %q, %v, want %q", got, err, test.want)
			}
		})
	}
}
