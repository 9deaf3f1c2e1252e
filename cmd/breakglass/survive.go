package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"breakglass/checks"
	"breakglass/internal/config"
	"breakglass/internal/watch"
	"breakglass/report"
	"breakglass/tenant"
)

// list collects a flag that may be given several times, or with commas.
type list []string

func (t *list) String() string { return strings.Join(*t, ",") }

func (t *list) Set(value string) error {
	for part := range strings.SplitSeq(value, ",") {
		if part = strings.TrimSpace(part); part != "" {
			*t = append(*t, part)
		}
	}
	return nil
}

// surviveFlags are what is taken to be otherwise.
type surviveFlags struct {
	checkFlags
	down, lose, without list
	keep                []string
	json                bool
}

// survive answers who could still sign in if something failed.
func (p program) survive(ctx context.Context, args []string) error {
	f := surviveFlags{}
	flags := newFlags("survive", "Who could still sign in if something failed, or were otherwise. Without a question it prints the matrix of every single failure. Nothing is changed in the tenant.")
	flags.Var(&f.down, "down", "these `COMPONENTS` fail: their ids, separated by commas (breakglass explain dependencies lists the services)")
	flags.Var(&f.lose, "lose", "this `THING` is lost too: key:<id or name>, place:<label>, custodian:<name>, device:<id>; may be repeated")
	flags.Func("keep", "this key is in that place: `KEY=PLACE`, the key by its id or name, * for all; may be repeated", func(text string) error {
		if key, place, ok := strings.Cut(text, "="); !ok || key == "" || place == "" {
			return fmt.Errorf("%q is not KEY=PLACE", text)
		}
		f.keep = append(f.keep, text)
		return nil
	})
	flags.Var(&f.without, "without-policy-exclusion", "no Conditional Access policy excludes this `GROUP` (id or name)")
	flags.BoolVar(&f.json, "json", false, "for a program")
	flags.StringVar(&f.tenant, "tenant", "", "read this tenant `FILE` instead of Microsoft Graph (- is standard input)")
	flags.StringVar(&f.config, "config", "", "the configuration `FILE` (default breakglass.yaml)")
	flags.Var(&f.at, "at", "judge a tenant file as of this `TIME` (default: when it was collected)")
	f.identity.flags(flags)
	if err := p.parse(flags, args); err != nil {
		return ignoreHelp(err)
	}
	if err := noArguments(flags); err != nil {
		return err
	}
	if err := f.check(); err != nil {
		return err
	}
	c, err := p.configuration(f.config)
	if err != nil {
		return err
	}
	s, err := p.snapshot(ctx, f.checkFlags, c)
	if err != nil {
		return err
	}
	if err := watch.SameTenant(s, c.Tenant); err != nil {
		return err
	}
	answer, err := f.answer(s, c)
	if err != nil {
		return err
	}
	o := p.options()
	if f.json {
		return report.WhatIfJSON(p.stdout, answer)
	}
	return report.WhatIfText(p.stdout, answer, o)
}

// answer computes both: as things are, and as they are taken to be.
func (f surviveFlags) answer(s tenant.Snapshot, c config.Config) (report.WhatIf, error) {
	settings := c.Settings()
	now := checks.Run(nil, s, settings)
	otherwise, changed, err := f.otherwise(s, &settings)
	if err != nil {
		return report.WhatIf{}, err
	}
	then := checks.Survive(otherwise, settings)
	down, err := componentsNamed(slices.Concat(then.Components, now.Survival.Components), slices.Concat(f.down, f.lose))
	if err != nil {
		return report.WhatIf{}, err
	}
	return report.WhatIf{
		Schema: report.WhatIfSchema, Tenant: now.Tenant, CheckedAt: now.CheckedAt.Format(time.RFC3339), Changed: changed,
		AsThings: now.Survival.If(), Then: then.If(down...), MinimalCutSets: then.CutSets(down...), Survival: then,
	}, nil
}

// otherwise changes the snapshot and the settings, and says how in words.
func (f surviveFlags) otherwise(s tenant.Snapshot, settings *checks.Settings) (tenant.Snapshot, []report.Supposition, error) {
	changed := []report.Supposition{}
	for _, name := range f.without {
		without, label, err := withoutExclusion(s, name)
		if err != nil {
			return s, nil, err
		}
		s = without
		changed = append(changed, report.Supposition{Text: "no policy excluded the group “%s”", Args: []string{label}})
	}
	for _, text := range f.keep {
		key, place, _ := strings.Cut(text, "=")
		found, err := keepIn(s, settings, key, place)
		if err != nil {
			return s, nil, err
		}
		changed = append(changed, found)
	}
	return s, changed, nil
}

