package standin_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"breakglass/internal/standin"
)

// A schema is Graph's, as testdata/graph-v1.0.txt writes it down.
type schema map[string]*schemaType

type schemaType struct {
	kind       string // entity, complex, enum or flags
	base       string
	properties map[string]string
	members    []string
}

func readSchema(t *testing.T) schema {
	t.Helper()
	data, err := os.ReadFile("testdata/graph-v1.0.txt")
	if err != nil {
		t.Fatal(err)
	}
	types := schema{}
	var current *schemaType
	for line := range strings.Lines(string(data)) {
		words := strings.Fields(line)
		switch {
		case len(words) == 0, strings.HasPrefix(line, "#"):
		case !strings.HasPrefix(line, " "):
			current = &schemaType{kind: words[0], properties: map[string]string{}}
			if len(words) == 4 {
				current.base = words[3]
			}
			types[words[1]] = current
		case current.kind == "enum", current.kind == "flags":
			current.members = words
		default:
			current.properties[words[0]] = words[1]
		}
	}
	return types
}

// check returns what of a value is not of a type.
func (s schema) check(value any, typeName, place string) []string {
	if value == nil {
		return nil
	}
	if inner, ok := strings.CutPrefix(typeName, "["); ok {
		list, ok := value.([]any)
		if !ok {
			return []string{place + " is no list"}
		}
		var wrong []string
		for i, item := range list {
			wrong = append(wrong, s.check(item, strings.TrimSuffix(inner, "]"), fmt.Sprintf("%s/%d", place, i))...)
		}
		return wrong
	}
	known, ok := s[typeName]
	switch {
	case !ok:
		if !primitive(value, typeName) {
			return []string{fmt.Sprintf("%s is %v, not of type %s", place, value, typeName)}
		}
		return nil
	case known.kind == "enum":
		if name, _ := value.(string); !slices.Contains(known.members, name) {
			return []string{fmt.Sprintf("%s is %v, which %s does not have", place, value, typeName)}
		}
		return nil
	case known.kind == "flags":
		names, _ := value.(string)
		for name := range strings.SplitSeq(names, ",") {
			if !slices.Contains(known.members, name) {
				return []string{fmt.Sprintf("%s holds %v, which %s does not have", place, name, typeName)}
			}
		}
		return nil
	}
	return s.checkObject(value, typeName, place)
}

func (s schema) checkObject(value any, typeName, place string) []string {
	o, ok := value.(object)
	if !ok {
		return []string{place + " is no object"}
	}
	if named, ok := o["@odata.type"].(string); ok {
		derived := strings.TrimPrefix(named, "#microsoft.graph.")
		if !s.derives(derived, typeName) {
			return []string{fmt.Sprintf("%s is of type %s, which is not derived from %s", place, named, typeName)}
		}
		typeName = derived
	}
	var wrong []string
	for name, item := range o {
		if strings.Contains(name, "@odata.") {
			continue
		}
		of, ok := s.property(typeName, name)
		if !ok {
			wrong = append(wrong, fmt.Sprintf("%s/%s: %s has no such property", place, name, typeName))
			continue
		}
		wrong = append(wrong, s.check(item, of, place+"/"+name)...)
	}
	return wrong
}

func (s schema) derives(typeName, base string) bool {
	for typeName != base {
		known, ok := s[typeName]
		if !ok {
			return false
		}
		typeName = known.base
	}
	return true
}

func (s schema) property(typeName, name string) (string, bool) {
	for known, ok := s[typeName]; ok; known, ok = s[known.base] {
		if of, found := known.properties[name]; found {
			return of, true
		}
	}
	return "", false
}

func primitive(value any, typeName string) bool {
	switch typeName {
	case "Untyped":
		return true
	case "Boolean":
		_, ok := value.(bool)
		return ok
	case "Int32", "Int64", "Double":
		_, ok := value.(json.Number)
		return ok
	}
	text, ok := value.(string)
	switch typeName {
	case "String", "Binary":
		return ok
	case "Guid":
		return ok && strings.Count(text, "-") == 4 && len(text) == 36
	case "DateTimeOffset":
		_, err := time.Parse(time.RFC3339Nano, text)
		return ok && err == nil
	}
	return false
}

