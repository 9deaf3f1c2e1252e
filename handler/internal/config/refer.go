package config

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A register is who is declared.
type register struct {
	named map[string]string // how an account is declared, by its names in lower case
	list  []string          // as declared
	open  bool              // there may be more, which the tenant alone knows
}

// register is made of all declarations, wherever they are. An account that Maester's
// form declares by its id has the name that stands beside it, too.
func (d *draft) register() register {
	g := register{named: map[string]string{}, open: len(d.Accounts) == 0}
	for _, a := range d.theirs {
		if user := a.declaration().User; user != "" && a.name != "" {
			g.named[strings.ToLower(a.name)] = user
		}
	}
	for _, a := range d.Accounts {
		if a.User == "" {
			g.open = true // a group, or one that is wrong
			continue
		}
		g.named[strings.ToLower(a.User)] = a.User
		if !secretive(a.User) {
			g.list = append(g.list, a.User)
		}
	}
	return g
}

// refer holds the accounts that other sections name to those that are declared, and
// writes them as they are declared.
func (r *reader) refer(root *yaml.Node, d *draft) {
	declared := d.register()
	for i, entry := range entries(root, "custody") {
		r.referTo(declared, fmt.Sprintf("custody[%d].account", i), lookup(entry, "account"), &d.Custody[i].Account)
	}
	for i, entry := range entries(root, "drills") {
		r.referTo(declared, fmt.Sprintf("drills[%d].account", i), lookup(entry, "account"), &d.Drills[i].Account)
	}
}

func (r *reader) referTo(declared register, path string, n *yaml.Node, account *string) {
	user, ok := declared.named[strings.ToLower(*account)]
	switch {
	case ok:
		*account = user
	case *account != "" && !declared.open: // without one it is a mistake already
		r.mistake(n.Line, is(path, *account)+", and no such account is declared", declared.expected(*account))
	}
}

func (g register) expected(written string) string {
	const (
		mostCompared = 50
		mostListed   = 5
	)
	if len(g.list) <= mostCompared {
		if near := nearest(written, g.list); near != "" {
			return "did you mean " + near + "?"
		}
	}
	if 0 < len(g.list) && len(g.list) <= mostListed {
		return "expected an account as it is declared: " + enumerate(g.list)
	}
	return "expected an account that is declared"
}

// twice notes a key that custody has twice, and a way of signing in that dependencies
// have twice.
func (r *reader) twice(root *yaml.Node, d *draft) {
	type key struct{ account, credential string }
	first := map[key]int{}
	for i, entry := range entries(root, "custody") {
		k := key{strings.ToLower(d.Custody[i].Account), d.Custody[i].Credential}
		line, again := first[k]
		switch {
		case k.account == "" || k.credential == "": // which is a mistake already
		case again:
			r.mistake(entry.Line, fmt.Sprintf("custody[%d] is for the same credential of the same account as another entry", i),
				fmt.Sprintf("expected one entry for each; the other is in line %d. Where two keys have one name, use their ids", line))
		default:
			first[k] = entry.Line
		}
	}
	rows := map[string]int{}
	for i, entry := range entries(root, "dependencies") {
		method := d.Dependencies[i].Method
		line, again := rows[method]
		switch {
		case method == "": // which is a mistake already
		case again:
			r.mistake(entry.Line, fmt.Sprintf("dependencies[%d] is for the same method as another entry", i), fmt.Sprintf("expected one entry for each; the other is in line %d", line))
		default:
			rows[method] = entry.Line
		}
	}
}

// entries are those of a list of the file. The reader keeps one value for each.
func entries(root *yaml.Node, section string) []*yaml.Node {
	n := lookup(root, section)
	if n == nil || n.Kind != yaml.SequenceNode || n.ShortTag() != "!!seq" {
		return nil
	}
	return n.Content
}
