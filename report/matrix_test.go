package report

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"breakglass/checks"
	"breakglass/signin"
	"breakglass/text"
)

// survival is two emergency accounts with a key each, and as many regular
// administrators as asked for. Name words what strangers name.
func survival(regular int, name func(string) string) *checks.Survival {
	s := checks.Survival{Components: []checks.Component{
		service("entra-authentication"), service("entra-mfa"), service("phone-carrier"),
		{ID: "place:safe", Name: name("safe in Tokyo"), Kind: "place"},
		{ID: "custodian:sato", Name: name("k.sato"), Kind: "person"},
	}}
	add := func(who checks.Survivor, needs ...string) {
		who.Assignment = "permanent"
		method := "fido2"
		if !who.Emergency {
			method = "password + microsoftAuthenticatorPush"
		}
		who.Paths = []checks.Path{{Method: method, Credential: name("of " + who.Name), Needs: append([]string{"entra-authentication"}, needs...)}}
		who.Name = name(who.Name)
		s.Administrators = append(s.Administrators, who)
	}
	for _, id := range []string{"ea01", "ea02"} {
		add(checks.Survivor{ID: id, Name: id + "@contoso.onmicrosoft.com", Emergency: true}, "key:"+id, "place:safe", "custodian:sato")
		s.Components = append(s.Components, checks.Component{ID: "key:" + id, Name: name("key of " + id), Kind: "key"})
	}
	for i := range regular {
		id := fmt.Sprintf("admin%02d", i)
		add(checks.Survivor{ID: id, Name: id + "@contoso.com"}, "entra-mfa", "device:"+id)
		s.Components = append(s.Components, checks.Component{ID: "device:" + id, Name: name("phone of " + id), Kind: "device"})
	}
	s.AnyDevice = checks.Outage{CanSignIn: []string{"ea02"}, LockedOut: []string{"ea01"}}
	for _, a := range s.Administrators[2:] {
		s.AnyDevice.Unknown = append(s.AnyDevice.Unknown, a.ID)
	}
	s.PoliciesBlock = checks.Outage{CanSignIn: []string{"ea01", "ea02"}}
	for _, a := range s.Administrators[2:] {
		s.PoliciesBlock.LockedOut = append(s.PoliciesBlock.LockedOut, a.ID)
	}
	s.MinimalCutSets = s.CutSets()
	return &s
}

func service(id string) checks.Component {
	all := signin.Services()
	return all[slices.IndexFunc(all, func(c checks.Component) bool { return c.ID == id })]
}

func asIs(text string) string { return text }

func japaneseName(text string) string {
	return "緊急アクセス用の" + text + "（大阪本社）"
}

func matrixOf(t *testing.T, s checks.Survival, width int, language ...string) string {
	t.Helper()
	p := newPage(TextOptions{Width: width, Language: strings.Join(language, "")})
	p.matrix(p.survival(s))
	checkPage(t, p.String(), TextOptions{Width: width})
	return p.String()
}

func TestMatrix(t *testing.T) {
	t.Parallel()
	golden(t, "matrix.txt", []byte(matrixOf(t, *survival(3, asIs), 80)))
	golden(t, "matrix.japanese.txt", []byte(matrixOf(t, *survival(3, japaneseName), 80)))
	golden(t, "matrix.ja.txt", []byte(matrixOf(t, *survival(3, japaneseName), 80, "ja")))
	golden(t, "matrix.japanese.40.txt", []byte(matrixOf(t, *survival(3, japaneseName), 40)))
	golden(t, "matrix.many.txt", []byte(matrixOf(t, *survival(30, asIs), 80)))
	blind := survival(2, asIs)
	blind.Administrators[0].Paths, blind.Administrators[0].Unknown = nil, "the registered methods could not be read: 403 Authorization_RequestDenied"
	blind.Unknown = "the members of the group “Admins” could not be read"
	blind.Assumed, blind.Overruled = []string{"passwords are checked on premises"}, []string{"fido2"}
	blind.MinimalCutSets = blind.CutSets()
	page := matrixOf(t, *blind, 80)
	golden(t, "matrix.unknown.txt", []byte(page))
	for _, want := range []string{"3 of 4", "? ", "There may be other administrators", "Assumed: ", "As breakglass.yaml says", "others may hold longer"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in\n%s", want, page)
		}
	}
	if page := matrixOf(t, checks.Survival{}, 80); !strings.Contains(page, "No administrator is known.") {
		t.Error(page)
	}
}

// TestNamesStayAsTheyAre: what strangers call by the program's own words is a name.
func TestNamesStayAsTheyAre(t *testing.T) {
	t.Parallel()
	s := survival(1, asIs)
	s.Components = append(s.Components,
		checks.Component{ID: "key:x", Name: "Key of X", Kind: "key"},
		checks.Component{ID: "phone:p", Name: "Phone of all users", Kind: "phone", Message: text.New("Phone of %s", "all users")},
		checks.Component{ID: "place:n", Name: "Phone network", Kind: "place"},
		checks.Component{ID: "custodian:a", Name: "a phone", Kind: "person"},
		checks.Component{ID: "courier", Name: "all users", Kind: "service"})
	s.MinimalCutSets = [][]string{{"key:x"}, {"phone:p"}, {"place:n"}, {"custodian:a"}, {"courier"}}
	page := matrixOf(t, *s, 120, "ja")
	for _, want := range []string{"- キー「Key of X」", "- all users の電話", "- 場所「Phone network」", "- 担当者「a phone」", "- all users\n"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in\n%s", want, page)
		}
	}
}

