package checks

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"breakglass/signin"
	"breakglass/tenant"
)

var tamperApplications = Check{
	ID:       "tamper-applications",
	Title:    "No unknown application can tamper with the emergency accounts",
	Severity: Medium,
	Why: "An application with such a permission can disable an account, reset its password, remove its keys or its role, or change the policies, at night and with no person signed in. " +
		"Who takes over the application has the power to lock the tenant.",
	Passes: "The application is Microsoft's own (by the organisation that owns it, never by its name), is accepted under `allow.applications`, or holds no Graph permission and no directory role " +
		"with which an account or the policies around it can be changed. High with a direct way to Global Administrator.",
	Remediation: "Microsoft Entra admin center > Enterprise applications > the application > Permissions: find out who needs it, and remove what it does not need. " +
		"If it must stay, protect its credentials and its owners as those of an administrator, and accept it under `allow.applications` in breakglass.yaml.",
	References: []string{"https://learn.microsoft.com/entra/architecture/security-operations-applications",
		"https://learn.microsoft.com/graph/permissions-reference"},
	evaluate: judgeApplications,
}

// microsoftTenants own Microsoft's own applications.
// https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in
func microsoftTenants() []string {
	return []string{"f8cdef31-a31e-4b4a-93e4-5f571e91255a", "72f988bf-86f1-41af-91ab-2d7cd011db47"}
}

func judgeApplications(v view) []finding {
	principals, err := v.ServicePrincipals.Get()
	roles, rolesErr := v.rolesOf()
	var findings []finding
	for _, p := range principals {
		name := p.ID
		if n, err := p.DisplayName.Get(); err == nil && n != nil && *n != "" {
			name = *n
		}
		findings = append(findings, finding{
			subject: Subject{Type: SubjectApplication, ID: p.ID, Name: name},
			verdict: v.judgeApplication(p, roles[strings.ToLower(p.ID)], rolesErr),
		})
	}
	return v.covered(findings, err, "Every application that holds a permission of Microsoft Graph or a directory role is known.",
		"No application holds a permission of Microsoft Graph or a directory role.")
}

// rolesOf returns the directory roles that principals hold, tenant-wide or in part.
func (v view) rolesOf() (map[string][]string, error) {
	assignments, err := v.RoleAssignments.Get()
	if err != nil {
		return nil, err
	}
	roles := map[string][]string{}
	var open error
	for _, a := range assignments {
		principal, principalErr := a.PrincipalID.Get()
		role, roleErr := a.RoleDefinitionID.Get()
		if err := errors.Join(principalErr, roleErr); err != nil {
			open = errors.Join(open, err)
			continue
		}
		key := strings.ToLower(principal)
		roles[key] = append(roles[key], strings.ToLower(role))
	}
	return roles, open
}

func (v view) judgeApplication(p tenant.ServicePrincipal, roles []string, rolesErr error) verdict {
	owner, ownerErr := p.AppOwnerOrganizationID.Get()
	switch {
	case slices.ContainsFunc(v.settings.AllowedApplications, func(id string) bool { return strings.EqualFold(id, p.ID) }):
		return pass("The application is accepted under `allow.applications`.")
	case ownerErr == nil && owner != nil && slices.Contains(microsoftTenants(), strings.ToLower(*owner)):
		return pass("The application is Microsoft's own.")
	}
	var powers, direct []string
	open := rolesErr
	for _, role := range roles {
		if name, ok := tamperingRoles()[role]; ok {
			powers = append(powers, "role "+name)
			if role == signin.GlobalAdministrator || role == privilegedRoleAdministrator {
				direct = append(direct, name)
			}
		}
	}
	assignments, err := p.AppRoleAssignments.Get()
	open = errors.Join(open, err)
	for _, a := range assignments {
		id, err := a.AppRoleID.Get()
		if err != nil {
			open = errors.Join(open, err)
			continue
		}
		if power, ok := tamperingPermissions()[strings.ToLower(id)]; ok {
			powers = append(powers, power.name)
			if power.direct {
				direct = append(direct, power.name)
			}
		}
	}
	said := fail("The application holds "+strings.Join(sorted(powers), ", ")+".").with("powers", sorted(powers)...)
	switch {
	case len(powers) > 0 && ownerErr != nil:
		return unknown(fmt.Errorf("the application holds %s, and whose it is was not read: %w", strings.Join(sorted(powers), ", "), ownerErr))
	case len(direct) > 0:
		return said.as(High)
	case len(powers) > 0:
		return said
	case open != nil:
		return unknown(open)
	}
	return pass("The application holds nothing with which an account could be changed.")
}
