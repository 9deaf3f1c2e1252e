package config

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"breakglass/tenant"
)

// A known account can be named in other sections: by what is declared, or by another
// name that stands beside it.
type known struct{ name, declared string }

// refer holds the accounts that other sections name to those that are declared, and
// writes them as they are declared. Where a group is declared, any may be named: the
// tenant alone knows who is in it.
func (r *reader) refer(root *yaml.Node, d *draft) {
	var accounts []known
	open := len(d.Accounts) == 0
	for _, a := range d.Accounts {
		open = open || a.Group != "" || a == (tenant.Declaration{}) // one that is wrong
		accounts = append(accounts, known{a.User, a.User})
	}
	for _, a := range d.theirs {
		if user := a.declaration().User; user != "" {
			accounts = append(accounts, known{a.name, user})
		}
	}
	for i, entry := range entries(root, "custody") {
		r.referTo(accounts, open, place{fmt.Sprintf("custody[%d].account", i), lookup(entry, "account")}, &d.Custody[i].Account)
	}
	for i, entry := range entries(root, "drills") {
		r.referTo(accounts, open, place{fmt.Sprintf("drills[%d].account", i), lookup(entry, "account")}, &d.Drills[i].Account)
	}
}

// A place is where something is written.
type place struct {
	path string
	node *yaml.Node
}

func (r *reader) referTo(accounts []known, open bool, at place, account *string) {
	if *account == "" {
		return // which is a mistake already
	}
	var declared []string
	for _, a := range accounts {
		if strings.EqualFold(a.name, *account) {
			*account = a.declared
			return
		}
		if a.name == a.declared && !secretive(a.name) {
			declared = append(declared, a.name)
		}
	}
	if open {
		return
	}
	const most = 5 // to be listed
	expected := "expected an account that is declared"
	if near := nearest(*account, declared); near != "" {
		expected = "did you mean " + near + "?"
	} else if 0 < len(declared) && len(declared) <= most {
		expected = "expected an account as it is declared: " + enumerate(declared)
	}
	r.mistake(at.node.Line, is(at.path, *account)+", and no such account is declared", expected)
}

// twice notes a key that custody has twice.
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
}

// entries are those of a list of the file. The reader keeps one value for each.
func entries(root *yaml.Node, section string) []*yaml.Node {
	n := lookup(root, section)
	if n == nil || n.Kind != yaml.SequenceNode || n.ShortTag() != "!!seq" {
		return nil
	}
	return n.Content
}
