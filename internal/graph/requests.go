package graph

import (
	"maps"

	abstractions "github.com/microsoft/kiota-abstractions-go"
)

// query adds query options to what a builder of the SDK made.
func query(ri *abstractions.RequestInformation, err error, options map[string]any) (*abstractions.RequestInformation, error) {
	if err != nil {
		return nil, err
	}
	for name, value := range options {
		ri.QueryParametersAny["%24"+name] = value
	}
	return ri, nil
}

func selecting(properties ...string) map[string]any { return map[string]any{"select": properties} }

func filtering(filter string, properties ...string) map[string]any {
	options := map[string]any{"filter": filter}
	if len(properties) > 0 {
		options["select"] = properties
	}
	return options
}

// What is selected is what the checks use, and nothing else.
func userProperties() []string {
	return []string{
		"id", "userPrincipalName", "displayName", "accountEnabled", "userType", "onPremisesSyncEnabled", "authorizationInfo", "passwordPolicies", "lastPasswordChangeDateTime",
		"assignedPlans", "isManagementRestricted", "mobilePhone", "businessPhones", "otherMails",
	}
}

func groupProperties() []string {
	return []string{"id", "displayName", "isAssignableToRole", "isManagementRestricted", "groupTypes", "onPremisesSyncEnabled"}
}

func (r *reading) organization() (*abstractions.RequestInformation, error) {
	ri, err := r.client().Organization().ToGetRequestInformation(r.ctx, nil)
	return query(ri, err, selecting("id", "displayName", "assignedPlans", "verifiedDomains"))
}

func (r *reading) domains() (*abstractions.RequestInformation, error) {
	ri, err := r.client().Domains().ToGetRequestInformation(r.ctx, nil)
	return query(ri, err, selecting("id", "authenticationType", "isInitial", "passwordValidityPeriodInDays"))
}

func (r *reading) roleAssignments() (*abstractions.RequestInformation, error) {
	ri, err := r.client().RoleManagement().Directory().RoleAssignments().ToGetRequestInformation(r.ctx, nil)
	return query(ri, err, selecting("id", "principalId", "roleDefinitionId", "directoryScopeId"))
}

func scheduleQuery() map[string]any {
	return filtering("roleDefinitionId eq '"+globalAdministrator+"'",
		"id", "principalId", "roleDefinitionId", "directoryScopeId", "memberType", "startDateTime", "endDateTime")
}

func (r *reading) roleAssignmentSchedules() (*abstractions.RequestInformation, error) {
	ri, err := r.client().RoleManagement().Directory().RoleAssignmentScheduleInstances().ToGetRequestInformation(r.ctx, nil)
	options := scheduleQuery()
	options["select"] = append(options["select"].([]string), "assignmentType")
	return query(ri, err, options)
}

func (r *reading) roleEligibilitySchedules() (*abstractions.RequestInformation, error) {
	ri, err := r.client().RoleManagement().Directory().RoleEligibilityScheduleInstances().ToGetRequestInformation(r.ctx, nil)
	return query(ri, err, scheduleQuery())
}

func (r *reading) policies() (*abstractions.RequestInformation, error) {
	ri, err := r.client().Identity().ConditionalAccess().Policies().ToGetRequestInformation(r.ctx, nil)
	return query(ri, err, selecting("id", "displayName", "state", "conditions", "grantControls", "sessionControls"))
}

// previewPolicies are the policies as beta lists them: v1.0 leaves out those that use a
// preview feature, without a word.
// https://learn.microsoft.com/graph/api/conditionalaccessroot-list-policies?view=graph-rest-beta
func (r *reading) previewPolicies() (*abstractions.RequestInformation, error) {
	ri := r.get(r.carrier.beta(), "/identity/conditionalAccess/policies{?%24select}", nil)
	return query(ri, nil, selecting("id", "displayName", "state", "conditions", "grantControls", "sessionControls"))
}

func (r *reading) strengths() (*abstractions.RequestInformation, error) {
	return r.client().Policies().AuthenticationStrengthPolicies().ToGetRequestInformation(r.ctx, nil)
}

func (r *reading) methodsPolicy() (*abstractions.RequestInformation, error) {
	return r.client().Policies().AuthenticationMethodsPolicy().ToGetRequestInformation(r.ctx, nil)
}

func (r *reading) certificateConfigurations() (*abstractions.RequestInformation, error) {
	ri, err := r.client().Directory().PublicKeyInfrastructure().CertificateBasedAuthConfigurations().ToGetRequestInformation(r.ctx, nil)
	return query(ri, err, selecting("id"))
}

