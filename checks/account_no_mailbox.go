package checks

import (
	"errors"
	"slices"
	"strings"

	"breakglass/signin"
	"breakglass/tenant"
	"breakglass/text"
)

var accountNoMailbox = Check{
	ID:       "account-no-mailbox",
	Title:    "The account has no mailbox",
	Severity: Low,
	Why: "An account outside Conditional Access is also outside the policy that blocks legacy sign-in. A mailbox brings protocols that know no " +
		"multifactor authentication, so the password alone can be tried there, and mail brings phishing.",
	Passes: "No assigned plan with `service` `exchange` that gives a mailbox has the `capabilityStatus` `Enabled` or `Warning`. By Microsoft's list of service plans " +
		"Exchange Foundation, archive add-ons and what protects or searches mail give none; a plan of Exchange that is on no list counts.",
	Remediation: "Microsoft 365 admin center > Users > Active users > the account > Licenses and apps: remove the licence, or the app Exchange Online.",
	References: []string{pageEmergencyAccess, "https://learn.microsoft.com/entra/identity/conditional-access/policy-block-legacy-authentication",
		"https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference"},
	evaluate: perAccount(judgeMailbox),
}

func judgeMailbox(_ view, u tenant.User) verdict {
	plans, err := u.AssignedPlans.Get()
	if err != nil {
		return unknown(err)
	}
	var ids, statuses []string
	var open error
	for _, p := range plans {
		gives, givesErr := givesMailbox(p)
		on, onErr := switchedOn(p)
		switch {
		case givesErr == nil && !gives, onErr == nil && !on:
		case givesErr != nil || onErr != nil:
			open = errors.Join(open, givesErr, onErr)
		default:
			status, _ := p.CapabilityStatus.Get() // it is on
			statuses = append(statuses, *status)
			if id, err := p.ServicePlanID.Get(); err == nil && id != nil {
				ids = append(ids, strings.ToLower(*id))
			}
		}
	}
	switch {
	case len(statuses) > 0:
		return fail(say("The account has a plan for Exchange Online (%s).", text.Join(text.Comma, sorted(statuses)))).
			with("capabilityStatus", sorted(statuses)...).with("servicePlanId", sorted(ids)...)
	case open != nil:
		return unknown(open)
	}
	return pass("The account has no plan for a mailbox.")
}

// givesMailbox reports whether a plan is for a mailbox, if it is on. The error says that it
// may be.
func givesMailbox(p tenant.AssignedPlan) (bool, error) {
	id, idErr := p.ServicePlanID.Get()
	plan := ""
	if idErr == nil && id != nil {
		plan = strings.ToLower(*id)
	}
	if mailboxPlans()[plan] != "" {
		return true, nil
	}
	if mailboxlessPlans()[plan] != "" {
		return false, nil
	}
	service, err := p.Service.Get()
	switch {
	case err != nil:
		return false, err
	case service == nil:
		return false, signin.Doubting(signin.Doubting(say("the service of an assigned plan is null"), "servicePlanId", plan), "unread", "assignedPlans/*/service")
	case strings.EqualFold(*service, "exchange"):
		return true, nil // a plan on no list counts
	case slices.Contains(otherServices(), strings.ToLower(*service)):
		return false, nil
	}
	return false, signin.Doubting(signin.Doubting(say("whether the service %q of an assigned plan is a mailbox is not known", *service), "service", *service), "servicePlanId", plan)
}

// switchedOn reports whether a plan can be used, by the states that Microsoft documents.
// https://learn.microsoft.com/graph/api/resources/assignedplan#capabilitystatus-values
func switchedOn(p tenant.AssignedPlan) (bool, error) {
	status, err := p.CapabilityStatus.Get()
	switch {
	case err != nil:
		return false, err
	case status == nil:
		return false, signin.Doubting(say("the state of an assigned plan is null"), "unread", "assignedPlans/*/capabilityStatus")
	}
	switch strings.ToLower(*status) {
	case "enabled", "warning":
		return true, nil
	case "suspended", "lockedout", "deleted":
		return false, nil
	}
	return false, signin.Doubting(say("the state %q of an assigned plan is not known", *status), "capabilityStatus", *status)
}
