package checks

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"breakglass/signin"
	"breakglass/tenant"
	"breakglass/text"
)

var tamperApplications = Check{
	ID:       "tamper-applications",
	Title:    "No unknown application can tamper with the emergency accounts",
	Severity: Medium,
	Why: "An application with such a permission can disable an account, reset its password, remove its keys or its role, or change the policies, at night and with no person signed in. " +
		"Who takes over the application has the power to lock the tenant.",
	Passes: "The application is Microsoft's own (by the organisation that owns it, never by its name), is accepted under `allow.applications`, or holds no Graph permission and no directory role, " +
		"directly or through a group, with which an account or what protects it can be changed. What changes groups counts where it can change one that excludes an account, and a role " +
		"in a narrower scope where an account or such a group is in it. High with a direct way to Global Administrator.",
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
	principals, err := v.Applications()
	held, reach := v.heldRoles(), v.reach()
	var findings []finding
	for _, p := range principals {
		name := p.ID
		if n, err := p.DisplayName.Get(); err == nil && n != nil && *n != "" {
			name = *n
		}
		findings = append(findings, finding{
			subject: Subject{Type: SubjectApplication, ID: p.ID, Name: name},
			verdict: v.judgeApplication(p, held, reach),
		})
	}
	findings = v.covered(findings, errors.Join(err, held.open()), "Every application that holds a permission of Microsoft Graph or a directory role is known.",
		"No application holds a permission of Microsoft Graph or a directory role.")
	if last := &findings[len(findings)-1]; last.status == Unknown {
		last.verdict = last.with("principalId", held.unknown...)
	}
	return findings
}

func (v view) judgeApplication(p tenant.ServicePrincipal, held rolesHeld, r reach) verdict {
	owner, ownerErr := p.AppOwnerOrganizationID.Get()
	switch {
	case slices.ContainsFunc(v.settings.AllowedApplications, func(id string) bool { return strings.EqualFold(id, p.ID) }):
		return pass("The application is accepted under `allow.applications`.")
	case ownerErr == nil && owner != nil && slices.Contains(microsoftTenants(), strings.ToLower(*owner)):
		return pass("The application is Microsoft's own.")
	}
	g := grasp{reach: r}
	for _, h := range held.byApplication[strings.ToLower(p.ID)] {
		g.addRole(h)
	}
	assignments, err := p.AppRoleAssignments.Get()
	g.open = append(g.open, err)
	for _, a := range assignments {
		g.addPermission(p.ID, a)
	}
	if err := held.open(); err != nil {
		g.open = append(g.open, err)
		g.note("principalId", held.unknown...)
	}
	return g.verdict(ownerErr)
}

// A grasp is what one application can do.
type grasp struct {
	reach
	powers   []text.Text
	direct   bool
	open     []error // why there may be more
	evidence map[string][]string
}

func (g *grasp) note(property string, ids ...string) {
	if g.evidence == nil {
		g.evidence = map[string][]string{}
	}
	for _, id := range ids {
		if !strings.HasPrefix(id, "/") { // the path of a scope has a word in it
			id = strings.ToLower(id)
		}
		g.evidence[property] = append(g.evidence[property], id)
	}
}

// addRole takes a directory role. A custom one can be anything.
func (g *grasp) addRole(h roleHeld) {
	role, roleErr := h.role.Get()
	scope, scopeErr := h.scope.Get()
	if err := errors.Join(roleErr, scopeErr); err != nil {
		g.open = append(g.open, err)
		g.noteRole(role, scope, h.group)
		return
	}
	name, builtIn := tenant.BuiltInRole(role)
	p := rolePowers()[name]
	if !builtIn {
		p = power{over: overAnything}
	}
	reached, err := g.of(p.over, scope)
	switch {
	case err != nil:
		err = say("role %s: %s", roleName(cmp.Or(name, role)), err)
	case !reached:
		return
	case !builtIn:
		err = say("the role %s is a custom one, or newer than this program", role)
	}
	g.noteRole(role, scope, h.group)
	if err != nil {
		g.open = append(g.open, err)
		return
	}
	said, group := say("role %s", roleName(name)), groupLabel(g.Snapshot, h.group)
	switch narrow := scope != signin.TenantScope; {
	case h.group != "" && narrow:
		said = say("role %s through group “%s” at %s", roleName(name), group, scope)
	case h.group != "":
		said = say("role %s through group “%s”", roleName(name), group)
	case narrow:
		said = say("role %s at %s", roleName(name), scope)
	}
	g.powers, g.direct = append(g.powers, said), g.direct || p.direct
}

