package checks

import "slices"

// A Permission is an application permission of Microsoft Graph that the watcher
// needs. All of them read, and none writes.
type Permission struct {
	Name string `json:"name"`
	// ID is the id of the app role on Microsoft Graph.
	ID string `json:"id"`
	// Reads says what it is for.
	Reads string `json:"reads"`
	// Lost says what is not known without it.
	Lost string `json:"lost"`
	// Checks are the ids of those that are unknown without it, for some subject.
	Checks []string `json:"checks,omitempty"`
}

// Permissions lists what the watcher needs, the least privileged ones of
// https://learn.microsoft.com/graph/permissions-reference.
func Permissions() []Permission {
	all := permissions()
	for i, p := range all {
		all[i].Checks = slices.Clone(unknownWithout[p.Name])
	}
	return all
}

func permissions() []Permission {
	return []Permission{
		{
			Name: "User.Read.All", ID: "df021288-bdef-4463-88db-98f22de89214",
			Reads: "the accounts and the administrators",
			Lost:  "everything about the accounts",
		},
		{
			Name: "UserAuthenticationMethod.Read.All", ID: "38d9df27-64da-44fd-b7c5-a6fbac20248f",
			Reads: "their registered sign-in methods",
			Lost:  "which keys they have, and whether one can be used",
		},
		{
			Name: "GroupMember.Read.All", ID: "98830695-27a2-44f7-8c18-0c3ebc9698f6",
			Reads: "the groups that they are in, the members and owners of groups that exclude them",
			Lost:  "whom a policy or a method leaves out, roles held through groups",
		},
		{
			Name: "RoleManagement.Read.Directory", ID: "483bed4a-2ad3-4361-a73b-c83ccdbdc53c",
			Reads: "role assignments, and what Privileged Identity Management (PIM) says of them",
			Lost:  "who is an administrator, and for how long",
		},
		{
			Name: "PrivilegedAssignmentSchedule.Read.AzureADGroup", ID: "cd4161cb-f098-48f8-a884-1eda9a42434c",
			Reads: "how long memberships of role-holding groups last",
			Lost:  "whether a role held through a group is permanent",
		},
		{
			Name: "PrivilegedEligibilitySchedule.Read.AzureADGroup", ID: "edb419d6-7edc-42a3-9345-509bfdf5d87c",
			Reads: "who can become a member of role-holding groups",
			Lost:  "whether a role can be had through a group",
		},
		{
			Name: "Policy.Read.All", ID: "246dd0d5-5bd0-4def-940b-0421030a5b68",
			Reads: "Conditional Access, security defaults, the authorization policy, per-user MFA",
			Lost:  "which policies can lock the accounts out",
		},
		{
			Name: "Policy.Read.AuthenticationMethod", ID: "8e3bc81b-d2f3-4b7b-838c-32c88218d2f0",
			Reads: "the authentication methods policy, authentication strengths",
			Lost:  "whether a registered key can be used",
		},
		{
			Name: "Domain.Read.All", ID: "dbb9058a-0e50-45d7-ae91-66909b5d4664",
			Reads: "the domains",
			Lost:  "whether the accounts' domain is federated, and whether passwords expire",
		},
		{
			Name: "Domain-InternalFederation.Read.All", ID: "c0e5a7b0-e8b7-40a7-b8e0-8249e6ea81d5",
			Reads: "what a domain is federated with, where an administrator is in a federated domain",
			Lost:  "who could still sign in of those administrators: their identity provider's MFA is taken not to count",
		},
		{
			Name: "OnPremDirectorySynchronization.Read.All", ID: "bb70e231-92dc-4729-aff5-697b3f04be95",
			Reads: "whether password hashes are synchronised, where an administrator is synchronised",
			Lost:  "who could still sign in of those administrators: their passwords are taken to be checked on premises, unless passwordAuthentication says otherwise",
		},
		{
			Name: "Organization.Read.All", ID: "498476ce-e0fe-48b0-b801-37ba7e2685c6",
			Reads: "the tenant's name and its initial domain",
			Lost:  "the tenant's name in messages",
		},
		{
			Name: "AuditLog.Read.All", ID: "b0afded3-3588-46d8-8b3d-9842eff778da",
			Reads: "sign-ins of the accounts and the date of the last (needs P1), and the audit log of what decides whether they work",
			Lost:  "who signs in or tries to, who changes the accounts, and when somebody last signed in",
		},
		{
			Name: "AdministrativeUnit.Read.All", ID: "134fd756-38ce-4afd-ba33-e9623dbe66c2",
			Reads: "restricted management administrative units",
			Lost:  "who protects the accounts",
		},
		{
			Name: "Application.Read.All", ID: "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30",
			Reads: "applications, and the permissions that they hold",
			Lost:  "which applications can tamper with the accounts",
		},
		{
			Name: "IdentityRiskyUser.Read.All", ID: "dc5007c0-2d7d-4c42-879c-2dab87571379",
			Reads: "whether an account is at risk (needs P2)",
			Lost:  "whether a risk policy can stop an account",
		},
		{
			Name: "PublicKeyInfrastructure.Read.All", ID: "214fda0c-514a-4650-b037-b562b1a66124",
			Reads: "certificate authorities, where certificates are switched on",
			Lost:  "whether certificates can be used",
		},
	}
}
