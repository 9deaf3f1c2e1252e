package alert

import (
	"maps"
	"slices"
	"strings"
	"time"

	"breakglass/checks"
	"breakglass/tenant"
)

const (
	// signInsKept bounds what is remembered of one account's sign-ins.
	signInsKept = 200
	// late is how long after a drill the log may still bring a sign-in. Microsoft gives
	// minutes as usual and some hours at most:
	// https://learn.microsoft.com/entra/identity/monitoring-health/reference-log-latency
	late = 6 * time.Hour
)

// An Activity is what is remembered of the use of the accounts: the logs forget it.
type Activity struct {
	SignIns      []tenant.SignIn          `json:"signIns,omitempty"` // successful ones
	Drills       []checks.Drill           `json:"drills,omitempty"`  // those announced at the command line
	Acknowledged []checks.Acknowledgement `json:"acknowledged,omitempty"`
	Uses         []Use                    `json:"uses,omitempty"` // what became of each drill
	// Reminded says of which drills that are due people heard, by account.
	Reminded map[string]Reminder `json:"reminded,omitempty"`
}

// A Reminder says of which drill people were reminded, and how many days before.
type Reminder struct {
	Due  time.Time `json:"due"`
	Days int       `json:"days"`
}

// A Use is what became of a drill: evidence that is kept when the log forgets.
type Use struct {
	checks.Drill
	Subject checks.Subject `json:"subject"`
	SignIns []Used         `json:"signIns,omitempty"`
	Noticed time.Time      `json:"noticed,omitzero"` // when the first sign-in was seen
	Alarms  []Alarm        `json:"alarms,omitempty"` // who was told of it
	Missed  bool           `json:"missed,omitempty"` // it ended without a sign-in
	// Unknown says why it is not known whether somebody signed in.
	Unknown string `json:"unknown,omitempty"`
}

// Used is one sign-in of a drill.
type Used struct {
	ID          string    `json:"id"`
	At          time.Time `json:"at"`
	Method      string    `json:"method,omitempty"` // in Microsoft's words
	Application string    `json:"application,omitempty"`
}

// An Alarm is a message about a sign-in that a channel took.
type Alarm struct {
	Channel   string    `json:"channel"`
	At        time.Time `json:"at"`
	Delivered bool      `json:"delivered"` // otherwise accepted: nobody knows whether people see it
}

// Past is what the checks may know of what was.
func (m *Memory) Past(configured []checks.Drill) checks.Past {
	return checks.Past{
		Before: m.Report, Accounts: m.Watched(), SignIns: m.Activity.SignIns, Acknowledged: m.Activity.Acknowledged,
		Drills: slices.Concat(configured, m.Activity.Drills),
	}
}

// uses remembers the sign-ins, and tells of those that were a drill.
func (o *observation) uses() {
	for _, s := range o.newSignIns() {
		o.Activity.SignIns = append(o.Activity.SignIns, s)
		o.drilled(s)
	}
	o.missed()
}

// newSignIns are the successful ones that were not seen before, the oldest first.
func (o *observation) newSignIns() []tenant.SignIn {
	known := map[string]bool{}
	for _, s := range o.Activity.SignIns {
		known[s.ID] = true
	}
	var all []tenant.SignIn
	for _, s := range o.look.SignIns {
		if !known[s.ID] && checks.Succeeded(s) {
			known[s.ID] = true
			all = append(all, s)
		}
	}
	slices.SortStableFunc(all, func(a, b tenant.SignIn) int { return when(a).Compare(when(b)) })
	return all
}

func when(s tenant.SignIn) time.Time {
	at, _ := s.CreatedDateTime.Get() // without a time it is in no drill
	return at.Time
}

// drilled notes a sign-in with its drill. The first one of a drill is told.
func (o *observation) drilled(s tenant.SignIn) {
	user, _ := s.UserID.Get() // without it, it is nobody's
	for _, d := range o.drills() {
		if !strings.EqualFold(o.accountOf(d), user) || when(s).Before(d.From) || when(s).After(d.To) {
			continue
		}
		use := o.use(d)
		use.SignIns = append(use.SignIns, usedOf(s))
		use.Missed, use.Unknown = false, ""
		if use.Noticed.IsZero() {
			use.Noticed = o.at
			o.tellDrill(Drilled, *use)
		}
		return
	}
}

