package graph_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/microsoft/kiota-abstractions-go/serialization"
	jsonserialization "github.com/microsoft/kiota-serialization-json-go"
	"github.com/microsoftgraph/msgraph-sdk-go/models"

	"breakglass/internal/standin"
	"breakglass/tenant"
)

// newerThanSDK are properties in Graph's schema that the models of msgraph-sdk-go
// do not have, by type. When an update of the SDK brings one, the test says so.
// https://graph.microsoft.com/v1.0/$metadata
func newerThanSDK() []string {
	const of = "AuthenticationMethodConfiguration."
	return []string{
		"fido2AuthenticationMethod.passkeyType",
		"fido2" + of + "passkeyProfiles",
		"fido2" + of + "defaultPasskeyProfile",
		"authenticationMethodTarget.allowedPasskeyProfiles",
		"x509Certificate" + of + "issuerHintsConfiguration",
		"x509Certificate" + of + "certificateAuthorityScopes",
		"qrCodePin" + of + "includeTargets", // the whole type is newer
		"qrCodePin" + of + "pinLength",
		"qrCodePin" + of + "standardQRCodeLifetimeInDays",
	}
}

// served is the made-up tenant, with a synchronised directory and a federated domain
// that it does not have.
func served(t *testing.T) []byte {
	t.Helper()
	var file map[string]any
	if err := json.Unmarshal(standin.Tenant(), &file); err != nil {
		t.Fatal(err)
	}
	file["directorySynchronization"] = map[string]any{"features": map[string]any{"passwordSyncEnabled": true, "blockSoftMatchEnabled": false}}
	file["domains"].([]any)[1].(map[string]any)["federationConfiguration"] = []any{map[string]any{
		"id": "6601d14b-d113-8f64-fda2-9b5ddda18ecc", "issuerUri": "http://sts.kitahama.example/adfs/services/trust",
		"preferredAuthenticationProtocol": "wsFed", "federatedIdpMfaBehavior": "enforceMfaByFederatedIdp"}}
	data, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// documents lists what the stand-in serves, with the SDK's model of it.
func documents(t *testing.T) map[string]serialization.ParsableFactory {
	t.Helper()
	s, problems, err := tenant.Decode(standin.Tenant())
	if err != nil || len(problems) > 0 {
		t.Fatal(problems, err)
	}
	all := map[string]serialization.ParsableFactory{
		"/organization": models.CreateOrganizationCollectionResponseFromDiscriminatorValue,
		"/domains":      models.CreateDomainCollectionResponseFromDiscriminatorValue,
		"/roleManagement/directory/roleAssignments":                             models.CreateUnifiedRoleAssignmentCollectionResponseFromDiscriminatorValue,
		"/roleManagement/directory/roleAssignmentScheduleInstances":             models.CreateUnifiedRoleAssignmentScheduleInstanceCollectionResponseFromDiscriminatorValue,
		"/roleManagement/directory/roleEligibilityScheduleInstances":            models.CreateUnifiedRoleEligibilityScheduleInstanceCollectionResponseFromDiscriminatorValue,
		"/identity/conditionalAccess/policies":                                  models.CreateConditionalAccessPolicyCollectionResponseFromDiscriminatorValue,
		"/policies/authenticationStrengthPolicies":                              models.CreateAuthenticationStrengthPolicyCollectionResponseFromDiscriminatorValue,
		"/policies/authenticationMethodsPolicy":                                 models.CreateAuthenticationMethodsPolicyFromDiscriminatorValue,
		"/directory/publicKeyInfrastructure/certificateBasedAuthConfigurations": models.CreateCertificateBasedAuthPkiCollectionResponseFromDiscriminatorValue,
		"/auditLogs/signIns":                                                    models.CreateSignInCollectionResponseFromDiscriminatorValue,
		"/identity/conditionalAccess/namedLocations":                            models.CreateNamedLocationCollectionResponseFromDiscriminatorValue,
		"/policies/identitySecurityDefaultsEnforcementPolicy":                   models.CreateIdentitySecurityDefaultsEnforcementPolicyFromDiscriminatorValue,
		"/policies/authorizationPolicy":                                         models.CreateAuthorizationPolicyFromDiscriminatorValue,
		"/directory/onPremisesSynchronization":                                  models.CreateOnPremisesDirectorySynchronizationCollectionResponseFromDiscriminatorValue,
		"/domains/kitahama.example/federationConfiguration":                     models.CreateInternalDomainFederationCollectionResponseFromDiscriminatorValue,
		"/directory/administrativeUnits":                                        models.CreateAdministrativeUnitCollectionResponseFromDiscriminatorValue,
		"/policies/roleManagementPolicyAssignments?$filter=scopeId%20eq%20'/'%20and%20scopeType%20eq%20'DirectoryRole'&$expand=policy($expand=rules)": models.CreateUnifiedRoleManagementPolicyAssignmentCollectionResponseFromDiscriminatorValue,
		"/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')/appRoleAssignedTo?$top=999":                                                 models.CreateAppRoleAssignmentCollectionResponseFromDiscriminatorValue,
	}
	principals, _ := s.ServicePrincipals.Get()
	for _, p := range principals {
		all["/servicePrincipals/"+p.ID+"?$select=id,appId,displayName,appOwnerOrganizationId"] = models.CreateServicePrincipalFromDiscriminatorValue
	}
	users, _ := s.Users.Get()
	for _, u := range users {
		all["/users/"+u.ID+"?$select=id,userPrincipalName,displayName,accountEnabled,userType,onPremisesSyncEnabled,passwordPolicies,"+
			"lastPasswordChangeDateTime,assignedPlans,isManagementRestricted,mobilePhone,businessPhones,otherMails,authorizationInfo,signInActivity"] = models.CreateUserFromDiscriminatorValue
		all["/users/"+u.ID+"/authentication/methods"] = models.CreateAuthenticationMethodCollectionResponseFromDiscriminatorValue
		all["/users/"+u.ID+"/transitiveMemberOf/microsoft.graph.group?$select=id,displayName"] = models.CreateGroupCollectionResponseFromDiscriminatorValue
	}
	groups, _ := s.Groups.Get()
	for _, g := range groups {
		all["/groups/"+g.ID+"?$select=id,displayName,isAssignableToRole,isManagementRestricted,groupTypes,onPremisesSyncEnabled"] = models.CreateGroupFromDiscriminatorValue
		all["/groups/"+g.ID+"/owners?$select=id"] = models.CreateDirectoryObjectCollectionResponseFromDiscriminatorValue
		all["/groups/"+g.ID+"/members?$select=id"] = models.CreateDirectoryObjectCollectionResponseFromDiscriminatorValue
		filter := "?$filter=groupId%20eq%20'" + g.ID + "'"
		all["/identityGovernance/privilegedAccess/group/assignmentScheduleInstances"+filter] = models.CreatePrivilegedAccessGroupAssignmentScheduleInstanceCollectionResponseFromDiscriminatorValue
		all["/identityGovernance/privilegedAccess/group/eligibilityScheduleInstances"+filter] = models.CreatePrivilegedAccessGroupEligibilityScheduleInstanceCollectionResponseFromDiscriminatorValue
	}
	return all
}

// TestStandInServesWhatTheSDKKnows reads everything that the stand-in of Graph
// serves into the SDK's models: a name that Graph does not have would be left
// over, a value that an enum does not have would come back as another one.
func TestStandInServesWhatTheSDKKnows(t *testing.T) {
	t.Parallel()
	standIn, err := standin.NewGraph(served(t), standin.WithPageSize(1000))
	if err != nil {
		t.Fatal(err)
	}
	if err := standIn.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = standIn.Close() }) // the test is over
	leftOver := map[string]bool{}
	for question, factory := range documents(t) {
		body := fetched(t, standIn.URL()+question)
		node, err := jsonserialization.NewJsonParseNodeFactory().GetRootParseNode("application/json", body)
		if err != nil {
			t.Fatal(err)
		}
		model, err := node.GetObjectValue(factory)
		if err != nil {
			t.Errorf("%s: %v", question, err)
			continue
		}
		for _, name := range additional(model) {
			leftOver[name] = true
			if !slices.Contains(newerThanSDK(), name) {
				t.Errorf("%s: the SDK does not know %s", question, name)
			}
		}
		comparesEqual(t, question, body, model)
	}
	for _, name := range newerThanSDK() {
		if !leftOver[name] {
			t.Errorf("the SDK knows %s: take it off the list", name)
		}
	}
}

