package config

import (
	"time"

	"go.yaml.in/yaml/v3"

	"breakglass/checks"
	"breakglass/tenant"
	"breakglass/text"
)

// top is the path of the whole file.
const top = "the file"

// A draft is a Config while its file is read.
type draft struct {
	Config
	theirs []theirAccount // as Maester has them declared
}

// file is what the whole file must look like. The reader and the JSON Schema are both
// made of it.
func (d *draft) file() section {
	return section{
		fields: append([]field{
			{
				name: "tenant", shape: value[string]{&d.Tenant, tenantName},
				about: "The tenant that is watched: its id or one of its domains. Reading another tenant is then an error. It may be left out when the identity is in the tenant.",
			},
			{
				name: "emergencyAccess", shape: d.emergencyAccess(),
				about: "The emergency access accounts, and how they are judged.",
			},
			{
				name: "custody", shape: list[checks.Custody]{to: &d.Custody, item: custody},
				about: "Where the accounts' keys are, and who can fetch them: an entry for each key. Labels, not addresses.",
			},
			{
				name: "passwordAuthentication", shape: value[PasswordAuthentication]{&d.PasswordAuthentication, oneOf(PasswordHash, PasswordPassThrough)},
				about: "How the passwords of synchronised users are checked, where Microsoft Graph does not tell.",
			},
			{
				name: "dependencies", shape: list[checks.Dependency]{to: &d.Dependencies, item: dependency},
				about: "What you know better than the program: which services a way of signing in depends on, in the place of those that it assumes.",
			},
			{
				name: "identifiers", shape: value[checks.Identifiers]{&d.Identifiers, oneOf(checks.IdentifiersAlias, checks.IdentifiersFull)},
				standard: checks.IdentifiersAlias,
				about:    "How people are named who are no emergency access accounts: by their object ids (alias), or as Microsoft Entra names them (full).",
			},
			{
				name: "allow", shape: d.allow(),
				about: "What is known and accepted.",
			},
			{
				name: "drills", shape: list[checks.Drill]{to: &d.Drills, item: drill},
				about: "Announced uses of an account.",
			},
			{
				name: "snooze", shape: list[Snooze]{to: &d.Snoozes, item: snooze},
				about: "Known problems that people are not told of for a while. A snooze never changes a result.",
			},
			{
				name: "notifications", shape: d.notifications(),
				about: "What people are told, and how often.",
			},
			{
				name: "tenants", unnamed: true,
				shape: refused{say("several tenants are not supported by this version"), say("expected the sections of one tenant, without tenants")},
			},
			{
				name: "$schema", shape: ignored{}, unnamed: true,
				about: "The JSON Schema that an editor checks the file with.",
			},
		}, d.maester()...),
	}
}

func (d *draft) emergencyAccess() section {
	return section{fields: []field{
		{
			name: "accounts", shape: list[tenant.Declaration]{to: &d.Accounts, item: account, none: noAccount},
			about: "The emergency access accounts. They are declared, never guessed.",
		},
		{
			name: "drillEvery", shape: value[time.Duration]{&d.DrillEvery, duration()}, standard: inDays(checks.DefaultDrillEvery),
			about: "How long after its last successful sign-in an account must be tried again: hours, days or weeks, such as 36h, 90d or 12w.",
		},
		{
			name: "maxGlobalAdministrators", shape: value[int]{&d.MaxGlobalAdministrators, count(10000)}, standard: checks.DefaultMaxGlobalAdministrators,
			about: "How many people may be Global Administrators. Emergency access accounts are not counted.",
		},
		{
			name: "policyProfile", shape: value[checks.PolicyProfile]{&d.PolicyProfile, oneOf(checks.ProfileExcluded, checks.ProfilePhishingResistant)},
			standard: checks.ProfileExcluded,
			about:    "Which Conditional Access policies may apply to an account: none (excluded), or those that one of its credentials satisfies alone (phishing-resistant).",
		},
	}}
}

// noAccount is what is wrong with a list that is there and declares nobody: it was
// probably cut.
func noAccount(path string) text.Text { return say("%s declares no account", named(path)) }

