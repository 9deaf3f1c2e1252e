package checks

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"breakglass/signin"
	"breakglass/tenant"
	"breakglass/text"
)

var activityDrift = Check{
	ID:       "activity-drift",
	Title:    "The account is as the last report saw it",
	Severity: High,
	Event:    true,
	Why: "Without a licence for the logs, this is how a changed password, a new key or a lost role shows. " +
		"With one, it shows what the log brings late or not at all.",
	Passes: "Password date, credentials, the assignments of Global Administrator and group memberships are those of the report before. " +
		"The first report has nothing to compare with. What the report before could not read is not compared, and said.",
	Remediation: "Find out who changed it and why (Microsoft Entra admin center > Users > the account > Audit logs), and undo what nobody meant. The next report compares with this one.",
	References:  []string{pageEmergencyAccess},
	evaluate: func(v view) []finding {
		findings := make([]finding, 0, len(v.accounts))
		for _, a := range v.accounts {
			findings = append(findings, finding{subject: a.subject(), verdict: v.drift(a)})
		}
		return append(findings, v.unreadGroups()...)
	},
}

// unreadState stands in the evidence for what was never read.
const unreadState = "unread"

// A trait is one thing about an account that should not change by itself.
type trait struct {
	key   string // in the evidence
	label text.Text
	now   []string
	words map[string]text.Text // what to call a value, where that is not the value
	err   error
}

// drift compares an account with what the report before says of it. Evidence is the state
// that is known last: of what could not be read, that of before.
func (v view) drift(a account) verdict {
	before, known := v.before(a)
	now := v.traits(a)
	var changes, left []text.Text // left is what the report before does not tell
	var open error
	said := verdict{}
	for _, t := range now {
		was, had := before[t.key]
		if slices.Equal(was, Values{unreadState}) {
			had = false
		}
		values := t.now
		if t.err != nil {
			values = was
			if !had {
				values = []string{unreadState}
			}
			open = errors.Join(open, t.err)
		} else if !had {
			left = append(left, t.label)
		} else if !slices.EqualFunc(noted(was), t.now, strings.EqualFold) {
			changes = append(changes, t.difference(noted(was)))
		}
		said = said.with(t.key, orNone(values)...)
	}
	evidence := said.evidence
	switch {
	case a.err != nil:
		said = unknown(a.err)
	case len(changes) > 0:
		said = fail(say("Since the last report %s.", text.Join(text.Semicolon, changes)))
		if len(left) > 0 {
			said.reason = text.Sentences(said.reason, sentence(notCompared(left)))
		}
	case v.memoryUnread() != nil:
		said = unknown(v.memoryUnread())
	case !known:
		said = notApplicable("This is the first report: there is nothing to compare with.")
	case len(left) == len(now):
		said = notApplicable("The last report could read nothing of the account: there is nothing to compare with.")
	case open != nil || len(left) > 0:
		said = unknown(errors.Join(open, notCompared(left)))
	default:
		said = pass("Password, credentials, roles and groups are as in the last report.")
	}
	for key, values := range evidence {
		said = said.with(key, values...)
	}
	return said
}

// notCompared says what was left out of the comparison; nil if nothing was.
func notCompared(labels []text.Text) error {
	if len(labels) == 0 {
		return nil
	}
	return say("not compared, as the last report does not tell: %s", text.Join(text.Comma, labels))
}

// none stands in the evidence for an empty list.
const none = "none"

func orNone(values []string) []string {
	if len(values) == 0 {
		return []string{none}
	}
	return values
}

func noted(values Values) []string {
	if slices.Equal(values, Values{none}) {
		return nil
	}
	return values
}

// before is what the report of before says of the account, which may go by its declared
// text in either: it does where it cannot be read.
func (v view) before(a account) (Evidence, bool) {
	if v.settings.Past.Before == nil {
		return nil, false
	}
	ids := ObjectIDs(*v.settings.Past.Before)
	if a.err == nil {
		ids[a.declared] = a.id
	}
	id := cmp.Or(ids[a.id], a.id)
	for _, r := range v.settings.Past.Before.Results {
		if key := r.Key(ids); key.Check == "activity-drift" && strings.EqualFold(key.Subject, id) {
			return r.Evidence, true
		}
	}
	return nil, false
}

