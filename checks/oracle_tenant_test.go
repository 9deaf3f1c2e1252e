package checks_test

import (
	"slices"
	"strings"

	"breakglass/tenant"
)

// The second evaluator. It reads a tenant file as plain JSON values, slowly and
// in full, and is written from the rules of the checks and Microsoft's pages
// alone: it shares nothing with the program but the names of Graph's properties.
// What it cannot tell is unclear.

// truth is the answer to a question. Its order makes “and” the least and “or”
// the greatest: https://en.wikipedia.org/wiki/Three-valued_logic
type truth int

const (
	no truth = iota
	unclear
	yes
)

func both(a, b truth) truth   { return min(a, b) }
func either(a, b truth) truth { return max(a, b) }
func not(a truth) truth       { return yes - a }
func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

// An object is a JSON object.
type object = map[string]any

// An oracle judges one tenant file.
type oracle struct {
	file     object
	settings oracleSettings
}

// oracleSettings is what was declared.
type oracleSettings struct {
	accounts    []tenant.Declaration
	resistant   bool     // policyProfile: phishing-resistant
	limit       int      // maxGlobalAdministrators
	allowedApps []string // allow.applications
}

// list returns the objects of a list, each id once, and whether it was read.
func list(o object, key string) ([]object, bool) {
	items, ok := o[key].([]any)
	seen := map[string]bool{}
	var all []object
	for _, item := range items {
		one, isObject := item.(object)
		if !isObject {
			continue
		}
		if id := lower(one["id"]); id != "" {
			if seen[id] {
				continue
			}
			seen[id] = true
		}
		all = append(all, one)
	}
	return all, ok
}

// texts returns a list of texts in small letters, and whether it was read. In a
// policy a list that is null is one that says nothing.
func texts(o object, key string) ([]string, bool) {
	value, there := o[key]
	items, ok := value.([]any)
	var all []string
	for _, item := range items {
		all = append(all, lower(item))
	}
	return all, ok || there && value == nil
}

func lower(value any) string {
	text, _ := value.(string)
	return strings.ToLower(text)
}

// is compares a property that may be unread with a text. Null is another text.
func is(o object, key, text string) truth {
	value, there := o[key]
	if !there {
		return unclear
	}
	return truthOf(lower(value) == strings.ToLower(text))
}

// word compares a property with one of the words that Graph documents for it:
// one that is on no list may mean anything.
func word(o object, key, wanted string, known ...string) truth {
	value, there := o[key]
	text, isText := value.(string)
	if !there || !isText || !slices.Contains(known, text) {
		return unclear
	}
	return truthOf(text == wanted)
}

// on is a Boolean property for which null means false.
func on(o object, key string) truth {
	value, there := o[key]
	if !there {
		return unclear
	}
	return truthOf(value == true)
}

func (t *oracle) find(key, id string) (object, bool) {
	all, _ := list(t.file, key)
	for _, o := range all {
		if lower(o["id"]) == strings.ToLower(id) {
			return o, true
		}
	}
	return nil, false
}

func (t *oracle) user(id string) (object, bool) { return t.find("users", id) }

func (t *oracle) users() []object { all, _ := list(t.file, "users"); return all }

// answer is the reason that the file gives for what is absent.
func (t *oracle) answer(key string) (status float64, code string) {
	reasons, _ := t.file["unreadable"].(object)
	for k, value := range reasons {
		if reason, ok := value.(object); ok && strings.EqualFold(k, key) {
			status, _ = reason["status"].(float64)
			code, _ = reason["code"].(string)
		}
	}
	return status, code
}

func (t *oracle) noP2(key string) bool {
	_, read := t.file[key].([]any)
	_, code := t.answer(key)
	return !read && code == "AadPremiumLicenseRequired"
}

func (t *oracle) gone(id string) bool {
	all, _ := texts(t.file, "deletedObjects")
	return slices.Contains(all, strings.ToLower(id))
}

