package checks

import (
	"errors"
	"slices"
	"strings"

	"breakglass/text"
)

var tamperSelf = Check{
	ID:          "tamper-self",
	Title:       "The watcher may read what it needs, and may change nothing",
	Severity:    High,
	Why:         "A watcher that lacks a permission is blind in one eye. One that may write is itself a way to lock the tenant, for whoever takes it over.",
	Passes:      "The token of the reading identity carries every permission that breakglass permissions lists, and none that is not for reading.",
	Remediation: "Grant what is missing (breakglass permissions lists it), and remove what writes: Microsoft Entra admin center > Enterprise applications > Managed identities > the identity > Permissions.",
	References:  []string{"https://learn.microsoft.com/graph/permissions-reference", "https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/overview"},
	evaluate:    judgeSelf,
}

func judgeSelf(v view) []finding {
	watcher, err := v.Watcher.Get()
	if err != nil {
		if notCollected(err) {
			return []finding{v.tenantFinding(notApplicable("What the reading identity may do was not collected."))}
		}
		return []finding{v.tenantFinding(unknown(err))}
	}
	id, idErr := watcher.AppID.Get()
	roles, err := watcher.Roles.Get()
	if err = errors.Join(idErr, err); err != nil {
		return []finding{v.tenantFinding(unknown(err).with("appId", known(id)...).with("roles", sorted(roles)...))}
	}
	subject := Subject{Type: SubjectApplication, ID: id, Name: "breakglass-watch"}
	var missing, writing []string
	var problems []any
	for _, p := range Permissions() {
		if !slices.ContainsFunc(roles, func(r string) bool { return strings.EqualFold(r, p.Name) }) {
			missing = append(missing, p.Name)
		}
	}
	for _, r := range roles {
		if !reads(r) {
			writing = append(writing, r)
		}
	}
	if len(missing) > 0 {
		problems = append(problems, say("it lacks %s", text.Join(text.Comma, sorted(missing))))
	}
	if len(writing) > 0 {
		problems = append(problems, say("it holds what is not for reading: %s", text.Join(text.Comma, sorted(writing))))
	}
	said := pass("The identity holds every permission that is needed, and none that writes.")
	if len(problems) > 0 {
		said = fail(text.Sentence(text.Clauses(problems...))).with("missing", sorted(missing)...).with("writing", sorted(writing)...)
	}
	return []finding{{subject: subject, verdict: said}}
}

// known is a list of what is known: of one value or none.
func known(value string) []string {
	if value == "" {
		return nil
	}
	return []string{value}
}
