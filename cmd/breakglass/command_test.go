package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"breakglass/checks"
	"breakglass/internal/standin"
	"breakglass/internal/standin/apptest"
	"breakglass/internal/standin/testbed"
)

// run runs the command line in a directory of its own that holds the made-up tenant
// and its configuration; @/ stands for that directory.
func run(t *testing.T, env map[string]string, args ...string) apptest.Session {
	t.Helper()
	dir := t.TempDir()
	for name, data := range map[string][]byte{"tenant.json": standin.Tenant(), "breakglass.yaml": standin.Config()} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for i := range args {
		args[i] = strings.ReplaceAll(args[i], "@/", dir+"/")
	}
	var out, errs bytes.Buffer
	p := program{stdout: &out, stderr: &errs, getenv: func(name string) string { return strings.ReplaceAll(env[name], "@/", dir+"/") }}
	code := p.run(t.Context(), args)
	return apptest.Session{Code: code, Out: strings.ReplaceAll(out.String(), dir, "@"), Err: strings.ReplaceAll(errs.String(), dir, "@")}
}

func TestCommands(t *testing.T) {
	t.Parallel()
	const from, with = "--tenant=@/tenant.json", "--config=@/breakglass.yaml"
	tests := []struct {
		name     string
		env      map[string]string
		args     []string
		code     int
		out, err string
	}{
		{"nothing", nil, nil, 64, "", "which command?"},
		{"help", nil, []string{"help"}, 0, "usage: breakglass", ""},
		{"a command's help", nil, []string{"check", "--help"}, 0, "-fail-on SEVERITY", ""},
		{"no such command", nil, []string{"destroy"}, 64, "", `"destroy" is not a command`},
		{"version", nil, []string{"version"}, 0, "breakglass dev", ""},
		{"text", nil, []string{"check", from, with}, 0, "method-usable", ""},
		{"json", nil, []string{"check", from, with, "--format=json"}, 0, `"schema": "breakglass.report/v1"`, ""},
		{"findings are no error", nil, []string{"check", from, with, "--format", "json"}, 0, `"status": "fail"`, ""},
		{"fail on critical", nil, []string{"check", from, with, "--fail-on", "critical"}, 2, "method-usable", ""},
		{"a first run", map[string]string{"BREAKGLASS_ACCOUNTS": "ea01@kitahama.onmicrosoft.com,ea02@kitahama.onmicrosoft.com"}, []string{"check", from}, 0, "ea02@kitahama.onmicrosoft.com", ""},
		{"a first run with a slip", map[string]string{"BREAKGLASS_ACCOUNTS": "ea01@kitahama.onmicrosoft.com;ea02@kitahama.onmicrosoft.com"}, []string{"check", from}, 1, "", "separated by commas"},
		{"a later clock", nil, []string{"check", from, with, "--at", "2027-12-01", "--format", "json"}, 0, `"checkedAt": "2027-12-01T00:00:00Z"`, ""},
		{"a bad clock", nil, []string{"check", from, with, "--at", "noon"}, 64, "", "is not a date"},
		{"a clock for a live tenant", nil, []string{"check", with, "--at", "2027-12-01"}, 64, "", "--at needs --tenant"},
		{"no such flag", nil, []string{"check", "--frob"}, 64, "", "frob"},
		{"no such format", nil, []string{"check", from, with, "--format", "xml"}, 64, "", "expected text or json"},
		{"no such severity", nil, []string{"check", from, with, "--fail-on", "dire"}, 64, "", "not a severity"},
		{"an argument too many", nil, []string{"check", from, with, "more"}, 64, "", `"more"`},
		{"no tenant file", nil, []string{"check", "--tenant=@/other.json", with}, 1, "", "other.json"},
		{"no configuration file", nil, []string{"check", from, "--config=@/other.yaml"}, 1, "", "other.yaml"},
		{"no accounts", map[string]string{"BREAKGLASS_CONFIG": ""}, []string{"check", from}, 1, "", "BREAKGLASS_ACCOUNTS"},
		{"a tenant file that is none", nil, []string{"check", "--tenant=@/breakglass.yaml", with}, 1, "", "line 1"},
		{"since a file that is none", nil, []string{"check", from, with, "--since=@/tenant.json"}, 1, "", "schema"},
		{"explain", nil, []string{"explain", "method-usable"}, 0, "AAGUID", ""},
		{"explain lists", nil, []string{"explain"}, 0, "drill-recent", ""},
		{"explain what is none", nil, []string{"explain", "method-use"}, 64, "", "method-usable"},
		{"collect where?", nil, []string{"collect"}, 64, "", "--out"},
		{"from without redact", nil, []string{"collect", "--out=-", with, "--from=@/tenant.json"}, 64, "", "--from needs --redact"},
		{"from and login", nil, []string{"collect", "--out=-", with, "--from=@/tenant.json", "--redact", "--login"}, 64, "", "give one of them"},
		{"redact what is no file", nil, []string{"collect", "--out=-", with, "--from=@/other.json", "--redact"}, 1, "", "other.json"},
		{"redact what is no JSON", nil, []string{"collect", "--out=-", with, "--from=@/breakglass.yaml", "--redact"}, 1, "", "@/breakglass.yaml: line 1: not JSON"},
		{"since a file that is no JSON", nil, []string{"check", from, with, "--since=@/breakglass.yaml"}, 1, "", "breakglass.yaml: line 1: report: "},
		{"a directory for a tenant file", nil, []string{"check", "--tenant=@/", with}, 1, "", "is a directory"},
		{"a directory for a configuration", nil, []string{"check", from, "--config=@/"}, 1, "", "--config: it is \"@/\", and it is a directory; expected the path of a file"},
		{"login and a file", nil, []string{"check", from, with, "--login"}, 64, "", "give one of them"},
		{"a client without login", nil, []string{"collect", "--out=-", with, "--client=x"}, 64, "", "--client needs --login"},
		{"hostile text in an error", nil, []string{"\x1b[31mred"}, 64, "", `\x1b[31mred`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := run(t, test.env, test.args...)
			if s.Code != test.code || !strings.Contains(s.Out, test.out) || !strings.Contains(s.Err, test.err) {
				t.Errorf("exit %d\n%s\n%s", s.Code, s.Out, s.Err)
			}
			if test.err == "" && s.Err != "" {
				t.Errorf("standard error: %s", s.Err)
			}
			if strings.Contains(s.Out+s.Err, "\x1b") {
				t.Error("an escape sequence reached the terminal")
			}
		})
	}
}

