package checks

import "slices"

// A Change is a result that is not what it was.
type Change struct {
	Before, Now Result
}

// Changes is what differs between what people were told and what is so now.
// Each result of either report is in at most one list; a result that passes or
// is not applicable both times is in none.
type Changes struct {
	First bool // there was no report before: nothing is called new

	New        []Result // fails, and passed before or was unheard of
	Worse      []Change // failed before, and is more severe now
	Changed    []Change // failed before, for other facts or less severely
	NotChecked []Change // could not be told, and could be before; Before is zero if it was unheard of
	Resolved   []Change // passes, and did not before: only a pass resolves
	Dropped    []Change // did not pass before, and is no longer asked or not applicable; Now is zero if it is gone

	Open  []Result // fails as before
	Blind []Result // could not be told, as before

	// Survival is who could sign in before; nil if that is not known.
	Survival *Survival
}

// None reports whether there is nothing to tell that was not told before.
func (c Changes) None() bool {
	return !c.First && len(c.New)+len(c.Worse)+len(c.Changed)+len(c.NotChecked)+len(c.Resolved)+len(c.Dropped) == 0
}

// Since compares r with the report that people were told before it; the zero
// Report if they were told nothing. Losing sight of a problem is a change and
// never good news. On the first report every failing result is in Open and every
// unknown one in Blind.
func (r Report) Since(before Report) Changes {
	c := Changes{First: before.Schema == "", Survival: before.Survival}
	ids := ObjectIDs(before, r)
	told := make(map[Key]Result, len(before.Results))
	for _, b := range before.Results {
		told[b.Key(ids)] = b
	}
	seen := make(map[Key]bool, len(r.Results))
	for _, now := range r.Results {
		key := now.Key(ids)
		seen[key] = true
		b, known := told[key]
		c.add(now, b, known)
	}
	for _, b := range before.Results {
		if !seen[b.Key(ids)] && b.Status.Open() && !r.LostSight(b.Check) {
			c.Dropped = append(c.Dropped, Change{Before: b})
		}
	}
	return c
}

// LostSight reports whether a check could not find out about everything that there is.
// What it asked about before and does not now is then not dropped: it is among what
// could not be told, and that is a result of the tenant's, or of a group's whose members
// were not read.
func (r Report) LostSight(check string) bool {
	return slices.ContainsFunc(r.Results, func(now Result) bool {
		return now.Check == check && now.Status == Unknown && (now.Subject.Type == SubjectTenant || now.Subject.Type == SubjectGroup)
	})
}

// ObjectIDs maps the declared text of an account to its object id, where one of the
// reports knows it: an account that cannot be found or read goes by its declared
// text, and is the same account.
func ObjectIDs(reports ...Report) map[string]string {
	ids := map[string]string{}
	for _, r := range reports {
		for _, a := range r.Accounts {
			ids[a.Declared] = a.ID
		}
	}
	return ids
}

// add puts one result where it belongs; known says whether there is a before.
func (c *Changes) add(now, before Result, known bool) {
	wasOpen := known && before.Status.Open()
	switch now.Status {
	case Pass:
		if wasOpen {
			c.Resolved = append(c.Resolved, Change{before, now})
		}
	case NotApplicable:
		if wasOpen {
			c.Dropped = append(c.Dropped, Change{before, now})
		}
	case Fail:
		c.addFailing(now, before, known)
	case Unknown:
		c.addUnknown(now, before, known)
	default:
		c.addUnknown(now, before, known)
	}
}

func (c *Changes) addFailing(now, before Result, known bool) {
	switch {
	case c.First:
		c.Open = append(c.Open, now)
	case !known || before.Status != Fail:
		c.New = append(c.New, now)
	case now.Severity > before.Severity:
		c.Worse = append(c.Worse, Change{before, now})
	case now.Severity != before.Severity || !now.Evidence.Equal(before.Evidence):
		c.Changed = append(c.Changed, Change{before, now})
	default:
		c.Open = append(c.Open, now)
	}
}

func (c *Changes) addUnknown(now, before Result, known bool) {
	if c.First || known && before.Status == Unknown {
		c.Blind = append(c.Blind, now)
		return
	}
	c.NotChecked = append(c.NotChecked, Change{before, now})
}
