package signin

import (
	"errors"
	"fmt"
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
	allowed  map[string]bool // countries that some policy lets out of a block
}

func placesOf(s tenant.Snapshot, c Context) places {
	p := places{snapshot: s, context: c, allowed: map[string]bool{}}
	policies, _ := s.ConditionalAccessPolicies.Get() // unread: the paths are not known anyway
	for _, policy := range policies {
		if state, err := policy.State.Get(); err != nil || state != tenant.PolicyEnabled {
			continue
		}
		conditions, _ := policy.Conditions.Get()
		if locations, err := conditions.Locations.Get(); err == nil && locations != nil {
			out, _ := locations.ExcludeLocations.Get()
			for _, id := range out {
				p.allowed[strings.ToLower(id)] = true
			}
		}
	}
	return p
}

// trustedIPs is the location of the trusted addresses of the old MFA settings.
const trustedIPs = "00000000-0000-0000-0000-000000000000"

// in reports whether the context is in one of the locations.
func (p places) in(ids []string) (bool, error) {
	var open error
	for _, id := range ids {
		in, err := p.inOne(id)
		if in {
			return true, nil
		}
		open = join(open, err)
	}
	return false, open
}

func (p places) inOne(id string) (bool, error) {
	switch {
	case strings.EqualFold(id, "All"):
		return true, nil
	case strings.EqualFold(id, "AllTrusted"), id == trustedIPs:
		return p.context == Usual, nil
	}
	all, err := p.snapshot.NamedLocations.Get()
	if err != nil {
		return false, err
	}
	i := slices.IndexFunc(all, func(l tenant.NamedLocation) bool { return strings.EqualFold(l.ID, id) })
	if i < 0 {
		return false, fmt.Errorf("the location %s is not among those that Microsoft Graph lists", id)
	}
	location := all[i]
	switch location.ODataType {
	case "#microsoft.graph.ipNamedLocation":
		trusted, err := location.IsTrusted.Get()
		if err != nil {
			return false, err
		}
		return p.context == Usual && trusted != nil && *trusted, nil
	case "#microsoft.graph.countryNamedLocation":
		if p.context == Usual {
			return p.allowed[strings.ToLower(id)], nil
		}
		unknown, err := location.IncludeUnknown.Get()
		if err != nil {
			return false, err
		}
		return unknown != nil && *unknown, nil
	}
	return false, fmt.Errorf("a location of type %q is not known", location.ODataType)
}

