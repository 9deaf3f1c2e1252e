package signin

import (
	"cmp"
	"slices"
)

// largestCut is the size up to which cut sets are computed. A tenant that takes four
// failures at once to lock is not the one that needs to be told.
const largestCut = 3

// minimalCutSets returns the minimal sets of failures that break every known path of
// everybody: the authentication service alone, then the others in order of size and
// name. Nobody's paths have none.
func minimalCutSets(all []Survivor) [][]string {
	paths, names := pathSets(all)
	if len(paths) == 0 {
		return [][]string{}
	}
	search := cutSearch{paths: paths}
	search.from(nil)
	cuts := [][]string{{Authentication}}
	var found [][]string
	for _, cut := range search.minimal() {
		set := make([]string, len(cut))
		for i, n := range cut {
			set[i] = names[n]
		}
		slices.Sort(set)
		found = append(found, set)
	}
	slices.SortFunc(found, func(a, b []string) int { return cmp.Or(len(a)-len(b), slices.Compare(a, b)) })
	return append(cuts, found...)
}

// A bitset is a set of components.
type bitset []uint64

func (b bitset) has(n int) bool { return b[n/64]&(1<<(n%64)) != 0 }

func (b bitset) set(n int) { b[n/64] |= 1 << (n % 64) }

// within reports whether all of b is in other.
func (b bitset) within(other bitset) bool {
	for i, word := range b {
		if word&^other[i] != 0 {
			return false
		}
	}
	return true
}

func (b bitset) size() int {
	n := 0
	for i := range len(b) * 64 {
		if b.has(i) {
			n++
		}
	}
	return n
}

// pathSets returns the paths as sets of numbered components, the authentication service
// left out, shortest first, and without those that hold another: whatever breaks that
// one breaks them.
func pathSets(all []Survivor) ([]bitset, []string) {
	var names []string
	number := map[string]int{}
	for _, s := range all {
		for _, p := range s.Paths {
			for _, need := range p.Needs {
				if _, ok := number[need]; !ok && need != Authentication {
					number[need] = 0
					names = append(names, need)
				}
			}
		}
	}
	slices.Sort(names)
	for i, name := range names {
		number[name] = i
	}
	var sets []bitset
	for _, s := range all {
		for _, p := range s.Paths {
			set := make(bitset, len(names)/64+1)
			for _, need := range p.Needs {
				if need != Authentication {
					set.set(number[need])
				}
			}
			sets = append(sets, set)
		}
	}
	slices.SortStableFunc(sets, func(a, b bitset) int { return a.size() - b.size() })
	var kept []bitset
	for _, set := range sets {
		if !slices.ContainsFunc(kept, func(k bitset) bool { return k.within(set) }) {
			kept = append(kept, set)
		}
	}
	return kept, names
}

// A cutSearch finds the hitting sets of paths: each breaks every path. It branches over
// the components of the first path that is not broken yet, one of which every hitting
// set must hold, so none is missed.
type cutSearch struct {
	paths []bitset
	found [][]int
}

func (c *cutSearch) from(cut []int) {
	i := slices.IndexFunc(c.paths, func(p bitset) bool {
		return !slices.ContainsFunc(cut, p.has)
	})
	if i < 0 {
		set := slices.Sorted(slices.Values(cut))
		if !slices.ContainsFunc(c.found, func(f []int) bool { return slices.Equal(f, set) }) {
			c.found = append(c.found, set)
		}
		return
	}
	if len(cut) == largestCut {
		return
	}
	for n := range len(c.paths[i]) * 64 {
		if c.paths[i].has(n) {
			c.from(append(slices.Clip(cut), n))
		}
	}
}

// minimal returns those that hold no smaller one.
func (c *cutSearch) minimal() [][]int {
	var kept [][]int
	for _, set := range c.found {
		if !slices.ContainsFunc(c.found, func(other []int) bool {
			return len(other) < len(set) && !slices.ContainsFunc(other, func(n int) bool { return !slices.Contains(set, n) })
		}) {
			kept = append(kept, set)
		}
	}
	return kept
}