// served lists what is served, with the type that Graph's schema gives it.
func served(t *testing.T) map[string]string {
	t.Helper()
	questions := map[string]string{
		"/organization": "[organization]", "/domains": "[domain]",
		"/roleManagement/directory/roleAssignments":                                      "[unifiedRoleAssignment]",
		"/roleManagement/directory/roleAssignmentScheduleInstances":                      "[unifiedRoleAssignmentScheduleInstance]",
		"/roleManagement/directory/roleEligibilityScheduleInstances":                     "[unifiedRoleEligibilityScheduleInstance]",
		"/identity/conditionalAccess/policies":                                           "[conditionalAccessPolicy]",
		"/policies/authenticationStrengthPolicies":                                       "[authenticationStrengthPolicy]",
		"/policies/authenticationMethodsPolicy":                                          "authenticationMethodsPolicy",
		"/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/Fido2": "authenticationMethodConfiguration",
		"/directory/publicKeyInfrastructure/certificateBasedAuthConfigurations":          "[certificateBasedAuthPki]",
		"/auditLogs/signIns":                                  "[signIn]",
		"/auditLogs/directoryAudits":                          "[directoryAudit]",
		"/identity/conditionalAccess/namedLocations":          "[namedLocation]",
		"/policies/identitySecurityDefaultsEnforcementPolicy": "identitySecurityDefaultsEnforcementPolicy",
		"/policies/authorizationPolicy":                       "authorizationPolicy",
		"/policies/roleManagementPolicyAssignments?$filter=scopeId%20eq%20'/'%20and%20scopeType%20eq%20'DirectoryRole'&$expand=policy($expand=rules)": "[unifiedRoleManagementPolicyAssignment]",
		"/directory/administrativeUnits":                                                              "[administrativeUnit]",
		"/directory/onPremisesSynchronization":                                                        "[onPremisesDirectorySynchronization]",
		"/domains/" + federated + "/federationConfiguration":                                          "[internalDomainFederation]",
		"/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')/appRoleAssignedTo?$top=999": "[appRoleAssignment]",
	}
	s := snapshot(t)
	users, _ := s.Users.Get()
	for _, u := range users {
		questions["/users/"+u.ID+userSelect] = "user"
		questions["/users/"+u.ID+"/authentication/methods"] = "[authenticationMethod]"
		questions["/users/"+u.ID+"/transitiveMemberOf/microsoft.graph.group"] = "[group]"
	}
	units, _ := s.AdministrativeUnits.Get()
	for _, u := range units {
		questions["/directory/administrativeUnits/"+u.ID+"/members?$select=id"] = "[directoryObject]"
	}
	principals, _ := s.ServicePrincipals.Get()
	for _, p := range principals {
		questions["/servicePrincipals/"+p.ID+"?$select=id,appId,displayName,appOwnerOrganizationId"] = "servicePrincipal"
	}
	groups, _ := s.Groups.Get()
	for _, g := range groups {
		questions["/groups/"+g.ID+"/owners?$select=id"] = "[directoryObject]"
		questions["/groups/"+g.ID+groupSelect] = "group"
		questions["/groups/"+g.ID+"/members?$select=id"] = "[directoryObject]"
		filter := "?$filter=groupId%20eq%20'" + g.ID + "'"
		questions["/identityGovernance/privilegedAccess/group/assignmentScheduleInstances"+filter] = "[privilegedAccessGroupAssignmentScheduleInstance]"
		questions["/identityGovernance/privilegedAccess/group/eligibilityScheduleInstances"+filter] = "[privilegedAccessGroupEligibilityScheduleInstance]"
	}
	return questions
}

