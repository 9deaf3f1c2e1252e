package tenant

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"breakglass/text"
)

// An UnreadError is why something could not be read. Status and Code are those
// of Graph's answer; where Graph gave none, Status is 0 and Code is one of ours.
// The zero value is something that was not collected.
type UnreadError struct {
	Key     string `json:"-"` // what: as the keys of a tenant file's unreadable
	Status  int    `json:"status,omitempty"`
	Code    string `json:"code,omitempty"`
	Message string `json:"message,omitempty"` // for a person who reads the file; never part of a report

	cause error
}

// Codes of reads that got no answer from Graph, or one that is none.
const (
	CodeDeadline    = "deadlineExceeded" // the time allowed for the whole read ran out
	CodeTimeout     = "timeout"          // no answer in time
	CodeConnection  = "connectionFailed" // no connection, or it broke
	CodeToken       = "tokenUnavailable" // the identity gave no token
	CodeUnexpected  = "unexpectedAnswer" // not the JSON that was asked for
	CodePagingLoop  = "pagingLoop"       // a page led back to an earlier one, or there was no end
	CodeForeignPage = "foreignNextLink"  // the next page is on another host; a token would travel
	CodeTooMany     = "tooManyPages"     // more pages than such a list can have
	CodeWrongType   = "wrongType"        // a value of another type than Graph's schema says
	CodeNull        = "null"             // null, where a value is needed
	CodePartial     = "partial"          // a part of it could not be read

	CodeContradiction = "contradiction" // two objects with one id say different things
	CodeDefect        = "defect"        // the program failed where it was read or judged
)

// Codes of Graph that decide more than their status does.
// https://learn.microsoft.com/graph/errors
const (
	CodeDenied   = "Authorization_RequestDenied"
	CodeNoP1     = "Authentication_RequestFromNonPremiumTenantOrB2CTenant"
	CodeNoP2     = "AadPremiumLicenseRequired"
	CodeNotFound = "Request_ResourceNotFound"
)

// NotFound reports whether err says that the object does not exist: Graph
// answered 404, which is an answer.
func NotFound(err error) bool {
	var unread *UnreadError
	return errors.As(err, &unread) && unread.Status == 404
}

// IsNull reports whether err says that a value is null where one is needed.
func IsNull(err error) bool {
	var unread *UnreadError
	return errors.As(err, &unread) && unread.Code == CodeNull
}

// NoLicence reports whether err says that the tenant has no licence for what was
// asked: the licence's name, "P1" or "P2".
func NoLicence(err error) (licence string, ok bool) {
	var unread *UnreadError
	if !errors.As(err, &unread) {
		return "", false
	}
	switch unread.Code {
	case CodeNoP1:
		return "P1", true
	case CodeNoP2:
		return "P2", true
	}
	return "", false
}

// NotCollected reports whether err says no more than that nobody asked.
func NotCollected(err error) bool {
	unread, ok := errors.AsType[*UnreadError](err)
	return ok && unread.empty()
}

// empty reports whether it says nothing but that something was not collected.
func (e *UnreadError) empty() bool { return e.Status == 0 && e.Code == "" }

// Unwrap returns the error behind the reason, where there is one.
func (e *UnreadError) Unwrap() error { return e.cause }

// Error is Text, in English.
func (e *UnreadError) Error() string { return e.Text().String() }

// say words what could not be read. See text.New.
func say(format string, args ...any) text.Text { return text.New(format, args...) }

// Text says what could not be read and why. It holds nothing of Graph's own message, which
// differs from one request to the next.
func (e *UnreadError) Text() text.Text {
	source := SourceOf(e.Key)
	switch {
	case source.Label != "":
		return say("%s: %s", source.Label, e.why(source))
	case e.Key != "":
		return say("“%s”: %s", lastProperty(e.Key), e.why(source))
	}
	return say("this: %s", e.why(source))
}

func lastProperty(key string) string { return key[strings.LastIndex(key, "/")+1:] }

