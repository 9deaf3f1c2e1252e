package checks

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"breakglass/tenant"
)

// powerless are the built-in roles that have no power over an emergency account or what
// protects it, with the reason.
// https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference
var powerless = map[string]string{
	"it reads": `AI Reader, Attribute Assignment Reader, Attribute Definition Reader, Attribute Log Reader, Attribute Provisioning Reader, Directory Readers, Entra Backup Reader,
		Global Reader, Global Secure Access Log Reader, Insights Analyst, Insights Business Leader, Message Center Privacy Reader, Message Center Reader, Purview Workload Content Reader,
		Reports Reader, Security Reader, Teams Reader, Tenant Governance Reader, Tenant Governance Relationship Reader, Usage Summary Reports Reader, User Experience Success Manager`,
	"it makes applications or agents of its own": "Agent ID Developer, Application Developer",
	"a register of agents":                       "Agent Registry Administrator",
	"custom security attributes: no condition of a policy looks at those of users, and the administrators' portals have none": `Attribute Assignment Administrator,
		Attribute Definition Administrator, Attribute Log Administrator, Attribute Provisioning Administrator`,
	"custom authentication extensions, which it cannot attach to an application": "Authentication Extensibility Administrator, Authentication Extensibility Password Administrator",
	"of Azure AD B2C and External ID alone": `B2C IEF Keyset Administrator, B2C IEF Policy Administrator, External ID User Flow Administrator,
		External ID User Flow Attribute Administrator`,
	"it invites or lists people from outside": "Extended Directory User Administrator, Guest Inviter",
	"licences, purchases and support":         "Billing Administrator, License Administrator, Microsoft 365 Support Engineer, Modern Commerce Administrator, Service Support Administrator",
	"what people see": `Edge Administrator, Office Apps Administrator, Organizational Branding Administrator, Organizational Messages Approver, Organizational Messages Writer,
		People Administrator, Search Administrator, Search Editor`,
	"data and devices of other services": `Attack Payload Author, Attack Simulation Administrator, Azure DevOps Administrator, Azure Information Protection Administrator,
		Compliance Administrator, Compliance Data Administrator, Customer LockBox Access Approver, Desktop Analytics Administrator, Dragon Administrator, Dynamics 365 Administrator,
		Dynamics 365 Business Central Administrator, Exchange Backup Administrator, Fabric Administrator, Insights Administrator, IoT Device Administrator, Kaizala Administrator,
		Microsoft 365 Backup Administrator, Microsoft 365 Migration Administrator, Microsoft Graph Data Connect Administrator, Microsoft Hardware Warranty Administrator,
		Microsoft Hardware Warranty Specialist, Network Administrator, Organizational Data Source Administrator, Permissions Management Administrator, Places Administrator,
		Power Platform Administrator, Printer Administrator, Printer Technician, Purview Workload Content Administrator, Purview Workload Content Writer,
		SharePoint Advanced Management Administrator, SharePoint Backup Administrator, SharePoint Embedded Administrator, Skype for Business Administrator,
		Teams Communications Administrator, Teams Communications Support Engineer, Teams Communications Support Specialist, Teams Devices Administrator,
		Teams External Collaboration Administrator, Teams Telephony Administrator, Virtual Visits Administrator, Viva Glint Tenant Administrator, Viva Goals Administrator,
		Viva Pulse Administrator, Windows Update Deployment Administrator`,
	"it is local on a computer":                        "Microsoft Entra Joined Device Local Administrator",
	"relations that another tenant's people accept":    "Tenant Governance Relationship Administrator",
	"it makes other tenants":                           "Tenant Creator",
	"it cannot be given, or is what everybody has":     "Guest User, Restricted Guest User, User",
	"it lets a device register, and is no longer used": "Device Join, Device Users, Workplace Device Join",
}

// TestEveryRoleIsDecided walks Microsoft's built-in roles: each has a power, or a reason
// why it has none.
func TestEveryRoleIsDecided(t *testing.T) {
	t.Parallel()
	decide(t, slices.Collect(maps.Values(tenant.BuiltInRoles())), rolePowers(), powerless, ",")
	for _, role := range []string{"Global Administrator", "Privileged Role Administrator", "Privileged Authentication Administrator", "Partner Tier2 Support"} {
		if p := rolePowers()[role]; !p.direct {
			t.Errorf("%s is no direct way", role)
		}
	}
	if n := direct(rolePowers()); n != 4 {
		t.Errorf("%d roles are direct ways", n)
	}
}

