package graph

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"breakglass/checks"
	"breakglass/internal/standin"
	"breakglass/tenant"
)

// Administrators of the made-up tenant.
const (
	sato   = "bc67ba94-637d-4efa-a09e-467ada679f81"
	suzuki = "a712755f-6cac-44d5-99d5-269512e74f7b"
)

// synchronise makes an administrator a synchronised one, by password hash.
func synchronise(file map[string]any) {
	userIn(file, "k.sato")["onPremisesSyncEnabled"] = true
	file["directorySynchronization"] = map[string]any{"features": map[string]any{"passwordSyncEnabled": true}}
}

// federate adds a federated domain that accepts its identity provider's MFA, and moves
// users there.
func federate(domain string, users ...string) func(map[string]any) {
	return func(file map[string]any) {
		file["domains"] = append(file["domains"].([]any), map[string]any{"id": domain, "authenticationType": "Federated", "isInitial": false,
			"passwordValidityPeriodInDays": 2147483647, "federationConfiguration": []any{configuration("acceptIfMfaDoneByFederatedIdp")}})
		for _, name := range users {
			userIn(file, name)["userPrincipalName"] = name + "@" + strings.ToUpper(domain)
		}
	}
}

func configuration(behaviour string) map[string]any {
	ids := map[string]string{"acceptIfMfaDoneByFederatedIdp": "6601d14b-d113-8f64-fda2-9b5ddda18ecc", "rejectMfaByFederatedIdp": "6601d14b-d113-8f64-fda2-9b5ddda18ecd"}
	return map[string]any{"id": ids[behaviour], "issuerUri": "http://sts.kitahama.example/adfs/services/trust",
		"signingCertificate": "MIIE", "federatedIdpMfaBehavior": behaviour}
}

func userIn(file map[string]any, name string) map[string]any {
	for _, u := range file["users"].([]any) {
		if user := u.(map[string]any); strings.HasPrefix(user["userPrincipalName"].(string), name+"@") {
			return user
		}
	}
	panic("no user is called " + name)
}

// outside lists what was asked for that lies outside of Microsoft Entra.
func outside(g *standin.Graph) []string {
	var asked []string
	for _, r := range g.Requests() {
		if strings.HasSuffix(r.Path, "/federationConfiguration") || r.Path == "/directory/onPremisesSynchronization" {
			query := ""
			if r.Query.Encode() != "" {
				query = "?" + r.Query.Encode()
			}
			asked = append(asked, r.Path+query)
		}
	}
	slices.Sort(asked)
	return asked
}

// TestAskedWhereNeeded: how the directory is synchronised is asked once if somebody's
// password may hang on it, and a domain's federation if somebody is in it.
func TestAskedWhereNeeded(t *testing.T) {
	t.Parallel()
	const (
		synchronisation = "/directory/onPremisesSynchronization?%24select=id%2Cfeatures"
		federation      = "/domains/" + federated + "/federationConfiguration"
	)
	set := func(name string, value any) func(map[string]any) {
		return func(file map[string]any) { userIn(file, name)["onPremisesSyncEnabled"] = value }
	}
	refuse := func(key string) func(map[string]any) {
		return func(file map[string]any) {
			file["unreadable"] = map[string]any{key: map[string]any{"status": 403, "code": tenant.CodeDenied}}
		}
	}
	for name, c := range map[string]struct {
		changes []func(map[string]any)
		want    []string
	}{
		"the made-up tenant":                      {},
		"a synchronised administrator":            {[]func(map[string]any){synchronise}, []string{synchronisation}},
		"two of them":                             {[]func(map[string]any){synchronise, set("m.tanaka", true)}, []string{synchronisation}},
		"once synchronised":                       {[]func(map[string]any){set("k.sato", false)}, nil},
		"a synchronised emergency account":        {[]func(map[string]any){set("ea01", true)}, []string{synchronisation}},
		"perhaps synchronised":                    {[]func(map[string]any){func(file map[string]any) { delete(userIn(file, "k.sato"), "onPremisesSyncEnabled") }}, []string{synchronisation}},
		"a federated administrator":               {[]func(map[string]any){federate(federated, "k.sato")}, []string{federation}},
		"two of them in one domain":               {[]func(map[string]any){federate(federated, "k.sato", "m.tanaka")}, []string{federation}},
		"synchronised and federated":              {[]func(map[string]any){synchronise, federate(federated, "k.sato")}, []string{federation}},
		"one of each":                             {[]func(map[string]any){synchronise, federate(federated, "m.tanaka")}, []string{synchronisation, federation}},
		"federated domains without administrator": {[]func(map[string]any){federate(federated), federate("b.example"), federate("c.example")}, nil},
		"domains that cannot be read":             {[]func(map[string]any){synchronise, federate(federated, "m.tanaka"), refuse("domains")}, []string{synchronisation}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := serve(t, edited(t, c.changes...))
			s := reader(t, g).Snapshot(t.Context())
			if got := outside(g); !slices.Equal(got, c.want) {
				t.Errorf("asked for %q, expected %q", got, c.want)
			}
			_, err := s.DirectorySynchronization.Get()
			if asked := slices.Contains(c.want, synchronisation); !asked && fmt.Sprint(err) != "how the directory is synchronised: it was not collected" {
				t.Errorf("not asked for: %v", err)
			}
			domains, _ := s.Domains.Get()
			for _, d := range domains {
				_, err := d.FederationConfiguration.Get()
				if asked := d.ID == federated && slices.Contains(c.want, federation); asked != (err == nil) || !asked && reasonOf(err).Code != "" {
					t.Errorf("%s: %v", d.ID, err)
				}
			}
		})
	}
}

