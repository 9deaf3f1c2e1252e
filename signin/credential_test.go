package signin

import (
	"regexp"
	"strings"
	"testing"

	"breakglass/tenant"
)

const (
	fido2       = "{config}/0/"
	certificate = "{config}/1/"
	hard        = fido2 + "passkeyProfiles/0/"
)

func TestPasskeyStopped(t *testing.T) {
	t.Parallel()
	const noProfiles = fido2 + "passkeyProfiles = []"
	target := func(id string) string { return fido2 + `includeTargets/0/id = "` + id + `"` }
	exclude := func(id string) string {
		return fido2 + `excludeTargets = [{"targetType": "group", "id": "` + id + `"}]`
	}
	for _, c := range []struct {
		name    string
		changes []string
		want    string
	}{
		{name: "usable"},
		{name: "switched off", changes: []string{fido2 + `state = "disabled"`}, want: "switched off"},
		{name: "a state of tomorrow", changes: []string{fido2 + `state = "paused"`}, want: `?"paused"`},
		{name: "the state unread", changes: []string{"- " + fido2 + "state"}, want: "?state"},
		{name: "the configuration not listed", changes: []string{"- {config}/0"}, want: "?Fido2"},
		{name: "the configurations unread", changes: []string{"- {config}"}, want: "?authenticationMethodConfigurations"},
		{name: "the policy unread", changes: []string{"- authenticationMethodsPolicy"}, want: "?the authentication methods policy"},

		{name: "included directly", changes: []string{target(inner)}},
		{name: "included nested", changes: []string{target(outer)}},
		{name: "included itself", changes: []string{target(ea)}},
		{name: "not included", changes: []string{target(empty)}, want: "in no include target"},
		{name: "included nowhere", changes: []string{fido2 + "includeTargets = []"}, want: "in no include target"},
		{name: "include target unread", changes: []string{target(nobody)}, want: "?" + nobody},
		{name: "include target of a kind of tomorrow", changes: []string{target(nobody), fido2 + `includeTargets/0/targetType = "role"`, "users/0/transitiveMemberOf = []"}, want: `?"role"`},
		{name: "include targets unread", changes: []string{"- " + fido2 + "includeTargets"}, want: "?includeTargets"},
		{name: "excluded itself", changes: []string{exclude(ea)}, want: "excludes the account (through the account itself)"},
		{name: "excluded directly", changes: []string{exclude(inner)}, want: "excludes the account (through group “Inner”)"},
		{name: "excluded nested", changes: []string{exclude(outer)}, want: "excludes the account (through group “Outer”)"},
		{name: "excluded with all", changes: []string{exclude("all_users")}, want: "through all users"},
		{name: "another group excluded", changes: []string{exclude(empty)}},
		{name: "a deleted group excluded", changes: []string{exclude(gone)}},
		{name: "exclude target unread", changes: []string{exclude(nobody)}, want: "?" + nobody},
		{name: "exclude targets unread", changes: []string{"- " + fido2 + "excludeTargets"}, want: "?excludeTargets"},
		{name: "members of an excluded group unread", changes: []string{exclude(outer), "- groups/0/members"}, want: "?Inner"},

		{name: "another AAGUID allowed", changes: []string{hard + `keyRestrictions/aaGuids = ["x"]`}, want: "“Security keys” do not allow its AAGUID " + yubikey},
		{name: "none allowed", changes: []string{hard + `keyRestrictions/aaGuids = []`}, want: "do not allow its AAGUID"},
		{name: "its AAGUID blocked", changes: []string{hard + `keyRestrictions/enforcementType = "block"`}, want: "block its AAGUID"},
		{name: "another AAGUID blocked", changes: []string{hard + `keyRestrictions/enforcementType = "block"`, hard + `keyRestrictions/aaGuids = ["x"]`}},
		{name: "not enforced", changes: []string{hard + `keyRestrictions/isEnforced = false`, hard + `keyRestrictions/aaGuids = []`}},
		{name: "no restrictions", changes: []string{hard + `keyRestrictions = null`}},
		{name: "enforced is null", changes: []string{hard + `keyRestrictions/isEnforced = null`}, want: "?enforced"},
		{name: "the kind of tomorrow", changes: []string{hard + `keyRestrictions/enforcementType = "ask"`}, want: `?"ask"`},
		{name: "the kind is null", changes: []string{hard + `keyRestrictions/enforcementType = null`}, want: "?null"},
		{name: "restrictions unread", changes: []string{"- " + hard + "keyRestrictions"}, want: "?keyRestrictions"},
		{name: "enforced unread", changes: []string{"- " + hard + "keyRestrictions/isEnforced"}, want: "?isEnforced"},
		{name: "the kind unread", changes: []string{"- " + hard + "keyRestrictions/enforcementType"}, want: "?enforcementType"},
		{name: "the list unread", changes: []string{"- " + hard + "keyRestrictions/aaGuids"}, want: "?aaGuids"},
		{name: "the key's AAGUID unread", changes: []string{"- {key}/aaGuid"}, want: "?aaGuid"},
		{name: "the key's AAGUID null", changes: []string{"{key}/aaGuid = null"}, want: "?null"},
		{name: "the key's AAGUID does not matter", changes: []string{"- {key}/aaGuid", hard + `keyRestrictions/isEnforced = false`}},

		{name: "a synced passkey", changes: []string{`{key}/passkeyType = "synced"`}, want: "“Security keys” allows no passkey of type synced"},
		{name: "a synced passkey, allowed", changes: []string{`{key}/passkeyType = "synced"`, hard + `passkeyTypes = "deviceBound, synced"`}},
		{name: "a passkey type of tomorrow", changes: []string{`{key}/passkeyType = "quantum"`}, want: `?"quantum"`},
		{name: "the passkey type unread", changes: []string{"- {key}/passkeyType"}, want: "?passkeyType"},
		{name: "the passkey type null", changes: []string{"{key}/passkeyType = null"}, want: "?type of the passkey"},
		{name: "the passkey type does not matter", changes: []string{"- {key}/passkeyType", hard + `passkeyTypes = "deviceBound,synced"`}},
		{name: "the profile's types unread", changes: []string{"- " + hard + "passkeyTypes"}, want: "?passkeyTypes"},
		{name: "the profiles unread", changes: []string{"- " + fido2 + "passkeyProfiles"}, want: "?passkeyProfiles"},
		{name: "the target's profiles unread", changes: []string{"- " + fido2 + "includeTargets/0/allowedPasskeyProfiles"}, want: "?allowedPasskeyProfiles"},
		{name: "a profile not listed", changes: []string{fido2 + `includeTargets/0/allowedPasskeyProfiles = ["third"]`}, want: "?third"},
		{name: "a profile not listed, but another allows it", changes: []string{fido2 + `includeTargets/0/allowedPasskeyProfiles = ["third", "hard"]`}},
		{name: "one of two profiles allows it", changes: []string{fido2 + `includeTargets/0/allowedPasskeyProfiles = ["soft", "hard"]`}},
		{name: "none of two profiles allows it", changes: []string{fido2 + `includeTargets/0/allowedPasskeyProfiles = ["soft", "hard"]`, hard + `keyRestrictions/aaGuids = []`},
			want: "passkey profile “Phones” allows no passkey of type deviceBound; the key restrictions of passkey profile “Security keys” do not allow its AAGUID " + yubikey},
		{name: "the default profile", changes: []string{fido2 + `includeTargets/0/allowedPasskeyProfiles = []`}},
		{name: "the default profile stops it", changes: []string{fido2 + `includeTargets/0/allowedPasskeyProfiles = []`, fido2 + `defaultPasskeyProfile = "soft"`}, want: "“Phones”"},
		{name: "the default profile unread", changes: []string{fido2 + `includeTargets/0/allowedPasskeyProfiles = []`, "- " + fido2 + "defaultPasskeyProfile"}, want: "?defaultPasskeyProfile"},
		{name: "the default profile null", changes: []string{fido2 + `includeTargets/0/allowedPasskeyProfiles = []`, fido2 + "defaultPasskeyProfile = null"}, want: "?not set"},
		{name: "one of two targets allows it", changes: []string{fido2 + `includeTargets/+ = {"targetType": "group", "id": "{outer}", "allowedPasskeyProfiles": ["soft"]}`}},
		{name: "one target stops it, another is unread", changes: []string{fido2 + `includeTargets/0/allowedPasskeyProfiles = ["soft"]`,
			fido2 + `includeTargets/+ = {"targetType": "group", "id": "{nobody}", "allowedPasskeyProfiles": ["hard"]}`}, want: "?" + nobody},
		{name: "one target allows it, another is unread", changes: []string{fido2 + `includeTargets/+ = {"targetType": "group", "id": "{nobody}", "allowedPasskeyProfiles": ["soft"]}`}},

		{name: "no profiles", changes: []string{noProfiles}},
		{name: "no profiles, AAGUID not allowed", changes: []string{noProfiles, fido2 + `keyRestrictions/aaGuids = ["x"]`}, want: "the key restrictions of Fido2 do not allow its AAGUID"},
		{name: "no profiles, no restrictions", changes: []string{noProfiles, fido2 + `keyRestrictions = null`}},
		{name: "no profiles, restrictions unread", changes: []string{noProfiles, "- " + fido2 + `keyRestrictions`}, want: "?keyRestrictions"},
		{name: "no profiles, a synced passkey", changes: []string{noProfiles, `{key}/passkeyType = "synced"`}, want: "?synced"},
		{name: "no profiles, no type: device-bound", changes: []string{noProfiles, "- {key}/passkeyType"}},
		{name: "no profiles, the type null: device-bound", changes: []string{noProfiles, "{key}/passkeyType = null"}},
		{name: "no profiles, no type, and others have one", changes: []string{noProfiles, "- {key}/passkeyType",
			`{methods}/+ = {"@odata.type": "#microsoft.graph.fido2AuthenticationMethod", "id": "k", "passkeyType": "deviceBound"}`}, want: "?passkeyType"},
		{name: "no profiles, a type of tomorrow", changes: []string{noProfiles, `{key}/passkeyType = "quantum"`}, want: `?"quantum"`},
		{name: "a cloud that knows no profiles and no types", changes: append(olderCloud(), "- {key}/passkeyType")},
		{name: "a cloud that knows no profiles, AAGUID not allowed", changes: append(olderCloud(), fido2+`keyRestrictions/aaGuids = ["x"]`), want: "the key restrictions of Fido2"},

		{name: "a target that is another user", changes: []string{target(nobody), fido2 + `includeTargets/0/targetType = "user"`}, want: "in no include target"},
		{name: "another user is excluded", changes: []string{fido2 + `excludeTargets = [{"targetType": "user", "id": "{nobody}"}]`}},
		{name: "a target that is the user, in capitals", changes: []string{target(strings.ToUpper(ea)), fido2 + `includeTargets/0/targetType = "user"`}},

		{name: "no make, attestation off", changes: unvouched("disabled")},
		{name: "no make, attestation enforced", changes: unvouched("registrationOnly"), want: "“Security keys” enforces attestation, and nobody vouches for the make"},
		{name: "no make, attestation of tomorrow", changes: unvouched("always"), want: `?"always"`},
		{name: "no make, attestation unread", changes: append(unvouched("disabled"), "- "+hard+"attestationEnforcement"), want: "?attestationEnforcement"},
		{name: "no make, attestation null", changes: append(unvouched("disabled"), hard+"attestationEnforcement = null"), want: "?null"},
		{name: "a make that is proven, attestation enforced", changes: append(unvouched("registrationOnly"), `{key}/attestationLevel = "attested"`)},
		{name: "a make that is said, attestation enforced", changes: []string{hard + `attestationEnforcement = "registrationOnly"`, `{key}/attestationLevel = "notAttested"`}},
		{name: "a level of tomorrow, attestation enforced", changes: append(unvouched("registrationOnly"), `{key}/attestationLevel = "halfAttested"`), want: "nobody vouches"},
		{name: "no make, no profiles, attestation off", changes: append(unvouched("disabled"), noProfiles, fido2+"keyRestrictions = null")},
		{name: "no make, no profiles, attestation enforced", changes: append(unvouched("disabled"), noProfiles, fido2+"keyRestrictions = null", fido2+"isAttestationEnforced = true"), want: "Fido2 enforces attestation"},
		{name: "no make, no profiles, attestation unread", changes: append(unvouched("disabled"), noProfiles, fido2+"keyRestrictions = null", "- "+fido2+"isAttestationEnforced"), want: "?isAttestationEnforced"},
		{name: "no make, no profiles, attestation null", changes: append(unvouched("disabled"), noProfiles, fido2+"keyRestrictions = null", fido2+"isAttestationEnforced = null"), want: "?null"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := edited(t, c.changes...)
			stopped, err := PasskeyStopped(s, user(t, s), key(t, s))
			if !matches(stopped, err, c.want) {
				t.Errorf("%q %v, want %q", stopped, err, c.want)
			}
		})
	}
}

