package checks

import (
	"regexp"
	"strings"

	"breakglass/tenant"
)

// over is a set of what a power is over.
type over uint16

const (
	overAccounts     over = 1 << iota // every user: disable or delete them, change their name, mark them as compromised
	overMethods                       // every user's password and sign-in methods, and what vouches for them
	overPeople                        // as the first two, of users who are no administrators
	overRoles                         // who holds a role
	overSecurity                      // the members of security groups that are not role-assignable
	overUnified                       // the members of Microsoft 365 groups that are not role-assignable
	overPolicies                      // Conditional Access, named and compliant networks, authentication methods, security defaults
	overDomains                       // domains, federation, synchronisation: where a user is authenticated
	overDevices                       // whether a device is compliant, or there at all
	overUnits                         // who is in an administrative unit, a restricted one too
	overApplications                  // credentials or permissions of other applications, which may hold more

	overGroups   = overSecurity | overUnified
	overObjects  = overAccounts | overMethods | overPeople | overRoles | overGroups | overApplications // what a narrower scope can be about
	overAnything = overObjects | overPolicies | overDomains | overDevices | overUnits
)

// A power is what can be done with a directory role or a permission.
type power struct {
	over   over
	direct bool // a way to Global Administrator by itself
}

// rolePowers says what can be done with each built-in directory role that has a power
// over an emergency account or what protects it, by name. All others have none.
// https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference
// https://learn.microsoft.com/entra/identity/role-based-access-control/privileged-roles-permissions#who-can-perform-sensitive-actions
func rolePowers() map[string]power {
	return map[string]power{
		"Global Administrator":                    {overAnything, true},
		"Privileged Role Administrator":           {overRoles | overUnits | overApplications, true},
		"Privileged Authentication Administrator": {overAccounts | overMethods, true},
		"Partner Tier2 Support":                   {overAccounts | overMethods | overRoles | overGroups | overDomains | overApplications, true},

		"Agent ID Administrator":                   {over: overApplications}, // credentials of agents' blueprints
		"AI Administrator":                         {over: overApplications}, // as the one before
		"Application Administrator":                {over: overApplications},
		"Authentication Administrator":             {over: overPeople},
		"Authentication Policy Administrator":      {over: overPolicies},
		"Cloud Application Administrator":          {over: overApplications},
		"Cloud App Security Administrator":         {over: overAccounts}, // Defender for Cloud Apps can suspend a user
		"Cloud Device Administrator":               {over: overDevices},
		"Conditional Access Administrator":         {over: overPolicies},
		"Device Managers":                          {over: overDevices},
		"Directory Synchronization Accounts":       {over: overDomains},
		"Directory Writers":                        {over: overAccounts | overGroups}, // may disable users; which, Microsoft does not say
		"Domain Name Administrator":                {over: overDomains},
		"Entra Backup Administrator":               {over: overAccounts | overGroups | overPolicies}, // puts them back to an earlier state
		"Entra SOC Identity Responder":             {over: overPeople},
		"Exchange Administrator":                   {over: overUnified},
		"Exchange Recipient Administrator":         {over: overUnified},
		"External Identity Provider Administrator": {over: overDomains},
		"Global Secure Access Administrator":       {over: overPolicies}, // what a compliant network is
		"Groups Administrator":                     {over: overGroups},
		"Helpdesk Administrator":                   {over: overPeople},
		"Hybrid Identity Administrator":            {over: overDomains | overMethods | overApplications}, // users' certificates too
		"Identity Governance Administrator":        {over: overRoles | overGroups},                       // through access packages and reviews
		"Intune Administrator":                     {over: overDevices | overSecurity},
		"Knowledge Administrator":                  {over: overSecurity},
		"Knowledge Manager":                        {over: overSecurity},
		"Lifecycle Workflows Administrator":        {over: overAccounts | overGroups},
		"On Premises Directory Sync Account":       {over: overDomains},
		"Partner Tier1 Support":                    {over: overPeople | overGroups | overApplications},
		"Password Administrator":                   {over: overPeople},
		"Security Administrator":                   {over: overPolicies | overDomains},
		"Security Operator":                        {over: overAccounts}, // marks a user as compromised
		"SharePoint Administrator":                 {over: overUnified},
		"Teams Administrator":                      {over: overUnified},
		"User Administrator":                       {over: overPeople | overGroups},
		"Windows 365 Administrator":                {over: overDevices | overSecurity},
		"Yammer Administrator":                     {over: overUnified},

		"Customer Delegated Admin Relationship Administrator": {over: overRoles}, // lets a partner's people hold them
		"Tenant Governance Administrator":                     {over: overRoles}, // lets another tenant's people hold them
	}
}

