package checks_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"breakglass/tenant"
)

// A maker makes a small random tenant and what is declared about it.
type maker struct {
	*rand.Rand
	users, accounts, regulars, groups, roleGroups, apps []string
	file                                                object
	settings                                            oracleSettings
}

const (
	goneID      = "dddddddd-0000-4000-8000-000000000001" // deleted
	gonePerson  = "dddddddd-0000-4000-8000-000000000002" // deleted
	partnerID   = "ffffffff-0000-4000-8000-000000000001" // of another tenant
	missingID   = "ffffffff-0000-4000-8000-000000000002" // a group that was not collected
	missingUser = "ffffffff-0000-4000-8000-000000000003"
	missingApp  = "ffffffff-0000-4000-8000-000000000004"
	missingKind = "ffffffff-0000-4000-8000-000000000005" // of a type that nobody knows
	agentID     = "ffffffff-0000-4000-8000-00000000000a" // an agent's user
	otherTenant = "ffffffff-0000-4000-8000-00000000000b" // owns applications
	modelA      = "cb69481e-8ff7-4039-93ec-0a2729a154a8"
	modelB      = "fa2b99dc-9e39-4257-8f92-4a30d23c4118"
)

// makeTenant makes the tenant of a seed.
func makeTenant(seed uint64) (object, oracleSettings) {
	m := &maker{Rand: rand.New(rand.NewPCG(seed, 20261123)), file: object{"collectedAt": "2026-11-23T06:00:00Z"}}
	m.makeUsers()
	m.makeGroups()
	m.makeRoles()
	m.makeMethods()
	m.makePolicies()
	m.makeApplications()
	m.declare()
	m.memberships()
	m.repeat()
	m.leaveOut()
	m.shuffle(m.file)
	return m.file, m.settings
}

// may is true in so many of a hundred cases.
func (m *maker) may(percent int) bool { return m.IntN(100) < percent }

func pick[T any](m *maker, from ...T) T { return from[m.IntN(len(from))] }

// some picks up to n different ones, in any case of letters.
func (m *maker) some(n int, from ...string) []any {
	all := []any{}
	if n == 0 || len(from) == 0 {
		return all
	}
	for _, i := range m.Perm(len(from))[:min(m.IntN(n+1), len(from))] {
		all = append(all, m.ref(from[i]))
	}
	return all
}

// ref is a reference to an id: Graph does not promise the case of its letters.
func (m *maker) ref(id string) string {
	if guid.MatchString(id) && m.may(4) {
		return strings.ToUpper(id)
	}
	return id
}

func (m *maker) rows(key string) []any {
	all, _ := m.file[key].([]any)
	if all == nil {
		all = []any{}
	}
	return all
}

func (m *maker) add(key string, one object) { m.file[key] = append(m.rows(key), one) }

func member(kind, id string) object {
	return object{"@odata.type": "#microsoft.graph." + kind, "id": id}
}

func (m *maker) makeUsers() {
	for i := range 1 + m.IntN(3) {
		id := fmt.Sprintf("aaaaaaaa-0000-4000-8000-00000000000%d", i+1)
		m.accounts = append(m.accounts, id)
		m.makeUser(id, fmt.Sprintf("ea0%d@contoso.onmicrosoft.com", i+1), "Member")
	}
	for i := range m.IntN(4) {
		id := fmt.Sprintf("aaaaaaaa-0000-4000-8000-0000000000b%d", i)
		m.regulars = append(m.regulars, id)
		name, kind := fmt.Sprintf("admin%d@contoso.com", i), "Member"
		if m.may(20) {
			name, kind = pick(m, name, fmt.Sprintf("admin%d_fabrikam.com#EXT#@contoso.onmicrosoft.com", i)), pick(m, "Member", "Guest")
		}
		m.makeUser(id, name, kind)
	}
	m.users = slices.Concat(m.accounts, m.regulars)
	m.file["deletedObjects"] = []any{m.ref(goneID), m.ref(gonePerson)}
	absent := object{"status": 404.0, "code": "Request_ResourceNotFound"}
	m.file["unreadable"] = object{"users/" + partnerID: absent, "groups/" + partnerID: absent, "servicePrincipals/" + partnerID: absent}
}