// TestElsewhereIsRead: what Graph says of passwords that are not Microsoft Entra's alone
// arrives, and decides who could still sign in.
func TestElsewhereIsRead(t *testing.T) {
	t.Parallel()
	g := serve(t, edited(t, synchronise, federate(federated, "d.suzuki"), func(file map[string]any) {
		domains := file["domains"].([]any)
		domain := domains[len(domains)-1].(map[string]any)
		second := configuration("rejectMfaByFederatedIdp")
		second["id"] = "6601d14b-d113-8f64-fda2-9b5ddda18ecd"
		domain["federationConfiguration"] = append(domain["federationConfiguration"].([]any), second)
	}), standin.WithPageSize(1))
	s := reader(t, g).Snapshot(t.Context())
	var written struct {
		Domains                  []struct{ FederationConfiguration []map[string]any }
		DirectorySynchronization map[string]map[string]any
	}
	data, err := s.Encode()
	if err != nil || json.Unmarshal(data, &written) != nil {
		t.Fatal(err)
	}
	if written.DirectorySynchronization["features"]["passwordSyncEnabled"] != true {
		t.Errorf("synchronisation: %v", written.DirectorySynchronization)
	}
	last := written.Domains[len(written.Domains)-1].FederationConfiguration
	if len(last) != 2 || last[0]["federatedIdpMfaBehavior"] != "acceptIfMfaDoneByFederatedIdp" || last[1]["federatedIdpMfaBehavior"] != "rejectMfaByFederatedIdp" {
		t.Errorf("federation: %v", last)
	}
	if strings.Contains(string(data), "MIIE") {
		t.Error("a certificate that nobody asked for is kept")
	}
	survival := checks.Run(checks.All(), s, settings()).Survival
	var methods []string
	for _, who := range survival.Administrators {
		for _, path := range who.Paths {
			if who.ID == sato || who.ID == suzuki {
				methods = append(methods, path.Method)
			}
		}
	}
	if want := []string{"federated", "password + microsoftAuthenticatorPush", "password + sms"}; !slices.Equal(slices.Compact(methods), want) || len(survival.Assumed) > 0 {
		t.Errorf("ways in: %q, expected %q; assumed: %q", methods, want, survival.Assumed)
	}
}

// TestOneFederationRefused: a domain whose federation cannot be read leaves that fact
// unread and no other, with a reason that has a place of its own.
func TestOneFederationRefused(t *testing.T) {
	t.Parallel()
	const second = "second.example"
	file := edited(t, federate(federated, "d.suzuki"), federate(second, "k.sato"))
	for status, words := range map[int]string{
		http.StatusForbidden: "the permission Domain-InternalFederation.Read.All is missing",
		http.StatusNotFound:  "does not know it",
	} {
		s := reader(t, serve(t, file, standin.WithIntercept(func(w http.ResponseWriter, r *http.Request, path string) bool {
			if path != "/domains/"+second+"/federationConfiguration" {
				return false
			}
			refuse(status, "", map[int]string{http.StatusForbidden: tenant.CodeDenied, http.StatusNotFound: tenant.CodeNotFound}[status])(w, r)
			return true
		}))).Snapshot(t.Context())
		domains, err := s.Domains.Get()
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range domains {
			_, err := d.FederationConfiguration.Get()
			switch d.ID {
			case federated:
				if err != nil {
					t.Errorf("%d: the other domain: %v", status, err)
				}
			case second:
				if reason := reasonOf(err); reason.Key != "domains/"+second+"/federationConfiguration" || !strings.Contains(reason.Error(), words) {
					t.Errorf("%d: %s: %v", status, reason.Key, reason)
				}
			}
			if kind, err := d.AuthenticationType.Get(); err != nil {
				t.Errorf("%d: the type of %s: %q %v", status, d.ID, kind, err)
			}
		}
		var written struct{ Unreadable map[string]tenant.UnreadError }
		data, err := s.Encode()
		if err != nil || json.Unmarshal(data, &written) != nil {
			t.Fatal(err)
		}
		if reason := written.Unreadable["domains/"+second+"/federationConfiguration"]; reason.Status != status {
			t.Errorf("%d: unreadable: %v", status, written.Unreadable)
		}
	}
}

// TestSynchronizationIsOne: anything but one object is no answer, and a refusal names
// the permission.
func TestSynchronizationIsOne(t *testing.T) {
	t.Parallel()
	for body, words := range map[string]string{
		`{"value": []}`:                                          "not what was asked for",
		`{"value": [{"id": "a"}, {"id": "b"}]}`:                  "not what was asked for",
		`{"id": "a", "features": {"passwordSyncEnabled": true}}`: "not what was asked for",
		"": "the permission OnPremDirectorySynchronization.Read.All is missing",
	} {
		s := reader(t, serve(t, edited(t, synchronise), standin.WithIntercept(func(w http.ResponseWriter, r *http.Request, path string) bool {
			if path != "/directory/onPremisesSynchronization" {
				return false
			}
			if body == "" {
				refuse(http.StatusForbidden, "", tenant.CodeDenied)(w, r)
			} else {
				say(body)(w, r)
			}
			return true
		}))).Snapshot(t.Context())
		if _, err := s.DirectorySynchronization.Get(); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%s: %v, expected %q", body, err, words)
		}
	}
}