func fetched(t *testing.T, address string) []byte {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer any")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }() // all of it was read
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %v %s", address, response.StatusCode, err, body)
	}
	return body
}

// additional returns the names that no property of a model, or of what it holds,
// took.
func additional(model any) []string {
	var names []string
	if holder, ok := model.(serialization.AdditionalDataHolder); ok {
		for name := range holder.GetAdditionalData() {
			if !strings.Contains(name, "@odata.") {
				names = append(names, typeOf(model)+"."+name)
			}
		}
	}
	v := reflect.ValueOf(model)
	for i := range v.NumMethod() {
		name := v.Type().Method(i).Name
		method := v.Method(i)
		if !strings.HasPrefix(name, "Get") || method.Type().NumIn() != 0 || method.Type().NumOut() != 1 ||
			slices.Contains([]string{"GetAdditionalData", "GetBackingStore", "GetFieldDeserializers"}, name) {
			continue
		}
		names = append(names, additionalIn(method.Call(nil)[0])...)
	}
	return names
}

// typeOf names the type of a model: the one that Graph wrote, or the model's own.
func typeOf(model any) string {
	if typed, ok := model.(interface{ GetOdataType() *string }); ok && typed.GetOdataType() != nil {
		return strings.TrimPrefix(*typed.GetOdataType(), "#microsoft.graph.")
	}
	name := reflect.TypeOf(model).Elem().Name()
	return strings.ToLower(name[:1]) + name[1:]
}

