package checks

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"breakglass/signin"
	"breakglass/tenant"
)

// A regular administrator is a user who is no emergency account and holds Global
// Administrator tenant-wide, active or eligible.

// isAccount reports whether a user is an emergency account.
func (v view) isAccount(id string) bool {
	return slices.ContainsFunc(v.accounts, func(a account) bool { return strings.EqualFold(a.id, id) })
}

// regular returns the regular administrators that are known. The error says that
// there may be others, or that one of these may be an emergency account.
func (v view) regular() ([]signin.Administrator, error) {
	open := v.administratorsOpen
	all := slices.DeleteFunc(slices.Clone(v.administrators), func(a signin.Administrator) bool { return v.isAccount(a.User.ID) })
	for _, e := range v.entries {
		if e.err != nil {
			open = errors.Join(open, e.err)
		}
	}
	return all, open
}

// groupsUnread is why not all users of the declared groups are known: whoever is no
// account may be one.
func (v view) groupsUnread() error {
	var open error
	for _, e := range v.entries {
		if e.err != nil && e.subject.Type == SubjectGroup {
			open = errors.Join(open, e.err)
		}
	}
	return open
}

// mayBeAccount is why it is not known whether a user is an emergency account: in a declared
// group that was not read, or named by a declaration where his own name was not read.
func (v view) mayBeAccount(u tenant.User) error {
	open := v.groupsUnread()
	_, nameErr := u.UserPrincipalName.Get()
	for _, e := range v.entries {
		if e.err != nil && nameErr != nil && tenant.IsUserPrincipalName(e.declared.User) {
			open = errors.Join(open, nameErr)
		}
	}
	return open
}

// covered adds a finding for the tenant that says whether everything was asked about
// that there is: if not, there may be failures that nobody sees. It stands there always,
// so that the loss of sight and its end are results like others.
func (v view) covered(findings []finding, open error, all, none string) []finding {
	switch {
	case open != nil:
		return append(findings, v.tenantFinding(unknown(open)))
	case len(findings) == 0:
		return append(findings, v.tenantFinding(notApplicable(none)))
	}
	return append(findings, v.tenantFinding(pass(all)))
}

// perAdministrator asks the question of every regular administrator who is not known
// to be disabled.
func perAdministrator(judge func(view, signin.Administrator) verdict) func(view) []finding {
	return func(v view) []finding {
		admins, open := v.regular()
		var findings []finding
		for _, a := range admins {
			if enabled, err := a.User.AccountEnabled.Get(); err == nil && !enabled {
				continue
			}
			said := judge(v, a)
			if err := v.mayBeAccount(a.User); err != nil && said.status == Fail {
				said = unknown(err)
			}
			findings = append(findings, finding{subject: subjectOf(a.User), verdict: said})
		}
		return v.covered(findings, open, "Every regular administrator is known.", "There is no enabled regular administrator.")
	}
}

func subjectOf(u tenant.User) Subject { return Subject{Type: SubjectUser, ID: u.ID, Name: u.Label()} }

// tenantFinding is a verdict about the tenant as a whole.
func (v view) tenantFinding(said verdict) finding {
	t := tenantOf(v.Snapshot)
	return finding{subject: Subject{Type: SubjectTenant, ID: t.ID, Name: cmp.Or(t.DisplayName, t.DefaultDomain, t.ID)}, verdict: said}
}

// meantFor returns the policies that count and are meant for a user, whether or not
// they exclude that user. The error says which others may be.
func (v view) meantFor(u tenant.User, counts func(tenant.Policy) (bool, error)) ([]tenant.Policy, error) {
	policies, open := v.Policies()
	var meant []tenant.Policy
	for _, p := range sortedPolicies(policies) {
		counted, err := counts(p)
		if err == nil && !counted {
			continue
		}
		application, applyErr := signin.WouldApply(v.Snapshot, u, p)
		if applyErr == nil && !application.Can {
			continue
		}
		// For who is let out, a filter that was not read counts against the policy: it
		// may be meant for nobody.
		if err := errors.Join(err, applyErr, filterUnread(p)); err != nil {
			open = errors.Join(open, inPolicy(p, err))
			continue
		}
		meant = append(meant, p)
	}
	return meant, open
}

// filterUnread is why it is not known whether a policy filters applications.
func filterUnread(p tenant.Policy) error {
	c, err := p.Conditions.Get()
	if err != nil {
		return err
	}
	apps, err := c.Applications.Get()
	if err != nil {
		return err
	}
	_, err = apps.ApplicationFilter.Get()
	return err
}