// traits are what is compared, each in an order of its own.
func (v view) traits(a account) []trait {
	all := []trait{
		{key: "lastPasswordChangeDateTime", label: say("the date of the password")},
		{key: "methods", label: say("the credentials")},
		{key: "roles", label: say("the assignments of Global Administrator")},
		{key: "groups", label: say("the groups")},
	}
	if a.err != nil {
		for i := range all {
			all[i].err = a.err
		}
		return all
	}
	all[0].now, all[0].err = passwordDate(a.user)
	all[1].now, all[1].words, all[1].err = methodIDs(a.user)
	all[2].now, all[2].words, all[2].err = v.roleState(a.user)
	all[3].now, all[3].err = v.memberships(a.user)
	return all
}

func passwordDate(u tenant.User) ([]string, error) {
	at, err := u.LastPasswordChangeDateTime.Get()
	if err != nil {
		return nil, err
	}
	if at == nil {
		return nil, nil
	}
	return []string{at.UTC().Format(time.RFC3339)}, nil
}

func methodIDs(u tenant.User) (ids []string, words map[string]text.Text, err error) {
	methods, err := u.Authentication.Methods.Get()
	words = map[string]text.Text{}
	for _, m := range methods {
		kind := strings.TrimSuffix(strings.TrimPrefix(m.ODataType, "#microsoft.graph."), "AuthenticationMethod")
		id := kind + " " + m.ID
		ids = append(ids, id)
		words[id] = say("%s “%s”", kind, m.Label())
	}
	return sorted(ids), words, err
}

// What stands in the evidence for how the role is held.
const (
	heldDirectly = "direct"
	heldThrough  = "through group "
	heldForGood  = "permanent"
)

// roleState says how the account holds the role: through what, and for how long. A group
// goes by its id.
func (v view) roleState(u tenant.User) (state []string, words map[string]text.Text, err error) {
	held, err := signin.HoldsRole(v.Snapshot, u, signin.GlobalAdministrator)
	terms, termsErr := signin.RoleTerms(v.Snapshot, u, signin.GlobalAdministrator)
	if err := errors.Join(err, held.Open, termsErr); err != nil {
		return nil, nil, err // a way that was not seen is none that is gone
	}
	words = map[string]text.Text{heldDirectly: say("direct"), heldForGood: say("permanent")}
	if held.Direct {
		state = append(state, heldDirectly)
	}
	for _, id := range held.Groups {
		id = strings.ToLower(id)
		state = append(state, heldThrough+id)
		words[heldThrough+id] = say("through group %s", id)
	}
	if terms.Permanent {
		return sorted(append(state, heldForGood)), words, nil
	}
	for _, limit := range terms.Limits {
		why := limit.Why.String() // through which group stands there by its id
		state = append(state, why)
		words[why] = limit.Why
	}
	return sorted(state), words, nil
}

// memberships are the groups that the account is in, nested ones too: as Graph lists them,
// or as the groups' members say.
func (v view) memberships(u tenant.User) ([]string, error) {
	var ids []string
	listed, err := u.TransitiveMemberOf.Get()
	for _, g := range listed {
		ids = append(ids, strings.ToLower(g.ID))
	}
	if reason, unread := errors.AsType[*tenant.UnreadError](err); err == nil || !unread || reason.Status != 0 || reason.Code != "" {
		return sorted(ids), err // read, or refused: not merely left out of a file
	}
	groups, err := v.Groups.Get()
	for _, g := range groups {
		in, inErr := signin.InGroup(v.Snapshot, u, g.ID)
		err = errors.Join(err, inErr)
		if in {
			ids = append(ids, strings.ToLower(g.ID))
		}
	}
	return sorted(ids), err
}

// difference says what came and what went.
func (t trait) difference(was []string) text.Text {
	came, went := missingFrom(was, t.now), missingFrom(t.now, was)
	switch {
	case len(was) == 1 && len(t.now) == 1:
		return say("%s was %s and is %s", t.label, t.called(went), t.called(came))
	case len(went) == 0:
		return say("%s gained %s", t.label, t.called(came))
	case len(came) == 0:
		return say("%s lost %s", t.label, t.called(went))
	}
	return say("%s gained %s and lost %s", t.label, t.called(came), t.called(went))
}

// called names values for people.
func (t trait) called(values []string) text.List {
	words := make([]any, len(values))
	for i, value := range values {
		words[i] = value
		if known, ok := t.words[value]; ok {
			words[i] = known
		} else if id, ok := strings.CutPrefix(value, heldThrough); ok {
			words[i] = say("through group %s", id)
		}
	}
	return text.Join(text.Comma, words)
}

// missingFrom are the values of the second list that the first lacks.
func missingFrom(have, values []string) []string {
	return slices.DeleteFunc(slices.Clone(values), func(v string) bool {
		return slices.ContainsFunc(have, func(h string) bool { return strings.EqualFold(h, v) })
	})
}
