package checks_test

import (
	"regexp"
	"slices"
	"strings"
)

// A tolerance is a kind of dispute on which the rules leave the answer open, or
// let what is worse be said. That one passes and the other fails is never tolerated.
type tolerance struct {
	checks *regexp.Regexp
	says   string   // what the program says
	where  []string // what the second evaluator says
	when   func(t *oracle, subject string) bool
	why    string
}

var tolerated = []tolerance{
	{
		regexp.MustCompile(`^(role-few-global-admins|role-group-protected|policy-group-.*|policy-others-excluded|account-undeclared)$`), unknown, []string{passes, fails, notApplicable},
		func(t *oracle, _ string) bool { return t.declaredOpen() },
		"a declared account was not read: whether one of these people is an account cannot be told by an id or a name alone",
	},
	{
		regexp.MustCompile(`^(role-(global-admin|permanent|someone-active|few-global-admins)|role-group-protected|policy-(group-protected|excluded|report-only))$`), unknown, []string{passes, fails},
		func(t *oracle, _ string) bool { return t.needsMemberships() },
		"a group that may hold the role was not read, and what a user's own list of memberships says of it is not asked",
	},
	{
		regexp.MustCompile(`^role-(permanent|someone-active)$`), unknown, []string{passes, fails},
		func(t *oracle, _ string) bool { return t.contradicts() },
		"the lists of assignments contradict each other",
	},
	{
		regexp.MustCompile(`^(role-(someone-active|few-global-admins)|role-group-protected|policy-(group-protected|excluded|report-only))$`), unknown, []string{passes, fails},
		func(t *oracle, _ string) bool {
			return t.instancesOpen() || t.doubtfulRows() || t.rolesOpen() || t.strangers()
		},
		"a list that names objects was not read in full: there may be others than those that roleAssignments names",
	},
	{
		regexp.MustCompile(`^role-few-global-admins$`), unknown, []string{passes, fails},
		func(t *oracle, _ string) bool { return t.strangers() },
		"a member of a group was not collected: it is known to be a person, and not who",
	},
	{
		regexp.MustCompile(`^role-few-global-admins$`), unknown, []string{passes},
		func(t *oracle, _ string) bool { return t.rolesOpen() || t.doubts() || t.doubtfulRows() },
		"of somebody it is not known whether he is one of them; that it would be few even so is not counted",
	},
	{
		regexp.MustCompile(`^account-undeclared$`), unknown, []string{notApplicable},
		func(t *oracle, _ string) bool {
			return t.rolesOpen() || t.doubts() || t.doubtfulRows() || t.strangers() || t.instancesOpen()
		},
		"not all administrators are known: a policy may be meant for one of the others",
	},
	{
		regexp.MustCompile(`^role-(permanent|someone-active)$`), unknown, []string{passes, fails},
		func(t *oracle, _ string) bool {
			rows, _ := list(t.file, memberships)
			return slices.ContainsFunc(rows, func(row object) bool { return row["groupId"] == nil || row["principalId"] == nil })
		},
		"a row of PIM for Groups that does not say of which group or of whom it is may be of any",
	},
	{
		regexp.MustCompile(`^role-someone-active$`), unknown, []string{fails},
		func(t *oracle, _ string) bool { return t.strangers() },
		"a member of a group that holds the role was not collected, and it is not asked how the group holds it",
	},
	{
		regexp.MustCompile(`^role-permanent$`), unknown, []string{fails},
		func(t *oracle, id string) bool {
			rows, _ := list(t.file, assignments)
			return slices.ContainsFunc(rows, func(row object) bool {
				return is(row, "principalId", id) == yes && gives(row, globalAdministrator) == unclear
			})
		},
		"another assignment of his was not read in full, and it is not asked whether PIM would list it",
	},
	{
		regexp.MustCompile(`^tamper-applications$`), unknown, []string{passes},
		func(t *oracle, _ string) bool { return t.strangeHolders() || t.instancesOpen() },
		"a member of a group that holds a role was not collected: which applications hold it is not known",
	},
	{
		regexp.MustCompile(`^policy-others-excluded$`), unknown, []string{passes, notApplicable},
		func(t *oracle, id string) bool { return t.doubtfulPolicy(id) },
		"of a policy it is not known whether it is meant for the administrator, or lets him out; that it lets out no account is not asked",
	},
	{
		regexp.MustCompile(`^role-someone-active$`), fails, []string{unknown},
		func(t *oracle, _ string) bool {
			return slices.ContainsFunc(t.principals(assignments, instances), t.elsewhere)
		},
		"a holder from another tenant is no user of this one",
	},
	{
		regexp.MustCompile(`^policy-group-members$`), fails, []string{unknown},
		func(t *oracle, group string) bool { return t.holdsStrange(group) },
		"a member of a type that nobody knows is somebody else than an account, whoever it is",
	},
	{
		regexp.MustCompile(`^(policy|role)-group-protected$`), fails, []string{unknown},
		func(t *oracle, group string) bool {
			g, _ := t.find("groups", group)
			owners, _ := list(g, "owners")
			return slices.ContainsFunc(owners, func(o object) bool { return !t.wellKnown(o) }) || slices.ContainsFunc(t.joiners(), func(row object) bool {
				return is(row, "groupId", group) == yes && t.holdsStrange(lower(row["principalId"]))
			})
		},
		"an owner, or one who can become it, of a type that nobody knows is neither an account nor an administrator, whoever it is",
	},
	{
		regexp.MustCompile(`^policy-excluded$`), fails, []string{unknown},
		func(t *oracle, id string) bool { return t.settings.resistant && t.strangeDemand(id) },
		"a control that nobody knows is taken for one that no credential meets alone",
	},
	{
		regexp.MustCompile(`^account-undeclared$`), passes, []string{unknown},
		func(t *oracle, _ string) bool { return t.conditionMissing() },
		"the same: a policy that does not name a condition has none",
	},
	{
		regexp.MustCompile(`^policy-excluded$`), unknown, []string{fails},
		func(t *oracle, _ string) bool { return t.settings.resistant && t.grantMissing() },
		"what else a policy demands was not read; that nothing goes with blocking is not asked",
	},
	{
		regexp.MustCompile(`^policy-(excluded|report-only)$`), fails, []string{unknown},
		func(t *oracle, _ string) bool { return t.conditionMissing() },
		"a condition that Graph does not name, and one that it does not narrow, are the same to the program: what is worse is said",
	},
}

