package config

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"breakglass/text"
)

// A register is who is declared.
type register struct {
	named map[string]string // how an account is declared, by its names in lower case
	list  []string          // as declared
}

// register is made of all declarations, wherever they are. An account that Maester's
// form declares by its id has the name that stands beside it, too.
func (d *draft) register() register {
	g := register{named: map[string]string{}}
	for _, a := range d.theirs {
		if user := a.declaration().User; user != "" && a.name != "" {
			g.named[strings.ToLower(a.name)] = user
		}
	}
	for _, a := range d.Accounts {
		if a.User != "" {
			g.named[strings.ToLower(a.User)] = a.User
		}
	}
	return g
}

// refer writes the accounts that other sections name as they are declared. Who is named in
// another form, by the id and not by the name, the tenant alone knows: see Strangers.
func (r *reader) refer(root *yaml.Node, d *draft) {
	declared := d.register()
	for i := range entries(root, "custody") {
		declared.write(&d.Custody[i].Account)
	}
	for i := range entries(root, "drills") {
		declared.write(&d.Drills[i].Account)
	}
}

func (g register) write(account *string) {
	if user, ok := g.named[strings.ToLower(*account)]; ok {
		*account = user
	}
}

func (g register) expected(written string) text.Text {
	const (
		mostCompared = 50
		mostListed   = 5
	)
	if len(g.list) <= mostCompared {
		if near := nearest(written, g.list); near != "" {
			return didYouMean(near)
		}
	}
	if 0 < len(g.list) && len(g.list) <= mostListed {
		return say("expected an account as it is declared: %s", text.Join(text.Or, g.list))
	}
	return say("expected an account that is declared")
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
			r.mistake(entry.Line, sameCredential(fmt.Sprintf("custody[%d]", i)), oneForEachKey(line))
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
			r.mistake(entry.Line, say("%s is for the same method as another entry", named(fmt.Sprintf("dependencies[%d]", i))), oneForEach(line))
		default:
			rows[method] = entry.Line
		}
	}
}

func sameCredential(path string) text.Text {
	return say("%s is for the same credential of the same account as another entry", named(path))
}

func oneForEach(line int) text.Text {
	return say("expected one entry for each; the other is in line %s", number(line))
}

func oneForEachKey(line int) text.Text {
	return say("expected one entry for each; the other is in line %s. Where two keys have one name, use their ids", number(line))
}

// entries are those of a list of the file. The reader keeps one value for each.
func entries(root *yaml.Node, section string) []*yaml.Node {
	n := lookup(root, section)
	if n == nil || n.Kind != yaml.SequenceNode || n.ShortTag() != "!!seq" {
		return nil
	}
	return n.Content
}