func (m *maker) makeUser(id, name, kind string) {
	key := object{"@odata.type": "#microsoft.graph.fido2AuthenticationMethod", "id": "key-" + id[34:], "displayName": "Key", "attestationLevel": "attested",
		"aaGuid": pick(m, modelA, modelA, modelB), "passkeyType": "deviceBound"}
	methods := []any{object{"@odata.type": "#microsoft.graph.passwordAuthenticationMethod", "id": "28c10230-6103-485e-b985-444c60001490"}}
	if m.may(85) {
		methods = append(methods, key)
	}
	m.add("users", object{"id": id, "userPrincipalName": name, "displayName": name, "accountEnabled": !m.may(10), "userType": kind,
		"onPremisesSyncEnabled": nil, "authorizationInfo": object{"certificateUserIds": []any{}}, "authentication": object{"methods": methods}})
}

func (m *maker) makeGroups() {
	for i := range 2 + m.IntN(4) {
		id := fmt.Sprintf("bbbbbbbb-0000-4000-8000-00000000000%d", i)
		m.groups = append(m.groups, id)
		if m.may(40) {
			m.roleGroups = append(m.roleGroups, id)
		}
	}
	for _, id := range m.groups {
		assignable := slices.Contains(m.roleGroups, id)
		g := object{"id": id, "displayName": "Group", "isAssignableToRole": assignable, "isManagementRestricted": m.may(30), "groupTypes": []any{},
			"onPremisesSyncEnabled": pick[any](m, nil, nil, nil, false), "owners": m.owners()}
		if !assignable && m.may(15) {
			g["groupTypes"] = []any{"DynamicMembership"}
		}
		if !assignable && m.may(8) {
			g["onPremisesSyncEnabled"] = true
		}
		members := []any{}
		for _, account := range m.some(3, m.accounts...) {
			members = append(members, member("user", account.(string)))
		}
		if m.may(35) {
			for _, person := range m.some(2, m.regulars...) {
				members = append(members, member("user", person.(string)))
			}
		}
		if !assignable && m.may(50) || m.may(4) {
			for _, nested := range m.some(2, m.groups...) {
				members = append(members, member("group", nested.(string)))
			}
		}
		if m.may(8) {
			members = append(members, m.oddMember())
		}
		g["members"] = members
		m.add("groups", g)
	}
}

func (m *maker) oddMember() object {
	return pick(m, member("device", "99999999-0000-4000-8000-0000000000d1"), member("orgContact", "99999999-0000-4000-8000-0000000000d2"),
		member("agentUser", agentID), member("group", missingID), member("group", goneID), member("group", partnerID), member("user", missingUser),
		member("servicePrincipal", missingApp), member("futureKind", missingKind))
}

func (m *maker) owners() []any {
	owners := []any{}
	if m.may(20) {
		owners = append(owners, member("user", m.ref(pick(m, m.users...))))
	}
	if m.may(3) {
		owners = append(owners, pick(m, member("servicePrincipal", missingApp), member("user", missingUser), member("futureKind", missingKind)))
	}
	return owners
}

// give writes down that somebody holds a role, in the way that Graph does.
func (m *maker) give(principal, role, scope, how string) {
	row := object{"id": fmt.Sprintf("row-%d", m.IntN(1e9)), "principalId": m.ref(principal), "roleDefinitionId": m.ref(role), "directoryScopeId": scope}
	with := func(more object) object {
		maps.Copy(more, row)
		return more
	}
	instance := object{"assignmentType": "Assigned", "memberType": "Direct", "startDateTime": nil, "endDateTime": nil}
	switch how {
	case "eligible":
		m.add(eligibilities, with(object{"memberType": "Direct", "startDateTime": nil, "endDateTime": nil}))
		return
	case "ending":
		instance["endDateTime"] = "2027-01-01T00:00:00Z"
	case "activated":
		instance["assignmentType"], instance["endDateTime"] = "Activated", "2026-11-23T12:00:00Z"
		m.add(eligibilities, with(object{"memberType": "Direct", "startDateTime": nil, "endDateTime": nil}))
	case "strange":
		instance["assignmentType"] = "Borrowed"
	}
	if how != "outside" {
		m.add(instances, with(instance))
	}
	if how != "instance" {
		m.add(assignments, with(object{}))
	}
}

