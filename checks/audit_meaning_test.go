package checks

import (
	"strings"
	"testing"

	"breakglass/tenant"
)

// listedPIM are the activities of Privileged Identity Management on Microsoft's page, each once:
// those that change nothing first. “…” stands for what is in brackets after the semicolon.
// https://learn.microsoft.com/entra/identity/monitoring-health/reference-audit-activities#privileged-identity-management-pim
func listedPIM() (quiet, loud []string) {
	with := func(name string, how ...string) []string {
		var all []string
		for _, h := range how {
			all = append(all, name+" ("+h+")")
		}
		return all
	}
	for _, names := range [][]string{
		with("Add eligible member to role in PIM canceled", "permanent", "renew", "timebound"), with("Add eligible member to role in PIM requested", "permanent", "renew", "timebound"),
		with("Add member to role in PIM canceled", "permanent", "renew", "timebound"), with("Add member to role in PIM requested", "permanent", "renew", "timebound"),
		with("Remove eligible member from role in PIM requested", "permanent", "timebound"), with("Remove member from role in PIM requested", "permanent", "timebound"),
		with("Add member to role approval requested", "PIM activation"), with("Add member to role canceled", "PIM activation"), with("Add member to role request approved", "PIM activation"),
		with("Add member to role request denied", "PIM activation"), with("Add member to role requested", "PIM activation"), with("Remove member from role requested", "PIM deactivate"),
		with("Update eligible member in PIM canceled", "extend"), with("Update eligible member in PIM requested", "extend"), with("Update member in PIM canceled", "extend"),
		with("Update member in PIM requested", "extend"), with("Update member in PIM denied by admin", "extend/renew"),
		{"Approve request - direct role assignment", "PIM activation request expired", "Remove request", "Cancel request", "Cancel request for role removal", "Cancel request for role update", "Process request",
			"Process role removal request", "Process role update request", "Onboarded resource to PIM", "Onboarded resource from PIM", "Resource updated", "Deactivate PIM alert", "Disable PIM alert",
			"Enable PIM alert", "Resolve PIM alert", "Triggered PIM alert", "Refresh PIM alert", "Update PIM alert setting"},
	} {
		quiet = append(quiet, names...)
	}
	for _, names := range [][]string{
		with("Add eligible member to role in PIM completed", "permanent", "timebound"), with("Add member to role in PIM completed", "permanent", "timebound"), with("Add member to role completed", "PIM activation"),
		with("Add member to role outside of PIM", "permanent"), with("Remove eligible member from role in PIM completed", "permanent", "timebound"), with("Remove member from role in PIM completed", "permanent", "timebound"),
		with("Remove member from role", "PIM activation expired"), with("Remove member from role completed", "PIM deactivate"), with("Update member in PIM approved by admin", "extend/renew"),
		{"Remove permanent direct role assignment", "Remove permanent eligible role assignment", "Restore eligible member from role in PIM completed", "Restore member from role",
			"Restore member from role in PIM completed", "Restore permanent direct role assignment", "Restore permanent eligible role assignment"},
	} {
		loud = append(loud, names...)
	}
	return quiet, loud
}

// settingsPIM are those of PIM's activities that are about a role itself.
func settingsPIM() []string {
	return []string{"PIM policy removed", "Role definition created", "Update role setting in PIM", "Offboarded resource from PIM", "Tenant offboarded from PIM"}
}

// TestPIM walks PIM's whole list: about another's assignment of the role nothing is told;
// about an account a request is low and a change high; the settings of the role are high.
func TestPIM(t *testing.T) {
	t.Parallel()
	quiet, loud := listedPIM()
	judge := func(activity, target string) string {
		got, _ := judgement{changes: []string{audit("a", activity, target, `, "loggedByService": "PIM"`)}}.judge(t)
		return got["activity-changes ea01"]
	}
	const role = "62e90394-69f5-4237-9190-012177145e10"
	for want, activities := range map[[3]string][]string{
		{"fail low", "", ""}:                    quiet,
		{"fail high", "", "fail high"}:          loud,
		{"fail high", "fail high", "fail high"}: settingsPIM(),
	} {
		for _, activity := range activities {
			if got := [3]string{judge(activity, first), judge(activity, role), judge(strings.ToUpper(activity), emergency)}; got != want {
				t.Errorf("%s: about the account %q, the role %q, a group that excludes %q", activity, got[0], got[1], got[2])
			}
		}
	}
	if got := len(quietPIM()); got != len(quiet) {
		t.Errorf("%d activities change nothing, of %d on the page", got, len(quiet))
	}
}

