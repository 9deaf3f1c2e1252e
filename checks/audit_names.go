package checks

import (
	"slices"
	"strings"
	"sync"
)

// Here are names of Microsoft's, in lower case, and no sentences: activities and properties of
// the audit log, which Microsoft writes with capitals in some entries and without in others.

// updateUser is the activity of which services write most: also when they change nothing.
const updateUser = "update user"

// wholePolicy is the property under which a Conditional Access policy stands as a whole.
const wholePolicy = "ConditionalAccessPolicy"

// includedProperties is the entry that lists the properties which changed, also those that
// are not told one by one.
const includedProperties = "included updated properties"

// activityGravity says how bad an activity is whatever it changed, by its name in lower case.
var activityGravity = sync.OnceValue(func() map[string]Severity {
	all := map[string]Severity{}
	put := func(severity Severity, names ...string) {
		for _, name := range names {
			all[name] = severity
		}
	}
	put(Low, quietPIM()...)
	// Somebody looks, begins, or is told; nothing has changed yet.
	put(Low, "get passkey creation options", "user started security info registration", "user canceled security info registration", "user reviewed security info",
		"user registered all required security info", "email subscribed", "email unsubscribed", "email not sent, user unsubscribed", "accept terms of use", "decline terms of use")
	// Somebody tries to get in by the back door.
	put(Medium, "user started password reset", "user started password change", "admin started password reset", "blocked from self-service password reset",
		"self-service password reset flow activity progress")
	// Licences, devices' owners of the directory's book-keeping, and the end of sessions, which is asked for after each use.
	put(Low, "change user license", "finish applying group based license to user", "set user manager", "update stsrefreshtokenvalidfrom timestamp", "add app role assignment to group",
		"remove app role assignment from group", "remove app role assignment from user", "set group license", "start applying group based license to users", "trigger group license recalculation",
		"assign label to group", "remove label from group", "renew group", "autorenew group", "create group settings", "delete group settings", "update group settings",
		"confirmsafe", "dismissuser")
	put(0, lookups()...)
	return all
})

// lookups are activities that only read. Those of self-service group management come by
// themselves: https://learn.microsoft.com/entra/identity/monitoring-health/reference-audit-activities#self-service-group-management
func lookups() []string {
	return []string{
		"group_get", "group_getall", "group_getmembers", "group_getowners", "group_getdynamicgroupproperties", "group_getdynamicmembershipdeviceattributes", "group_getdynamicmembershipoperators",
		"group_getdynamicmembershipuserbaseattributes", "group_getexpirynotificationdate", "group_batchvalidatedynamicmembership", "group_validatedynamicmembership", "groups_get",
		"groupsodatav4_get", "groupsodatav4_getgrouplifecyclepolicies", "groupsodatav4_evaluatedynamicmembership", "grouplifecyclepolicies_get", "lcmpolicy_get",
		"user_get", "user_getall", "user_getmemberof", "user_getownedobjects", "approval_get", "approval_getall", "device_get", "device_getall",
		"features_getfeaturesasync", "features_isfeatureenabledasync", "settings_getsettingsasync", "download group members - finished (bulk)", "download groups - finished (bulk)", "download users - finished (bulk)",
	}
}

// quietPIM are the activities of Privileged Identity Management that change nothing:
// requests, what becomes of them, and its alerts.
// https://learn.microsoft.com/entra/identity/monitoring-health/reference-audit-activities#privileged-identity-management-pim
func quietPIM() []string {
	all := []string{
		"add member to role approval requested (pim activation)", "add member to role canceled (pim activation)", "add member to role request approved (pim activation)",
		"add member to role request denied (pim activation)", "add member to role requested (pim activation)", "approve request - direct role assignment", "cancel request", "cancel request for role removal",
		"cancel request for role update", "pim activation request expired", "process request", "process role removal request", "process role update request", "remove request",
		"remove member from role requested (pim deactivate)", "update eligible member in pim canceled (extend)", "update eligible member in pim requested (extend)", "update member in pim canceled (extend)",
		"update member in pim denied by admin (extend/renew)", "update member in pim requested (extend)", "deactivate pim alert", "disable pim alert", "enable pim alert", "refresh pim alert", "resolve pim alert",
		"triggered pim alert", "update pim alert setting", "onboarded resource to pim", "onboarded resource from pim", "resource updated",
	}
	for _, how := range []string{"permanent", "renew", "timebound"} {
		for _, who := range []string{"member", "eligible member"} {
			all = append(all, "add "+who+" to role in pim canceled ("+how+")", "add "+who+" to role in pim requested ("+how+")")
		}
	}
	for _, how := range []string{"permanent", "timebound"} {
		all = append(all, "remove member from role in pim requested ("+how+")", "remove eligible member from role in pim requested ("+how+")")
	}
	return all
}

