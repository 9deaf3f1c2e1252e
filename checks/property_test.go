package checks

import (
	"bytes"
	"encoding/json"
	"flag"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"breakglass/tenant"
)

// keys returns the path of every key of a document, and of every element of a
// list.
func keys(path string, v any) []string {
	var all []string
	switch v := v.(type) {
	case map[string]any:
		for name, value := range v {
			all = append(all, path+name)
			all = append(all, keys(path+name+"/", value)...)
		}
	case []any:
		for i, value := range v {
			all = append(all, keys(path+strconv.Itoa(i)+"/", value)...)
		}
	}
	return all
}

func clone(d document) document {
	data, err := json.Marshal(d)
	if err != nil {
		panic(err)
	}
	var copied document
	if err := json.Unmarshal(data, &copied); err != nil {
		panic(err)
	}
	return copied
}

// passes returns the results that pass.
func passes(r Report) map[Key]bool {
	all := map[Key]bool{}
	for _, result := range r.Results {
		if result.Status == Pass {
			all[result.Key(ObjectIDs(r))] = true
		}
	}
	return all
}

// every is how many keys of a case are passed over for one that is taken away: each case loses
// some, and all cases together lose all. Each loses what it sets, for that decides its verdict.
// With 1 every case loses every key, which takes minutes.
var every = flag.Int("every", 61, "take away each key of this many, from every case")

// TestLessKnowledgeIsNeverGreener takes keys away from every case, one at a time: no
// result may pass that did not pass before.
func TestLessKnowledgeIsNeverGreener(t *testing.T) {
	t.Parallel()
	for n, c := range judgements() {
		if c.name != "good" && len(c.want) == 0 {
			continue // everything passes already
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d, s := c.tenant(t)
			before := c.known(t)
			all := keys("", map[string]any(d))
			slices.Sort(all)
			for i, key := range all {
				contradicts, ok := contradictions()[c.name]
				if exempt(key) || ok && strings.HasPrefix(key, contradicts) || (i+n)%*every != 0 && !c.sets(key) {
					continue
				}
				for _, result := range greener(before, Run(All(), d.without(t, key), s)) {
					t.Errorf("without %s, %s passes for %s", key, result.Check, result.Subject)
				}
			}
		})
	}
}

// sets reports whether a case gives a key its value, or adds to its list.
func (c judgement) sets(key string) bool {
	return slices.ContainsFunc(c.changes, func(change string) bool {
		path, _, set := strings.Cut(change, " = ")
		return set && strings.TrimSuffix(path, "/+") == key
	})
}

// notAsked are the checks whose question does not arise in the tenant: with less known it
// may, and then what passes is no greener than before.
func notAsked(r Report) map[string]bool {
	moot := map[string]bool{}
	for _, result := range r.Results {
		if result.Status == NotApplicable && result.Subject.Type == SubjectTenant {
			moot[result.Check] = true
		}
	}
	return moot
}

// exempt says for which keys the property cannot hold: the clock and the reasons
// are no facts of the tenant, a policy without deletedDateTime is one that is there,
// and whether a key that the program does not know is missing nobody can tell.
func exempt(key string) bool {
	return key == "collectedAt" || strings.HasPrefix(key, "unreadable") || strings.HasSuffix(key, "/deletedDateTime") ||
		strings.HasSuffix(key, "/mindReading") || strings.Contains(key, "/moonPhase")
}

// contradictions are the cases whose tenant says two things that cannot both be, by name,
// and where it does: without one of the two the other holds.
func contradictions() map[string]string {
	return map[string]string{
		"a key of two makes":            "users/0/authentication/methods/", // one id, two AAGUIDs
		"assignment without a schedule": "roleAssignmentScheduleInstances", // what roleAssignments, which has them all, does not have
	}
}

// without returns the tenant as read without one key.
func (d document) without(t testing.TB, key string) tenant.Snapshot {
	holder, name := d.at(key)
	object := holder.(map[string]any)
	kept := object[name]
	delete(object, name)
	defer func() { object[name] = kept }()
	return d.snapshot(t)
}

// shuffle puts every list of a document into another order.
func shuffle(v any, random *rand.Rand) {
	switch v := v.(type) {
	case map[string]any:
		for _, value := range v {
			shuffle(value, random)
		}
	case []any:
		random.Shuffle(len(v), func(i, j int) { v[i], v[j] = v[j], v[i] })
		for _, value := range v {
			shuffle(value, random)
		}
	}
}

var orders = flag.Int("orders", 1, "in how many orders every case is judged")

// TestOrderNeverMatters shuffles every list of every case: the report is the same,
// byte for byte.
func TestOrderNeverMatters(t *testing.T) {
	t.Parallel()
	for n, c := range judgements() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			want := encode(t, c.known(t))
			for i := range *orders {
				seed := uint64(n + i)
				d, s := c.tenant(t)
				random := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // not for secrets
				shuffle(map[string]any(d), random)
				random.Shuffle(len(s.Accounts), func(i, j int) { s.Accounts[i], s.Accounts[j] = s.Accounts[j], s.Accounts[i] })
				for _, list := range []any{s.Past.Drills, s.Past.Acknowledged, s.Past.SignIns} {
					random.Shuffle(reflect.ValueOf(list).Len(), reflect.Swapper(list))
				}
				if got := encode(t, Run(All(), d.snapshot(t), s)); !bytes.Equal(got, want) {
					t.Fatalf("seed %d:\n got %s\nwant %s", seed, got, want)
				}
			}
		})
	}
}

func encode(t testing.TB, r Report) []byte {
	t.Helper()
	data, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// FuzzRun judges whatever decodes as a tenant.
func FuzzRun(f *testing.F) {
	f.Add([]byte(`{}`))
	f.Add([]byte(`{"users":[{"id":"a"}],"conditionalAccessPolicies":[{"id":"p"}]}`))
	d := goodTenant(f)
	data, err := json.Marshal(d)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		s, _, err := tenant.Decode(data)
		if err != nil {
			return
		}
		r := Run(All(), s, declared())
		written, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParseReport(written)
		if err != nil {
			t.Fatal(err)
		}
		if rewritten, err := json.Marshal(again); err != nil || !bytes.Equal(rewritten, written) {
			t.Fatalf("written again (%v): %s, not %s", err, rewritten, written)
		}
	})
}