// olderCloud is a tenant whose cloud knows nothing of passkey profiles.
func olderCloud() []string {
	return []string{"- " + fido2 + "passkeyProfiles", "- " + fido2 + "defaultPasskeyProfile", "- " + fido2 + "includeTargets/0/allowedPasskeyProfiles"}
}

// unvouched is a passkey whose make nobody vouches for, under a profile that allows every
// model.
func unvouched(enforcement string) []string {
	return []string{`{key}/aaGuid = "00000000-0000-0000-0000-000000000000"`, `{key}/attestationLevel = "notAttested"`, hard + "keyRestrictions = null",
		hard + `attestationEnforcement = "` + enforcement + `"`}
}

// TestModels holds the tables of AAGUIDs to their form: in small letters, as they are looked
// up, each of one thing, and each with a name.
func TestModels(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	keys, providers := SecurityKeys(), PasskeyProviders()
	if len(keys) != 108 || len(providers) != 54 {
		t.Errorf("%d models of keys and %d providers", len(keys), len(providers))
	}
	for aaguid, name := range providers {
		if !form.MatchString(aaguid) || strings.TrimSpace(name) != name || name == "" || keys[aaguid] {
			t.Errorf("%q is %q", aaguid, name)
		}
	}
	for aaguid := range keys {
		if !form.MatchString(aaguid) || strings.Trim(aaguid, "0-") == "" {
			t.Errorf("%q", aaguid)
		}
	}
	for _, c := range []struct {
		aaguid, level string
		want          bool
	}{
		{"CB69481E-8ff7-4039-93ec-0a2729a154a8", "notAttested", false}, {"90a3ccdf-635c-4729-a248-9b709135078f", "notAttested", false},
		{"00000000-0000-0000-0000-000000000000", "notAttested", true}, {"00000000-0000-0000-0000-000000000000", "attested", false},
		{"00000000-1111-2222-3333-444444444444", "notAttested", true}, {"00000000-1111-2222-3333-444444444444", "", true}, {"", "notAttested", true},
	} {
		m := tenant.Method{AAGUID: tenant.Known(&c.aaguid), AttestationLevel: tenant.Known(&c.level)}
		if got := Unvouched(m); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
	if !Unvouched(tenant.Method{}) {
		t.Error("a passkey of which nothing is known is vouched for")
	}
}

// key returns the passkey of the account.
func key(t testing.TB, s tenant.Snapshot) tenant.Method {
	t.Helper()
	methods, err := user(t, s).Authentication.Methods.Get()
	if err != nil {
		t.Fatal(err)
	}
	return methods[1]
}

func TestCertificateStopped(t *testing.T) {
	t.Parallel()
	const (
		modes  = certificate + "authenticationModeConfiguration"
		mode   = modes + "/x509CertificateAuthenticationDefaultMode"
		single = `"x509CertificateSingleFactor"`
		multi  = `"x509CertificateMultiFactor"`
		bound  = "users/0/authorizationInfo"
		ids    = bound + "/certificateUserIds"
		expiry = "certificateAuthorities/0/expirationDateTime"
		scopes = certificate + "certificateAuthorityScopes"
	)
	rule := func(mode string) string {
		return modes + `/rules = [{"x509CertificateRuleType": "issuerSubject", "x509CertificateAuthenticationMode": ` + mode + `}]`
	}
	for _, c := range []struct {
		name    string
		changes []string
		want    string
	}{
		{name: "ready"},
		{name: "switched off", changes: []string{certificate + `state = "disabled"`}, want: "switched off"},
		{name: "not listed", changes: []string{"- {config}/1"}, want: "?X509Certificate"},
		{name: "not included", changes: []string{certificate + `includeTargets/0/id = "{empty}"`}, want: "in no include target"},
		{name: "include target unread", changes: []string{certificate + `includeTargets/0/id = "{nobody}"`}, want: "?" + nobody},
		{name: "excluded", changes: []string{certificate + `excludeTargets = [{"id": "{outer}"}]`}, want: "excludes"},
		{name: "not bound", changes: []string{ids + " = []"}, want: "no certificate is bound"},
		{name: "bound to nothing", changes: []string{ids + ` = [""]`}, want: "no certificate is bound"},
		{name: "bound to null", changes: []string{ids + ` = [null]`}, want: "?certificateUserIds"},
		{name: "not bound, null", changes: []string{bound + " = null"}, want: "no certificate is bound"},
		{name: "binding unread", changes: []string{"- " + bound}, want: "?authorizationInfo"},
		{name: "bound ids unread", changes: []string{"- " + ids}, want: "?certificateUserIds"},
		{name: "single factor", changes: []string{mode + " = " + single}, want: "single factor"},
		{name: "a mode of tomorrow", changes: []string{mode + ` = "x509CertificateThreeFactor"`}, want: "?mode"},
		{name: "the mode null", changes: []string{mode + " = null"}, want: "?mode"},
		{name: "the modes null", changes: []string{modes + " = null"}, want: "?mode"},
		{name: "the mode unread", changes: []string{"- " + mode}, want: "?DefaultMode"},
		{name: "the modes unread", changes: []string{"- " + modes}, want: "?authenticationModeConfiguration"},
		{name: "the rules unread", changes: []string{"- " + modes + "/rules"}, want: "?rules"},
		{name: "a rule for a single factor", changes: []string{rule(single)}, want: "?another mode"},
		{name: "a rule for several factors", changes: []string{rule(multi)}},
		{name: "a rule unread", changes: []string{modes + "/rules = [{}]"}, want: "?another mode"},
		{name: "single factor, a rule for several", changes: []string{mode + " = " + single, rule(multi)}, want: "?another mode"},
		{name: "the authority has expired", changes: []string{expiry + ` = "2026-11-22T00:00:00Z"`}, want: "no certificate authority is valid"},
		{name: "the authority expires this moment", changes: []string{expiry + ` = "2026-11-23T06:00:00Z"`}, want: "no certificate authority is valid"},
		{name: "no authority", changes: []string{"certificateAuthorities = []"}, want: "no certificate authority is valid"},
		{name: "authorities unread", changes: []string{"- certificateAuthorities"}, want: "?the certificate authorities"},
		{name: "the expiry unread", changes: []string{"- " + expiry}, want: "?expirationDateTime"},
		{name: "one expiry unread, another authority valid", changes: []string{"certificateAuthorities/+ = {}"}},
		{name: "an authority for the account", changes: []string{scopes + ` = [{"includeTargets": [{"id": "{outer}"}]}]`}},
		{name: "an authority for others", changes: []string{scopes + ` = [{"includeTargets": [{"id": "{empty}"}]}]`}, want: "?other groups"},
		{name: "the scopes unread", changes: []string{"- " + scopes}, want: "?certificateAuthorityScopes"},
		{name: "a scope unread", changes: []string{scopes + ` = [{}]`}, want: "?includeTargets"},
		{name: "one thing stops it, another is unread", changes: []string{ids + " = []", "- certificateAuthorities"}, want: "no certificate is bound"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := edited(t, c.changes...)
			stopped, err := CertificateStopped(s, user(t, s), now())
			if !matches(stopped, err, c.want) {
				t.Errorf("%q %v, want %q", stopped, err, c.want)
			}
		})
	}
	s := edited(t)
	if stopped, err := CertificateStopped(s, user(t, s), tenant.Snapshot{}.CollectedAt.Time); !matches(stopped, err, "?time") {
		t.Errorf("with no time: %q %v", stopped, err)
	}
}