// TestFilesAreBounded: a file that is too long, or a device that never ends, is an error and
// not the end of the memory; what is broken has a line.
func TestFilesAreBounded(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, []byte("0123456789"), 0o600); err != nil {
		t.Fatal(err)
	}
	if data, err := settingsFile().read(name); err != nil || len(data) != 10 {
		t.Errorf("%q, %v", data, err)
	}
	for most, kind := range map[int64]wanted{1: settingsFile(), 64: reportFile(), 256: tenantFile()} {
		if err := os.Truncate(name, most<<20); err != nil {
			t.Fatal(err)
		}
		if most == 1 { // the others take long
			if _, err := kind.read(name); err != nil {
				t.Error(err)
			}
		}
		if err := os.Truncate(name, most<<20+1); err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprintf("%s: the file is larger than %d MiB, and no more is read: give ", name, most)
		if _, err := kind.read(name); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("longer: %v", err)
		}
	}
	if _, err := os.Stat("/dev/zero"); err == nil {
		for _, args := range [][]string{{"check", "--tenant", "/dev/zero"}, {"check", "--tenant", name, "--since", "/dev/zero"}, {"collect", "--redact", "--out", name + ".out", "--from", "/dev/zero"}, {"doctor", "--settings", "/dev/zero"}} {
			var said bytes.Buffer
			p := program{getenv: func(name string) string { return map[string]string{"BREAKGLASS_ACCOUNTS": "a@contoso.com"}[name] }, stdout: &said, stderr: &said}
			if code := p.run(t.Context(), args); code != exitError || !strings.Contains(said.String(), "/dev/zero: it is no file: give ") {
				t.Errorf("%q: exit %d, %s", args, code, said.String())
			}
		}
	}
	for text, want := range map[string]string{"{\n\n x}": "line 3: ", "{\n\"schema\": 7}": "line 2: "} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := readReport(name); err == nil || !strings.HasPrefix(err.Error(), name+": "+want) || !strings.HasSuffix(err.Error(), "; give a report that check --format json wrote") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestDiscovery: with no account declared, those who look like emergency accounts are