// withRest gives the tenant what it does not have, so that it is served: a certificate
// authority, a synchronised directory and a federated domain.
func withRest(t *testing.T) []byte {
	return edited(t, func(file object) {
		file["directorySynchronization"] = object{"features": object{"passwordSyncEnabled": true, "passwordWritebackEnabled": false}}
		file["domains"] = append(file["domains"].([]any), object{"id": federated, "authenticationType": "Federated", "isInitial": false,
			"passwordValidityPeriodInDays": 2147483647, "federationConfiguration": []any{object{
				"id": "6601d14b-d113-8f64-fda2-9b5ddda18ecc", "displayName": "AD FS", "issuerUri": "http://sts.kitahama.example/adfs/services/trust",
				"preferredAuthenticationProtocol": "wsFed", "federatedIdpMfaBehavior": "acceptIfMfaDoneByFederatedIdp"}}})
		file["certificateAuthorities"] = []any{object{"id": "6e1b6c1a-6c0d-4f6e-8a0b-1d7b3f1f6a55", "displayName": "CA",
			"certificateAuthorityType": "root", "expirationDateTime": "2030-01-01T00:00:00Z", "issuer": "CN=CA"}}
	})
}

// TestServedIsGraphs checks names, types and enum values of everything served.
func TestServedIsGraphs(t *testing.T) {
	t.Parallel()
	s := readSchema(t)
	g := started(t, withRest(t), standin.WithPageSize(1000))
	for question, typeName := range served(t) {
		status, body := get(t, g.URL()+question)
		if status != http.StatusOK {
			t.Errorf("%s: %d %v", question, status, body)
			continue
		}
		var value any = body
		if strings.HasPrefix(typeName, "[") {
			value = body["value"]
		}
		for _, wrong := range s.check(value, typeName, question) {
			t.Error(wrong)
		}
	}
	pki, _ := all(t, g.URL()+"/directory/publicKeyInfrastructure/certificateBasedAuthConfigurations")
	id, _ := pki[0].(object)["id"].(string)
	authorities, _ := all(t, g.URL()+"/directory/publicKeyInfrastructure/certificateBasedAuthConfigurations/"+id+"/certificateAuthorities")
	if wrong := s.check(authorities, "[certificateAuthorityDetail]", "certificateAuthorities"); len(authorities) != 1 || len(wrong) > 0 {
		t.Errorf("%v %q", authorities, wrong)
	}
}

// TestSchemaCheckFinds makes sure that the check above can fail.
func TestSchemaCheckFinds(t *testing.T) {
	t.Parallel()
	s := readSchema(t)
	for place, value := range map[string]object{
		"a name":       {"id": "x", "stat": "enabled"},
		"an enum":      {"state": "on"},
		"a flag":       {"conditions": object{"authenticationFlows": object{"transferMethods": "none,telepathy"}}},
		"a list":       {"conditions": object{"clientAppTypes": "all"}},
		"a date":       {"createdDateTime": "today"},
		"a type":       {"@odata.type": "#microsoft.graph.user"},
		"a collection": {"conditions": object{"clientAppTypes": []any{"all", "telepathy"}}},
	} {
		if len(s.check(value, "conditionalAccessPolicy", "policy")) == 0 {
			t.Errorf("%s that is wrong passes", place)
		}
	}
}

// TestFileIsServed makes sure that nothing in the tenant file escapes the check
// above: every top-level key is served, and every property of users and groups.
func TestFileIsServed(t *testing.T) {
	t.Parallel()
	file := written(t)
	for key := range file {
		if !slices.Contains([]string{"collectedAt", "organization", "domains", "users", "groups", "roleAssignments",
			"roleAssignmentScheduleInstances", "roleEligibilityScheduleInstances", "groupAssignmentScheduleInstances",
			"groupEligibilityScheduleInstances", "conditionalAccessPolicies", "authenticationStrengthPolicies",
			"authenticationMethodsPolicy", "certificateAuthorities", "signIns", "directoryAudits", "deletedObjects", "namedLocations", "administrativeUnits",
			"identitySecurityDefaultsEnforcementPolicy", "authorizationPolicy", "roleManagementPolicyRules", "servicePrincipals", "watcher"}, key) {
			t.Errorf("%s of the tenant file is not served", key)
		}
	}
	for list, known := range map[string]string{"users": userSelect + ",authentication,riskyUser", "groups": groupSelect + ",members,owners"} {
		_, names, _ := strings.Cut(known, "=")
		for _, item := range file[list].([]any) {
			for name := range item.(object) {
				if !slices.Contains(strings.Split(names, ","), name) {
					t.Errorf("%s of %s is not served", name, list)
				}
			}
		}
	}
}
