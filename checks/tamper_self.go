package checks

import (
	"errors"
	"slices"
	"strings"

	"breakglass/tenant"
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
		var unread *tenant.UnreadError
		if errors.As(err, &unread) && unread.Status == 0 && unread.Code == "" {
			return []finding{v.tenantFinding(notApplicable("It was not collected what the reading identity may do."))}
		}
		return []finding{v.tenantFinding(unknown(err))}
	}
	id, idErr := watcher.AppID.Get()
	roles, err := watcher.Roles.Get()
	if err = errors.Join(idErr, err); err != nil {
		return []finding{v.tenantFinding(unknown(err))}
	}
	subject := Subject{Type: SubjectApplication, ID: id, Name: "breakglass-watch"}
	var missing, writing, problems []string
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
		problems = append(problems, "it lacks "+strings.Join(sorted(missing), ", "))
	}
	if len(writing) > 0 {
		problems = append(problems, "it holds what is not for reading: "+strings.Join(sorted(writing), ", "))
	}
	said := pass("The identity holds every permission that is needed, and none that writes.")
	if len(problems) > 0 {
		said = fail(capital(strings.Join(problems, "; "))+".").with("missing", sorted(missing)...).with("writing", sorted(writing)...)
	}
	return []finding{{subject: subject, verdict: said}}
}

// reads reports whether a permission is for reading only, by its form: the operation
// is the second part of a name such as Policy.Read.All.
// https://learn.microsoft.com/graph/permissions-overview#permissions-naming-pattern
func reads(permission string) bool {
	parts := strings.Split(permission, ".")
	return len(parts) > 1 && (parts[1] == "Read" || parts[1] == "ReadBasic")
}
