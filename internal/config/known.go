package config

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"breakglass/checks"
	"breakglass/tenant"
	"breakglass/text"
)

// A mention is where the file names an account, or declares one.
type mention struct {
	at         place
	path, text string
	as         string // the same account as it is declared, where the file tells
	credential string // of custody
	check      string // of a snooze
}

// mentions notes where the file names whom, and its own accounts: which account that is, the
// tenant alone knows.
func (r *reader) mentions(root *yaml.Node, d *draft, own []tenant.Declaration) {
	note := func(to *[]mention, n *yaml.Node, m mention) {
		if m.text != "" {
			m.at = place{r.file, n.Line}
			*to = append(*to, m)
		}
	}
	if section := lookup(root, "emergencyAccess"); section != nil {
		for i, n := range entries(section, "accounts") {
			note(&d.declared, n, mention{path: fmt.Sprintf("emergencyAccess.accounts[%d]", i), text: own[i].String()})
		}
	}
	if section := lookup(root, globalSettings); section != nil {
		for i, n := range entries(section, theirAccounts) {
			note(&d.declared, n, mention{path: fmt.Sprintf("%s.%s[%d]", globalSettings, theirAccounts, i), text: d.theirs[i].declaration().String()})
		}
	}
	for i, n := range entries(root, "custody") {
		note(&d.named, n, mention{path: fmt.Sprintf("custody[%d].account", i), text: written(n), as: d.Custody[i].Account, credential: d.Custody[i].Credential})
	}
	for i, n := range entries(root, "drills") {
		note(&d.named, n, mention{path: fmt.Sprintf("drills[%d].account", i), text: written(n), as: d.Drills[i].Account})
	}
	for i, n := range entries(root, "snooze") {
		note(&d.named, n, mention{path: fmt.Sprintf("snooze[%d].subject", i), text: d.Snoozes[i].Subject, check: d.Snoozes[i].Check})
	}
}

// written is the account of an entry as the file has it; empty if there is none.
func written(entry *yaml.Node) string {
	if n := lookup(entry, "account"); n != nil && n.Kind == yaml.ScalarNode {
		return n.Value
	}
	return ""
}

// Strangers are the accounts that custody, drills and snoozes name and that the report, in
// which the tenant is known, knows by no name and no id. Where an account or a group could not
// be read nobody is a stranger.
func (c Config) Strangers(r checks.Report) Mistakes {
	if len(r.Unresolved()) > 0 {
		return nil
	}
	known := knownIn(r)
	for _, d := range c.Accounts {
		known.add(d.User, d.User) // one that is not there is told as such
	}
	var all Mistakes
	for _, m := range c.named {
		_, byText := known.of(m.text)
		_, asDeclared := known.of(m.as)
		if byText || asDeclared || m.check != "" && subjectOf(r, m) {
			continue
		}
		all = append(all, Mistake{Source: m.at.file, Line: m.at.line, What: say("%s, and no such account is declared", is(m.path, m.text)), Expected: known.expected(m.text)})
	}
	return all
}

// subjectOf reports whether a snooze may be about something else than an account: what is
// judged is named by its id.
func subjectOf(r checks.Report, m mention) bool {
	if strings.Contains(m.text, "@") {
		return false
	}
	known := knownIn(r)
	others := !slices.ContainsFunc(r.Results, func(x checks.Result) bool { return x.Check == m.check })
	for _, result := range r.Results {
		if result.Check != m.check {
			continue
		}
		_, account := known.of(result.Subject.ID)
		others = others || !account || strings.EqualFold(result.Subject.ID, m.text)
	}
	return others
}

// Twice are the accounts that the file declares twice, and the credentials that custody has
// twice, once it is known who is who. Each counts once.
func (c Config) Twice(r checks.Report) Mistakes {
	known := knownIn(r)
	first := map[string]mention{}
	custodies := slices.DeleteFunc(slices.Clone(c.named), func(m mention) bool { return m.credential == "" })
	var all Mistakes
	for _, m := range slices.Concat(c.declared, custodies) {
		custody := m.credential != ""
		id, ok := known.of(m.text)
		if !ok {
			id = strings.ToLower(m.text)
		}
		key := id + "\n" + strings.ToLower(m.credential)
		other, again := first[key]
		switch {
		case !again:
			first[key] = m
		case custody:
			all = append(all, Mistake{Source: m.at.file, Line: m.at.line, What: sameCredential(strings.TrimSuffix(m.path, ".account")), Expected: oneForEachKey(other.at.line)})
		default:
			all = append(all, Mistake{Source: m.at.file, Line: m.at.line, What: say("%s declares the same account as another entry", named(m.path)), Expected: oneForEach(other.at.line)})
		}
	}
	return all.ordered()
}

// people are the accounts of a report, by their names and ids in lower case.
type people struct {
	ids  map[string]string
	list []string
}

func knownIn(r checks.Report) *people {
	p := &people{ids: map[string]string{}}
	for _, a := range r.Accounts {
		p.add(a.ID, a.ID)
		p.add(a.UserPrincipalName, a.ID)
		if a.UserPrincipalName != "" && !Secretive(a.UserPrincipalName) {
			p.list = append(p.list, a.UserPrincipalName)
		}
	}
	return p
}

func (p *people) add(name, id string) {
	if key := strings.ToLower(name); name != "" && p.ids[key] == "" {
		p.ids[key] = strings.ToLower(id)
	}
}

// of is the id of an account, by its name or its id.
func (p *people) of(text string) (string, bool) {
	id, ok := p.ids[strings.ToLower(text)]
	return id, ok
}

func (p *people) expected(written string) text.Text { return register{list: p.list}.expected(written) }
