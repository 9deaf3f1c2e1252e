package checks

// privilegedRoleAdministrator can give itself any role.
const privilegedRoleAdministrator = "e8611ab8-c189-46e8-94e1-60213ab1f814"

// tamperingRoles names the directory roles with which an emergency account, its role,
// its methods or the policies around it can be changed, by role template id.
// https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference
func tamperingRoles() map[string]string {
	return map[string]string{
		"62e90394-69f5-4237-9190-012177145e10": "Global Administrator",
		privilegedRoleAdministrator:            "Privileged Role Administrator",
		"7be44c8a-adaf-4e2a-84d6-ab2649e08a13": "Privileged Authentication Administrator",
		"b1be1c3e-b65d-4f19-8427-f6fa0d97feb9": "Conditional Access Administrator",
		"194ae4cb-b126-40b2-bd5b-6091b380977d": "Security Administrator",
		"MISSING":                              "Authentication Policy Administrator",
		"9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3": "Application Administrator",
		"158c047a-c907-4556-b7ef-446551a6b5f7": "Cloud Application Administrator",
		"fdd7a751-b60b-444a-984c-02652fe8fa1c": "Groups Administrator",
		"8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2": "Hybrid Identity Administrator",
		"8329153b-31d0-4727-b945-745eb3bc5f31": "Domain Name Administrator",
		"e00e864a-17c5-4a4b-9c06-f5b95a8d5bd8": "Partner Tier2 Support",
	}
}

// A power is a Graph permission with which an account, or what protects it, can be
// changed. A direct one is a way to Global Administrator by itself.
type power struct {
	name   string
	direct bool
}

