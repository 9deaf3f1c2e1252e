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