func (m *maker) makeRoles() {
	for _, key := range []string{assignments, instances, eligibilities, memberships, eligibleIn} {
		m.file[key] = m.rows(key)
	}
	how := func() string {
		if m.may(75) {
			return "permanent"
		}
		return pick(m, "eligible", "ending", "activated", "eligible", "strange", "outside", "instance")
	}
	for _, id := range m.users {
		if m.may(60) {
			m.give(id, globalAdministrator, pick(m, "/", "/", "/", "/", "/", "/", "/", "/", "/administrativeUnits/99999999-0000-4000-8000-0000000000a1"), how())
		}
		if m.may(25) {
			m.give(id, pick(m, conditionalAccess, globalReader, customRole), "/", how())
		}
	}
	for _, id := range m.roleGroups {
		if m.may(60) {
			m.give(id, pick(m, globalAdministrator, globalAdministrator, conditionalAccess), "/", how())
		}
		if m.may(40) {
			m.managed(id)
		}
	}
	if m.may(20) {
		m.managed(pick(m, m.groups...))
	}
	if m.may(6) {
		m.give(pick(m, goneID, gonePerson, partnerID, missingID, missingUser), pick(m, globalAdministrator, globalAdministrator, conditionalAccess), "/", how())
	}
}

// managed puts a group under PIM: its members are listed, and some are eligible.
func (m *maker) managed(group string) {
	row := func(key, principal string, more object) {
		more["id"], more["groupId"], more["principalId"] = fmt.Sprintf("row-%d", m.IntN(1e9)), m.ref(group), m.ref(principal)
		if more["accessId"] = "member"; m.may(10) {
			more["accessId"] = pick(m, "owner", "owner", "visitor")
		}
		m.add(key, more)
	}
	groups, _ := list(m.file, "groups")
	for _, g := range groups {
		members, _ := list(g, "members")
		for _, one := range members {
			if g["id"] != group || m.may(5) {
				continue
			}
			lasting := object{"assignmentType": "assigned", "memberType": "direct", "startDateTime": nil, "endDateTime": nil}
			if m.may(30) {
				lasting["assignmentType"], lasting["endDateTime"] = pick(m, "assigned", "activated"), "2027-01-01T00:00:00Z"
			}
			row(memberships, one["id"].(string), lasting)
		}
	}
	for _, principal := range m.some(2, slices.Concat(m.users, m.groups, []string{missingID, goneID})...) {
		row(eligibleIn, principal.(string), object{"memberType": "direct", "startDateTime": nil, "endDateTime": nil})
	}
}

func (m *maker) makeApplications() {
	m.file["servicePrincipals"] = []any{}
	for i := range m.IntN(3) {
		id := fmt.Sprintf("eeeeeeee-0000-4000-8000-00000000000%d", i)
		m.apps = append(m.apps, id)
		grants := []any{}
		for _, role := range m.some(1, readUsers, readUsers, readUsers, writeRoles, writePolicies) {
			grants = append(grants, object{"resourceId": "eeeeeeee-0000-4000-8000-0000000000ff", "appRoleId": role})
		}
		owner := pick[any](m, otherTenant, otherTenant, otherTenant, "f8cdef31-a31e-4b4a-93e4-5f571e91255a", "72F988BF-86F1-41AF-91AB-2D7CD011DB47", nil)
		m.add("servicePrincipals", object{"id": id, "appId": strings.Replace(id, "-8000-", "-9000-", 1), "displayName": "Application",
			"appOwnerOrganizationId": owner, "appRoleAssignments": grants})
		if m.may(40) {
			m.give(id, pick(m, slices.Concat(directRoles, changingRoles, harmlessRoles, []string{customRole})...), "/", pick(m, "permanent", "permanent", "ending", "eligible", "outside"))
		}
		if len(m.roleGroups) > 0 && m.may(25) {
			m.join(pick(m, m.roleGroups...), member("servicePrincipal", m.ref(id)))
		}
	}
}

func (m *maker) join(group string, one object) {
	groups, _ := list(m.file, "groups")
	for _, g := range groups {
		if g["id"] == group {
			g["members"] = append(g["members"].([]any), one)
		}
	}
}

func (m *maker) declare() {
	for i, id := range m.accounts {
		name := fmt.Sprintf("EA0%d@contoso.onmicrosoft.com", i+1)
		m.settings.accounts = append(m.settings.accounts, tenant.Declaration{User: pick(m, m.ref(id), name)})
	}
	if m.may(10) {
		m.settings.accounts[0] = tenant.Declaration{Group: m.ref(pick(m, m.groups...))}
	}
	if m.may(4) {
		m.settings.accounts = append(m.settings.accounts, tenant.Declaration{User: pick(m, gonePerson, missingUser, partnerID, "nobody@contoso.onmicrosoft.com")})
	}
	if len(m.apps) > 0 && m.may(10) {
		m.settings.allowedApps = []string{pick(m, m.apps...)}
	}
	m.settings.resistant = m.may(25)
	m.settings.limit = 1 + m.IntN(4)
}
