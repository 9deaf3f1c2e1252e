package signin

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"breakglass/tenant"
)

// TestMethodStopped asks of the methods that are no multifactor authentication; the
// others are asked of in TestMFAReady.
func TestMethodStopped(t *testing.T) {
	t.Parallel()
	method := func(kind, more string) string {
		return `{methods}/1 = {"@odata.type": "#microsoft.graph.` + kind + `AuthenticationMethod", "id": "m"` + more + `}`
	}
	configured := func(id, state string) string {
		return `{config}/+ = {"@odata.type": "#x", "id": "` + id + `", "state": "` + state + `", "includeTargets": [{"targetType": "group", "id": "all_users"}], "excludeTargets": []}`
	}
	const pass = "temporaryAccessPass"
	for _, c := range []struct {
		name    string
		changes []string
		want    string
	}{
		{name: "a password", changes: []string{method("password", "")}, want: ""},
		{name: "a resource account's key", changes: []string{method("resourceAccountKey", "")}, want: ""},
		{name: "an email", changes: []string{method("email", ""), configured("Email", "enabled")}, want: ""},
		{name: "an email, switched off", changes: []string{method("email", ""), configured("Email", "disabled")}, want: "switched off"},
		{name: "an email, not listed", changes: []string{method("email", "")}, want: "?Email"},
		{name: "a QR code", changes: []string{method("qrCodePin", ""), configured("QRCodePin", "enabled")}, want: ""},
		{name: "a pass", changes: []string{method(pass, `, "isUsable": true`), configured("TemporaryAccessPass", "enabled")}, want: ""},
		{name: "a pass that has expired", changes: []string{method(pass, `, "isUsable": false, "methodUsabilityReason": "Expired"`), configured("TemporaryAccessPass", "enabled")}, want: "not usable (Expired)"},
		{name: "a pass that has expired, not listed", changes: []string{method(pass, `, "isUsable": false`)}, want: "not usable"},
		{name: "a pass, switched off", changes: []string{method(pass, `, "isUsable": true`), configured("TemporaryAccessPass", "disabled")}, want: "switched off"},
		{name: "a pass of which nothing is known", changes: []string{method(pass, ""), configured("TemporaryAccessPass", "enabled")}, want: "?isUsable"},
		{name: "a pass, null", changes: []string{method(pass, `, "isUsable": null`), configured("TemporaryAccessPass", "enabled")}, want: "?null"},
		{name: "a method of tomorrow", changes: []string{method("telepathy", "")}, want: "?telepathy"},
		{name: "a method without a type", changes: []string{`{methods}/1 = {"@odata.type": "x", "id": "m"}`}, want: `?"x"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := edited(t, c.changes...)
			methods, err := user(t, s).Authentication.Methods.Get()
			if err != nil || len(methods) < 2 {
				t.Fatal(methods, err)
			}
			stopped, err := MethodStopped(s, user(t, s), methods[1])
			if !matches(stopped, err, c.want) {
				t.Errorf("%q %v, want %s", stopped, err, c.want)
			}
		})
	}
}

// TestMethodTypes holds the types that the program knows to Microsoft's pages, and none of
// them is left to the error for types of tomorrow. The last three are listed by beta only.
// https://learn.microsoft.com/graph/api/resources/authenticationmethods-overview
// https://learn.microsoft.com/graph/api/resources/authentication?view=graph-rest-beta
func TestMethodTypes(t *testing.T) {
	t.Parallel()
	page := []string{"emailAuthenticationMethod", "externalAuthenticationMethod", "fido2AuthenticationMethod", "microsoftAuthenticatorAuthenticationMethod", "passwordAuthenticationMethod",
		"phoneAuthenticationMethod", "platformCredentialAuthenticationMethod", "qrCodePinAuthenticationMethod", "softwareOathAuthenticationMethod",
		"temporaryAccessPassAuthenticationMethod", "windowsHelloForBusinessAuthenticationMethod",
		"hardwareOathAuthenticationMethod", "passwordlessMicrosoftAuthenticatorAuthenticationMethod", "resourceAccountKeyAuthenticationMethod"}
	for i := range page {
		page[i] = "#microsoft.graph." + page[i]
	}
	slices.Sort(page)
	if known := slices.Sorted(slices.Values(tenant.MethodTypes())); !slices.Equal(known, page) {
		t.Errorf("known are %v, and the page has %v", known, page)
	}
	s := edited(t)
	var methods []tenant.Method
	for i, kind := range page {
		m := tenant.Method{ODataType: kind, ID: strconv.Itoa(i)}
		methods = append(methods, m)
		if _, err := MethodStopped(s, user(t, s), m); err != nil && matches("", err, "?a method of type") {
			t.Errorf("%s: %v", kind, err)
		}
	}
	if err := UnknownTypes(methods); err != nil {
		t.Error(err)
	}
	if err := UnknownTypes(append(methods, tenant.Method{ODataType: "#microsoft.graph.telepathy"})); !matches("", err, "?telepathy") {
		t.Errorf("a type of tomorrow: %v", err)
	}
}

// TestRegistered: a method that a list repeats is one; what contradicts itself is left
// out, and said.
func TestRegistered(t *testing.T) {
	t.Parallel()
	repeated := func(id, name string) string {
		return `{methods}/+ = {"@odata.type": "#microsoft.graph.fido2AuthenticationMethod", "id": "` + id + `", "displayName": "` + name + `", "aaGuid": "{yubikey}", "passkeyType": "deviceBound"}`
	}
	for _, c := range []struct {
		name    string
		changes []string
		want    string
	}{
		{"as they are", nil, "key password"},
		{"repeated", []string{repeated("key", "Key A")}, "key password"},
		{"repeated in capitals", []string{repeated("KEY", "Key A")}, "key password"},
		{"two keys of one name", []string{repeated("key-2", "Key A")}, "key key-2 password"},
		{"contradicted", []string{repeated("key", "Key B")}, "key password"}, // its name is then not known
		{"without ids", []string{repeated("", "Key B"), repeated("", "Key B"), repeated("", "Key C")}, "- - key password"},
		{"unread", []string{"- {methods}"}, " ?the sign-in methods"},
	} {
		s := edited(t, c.changes...)
		methods, err := Registered(user(t, s))
		ids := make([]string, len(methods))
		for i, m := range methods {
			ids[i] = cmp.Or(m.ID, "-")
		}
		want, reason, open := strings.Cut(c.want, " ?")
		if got := strings.Join(ids, " "); got != want || (err != nil) != open || open && !strings.Contains(err.Error(), reason) {
			t.Errorf("%s: %q %v, want %q", c.name, got, err, c.want)
		}
	}
}

// TestRegistrationStopped walks what a registration campaign can ask for.
// https://learn.microsoft.com/graph/api/resources/authenticationmethodsregistrationcampaignincludetarget
func TestRegistrationStopped(t *testing.T) {
	t.Parallel()
	const app, mode = "microsoftAuthenticator", "{config}/2/includeTargets/0/authenticationMode = "
	for _, c := range []struct {
		name, targeted string
		changes        []string
		want           string
	}{
		{"the app", app, nil, ""},
		{"the app, in another case", "MICROSOFTAUTHENTICATOR", nil, ""},
		{"the app, by push", app, []string{mode + `"push"`}, ""},
		{"the app, passwordless only", app, []string{mode + `"deviceBasedPush"`}, "does not allow the account the mode push"},
		{"the app, in a mode of tomorrow", app, []string{mode + `"wink"`}, "?wink"},
		{"the app, switched off", app, []string{`{config}/2/state = "disabled"`}, "switched off"},
		{"the app, for others", app, []string{`{config}/2/includeTargets/0/id = "{empty}"`}, "in no include target"},
		{"the app, not listed", app, []string{"- {config}/2"}, "?MicrosoftAuthenticator"},
		{"the app, registered", app, []string{`{methods}/+ = {"@odata.type": "#microsoft.graph.microsoftAuthenticatorAuthenticationMethod", "id": "a"}`}, "has registered"},
		{"the app, methods unread", app, []string{"- {methods}"}, "?the sign-in methods"},
		{"the app, beside a method of tomorrow", app, []string{`{methods}/+ = {"@odata.type": "#microsoft.graph.telepathy", "id": "t"}`}, "?telepathy"},
		{"a passkey, registered", "Fido2", nil, "has registered"},
		{"a passkey", "fido2", []string{"- {methods}/1"}, ""},
		{"a passkey, switched off", "Fido2", []string{"- {methods}/1", fido2 + `state = "disabled"`}, "switched off"},
		{"a passkey, methods unread and switched off", "Fido2", []string{"- {methods}", fido2 + `state = "disabled"`}, "switched off"},
		{"a method of tomorrow", "telepathy", nil, "?telepathy"},
		{"another method of today", "sms", nil, "?sms"},
	} {
		s := edited(t, c.changes...)
		stopped, err := RegistrationStopped(s, user(t, s), c.targeted)
		if !matches(stopped, err, c.want) {
			t.Errorf("%s: %q %v, want %s", c.name, stopped, err, c.want)
		}
	}
}
