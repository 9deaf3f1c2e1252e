package checks

import (
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"breakglass/catalog"
)

// Places in testdata/good.json.
const (
	user1   = "users/0"
	user2   = "users/1"
	method1 = "users/0/authentication/methods/1"
	noSpare = `users/0/authentication/methods/2 = {"@odata.type": "#microsoft.graph.passwordAuthenticationMethod", "id": "28c10230-6103-485e-b985-444c60001490"}`
	policy  = "conditionalAccessPolicies/0"
	users   = "conditionalAccessPolicies/0/conditions/users"
	grant   = "conditionalAccessPolicies/0/grantControls"
	fido2   = "authenticationMethodsPolicy/authenticationMethodConfigurations/0"
	x509    = "authenticationMethodsPolicy/authenticationMethodConfigurations/4"
)

// included puts both accounts under the policy of the good tenant.
const included = users + "/excludeGroups = []"

// denied is Graph's answer to a read without the permission.
const denied = `{"status": 403, "code": "Authorization_RequestDenied"}`

// A judgement is a tenant that differs from the good one, and everything that the
// checks say of it but pass.
type judgement struct {
	name    string
	changes []string
	settings
	want map[string]string // "check subject": "status severity"
	says map[string]string // "check subject": part of the reason
}

// settings change the good tenant's declarations.
type settings func(*Settings)

func judgements() []judgement {
	return slices.Concat(accountJudgements(), propertyJudgements(), roleJudgements(), administratorJudgements(), holderJudgements(), partialJudgements(), methodJudgements(), spareJudgements(), policyJudgements(),
		placeJudgements(), policyWordJudgements(), exclusionJudgements(), otherJudgements(), custodyJudgements(), roleGroupJudgements(), tamperJudgements(), survivalJudgements(), activityJudgements(), declaredJudgements())
}

// judgementsFile holds everything that differs from the good tenant in every case.
const judgementsFile = "testdata/judgements.golden.txt"

