package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"breakglass/checks"
)

var update = flag.Bool("update", false, "write the golden files")

// golden compares text with a golden file.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs (run with -update and look at what changed):\n%s", file, got)
	}
}

const page1 = "https://learn.microsoft.com/entra/identity/role-based-access-control/security-emergency-access"

var (
	ea01   = checks.Subject{Type: checks.SubjectUser, ID: "aaaaaaaa-0000-4000-8000-000000000001", Name: "ea01@contoso.onmicrosoft.com"}
	ea02   = checks.Subject{Type: checks.SubjectUser, ID: "aaaaaaaa-0000-4000-8000-000000000002", Name: "ea02@contoso.onmicrosoft.com"}
	tenant = checks.Subject{Type: checks.SubjectTenant, ID: "cccccccc-0000-4000-8000-000000000001", Name: "Contoso"}
	group  = checks.Subject{Type: checks.SubjectGroup, ID: "bbbbbbbb-0000-4000-8000-000000000001", Name: "Emergency access"}
)

// result is a result of a check whose texts are made from its id.
func result(check string, severity checks.Severity, s checks.Subject, status checks.Status, reason string) checks.Result {
	r := checks.Result{
		Check: check, Status: status, Severity: severity, Subject: s,
		Title:      "The rule of " + check + " holds for the account",
		Reason:     reason,
		References: []string{page1},
	}
	if status.Open() {
		r.Remediation = "Microsoft Entra admin center > Authentication methods > Policies > Passkey (FIDO2): include the account (or a group it is in), " +
			"and allow the AAGUID named here in the passkey profile or key restrictions that stop it."
	}
	return r
}

// good is a tenant in which every check passes, for two accounts.
func good() checks.Report {
	r := checks.Report{
		Schema:    checks.Schema,
		Tenant:    checks.Tenant{ID: tenant.ID, DisplayName: "Contoso", DefaultDomain: "contoso.onmicrosoft.com"},
		CheckedAt: time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC),
		Accounts: []checks.Account{
			{ID: ea01.ID, UserPrincipalName: ea01.Name, DisplayName: "Emergency Access 01", Declared: ea01.Name},
			{ID: ea02.ID, UserPrincipalName: ea02.Name, DisplayName: "Emergency Access 02", Declared: ea02.Name},
		},
		Results: []checks.Result{
			result("account-count", checks.Critical, tenant, checks.Pass, "2 enabled emergency accounts."),
		},
	}
	for _, id := range []string{
		"account-enabled", "account-cloud-only", "role-global-admin", "role-permanent",
		"method-usable", "method-no-phone", "policy-excluded", "mfa-ready", "drill-recent",
	} {
		for _, s := range []checks.Subject{ea01, ea02} {
			r.Results = append(r.Results, result(id, checks.High, s, checks.Pass, "It holds."))
		}
	}
	r.Results = append(r.Results, result("policy-group-protected", checks.High, group, checks.Pass, "Role-assignable."))
	return r
}

// set replaces the result of a check about a subject.
func set(r *checks.Report, now checks.Result) {
	for i, old := range r.Results {
		if old.Check == now.Check && old.Subject.ID == now.Subject.ID {
			r.Results[i] = now
			return
		}
	}
	r.Results = append(r.Results, now)
}

// faults is the good tenant with failing, unknown and inapplicable checks.
func faults() checks.Report {
	r := good()
	const stopped = "Passkey “YubiKey A”: the key restrictions of Fido2 do not allow its AAGUID 2fc0579f-8113-47ea-b116-bb5a8db9202a."
	set(&r, result("method-usable", checks.Critical, ea01, checks.Fail, stopped))
	set(&r, result("method-usable", checks.Critical, ea02, checks.Fail, "The account has no passkey and no certificate."))
	set(&r, result("method-no-phone", checks.High, ea02, checks.Fail, "A phone is registered."))
	set(&r, result("policy-excluded", checks.Medium, ea02, checks.Fail, "A policy can apply to the account: “Require MFA” (through all users) demands MFA."))
	set(&r, result("drill-recent", checks.High, ea01, checks.Unknown, "The sign-in log: the tenant has no Microsoft Entra ID P1 licence (403 Authentication_RequestFromNonPremiumTenantOrB2CTenant)."))
	set(&r, result("mfa-ready", checks.Critical, ea01, checks.NotApplicable, "Microsoft does not ask for multifactor authentication in this sovereign cloud (contoso.onmicrosoft.us)."))
	set(&r, result("method-spare", checks.Medium, ea02, checks.Unknown, "The AAGUID of a passkey was not collected."))
	return r
}

// unknowns is a tenant in which one missing permission hides much.
func unknowns() checks.Report {
	r := good()
	set(&r, result("account-enabled", checks.Low, ea02, checks.Unknown, "Microsoft Graph did not answer in time."))
	const missing = "The watcher may not read Conditional Access policies (403 Authorization_RequestDenied): it lacks the permission Policy.Read.All."
	for _, s := range []checks.Subject{ea01, ea02} {
		set(&r, result("policy-excluded", checks.Medium, s, checks.Unknown, missing))
		set(&r, result("mfa-ready", checks.Critical, s, checks.Unknown, missing))
	}
	return r
}

// japanese is the faults in a tenant with Japanese names.
func japanese() checks.Report {
	r := faults()
	r.Tenant.DisplayName = "株式会社コントソ"
	r.Accounts[0].DisplayName = "緊急アクセス用アカウント 壱"
	r.Accounts[1].UserPrincipalName = "非常用@contoso.onmicrosoft.com"
	r.Accounts[1].DisplayName = "葛\U000E0100城 緊急"
	for i := range r.Results {
		if r.Results[i].Subject == ea02 {
			r.Results[i].Subject.Name = "非常用@contoso.onmicrosoft.com"
		}
	}
	set(&r, result("method-usable", checks.Critical, ea01, checks.Fail,
		"パスキー「YubiKey 壱号機」は、認証方法ポリシーのキー制限で許可されている三つの機種のどれでもないため、サインインに使えません。金庫（東京本社）の鍵を確かめてください。"))
	return r
}