// pageAudit are the activities on Microsoft's page that can have an account, a group or a policy
// as their target, by how bad they are; those that go by their properties and PIM's are apart.
// https://learn.microsoft.com/entra/identity/monitoring-health/reference-audit-activities (read 2026-11-30)
func pageAudit() map[Severity]string {
	return map[Severity]string{
		High: `Add user; Add users strong authentication phone app detail; Change user password; Convert federated user to managed; Create application password for user; Delete application password for user;
			Delete user; Disable Strong Authentication; Disable account; Enable Strong Authentication; Enable account; Hard Delete user; Remove users strong authentication phone app detail; Reset password;
			Restore user; Set force change user password; Set user oath token metadata enabled; Add FIDO2 security key; Add Windows Hello for Business credential; Add passwordless phone sign-in credential;
			Add platform credential; Delete FIDO2 security key(s); Delete Windows Hello for Business credential; Delete passwordless phone sign-in credential; Delete platform credential;
			Admin deleted security info; Admin registered security info; Admin updated security info; User changed default security info; User deleted security info; User registered security info;
			User updated security info; Fraud reported - no action taken; Fraud reported - user is blocked for MFA; Suspicious activity reported; Change password (self-service); Reset password (by admin);
			Reset password (self-service); Security info saved for self-service password reset; Unlock user account (self-service); ConfirmAccountCompromised; ConfirmCompromised;
			Add member to restricted management administrative unit; Remove member from restricted management administrative unit; Add member to administrative unit; Remove member from administrative unit;
			Add eligible member to role; Add member to role; Add role assignment to role definition; Add scoped member to role; Remove eligible member from role; Remove member from role;
			Remove role assignment from role definition; Remove scoped member from role; Add EligibleRoleAssignment to RoleDefinition; Remove EligibleRoleAssignment from RoleDefinition;
			Add member to group; Add owner to group; Delete group; Hard Delete group; Remove member from group; Remove owner from group; Restore group; Set group to be managed by user; Add group;
			Add Conditional Access policy; Delete Conditional Access policy; Update security defaults; Authentication Methods Policy Reset; Authentication Methods Policy Update;
			Set domain authentication; Set federation settings on domain; Assign Hardware Oath Token; Add registered owner to device; Add registered users to device; Add blocked user; Add bypass user;
			Update attribute values assigned to a user; Consent to application; Invite internal user to B2B collaboration; Add user to feature rollout; Remove user from feature rollout`,
		Medium: `User started password reset; User started password change; Admin started password reset; Blocked from self-service password reset; Self-service password reset flow activity progress`,
		Low: `Get passkey creation options; User canceled security info registration; User registered all required security info; User reviewed security info; User started security info registration;
			Change user license; Finish applying group based license to user; Set user manager; Update StsRefreshTokenValidFrom Timestamp; Add app role assignment to group; Remove app role assignment from user;
			Remove app role assignment from group; Set group license; Start applying group based license to users; Trigger group license recalculation; Assign label to group; Remove label from group; Renew group;
			Autorenew group; Create group settings; Delete group settings; Update group settings; ConfirmSafe; DismissUser; Accept Terms Of Use; Decline Terms Of Use; Email subscribed; Email unsubscribed;
			Email not sent, user unsubscribed`,
		0: `Group_BatchValidateDynamicMembership; Group_Get; Group_GetAll; Group_GetDynamicGroupProperties; Group_GetDynamicMembershipDeviceAttributes; Group_GetDynamicMembershipOperators;
			Group_GetDynamicMembershipUserBaseAttributes; Group_GetExpiryNotificationDate; Group_GetMembers; Group_GetOwners; Group_ValidateDynamicMembership; GroupsODataV4_Get;
			GroupsODataV4_GetgroupLifecyclePolicies; GroupsODataV4_evaluateDynamicMembership; GroupLifecyclePolicies_Get; Groups_Get; LcmPolicy_Get; User_Get; User_GetAll; User_GetMemberOf; User_GetOwnedObjects;
			Approval_Get; Approval_GetAll; Device_Get; Device_GetAll; Features_GetFeaturesAsync; Features_IsFeatureEnabledAsync; Settings_GetSettingsAsync; Download group members - finished (bulk);
			Download groups - finished (bulk); Download users - finished (bulk)`,
	}
}

