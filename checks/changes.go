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
