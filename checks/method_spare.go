package checks

import (
	"breakglass/tenant"
)

var methodSpare = Check{
	ID:       "method-spare",
	Title:    "The account has a second usable key",
	Severity: Medium,
	Why:      "A key breaks, is lost, or its safe does not open. With one key per account there is no second try, and replacing the key takes somebody who can still sign in.",
	Passes:   "At least two passkeys are usable, or one and certificate-based authentication.",
	Remediation: "Register a second security key for the account at https://mysignins.microsoft.com/security-info, and keep it in another place than the first. " +
		"See method-usable for what keeps a registered key from being used.",
	References: []string{pageEmergencyAccess, pagePasskeys},
	evaluate: perAccount(func(v view, u tenant.User) verdict {
		c := v.credentials(u)
		switch n := len(c.certain); {
		case n >= 2:
			return pass(say("%d keys are usable.", n))
		case n+len(c.possible) >= 2, c.open != nil:
			return unknown(c.open)
		case n == 1:
			return fail("Only one key is usable.").with("methods", v.keyIDs(u)...)
		}
		return fail("No key is usable.").with("methods", v.keyIDs(u)...).with("user", u.ID)
	}),
}

// keyIDs returns the ids of the keys that an account has registered.
func (v view) keyIDs(u tenant.User) []string {
	keys, _ := v.keysOf(u) // those that are known
	ids := make([]string, len(keys))
	for i, k := range keys {
		ids[i] = k.id
	}
	return sorted(ids)
}
