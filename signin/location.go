package signin

import (
	"slices"
	"strings"

	"breakglass/tenant"
)

// Locations that are in every tenant, listed or not.
const (
	// trustedIPs is the location of the trusted addresses of the old MFA settings.
	trustedIPs = "00000000-0000-0000-0000-000000000000"
	// compliantNetwork is "All Compliant Network locations" of Global Secure Access, which
	// only beta lists.
	// https://learn.microsoft.com/graph/api/compliantnetworknamedlocation-get?view=graph-rest-beta
	compliantNetwork = "3d46dbda-8382-466a-856d-eb00cbc6b910"
)

// holdsLocation reports whether a condition on the location holds. The usual computer may
// be in any location that a policy excludes; any other is in none, and in a country that
// is known and on no list.
// https://learn.microsoft.com/entra/identity/conditional-access/concept-assignment-network
func (p places) holdsLocation(c tenant.Conditions, path Path) (bool, error) {
	locations, err := c.Locations.Get()
	if err != nil && absent(err) || err == nil && locations == nil {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	included, includeErr := tenant.ListOf(locations.IncludeLocations)
	excluded, excludeErr := tenant.ListOf(locations.ExcludeLocations)
	if includeErr != nil || excludeErr != nil {
		return false, join(includeErr, excludeErr)
	}
	out, outErr := p.in(excluded, path, true)
	if out {
		return false, nil
	}
	in, inErr := len(included) == 0, error(nil) // nothing said: everywhere
	if !in {
		in, inErr = p.in(included, path, false)
	}
	if !in && inErr == nil {
		return false, nil
	}
	return true, join(inErr, outErr)
}

// in reports whether the context is in one of the locations, which a policy excludes or
// includes.
func (p places) in(ids []string, path Path, excluding bool) (bool, error) {
	var open error
	for _, id := range ids {
		in, err := p.inOne(id, path, excluding)
		if err == nil && in {
			return true, nil
		}
		open = join(open, err)
	}
	return false, open
}

func (p places) inOne(id string, path Path, excluding bool) (bool, error) {
	allowed := p.context == Usual && p.allowed[strings.ToLower(id)]
	switch {
	case strings.EqualFold(id, "All"):
		return true, nil
	case strings.EqualFold(id, "AllTrusted"), id == trustedIPs:
		return p.context == Usual, nil
	case strings.EqualFold(id, compliantNetwork):
		return allowed, nil
	}
	all, err := p.snapshot.NamedLocations.Get()
	if err != nil {
		return false, err
	}
	i := slices.IndexFunc(all, func(l tenant.NamedLocation) bool { return strings.EqualFold(l.ID, id) })
	if i < 0 {
		return false, notKnown(say("the location %s is not among those that Microsoft Graph lists", id), id)
	}
	switch location := all[i]; location.ODataType {
	case "#microsoft.graph.ipNamedLocation":
		if allowed || p.context != Usual {
			return allowed, nil
		}
		trusted, err := location.IsTrusted.Get()
		return err == nil && trusted != nil && *trusted, err
	case "#microsoft.graph.compliantNetworkNamedLocation":
		return allowed, nil // its client is on the usual computer, and on no other
	case "#microsoft.graph.countryNamedLocation":
		return inCountry(location, path, allowed, excluding)
	default:
		return false, notKnown(say("a location of type %q is not known", location.ODataType), location.ODataType)
	}
}

// inCountry reports whether somebody is found in a list of countries in which they are if
// there is true. By GPS it takes the Authenticator app, and does not work with
// passwordless methods: then nobody is found in an allowed country, and of a list that a
// policy includes it cannot be told.
// https://learn.microsoft.com/entra/identity/conditional-access/concept-assignment-network#countries
func inCountry(location tenant.NamedLocation, path Path, there, excluding bool) (bool, error) {
	method, err := location.CountryLookupMethod.Get()
	found := "clientIpAddress"
	if err == nil && method != nil {
		found = *method
	}
	switch {
	case strings.HasSuffix(path.Method, PathPush) && (err != nil || found == "authenticatorAppGps"):
		return there, nil // found in either way
	case err != nil && excluding && !there:
		return false, nil
	case err != nil:
		return false, err
	case found == "clientIpAddress":
		return there, nil
	case found == "authenticatorAppGps" && excluding:
		return false, nil
	case found == "authenticatorAppGps":
		return false, notKnown(say("in which country somebody without the Authenticator app is cannot be told"), location.ID)
	}
	return false, notKnown(say("the way %q to find a country is not known", found), found)
}
