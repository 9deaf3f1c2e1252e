package main

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// The flags of TestStorm, after -args.
var (
	stormSeeds = flag.Int("seeds", 0, "how many random histories TestStorm lets happen; 0 is as many as a plain run has")
	stormSeed  = flag.Uint64("seed", 0, "the one history that TestStorm lets happen, and tells; 0 is many")
	stormSteps = flag.Int("steps", 60, "how many steps a history has")
	exhaustive = flag.Bool("exhaustive", false, "let many more histories happen, which takes minutes")
	stormWhole = flag.Bool("whole", false, "let histories happen to their end, and name the kinds of their accusations alone")
)

const (
	plainSeeds      = 40
	exhaustiveSeeds = 300
)

// stormWays are the ways in which people are told, by seed.
func stormWays() []string { return []string{"webhook teams", "bot teams", "teams", "bot", "webhook"} }

// stormHappens lets a history happen from the beginning, until the first accusation of a kind, or
// of any where that is empty. Says is told what came of each run.
func stormHappens(t *testing.T, ways string, steps []happening, kind string, says func(string, ...any)) []accusation {
	t.Helper()
	var accused []accusation
	t.Run("history", func(t *testing.T) {
		s := newStorm(t, ways)
		s.says = says
		for _, p := range steps {
			s.take(p)
			accused = s.oracle.accused
			if slices.ContainsFunc(accused, func(a accusation) bool { return kind == "" || a.kind == kind }) {
				return
			}
		}
	})
	return accused
}

// TestStorm lets random histories happen: the handler among faults of every kind, judged by an
// oracle that knows only what happened and what people read.
//
//	go test ./handler -run TestStorm -args -seed 17          one history, told and made short
//	go test ./handler -run TestStorm -args -seeds 500        so many
//	go test ./handler -run TestStorm -args -exhaustive       thousands of runs
func TestStorm(t *testing.T) {
	t.Parallel()
	first, seeds := uint64(1), plainSeeds
	switch {
	case *stormSeed != 0:
		first, seeds = *stormSeed, 1
	case *stormSeeds != 0:
		seeds = *stormSeeds
	case *exhaustive:
		seeds = exhaustiveSeeds
	}
	const shards = 4
	for shard := range uint64(min(shards, seeds)) {
		t.Run(fmt.Sprint("shard ", shard), func(t *testing.T) {
			t.Parallel()
			shown := map[string]bool{}
			for seed := first + shard; seed < first+uint64(seeds); seed += shards {
				ways := stormWays()[seed%uint64(len(stormWays()))]
				steps := draw(seed, *stormSteps)
				until := "" // any
				if *stormWhole {
					until = "none"
				}
				accused := stormHappens(t, ways, steps, until, nil)
				if len(accused) == 0 {
					continue
				}
				if *stormWhole {
					t.Errorf("seed %d (%s): %s", seed, ways, kindsOf(accused))
					continue
				}
				kind := accused[0].kind
				if shown[kind] && *stormSeed == 0 {
					t.Errorf("seed %d (%s): %s: %s", seed, ways, kind, accused[0].says)
					continue
				}
				shown[kind] = true
				steps, accused = shrunk(t, ways, steps, kind)
				t.Errorf("seed %d (%s): %s", seed, ways, told(steps, accused))
				if *stormSeed != 0 {
					stormHappens(t, ways, steps, kind, t.Logf)
				}
			}
		})
	}
}

// shrunk leaves out steps, many at once and then one by one, while the accusation stays.
func shrunk(t *testing.T, ways string, steps []happening, kind string) ([]happening, []accusation) {
	holds := func(steps []happening) []accusation {
		accused := stormHappens(t, ways, steps, kind, nil)
		return slices.DeleteFunc(slices.Clone(accused), func(a accusation) bool { return a.kind != kind })
	}
	accused := holds(steps)
	for size := len(steps) / 2; size > 0; size /= 2 {
		for at := 0; at+size <= len(steps); {
			fewer := slices.Delete(slices.Clone(steps), at, at+size)
			if still := holds(fewer); len(still) > 0 {
				steps, accused = fewer, still
			} else {
				at += size
			}
		}
	}
	return steps, accused
}

// told is a history in words.
func told(steps []happening, accused []accusation) string {
	var lines []string
	for _, a := range accused {
		lines = append(lines, a.kind+": "+a.says)
	}
	for _, p := range steps {
		lines = append(lines, "  "+p.String())
	}
	return strings.Join(lines, "\n")
}

// kindsOf are the kinds of accusations, each once.
func kindsOf(accused []accusation) string {
	var kinds []string
	for _, a := range accused {
		kinds = append(kinds, a.kind)
	}
	slices.Sort(kinds)
	return strings.Join(slices.Compact(kinds), "; ")
}
