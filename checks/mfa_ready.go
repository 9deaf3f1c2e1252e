package checks

import (
	"errors"
	"strings"

	"breakglass/signin"
	"breakglass/tenant"
)

var mfaReady = Check{
	ID:       "mfa-ready",
	Title:    "The account can satisfy Microsoft's mandatory multifactor authentication",
	Severity: Critical,
	Why: "Microsoft asks everybody who signs in to the admin portals or manages Azure for multifactor authentication, emergency accounts too. " +
		"No exclusion from Conditional Access exempts the account: with a password alone it stands at the door.",
	Passes: "A usable method is multifactor authentication by itself (passkey, certificate, Windows Hello, …) or a second factor beside a password. " +
		"A Temporary Access Pass, a QR code and an email do not count. Not applicable in sovereign clouds, where Microsoft does not ask for it.",
	Remediation: "Register a security key (FIDO2) at https://mysignins.microsoft.com/security-info and see that the authentication methods policy allows it.",
	References:  []string{pageMandatoryMFA, pageEmergencyAccess},
	evaluate: perAccount(func(v view, u tenant.User) verdict {
		initial, err := v.initialDomain()
		if err != nil {
			return unknown(err)
		}
		if tenant.OnMicrosoft(initial) && !strings.HasSuffix(strings.ToLower(initial), ".onmicrosoft.com") {
			return notApplicable("Microsoft does not ask for multifactor authentication in this sovereign cloud (" + initial + ").")
		}
		mfa, err := signin.MFAReady(v.Snapshot, u, v.CollectedAt.Time)
		switch {
		case mfa.Ready:
			return pass("Usable today: " + strings.Join(sorted(mfa.With), ", ") + ".")
		case err != nil:
			return unknown(err)
		case len(mfa.Stopped) == 0:
			return fail("No method for multifactor authentication is registered.")
		}
		return fail("No registered method can be used. " + capital(strings.Join(sorted(mfa.Stopped), "; ")) + ".")
	}),
}

// initialDomain returns the domain that Microsoft gave to the tenant, by which its
// cloud is known.
func (v view) initialDomain() (string, error) {
	domains, err := v.Domains.Get()
	for _, d := range domains {
		if initial, err := d.IsInitial.Get(); err == nil && initial != nil && *initial {
			return d.ID, nil
		}
	}
	organization, organizationErr := v.Organization.Get()
	if organizationErr != nil {
		return "", errors.Join(err, organizationErr)
	}
	verified, verifiedErr := organization.VerifiedDomains.Get()
	for _, d := range verified {
		initial, initialErr := d.IsInitial.Get()
		name, nameErr := d.Name.Get()
		if initialErr == nil && nameErr == nil && initial != nil && *initial && name != nil {
			return *name, nil
		}
	}
	if err = errors.Join(err, verifiedErr); err == nil {
		err = errors.New("none of the tenant's domains is said to be its initial one")
	}
	return "", err
}