func (e *UnreadError) why(source Source) text.Text {
	answer := strings.TrimSpace(fmt.Sprintf("%d %s", e.Status, e.Code)) // as Graph gave it
	switch {
	case e.Code == CodeNoP1:
		return say("the tenant has no Microsoft Entra ID P1 licence (%s)", answer)
	case e.Code == CodeNoP2:
		return say("the tenant has no Microsoft Entra ID P2 or ID Governance licence (%s)", answer)
	case e.Status == 403 && e.Code == CodeDenied && source.Permission != "":
		return say("the permission %s is missing, or the object is protected (%s)", source.Permission, answer)
	case e.Status == 401:
		return say("Microsoft Graph did not accept the identity's token (%s)", answer)
	case e.Status == 403:
		return say("Microsoft Graph refused access (%s)", answer)
	case e.Status == 404:
		return say("Microsoft Graph does not know it (%s)", answer)
	case e.Status == 429:
		return say("Microsoft Graph kept throttling the requests (%s)", answer)
	case e.Status >= 500:
		return say("Microsoft Graph failed (%s)", answer)
	case e.Status != 0:
		return say("Microsoft Graph answered %s", answer)
	}
	if words := codeWords(e.Code); !words.IsZero() {
		return words
	}
	return say("%s", e.Code)
}

// codeWords words the codes that are ours.
func codeWords(code string) text.Text {
	switch code {
	case "":
		return say("it was not collected")
	case CodeDeadline:
		return say("the time allowed for reading the tenant ran out first")
	case CodeTimeout:
		return say("Microsoft Graph did not answer in time")
	case CodeConnection:
		return say("there was no connection to Microsoft Graph, or it broke")
	case CodeToken:
		return say("the identity gave no token for Microsoft Graph")
	case CodeUnexpected:
		return say("Microsoft Graph's answer was not what was asked for")
	case CodePagingLoop:
		return say("Microsoft Graph's pages lead in a circle")
	case CodeForeignPage:
		return say("Microsoft Graph's next page is on another host, where no token is sent")
	case CodeTooMany:
		return say("there are more pages than can be read")
	case CodeWrongType:
		return say("its value is of a type that Microsoft Graph does not document")
	case CodeNull:
		return say("its value is null")
	case CodePartial:
		return say("a part of it could not be read")
	case CodeContradiction:
		return say("it was given twice, and differently")
	case CodeDefect:
		return say("a defect of breakglass-watch kept it from being told; please report it")
	}
	return text.Text{}
}

// A Source is where a fact comes from: what people call it, and the application
// permission that reads it.
type Source struct {
	Key        string    // a key of the tenant file; "*" stands for an id
	Label      text.Term // none for a single property of an object, which has a name of Graph's
	Permission string
}