// withoutExclusion takes a group out of every policy that excludes it.
func withoutExclusion(s tenant.Snapshot, name string) (tenant.Snapshot, string, error) {
	id, label := name, name
	groups, _ := s.Groups.Get() // unread: the group is named by its id
	for _, g := range groups {
		display, err := g.DisplayName.Get()
		if strings.EqualFold(g.ID, name) || err == nil && display != nil && strings.EqualFold(*display, name) {
			id = g.ID
			if err == nil && display != nil {
				label = *display
			}
		}
	}
	policies, err := s.ConditionalAccessPolicies.Get()
	if err != nil {
		return s, "", fmt.Errorf("--without-policy-exclusion: %w", err)
	}
	policies = slices.Clone(policies)
	found := false
	for i := range policies {
		conditions, err := policies[i].Conditions.Get()
		if err != nil {
			continue
		}
		users, err := conditions.Users.Get()
		if err != nil {
			continue
		}
		excluded, err := users.ExcludeGroups.Get()
		if err != nil || !slices.ContainsFunc(excluded, func(g string) bool { return strings.EqualFold(g, id) }) {
			continue
		}
		found = true
		users.ExcludeGroups = tenant.Known(slices.DeleteFunc(slices.Clone(excluded), func(g string) bool { return strings.EqualFold(g, id) }))
		conditions.Users = tenant.Known(users)
		policies[i].Conditions = tenant.Known(conditions)
	}
	if !found {
		return s, "", usagef("--without-policy-exclusion: no policy that was read excludes a group %q", name)
	}
	s.ConditionalAccessPolicies = tenant.Known(policies)
	return s, label, nil
}

// keepIn declares that keys of the emergency accounts are in a place.
func keepIn(s tenant.Snapshot, settings *checks.Settings, key, place string) (report.Supposition, error) {
	var keys []checks.Component
	survival := checks.Survive(s, *settings)
	for _, c := range survival.Components {
		if c.Kind == "key" && (key == "*" || strings.EqualFold(c.ID, "key:"+key) || strings.EqualFold(c.ID, key) || strings.EqualFold(c.Name, key)) {
			keys = append(keys, c)
		}
	}
	moved := 0
	settings.Custody = slices.Clone(settings.Custody)
	for _, a := range survival.Administrators {
		if !a.Emergency {
			continue
		}
		for _, path := range a.Paths {
			for _, c := range keys {
				if slices.Contains(path.Needs, c.ID) {
					place := checks.Custody{Account: a.ID, Credential: strings.TrimPrefix(c.ID, "key:"), Place: place}
					settings.Custody = slices.Insert(settings.Custody, 0, place) // the first entry counts
					moved++
				}
			}
		}
	}
	if moved == 0 {
		return report.Supposition{}, usagef("--keep: no key %q of an emergency account makes a way in", key)
	}
	if key == "*" {
		return report.Supposition{Text: "all keys of the emergency accounts were kept in “%s”", Args: []string{place}}, nil
	}
	return report.Supposition{Text: "the key “%s” were kept in “%s”", Args: []string{key, place}}, nil
}

// componentsNamed finds components by their ids, or by kind and name.
func componentsNamed(all []checks.Component, names []string) ([]string, error) {
	down := []string{}
	for _, name := range names {
		i := slices.IndexFunc(all, func(c checks.Component) bool {
			kind, rest, _ := strings.Cut(name, ":")
			return strings.EqualFold(c.ID, name) || strings.HasPrefix(c.ID, kind+":") && rest != "" && strings.EqualFold(c.Name, rest)
		})
		if i < 0 {
			return nil, unknownComponent(all, name)
		}
		if id := all[i].ID; !slices.Contains(down, id) {
			down = append(down, id)
		}
	}
	return down, nil
}

func unknownComponent(all []checks.Component, name string) error {
	var ids []string
	for _, c := range all {
		if !slices.Contains(ids, c.ID) {
			ids = append(ids, c.ID)
		}
	}
	return usagef("%q is nothing that a way in needs, and no service that is asked about; there are %s", name, strings.Join(ids, ", "))
}
