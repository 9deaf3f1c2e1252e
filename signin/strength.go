package signin

import (
	"slices"
	"strings"

	"breakglass/tenant"
)

// A Credential is one that is multifactor authentication by itself.
type Credential struct {
	Mode   string  // its mode in authentication strengths, such as fido2, or a combination such as password,sms
	AAGUID *string // of a passkey; nil if not known
}

// Modes of a Credential.
const (
	ModeFIDO2       = "fido2"
	ModeCertificate = "x509CertificateMultiFactor"
)

// strengthAdmits says whether an authentication strength admits a credential
// alone. What it allows stands in the policy; what narrows a combination stands
// in the list of strengths only.
// https://learn.microsoft.com/entra/identity/authentication/concept-authentication-strengths
func strengthAdmits(s tenant.Snapshot, inline tenant.AuthenticationStrength, c Credential) (bool, error) {
	strength := inline
	all, listErr := s.AuthenticationStrengthPolicies.Get()
	for _, known := range all {
		if strings.EqualFold(known.ID, inline.ID) {
			strength = known
		}
	}
	combinations, err := strength.AllowedCombinations.Get()
	if err != nil {
		if combinations, err = inline.AllowedCombinations.Get(); err != nil {
			return false, join(err, listErr)
		}
	}
	if !slices.ContainsFunc(combinations, func(combination string) bool { return sameCombination(combination, c.Mode) }) {
		return false, nil
	}
	configurations, err := strength.Configurations.Get()
	if err != nil {
		return builtInStrength(inline.ID), onlyIf(!builtInStrength(inline.ID), join(err, listErr))
	}
	var open error
	for _, configuration := range configurations {
		admitted, err := configurationAdmits(configuration, c)
		if err == nil && !admitted {
			return false, nil
		}
		open = join(open, err)
	}
	return open == nil, open
}

// sameCombination compares two comma-joined lists of modes, whose order says nothing.
func sameCombination(a, b string) bool {
	return a == b || slices.Equal(slices.Sorted(slices.Values(commaList(a))), slices.Sorted(slices.Values(commaList(b))))
}

func onlyIf(condition bool, err error) error {
	if condition {
		return err
	}
	return nil
}

// builtInStrength reports whether a strength is one of Microsoft's, which have no
// combination configurations.
func builtInStrength(id string) bool {
	return slices.Contains([]string{
		"00000000-0000-0000-0000-000000000002",
		"00000000-0000-0000-0000-000000000003",
		"00000000-0000-0000-0000-000000000004",
	}, id)
}

func configurationAdmits(configuration tenant.CombinationConfiguration, c Credential) (bool, error) {
	modes, err := configuration.AppliesToCombinations.Get()
	if err != nil {
		return false, err
	}
	if !slices.ContainsFunc(modes, func(mode string) bool { return sameCombination(mode, c.Mode) }) {
		return true, nil
	}
	if c.Mode == ModeCertificate {
		return false, say("the strength asks for certain issuers or policies of certificates")
	}
	allowed, err := configuration.AllowedAAGUIDs.Get()
	if err != nil {
		return false, err
	}
	if c.AAGUID == nil {
		return false, say("the AAGUID of the passkey is not known")
	}
	return slices.ContainsFunc(allowed, func(g string) bool { return strings.EqualFold(g, *c.AAGUID) }), nil
}
