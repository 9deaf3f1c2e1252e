package checks

import (
	"cmp"
	"slices"
	"strings"

	"breakglass/signin"
	"breakglass/tenant"
	"breakglass/text"
)

// managedPrefix begins the names of the policies that Microsoft creates and switches
// on by itself.
// https://learn.microsoft.com/entra/identity/conditional-access/managed-policies
const managedPrefix = "Microsoft-managed:"

func managedByMicrosoft(p tenant.Policy) bool {
	return strings.HasPrefix(strings.ToLower(p.Label()), strings.ToLower(managedPrefix))
}

// sortedPolicies returns the policies in the order of their ids.
func sortedPolicies(policies []tenant.Policy) []tenant.Policy {
	policies = slices.Clone(policies)
	slices.SortStableFunc(policies, func(a, b tenant.Policy) int { return cmp.Compare(a.ID, b.ID) })
	return policies
}

// inState reports whether a policy is in one of the states; the error, that its state
// is not known.
func inState(p tenant.Policy, states ...string) (bool, error) {
	state, err := p.State.Get()
	switch {
	case err != nil:
		return false, err
	case slices.Contains([]string{tenant.PolicyEnabled, tenant.PolicyDisabled, tenant.PolicyReportOnly}, state):
		return slices.Contains(states, state), nil
	}
	return false, signin.Doubting(say("its state %q is not known", state), "unknown", state)
}

// restricting reports whether a policy is in one of the states and can stop a sign-in
// that it applies to.
func restricting(p tenant.Policy, states ...string) (bool, error) {
	in, err := inState(p, states...)
	if err == nil && !in {
		return false, nil
	}
	demand, demandErr := signin.DemandOf(p)
	if demandErr == nil && !demand.Restricts() {
		return false, nil
	}
	if err == nil {
		err = demandErr
	}
	return err == nil, err
}

// inPolicy says in which policy something is missing.
func inPolicy(p tenant.Policy, err error) error {
	return signin.Doubting(say("policy “%s”: %s", p.Label(), err), "policies", p.ID)
}

// policyNames names policies for people.
func policyNames(policies []tenant.Policy) (names text.List, ids []string) {
	words := make([]text.Text, len(policies))
	for i, p := range policies {
		words[i] = say("“%s”", p.Label())
		ids = append(ids, p.ID)
	}
	return text.Join(text.Comma, words), sorted(ids)
}
