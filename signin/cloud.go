package signin

import (
	"slices"
	"strings"

	"breakglass/tenant"
)

// MandatoryMFA reports whether Microsoft asks everybody who administers the tenant for
// multifactor authentication, as it does everywhere but in the sovereign clouds. A cloud
// is known by the suffix of the tenant's initial domain, which is returned. Where that is
// not known, Microsoft is taken to ask, and the error says why.
// https://learn.microsoft.com/entra/identity/authentication/concept-mandatory-multifactor-authentication
func MandatoryMFA(s tenant.Snapshot) (asked bool, initial string, err error) {
	initial, err = initialDomain(s)
	if err != nil {
		return true, "", err
	}
	return !tenant.OnMicrosoft(initial) || strings.HasSuffix(strings.ToLower(initial), ".onmicrosoft.com"), initial, nil
}

// initialDomain returns the domain that Microsoft gave to the tenant.
func initialDomain(s tenant.Snapshot) (string, error) {
	domains, err := s.Domains.Get()
	var named []string
	for _, d := range domains {
		if initial, err := d.IsInitial.Get(); err == nil && initial != nil && *initial {
			named = append(named, d.ID)
		}
	}
	if len(named) > 0 {
		return slices.Min(named), nil
	}
	organization, organizationErr := s.Organization.Get()
	if organizationErr != nil {
		return "", join(err, organizationErr)
	}
	verified, verifiedErr := organization.VerifiedDomains.Get()
	for _, d := range verified {
		initial, initialErr := d.IsInitial.Get()
		name, nameErr := d.Name.Get()
		if initialErr == nil && nameErr == nil && initial != nil && *initial && name != nil {
			named = append(named, *name)
		}
	}
	if len(named) > 0 {
		return slices.Min(named), nil
	}
	if err = join(err, verifiedErr); err == nil {
		err = Doubting(say("none of the tenant's domains is said to be its initial one"), "unread", "domains/*/isInitial")
	}
	return "", err
}