func additionalIn(v reflect.Value) []string {
	var names []string
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			names = append(names, additionalIn(v.Index(i))...)
		}
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		if inner, ok := reflect.TypeAssert[serialization.Parsable](v); ok {
			names = additional(inner)
		}
	default:
	}
	return names
}

// comparesEqual writes a model and compares it with what it was read from: a
// value that the SDK does not know would be lost or be another one.
func comparesEqual(t *testing.T, question string, body []byte, model serialization.Parsable) {
	t.Helper()
	writer, err := jsonserialization.NewJsonSerializationWriterFactory().GetSerializationWriter("application/json")
	if err != nil {
		t.Fatal(err)
	}
	if err := writer.WriteObjectValue("", model); err != nil {
		t.Fatal(err)
	}
	again, err := writer.GetSerializedContent()
	if err != nil {
		t.Fatal(err)
	}
	want, got := normalized(t, body), normalized(t, again)
	if !reflect.DeepEqual(want, got) {
		w, _ := json.Marshal(want) // for people
		g, _ := json.Marshal(got)  // for people
		t.Errorf("%s: the SDK reads\n%s\nas\n%s", question, w, g)
	}
}

var weeksAndDays = regexp.MustCompile(`^P(?:(\d+)W)?(?:(\d+)D)?$`)

// normalized decodes JSON without what the SDK may leave out or write in another
// way: annotations, nulls, empty lists, fractions of seconds.
func normalized(t *testing.T, data []byte) any {
	t.Helper()
	var value any
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		t.Fatal(err)
	}
	return plain(value)
}

func plain(value any) any {
	switch value := value.(type) {
	case map[string]any:
		kept := map[string]any{}
		for name, item := range value {
			if p := plain(item); p != nil && !strings.Contains(name, "@odata.") {
				kept[name] = p
			}
		}
		return kept
	case []any:
		if len(value) == 0 {
			return nil
		}
		list := make([]any, len(value))
		for i, item := range value {
			list[i] = plain(item)
		}
		return list
	case string:
		if at, err := time.Parse(time.RFC3339Nano, value); err == nil {
			return at.UTC().Truncate(time.Second).Format(time.RFC3339)
		}
		if parts := weeksAndDays.FindStringSubmatch(value); parts != nil { // the SDK writes P180D as P25W5D
			weeks, _ := strconv.Atoi(parts[1]) // absent is 0
			days, _ := strconv.Atoi(parts[2])
			return fmt.Sprintf("P%dD", 7*weeks+days)
		}
		return value
	}
	return value
}
