package config

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"breakglass/checks"
	"breakglass/tenant"
)

// top is the path of the whole file.
const top = "the file"

// top reads the whole file.
func (r *reader) top(n *yaml.Node, c *Config) {
	fields := []field{
		{name: "tenant", read: value(r, &c.Tenant, tenantName())},
		{name: "emergencyAccess", read: func(path string, n *yaml.Node) { r.emergencyAccess(path, n, c) }},
		{name: "custody", read: func(path string, n *yaml.Node) { r.custody(path, n, c) }},
		{name: "passwordAuthentication", read: value(r, &c.PasswordAuthentication, oneOf(PasswordHash, PasswordPassThrough))},
		{name: "allow", read: func(path string, n *yaml.Node) { r.allow(path, n, c) }},
		{name: "drills", read: func(path string, n *yaml.Node) { r.drills(path, n, c) }},
		{name: "snooze", read: func(path string, n *yaml.Node) { r.snoozes(path, n, c) }},
		{name: "tenants", read: func(_ string, n *yaml.Node) {
			r.mistake(n.Line, "several tenants are not supported by this version", "expected the sections of one tenant, without tenants")
		}},
	}
	r.section(top, n, append(fields, r.maester(n, c)...))
}

func (r *reader) emergencyAccess(path string, n *yaml.Node, c *Config) {
	r.section(path, n, []field{
		{name: "accounts", read: func(path string, n *yaml.Node) {
			r.list(path, n, func(path string, n *yaml.Node) { r.account(path, n, c) })
			r.noAccounts(path, n)
		}},
		{name: "drillEvery", read: value(r, &c.DrillEvery, duration())},
		{name: "maxGlobalAdministrators", read: value(r, &c.MaxGlobalAdministrators, count())},
		{name: "policyProfile", read: value(r, &c.PolicyProfile, oneOf(checks.ProfileExcluded, checks.ProfilePhishingResistant))},
	})
}

// noAccounts notes a list that is there and declares nobody: it was probably cut.
func (r *reader) noAccounts(path string, n *yaml.Node) {
	if empty(n) || n.Kind == yaml.SequenceNode && len(n.Content) == 0 {
		r.mistake(n.Line, path+" declares no account", "expected at least one, or no "+path)
	}
}

func (r *reader) account(path string, n *yaml.Node, c *Config) {
	var d tenant.Declaration
	before := len(r.mistakes)
	r.section(path, n, []field{
		{name: "user", read: value(r, &d.User, userName())},
		{name: "group", read: value(r, &d.Group, objectID())},
	})
	if len(r.mistakes) > before {
		return
	}
	if (d.User == "") == (d.Group == "") {
		r.mistake(n.Line, path+" declares not exactly one", "expected user or group")
		return
	}
	c.Accounts = append(c.Accounts, d)
}

func (r *reader) custody(path string, n *yaml.Node, c *Config) {
	r.list(path, n, func(path string, n *yaml.Node) {
		var custody checks.Custody
		r.section(path, n, []field{
			{name: "account", required: true, read: value(r, &custody.Account, userName())},
			{name: "credential", required: true, read: value(r, &custody.Credential, text())},
			{name: "place", read: value(r, &custody.Place, text())},
			{name: "custodians", read: texts(r, &custody.Custodians, text())},
			{name: "checked", read: value(r, &custody.Checked, moment())},
		})
		c.Custody = append(c.Custody, custody)
	})
}

func (r *reader) allow(path string, n *yaml.Node, c *Config) {
	if empty(n) {
		return
	}
	r.section(path, n, []field{{name: "applications", read: texts(r, &c.AllowedApplications, objectID())}})
}

func (r *reader) drills(path string, n *yaml.Node, c *Config) {
	r.list(path, n, func(path string, n *yaml.Node) {
		var d Drill
		before := len(r.mistakes)
		r.section(path, n, []field{
			{name: "account", required: true, read: value(r, &d.Account, userName())},
			{name: "from", required: true, read: value(r, &d.From, moment())},
			{name: "to", required: true, read: value(r, &d.To, moment())},
			{name: "by", required: true, read: value(r, &d.By, text())},
		})
		if len(r.mistakes) == before && !d.From.Before(d.To) {
			r.mistake(n.Line, path+" ends before it begins", "expected from to be before to")
		}
		c.Drills = append(c.Drills, d)
	})
}

func (r *reader) snoozes(path string, n *yaml.Node, c *Config) {
	r.list(path, n, func(path string, n *yaml.Node) {
		var s Snooze
		r.section(path, n, []field{
			{name: "check", required: true, read: value(r, &s.Check, checkName())},
			{name: "subject", read: value(r, &s.Subject, text())},
			{name: "until", required: true, read: value(r, &s.Until, moment())},
			{name: "reason", required: true, read: value(r, &s.Reason, text())},
			{name: "by", required: true, read: value(r, &s.By, text())},
		})
		c.Snoozes = append(c.Snoozes, s)
	})
}

// texts returns what reads a list of single values.
func texts(r *reader, to *[]string, f form[string]) func(string, *yaml.Node) {
	return func(path string, n *yaml.Node) {
		r.list(path, n, func(path string, n *yaml.Node) {
			var item string
			value(r, &item, f)(path, n)
			*to = append(*to, item)
		})
	}
}

// unique keeps the first of declarations that name the same. Neither ids nor user
// principal names depend on case.
func unique(declared []tenant.Declaration) []tenant.Declaration {
	var kept []tenant.Declaration
	for _, d := range declared {
		if !slices.ContainsFunc(kept, func(k tenant.Declaration) bool {
			return strings.EqualFold(k.User, d.User) && strings.EqualFold(k.Group, d.Group)
		}) {
			kept = append(kept, d)
		}
	}
	return kept
}