// tolerates looks a dispute up in the table.
func (t *oracle) tolerates(d dispute, allowed []string) bool {
	status := strings.Fields(d.program)[0]
	for _, one := range tolerated {
		fits := slices.ContainsFunc(allowed, func(a string) bool { return slices.Contains(one.where, strings.Fields(a)[0]) })
		if one.says == status && fits && one.checks.MatchString(d.check) && one.when(t, d.subject) {
			return !(status == passes && slices.ContainsFunc(allowed, func(a string) bool { return strings.HasPrefix(a, fails) }))
		}
	}
	return false
}

// declaredOpen reports whether some declared entry could not be resolved.
func (t *oracle) declaredOpen() bool {
	for _, d := range t.settings.accounts {
		if d.Group != "" {
			if t.judgeDeclaredGroup(expectations{}, d.Group) {
				return true
			}
			continue
		}
		if _, ok := t.declared(d.User); ok {
			continue
		}
		if status, _ := t.answer("users/" + d.User); status != 404 && !t.gone(d.User) {
			return true
		}
	}
	return false
}

// needsMemberships reports whether it turns on users' own lists of memberships who
// is in a group that may hold a role.
func (t *oracle) needsMemberships() bool {
	for _, id := range t.principals(assignments, instances, eligibilities) {
		if g, ok := t.find("groups", id); !ok && t.kind(id) == "" || ok && g["members"] == nil {
			return true
		}
	}
	return false
}

// contradicts reports whether the two lists of assignments name different holders
// of Global Administrator.
func (t *oracle) contradicts() bool {
	return slices.ContainsFunc(t.principals(assignments, instances), func(id string) bool {
		return t.rows(assignments, id, globalAdministrator) != t.rows(instances, id, globalAdministrator)
	})
}

// strangers reports whether somebody is in a group and was not collected.
func (t *oracle) strangers() bool {
	return slices.ContainsFunc(t.people(), func(id string) bool { _, collected := t.user(id); return !collected && !t.gone(id) })
}

