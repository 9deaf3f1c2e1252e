package checks

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestIdentifiers: by default a report names the emergency accounts alone, and every
// verdict is the one that it is with names.
func TestIdentifiers(t *testing.T) {
	t.Parallel()
	guest := judgement{name: "an administrator who was invited", changes: []string{
		user3 + `/userPrincipalName = "admin_contoso.com#EXT#@contoso.onmicrosoft.com"`, user3 + `/userType = "Guest"`, another("Guests", "enabled", `"block"`),
		`conditionalAccessPolicies/1/conditions/users = {"includeUsers": [], "excludeUsers": [], "includeGroups": [], "excludeGroups": [], "includeRoles": [], "excludeRoles": [],
			"includeGuestsOrExternalUsers": {"guestOrExternalUserTypes": "b2bCollaborationGuest", "externalTenants": null}, "excludeGuestsOrExternalUsers": null}`,
	}}
	for _, c := range append(judgements(), guest) {
		d, settings := c.tenant(t)
		settings.Identifiers = ""
		named, unnamed := c.known(t), Run(All(), d.snapshot(t), settings)
		if named.Summary != unnamed.Summary || len(named.Results) != len(unnamed.Results) {
			t.Fatalf("%s: %+v with names, %+v without", c.name, named.Summary, unnamed.Summary)
		}
		for i, r := range unnamed.Results {
			if n := named.Results[i]; n.Check != r.Check || n.Status != r.Status || n.Severity != r.Severity || n.Subject.ID != r.Subject.ID || !n.Evidence.Equal(r.Evidence) {
				t.Errorf("%s: %+v with names, %+v without", c.name, n, r)
			}
		}
		data, err := json.Marshal(unnamed)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"admin@contoso.com", `"Regular"`, "Pixel of Regular"} {
			if strings.Contains(string(data), name) {
				t.Errorf("%s: the report names %s", c.name, name)
			}
		}
	}
}

// TestReportOfSurvival: the report holds the answer in the form that others read, and
// survives being kept.
func TestReportOfSurvival(t *testing.T) {
	t.Parallel()
	settings := declared()
	settings.Dependencies = []Dependency{{Method: "fido2", Services: []string{"courier"}, Reason: "the keys are with a courier"}}
	r := Run(All(), goodTenant(t).snapshot(t), settings)
	data, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := ParseReport(data)
	if err != nil || kept.Survival == nil {
		t.Fatal(err)
	}
	s := kept.Survival
	if len(s.Administrators) != 3 || !s.Administrators[0].Emergency || s.Administrators[0].Assignment != "permanent" || len(s.Administrators[0].Paths) != 2 {
		t.Errorf("administrators %+v", s.Administrators)
	}
	if len(s.MinimalCutSets) < 2 || s.MinimalCutSets[0][0] != "entra-authentication" {
		t.Errorf("cut sets %v", s.MinimalCutSets)
	}
	if len(s.Overruled) != 1 || s.Overruled[0] != "fido2" {
		t.Errorf("the report does not say that %v is the operator's", s.Overruled)
	}
	for _, result := range r.Results {
		if result.Check == "survival-emergency" && (result.Status != Fail || !strings.Contains(result.Reason, "courier")) {
			t.Errorf("%+v", result)
		}
	}
}