// kind says what an id is the id of: user, group, application, nobody (deleted,
// or not in this tenant) or, where it was not collected, nothing.
func (t *oracle) kind(id string) string {
	for key, kind := range map[string]string{"users": "user", "groups": "group", "servicePrincipals": "application"} {
		if _, ok := t.find(key, id); ok {
			return kind
		}
	}
	if t.gone(id) || t.elsewhere(id) {
		return "nobody"
	}
	return ""
}

// elsewhere reports whether an id is neither a user's nor a group's nor an
// application's of this tenant.
func (t *oracle) elsewhere(id string) bool {
	for _, key := range []string{"users/", "groups/", "servicePrincipals/"} {
		if status, _ := t.answer(key + id); status != 404 {
			return false
		}
	}
	return !t.gone(id)
}

const typePrefix = "#microsoft.graph."

// holdsNobody are the types of members that are neither users nor groups.
var holdsNobody = []string{"serviceprincipal", "device", "orgcontact", "application"}

// userTypes are the types of members that sign in as people do. An agent's user
// is an account like any other.
var userTypes = []string{"user", "agentuser"}

func memberType(m object) string { return strings.TrimPrefix(lower(m["@odata.type"]), typePrefix) }

// inGroup says whether a user is in a group, nested groups and those that hold
// each other included.
func (t *oracle) inGroup(user, group string) truth {
	if u, ok := t.user(user); ok {
		if all, read := list(u, "transitiveMemberOf"); read {
			return truthOf(slices.ContainsFunc(all, func(g object) bool { return lower(g["id"]) == strings.ToLower(group) }))
		}
	}
	found := no
	for _, g := range t.reachable(group) {
		found = either(found, t.directIn(user, g, true))
	}
	return found
}

// reachable are a group and all that are nested in it.
func (t *oracle) reachable(group string) []string {
	all := []string{strings.ToLower(group)}
	for i := 0; i < len(all); i++ {
		g, _ := t.find("groups", all[i])
		members, _ := list(g, "members")
		for _, m := range members {
			if id := lower(m["id"]); memberType(m) == "group" && !slices.Contains(all, id) {
				all = append(all, id)
			}
		}
	}
	return all
}

// directIn says whether somebody is in a group's own list of members. A member
// of a type that nobody knows may hold others, if nesting counts.
func (t *oracle) directIn(id, group string, nesting bool) truth {
	g, ok := t.find("groups", group)
	if !ok {
		status, _ := t.answer("groups/" + group)
		if kind := t.kind(group); kind != "" || status == 404 {
			return no
		}
		return unclear
	}
	members, read := list(g, "members")
	if !read {
		return unclear
	}
	found := no
	for _, m := range members {
		switch kind := memberType(m); {
		case lower(m["id"]) == strings.ToLower(id):
			return yes
		case nesting && kind != "group" && !slices.Contains(userTypes, kind) && !slices.Contains(holdsNobody, kind):
			found = unclear
		}
	}
	return found
}

// isAccount says whether a user is a declared emergency account.
func (t *oracle) isAccount(id string) truth {
	u, ok := t.user(id)
	declared := no
	for _, d := range t.settings.accounts {
		switch {
		case d.Group != "":
			for _, group := range t.reachable(d.Group) { // by its members, as people who declare it mean
				declared = either(declared, t.directIn(id, group, true))
			}
		case strings.EqualFold(d.User, id):
			return yes
		case ok && strings.Contains(d.User, "@"):
			if other, found := t.declared(d.User); !found || lower(other["id"]) == id {
				declared = either(declared, is(u, "userPrincipalName", d.User))
			}
		case t.kind(id) == "":
			if _, found := t.declared(d.User); !found && strings.Contains(d.User, "@") {
				declared = either(declared, unclear)
			}
		}
	}
	return declared
}

// accounts are the users that are surely emergency accounts.
func (t *oracle) accounts() []object {
	var all []object
	for _, u := range t.users() {
		if t.isAccount(lower(u["id"])) == yes {
			all = append(all, u)
		}
	}
	return all
}

// declared finds a user by name or id.
func (t *oracle) declared(text string) (object, bool) {
	for _, u := range t.users() {
		if strings.EqualFold(lower(u["id"]), text) || is(u, "userPrincipalName", text) == yes {
			return u, true
		}
	}
	return nil, false
}