// TestMatrixSaysWhatIsComputed: each mark of the matrix is that of the outage.
func TestMatrixSaysWhatIsComputed(t *testing.T) {
	t.Parallel()
	for line := range strings.SplitSeq(matrixOf(t, *survival(3, asIs), 80), "\n") {
		for label, want := range map[string]string{
			"nothing ":                   "5 of 5    ✓  ✓  ✓  ✓  ✓",
			"Microsoft's MFA service":    "2 of 5    ✓  ✓  ✗  ✗  ✗",
			"Microsoft Entra authentica": "0 of 5    ✗  ✗  ✗  ✗  ✗",
			"place “safe in Tokyo”":      "3 of 5    ✗  ✗  ✓  ✓  ✓",
			"key “key of ea01”":          "4 of 5    ✗  ✓  ✓  ✓  ✓",
			"Conditional Access":         "2 of 5    ✓  ✓  ✗  ✗  ✗",
			"all managed":                "1 of 5    ✗  ✓  ?  ?  ?",
		} {
			if strings.HasPrefix(line, label) && !strings.HasSuffix(line, want) {
				t.Errorf("%q does not end in %q", line, want)
			}
		}
	}
}

func whatIf(s checks.Survival, down ...string) WhatIf {
	return WhatIf{
		Schema: WhatIfSchema, CheckedAt: "2026-11-23T06:00:00Z", Changed: []Supposition{}, AsThings: s.If(), Then: s.If(down...),
		MinimalCutSets: s.CutSets(down...), Survival: s,
	}
}

func TestWhatIf(t *testing.T) {
	t.Parallel()
	s := survival(2, asIs)
	s.Administrators[0].Blocked = append(s.Administrators[0].Blocked, signin.Block{Method: "password", Why: "alone it is no multifactor authentication"})
	s.Administrators[0].Paths = nil
	s.Administrators[3].Paths, s.Administrators[3].Unknown = nil, "its methods could not be read"
	for name, a := range map[string]WhatIf{
		"whatif.txt":     whatIf(*s, "entra-mfa"),
		"whatif.all.txt": whatIf(*s, "entra-mfa", "place:safe"),
		"whatif.other.txt": func() WhatIf {
			a := whatIf(*s)
			a.Changed = []Supposition{{"all keys of the emergency accounts were kept in “%s”", []string{"safe 100%d"}}}
			return a
		}(),
	} {
		var b bytes.Buffer
		if err := WhatIfText(&b, a, TextOptions{}); err != nil {
			t.Fatal(err)
		}
		checkPage(t, b.String(), TextOptions{})
		golden(t, name, b.Bytes())
	}
	var ja bytes.Buffer
	if err := WhatIfText(&ja, whatIf(*s, "entra-mfa"), TextOptions{Language: "ja"}); err != nil {
		t.Fatal(err)
	}
	checkPage(t, ja.String(), TextOptions{})
	golden(t, "whatif.ja.txt", ja.Bytes())
	var b bytes.Buffer
	if err := WhatIfJSON(&b, whatIf(*s, "entra-mfa")); err != nil {
		t.Fatal(err)
	}
	golden(t, "whatif.json", b.Bytes())
}

func TestDependencies(t *testing.T) {
	t.Parallel()
	settings := checks.Settings{Dependencies: []checks.Dependency{{Method: "passkey-synced", Services: []string{"courier"}, Reason: "the provider says so"}}}
	var b bytes.Buffer
	if err := Dependencies(&b, settings.DependencyTable(), TextOptions{}); err != nil {
		t.Fatal(err)
	}
	checkPage(t, b.String(), TextOptions{})
	golden(t, "dependencies.txt", b.Bytes())
	for _, want := range []string{"≈ Temporary Access Pass", "! Synced passkey", "entra-authentication, courier (2 services)", "breakglass.yaml says so: the provider says so"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q", want)
		}
	}
}

// TestSurvivalInJapanese: what is said of those who cannot sign in, or of whom it is not
// known, is said in the language of the page; names are not.
func TestSurvivalInJapanese(t *testing.T) {
	t.Parallel()
	s := survival(2, asIs)
	assignments, methods := text.New("%s: %s", text.Term("the role assignments"), text.New("it was not collected")), text.New("%s: %s", text.Term("the sign-in methods"), text.New("it was not collected"))
	s.Unknown, s.Message = assignments.String(), assignments
	stopped := text.New("policy “%s” demands %s", "the account is disabled", "block")
	s.Administrators[1].Paths = nil
	s.Administrators[1].Blocked = []signin.Block{{Method: "password", Why: stopped.String(), Message: stopped}}
	s.Administrators[2].Unknown, s.Administrators[2].Message = methods.String(), methods
	var b bytes.Buffer
	if err := WhatIfText(&b, whatIf(*s, "entra-mfa"), TextOptions{Language: "ja", Width: 120}); err != nil {
		t.Fatal(err)
	}
	page := matrixOf(t, *s, 120, "ja") + b.String()
	for _, want := range []string{"ロールの割り当て: 収集されていません", "サインイン方法: 収集されていません", "ポリシー「the account is disabled」が block を求めています"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in\n%s", want, page)
		}
	}
	if s.Unknown != "the role assignments: it was not collected" || s.Administrators[2].Unknown != "the sign-in methods: it was not collected" {
		t.Error("the report itself was changed")
	}
	s.Administrators, s.Components = nil, nil
	if page := matrixOf(t, *s, 80, "ja"); strings.Contains(page, "not collected") {
		t.Error(page)
	}
}
