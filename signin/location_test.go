package signin

import (
	"fmt"
	"strings"
	"testing"
)

// TestLocations walks Microsoft's page on the network condition: whether somebody is in
// a location, from the usual computer and from any other, and by which path.
// https://learn.microsoft.com/entra/identity/conditional-access/concept-assignment-network
func TestLocations(t *testing.T) {
	t.Parallel()
	const (
		office   = "aaaaaaaa-1111-4000-8000-000000000001"
		branch   = "aaaaaaaa-1111-4000-8000-000000000002"
		lan      = "aaaaaaaa-1111-4000-8000-000000000003"
		byIP     = "aaaaaaaa-1111-4000-8000-000000000004"
		unknown  = "aaaaaaaa-1111-4000-8000-000000000005"
		byGPS    = "aaaaaaaa-1111-4000-8000-000000000006"
		byStars  = "aaaaaaaa-1111-4000-8000-000000000007"
		unread   = "aaaaaaaa-1111-4000-8000-000000000008"
		network  = "aaaaaaaa-1111-4000-8000-000000000009"
		planet   = "aaaaaaaa-1111-4000-8000-00000000000a"
		noMethod = "aaaaaaaa-1111-4000-8000-00000000000b"
		gone     = "aaaaaaaa-1111-4000-8000-00000000000f"
	)
	country := func(id, more string) string {
		return `{"@odata.type": "#microsoft.graph.countryNamedLocation", "id": "` + id + `", "countriesAndRegions": ["JP"]` + more + `}`
	}
	ip := func(id, ranges, more string) string {
		return `{"@odata.type": "#microsoft.graph.ipNamedLocation", "id": "` + id + `", "ipRanges": [` + ranges + `]` + more + `}`
	}
	const (
		v4 = `{"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "203.0.113.0/24"}`
		v6 = `{"@odata.type": "#microsoft.graph.iPv6CidrRange", "cidrAddress": "2001:db8::/32"}`
	)
	named := "namedLocations = [" + strings.Join([]string{
		ip(office, v4, `, "isTrusted": true`), ip(branch, v4, `, "isTrusted": false`), ip(lan, v6, `, "isTrusted": null`), ip(unread, v6, ""),
		country(byIP, `, "countryLookupMethod": "clientIpAddress", "includeUnknownCountriesAndRegions": false`),
		country(unknown, `, "countryLookupMethod": "clientIpAddress", "includeUnknownCountriesAndRegions": true`),
		country(byGPS, `, "countryLookupMethod": "authenticatorAppGps"`), country(byStars, `, "countryLookupMethod": "stars"`), country(noMethod, ""),
		`{"@odata.type": "#microsoft.graph.compliantNetworkNamedLocation", "id": "` + network + `", "compliantNetworkType": "allTenantCompliantNetworks", "isTrusted": false}`,
		`{"@odata.type": "#microsoft.graph.planetNamedLocation", "id": "` + planet + `"}`,
	}, ", ") + "]"
	locations := func(include, exclude string) []string {
		list := func(ids string) string {
			if ids == "" {
				return "[]"
			}
			return `["` + strings.ReplaceAll(ids, " ", `", "`) + `"]`
		}
		return []string{named, `{conditions}/locations = {"includeLocations": ` + list(include) + `, "excludeLocations": ` + list(exclude) + `}`}
	}
	// Whether a policy applies: by a key, and by a password with the Authenticator app.
	type both struct{ key, app string }
	all := func(answer string) both { return both{answer, answer} }
	for _, c := range []struct {
		name             string
		include, exclude string
		usual, elsewhere both
	}{
		{"any location", "All", "", all("true"), all("true")},
		{"nothing said", "", "", all("true"), all("true")},
		{"all but the trusted ones", "All", "AllTrusted", all("false"), all("true")},
		{"the trusted ones", "AllTrusted", "", all("true"), all("false")},
		{"all but MFA trusted IPs", "All", trustedIPs, all("false"), all("true")},
		{"MFA trusted IPs", trustedIPs, "", all("true"), all("false")},
		{"all but a trusted office", "All", office, all("false"), all("true")},
		{"a trusted office", office, "", all("true"), all("false")},
		{"all but an office that is not marked", "All", branch, all("false"), all("true")},
		{"an office that is not marked", branch, "", all("false"), all("false")},
		{"all but IPv6 ranges", "All", lan, all("false"), all("true")},
		{"IPv6 ranges", lan, "", all("false"), all("false")},
		{"ranges of which it is not known whether they are trusted", unread, "", all("?isTrusted"), all("false")},
		{"all but ranges of which it is not known", "All", unread, all("false"), all("true")},
		{"all but countries", "All", byIP, all("false"), all("true")},
		{"countries", byIP, "", all("false"), all("false")},
		{"all but countries and unknown ones", "All", unknown, all("false"), all("true")},
		{"countries and unknown ones", unknown, "", all("false"), all("false")},
		{"all but countries by GPS", "All", byGPS, both{"true", "false"}, all("true")},
		{"countries by GPS", byGPS, "", both{"?cannot be told", "false"}, both{"?cannot be told", "false"}},
		{"all but countries by stars", "All", byStars, all(`?"stars"`), all(`?"stars"`)},
		{"all but countries, the way unread", "All", noMethod, both{"?countryLookupMethod", "false"}, all("true")},
		{"countries, the way unread", noMethod, "", both{"?countryLookupMethod", "false"}, both{"?countryLookupMethod", "false"}},
		{"all but the compliant network", "All", network, all("false"), all("true")},
		{"the compliant network", network, "", all("false"), all("false")},
		{"all but the compliant network, which v1.0 does not list", "All", compliantNetwork, all("false"), all("true")},
		{"all but a location of tomorrow", "All", planet, all("?planetNamedLocation"), all("?planetNamedLocation")},
		{"all but one that is gone", "All", gone, all("?" + gone), all("?" + gone)},
		{"one that is gone", gone, "", all("?" + gone), all("?" + gone)},
		{"one that is gone, and everywhere", gone + " All", "", all("true"), all("true")},
		{"all but one that is gone, and the trusted ones", "All", gone + " AllTrusted", all("false"), all("?" + gone)},
		{"all but a word of tomorrow", "All", "AllMoons", all("?AllMoons"), all("?AllMoons")},
		{"all but two", "all", branch + " " + byIP, all("false"), all("true")},
		{"an id in capitals", "All", strings.ToUpper(branch), all("false"), all("true")},
	} {
		s := edited(t, locations(c.include, c.exclude)...)
		for context, want := range map[Context]both{Usual: c.usual, AnyDevice: c.elsewhere} {
			for method, want := range map[string]string{PathFIDO2: want.key, PathPassword + " + " + PathPush: want.app} {
				applies, err := placesOf(s, context).applies(policy(t, s), Path{Method: method})
				if !matches(fmt.Sprint(applies), err, want) {
					t.Errorf("%s, context %d, %s: %v %v, want %s", c.name, context, method, applies, err, want)
				}
			}
		}
	}
	s := edited(t, append(locations("All", branch), "- namedLocations")...)
	if applies, err := placesOf(s, Usual).applies(policy(t, s), Path{}); err == nil || applies {
		t.Errorf("named locations unread: %v %v", applies, err)
	}
}