// get is a request for which the SDK has no builder, below one of the versions.
func (r *reading) get(base, template string, parameters map[string]string) *abstractions.RequestInformation {
	all := map[string]string{"version": base} // not baseurl: the adapter sets that one
	maps.Copy(all, parameters)
	ri := abstractions.NewRequestInformationWithMethodAndUrlTemplateAndPathParameters(abstractions.GET, "{+version}"+template, all)
	ri.Headers.TryAdd("Accept", "application/json")
	return ri
}

func (r *reading) certificateAuthorities(id string) (*abstractions.RequestInformation, error) {
	ri := r.get(r.carrier.base.String(), "/directory/publicKeyInfrastructure/certificateBasedAuthConfigurations/{id}/certificateAuthorities{?%24select}",
		map[string]string{"id": id})
	return query(ri, nil, selecting("id", "displayName", "certificateAuthorityType", "expirationDateTime", "issuer", "issuerSubjectKeyIdentifier"))
}

func (r *reading) user(declared string) (*abstractions.RequestInformation, error) {
	ri, err := r.client().Users().ByUserId(declared).ToGetRequestInformation(r.ctx, nil)
	return query(ri, err, selecting(userProperties()...))
}

func (r *reading) signInActivity(id string) (*abstractions.RequestInformation, error) {
	ri, err := r.client().Users().ByUserId(id).ToGetRequestInformation(r.ctx, nil)
	return query(ri, err, selecting("id", "signInActivity"))
}

// methods are those that beta lists: v1.0 leaves out hardware tokens, without a word.
// https://learn.microsoft.com/graph/api/authentication-list-methods?view=graph-rest-beta
func (r *reading) methods(id string) (*abstractions.RequestInformation, error) {
	return r.get(r.carrier.beta(), "/users/{id}/authentication/methods", map[string]string{"id": id}), nil
}

// publishedMethods are those that v1.0 lists.
func (r *reading) publishedMethods(id string) (*abstractions.RequestInformation, error) {
	return r.client().Users().ByUserId(id).Authentication().Methods().ToGetRequestInformation(r.ctx, nil)
}

// hardwareTokens is the configuration of hardware tokens, which only beta knows.
// https://learn.microsoft.com/graph/api/resources/hardwareoathauthenticationmethodconfiguration?view=graph-rest-beta
func (r *reading) hardwareTokens() (*abstractions.RequestInformation, error) {
	return r.get(r.carrier.beta(), "/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/"+hardwareOATH, nil), nil
}

func (r *reading) memberOf(id string) (*abstractions.RequestInformation, error) {
	ri, err := r.client().Users().ByUserId(id).TransitiveMemberOf().GraphGroup().ToGetRequestInformation(r.ctx, nil)
	return query(ri, err, selecting(groupProperties()...))
}

func (r *reading) group(id string) (*abstractions.RequestInformation, error) {
	ri, err := r.client().Groups().ByGroupId(id).ToGetRequestInformation(r.ctx, nil)
	return query(ri, err, selecting(groupProperties()...))
}

// members are those that beta lists: v1.0 leaves out applications, without a word.
// https://learn.microsoft.com/graph/known-issues#get-groupsidmembers-doesnt-return-service-principals-in-v10
func (r *reading) members(id string) (*abstractions.RequestInformation, error) {
	return query(r.get(r.carrier.beta(), "/groups/{id}/members{?%24select}", map[string]string{"id": id}), nil, selecting("id", "displayName"))
}

// owners are those that beta lists, as members are.
// https://learn.microsoft.com/graph/api/group-list-owners
func (r *reading) owners(id string) (*abstractions.RequestInformation, error) {
	return query(r.get(r.carrier.beta(), "/groups/{id}/owners{?%24select}", map[string]string{"id": id}), nil, selecting("id", "displayName"))
}

// roleGroups are the groups that can hold a role.
// https://learn.microsoft.com/entra/identity/role-based-access-control/groups-concept
func (r *reading) roleGroups() (*abstractions.RequestInformation, error) {
	ri, err := r.client().Groups().ToGetRequestInformation(r.ctx, nil)
	return query(ri, err, filtering("isAssignableToRole eq true", groupProperties()...))
}

// deletedItem asks whether an id is of something that was deleted.
// https://learn.microsoft.com/graph/api/directory-deleteditems-get
func (r *reading) deletedItem(id string) (*abstractions.RequestInformation, error) {
	ri, err := r.client().Directory().DeletedItems().ByDirectoryObjectId(id).ToGetRequestInformation(r.ctx, nil)
	return query(ri, err, selecting("id"))
}

func (r *reading) securityDefaults() (*abstractions.RequestInformation, error) {
	ri, err := r.client().Policies().IdentitySecurityDefaultsEnforcementPolicy().ToGetRequestInformation(r.ctx, nil)
	return query(ri, err, selecting("id", "isEnabled"))
}

