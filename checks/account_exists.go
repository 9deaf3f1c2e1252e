package checks

import "breakglass/text"

var accountExists = Check{
	ID:       "account-exists",
	Title:    "The declared emergency account exists",
	Severity: Critical,
	Explains: true,
	Why: "A declaration that names nobody watches nothing: the account may have been deleted by a clean-up, " +
		"and everybody goes on believing that it is there.",
	Passes: "The declared user exists, and the name leads to the account that it led to before; or the declared group exists and has at least one user, nested groups included. " +
		"Not found, deleted, or a group with no users is a failure. An account that was renamed, or whose name is another user's now, is high, and stays watched.",
	Remediation: "Look for the account under Microsoft Entra admin center > Users > Deleted users, where it can be restored for 30 days. " +
		"If it was renamed, correct the declaration in breakglass.yaml; the object id is the form that survives a rename.",
	References: []string{pageEmergencyAccess, "https://learn.microsoft.com/entra/fundamentals/users-restore"},
	evaluate:   declaredExists,
}

func declaredExists(v view) []finding {
	findings := make([]finding, 0, len(v.entries))
	for _, e := range v.entries {
		findings = append(findings, finding{subject: e.subject, verdict: e.exists()})
	}
	return findings
}

func (e entry) exists() verdict {
	switch {
	case !e.missing.IsZero():
		return fail(e.missing).with("declared", e.declared.String())
	case !e.mistaken.IsZero():
		said := fail(e.mistaken).as(High).with("declared", e.declared.String()).with("users", e.users...)
		said.remediation = "Give the account its name back. If the change is meant, declare the right account in breakglass.yaml, best by its object id. Find out who changed the name: Microsoft Entra admin center > Users > the account > Audit logs."
		return said
	case e.err != nil:
		return unknown(e.err)
	case e.subject.Type == SubjectGroup:
		return pass(text.Count(len(e.users), "The group exists and holds 1 user.", "The group exists and holds %d users."))
	}
	return pass("The account exists.")
}
