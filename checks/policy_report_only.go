package checks

import (
	"errors"

	"breakglass/signin"
	"breakglass/tenant"
	"breakglass/text"
)

var policyReportOnly = Check{
	ID:       "policy-report-only",
	Title:    "No report-only policy would apply to the account if it were switched on",
	Severity: Low,
	Why: "A report-only policy is one click away from locking the account out. Microsoft's own policies appear in report-only mode " +
		"and are switched on by Microsoft after a while, whether or not anybody has looked.",
	Passes:      "No report-only policy that restricts sign-in could apply to the account. Medium if one of them is managed by Microsoft.",
	Remediation: "Microsoft Entra admin center > Conditional Access > the policy > Users > Exclude: add the group that holds the emergency accounts before the policy is switched on.",
	References:  []string{pageEmergencyAccess, "https://learn.microsoft.com/entra/identity/conditional-access/managed-policies"},
	evaluate:    perAccount(judgeReportOnly),
}

func judgeReportOnly(v view, u tenant.User) verdict {
	policies, open := v.Policies()
	var would []tenant.Policy
	severity := Low
	for _, p := range sortedPolicies(policies) {
		restricts, err := restricting(p, tenant.PolicyReportOnly)
		if err == nil && !restricts {
			continue
		}
		application, applyErr := signin.CanApply(v.Snapshot, u, p)
		if applyErr == nil && !application.Can {
			continue
		}
		if err := errors.Join(err, applyErr); err != nil {
			open = errors.Join(open, inPolicy(p, err))
			continue
		}
		would = append(would, p)
		if managedByMicrosoft(p) {
			severity = Medium
		}
	}
	names, ids := policyNames(would)
	switch {
	case len(would) > 0:
		return fail(text.Count(len(would), "A report-only policy would apply to the account: %[2]s.", "%d report-only policies would apply to the account: %s.", names)).
			as(severity).with("policies", ids...)
	case open != nil:
		return unknown(open)
	}
	return pass("No report-only policy that restricts sign-in would apply to the account.")
}