func (r *reading) authorizationPolicy() (*abstractions.RequestInformation, error) {
	ri, err := r.client().Policies().AuthorizationPolicy().ToGetRequestInformation(r.ctx, nil)
	return query(ri, err, selecting("id", "allowedToUseSSPR"))
}

func (r *reading) namedLocations() (*abstractions.RequestInformation, error) {
	return r.client().Identity().ConditionalAccess().NamedLocations().ToGetRequestInformation(r.ctx, nil)
}

// rolePolicies is PIM's settings of Global Administrator, with their rules.
// https://learn.microsoft.com/graph/api/policyroot-list-rolemanagementpolicyassignments
func (r *reading) rolePolicies() (*abstractions.RequestInformation, error) {
	ri, err := r.client().Policies().RoleManagementPolicyAssignments().ToGetRequestInformation(r.ctx, nil)
	options := filtering("scopeId eq '/' and scopeType eq 'DirectoryRole' and roleDefinitionId eq '" + globalAdministrator + "'")
	options["expand"] = []string{"policy($expand=rules)"}
	return query(ri, err, options)
}

// riskyUsers is a list of one, or of none where Microsoft sees no risk.
// https://learn.microsoft.com/graph/api/riskyuser-list
func (r *reading) riskyUsers(id string) (*abstractions.RequestInformation, error) {
	ri, err := r.client().IdentityProtection().RiskyUsers().ToGetRequestInformation(r.ctx, nil)
	return query(ri, err, filtering("id eq '"+id+"'", "id", "riskLevel", "riskState"))
}

// mfaRequirements is the state of per-user MFA, which only beta knows.
// https://learn.microsoft.com/graph/api/authentication-get?view=graph-rest-beta
func (r *reading) mfaRequirements(id string) (*abstractions.RequestInformation, error) {
	return r.get(r.carrier.beta(), "/users/{id}/authentication/requirements", map[string]string{"id": id}), nil
}

func (r *reading) administrativeUnits() (*abstractions.RequestInformation, error) {
	ri, err := r.client().Directory().AdministrativeUnits().ToGetRequestInformation(r.ctx, nil)
	return query(ri, err, selecting("id", "displayName", "isMemberManagementRestricted"))
}

func (r *reading) unitMembers(id string) (*abstractions.RequestInformation, error) {
	ri, err := r.client().Directory().AdministrativeUnits().ByAdministrativeUnitId(id).Members().ToGetRequestInformation(r.ctx, nil)
	return query(ri, err, selecting("id"))
}

// graphPermissions lists who holds which application permission of Microsoft Graph.
// https://learn.microsoft.com/graph/api/serviceprincipal-list-approleassignedto
func (r *reading) graphPermissions() (*abstractions.RequestInformation, error) {
	ri := r.get(r.carrier.base.String(), "/servicePrincipals(appId='{appId}')/appRoleAssignedTo{?%24select,%24top}", map[string]string{"appId": microsoftGraph})
	options := selecting("id", "appRoleId", "principalId", "principalType", "resourceId")
	options["top"] = 999
	return query(ri, nil, options)
}

func (r *reading) servicePrincipal(id string) (*abstractions.RequestInformation, error) {
	ri, err := r.client().ServicePrincipals().ByServicePrincipalId(id).ToGetRequestInformation(r.ctx, nil)
	return query(ri, err, selecting("id", "appId", "displayName", "appOwnerOrganizationId"))
}

// userExists and groupExists ask whether there is such an object, and nothing else.
func (r *reading) userExists(id string) (*abstractions.RequestInformation, error) {
	ri, err := r.client().Users().ByUserId(id).ToGetRequestInformation(r.ctx, nil)
	return query(ri, err, selecting("id"))
}

func (r *reading) groupExists(id string) (*abstractions.RequestInformation, error) {
	ri, err := r.client().Groups().ByGroupId(id).ToGetRequestInformation(r.ctx, nil)
	return query(ri, err, selecting("id"))
}

func (r *reading) groupAssignmentSchedules(id string) (*abstractions.RequestInformation, error) {
	ri, err := r.client().IdentityGovernance().PrivilegedAccess().Group().AssignmentScheduleInstances().ToGetRequestInformation(r.ctx, nil)
	return query(ri, err, filtering("groupId eq '"+id+"'"))
}

func (r *reading) groupEligibilitySchedules(id string) (*abstractions.RequestInformation, error) {
	ri, err := r.client().IdentityGovernance().PrivilegedAccess().Group().EligibilityScheduleInstances().ToGetRequestInformation(r.ctx, nil)
	return query(ri, err, filtering("groupId eq '"+id+"'"))
}
