package checks

// A Permission is an application permission of Microsoft Graph that the watcher
// needs. All of them read, and none writes.
type Permission struct {
	Name string
	// ID is the id of the app role on Microsoft Graph.
	ID string
	// Reads says what it is for.
	Reads string
	// Lost says what is unknown without it.
	Lost string
}

// Permissions lists what the watcher needs, the least privileged ones of
// https://learn.microsoft.com/graph/permissions-reference.
func Permissions() []Permission {
	return []Permission{
		{"User.Read.All", "df021288-bdef-4463-88db-98f22de89214", "the accounts and the administrators", "everything about the accounts"},
		{"UserAuthenticationMethod.Read.All", "38d9df27-64da-44fd-b7c5-a6fbac20248f", "their registered sign-in methods", "which keys they have, and whether one can be used"},
		{"GroupMember.Read.All", "98830695-27a2-44f7-8c18-0c3ebc9698f6", "the groups that they are in, the members and owners of groups that exclude them", "whom a policy or a method leaves out, roles held through groups"},
		{"RoleManagement.Read.Directory", "483bed4a-2ad3-4361-a73b-c83ccdbdc53c", "role assignments, and what Privileged Identity Management (PIM) says of them", "who is an administrator, and for how long"},
		{"PrivilegedAssignmentSchedule.Read.AzureADGroup", "cd4161cb-f098-48f8-a884-1eda9a42434c", "how long memberships of role-holding groups last", "whether a role held through a group is permanent"},
		{"PrivilegedEligibilitySchedule.Read.AzureADGroup", "edb419d6-7edc-42a3-9345-509bfdf5d87c", "who can become a member of role-holding groups", "whether a role can be had through a group"},
		{"Policy.Read.All", "246dd0d5-5bd0-4def-940b-0421030a5b68", "Conditional Access, security defaults, the authorization policy, per-user MFA", "which policies can lock the accounts out"},
		{"Policy.Read.AuthenticationMethod", "8e3bc81b-d2f3-4b7b-838c-32c88218d2f0", "the authentication methods policy, authentication strengths", "whether a registered key can be used"},
		{"Domain.Read.All", "dbb9058a-0e50-45d7-ae91-66909b5d4664", "the domains", "whether the accounts' domain is federated, and whether passwords expire"},
		{"Organization.Read.All", "498476ce-e0fe-48b0-b801-37ba7e2685c6", "the tenant's name and its initial domain", "the tenant's name in messages"},
		{"AuditLog.Read.All", "b0afded3-3588-46d8-8b3d-9842eff778da", "sign-ins of the accounts, and the date of the last (needs P1)", "when somebody last signed in"},
		{"AdministrativeUnit.Read.All", "134fd756-38ce-4afd-ba33-e9623dbe66c2", "restricted management administrative units", "who protects the accounts"},
		{"Application.Read.All", "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30", "applications, and the permissions that they hold", "which applications can tamper with the accounts"},
		{"IdentityRiskyUser.Read.All", "dc5007c0-2d7d-4c42-879c-2dab87571379", "whether an account is at risk (needs P2)", "whether a risk policy can stop an account"},
		{"PublicKeyInfrastructure.Read.All", "214fda0c-514a-4650-b037-b562b1a66124", "certificate authorities, where certificates are switched on", "whether certificates can be used"},
	}
}