// tamperingPermissions lists them by the id of the app role on Microsoft Graph.
// https://learn.microsoft.com/graph/permissions-reference
func tamperingPermissions() map[string]power {
	return map[string]power{
		"2f6817f8-7b12-4f0f-bc18-eeaf60705a9e": {"PrivilegedAccess.ReadWrite.AzureADGroup", true},
		"41202f2c-f7ab-45be-b001-85c9728b9d69": {"PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup", true},
		"dd199f4a-f148-40a4-a2ec-f0069cc799ec": {"RoleAssignmentSchedule.ReadWrite.Directory", true},
		"9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8": {"RoleManagement.ReadWrite.Directory", true},
		"eccc023d-eccf-4e7b-9683-8813ab36cecc": {"User.DeleteRestore.All", true},
		"3011c876-62b7-4ada-afa2-506cbbecc68c": {"User.EnableDisableAccount.All", true},
		"50483e42-d915-4231-9639-7fdb7fd190e5": {"UserAuthenticationMethod.ReadWrite.All", true},
		"06b708a9-e830-4db3-a914-8e69da51d44f": {"AppRoleAssignment.ReadWrite.All", true},
		"741f803b-c850-494e-b5df-cde7c675a1ca": {"User.ReadWrite.All", false},
		"19dbc75e-c2e2-444c-a770-ec69d8559fc7": {"Directory.ReadWrite.All", false},
		"c529cfca-c91b-489c-af2b-d92990b66ce6": {"User.ManageIdentities.All", false},
		"cc117bb9-00cf-4eb8-b580-ea2a878fe8f7": {"User-PasswordProfile.ReadWrite.All", false},
		"5652f862-b626-407b-a3e6-248aeb95763c": {"User.ReadWrite.CrossCloud", false},
		"77f3a031-c388-4f99-b373-dc68676a979e": {"User.RevokeSessions.All", false},
		"01c0a623-fc9b-48e9-b794-0756f8e8f067": {"Policy.ReadWrite.ConditionalAccess", false},
		"29c18626-4985-4dcd-85c0-193eef327366": {"Policy.ReadWrite.AuthenticationMethod", false},
		"1c6e93a6-28e2-4cbb-9f64-1a46a821124d": {"Policy.ReadWrite.SecurityDefaults", false},
		"fb221be6-99f2-473f-bd32-01c6a0e9ca3b": {"Policy.ReadWrite.Authorization", false},
		"d3495511-98b7-4df3-b317-4e35c19f6129": {"RoleAssignmentSchedule.Remove.Directory", false},
		"fee28b28-e1f3-4841-818e-2704dc62245f": {"RoleEligibilitySchedule.ReadWrite.Directory", false},
		"79c7e69c-0d9f-4eff-97a8-49170a5a08ba": {"RoleEligibilitySchedule.Remove.Directory", false},
		"31e08e0a-d3f7-4ca2-ac39-7343fb83e8ad": {"RoleManagementPolicy.ReadWrite.Directory", false},
		"618b6020-bca8-4de6-99f6-ef445fa4d857": {"PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup", false},
		"62a82d76-70ea-41e2-9197-370581804d09": {"Group.ReadWrite.All", false},
		"dbaae8cf-10b5-4b86-a4a1-f871c94c6695": {"GroupMember.ReadWrite.All", false},
		"5eb59dd3-1da2-4329-8733-9dabdc435916": {"AdministrativeUnit.ReadWrite.All", false},
		"1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9": {"Application.ReadWrite.All", false},
		"7e05723c-0bb0-42da-be95-ae9f08a6e53c": {"Domain.ReadWrite.All", false},
		"64d40371-8d58-4270-bc8a-b4a66de36b9a": {"Domain-InternalFederation.ReadWrite.All", false},
		"292d869f-3427-49a8-9dab-8c70152b74e9": {"Organization.ReadWrite.All", false},
		"a2b63618-5350-462d-b1b3-ba6eb3684e26": {"PublicKeyInfrastructure.ReadWrite.All", false},
		"9b50c33d-700f-43b1-b2eb-87e89b703581": {"Synchronization.ReadWrite.All", false},
		"9acd699f-1e81-4958-b001-93b1d2506e19": {"EntitlementManagement.ReadWrite.All", false},
		"e8ecb853-1435-4a49-95ba-ec5b31b11672": {"UserAuthMethod-Email.ReadWrite.All", false},
		"c7a22c2e-5b01-4129-8159-6c8be2c78f16": {"UserAuthMethod-External.ReadWrite.All", false},
		"7e9ebcc1-90aa-4471-8051-e68d6b4e9c89": {"UserAuthMethod-HardwareOATH.ReadWrite.All", false},
		"c833c349-a1ab-4b6d-94a2-fa9a8674420c": {"UserAuthMethod-MicrosoftAuthApp.ReadWrite.All", false},
		"0400e371-7db1-4338-a269-96069eb65227": {"UserAuthMethod-Passkey.ReadWrite.All", false},
		"f6d38dfd-ec08-4995-8f07-23e929df0936": {"UserAuthMethod-Password.ReadWrite.All", false},
		"6e85d483-7092-4375-babe-0a94a8213a58": {"UserAuthMethod-Phone.ReadWrite.All", false},
		"1a87acf4-a9ca-4576-a974-452ea265d5f6": {"UserAuthMethod-PlatformCred.ReadWrite.All", false},
		"4869299f-18c3-40c8-98f2-222657e67db1": {"UserAuthMethod-QR.ReadWrite.All", false},
		"1bf7461f-222a-4525-9760-f7739228d0f4": {"UserAuthMethod-ResourceKey.ReadWrite.All", false},
		"787442d4-3c6e-4e99-aa95-8ccca20a48ff": {"UserAuthMethod-SoftwareOATH.ReadWrite.All", false},
		"627169a8-8c15-451c-861a-5b80e383de5c": {"UserAuthMethod-TAP.ReadWrite.All", false},
		"f14eee8a-713e-45aa-8223-2ab74632db1a": {"UserAuthMethod-WindowsHello.ReadWrite.All", false},
	}
}