// hostileName tries what a name can: to erase, to colour, to reorder, to hide, to
// begin a line of its own.
const hostileName = "\x1b[2J\x1b]0;owned\a\u202Etxt.exe\u2066\u200B\u00AD\tA\nAll 20 checks pass.\r\u0085\u2028Z\u0335\u0336\u0337\u0338\u0339\u033A\u033B\xffé\U000E0041\u3164\x7f"

func hostileReport() checks.Report {
	r := faults()
	r.Tenant.DisplayName = hostileName
	for i := range r.Accounts {
		r.Accounts[i].DisplayName = hostileName
		r.Accounts[i].UserPrincipalName = hostileName
	}
	for i := range r.Results {
		r.Results[i].Subject.Name = hostileName
		r.Results[i].Reason = "A policy can apply: “" + hostileName + "”."
	}
	return r
}

// since is what changed between two reports, in every way.
func since() *checks.Changes {
	now := faults()
	at := func(check string, s checks.Subject) checks.Result {
		return now.Results[slices.IndexFunc(now.Results, func(r checks.Result) bool { return r.Check == check && r.Subject.ID == s.ID })]
	}
	was := func(r checks.Result, status checks.Status, severity checks.Severity) checks.Result {
		r.Status, r.Severity = status, severity
		return r
	}
	usable, policy, drill, mfa, enabled := at("method-usable", ea01), at("policy-excluded", ea02), at("drill-recent", ea01), at("mfa-ready", ea01), at("account-enabled", ea01)
	return &checks.Changes{
		New:        []checks.Result{at("method-usable", ea02)},
		Worse:      []checks.Change{{Before: was(usable, checks.Fail, checks.Medium), Now: usable}},
		Changed:    []checks.Change{{Before: was(policy, checks.Fail, checks.Critical), Now: policy}, {Before: policy, Now: policy}},
		NotChecked: []checks.Change{{Before: was(drill, checks.Fail, checks.High), Now: drill}, {Before: was(drill, checks.Pass, checks.High), Now: drill}, {Now: drill}},
		Resolved:   []checks.Change{{Before: was(enabled, checks.Fail, checks.High), Now: enabled}},
		Dropped:    []checks.Change{{Before: was(mfa, checks.Fail, checks.High), Now: mfa}, {Before: enabled}},
		Open:       []checks.Result{at("method-no-phone", ea02)},
		Blind:      []checks.Result{drill},
	}
}

// TestText pins what people see.
func TestText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file  string // the golden file
		r     checks.Report
		o     TextOptions
		first string   // the first line begins so
		says  []string // in this order
	}{
		{file: "good", r: good(), first: "All 20 checks pass."},
		{file: "faults", r: faults(), first: "4 of 20 checks fail, the worst is critical; 2 could not be made.", says: []string{"critical · method-usable", "high · method-no-phone", "medium · policy-excluded", "P1", "AAGUID of", "✗ 2 ? 1"}},
		{file: "faults.40", r: faults(), o: TextOptions{Width: 40}},
		{file: "faults.120", r: faults(), o: TextOptions{Width: 120}},
		{file: "faults.colour", r: faults(), o: TextOptions{Colour: true}},
		{file: "since", r: faults(), o: TextOptions{Changes: since()}},
		{file: "since.colour.40", r: faults(), o: TextOptions{Changes: since(), Width: 40, Colour: true}},
		{file: "first", r: good(), o: TextOptions{Changes: &checks.Changes{First: true}}},
		{file: "unchanged", r: good(), o: TextOptions{Changes: &checks.Changes{}}},
		{file: "unknowns", r: unknowns(), first: "No failure found, but 5 of 20 checks could not be made.", says: []string{"Policy.Read.All", "did not answer"}},
		{file: "unknowns.colour", r: unknowns(), o: TextOptions{Colour: true}},
		{file: "japanese", r: japanese()},
		{file: "japanese.40", r: japanese(), o: TextOptions{Width: 40}},
		{file: "faults.ja", r: faults(), o: TextOptions{Language: "ja"}, first: "20 項目のうち 4 項目が不合格で、最も重いものの重大度は「重大」です。"},
		{file: "since.ja.colour.40", r: faults(), o: TextOptions{Language: "ja", Changes: since(), Width: 40, Colour: true}},
		{file: "hostile", r: hostileReport(), says: []string{`\x1b[2J`, "U+202E", `\t`, `\nAll 20`, `\xff`}},
		{file: "nothing", r: checks.Report{Schema: checks.Schema}, first: "Nothing was checked."},
	} {
		t.Run(c.file, func(t *testing.T) {
			t.Parallel()
			got := rendered(t, c.r, c.o)
			first, _, _ := strings.Cut(got, "\n")
			if !strings.HasPrefix(first, c.first) {
				t.Errorf("first line %q, want %q", first, c.first)
			}
			rest := got
			for _, part := range c.says {
				_, after, ok := strings.Cut(rest, part)
				if !ok {
					t.Fatalf("does not say %q, or not in this order", part)
				}
				rest = after
			}
			golden(t, c.file+".txt", []byte(got))
		})
	}
}

func rendered(t testing.TB, r checks.Report, o TextOptions) string {
	t.Helper()
	var b bytes.Buffer
	if err := Text(&b, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