// candidates with reasons, on standard error; nothing is judged.
func TestDiscovery(t *testing.T) {
	t.Parallel()
	tenants := map[string]struct {
		old, with string // nothing is replaced by nothing
		want      []string
		not       string
	}{
		"candidates": {want: []string{
			"Candidates: these look like emergency accounts. Nothing was judged.", "ea01@kitahama.onmicrosoft.com", "exists in the cloud only",
			"emergencyAccess:\n  accounts:\n    - user: ", " # ea01@kitahama.onmicrosoft.com", "BREAKGLASS_ACCOUNTS",
		}, not: "sato"},
		"a stranger's name": {"ea01@kitahama.onmicrosoft.com", `\u001b[31mea01\nea09@kitahama.onmicrosoft.com`, []string{
			`# \x1b[31mea01\nea09@kitahama.onmicrosoft.com`,
		}, "\nea09"},
		"a stranger's id": {"8a119b9e-16bc-4732-8f7b-7676d015b0dc", `8a119b9e\u001b[31m\nea09`, []string{`- user: 8a119b9e\x1b[31m\nea09 # ea02`}, "\nea09"},
		"nobody": {`"roleDefinitionId": "62e90394-69f5-4237-9190-012177145e10"`, `"roleDefinitionId": "f2ef992c-3afb-46b9-b7cf-a126ee74c451"`,
			[]string{"No candidates for emergency accounts were found.", "BREAKGLASS_ACCOUNTS"}, "- user: 2c"},
		"some were read": {`"roleAssignments"`, `"unknownAssignments"`, []string{
			"Candidates", "Not everybody who holds Global Administrator is known", "# ea02@kitahama.onmicrosoft.com",
		}, "No candidates"},
		"nothing was read": {`"roleAssignment`, `"unknownAssignment`, []string{
			"No candidates for emergency accounts were found.", "Not everybody who holds Global Administrator is known", "BREAKGLASS_ACCOUNTS",
		}, "Nobody"},
	}
	for name, test := range tenants {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "tenant.json")
			if err := os.WriteFile(file, []byte(strings.ReplaceAll(string(standin.Tenant()), test.old, test.with)), 0o600); err != nil {
				t.Fatal(err)
			}
			s := run(t, map[string]string{"BREAKGLASS_CONFIG": ""}, "check", "--tenant="+file)
			if s.Code != 1 || s.Out != "" {
				t.Errorf("exit %d\n%s", s.Code, s.Out)
			}
			for _, want := range test.want {
				if !strings.Contains(s.Err, want) {
					t.Errorf("no %q in\n%s", want, s.Err)
				}
			}
			if test.not != "" && strings.Contains(s.Err, test.not) || strings.Contains(s.Err, "\x1b") {
				t.Errorf("%q in\n%s", test.not, s.Err)
			}
		})
	}
}

// TestFailOn: exit 2 if something is at least as severe, and 0 if all is less.
func TestFailOn(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "tenant.json")
	excluded := strings.Replace(string(standin.Tenant()), `"excludeUsers": ["2c63888f-28f0-4481-be6d-dce7a7ace732"]`, `"excludeUsers": ["8a119b9e-16bc-4732-8f7b-7676d015b0dc"]`, 1)
	if err := os.WriteFile(file, []byte(excluded), 0o600); err != nil {
		t.Fatal(err)
	}
	declared := filepath.Join(t.TempDir(), "one.yaml")
	one := "emergencyAccess: {accounts: [{user: ea02@kitahama.onmicrosoft.com}]}\ndrills: [{account: ea02@kitahama.onmicrosoft.com, from: 2026-11-13, to: 2026-11-14, by: k.sato}]\n"
	if err := os.WriteFile(declared, []byte(one), 0o600); err != nil {
		t.Fatal(err)
	}
	for severity, code := range map[string]int{"critical": 0, "high": 2, "low": 2} { // one account alone is high
		s := run(t, nil, "check", "--config="+declared, "--tenant="+file, "--fail-on="+severity)
		if s.Code != code || s.Out == "" || s.Err != "" {
			t.Errorf("%s: exit %d\n%s\n%s", severity, s.Code, s.Out, s.Err)
		}
	}
}

