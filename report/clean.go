package report

import (
	"slices"

	"breakglass/checks"
	"breakglass/display"
)

// cleanReport returns the report with every text in it clean, so that nothing
// that is shown can be forgotten.
func cleanReport(r checks.Report) checks.Report {
	r.Tenant = checks.Tenant{
		ID:            display.Terminal(r.Tenant.ID),
		DisplayName:   display.Terminal(r.Tenant.DisplayName),
		DefaultDomain: display.Terminal(r.Tenant.DefaultDomain),
	}
	accounts := make([]checks.Account, len(r.Accounts))
	for i, a := range r.Accounts {
		accounts[i] = checks.Account{
			ID:                display.Terminal(a.ID),
			UserPrincipalName: display.Terminal(a.UserPrincipalName),
			DisplayName:       display.Terminal(a.DisplayName),
			Declared:          display.Terminal(a.Declared),
		}
	}
	r.Accounts = accounts
	r.Results = cleanAll(r.Results, cleanResult)
	return r
}

// cleanSurvival cleans what is shown of it. Ids stay: they are compared. So do components,
// whose names are cleaned where they are worded.
func cleanSurvival(s checks.Survival) checks.Survival {
	s.Administrators = cleanAll(s.Administrators, func(a checks.Survivor) checks.Survivor {
		a.Name, a.Assignment, a.Unknown = display.Terminal(a.Name), display.Terminal(a.Assignment), display.Terminal(a.Unknown)
		a.Paths = slices.Clone(a.Paths)
		for i := range a.Paths {
			a.Paths[i].Method, a.Paths[i].Credential = display.Terminal(a.Paths[i].Method), display.Terminal(a.Paths[i].Credential)
		}
		a.Blocked = slices.Clone(a.Blocked)
		for i := range a.Blocked {
			a.Blocked[i].Method, a.Blocked[i].Why = display.Terminal(a.Blocked[i].Method), display.Terminal(a.Blocked[i].Why)
		}
		return a
	})
	s.Unknown = display.Terminal(s.Unknown)
	s.Overruled, s.Assumed = cleanAll(s.Overruled, display.Terminal), cleanAll(s.Assumed, display.Terminal)
	return s
}

func cleanResult(r checks.Result) checks.Result {
	switch r.Status {
	case checks.Pass, checks.Fail, checks.Unknown, checks.NotApplicable:
	default:
		r.Status = checks.Unknown // a status that this program does not know is no good news
	}
	r.Check = display.Terminal(r.Check)
	r.Subject = checks.Subject{
		Type: checks.SubjectType(display.Terminal(string(r.Subject.Type))),
		ID:   display.Terminal(r.Subject.ID),
		Name: display.Terminal(r.Subject.Name),
	}
	r.Title = display.Terminal(r.Title)
	r.Reason = display.Terminal(r.Reason)
	r.Remediation = display.Terminal(r.Remediation)
	r.References = cleanAll(r.References, display.Terminal)
	r.Evidence = nil // not shown
	return r
}

func cleanChange(c checks.Change) checks.Change {
	return checks.Change{Before: cleanResult(c.Before), Now: cleanResult(c.Now)}
}

func cleanChanges(c checks.Changes) checks.Changes {
	return checks.Changes{
		First:      c.First,
		New:        cleanAll(c.New, cleanResult),
		Worse:      cleanAll(c.Worse, cleanChange),
		Changed:    cleanAll(c.Changed, cleanChange),
		NotChecked: cleanAll(c.NotChecked, cleanChange),
		Resolved:   cleanAll(c.Resolved, cleanChange),
		Dropped:    cleanAll(c.Dropped, cleanChange),
		Open:       cleanAll(c.Open, cleanResult),
		Blind:      cleanAll(c.Blind, cleanResult),
	}
}

func cleanAll[T any](all []T, cleanOne func(T) T) []T {
	cleaned := make([]T, len(all))
	for i, one := range all {
		cleaned[i] = cleanOne(one)
	}
	return cleaned
}
