package signin

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// made are administrators with random paths over some components; some of them are not
// known in full.
func made(random *rand.Rand, people, paths, components int) []Survivor {
	all := make([]Survivor, people)
	for i := range all {
		s := Survivor{ID: fmt.Sprint("person-", i), Emergency: i == 0}
		if random.IntN(6) == 0 {
			s.Unknown = "something was not read"
		}
		for n := range random.IntN(paths + 1) {
			p := Path{Method: fmt.Sprint("method-", n), things: []Component{{ID: Authentication, Kind: "service"}}}
			for range 1 + random.IntN(3) {
				id := fmt.Sprint("c", random.IntN(components))
				p.things = append(p.things, Component{ID: id, Name: id, Kind: "service"})
			}
			s.Paths = append(s.Paths, p.settled())
		}
		all[i] = s
	}
	return all
}

// bruteForce finds the minimal cut sets by trying every set.
func bruteForce(all []Survivor, components int) [][]string {
	names := []string{Authentication}
	for i := range components {
		names = append(names, fmt.Sprint("c", i))
	}
	broken := func(down ...string) bool {
		return !slices.ContainsFunc(all, func(s Survivor) bool {
			able, _ := s.without(down)
			return able
		})
	}
	if broken() {
		return [][]string{}
	}
	var cuts [][]string
	minimal := func(down []string) bool {
		return !slices.ContainsFunc(cuts, func(cut []string) bool { return subset(cut, down) })
	}
	var sized func(size, from int, down []string)
	sized = func(size, from int, down []string) {
		if len(down) == size {
			if broken(down...) && minimal(down) {
				cuts = append(cuts, slices.Sorted(slices.Values(down)))
			}
			return
		}
		for i := from; i < len(names); i++ {
			sized(size, i+1, append(slices.Clip(down), names[i]))
		}
	}
	for size := 1; size <= largestCut; size++ {
		sized(size, 0, nil)
	}
	return cuts
}

// TestCutSets compares the search with one that tries every set, on thousands of
// made-up tenants.
func TestCutSets(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // not for secrets
	sizes := map[int]int{}
	for range 4000 {
		components := 1 + random.IntN(8)
		all := made(random, 1+random.IntN(4), 3, components)
		got, want := minimalCutSets(all), bruteForce(all, components)
		slices.SortFunc(want, slices.Compare)
		sorted := slices.SortedFunc(slices.Values(got), slices.Compare)
		if !slices.EqualFunc(sorted, want, slices.Equal) {
			t.Fatalf("%v\n got %v\nwant %v", all, sorted, want)
		}
		for _, cut := range got {
			sizes[len(cut)]++
		}
		if len(got) > 0 && !slices.Equal(got[0], []string{Authentication}) {
			t.Fatalf("the first is %v", got[0])
		}
	}
	if sizes[2] < 100 || sizes[3] < 100 {
		t.Errorf("sizes of what was found: %v", sizes)
	}
}

// TestCutSetsOfWhatIsLeft: what would lock everybody out besides does so, and less does
// not.
func TestCutSetsOfWhatIsLeft(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4)) //nolint:gosec // not for secrets
	cuts := 0
	for range 2000 {
		s := Survival{Administrators: made(random, 1+random.IntN(4), 3, 6)}
		down := []string{fmt.Sprint("c", random.IntN(6))}
		for _, cut := range s.CutSets(down...) {
			cuts++
			if left := s.If(slices.Concat(down, cut)...); len(left.CanSignIn) > 0 {
				t.Fatalf("%v can sign in without %v and %v", left.CanSignIn, down, cut)
			}
			for i := range cut {
				if less := slices.Delete(slices.Clone(cut), i, i+1); len(s.If(slices.Concat(down, less)...).CanSignIn) == 0 {
					t.Fatalf("%v is enough beside %v, of %v", less, down, cut)
				}
			}
		}
	}
	if cuts < 2000 {
		t.Errorf("%d cut sets only", cuts)
	}
}

// TestOutages holds, over made-up tenants: who can sign in has a path none of whose
// components is down; more failures never let more people in; who is not known is in
// neither list; one more independent credential never makes an outage worse.
func TestOutages(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4)) //nolint:gosec // not for secrets
	for range 2000 {
		const components = 6
		all := made(random, 4, 3, components)
		down := []string{fmt.Sprint("c", random.IntN(components))}
		more := append(slices.Clone(down), fmt.Sprint("c", random.IntN(components)))
		less, worse := outage(all, down...), outage(all, more...)
		if !subset(worse.CanSignIn, less.CanSignIn) || !subset(less.LockedOut, worse.LockedOut) {
			t.Fatalf("%v: %+v, %v: %+v", down, less, more, worse)
		}
		if len(less.CanSignIn)+len(less.LockedOut)+len(less.Unknown) != len(all) {
			t.Fatalf("%+v: somebody is in two lists or in none", less)
		}
		for _, s := range all {
			if slices.Contains(less.LockedOut, s.ID) && s.Unknown != "" {
				t.Fatalf("%s is called locked out, and %s", s.ID, s.Unknown)
			}
			alive := slices.ContainsFunc(s.Paths, func(p Path) bool { return !slices.Contains(p.Needs, down[0]) })
			if alive != slices.Contains(less.CanSignIn, s.ID) {
				t.Fatalf("%+v with %v down: %+v", s, down, less)
			}
		}
		better := slices.Clone(all)
		i := random.IntN(len(better))
		better[i].Paths = append(slices.Clone(better[i].Paths), Path{Method: "another", Needs: []string{Authentication, "of-its-own"}})
		if after := outage(better, down...); !subset(less.CanSignIn, after.CanSignIn) || !slices.Contains(after.CanSignIn, better[i].ID) {
			t.Fatalf("%+v became %+v", less, after)
		}
	}
}