// TestGravityOfActivities walks the page.
func TestGravityOfActivities(t *testing.T) {
	t.Parallel()
	walked := map[string]bool{}
	for want, list := range pageAudit() {
		for name := range strings.SplitSeq(list, ";") {
			name = strings.TrimSpace(name)
			walked[strings.ToLower(name)] = true
			if got, _ := gravity(tenant.DirectoryAudit{ActivityDisplayName: tenant.Known(&name)}); got != want {
				t.Errorf("%s is %v, want %v", name, got, want)
			}
		}
	}
	for name := range activityGravity() {
		if !walked[name] && !isQuiet(name) {
			t.Errorf("%s is on no list of the test", name)
		}
	}
}

// auditedProperties are the properties that Microsoft's list named for users and groups.
func auditedProperties() map[string]map[Severity]string {
	return map[string]map[Severity]string{
		"Update user": {
			High:   "AccountEnabled StrongAuthenticationMethod StrongAuthenticationRequirement StrongAuthenticationUserDetails StrongAuthenticationPhoneAppDetail AlternativeSecurityId UserPrincipalName UserType",
			Medium: "Mobile OtherMail OtherMobile TelephoneNumber",
			Low:    "AssignedLicense AssignedPlan LicenseAssignmentDetail CreationType InviteTicket InviteReplyUrl InviteResources ProxyAddresses StsRefreshTokensValidFrom UserState SomethingNew",
			0:      "LastDirSyncTime MSExchRemoteRecipientType PreferredDataLocation UserStateChangedOn",
		},
		"Update group": {
			High: "DirSyncEnabled GroupType IsMembershipRuleLocked IsPublic MembershipRule MembershipRuleProcessingState SecurityEnabled WellKnownObject",
			Low:  "Classification Description DisplayName GroupLicenseAssignment Mail MailEnabled MailNickname ProxyAddresses SomethingNew",
			0:    "LastDirSyncTime RenewedDateTime",
		},
		"Update Conditional Access policy": {High: "state conditions grantControls sessionControls", Low: "displayName somethingNew", 0: "id modifiedDateTime createdDateTime"},
	}
}

// TestGravityOfProperties: what changed decides, whoever did it; the worst of several counts.
func TestGravityOfProperties(t *testing.T) {
	t.Parallel()
	changed := func(activity string, names ...string) (Severity, []string) {
		var all []tenant.ModifiedProperty
		for _, name := range names {
			all = append(all, tenant.ModifiedProperty{DisplayName: tenant.Known(&name), OldValue: tenant.Known(new("a")), NewValue: tenant.Known(new("b"))})
		}
		return gravity(tenant.DirectoryAudit{ActivityDisplayName: tenant.Known(&activity), TargetResources: tenant.Known([]tenant.TargetResource{{ModifiedProperties: tenant.Known(all)}})})
	}
	for activity, lists := range auditedProperties() {
		for want, names := range lists {
			for name := range strings.FieldsSeq(names) {
				if got, told := changed(activity, name); got != want || len(told) > 0 != (want > 0) {
					t.Errorf("%s, %s: %v %q, want %v", activity, name, got, told, want)
				}
			}
		}
	}
	if got, told := changed("Update user", "LastDirSyncTime", "SomethingNew", "Mobile"); got != Medium || len(told) != 2 {
		t.Errorf("several: %v %q", got, told)
	}
}
