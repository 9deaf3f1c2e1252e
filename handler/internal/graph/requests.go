package graph

import (
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
	return []string{"id", "userPrincipalName", "displayName", "accountEnabled", "userType", "onPremisesSyncEnabled", "authorizationInfo"}
}

func groupProperties() []string {
	return []string{"id", "displayName", "isAssignableToRole"}
}

func (r *reading) organization() (*abstractions.RequestInformation, error) {
	ri, err := r.client().Organization().ToGetRequestInformation(r.ctx, nil)
	return query(ri, err, selecting("id", "displayName", "assignedPlans", "verifiedDomains"))
}

func (r *reading) domains() (*abstractions.RequestInformation, error) {
	ri, err := r.client().Domains().ToGetRequestInformation(r.ctx, nil)
	return query(ri, err, selecting("id", "authenticationType", "isInitial"))
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

// certificateAuthorities has no builder in the SDK.
func (r *reading) certificateAuthorities(id string) (*abstractions.RequestInformation, error) {
	ri := abstractions.NewRequestInformationWithMethodAndUrlTemplateAndPathParameters(abstractions.GET,
		"{+baseurl}/directory/publicKeyInfrastructure/certificateBasedAuthConfigurations/{id}/certificateAuthorities{?%24select}",
		map[string]string{"baseurl": r.carrier.base.String(), "id": id})
	ri.Headers.TryAdd("Accept", "application/json")
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

func (r *reading) methods(id string) (*abstractions.RequestInformation, error) {
	return r.client().Users().ByUserId(id).Authentication().Methods().ToGetRequestInformation(r.ctx, nil)
}

func (r *reading) memberOf(id string) (*abstractions.RequestInformation, error) {
	ri, err := r.client().Users().ByUserId(id).TransitiveMemberOf().GraphGroup().ToGetRequestInformation(r.ctx, nil)
	return query(ri, err, selecting(groupProperties()...))
}

func (r *reading) signIns(id string) (*abstractions.RequestInformation, error) {
	since := r.snapshot.CollectedAt.Add(-logKept).Format("2006-01-02T15:04:05Z")
	ri, err := r.client().AuditLogs().SignIns().ToGetRequestInformation(r.ctx, nil)
	return query(ri, err, filtering("userId eq '"+id+"' and createdDateTime ge "+since+" and status/errorCode eq 0"))
}

func (r *reading) group(id string) (*abstractions.RequestInformation, error) {
	ri, err := r.client().Groups().ByGroupId(id).ToGetRequestInformation(r.ctx, nil)
	return query(ri, err, selecting(groupProperties()...))
}

func (r *reading) members(id string) (*abstractions.RequestInformation, error) {
	ri, err := r.client().Groups().ByGroupId(id).Members().ToGetRequestInformation(r.ctx, nil)
	return query(ri, err, selecting("id", "displayName"))
}

func (r *reading) groupAssignmentSchedules(id string) (*abstractions.RequestInformation, error) {
	ri, err := r.client().IdentityGovernance().PrivilegedAccess().Group().AssignmentScheduleInstances().ToGetRequestInformation(r.ctx, nil)
	return query(ri, err, filtering("groupId eq '"+id+"'"))
}

func (r *reading) groupEligibilitySchedules(id string) (*abstractions.RequestInformation, error) {
	ri, err := r.client().IdentityGovernance().PrivilegedAccess().Group().EligibilityScheduleInstances().ToGetRequestInformation(r.ctx, nil)
	return query(ri, err, filtering("groupId eq '"+id+"'"))
}