func usedOf(s tenant.SignIn) Used {
	u := Used{ID: s.ID, At: when(s).UTC(), Method: checks.MethodUsed(s)}
	if name, err := s.AppDisplayName.Get(); err == nil && name != nil {
		u.Application = *name
	}
	return u
}

// drills are all that were announced.
func (o *observation) drills() []checks.Drill {
	return slices.Concat(o.policy.Drills, o.Activity.Drills)
}

// accountOf is the object id of a drill's account, or how it was declared.
func (o *observation) accountOf(d checks.Drill) string { return o.accountID(d.Account) }

// accountID is the object id of an account that is named by its name, its id or as it is
// declared, in any case; what names no account stays as it is.
func (o *observation) accountID(text string) string {
	for _, a := range o.look.Report.Accounts {
		if strings.EqualFold(a.ID, text) || strings.EqualFold(a.UserPrincipalName, text) || strings.EqualFold(a.Declared, text) {
			return a.ID
		}
	}
	for _, declared := range slices.Sorted(maps.Keys(o.ids)) {
		if strings.EqualFold(declared, text) {
			return o.ids[declared]
		}
	}
	return text
}

// use finds what is kept of a drill, or begins it.
func (o *observation) use(d checks.Drill) *Use {
	for i := range o.Activity.Uses {
		if u := &o.Activity.Uses[i]; strings.EqualFold(u.Account, d.Account) && u.From.Equal(d.From) {
			u.To = d.To
			return u
		}
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
	if o.first {
		return
	}
	u.SignIns = slices.Clone(u.SignIns)
	o.events = append(o.events, Event{
		Kind: kind, Key: checks.Key{Check: "drill", Subject: u.Subject.ID}, Drill: &u, Since: u.From,
		Now: checks.Result{Check: "drill-recent", Status: checks.Pass, Severity: checks.Info, Subject: u.Subject},
	})
}

// missed tells of drills that ended some time ago without a sign-in.
func (o *observation) missed() {
	for _, d := range o.drills() {
		if o.at.Before(d.To.Add(late)) || o.at.Sub(d.To) > 7*day {
			continue
		}
		u := o.use(d)
		if len(u.SignIns) > 0 || u.Missed || u.Unknown != "" {
			continue
		}
		for _, r := range o.look.Report.Results {
			if r.Key(o.ids) == (checks.Key{Check: "activity-sign-in", Subject: u.Subject.ID}) && r.Status == checks.Unknown {
				u.Unknown = r.Reason
			}
		}
		u.Missed = u.Unknown == ""
		o.tellDrill(NoDrill, *u)
	}
}

// drillsDue reminds of drills, two weeks and three days before they are due.
func (o *observation) drillsDue() {
	for _, r := range o.look.Report.Results {
		last, err := time.Parse(time.RFC3339, first(r.Evidence["lastSuccessfulSignInDateTime"]))
		if r.Check != "drill-recent" || r.Status != checks.Pass || err != nil {
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

// prune keeps the newest sign-ins of each account, and two years of drills.
func (a *Activity) prune(now time.Time) {
	slices.SortStableFunc(a.SignIns, func(x, y tenant.SignIn) int { return when(y).Compare(when(x)) })
	count := map[string]int{}
	a.SignIns = slices.DeleteFunc(a.SignIns, func(s tenant.SignIn) bool {
		user, _ := s.UserID.Get()
		count[user]++
		return count[user] > signInsKept || count[user] > 1 && now.Sub(when(s)) > kept
	})
	old := func(t time.Time) bool { return now.Sub(t) > 2*365*day }
	a.Drills = slices.DeleteFunc(a.Drills, func(d checks.Drill) bool { return old(d.To) })
	a.Uses = slices.DeleteFunc(a.Uses, func(u Use) bool { return old(u.To) })
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