// TestRedact: the file with aliases is judged as the file with names is, once the
// accounts are declared by the aliases that collect tells.
func TestRedact(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "redacted.json")
	s := run(t, nil, "collect", "--from=@/tenant.json", "--redact", "--out="+file, "--config=@/breakglass.yaml")
	if s.Code != 0 || s.Out != "" || !strings.Contains(s.Err, "ea02@kitahama.onmicrosoft.com is user-2@tenant-1.onmicrosoft.com") {
		t.Fatalf("exit %d\n%s\n%s", s.Code, s.Out, s.Err)
	}
	const declared = "BREAKGLASS_ACCOUNTS"
	before := run(t, map[string]string{declared: "ea01@kitahama.onmicrosoft.com,ea02@kitahama.onmicrosoft.com"}, "check", "--tenant=@/tenant.json", "--format=json")
	after := run(t, map[string]string{declared: "user-1@tenant-1.onmicrosoft.com,user-2@tenant-1.onmicrosoft.com"}, "check", "--tenant="+file, "--format=json")
	one, err1 := checks.ParseReport([]byte(before.Out))
	two, err2 := checks.ParseReport([]byte(after.Out))
	if err1 != nil || err2 != nil || one.Summary != two.Summary || one.Summary.Fail == 0 {
		t.Errorf("%+v and %+v, %v, %v\n%s", one.Summary, two.Summary, err1, err2, after.Err)
	}
	for _, name := range []string{"kitahama", "北浜", "sato"} {
		if strings.Contains(after.Out, name) {
			t.Errorf("the report of the redacted file names %s", name)
		}
	}
	bare := run(t, map[string]string{"BREAKGLASS_CONFIG": ""}, "collect", "--from=@/tenant.json", "--redact", "--out=-")
	if bare.Code != 0 || bare.Err != "" || !strings.HasPrefix(bare.Out, "{") {
		t.Errorf("exit %d without a declaration: %s", bare.Code, bare.Err)
	}
}

// TestWrongTypeInTenantFile: the place is named, and the rest is judged.
func TestWrongTypeInTenantFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "tenant.json")
	broken := bytes.Replace(standin.Tenant(), []byte(`"accountEnabled": true`), []byte(`"accountEnabled": "yes"`), 1)
	if bytes.Equal(broken, standin.Tenant()) {
		t.Fatal("nothing was broken")
	}
	if err := os.WriteFile(file, broken, 0o600); err != nil {
		t.Fatal(err)
	}
	s := run(t, nil, "check", "--tenant="+file, "--config=@/breakglass.yaml", "--format=json")
	if s.Code != 0 || !strings.Contains(s.Err, "users/0/accountEnabled") || !strings.Contains(s.Err, "line ") {
		t.Errorf("exit %d, %s", s.Code, s.Err)
	}
	r, err := checks.ParseReport([]byte(s.Out))
	if err != nil || r.Summary.Unknown == 0 || r.Summary.Pass == 0 {
		t.Errorf("%+v, %v", r.Summary, err)
	}
}

// TestSince: an earlier report says what changed.
func TestSince(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "before.json")
	before := run(t, nil, "check", "--tenant=@/tenant.json", "--config=@/breakglass.yaml", "--format=json")
	if err := os.WriteFile(file, []byte(before.Out), 0o600); err != nil {
		t.Fatal(err)
	}
	same := run(t, nil, "check", "--tenant=@/tenant.json", "--config=@/breakglass.yaml", "--since="+file)
	later := run(t, nil, "check", "--tenant=@/tenant.json", "--config=@/breakglass.yaml", "--since="+file, "--at=2028-01-01")
	if same.Code != 0 || later.Code != 0 || same.Out == later.Out || !strings.Contains(strings.ToLower(later.Out), "new") {
		t.Errorf("same:\n%s\nlater:\n%s", same.Out, later.Out)
	}
}

// TestFileEqualsGraph: the report of a tenant file, of the same tenant read through
// Microsoft Graph, and of the file that collect writes are the same, byte for byte.
func TestFileEqualsGraph(t *testing.T) {
	t.Parallel()
	tenantFile := apptest.Tenant(t)
	w, err := testbed.New(tenantFile)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	fromGraph := apptest.Live(t, w, "check", "--format=json")
	r, err := checks.ParseReport([]byte(fromGraph.Out))
	if err != nil || fromGraph.Code != 0 || fromGraph.Err != "" {
		t.Fatalf("exit %d, %v\n%s", fromGraph.Code, err, fromGraph.Err)
	}
	if r.Summary.Unknown > 0 || r.Summary.Pass == 0 || r.Summary.Fail == 0 {
		t.Errorf("the made-up tenant gives %+v", r.Summary)
	}
	dir := t.TempDir()
	collected, original := filepath.Join(dir, "collected.json"), filepath.Join(dir, "original.json")
	if s := apptest.Live(t, w, "collect", "--out="+collected); s.Code != 0 {
		t.Fatalf("exit %d: %s", s.Code, s.Err)
	}
	if info, err := os.Stat(collected); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read the collected file: %v, %v", info, err)
	}
	if err := os.WriteFile(original, tenantFile, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{original, collected} {
		fromFile := run(t, nil, "check", "--tenant="+file, "--config=@/breakglass.yaml", "--format=json", "--at="+r.CheckedAt.Format(time.RFC3339))
		if fromFile.Out != fromGraph.Out {
			t.Errorf("%s:\n got %s\nwant %s", filepath.Base(file), fromFile.Out, fromGraph.Out)
		}
	}
}