func account(d *tenant.Declaration) shape {
	return section{
		fields: []field{
			{name: "user", shape: value[string]{&d.User, userName}, about: "A user: user principal name or object id."},
			{name: "group", shape: value[string]{&d.Group, objectID}, about: "A group, by its object id. Every user in it is an emergency access account, those in nested groups too."},
		},
		rule: rule{
			check: func(r *reader, path string, n *yaml.Node) {
				if (d.User == "") == (d.Group == "") {
					r.mistake(n.Line, say("%s declares not exactly one", named(path)), say("expected user or group"))
				}
			},
			schema: schema{OneOf: []schema{{Required: []string{"user"}}, {Required: []string{"group"}}}},
		},
		instead: write(
			func(id string) text.Text {
				return say(`write "- user: %s" for a user, or "- group: %[1]s" for a group`, id)
			},
			func(name string) text.Text { return say(`write "- user: %s"`, name) }, howToList()),
	}
}

func custody(c *checks.Custody) shape {
	return section{fields: []field{
		{name: "account", required: true, shape: value[string]{&c.Account, userName}, about: "The account that the key is for: its user principal name or its object id."},
		{name: "credential", required: true, shape: value[string]{&c.Credential, freeText}, about: "The key: its display name or its id in Microsoft Entra."},
		{name: "place", shape: value[string]{&c.Place, freeText}, about: "A label of the place where the key is."},
		{name: "custodians", shape: list[string]{to: &c.Custodians, item: func(to *string) shape { return value[string]{to, freeText} }}, about: "Who can fetch the key."},
		{name: "checked", shape: value[time.Time]{&c.Checked, moment}, about: "When somebody last saw the key there: a date, or a time with its offset."},
	}}
}

func dependency(d *checks.Dependency) shape {
	return section{fields: []field{
		{name: "method", required: true, shape: value[string]{&d.Method, methodName}, about: "The way of signing in."},
		{
			name: "services", required: true, shape: list[string]{to: &d.Services, item: func(to *string) shape { return value[string]{to, service} }},
			about: "The services that it depends on. The authentication service of Microsoft Entra is always one and need not be listed.",
		},
		{name: "reason", required: true, shape: value[string]{&d.Reason, freeText}, about: "How you know."},
	}}
}

func (d *draft) allow() section {
	return section{empty: true, fields: []field{{
		name: "applications", shape: list[string]{to: &d.AllowedApplications, item: func(to *string) shape { return value[string]{to, objectID} }},
		about: "Object ids of service principals that may hold dangerous permissions.",
	}}}
}

func drill(d *checks.Drill) shape {
	return section{
		fields: []field{
			{name: "account", required: true, shape: value[string]{&d.Account, userName}, about: "The account that is used: its user principal name or its object id."},
			{name: "from", required: true, shape: value[time.Time]{&d.From, moment}, about: "When the drill begins: a date, or a time with its offset."},
			{name: "to", required: true, shape: value[time.Time]{&d.To, moment}, about: "When the drill ends, 7 days after it begins at most: a date, or a time with its offset."},
			{name: "by", required: true, shape: value[string]{&d.By, freeText}, about: "Who uses the account."},
			{name: "reason", shape: value[string]{&d.Reason, freeText}, about: "What the drill is for."},
		},
		rule: rule{check: func(r *reader, path string, n *yaml.Node) {
			if !d.From.Before(d.To) {
				r.mistake(n.Line, say("%s ends before it begins", named(path)), say("expected from to be before to"))
			}
			if d.To.Sub(d.From) > checks.LongestDrill {
				r.mistake(n.Line, say("%s lasts more than %s", named(path), text.Term(inDays(checks.LongestDrill))), say("expected an earlier end: a sign-in in that time is no alarm"))
			}
		}},
	}
}

func snooze(s *Snooze) shape {
	return section{rule: acceptsCritical(s), fields: []field{
		{name: "check", required: true, shape: value[string]{&s.Check, checkName}, about: "The id of a check."},
		{name: "subject", shape: value[string]{&s.Subject, freeText}, about: "The object id of what is judged; an account by its user principal name too. All, if it is left out."},
		{name: "until", required: true, shape: value[time.Time]{&s.Until, moment}, about: "When the snooze ends: a date, or a time with its offset."},
		{name: "reason", required: true, shape: value[string]{&s.Reason, freeText}, about: "Why it is known and accepted for so long."},
		{name: "by", required: true, shape: value[string]{&s.By, freeText}, about: "Who decided so."},
		{name: "acceptCritical", shape: value[bool]{&s.AcceptCritical, truth()}, about: "Whether it is meant for critical findings too."},
	}}
}