// roleName names a directory role as Microsoft does; the one that has a name of ours is a Term.
func roleName(name string) any {
	if name == globalAdministrator {
		return text.Term(name)
	}
	return name
}

// globalAdministrator is the role's name.
const globalAdministrator = "Global Administrator"

func (g *grasp) noteRole(role, scope, group string) {
	for _, part := range []struct{ property, id, usual string }{{"roleDefinitionId", role, ""}, {"directoryScopeId", scope, signin.TenantScope}, {"groupId", group, ""}} {
		if part.id != "" && part.id != part.usual {
			g.note(part.property, part.id)
		}
	}
}

// addPermission takes a permission. One that stands with an application is the
// application's, unless it says that it is a user's or a group's: that gives an
// application nothing.
// https://learn.microsoft.com/entra/identity-platform/howto-add-app-roles-in-apps
func (g *grasp) addPermission(application string, a tenant.AppRoleAssignment) {
	id, err := a.AppRoleID.Get()
	if err != nil {
		g.open = append(g.open, ofRow(application, "appRoleId", err))
		return
	}
	kind, err := a.PrincipalType.Get()
	switch {
	case err == nil && (strings.EqualFold(kind, "User") || strings.EqualFold(kind, "Group")):
		return
	case err == nil && !strings.EqualFold(kind, "ServicePrincipal"):
		err = say("who has the permission %s is of a kind that is not known, %s", id, kind)
	case notCollected(err):
		err = nil
	case err != nil:
		err = ofRow(application, "principalType", err)
	}
	name, known := tenant.GraphPermission(id)
	p, powerful := permissionPowers()[name]
	switch {
	case known && !powerful:
		return
	case !known && err == nil:
		err = say("the permission %s is not known", id)
	case known && err == nil:
		if reached, _ := g.of(p.over, signin.TenantScope); !reached { // of people nothing is asked, so there is no error
			return
		}
	}
	g.note("appRoleId", id)
	if err != nil {
		g.open = append(g.open, err)
		return
	}
	g.powers, g.direct = append(g.powers, say("%s", name)), g.direct || p.direct
}

// ofRow is why a property of a permission is unread. The rows have no id, and their order
// says nothing, so the reason does not say which it is.
func ofRow(application, property string, err error) error {
	var unread *tenant.UnreadError
	if !errors.As(err, &unread) {
		return err
	}
	row := *unread
	row.Key = "servicePrincipals/" + application + "/appRoleAssignments/" + property
	return &row
}

// verdict says what it comes to. ownerErr is why it is not known whose the application is.
func (g *grasp) verdict(ownerErr error) verdict {
	powers := text.Sorted(text.Comma, g.powers)
	slices.SortStableFunc(g.open, func(a, b error) int { return cmp.Compare(text.Of(a).String(), text.Of(b).String()) })
	open := errors.Join(g.open...)
	said := pass("The application holds nothing with which an account could be changed.")
	switch {
	case len(g.powers) > 0 && ownerErr != nil:
		said = unknown(say("the application holds %s, and whose it is was not read: %s", powers, ownerErr))
	case len(g.powers) > 0:
		said = fail(say("The application holds %s.", powers))
	case open != nil:
		said = unknown(open)
	default:
		return said
	}
	if g.direct && said.status == Fail {
		said = said.as(High)
	}
	for property, ids := range g.evidence {
		said = said.with(property, sorted(ids)...)
	}
	return said
}

// notCollected reports whether something is unread because nobody asked for it.
func notCollected(err error) bool {
	var unread *tenant.UnreadError
	return errors.As(err, &unread) && unread.Status == 0 && unread.Code == ""
}
