package notify

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"breakglass/checks"
)

// A verdict is what a message says above all, in counts.
type verdict struct {
	changes checks.Changes

	pass, fail, unknown, notApplicable int
	failing                            []checks.Result
}

// verdictOf counts by the results: what fails is a fact, whatever changed.
func verdictOf(r checks.Report, c checks.Changes) verdict {
	v := verdict{changes: c}
	for _, result := range r.Results {
		switch result.Status {
		case checks.Pass:
			v.pass++
		case checks.Fail:
			v.fail++
			v.failing = append(v.failing, result)
		case checks.NotApplicable:
			v.notApplicable++
		case checks.Unknown:
			v.unknown++
		default:
			v.unknown++
		}
	}
	return v
}

func (v verdict) total() int { return v.pass + v.fail + v.unknown + v.notApplicable }

// tone judges the news; a calm message has none.
func (v verdict) tone() Tone {
	c := v.changes
	switch {
	case len(c.New)+len(c.Worse) > 0, c.First && v.fail > 0:
		return Bad
	case len(c.NotChecked)+len(c.Changed)+len(c.Dropped) > 0, c.First && v.unknown > 0, v.total() == 0:
		return Warning
	case c.None():
		return Calm
	case v.fail+v.unknown > 0:
		return Warning
	}
	return Good
}

func (v verdict) icon() string {
	switch v.tone() {
	case Bad:
		return "🔴"
	case Warning:
		return "⚠️"
	case Good:
		return "✅"
	case Calm:
	}
	return "ℹ️"
}

// title says the worst first.
func (v verdict) title() string {
	const about = "Emergency access: "
	c := v.changes
	switch {
	case v.total() == 0:
		return about + "nothing was checked"
	case c.First:
		return about + v.state()
	case c.None():
		return about + "still watching, nothing changed"
	}
	var parts []string
	say := func(text string) {
		if text != "" {
			parts = append(parts, text)
		}
	}
	say(problems(c.New, "new "))
	say(became(c.Worse))
	if n := len(c.NotChecked); n > 0 {
		say(fmt.Sprintf("%d of %d checks could not be made", n, v.total()))
	}
	if n := len(c.Changed); n > 0 {
		say(plural(n, "problem") + " changed")
	}
	if n := len(c.Dropped); n > 0 {
		say(fmt.Sprintf("%d no longer checked", n))
	}
	if n := len(c.Resolved); n > 0 {
		say(fmt.Sprintf("%d resolved", n))
	}
	if len(c.Resolved) > 0 && len(parts) == 1 {
		say(v.state())
	}
	return about + strings.Join(parts[:min(len(parts), 3)], ", ")
}

// state says what is so, without a comparison.
func (v verdict) state() string {
	var parts []string
	if v.fail > 0 {
		parts = append(parts, problems(v.failing, ""))
	}
	if v.unknown > 0 {
		parts = append(parts, fmt.Sprintf("%d of %d checks could not be made", v.unknown, v.total()))
	}
	return cmp.Or(strings.Join(parts, ", "), "everything that was checked is in order")
}

// problems counts results, the worst first: "1 new critical problem and 2 others".
func problems(results []checks.Result, kind string) string {
	if len(results) == 0 {
		return ""
	}
	worst, n := checks.Severity(0), 0
	for _, r := range results {
		if r.Severity > worst {
			worst, n = r.Severity, 0
		}
		if r.Severity == worst {
			n++
		}
	}
	if n == len(results) {
		return plural(n, kind+severityWord(worst)+" problem")
	}
	return plural(n, kind+severityWord(worst)+" problem") + " and " + plural(len(results)-n, "other")
}

// became counts the problems that grew worse: "1 problem became critical".
func became(worse []checks.Change) string {
	if len(worse) == 0 {
		return ""
	}
	severity := checks.Severity(0)
	same := true
	for i, c := range worse {
		same = same && (i == 0 || c.Now.Severity == severity)
		severity = max(severity, c.Now.Severity)
	}
	if same {
		return plural(len(worse), "problem") + " became " + severityWord(severity)
	}
	return plural(len(worse), "problem") + " became worse, up to " + severityWord(severity)
}

// counts are the numbers at the top.
func (v verdict) counts() []Count {
	c := v.changes
	unknown := Count{"Not checked", v.unknown, v.unknown > 0}
	if c.First {
		return []Count{{"Problems", v.fail, v.fail > 0}, unknown, {"In order", v.pass, false}, {"Not applicable", v.notApplicable, false}}
	}
	if c.None() {
		return nil
	}
	counts := []Count{{"New", len(c.New), len(c.New) > 0}}
	if n := len(c.Worse) + len(c.Changed); n > 0 {
		counts = append(counts, Count{"Worse or changed", n, len(c.Worse) > 0})
	}
	counts = append(counts, unknown, Count{"Resolved", len(c.Resolved), false})
	if n := len(c.Dropped); n > 0 {
		counts = append(counts, Count{"No longer checked", n, false})
	}
	return append(counts, Count{"Still open", len(c.Open), false})
}

// lead is what to know before the sections.
func (v verdict) lead() []string {
	c := v.changes
	switch {
	case c.First:
		return []string{"This is the first report from this installation, and it proves that the installation works: " +
			"the tenant was read and this channel was reached. From here on you hear what changes, " +
			"and now and then that the watch goes on."}
	case c.None():
		open := "none open"
		if len(c.Open) > 0 {
			open = fmt.Sprintf("%d still open (%s)", len(c.Open), bySeverity(severities(c.Open)))
		}
		return []string{fmt.Sprintf("Still watching: nothing changed; %s; %s.", v.completed(), open)}
	}
	return nil
}

func (v verdict) completed() string {
	return fmt.Sprintf("%d of %d checks completed", v.total()-v.unknown, v.total())
}

// footer says what produced the message.
func (v verdict) footer(at time.Time, o Options) string {
	name := product
	if version := short(o.Version, maxID); version != "" {
		name += " " + version
	}
	return fmt.Sprintf("Run %s · %s · %s", at.UTC().Format("20060102T150405Z"), v.completed(), name)
}

// severities counts results by severity.
func severities(results []checks.Result) map[checks.Severity]int {
	counts := map[checks.Severity]int{}
	for _, r := range results {
		counts[r.Severity]++
	}
	return counts
}