// permissionPowers says the same of each application permission of Microsoft Graph that
// has such a power, by name.
// https://learn.microsoft.com/graph/permissions-reference
func permissionPowers() map[string]power {
	all := map[string]power{}
	for _, row := range []struct {
		power
		names string
	}{
		{power{overRoles | overUnits | overApplications, true}, "RoleManagement.ReadWrite.Directory"},
		{power{overRoles, true}, "RoleAssignmentSchedule.ReadWrite.Directory PrivilegedAccess.ReadWrite.AzureADGroup PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup"},
		{power{overAccounts, true}, "User.DeleteRestore.All User.EnableDisableAccount.All"},
		{power{overMethods, true}, "UserAuthenticationMethod.ReadWrite.All"},
		{power{overApplications, true}, "AppRoleAssignment.ReadWrite.All"},

		{power{over: overAccounts}, `User.ReadWrite.All User.ReadUpdate.All User.ReadWrite.CrossCloud User.ManageIdentities.All User.RevokeSessions.All User-OnPremisesSyncBehavior.ReadWrite.All
			LifecycleWorkflows.ReadWrite.All LifecycleWorkflows-Workflow.ReadWrite.All LifecycleWorkflows-Workflow.Activate SynchronizationData-User.Upload SynchronizationData-User.Upload.OwnedBy
			IdentityRiskyUser.ReadWrite.All IdentityRiskEvent.ReadWrite.All SecurityIdentitiesActions.ReadWrite.All SecurityIdentitiesUserActions.ReadWrite.All CustomDetection.ReadWrite.All
			RoleManagement.ReadWrite.Defender`},
		{power{over: overAccounts | overUnified}, "EduRoster.ReadWrite.All"},
		{power{over: overMethods}, `User-PasswordProfile.ReadWrite.All User-Phone.ReadWrite.All User-Mail.ReadWrite.All UserAuthMethod-Email.ReadWrite.All UserAuthMethod-External.ReadWrite.All
			UserAuthMethod-HardwareOATH.ReadWrite.All UserAuthMethod-MicrosoftAuthApp.ReadWrite.All UserAuthMethod-Passkey.ReadWrite.All UserAuthMethod-Password.ReadWrite.All
			UserAuthMethod-Phone.ReadWrite.All UserAuthMethod-PlatformCred.ReadWrite.All UserAuthMethod-QR.ReadWrite.All UserAuthMethod-ResourceKey.ReadWrite.All
			UserAuthMethod-SoftwareOATH.ReadWrite.All UserAuthMethod-TAP.ReadWrite.All UserAuthMethod-WindowsHello.ReadWrite.All
			PublicKeyInfrastructure.ReadWrite.All Organization.ReadWrite.All DeviceManagementCloudCA.ReadWrite.All`},
		{power{over: overRoles}, `RoleAssignmentSchedule.Remove.Directory RoleEligibilitySchedule.ReadWrite.Directory RoleEligibilitySchedule.Remove.Directory RoleManagementPolicy.ReadWrite.Directory
			RoleManagementPolicy.ReadWrite.AzureADGroup RoleManagementAlert.ReadWrite.Directory PrivilegedAccess.ReadWrite.AzureAD PrivilegedAssignmentSchedule.Remove.AzureADGroup
			PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup PrivilegedEligibilitySchedule.Remove.AzureADGroup`},
		{power{over: overRoles | overGroups}, "EntitlementManagement.ReadWrite.All AccessReview.ReadWrite.All"},
		{power{over: overGroups}, "Group.ReadWrite.All GroupMember.ReadWrite.All Group-OnPremisesSyncBehavior.ReadWrite.All Group-NestingSupport.ReadWrite.All AccessReview.ReadWrite.Membership"},
		{power{over: overUnified}, "TeamMember.ReadWrite.All TeamMember.ReadWriteNonOwnerRole.All Community.ReadWrite.All RoleManagement.ReadWrite.Exchange"},
		{power{over: overPolicies}, `Policy.ReadWrite.ConditionalAccess Policy.ReadWrite.AuthenticationMethod Policy.ReadWrite.SecurityDefaults Policy.ReadWrite.Authorization
			Policy.ReadWrite.IdentityProtection Policy.ReadWrite.ApplicationConfiguration Policy.ReadWrite.Recovery AuthenticationContext.ReadWrite.All SignInIdentifier.ReadWrite.All
			NetworkAccess.ReadWrite.All NetworkAccessPolicy.ReadWrite.All`},
		{power{over: overDomains}, `Domain.ReadWrite.All Domain-InternalFederation.ReadWrite.All Synchronization.ReadWrite.All OnPremDirectorySynchronization.ReadWrite.All
			OnPremisesPublishingProfiles.ReadWrite.All Policy.ReadWrite.FeatureRollout Policy.ReadWrite.FedTokenValidation`},
		{power{over: overDevices}, `Device.ReadWrite.All DeviceManagementApps.ReadWrite.All DeviceManagementConfiguration.ReadWrite.All DeviceManagementDeploymentPlans.ReadWrite.All
			DeviceManagementManagedDevices.ReadWrite.All DeviceManagementManagedDevices.PrivilegedOperations.All DeviceManagementRBAC.ReadWrite.All DeviceManagementScripts.ReadWrite.All
			DeviceManagementServiceConfig.ReadWrite.All Policy.ReadWrite.DeviceConfiguration`},
		{power{over: overUnits}, "AdministrativeUnit.ReadWrite.All"},
		{power{over: overApplications | overGroups}, "Directory.ReadWrite.All"},
		{power{over: overApplications}, `Application.ReadWrite.All Application.ReadUpdate.All DelegatedPermissionGrant.ReadWrite.All Policy.ReadWrite.PermissionGrant
			AgentIdentityBlueprint.AddRemoveCreds.All AgentIdentityBlueprint.ReadWrite.All AgentIdentityBlueprint.UpdateAuthProperties.All
			PrivilegedAssignmentSchedule.ReadWrite.EntraAppRole PrivilegedEligibilitySchedule.ReadWrite.EntraAppRole`},
	} {
		for name := range strings.FieldsSeq(row.names) {
			all[name] = row.power
		}
	}
	return all
}

// readingOnly is the form of a permission that reads and does no more: the operation is the
// second part of its name, as in Policy.Read.All or TeamsAppInstallation.ReadForUser.All.
// https://learn.microsoft.com/graph/permissions-overview#permissions-naming-pattern
var readingOnly = regexp.MustCompile(`^[^.]+\.Read(Basic|Anonymous|(Selected)?For(Chat|Team|User))?(\.|$)`)

// reads reports whether an application permission of Microsoft Graph is for reading only.
// One that the program does not know is not.
func reads(permission string) bool {
	return tenant.IsGraphPermission(permission) && readingOnly.MatchString(permission)
}