// TestJudgements asserts every verdict of every case, so that a check that fires
// too often fails too: what a case is about by hand, and everything in the golden
// file.
func TestJudgements(t *testing.T) {
	t.Parallel()
	good, _ := judgement{}.judge(t)
	var all strings.Builder
	named := map[string]bool{}
	for _, c := range judgements() {
		if named[c.name] {
			t.Errorf("two cases are called %q", c.name)
		}
		named[c.name] = true
		got, reasons := c.judge(t)
		all.WriteString("## " + c.name + spoken(differing(good, got), reasons, c.inJapanese(t)) + "\n\n")
		for key, verdict := range c.want {
			if said, ok := got[key]; !ok && reasons[key] == "" {
				t.Errorf("%s: %s is not asked", c.name, key)
			} else if said != verdict && !(verdict == "pass" && !ok) {
				t.Errorf("%s: %s is %q, want %s: %s", c.name, key, said, verdict, reasons[key])
			}
		}
		for key, part := range c.says {
			if !strings.Contains(reasons[key], part) {
				t.Errorf("%s: %s says %q, without %q", c.name, key, reasons[key], part)
			}
		}
	}
	if *update {
		if err := os.WriteFile(judgementsFile, []byte(all.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(judgementsFile)
	if err != nil {
		t.Fatal(err)
	}
	for part := range strings.SplitSeq(all.String(), "## ") {
		if !strings.Contains(string(want), "## "+part) && part != "" {
			t.Errorf("not in %s:\n%s", judgementsFile, part)
		}
	}
	if t.Failed() || all.String() == string(want) {
		return
	}
	t.Errorf("%s holds what no case says", judgementsFile)
}

// differing returns the verdicts that are others than those of the good tenant. What
// is not asked is left out.
func differing(good, got map[string]string) map[string]string {
	other := map[string]string{}
	for key, verdict := range got {
		if good[key] != verdict {
			other[key] = verdict
		}
	}
	return other
}

// judge returns what is not pass, and every reason.
func (c judgement) judge(t testing.TB) (verdicts, reasons map[string]string) {
	verdicts, reasons = map[string]string{}, map[string]string{}
	for _, r := range c.known(t).Results {
		key := r.Check + " " + short(r.Subject)
		reasons[key] = r.Reason
		if r.Status != Pass {
			verdicts[key] = string(r.Status) + " " + r.Severity.String()
		}
	}
	return verdicts, reasons
}

// inJapanese returns every reason.
func (c judgement) inJapanese(t testing.TB) map[string]string {
	reasons := map[string]string{}
	for _, r := range c.known(t).Results {
		reasons[r.Check+" "+short(r.Subject)] = catalog.In("ja").Text(r.Said())
	}
	return reasons
}

func (c judgement) report(t testing.TB) Report {
	d, s := c.tenant(t)
	return Run(All(), d.snapshot(t), s)
}

// known is the report of a case of judgements, which is made once and not changed; of any
// other it is made anew.
func (c judgement) known(t testing.TB) Report {
	kept.once.Do(func() {
		kept.reports = map[string]Report{}
		for _, c := range judgements() {
			kept.reports[c.name] = c.report(t)
		}
	})
	if r, ok := kept.reports[c.name]; ok {
		return r
	}
	return c.report(t)
}

// kept are the reports of the cases, by name.
var kept struct {
	once    sync.Once
	reports map[string]Report
}

// tenant is the good tenant and its declarations with what the case changes.
func (c judgement) tenant(t testing.TB) (document, Settings) {
	d := goodTenant(t)
	d.edit(t, c.changes...)
	s := declared()
	if c.settings != nil {
		c.settings(&s)
	}
	return d, s
}

// short names a subject for the tables.
func short(s Subject) string {
	switch s.ID {
	case first:
		return "ea01"
	case second:
		return "ea02"
	}
	if s.Type == SubjectTenant {
		return "tenant"
	}
	return s.ID
}

// spoken lists verdicts, each with its reason as people read it, in English and in
// Japanese.
func spoken(verdicts, reasons, japanese map[string]string) string {
	var b strings.Builder
	for _, key := range slices.Sorted(maps.Keys(verdicts)) {
		b.WriteString("\n\t" + key + ": " + verdicts[key] + "\n\t\t" + reasons[key] + "\n\t\t" + japanese[key])
	}
	return b.String()
}

// TestEveryCheckIsJudged holds the cases to what each check can say.
func TestEveryCheckIsJudged(t *testing.T) {
	t.Parallel()
	said := map[string]bool{}
	for _, c := range judgements() {
		for key, verdict := range c.want {
			check, _, _ := strings.Cut(key, " ")
			status, _, _ := strings.Cut(verdict, " ")
			said[check+" "+status] = true
		}
	}
	for _, c := range All() {
		for _, status := range []Status{Fail, Unknown} {
			if !said[c.ID+" "+string(status)] {
				t.Errorf("no case in which %s is %s", c.ID, status)
			}
		}
	}
}

// TestCatalogue holds the checks to the rules of their own texts.
func TestCatalogue(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, c := range All() {
		if seen[c.ID] {
			t.Errorf("%s is there twice", c.ID)
		}
		seen[c.ID] = true
		file := strings.ReplaceAll(c.ID, "-", "_") + ".go"
		if _, err := os.Stat(file); err != nil {
			t.Errorf("%s is not in %s", c.ID, file)
		}
		for _, text := range []string{c.Title, c.Why, c.Passes, c.Remediation} {
			if text == "" || strings.TrimSpace(text) != text {
				t.Errorf("%s: text %q", c.ID, text)
			}
		}
		for _, text := range []string{c.Why, c.Passes, c.Remediation} {
			if !strings.HasSuffix(text, ".") {
				t.Errorf("%s: not a sentence: %q", c.ID, text)
			}
		}
		if strings.HasSuffix(c.Title, ".") || c.Severity < Info || len(c.References) == 0 {
			t.Errorf("%s: title %q, severity %v, %d references", c.ID, c.Title, c.Severity, len(c.References))
		}
		for _, r := range c.References {
			if !strings.HasPrefix(r, "https://learn.microsoft.com/") {
				t.Errorf("%s: reference %s", c.ID, r)
			}
		}
	}
}

// TestReasonsAreSentences holds every reason of every case to a form that the
// notifiers rely on.
func TestReasonsAreSentences(t *testing.T) {
	t.Parallel()
	for _, c := range judgements() {
		for _, r := range c.known(t).Results {
			if r.Reason == "" || !strings.HasSuffix(r.Reason, ".") || strings.Contains(r.Reason, "\n") || strings.HasSuffix(r.Reason, "..") {
				t.Errorf("%s: %s: %q", c.name, r.Check, r.Reason)
			}
			if (r.Remediation != "") != r.Status.Open() {
				t.Errorf("%s: %s is %s with the remediation %q", c.name, r.Check, r.Status, r.Remediation)
			}
		}
	}
}
