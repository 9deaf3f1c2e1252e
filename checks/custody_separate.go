package checks

import (
	"errors"
	"strings"

	"breakglass/signin"
	"breakglass/text"
)

var custodySeparate = Check{
	ID:       "custody-separate",
	Title:    "No single place and no single person holds every usable key",
	Severity: High,
	Why: "A fire, a lock that jams, a building that cannot be entered, a person who is ill: one of these must not take every key. " +
		"Microsoft asks for safes in separate locations.",
	Passes: "The usable keys of all emergency accounts together are not all in one `place`, and there is no person without whom none of them can be fetched " +
		"(the only one of `custodians` for every key). Whoever is written down twice, also in another case or with other blanks, is one person. Not applicable without `custody`.",
	Remediation: "Move one key to another place, name a second custodian for it, and write both down under `custody` in breakglass.yaml.",
	References:  []string{pageEmergencyAccess},
	evaluate:    perTenant(judgeSeparate),
}

// A holding is where one usable key is, and who can fetch it; empty if that is not
// written down.
type holding struct {
	key        string
	place      string
	custodians []string
}

func judgeSeparate(v view) verdict {
	if len(v.settings.Custody) == 0 {
		return notApplicable(noCustody)
	}
	holdings, open := v.holdings()
	switch {
	case len(holdings) == 0 && open != nil:
		return unknown(open)
	case len(holdings) == 0:
		return fail("No emergency account has a usable key.").with("accounts", v.accountIDs()...).with("tenant", v.tenantID()...)
	}
	ids := make([]string, len(holdings))
	for i, h := range holdings {
		ids[i] = h.key
	}
	place, placeErr := together(holdings, say("custody does not say of every usable key where it is"), func(h holding) []string {
		if h.place == "" {
			return nil
		}
		return []string{h.place}
	})
	person, personErr := together(holdings, say("custody does not say of every usable key who can fetch it"), func(h holding) []string { return h.custodians })
	var problems []any
	if place != "" {
		problems = append(problems, say("every usable key is in “%s”", place))
	}
	if person != "" {
		problems = append(problems, say("only “%s” can fetch any of them", person))
	}
	switch {
	case len(problems) > 0 && open == nil:
		return fail(text.Sentence(text.Clauses(problems...))).with("credentials", sorted(ids)...)
	case len(problems) > 0, placeErr != nil || personErr != nil:
		return unknown(errors.Join(open, placeErr, personErr)).with("credentials", sorted(ids)...) // a key that is not known may be elsewhere
	}
	return pass("No single place and no single person holds every usable key.")
}

// together returns the one that every key hangs on; nothing if two keys hang on
// different ones, or a key on either of several. The error, which is given, says that it is
// not written down.
func together(holdings []holding, silence text.Text, of func(holding) []string) (string, error) {
	one, silent := "", false
	for _, h := range holdings {
		switch all := of(h); {
		case len(all) == 0:
			silent = true
		case len(all) > 1, one != "" && !signin.SameLabel(one, all[0]):
			return "", nil
		case one == "" || all[0] < one: // of several spellings the first
			one = all[0]
		}
	}
	if silent {
		return "", silence
	}
	return one, nil
}

// holdings returns where every usable key of every account is, in order. The error
// says which others there may be.
func (v view) holdings() ([]holding, error) {
	var all []holding
	open := v.unreadAccounts()
	for _, a := range v.accounts {
		if a.err != nil {
			continue
		}
		keys, err := v.keysOf(a.user)
		entries, unnamed := v.custodyOf(a.user)
		open = errors.Join(open, err, unnamed, ambiguous(keys, entries))
		for _, k := range keys {
			if k.open != nil {
				open = errors.Join(open, k.open)
				continue
			}
			if !k.usable {
				continue
			}
			c, _ := entryFor(k, entries) // none: nothing is written down
			all = append(all, holding{key: k.id, place: strings.TrimSpace(c.Place), custodians: signin.People(c.Custodians)})
		}
	}
	return all, open
}
