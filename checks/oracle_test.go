package checks_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"breakglass/checks"
	"breakglass/tenant"
)

var (
	tenants  = flag.Int("tenants", 1000, "how many random tenants TestOracle judges")
	seed     = flag.Uint64("seed", 1, "the seed of the first random tenant")
	examples = flag.Int("examples", 1, "how many tenants TestOracle prints for each kind of dispute")
)

// judged are the checks that the second evaluator knows.
var judged = []string{"account-exists", "account-count", "account-enabled", "role-global-admin", "role-permanent", "role-few-global-admins", "role-group-protected", "role-someone-active",
	"policy-excluded", "policy-report-only", "policy-group-protected", "policy-group-members", "policy-others-excluded", "account-undeclared", "tamper-applications"}

// A dispute is a result on which the program and the second evaluator disagree.
type dispute struct {
	check, subject string
	program        string // what the program says; empty if it says nothing of the subject
	oracle         string // what may be said
}

func (d dispute) String() string {
	return fmt.Sprintf("%s of %s: the program says %q, the rules say %s", d.check, d.subject, d.program, d.oracle)
}

// TestOracle judges random tenants twice. Of each kind of dispute it prints one
// tenant, made as small as it gets.
func TestOracle(t *testing.T) {
	t.Parallel()
	seen := map[string]map[string]int{}
	kinds := map[string]int{}
	for s := *seed; s < *seed+uint64(*tenants); s++ {
		file, settings := makeTenant(s)
		results := program(t, file, settings)
		for _, r := range results {
			if seen[r.check] == nil {
				seen[r.check] = map[string]int{}
			}
			seen[r.check][strings.Fields(r.program)[0]]++
		}
		for _, d := range disputes(results, file, settings) {
			kind := fmt.Sprintf("%s: %q instead of %s", d.check, d.program, d.oracle)
			if kinds[kind]++; kinds[kind] <= *examples {
				report(t, s, d)
			}
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		t.Errorf("%d times %s", kinds[kind], kind)
	}
	for _, check := range judged {
		t.Log(check, seen[check])
		for _, status := range []string{passes, fails, unknown} {
			if seen[check][status] < *tenants/200 {
				t.Errorf("%s says %s %d times in %d tenants: they try too little", check, status, seen[check][status], *tenants)
			}
		}
	}
}

func report(t *testing.T, s uint64, d dispute) {
	t.Helper()
	file, settings := makeTenant(s)
	shrink(t, file, settings, d)
	text, err := json.MarshalIndent(file, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	t.Errorf("seed %d: %v\nprofile of 2025: %v, at most %d administrators, allowed %v, declared %v\n%s", s, d, settings.resistant, settings.limit, settings.allowedApps,
		settings.accounts, text)
}

// program is what the program says.
func program(t testing.TB, file object, settings oracleSettings) []dispute {
	data, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	snapshot, problems, err := tenant.Decode(data)
	if err != nil {
		t.Fatalf("%v %s", err, data)
	}
	for _, p := range problems {
		if !strings.Contains(p.Message, "null") && !strings.Contains(p.Message, "missing") {
			t.Fatalf("%v %s", p, data)
		}
	}
	wanted := slices.DeleteFunc(checks.All(), func(c checks.Check) bool { return !slices.Contains(judged, c.ID) })
	declared := checks.Settings{Accounts: settings.accounts, MaxGlobalAdministrators: settings.limit, AllowedApplications: settings.allowedApps}
	if settings.resistant {
		declared.PolicyProfile = checks.ProfilePhishingResistant
	}
	var all []dispute
	for _, r := range checks.Run(wanted, snapshot, declared).Results {
		d := dispute{check: r.Check, subject: strings.ToLower(r.Subject.ID), program: string(r.Status)}
		if r.Subject.Type == checks.SubjectTenant {
			d.subject = theTenant
		}
		if r.Status == checks.Fail && slices.Contains([]string{"policy-excluded", "policy-report-only", "account-count", "tamper-applications"}, r.Check) {
			d.program += " " + r.Severity.String()
		}
		all = append(all, d)
	}
	return all
}

// disputes compares the program's results with what the rules say.
func disputes(results []dispute, file object, settings oracleSettings) []dispute {
	judgedBy := &oracle{file: file, settings: settings}
	expected := judgedBy.judge()
	var all []dispute
	said, blind := map[string]bool{}, map[string]bool{}
	for _, r := range results {
		if said[r.check+r.subject] {
			r.oracle = "that only once"
			all = append(all, r)
		}
		said[r.check+r.subject] = true
		one, ok := expected[r.check][r.subject]
		if r.subject == theTenant && r.program == unknown {
			blind[r.check] = true
		}
		switch {
		case !ok && r.subject == theTenant:
			if r.program == fails { // a whole answer for the tenant is no answer about a subject
				r.oracle = "nothing of the tenant"
				all = append(all, r)
			}
		case !ok && r.program != unknown && r.program != notApplicable && !(r.check == "tamper-applications" && r.program == passes):
			r.oracle = "nothing of it"
			all = append(all, r)
		case ok && !slices.Contains(one.allowed, r.program) && !judgedBy.tolerates(r, one.allowed):
			r.oracle = strings.Join(one.allowed, " or ")
			all = append(all, r)
		}
	}
	for check, subjects := range expected {
		for subject, one := range subjects {
			if one.certain && !said[check+subject] && !blind[check] {
				all = append(all, dispute{check, subject, "", strings.Join(one.allowed, " or ")})
			}
		}
	}
	slices.SortFunc(all, func(a, b dispute) int { return strings.Compare(a.String(), b.String()) })
	return all
}

// shrink takes away whatever can go while the two still disagree in the same way.
func shrink(t *testing.T, file object, settings oracleSettings, d dispute) {
	still := func() bool { return slices.Contains(disputes(program(t, file, settings), file, settings), d) }
	for shrinkObject(file, still) {
	}
}

// neverNull are objects that Graph never leaves out.
var neverNull = []string{"unreadable", "conditions", "users", "applications", "authentication", "authorizationInfo", "authenticationMethodsPolicy"}

// shrinkObject empties what is in an object: lists, and objects that may be null.
func shrinkObject(o object, still func() bool) bool {
	changed := false
	for _, key := range slices.Sorted(maps.Keys(o)) {
		value := o[key]
		switch v := value.(type) {
		case object:
			if o[key] = nil; !slices.Contains(neverNull, key) && still() {
				changed = true
				continue
			}
			o[key] = value
			changed = shrinkObject(v, still) || changed
			if key == "unreadable" {
				changed = shrinkReasons(v, still) || changed
			}
		case []any:
			changed = shrinkList(o, key, v, still) || changed
		}
	}
	return changed
}

func shrinkReasons(reasons object, still func() bool) bool {
	changed := false
	for _, key := range slices.Sorted(maps.Keys(reasons)) {
		value := reasons[key]
		if delete(reasons, key); still() {
			changed = true
			continue
		}
		reasons[key] = value
	}
	return changed
}

func shrinkList(o object, key string, items []any, still func() bool) bool {
	changed := false
	for i := 0; i < len(items); {
		fewer := slices.Delete(slices.Clone(items), i, i+1)
		if o[key] = fewer; still() {
			items, changed = fewer, true
			continue
		}
		o[key] = items
		if inner, ok := items[i].(object); ok {
			changed = shrinkObject(inner, still) || changed
		}
		i++
	}
	return changed
}
