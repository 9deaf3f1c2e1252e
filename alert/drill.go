package alert

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"breakglass/checks"
	"breakglass/tenant"
)

// overdue is how long after a drill it can still be told that nobody signed in: the log
// forgets.
const overdue = 7 * day

// is reports whether it is what became of a drill.
func (u Use) is(d checks.Drill) bool {
	return strings.EqualFold(u.Account, d.Account) && u.From.Equal(d.From)
}

// announced are the drills of the configuration and of the command line, each with what
// people were told that it was held with. One that is announced twice lasts as long as the
// longer.
func (a *Activity) announced(configured []checks.Drill) []checks.Drill {
	var all []checks.Drill
	for _, d := range slices.Concat(configured, a.Drills) {
		i := slices.IndexFunc(all, func(x checks.Drill) bool { return Use{Drill: x}.is(d) })
		switch {
		case i < 0:
			if u := a.useOf(d); u != nil {
				d.Used = u.mark()
			}
			all = append(all, d)
		case d.To.After(all[i].To):
			all[i].To = d.To
		}
	}
	return all
}

// mark is what the first sign-in was made with that people were told of; nil if that is not
// known.
func (u Use) mark() *checks.Mark {
	for _, s := range u.SignIns {
		if s.Key != "" && s.Address != "" {
			return &s.Mark
		}
	}
	return nil
}

// useOf finds what is kept of a drill; nil if nothing is.
func (a *Activity) useOf(d checks.Drill) *Use {
	for i := range a.Uses {
		if a.Uses[i].is(d) {
			return &a.Uses[i]
		}
	}
	return nil
}

// DrillsUnheard reports whether a run has something to tell of drills: one was announced, or
// is over.
func (m *Memory) DrillsUnheard(configured []checks.Drill, now time.Time) bool {
	announced := m.Activity.announced(configured)
	return m.Report != nil && (slices.ContainsFunc(announced, func(d checks.Drill) bool {
		u := m.Activity.useOf(d)
		return u == nil || u.unheard(d) || u.ends(d, now) || u.nobody(d, now)
	}) || slices.ContainsFunc(m.Activity.Uses, func(u Use) bool { return u.withdrawn(announced, now) }))
}

// unheard reports whether people were not told that a drill lasts so long.
func (u *Use) unheard(d checks.Drill) bool { return u.Announced.IsZero() || d.To.After(u.Until) }

// ends reports whether a drill that was used is over, and people were not told.
func (u *Use) ends(d checks.Drill, now time.Time) bool {
	return now.After(d.To) && len(u.SignIns) > 0 && u.Ended.IsZero()
}

// nobody reports whether people are to be told that nobody signed in: the log is complete.
func (u *Use) nobody(d checks.Drill, now time.Time) bool {
	return len(u.SignIns) == 0 && !u.Missed && u.Unknown == "" && !now.Before(d.To.Add(late)) && now.Sub(d.To) <= overdue
}

// withdrawn reports whether a drill of which people were told was taken back before its end.
func (u *Use) withdrawn(announced []checks.Drill, now time.Time) bool {
	return !u.Announced.IsZero() && u.Ended.IsZero() && u.To.After(now) && !slices.ContainsFunc(announced, u.is)
}

// drills tells what became of each drill: it was announced, used, and is over.
func (o *observation) drills() {
	announced := o.Activity.announced(o.policy.Drills)
	parts := o.parts(announced)
	for i, d := range announced {
		o.drill(d, parts[i])
	}
	for i := range o.Activity.Uses {
		if u := &o.Activity.Uses[i]; u.withdrawn(announced, o.at) {
			u.To, u.Until, u.Ended, u.Withdrawn = o.at, o.at, o.at, true
			o.tellDrill(DrillEnded, *u)
		}
	}
}