// doubts reports whether it is not known of somebody whether he is a regular
// administrator.
func (t *oracle) doubts() bool {
	return slices.ContainsFunc(t.people(), func(id string) bool { return t.regular(id) == unclear })
}

// holdsStrange reports whether a member of a type that nobody knows is in a group.
func (t *oracle) holdsStrange(group string) bool {
	return slices.ContainsFunc(t.reachable(group), func(id string) bool {
		g, _ := t.find("groups", id)
		members, _ := list(g, "members")
		return slices.ContainsFunc(members, func(m object) bool { return !t.wellKnown(m) })
	})
}

// strangeDemand reports whether a policy that applies to somebody demands what
// nobody knows.
func (t *oracle) strangeDemand(id string) bool {
	all, _ := t.policies()
	return slices.ContainsFunc(all, func(p object) bool {
		grant, _ := inner(p, "grantControls")
		controls, _ := texts(grant, "builtInControls")
		return t.inScope(p, enforced, id, false) == yes && (slices.Contains(controls, "psychicproof") || strange(grant, grantControls...) != no)
	})
}

// conditionMissing reports whether some policy leaves a condition out.
func (t *oracle) conditionMissing() bool {
	all, _ := t.policies()
	return slices.ContainsFunc(all, func(p object) bool {
		conditions, _ := inner(p, "conditions")
		apps, _ := inner(conditions, "applications")
		_, filter := apps["applicationFilter"]
		_, clients := conditions["clientApplications"]
		_, flows := conditions["authenticationFlows"]
		_, types := conditions["clientAppTypes"]
		return !filter || !clients || !flows || !types
	})
}

// doubtfulRows reports whether a row was not read in full.
func (t *oracle) doubtfulRows() bool {
	return slices.ContainsFunc([]string{assignments, instances, eligibilities}, func(key string) bool {
		rows, _ := list(t.file, key)
		return slices.ContainsFunc(rows, func(row object) bool { return gives(row, globalAdministrator) == unclear })
	}) || slices.ContainsFunc(t.joiners(), func(row object) bool {
		return word(row, "accessId", "member", "member", "owner") == unclear || row["groupId"] == nil
	})
}

func (t *oracle) joiners() []object { rows, _ := list(t.file, eligibleIn); return rows }

// instancesOpen reports whether PIM's assignments were not read in full.
func (t *oracle) instancesOpen() bool {
	rows, read := list(t.file, instances)
	return !read || slices.ContainsFunc(rows, func(row object) bool { return row["principalId"] == nil || gives(row, globalAdministrator) == unclear })
}

// strangeHolders reports whether somebody in a group that holds a role may be an
// application that was not collected.
func (t *oracle) strangeHolders() bool {
	return slices.ContainsFunc(t.principals(assignments, instances), func(id string) bool {
		g, _ := t.find("groups", id)
		members, _ := list(g, "members")
		return slices.ContainsFunc(members, func(m object) bool {
			return !t.wellKnown(m) || memberType(m) == "serviceprincipal" && t.kind(lower(m["id"])) == ""
		})
	})
}

// doubtfulPolicy reports whether of some policy it is not known whether it is meant
// for somebody.
func (t *oracle) doubtfulPolicy(id string) bool {
	all, _ := t.policies()
	return slices.ContainsFunc(all, func(p object) bool {
		counts := both(both(inState(p, enforced), restricting(p)), both(atSignIn(p), t.named(p, "include", id)))
		doubt := counts == unclear || t.guest(id) == unclear || both(counts, t.named(p, "exclude", id)) == unclear
		for _, account := range t.accounts() {
			doubt = doubt || counts != no && t.named(p, "exclude", lower(account["id"])) == unclear
		}
		conditions, _ := inner(p, "conditions")
		users, _ := inner(conditions, "users")
		groups, _ := texts(users, "excludeGroups")
		doubt = doubt || slices.ContainsFunc(groups, func(g string) bool { return t.kind(g) == "" })
		return doubt
	})
}

// grantMissing reports whether not all that some policy demands was read.
func (t *oracle) grantMissing() bool {
	all, _ := t.policies()
	return slices.ContainsFunc(all, func(p object) bool {
		grant, _ := inner(p, "grantControls")
		return grant != nil && slices.ContainsFunc(grantControls, func(key string) bool { _, there := grant[key]; return !there })
	})
}
