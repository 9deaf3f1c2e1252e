package standin

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// TestPublishedIsTheSchema holds the table of what v1.0 knows of a policy to Graph's
// schema.
func TestPublishedIsTheSchema(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/graph-v1.0.txt")
	if err != nil {
		t.Fatal(err)
	}
	properties := map[string]map[string]string{}
	bases := map[string]string{}
	name := ""
	for line := range strings.Lines(string(data)) {
		words := strings.Fields(line)
		switch {
		case len(words) < 2 || strings.HasPrefix(line, "#"):
		case !strings.HasPrefix(line, " "):
			name = words[1]
			properties[name] = map[string]string{}
			if len(words) == 4 {
				bases[name] = words[3]
			}
		default:
			properties[name][words[0]] = words[1]
		}
	}
	for path, known := range published() {
		of := "conditionalAccessPolicy"
		for step := range strings.SplitSeq(path, "/") {
			of = properties[of][step]
		}
		var want []string
		for ; of != ""; of = bases[of] {
			for property := range properties[of] {
				want = append(want, property)
			}
		}
		if known = slices.Sorted(slices.Values(known)); !slices.Equal(known, slices.Sorted(slices.Values(want))) {
			t.Errorf("%s: %q, and the schema has %q", path, known, want)
		}
	}
}

// TestIsPreview: what says something that v1.0 does not know makes a policy one of preview
// features; what is null or empty does not.
func TestIsPreview(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		`{"id": "p", "conditions": {"users": {"includeUsers": ["All"]}, "applications": {"includeApplications": ["All"]}, "platforms": null}}`: false,
		`{"conditions": {"agents": {"includeAgents": [], "excludeAgents": []}, "times": null, "agentIdRiskLevels": ""}}`:                       true, // a text is a value
		`{"conditions": {"agents": {"includeAgents": [], "excludeAgents": []}, "times": null}}`:                                                false,
		`{"conditions": {"agentIdRiskLevels": "high"}}`:                                                                                        true,
		`{"conditions": {"applications": {"globalSecureAccess": {"x": [1]}}}}`:                                                                 true,
		`{"conditions": {"clientApplications": {"includeAgentIdServicePrincipals": ["All"]}}}`:                                                 true,
		`{"conditions": {"devices": {"deviceFilter": {"mode": "include", "rule": "x"}}}}`:                                                      false,
		`{"conditions": {"devices": {"includeDevices": ["All"]}}}`:                                                                             true,
		`{"sessionControls": {"globalSecureAccessFilteringProfile": {"isEnabled": false}}}`:                                                    true,
		`{"sessionControls": {"continuousAccessEvaluation@odata.type": "x", "persistentBrowser": 1}}`:                                          false,
		`{"grantControls": {"operator": "OR", "builtInControls": ["block"]}}`:                                                                  false,
	} {
		policy, err := decodeDocument([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if isPreview(policy) != want {
			t.Errorf("%s: %t", text, !want)
		}
	}
}