// harmlessPermissions are the application permissions of Microsoft Graph that do more than
// read and have no such power, with the reason; a word that ends with * stands for all
// that begin so.
// https://learn.microsoft.com/graph/permissions-reference
var harmlessPermissions = map[string]string{
	"agents: their users, their registers, the making of new ones": `AgentCard.* AgentCardManifest.* AgentCollection.* AgentCommunicationConfiguration.* AgentIdUser.* AgentIdentity.*
		AgentIdentityBlueprint.Create AgentIdentityBlueprint.DeleteRestore.All AgentIdentityBlueprint.UpdateBranding.All AgentIdentityBlueprintPrincipal.* AgentInstance.* AgentRegistration.*
		LifecyclePolicies-AgentId.* IdentityRiskyAgent.* CopilotPackages.* CopilotPolicySettings.*`,
	"applications of its own, or what applications look like": `Application.ReadWrite.OwnedBy Application-RemoteDesktopConfig.* AppCatalog.* IdentityRiskyServicePrincipal.* MutualTlsOauthConfiguration.*
		ServicePrincipalEndpoint.* SpiffeTrustDomain.*`,
	"requests, and the rules of asking": "ApprovalSolution.* ConsentRequest.* Policy.ReadWrite.ConsentRequest Policy.ReadWrite.AccessReview ProgramControl.* RoleManagementPolicy.ReadWrite.EntraAppRole PrivilegedAccess-CustomExt.*",
	"people from outside, and other tenants": `CrossTenantUserProfileSharing.* DelegatedAdminRelationship.* ExternalUserProfile.* IdentityProvider.* MultiTenantOrganization.* PartnerSecurity.* PendingExternalUserProfile.*
		Policy.ReadWrite.B2BManagementPolicy Policy.ReadWrite.CrossTenantAccess Policy.ReadWrite.CrossTenantCapability Policy.ReadWrite.ExternalIdentities User.Invite.All User-ConvertToInternal.*`,
	"customers' sign-up, B2C and extensions of sign-in": `APIConnectors.* CustomAuthenticationExtension.* EventListener.* IdentityUserFlow.* Policy.ReadWrite.AuthenticationFlows Policy.ReadWrite.TrustFramework
		RiskPreventionProviders.* TrustFrameworkKeySet.*`,
	"what a user is described by, shown or told": `CustomSecAttribute* CustomTags.* IdentityNotifications.* LicenseAssignment.* OrganizationalBranding.* PeopleSettings.* ProfilePhoto.* User-LifeCycleInfo.*
		User.Create User.Export.All UserNotification.* UserShiftPreferences.* LifecycleWorkflows-CustomExt.*`,
	"groups' labels, settings and making, and what is said in them": "Group.Create Group.ManageProtection.All GroupSettings.* Group-Conversation.*",
	"terms of use, which ask for a click":                           "Agreement.*",
	"Azure":                                                         "PrivilegedAccess.ReadWrite.AzureResources",
	"reports, logs, alerts and recommendations": `AttackSimulation.* AuditActivity.* BillingConfiguration.* CaseManagement.* ConfigurationMonitoring.* ContentActivity.* DirectoryRecommendations.* HealthMonitoring*
		ReportSettings.* SecurityActions.* SecurityAlert.* SecurityAnalyzedMessage.* SecurityEvents.* SecurityIncident.* SecurityIdentitiesAutoConfig.* SecurityIdentitiesHealth.* SecurityIdentitiesMigration.*
		SecurityIdentitiesSensors.* ThreatIndicators.* ThreatSubmission*`,
	"networks' branches, Cloud PCs, templates and updates": "NetworkAccessBranch.* CloudPC.* RoleManagement.ReadWrite.CloudPC DeviceTemplate.* WindowsUpdates.* TeamworkDevice.* PlaceDevice* Printer.* PrintJob.* PrintTaskDefinition.*",
	"mail, calendars, files, chats and other content": `BackupRestore-* Bookings.* BookingsAppointment.* BrowserSiteLists.* BusinessScenario* Calendars.* Call* Channel* Chat* Contacts* Content.* EngagementConversation.* EngagementRole.*
		ExternalConnection.* ExternalItem.* FileIngestion* FileStorage* Files.* InformationProtection* ListItems.* Lists.* Mail* Notes.* OnlineMeetings.* OrgSettings-* Place.* Presence.* ProtectionScopes.* RecordsManagement.*
		Schedule* SearchConfiguration.* SensitivityLabel.* SentimentSurvey.* SharePoint* ShortNotes.* Sites.* Storyline.* SubjectRightsRequest.* Tasks.* Team.Create TeamSettings.* TeamsActivity.* TeamsAppInstallation.*
		TeamsPolicyUserAssign.* TeamsTab.* TeamsTelephoneNumber.* Teamwork.* TeamworkAppSettings.* TeamworkCustomEmoji.* TeamworkSection.* TeamworkTag.* TermStore.* Virtual* WorkforceIntegration.* eDiscovery.*`,
	"schools, and learning": "EduAdministration.* EduAssignments.* EduCurricula.* IndustryData-* Learning*",
}

