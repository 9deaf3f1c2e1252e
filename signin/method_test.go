package signin

import (
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

// TestEveryMethodIsKnown: no type that Graph has is left to the error for types of
// tomorrow.
func TestEveryMethodIsKnown(t *testing.T) {
	t.Parallel()
	s := edited(t)
	for name := range methodNames() {
		_, err := MethodStopped(s, user(t, s), tenant.Method{ODataType: name})
		if err != nil && matches("", err, "?a method of type") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
