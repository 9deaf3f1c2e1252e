package signin

import (
	"slices"
	"strings"

	"breakglass/tenant"
)

// A Context is where somebody signs in from: always Windows, a browser, and no risk.
type Context int

const (
	// Usual is a compliant, joined device on a trusted network, in a country that every
	// condition on countries allows.
	Usual Context = iota
	// AnyDevice is an unmanaged device on an unknown network in an unknown country.
	AnyDevice
)

// Places of a context, by the locations that policies know.
type places struct {
	snapshot tenant.Snapshot
	context  Context
	allowed  map[string]bool // locations that some policy lets out of a block
}

func placesOf(s tenant.Snapshot, c Context) places {
	p := places{snapshot: s, context: c, allowed: map[string]bool{}}
	policies, _ := s.Policies() // unread: the paths are not known anyway
	for _, policy := range policies {
		if state, err := policy.State.Get(); err != nil || state != tenant.PolicyEnabled {
			continue
		}
		conditions, _ := policy.Conditions.Get()
		if locations, err := conditions.Locations.Get(); err == nil && locations != nil {
			out, _ := tenant.ListOf(locations.ExcludeLocations)
			for _, id := range out {
				p.allowed[strings.ToLower(id)] = true
			}
		}
	}
	return p
}

// applies reports whether a policy that can apply to the user does apply to a path in
// the context: whether its conditions hold there.
func (p places) applies(policy tenant.Policy, path Path) (bool, error) {
	c, err := policy.Conditions.Get()
	if err != nil {
		return false, err
	}
	var open error
	for _, holds := range []func() (bool, error){
		func() (bool, error) { return holdsClient(c) },
		func() (bool, error) { return holdsPlatform(c) },
		func() (bool, error) { return p.holdsLocation(c, path) },
		func() (bool, error) { return p.holdsDevice(c) },
		func() (bool, error) { return p.holdsDeviceStates(c) },
		func() (bool, error) { return holdsRisk(c.SignInRiskLevels) },
		func() (bool, error) { return holdsRisk(c.UserRiskLevels) },
		func() (bool, error) { return holdsInsiderRisk(c.InsiderRiskLevels) },
	} {
		ok, err := holds()
		if err == nil && !ok {
			return false, nil
		}
		open = join(open, err)
	}
	return open == nil, open
}

// holdsClient reports whether a condition on the client holds for a browser.
func holdsClient(c tenant.Conditions) (bool, error) {
	types, err := tenant.ListOf(c.ClientAppTypes)
	if err != nil || len(types) == 0 {
		return true, err
	}
	if slices.ContainsFunc(types, func(t string) bool { return t == "all" || t == "browser" }) {
		return true, nil
	}
	_, err = interactive(c) // a word of tomorrow may be a browser's
	return false, err
}

// holdsPlatform reports whether a condition on the platform holds for Windows.
// https://learn.microsoft.com/graph/api/resources/conditionalaccessplatforms
func holdsPlatform(c tenant.Conditions) (bool, error) {
	platforms, err := c.Platforms.Get()
	if err != nil && absent(err) || err == nil && platforms == nil {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	in, inErr := windowsIn(platforms.IncludePlatforms)
	out, outErr := windowsIn(platforms.ExcludePlatforms)
	switch {
	case outErr == nil && out == listedYes, inErr == nil && in == listedNo:
		return false, nil
	}
	return true, join(inErr, outErr)
}

// listing says whether a list names something.
type listing int

const (
	listedNothing listing = iota // it is empty
	listedNo
	listedYes
)

func windowsIn(fact tenant.Fact[[]string]) (listing, error) {
	list, err := tenant.ListOf(fact)
	if err != nil || len(list) == 0 {
		return listedNothing, err
	}
	var open error
	for _, v := range list {
		switch strings.ToLower(v) {
		case "all", "windows":
			return listedYes, nil
		case "android", "ios", "windowsphone", "macos", "linux":
		default:
			open = join(open, notKnown(say("the device platform %q is not known", v), v))
		}
	}
	return listedNo, open
}

// holdsRisk reports whether a condition on a risk holds for somebody without any.
func holdsRisk(fact tenant.Fact[*[]string]) (bool, error) {
	levels, err := fact.Get()
	if err != nil && absent(err) || err == nil && (levels == nil || len(*levels) == 0) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	var open error
	for _, level := range *levels {
		switch strings.ToLower(level) {
		case "none":
			return true, nil
		case "low", "medium", "high", "hidden":
		default:
			open = join(open, notKnown(say("the risk level %q is not known", level), level))
		}
	}
	return false, open
}

// holdsInsiderRisk is holdsRisk for what Microsoft Purview sees.
func holdsInsiderRisk(fact tenant.Fact[*string]) (bool, error) {
	levels, err := fact.Get()
	if err != nil && absent(err) || err == nil && (levels == nil || *levels == "") {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	var open error
	for _, level := range commaList(*levels) {
		switch strings.ToLower(level) {
		case "minor", "moderate", "elevated":
		default:
			open = join(open, notKnown(say("the risk level %q is not known", level), level))
		}
	}
	return false, open
}
