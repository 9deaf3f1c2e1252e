package checks_test

import (
	"slices"
	"strings"
)

// The roles that applications here hold: what each can do to an account.
var (
	directRoles   = []string{globalAdministrator, privilegedRole, privilegedAuth, partnerTier2}
	changingRoles = []string{conditionalAccess, authenticationPolicy, cloudApplication}
	harmlessRoles = []string{globalReader, reportsReader}
)

// The permissions of Microsoft Graph that applications here hold.
const (
	readUsers     = "df021288-bdef-4463-88db-98f22de89214" // User.Read.All
	writeRoles    = "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8" // RoleManagement.ReadWrite.Directory
	writePolicies = "01c0a623-fc9b-48e9-b794-0756f8e8f067" // Policy.ReadWrite.ConditionalAccess
)

// judgeApplications judges by the roles and permissions that applications hold.
func (t *oracle) judgeApplications(e expectations) {
	apps, _ := list(t.file, "servicePrincipals")
	for _, app := range apps {
		id := lower(app["id"])
		direct, power := t.appPowers(app)
		owner, there := app["appOwnerOrganizationId"]
		own := truthOf(slices.Contains([]string{"f8cdef31-a31e-4b4a-93e4-5f571e91255a", "72f988bf-86f1-41af-91ab-2d7cd011db47"}, lower(owner)))
		if !there {
			own = unclear
		}
		if slices.Contains(t.settings.allowedApps, id) {
			own = yes
		}
		bad := both(either(direct, power), not(own))
		allowed := []string{statusOf(not(bad))}
		switch {
		case bad == yes && direct == yes:
			allowed = []string{"fail high"}
		case bad == yes && direct == no:
			allowed = []string{"fail medium"}
		case bad == yes:
			allowed = []string{"fail medium", "fail high"}
		}
		e.put("tamper-applications", id, expectation{bad != no, allowed})
	}
}

// appPowers says whether an application has a direct way to Global Administrator,
// and whether it can change something else that matters.
func (t *oracle) appPowers(app object) (direct, power truth) {
	id := lower(app["id"])
	for _, role := range directRoles {
		direct = either(direct, t.active(id, role))
	}
	for _, role := range changingRoles {
		power = either(power, t.active(id, role))
	}
	power = either(power, both(unclear, t.active(id, customRole)))
	rows, _ := list(t.file, assignments)
	for _, row := range rows { // in an administrative unit, and none was collected
		if t.kind(lower(row["principalId"])) == "" && strings.HasPrefix(lower(row["directoryScopeId"]), "/administrativeunits/") {
			power = either(power, unclear)
		}
	}
	grants, read := app["appRoleAssignments"].([]any)
	if !read {
		return either(direct, unclear), either(power, unclear)
	}
	for _, grant := range grants {
		role, there := grant.(object)["appRoleId"]
		switch {
		case !there:
			direct, power = either(direct, unclear), either(power, unclear)
		case strings.EqualFold(lower(role), writeRoles):
			direct = yes
		case strings.EqualFold(lower(role), writePolicies):
			power = yes
		}
	}
	return direct, power
}
