package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"breakglass/checks"
	"breakglass/display"
)

// Text writes the report for a person at a terminal: the verdict in the first
// line, what to fix and how, what could not be told, and the rest in brief.
func Text(w io.Writer, r checks.Report, o TextOptions) error {
	p := newPage(o)
	r = cleanReport(p.spoken(r))
	names := p.namesOf(r.Results)
	total := countOf(r.Results)
	p.verdict(total)
	p.line("")
	p.header(r)
	if o.Changes != nil {
		p.changes(cleanChanges(*o.Changes), names)
	}
	p.failing(withStatus(r.Results, checks.Fail), names)
	p.unknown(withStatus(r.Results, checks.Unknown), names)
	p.notApplicable(withStatus(r.Results, checks.NotApplicable), names)
	p.table(r, names)
	if r.Survival != nil {
		p.matrix(p.survival(*r.Survival))
	}
	p.line("")
	p.item("", p.total(total))
	return p.writeTo(w)
}

// A count is how many results there are of each status.
type count struct {
	pass, fail, unknown, notApplicable int
	worst                              checks.Severity // of those that fail
}

// countOf counts the results themselves: a summary that came with them could
// say something else.
func countOf(results []checks.Result) count {
	var c count
	for _, r := range results {
		switch r.Status {
		case checks.Pass:
			c.pass++
		case checks.Fail:
			c.fail++
			c.worst = max(c.worst, r.Severity)
		case checks.NotApplicable:
			c.notApplicable++
		case checks.Unknown:
			c.unknown++
		}
	}
	return c
}

func (c count) total() int { return c.pass + c.fail + c.unknown + c.notApplicable }

// total says how many results there are of each status.
func (p *page) total(c count) string {
	return p.say("%d checks: %d pass, %d fail, %d could not be made, %d not applicable.", c.total(), c.pass, c.fail, c.unknown, c.notApplicable)
}

// verdict says in a line how things are. Only a look at everything that applies
// is good news.
func (p *page) verdict(c count) {
	asked := c.total() - c.notApplicable
	switch {
	case c.total() == 0:
		p.para(plain, "", yellow, p.say("Nothing was checked."))
	case asked == 0:
		p.para(plain, "", yellow, p.say("None of the checks applies."))
	case c.fail > 0:
		text := p.say("%d of %d checks fail, the worst is %s", c.fail, asked, p.severity(c.worst))
		if c.unknown > 0 {
			text += p.say("; %d could not be made", c.unknown)
		}
		p.para(plain, "", red, text+p.say("."))
	case c.unknown > 0:
		p.para(plain, "", yellow, p.say("No failure found, but %d of %d checks could not be made.", c.unknown, asked))
	case asked == 1:
		p.para(plain, "", green, p.say("The only check passes."))
	default:
		p.para(plain, "", green, p.say("All %d checks pass.", asked))
	}
}

// header says which tenant, when, and which accounts.
func (p *page) header(r checks.Report) {
	name := cmp.Or(r.Tenant.DisplayName, r.Tenant.DefaultDomain, r.Tenant.ID, p.say("A tenant whose name could not be read"))
	if r.Tenant.DefaultDomain != "" && name != r.Tenant.DefaultDomain {
		name += " (" + r.Tenant.DefaultDomain + ")"
	}
	at := p.say("at a time that is not known")
	if !r.CheckedAt.IsZero() {
		at = r.CheckedAt.UTC().Format(time.DateOnly + " 15:04 MST")
	}
	p.item("", p.say("%s, %s", name, at))
	if len(r.Accounts) == 0 {
		p.item("", p.say("No emergency account was found."))
		return
	}
	p.item("", p.say("Emergency accounts:"))
	column := 0
	for _, a := range r.Accounts {
		column = max(column, cells.StringWidth(nameOf(a)))
	}
	for _, a := range r.Accounts {
		switch {
		case a.DisplayName == "":
			p.item("  ", nameOf(a))
		case column > p.width/2:
			p.item("  ", nameOf(a))
			p.item("    ", a.DisplayName)
		default:
			p.item("  "+pad(nameOf(a), column)+"  ", a.DisplayName)
		}
	}
}

// nameOf names an account by what could be read of it.
func nameOf(a checks.Account) string { return cmp.Or(a.UserPrincipalName, a.Declared, a.ID) }

// failing tells what to fix, the worst first, each check with everything that it
// is about.
func (p *page) failing(results []checks.Result, names names) {
	if len(results) == 0 {
		return
	}
	p.section(p.say("To fix"))
	groups := display.Grouped(results, func(r checks.Result) string { return r.Severity.String() + " " + r.Check })
	slices.SortStableFunc(groups, func(a, b []checks.Result) int { return cmp.Compare(b[0].Severity, a[0].Severity) })
	for _, g := range groups {
		colour := styleOf(display.ToneOf(g[0].Severity))
		p.line("")
		p.para(colour, display.No+" ", colour, p.severity(g[0].Severity)+" · "+g[0].Check)
		p.item("  "+p.say("Must hold: "), g[0].Title)
		var fixes, pages []string
		for _, r := range g {
			p.item("  - ", names.Plain(r.Subject)+": "+r.Reason)
			fixes = display.Once(fixes, r.Remediation)
			pages = display.Once(pages, r.References...)
		}
		for _, fix := range fixes {
			p.para(bold, "  "+p.say("Fix: "), plain, fix)
		}
		for _, page := range pages {
			p.item("  ", page)
		}
	}
}

// unknown tells what could not be looked at, each reason once.
func (p *page) unknown(results []checks.Result, names names) {
	if len(results) == 0 {
		return
	}
	p.section(p.say("Could not be checked"))
	p.item("", p.say("None of this is known to be fine."))
	groups := display.Grouped(results, func(r checks.Result) string { return r.Reason })
	slices.SortStableFunc(groups, func(a, b []checks.Result) int { return cmp.Compare(worst(b), worst(a)) })
	for _, g := range groups {
		p.line("")
		p.para(yellow, display.Unknown+" ", plain, g[0].Reason)
		p.about(g, names)
	}
}

// about says which checks of which subjects the results are. Checks of the same
// subjects stand together.
func (p *page) about(results []checks.Result, names names) {
	said := map[string][]string{}
	var order []string
	for _, c := range display.Grouped(results, func(r checks.Result) string { return r.Check }) {
		subjects := names.list(c)
		order = display.Once(order, subjects)
		said[subjects] = append(said[subjects], p.say("%s (%s)", c[0].Check, p.severity(worst(c))))
	}
	for _, subjects := range order {
		p.item("    ", subjects+": "+strings.Join(said[subjects], ", "))
	}
}

// notApplicable tells which questions do not arise, and why.
func (p *page) notApplicable(results []checks.Result, names names) {
	if len(results) == 0 {
		return
	}
	p.section(p.say("Not applicable"))
	for _, g := range display.Grouped(results, func(r checks.Result) string { return r.Check + " " + r.Reason }) {
		p.item(display.Neither+" ", fmt.Sprintf("%s, %s: %s", g[0].Check, names.list(g), g[0].Reason))
	}
}