// isQuiet reports whether an activity is one of PIM's that change nothing.
func isQuiet(activity string) bool { return slices.Contains(quietPIM(), activity) }

// ofHolders reports whether an activity about a role is about who holds it, and not about its
// settings. Of one that nobody knows its name decides.
func ofHolders(activity string) bool {
	settings := []string{
		"update role setting in pim", "pim policy removed", "role definition created", "add role definition", "update role definition", "delete role definition", "add role from template",
		"update role", "offboarded resource from pim", "tenant offboarded from pim",
	}
	if slices.Contains(settings, activity) {
		return false
	}
	return isQuiet(activity) || strings.Contains(activity, "member") || strings.Contains(activity, "assignment")
}

// forEverybody reports whether an activity changes what holds for every account: the
// authentication methods policy, and the security defaults, which exclude nobody.
func forEverybody(activity string) bool {
	return slices.Contains([]string{"authentication methods policy update", "authentication methods policy reset", "update security defaults"}, activity)
}

// ofDomains are the activities that change how a domain's users sign in. Their target goes by
// the domain's name.
func ofDomains(activity string) bool {
	return slices.Contains([]string{"set domain authentication", "set federation settings on domain"}, activity)
}

// propertyGravity says how bad it is that a property changed, by activity and by the property's
// name, both in lower case; 0 is nothing. The names for users and groups are Microsoft's list
// of audited properties (“Azure Active Directory audit report events”, 2016, withdrawn since
// without another in its place), and what entries of the log hold today; those of a policy are
// Graph's: https://learn.microsoft.com/entra/identity/conditional-access/troubleshoot-policy-changes-audit-log
var propertyGravity = sync.OnceValue(func() map[string]map[string]Severity {
	about := func(lists map[Severity][]string) map[string]Severity {
		all := map[string]Severity{}
		for severity, names := range lists {
			for _, name := range names {
				all[name] = severity
			}
		}
		// What an entry says of itself, and not of what changed.
		for _, name := range []string{includedProperties, "targetid.usertype", "action client name", "actorid.serviceprincipalnames", "spn", "user-agent", "methodexecutionresult."} {
			all[name] = 0
		}
		return all
	}
	user := about(map[Severity][]string{
		High: {
			"accountenabled", "strongauthenticationmethod", "strongauthenticationrequirement", "strongauthenticationuserdetails", "strongauthenticationphoneappdetail", "alternativesecurityid",
			"userprincipalname", "usertype", "passwordpolicies", "passwordprofile", "forcechangepassword", "searchabledevicekey", "devicekey", "certificateuserids", "authorizationinfo",
			"dirsyncenabled", "onpremisessyncenabled", "sourceanchor", "immutableid", "onpremisesimmutableid", "ismanagementrestricted", "softdeletiontimestamp",
		},
		Medium: {"mobile", "othermobile", "othermail", "alternativemail", "telephonenumber"}, // by which a password may be reset
		Low: {
			"assignedlicense", "assignedplan", "licenseassignmentdetail", "proxyaddresses", "mail", "mailnickname", "displayname", "givenname", "surname", "jobtitle", "department", "companyname",
			"usagelocation", "preferredlanguage", "stsrefreshtokensvalidfrom", "creationtype", "inviteticket", "invitereplyurl", "inviteresources", "userstate",
		},
		0: {"lastdirsynctime", "provisionedplan", "msexchremoterecipienttype", "preferreddatalocation", "userstatechangedon"},
	})
	group := about(map[Severity][]string{
		High: {"membershiprule", "membershipruleprocessingstate", "ismembershiprulelocked", "grouptype", "securityenabled", "dirsyncenabled", "onpremisessyncenabled", "isassignabletorole",
			"ismanagementrestricted", "ispublic", "wellknownobject"},
		Low: {"classification", "description", "displayname", "grouplicenseassignment", "mail", "mailenabled", "mailnickname", "proxyaddresses"},
		0:   {"lastdirsynctime", "reneweddatetime"},
	})
	policy := about(map[Severity][]string{
		High: {"conditionalaccesspolicy", "state", "conditions", "grantcontrols", "sessioncontrols", "policydetail"},
		Low:  {"displayname", "description"},
		0:    {"id", "modifieddatetime", "createddatetime"},
	})
	return map[string]map[string]Severity{updateUser: user, "update group": group, "update conditional access policy": policy}
})