// parts are the sign-ins of each drill, the oldest first.
func (o *observation) parts(announced []checks.Drill) [][]tenant.SignIn {
	found := make([][]tenant.SignIn, len(announced))
	own := map[string][]checks.Drill{} // by account
	for _, d := range announced {
		id := strings.ToLower(o.accountOf(d))
		own[id] = append(own[id], d)
	}
	for id, drills := range own {
		var all []tenant.SignIn
		for _, s := range o.Activity.SignIns {
			if user, _ := s.UserID.Get(); strings.EqualFold(user, id) { // without one, it is nobody's
				all = append(all, s)
			}
		}
		slices.SortStableFunc(all, func(a, b tenant.SignIn) int { return cmp.Or(when(a).Compare(when(b)), cmp.Compare(a.ID, b.ID)) })
		for i, p := range checks.Parts(drills, all) {
			if !p.Is {
				continue
			}
			at := slices.IndexFunc(announced, func(d checks.Drill) bool { return Use{Drill: d}.is(*p.Drill) })
			found[at] = append(found[at], all[i])
		}
	}
	return found
}

// drill tells of one drill what people have not heard of it. A first report tells only of
// what is open: then the next run tells of a drill, unless it was over before anybody watched.
func (o *observation) drill(d checks.Drill, parts []tenant.SignIn) {
	over := o.at.After(d.To)
	if o.first && (!over || len(parts) > 0 && !o.at.After(d.To.Add(late))) {
		return
	}
	u := o.use(d)
	u.take(parts)
	u.Others = o.others(d, u)
	switch {
	case o.first:
		if u.Announced, u.Until, u.Ended = o.at, d.To, o.at; len(parts) > 0 {
			u.Noticed = o.at
		}
		return
	case u.Announced.IsZero() && (!u.Noticed.IsZero() || u.Missed || u.Unknown != ""): // kept by an earlier version
		if u.Announced, u.Until = o.at, d.To; over {
			u.Ended = o.at
		}
	case u.unheard(d):
		o.announce(u, over)
	}
	if len(u.SignIns) > 0 && u.Noticed.IsZero() {
		u.Noticed, u.Missed, u.Unknown = o.at, false, ""
		o.tellDrill(Drilled, *u)
	}
	switch {
	case u.ends(d, o.at):
		u.Ended, u.Until = o.at, d.To
		o.tellDrill(DrillEnded, *u)
	case u.nobody(d, o.at):
		o.nobody(u)
	}
}

// others counts the sign-ins in a drill that are not part of it.
func (o *observation) others(d checks.Drill, u *Use) int {
	n := 0
	for _, s := range o.Activity.SignIns {
		user, _ := s.UserID.Get() // without one, it is nobody's
		within := strings.EqualFold(user, o.accountOf(d)) && !when(s).Before(d.From) && !when(s).After(d.To)
		if within && !slices.ContainsFunc(u.SignIns, func(x Used) bool { return x.same(s) }) {
			n++
		}
	}
	return n
}

// same reports whether it is what is kept of a sign-in.
func (u Used) same(s tenant.SignIn) bool {
	return u.ID == s.ID && (u.ID != "" || u.At.Equal(when(s)))
}

// announce tells of a drill, or that it lasts longer than people heard. What tells that one
// is over tells enough of a drill that nobody heard of before.
func (o *observation) announce(u *Use, over bool) {
	told := *u
	again := !u.Announced.IsZero()
	u.Until, u.Ended, u.Withdrawn = u.To, time.Time{}, false
	if !again {
		u.Announced, told.Announced = o.at, o.at
	}
	if over && (len(u.SignIns) > 0 || u.nobody(u.Drill, o.at)) {
		return
	}
	o.tellDrill(DrillAnnounced, told)
	if over {
		u.Ended = o.at
	}
}

// nobody tells that nobody signed in, as far as the log was read.
func (o *observation) nobody(u *Use) {
	for _, r := range o.look.Report.Results {
		if checks.ByID(r.Check).Tells == checks.SignedIn && r.Key(o.ids).Subject == u.Subject.ID && r.Status == checks.Unknown {
			u.Unknown = r.Reason
		}
	}
	u.Missed, u.Ended, u.Until = u.Unknown == "", o.at, u.To
	o.tellDrill(NoDrill, *u)
}