// TestEveryPermissionIsDecided walks the application permissions of Microsoft Graph that do
// more than read: each has a power, or a reason why it has none.
func TestEveryPermissionIsDecided(t *testing.T) {
	t.Parallel()
	var writing, reading []string
	for _, name := range tenant.GraphPermissions() {
		if reads(name) {
			reading = append(reading, name)
		} else {
			writing = append(writing, name)
		}
	}
	if len(writing) != 376 || len(reading) != 340 {
		t.Errorf("%d permissions write and %d read", len(writing), len(reading))
	}
	none := map[string]string{}
	used := map[string]bool{}
	for reason, words := range harmlessPermissions {
		var names []string
		for _, name := range writing {
			for word := range strings.FieldsSeq(words) {
				prefix, all := strings.CutSuffix(word, "*")
				if word == name || all && strings.HasPrefix(name, prefix) {
					if _, powerful := permissionPowers()[name]; powerful && all {
						continue // named by itself there
					}
					used[word] = true
					names = append(names, name)
				}
			}
		}
		none[reason] = strings.Join(names, " ")
	}
	for _, words := range harmlessPermissions {
		for word := range strings.FieldsSeq(words) {
			if !used[word] {
				t.Errorf("%s stands for nothing that writes", word)
			}
		}
	}
	decide(t, writing, permissionPowers(), none, " ")
	if n := direct(permissionPowers()); n != 8 {
		t.Errorf("%d permissions are direct ways", n)
	}
}

// decide holds every name to be in one of two tables, once.
func decide(t *testing.T, names []string, powers map[string]power, none map[string]string, separator string) {
	t.Helper()
	decided := map[string]string{}
	for name := range powers {
		decided[name] = "a power"
	}
	for reason, list := range none {
		for name := range strings.SplitSeq(list, separator) {
			if name = strings.TrimSpace(name); name == "" {
				continue
			}
			if other, twice := decided[name]; twice {
				t.Errorf("%s is decided twice: %s, and %s", name, other, reason)
			}
			decided[name] = reason
		}
	}
	slices.Sort(names)
	for _, name := range names {
		if decided[name] == "" {
			t.Errorf("%s is not decided", name)
		}
		delete(decided, name)
	}
	for name := range decided {
		t.Errorf("Microsoft has nothing called %s", name)
	}
	for name, p := range powers {
		if p.over == 0 {
			t.Errorf("%s is over nothing", name)
		}
	}
}

func direct(powers map[string]power) int {
	n := 0
	for _, p := range powers {
		if p.direct {
			n++
		}
	}
	return n
}

// TestPermissionsAreGraphs holds what the watcher needs to Microsoft's list, and to reading.
func TestPermissionsAreGraphs(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, p := range Permissions() {
		if name, ok := tenant.GraphPermission(p.ID); !ok || name != p.Name {
			t.Errorf("%s has the id of %q", p.Name, name)
		}
		if !reads(p.Name) || seen[p.ID] || p.ID != strings.ToLower(p.ID) {
			t.Errorf("%s: it writes, is there twice, or its id is in capitals", p.Name)
		}
		seen[p.ID] = true
	}
}