// Sources lists where facts come from. The permissions are the least privileged
// ones of https://learn.microsoft.com/graph/permissions-reference.
func Sources() []Source {
	return []Source{
		{"organization", "the tenant's own record", "Organization.Read.All"},
		{"domains", "the domains", "Domain.Read.All"},
		{"domains/*/federationConfiguration", "what the domain is federated with", "Domain-InternalFederation.Read.All"},
		{"directorySynchronization", "how the directory is synchronised", "OnPremDirectorySynchronization.Read.All"},
		{"users", "the users", "User.Read.All"},
		{"users/*", "the user", "User.Read.All"},
		{"users/*/signInActivity", "the last sign-in", "AuditLog.Read.All"},
		{"users/*/signIns", "the sign-in log", "AuditLog.Read.All"},
		{"users/*/failedSignIns", "the failed sign-ins", "AuditLog.Read.All"},
		{"users/*/directoryAudits", "the audit log", "AuditLog.Read.All"},
		{"groups/*/directoryAudits", "the audit log", "AuditLog.Read.All"},
		{"roleManagementPolicyRules/directoryAudits", "the audit log", "AuditLog.Read.All"},
		{"conditionalAccessPolicies/directoryAudits", "the audit log", "AuditLog.Read.All"},
		{"domains/directoryAudits", "the audit log", "AuditLog.Read.All"},
		{"authenticationMethodsPolicy/directoryAudits", "the audit log", "AuditLog.Read.All"},
		{"users/*/authentication/methods", "the sign-in methods", "UserAuthenticationMethod.Read.All"},
		{"users/*/authentication/hardwareOathMethods", "the hardware tokens", "UserAuthenticationMethod.Read.All"},
		{"users/*/authentication/requirements", "the state of per-user MFA", "Policy.Read.All"},
		{"users/*/riskyUser", "the risk that Microsoft sees", "IdentityRiskyUser.Read.All"},
		{"users/*/transitiveMemberOf", "the group memberships", "GroupMember.Read.All"},
		{"groups", "the groups", "GroupMember.Read.All"},
		{"groups/*", "the group", "GroupMember.Read.All"},
		{"groups/directoryAudits", "the audit log of groups that may exclude the account", "AuditLog.Read.All"},
		{"groups/*/members", "the group's members", "GroupMember.Read.All"},
		{"groups/*/owners", "the group's owners", "GroupMember.Read.All"},
		{"groups/*/groupAssignmentScheduleInstances", "the group's PIM assignments", "PrivilegedAssignmentSchedule.Read.AzureADGroup"},
		{"groups/*/groupEligibilityScheduleInstances", "the group's PIM eligibility", "PrivilegedEligibilitySchedule.Read.AzureADGroup"},
		{"groupAssignmentScheduleInstances", "PIM for Groups assignments", "PrivilegedAssignmentSchedule.Read.AzureADGroup"},
		{"groupEligibilityScheduleInstances", "PIM for Groups eligibility", "PrivilegedEligibilitySchedule.Read.AzureADGroup"},
		{"roleAssignments", "the role assignments", "RoleManagement.Read.Directory"},
		{"roleAssignmentScheduleInstances", "PIM's role assignments", "RoleManagement.Read.Directory"},
		{"roleEligibilityScheduleInstances", "PIM's eligible roles", "RoleManagement.Read.Directory"},
		{"roleManagementPolicyRules", "PIM's settings of the role", "RoleManagement.Read.Directory"},
		{"administrativeUnits", "the administrative units", "AdministrativeUnit.Read.All"},
		{"namedLocations", "the named locations", "Policy.Read.All"},
		{"identitySecurityDefaultsEnforcementPolicy", "the security defaults", "Policy.Read.All"},
		{"authorizationPolicy", "the authorization policy", "Policy.Read.All"},
		{"servicePrincipals", "the applications", "Application.Read.All"},
		{"servicePrincipals/*", "the application", "Application.Read.All"},
		{"watcher", "what the reading identity may do", ""},
		{"conditionalAccessPolicies", "the Conditional Access policies", "Policy.Read.All"},
		{"authenticationStrengthPolicies", "the authentication strengths", "Policy.Read.AuthenticationMethod"},
		{"authenticationMethodsPolicy", "the authentication methods policy", "Policy.Read.AuthenticationMethod"},
		{"certificateAuthorities", "the certificate authorities", "PublicKeyInfrastructure.Read.All"},
		{"signIns", "the sign-in log", "AuditLog.Read.All"},
		{"directoryAudits", "the audit log", "AuditLog.Read.All"},
		{"deletedObjects", "the deleted objects", "User.Read.All"},
	}
}

// SourceOf finds the Source of a key: the longest one that the key lies under.
// Below a whole object a single property has no label, and the same permission.
func SourceOf(key string) Source {
	var found sourcePattern
	parts := strings.Split(key, "/")
	for _, source := range sourcePatterns() {
		if len(source.steps) >= len(found.steps) && matches(source.steps, parts) {
			found = source
		}
	}
	if found.Key != "" && len(parts) > len(found.steps) {
		found.Label = ""
	}
	return found.Source
}

// A sourcePattern is a Source with the steps of its key.
type sourcePattern struct {
	Source
	steps []string
}

var sourcePatterns = sync.OnceValue(func() []sourcePattern {
	var all []sourcePattern
	for _, source := range Sources() {
		all = append(all, sourcePattern{source, strings.Split(source.Key, "/")})
	}
	return all
})

func matches(pattern, parts []string) bool {
	if len(pattern) > len(parts) {
		return false
	}
	for i, p := range pattern {
		if p != "*" && p != parts[i] {
			return false
		}
	}
	return true
}