// take notes sign-ins with their drill, each once.
func (u *Use) take(parts []tenant.SignIn) {
	for _, s := range parts {
		i := slices.IndexFunc(u.SignIns, func(x Used) bool { return x.same(s) })
		if i >= 0 {
			u.SignIns[i] = usedOf(s)
			continue
		}
		u.SignIns = append(u.SignIns, usedOf(s))
	}
}

func usedOf(s tenant.SignIn) Used {
	u := Used{Mark: checks.MarkOf(s), ID: s.ID, At: when(s).UTC(), Method: checks.MethodUsed(s)}
	if name, err := s.AppDisplayName.Get(); err == nil && name != nil {
		u.Application = *name
	}
	return u
}

// use finds what is kept of a drill, or begins it.
func (o *observation) use(d checks.Drill) *Use {
	if u := o.Activity.useOf(d); u != nil {
		u.To = d.To
		return u
	}
	id := o.accountOf(d)
	subject := checks.Subject{Type: checks.SubjectUser, ID: id, Name: d.Account}
	for _, a := range o.look.Report.Accounts {
		if a.ID == id && a.UserPrincipalName != "" {
			subject.Name = a.UserPrincipalName
		}
	}
	o.Activity.Uses = append(o.Activity.Uses, Use{Drill: d, Subject: subject})
	return &o.Activity.Uses[len(o.Activity.Uses)-1]
}

func (o *observation) tellDrill(kind Kind, u Use) {
	u.SignIns = slices.Clone(u.SignIns)
	o.events = append(o.events, Event{
		Kind: kind, Key: checks.Key{Check: "drill", Subject: u.Subject.ID}, Drill: &u, Since: u.From,
		Now: checks.Result{Check: proof(), Status: checks.Pass, Severity: checks.Info, Subject: u.Subject},
	})
}

// proof is the check of which a drill is the proof.
func proof() string {
	i := slices.IndexFunc(checks.All(), func(c checks.Check) bool { return c.ProofOfUse })
	return checks.All()[i].ID
}

// drillsDue reminds of drills, two weeks and three days before they are due.
func (o *observation) drillsDue() {
	for _, r := range o.look.Report.Results {
		last, err := time.Parse(time.RFC3339, first(r.Evidence[checks.LastSignIn]))
		if !checks.ByID(r.Check).ProofOfUse || r.Status != checks.Pass || err != nil {
			continue
		}
		due := last.Add(o.policy.DrillEvery)
		days := 0
		for _, d := range []int{14, 3} {
			if due.Sub(o.at) <= time.Duration(d)*day {
				days = d
			}
		}
		was := o.Activity.Reminded[r.Subject.ID]
		if days == 0 || o.policy.DrillEvery < 20*day || was.Due.Equal(due) && was.Days <= days {
			continue
		}
		if o.Activity.Reminded == nil {
			o.Activity.Reminded = map[string]Reminder{}
		}
		o.Activity.Reminded[r.Subject.ID] = Reminder{due, days}
		if o.first {
			continue
		}
		o.events = append(o.events, Event{Kind: DrillDue, Key: checks.Key{Check: "drill", Subject: r.Subject.ID}, Now: r, Due: due})
	}
}

func first(v checks.Values) string {
	if len(v) == 0 {
		return ""
	}
	return v[0]
}

// rang notes that people were told of the sign-ins of a digest's drills.
func (a *Activity) rang(d Digest, alarm Alarm) {
	for _, e := range d.Events {
		if e.Kind != Drilled || e.Drill == nil {
			continue
		}
		for i := range a.Uses {
			if u := &a.Uses[i]; strings.EqualFold(u.Account, e.Drill.Account) && u.From.Equal(e.Drill.From) {
				u.Alarms = append(u.Alarms, alarm)
			}
		}
	}
}