// applies reports whether a policy that can apply to the user does apply in the
// context: whether its conditions hold there.
func (p places) applies(policy tenant.Policy) (bool, error) {
	c, err := policy.Conditions.Get()
	if err != nil {
		return false, err
	}
	var open error
	for _, holds := range []func() (bool, error){
		func() (bool, error) { return holdsClient(c) },
		func() (bool, error) { return holdsPlatform(c) },
		func() (bool, error) { return p.holdsLocation(c) },
		func() (bool, error) { return p.holdsDevice(c) },
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

func holdsClient(c tenant.Conditions) (bool, error) {
	types, err := c.ClientAppTypes.Get()
	if err != nil || len(types) == 0 {
		return true, err
	}
	return slices.ContainsFunc(types, func(t string) bool { return t == "all" || t == "browser" }), nil
}

func holdsPlatform(c tenant.Conditions) (bool, error) {
	platforms, err := c.Platforms.Get()
	if err != nil && absent(err) || err == nil && platforms == nil {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	in, inErr := platforms.IncludePlatforms.Get()
	out, outErr := platforms.ExcludePlatforms.Get()
	windows := func(list []string) bool {
		return slices.ContainsFunc(list, func(v string) bool { return strings.EqualFold(v, "all") || strings.EqualFold(v, "windows") })
	}
	switch {
	case outErr == nil && windows(out), inErr == nil && !windows(in):
		return false, nil
	}
	return true, join(inErr, outErr)
}

func (p places) holdsLocation(c tenant.Conditions) (bool, error) {
	locations, err := c.Locations.Get()
	if err != nil && absent(err) || err == nil && locations == nil {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	included, includeErr := locations.IncludeLocations.Get()
	excluded, excludeErr := locations.ExcludeLocations.Get()
	if includeErr != nil || excludeErr != nil {
		return false, join(includeErr, excludeErr)
	}
	out, outErr := p.in(excluded)
	if out {
		return false, nil
	}
	in, inErr := p.in(included)
	if !in && inErr == nil {
		return false, nil
	}
	return true, join(inErr, outErr)
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
	return slices.Contains(*levels, "none"), nil
}

func holdsInsiderRisk(fact tenant.Fact[*string]) (bool, error) {
	levels, err := fact.Get()
	if err != nil && absent(err) || err == nil && (levels == nil || *levels == "") {
		return true, nil
	}
	return false, err
}

// holdsDevice evaluates a device filter where that can be done.
// https://learn.microsoft.com/entra/identity/conditional-access/concept-condition-filters-for-devices
func (p places) holdsDevice(c tenant.Conditions) (bool, error) {
	devices, err := c.Devices.Get()
	if err != nil && absent(err) || err == nil && devices == nil {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	if err := unknownProperties("the device conditions", devices.Other); err != nil {
		return false, err
	}
	filter, err := devices.DeviceFilter.Get()
	if err != nil || filter == nil {
		return err == nil, err
	}
	mode, modeErr := filter.Mode.Get()
	rule, ruleErr := filter.Rule.Get()
	if err := join(modeErr, ruleErr); err != nil {
		return false, err
	}
	matches, err := matchesDevice(rule, p.context)
	if err != nil {
		return false, err
	}
	switch mode {
	case "include":
		return matches, nil
	case "exclude":
		return !matches, nil
	}
	return false, fmt.Errorf("the mode %q of a device filter is not known", mode)
}

// matchesDevice evaluates a rule of one comparison, or of several joined by -and or
// -or, on the properties that a context decides. Anything else is an error.
func matchesDevice(rule string, c Context) (bool, error) {
	lower := strings.ToLower(strings.TrimSpace(rule))
	for _, joint := range []string{" -or ", " -and "} {
		parts := strings.Split(lower, joint)
		if len(parts) == 1 {
			continue
		}
		if strings.ContainsAny(lower, "()") {
			return false, fmt.Errorf("the device filter %q is too intricate to judge", rule)
		}
		var open error
		any, all := false, true
		for _, part := range parts {
			ok, err := matchesDevice(part, c)
			open = join(open, err)
			any, all = any || ok && err == nil, all && (ok || err != nil)
		}
		switch {
		case joint == " -or " && any, joint == " -and " && !all:
			return joint == " -or ", nil
		case open != nil:
			return false, open
		}
		return joint == " -and ", nil
	}
	return comparesDevice(rule, lower, c)
}

func comparesDevice(rule, lower string, c Context) (bool, error) {
	fields := strings.Fields(strings.Trim(lower, "()"))
	if len(fields) != 3 || fields[1] != "-eq" && fields[1] != "-ne" {
		return false, fmt.Errorf("the device filter %q cannot be judged", rule)
	}
	value := strings.Trim(fields[2], `"'`)
	var equal bool
	switch fields[0] {
	case "device.iscompliant":
		if value != "true" && value != "false" {
			return false, fmt.Errorf("the device filter %q cannot be judged", rule)
		}
		equal = (value == "true") == (c == Usual)
	case "device.trusttype":
		joined := value == "azuread" || value == "serverad"
		if c == Usual && joined {
			return false, errors.New("whether the usual device is joined to Microsoft Entra or hybrid joined cannot be told")
		}
		equal = false
	default:
		return false, fmt.Errorf("the device filter %q cannot be judged", rule)
	}
	return equal == (fields[1] == "-eq"), nil
}