// TestLessKnowledgeSavesNobody takes away each key of the tenant: nobody who could not
// sign in before can, in any outage.
func TestLessKnowledgeSavesNobody(t *testing.T) {
	t.Parallel()
	const file = "testdata/survival.json"
	before := survive(t)
	for _, key := range keysBelow("", documentOf(t, file)) {
		if strings.HasPrefix(key, "collectedAt") {
			continue
		}
		d := changed(t, documentOf(t, file), strings.Split(key, "/"), nil, true)
		s := snapshot(t, d)
		c := Circumstances{IsAccount: func(id string) bool { return id == ea }, Now: now()}
		if u, err := s.User(ea); err == nil {
			c = circumstances(t, s)
			_ = u
		}
		after := Survive(s, c)
		for _, o := range after.Outages {
			if was := before.If(o.Down...); !subset(o.CanSignIn, was.CanSignIn) {
				t.Errorf("without %s, with %v down: %v can sign in, and only %v could", key, o.Down, o.CanSignIn, was.CanSignIn)
			}
		}
		if !subset(after.PoliciesBlock.CanSignIn, before.PoliciesBlock.CanSignIn) {
			t.Errorf("without %s, when policies block: %v, and only %v could", key, after.PoliciesBlock.CanSignIn, before.PoliciesBlock.CanSignIn)
		}
		if !subset(after.AnyDevice.CanSignIn, before.AnyDevice.CanSignIn) {
			t.Errorf("without %s, from any device: %v, and only %v could", key, after.AnyDevice.CanSignIn, before.AnyDevice.CanSignIn)
		}
	}
}

// keysBelow returns the path of every key of a document.
func keysBelow(path string, v any) []string {
	var all []string
	switch v := v.(type) {
	case map[string]any:
		for name, value := range v {
			all = append(append(all, path+name), keysBelow(path+name+"/", value)...)
		}
	case []any:
		for i, value := range v {
			all = append(all, keysBelow(fmt.Sprint(path, i, "/"), value)...)
		}
	}
	slices.Sort(all)
	return all
}

// TestOneUnread: with everything unread for one administrator, what is certain about
// the others is still said.
func TestOneUnread(t *testing.T) {
	t.Parallel()
	s := survive(t, `users/1 = {"id": "{admin}"}`)
	push := s.If(Push)
	if !slices.Equal(push.CanSignIn, []string{ea, caller, helloe}) || !slices.Equal(push.Unknown, []string{pusher}) || len(push.LockedOut) > 0 {
		t.Errorf("%+v", push)
	}
}

func TestSurvival(t *testing.T) {
	t.Parallel()
	s := survive(t)
	for _, c := range []struct {
		down               []string
		canSignIn, lockOut []string
	}{
		{[]string{Authentication}, nil, []string{ea, pusher, caller, helloe}},
		{[]string{MFAService}, []string{ea, helloe}, []string{pusher, caller}},
		{[]string{PhoneCarrier}, []string{ea, pusher, helloe}, []string{caller}},
		{[]string{"place:safe"}, []string{pusher, caller, helloe}, []string{ea}},
		{[]string{"place:safe", MFAService}, []string{helloe}, []string{ea, pusher, caller}},
		{[]string{ExternalMFA}, []string{ea, pusher, caller, helloe}, nil},
	} {
		if got := s.If(c.down...); !slices.Equal(got.CanSignIn, c.canSignIn) || !slices.Equal(got.LockedOut, c.lockOut) || len(got.Unknown) > 0 {
			t.Errorf("%+v", got)
		}
	}
	if got := s.AnyDevice; !slices.Equal(got.CanSignIn, []string{ea, pusher, caller}) || !slices.Equal(got.LockedOut, []string{helloe}) {
		t.Errorf("from any device: %+v", got)
	}
	if len(s.MinimalCutSets) < 2 || len(s.MinimalCutSets[1]) != 3 {
		t.Errorf("cut sets: %v", s.MinimalCutSets)
	}
	for _, asked := range alwaysAsked() {
		if !slices.ContainsFunc(s.Outages, func(o Outage) bool { return slices.Equal(o.Down, []string{asked}) }) {
			t.Errorf("nobody is told what happens without %s", asked)
		}
	}
}

// BenchmarkCutSets grows the administrators and the components.
func BenchmarkCutSets(b *testing.B) {
	for _, size := range []struct{ people, components int }{{10, 30}, {30, 60}, {60, 60}, {60, 120}} {
		b.Run(fmt.Sprintf("%d administrators, %d components", size.people, size.components), func(b *testing.B) {
			random := rand.New(rand.NewPCG(5, 6)) //nolint:gosec // not for secrets
			all := make([]Survivor, size.people)
			for i := range all {
				for n := range 6 {
					p := Path{Method: fmt.Sprint(n), Needs: []string{Authentication, "shared"}}
					for range 5 {
						p.Needs = append(p.Needs, fmt.Sprint("c", random.IntN(size.components)))
					}
					slices.Sort(p.Needs)
					p.Needs = slices.Compact(p.Needs)
					all[i].Paths = append(all[i].Paths, p)
				}
			}
			b.ReportAllocs()
			for b.Loop() {
				minimalCutSets(all)
			}
		})
	}
}