// TestLocationsOfOtherPolicies: the usual computer is where some enforced policy lets
// people out of a block, and nowhere for the sake of one that is not enforced.
func TestLocationsOfOtherPolicies(t *testing.T) {
	t.Parallel()
	const named = `namedLocations = [{"@odata.type": "#microsoft.graph.ipNamedLocation", "id": "{nobody}", "isTrusted": false}]`
	other := func(state, more string) string {
		return `conditionalAccessPolicies/+ = {"id": "other", "state": "` + state + `"` + more + `, "conditions": {"locations": {"includeLocations": ["All"], "excludeLocations": ["{nobody}"]}}}`
	}
	const here = `{conditions}/locations = {"includeLocations": ["{nobody}"], "excludeLocations": []}`
	for _, c := range []struct{ name, other, want string }{
		{"enforced", other("enabled", ""), "true"},
		{"report-only", other("enabledForReportingButNotEnforced", ""), "false"},
		{"off", other("disabled", ""), "false"},
		{"deleted", other("enabled", `, "deletedDateTime": "2026-11-01T00:00:00Z"`), "false"},
	} {
		s := edited(t, named, here, c.other)
		if applies, err := placesOf(s, Usual).applies(policy(t, s), Path{}); !matches(fmt.Sprint(applies), err, c.want) {
			t.Errorf("%s: %v %v", c.name, applies, err)
		}
	}
}
