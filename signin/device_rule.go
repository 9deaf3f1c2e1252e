package signin

import (
	"slices"
	"strings"
)

// parseFilter reads the rule of a filter for devices. It is not ok if the rule has
// another form than those of Microsoft's pages.
// https://learn.microsoft.com/entra/identity/users/groups-dynamic-membership
func parseFilter(rule string) (s statement, ok bool) {
	tokens, ok := tokensOf(rule)
	if !ok {
		return statement{}, false
	}
	r := ruleReader{tokens: tokens}
	s = r.joined("or")
	return s, !r.failed && len(r.tokens) == 0
}

// A token is one of a rule's: a word, a bracket or a quoted text.
type token struct {
	text   string
	quoted bool
}

// tokensOf splits a rule. It is not ok if a quotation does not end.
func tokensOf(rule string) ([]token, bool) {
	var all []token
	for rule = strings.TrimSpace(rule); rule != ""; rule = strings.TrimLeft(rule, " \t\r\n") {
		switch c := rule[0]; c {
		case '"', '\'':
			end := strings.IndexByte(rule[1:], c)
			if end < 0 {
				return nil, false
			}
			all = append(all, token{rule[1 : 1+end], true})
			rule = rule[end+2:]
		case '(', ')', '[', ']', ',':
			all = append(all, token{rule[:1], false})
			rule = rule[1:]
		default:
			end := strings.IndexAny(rule, " \t\r\n\"'()[],")
			if end < 0 {
				end = len(rule)
			}
			all = append(all, token{rule[:end], false})
			rule = rule[end:]
		}
	}
	return all, true
}

// A ruleReader reads a rule from its tokens.
type ruleReader struct {
	tokens []token
	depth  int
	failed bool
}

// deepestRule is how far brackets and -not may be nested: several times as far as people
// do, in the 3,072 characters that a rule can have.
const deepestRule = 100

func (r *ruleReader) next() token {
	if len(r.tokens) == 0 {
		r.failed = true
		return token{}
	}
	t := r.tokens[0]
	r.tokens = r.tokens[1:]
	return t
}

// takes reports whether the next token is a word, without the hyphen that operators may
// have, and takes it if so.
func (r *ruleReader) takes(word string) bool {
	if len(r.tokens) == 0 || r.tokens[0].quoted || operatorOf(r.tokens[0]) != word {
		return false
	}
	r.tokens = r.tokens[1:]
	return true
}

func operatorOf(t token) string { return strings.ToLower(strings.TrimPrefix(t.text, "-")) }

// joined reads statements that an operator joins; -and binds more closely than -or.
func (r *ruleReader) joined(operator string) statement {
	part := r.single
	if operator == "or" {
		part = func() statement { return r.joined("and") }
	}
	s := statement{operator: operator, parts: []statement{part()}}
	for !r.failed && r.takes(operator) {
		s.parts = append(s.parts, part())
	}
	if len(s.parts) == 1 {
		return s.parts[0]
	}
	return s
}

// single reads a statement in brackets, one after -not, or a comparison.
func (r *ruleReader) single() statement {
	if r.depth++; r.depth > deepestRule {
		r.failed = true
		return statement{}
	}
	defer func() { r.depth-- }()
	switch {
	case r.takes("not"):
		return statement{operator: "not", parts: []statement{r.single()}}
	case r.takes("("):
		s := r.joined("or")
		r.failed = r.failed || !r.takes(")")
		return s
	}
	return r.comparison()
}

// comparison reads a property, an operator and what it compares with. What Microsoft's
// table does not hold is open.
func (r *ruleReader) comparison() statement {
	name, operator := r.next(), r.next()
	property, ok := strings.CutPrefix(strings.ToLower(name.text), "device.")
	if !ok || name.quoted || operator.quoted || slices.Contains([]string{"and", "or", "not"}, operatorOf(operator)) { // these join statements
		r.failed = true
		return statement{}
	}
	s := statement{operator: operatorOf(operator), property: property}
	var null bool
	s.values, null = r.values(s.operator == "in" || s.operator == "notin")
	all := deviceProperties()
	i := slices.IndexFunc(all, func(p deviceProperty) bool { return strings.EqualFold(p.name, property) })
	s.open = null || i < 0 || !slices.Contains(all[i].operators, s.operator) || all[i].values != nil && slices.ContainsFunc(s.values, func(v string) bool {
		return !slices.ContainsFunc(all[i].values, func(known string) bool { return strings.EqualFold(known, v) })
	})
	return s
}

// values reads what a comparison compares with: one value, or a list of them in brackets.
// Of a comparison with null Microsoft's tables say different things.
func (r *ruleReader) values(many bool) (values []string, null bool) {
	for more := true; more; more = many && r.takes(",") {
		list := len(values) == 0 && many
		if list && !r.takes("[") {
			r.failed = true
			return nil, false
		}
		t := r.next()
		if !t.quoted && strings.Contains("()[],", t.text) {
			r.failed = true
			return nil, false
		}
		null = null || !t.quoted && strings.EqualFold(strings.TrimPrefix(t.text, "$"), "null")
		values = append(values, t.text)
	}
	r.failed = r.failed || many && !r.takes("]")
	return values, null
}
