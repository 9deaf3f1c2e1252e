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
	// logKept is longer than any log holds what it was told.
	logKept = 40 * day
)

// An Activity is what is remembered of the use of the accounts: the logs forget it.
type Activity struct {
	SignIns      []tenant.SignIn          `json:"signIns,omitempty"` // successful ones
	Drills       []checks.Drill           `json:"drills,omitempty"`  // those announced at the command line
	Acknowledged []checks.Acknowledgement `json:"acknowledged,omitempty"`
	Uses         []Use                    `json:"uses,omitempty"` // what became of each drill
	// Attempts counts the failed sign-ins that the runs saw, by account and kind.
	Attempts map[string]map[string]int `json:"attempts,omitempty"`
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
	// Announced is when people were first told of the drill, Until how long they were told
	// that it lasts, and Ended when they were told that it is over.
	Announced time.Time `json:"announced,omitzero"`
	Until     time.Time `json:"until,omitzero"`
	Ended     time.Time `json:"ended,omitzero"`
	// Others counts the sign-ins in it that are not part of it: they are told as any other.
	Others int `json:"others,omitempty"`
	// Withdrawn is set if it was taken back before its end.
	Withdrawn bool `json:"withdrawn,omitempty"`
	// Unknown says why it is not known whether somebody signed in.
	Unknown string `json:"unknown,omitempty"`
}

// Used is one sign-in of a drill.
type Used struct {
	checks.Mark
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
		Drills: m.Activity.announced(configured),
	}
}

// remember keeps the successful sign-ins that were seen, and counts the others.
func (o *observation) remember() {
	place := map[string]int{}
	for i, s := range o.Activity.SignIns {
		place[named(s)] = i
	}
	users := map[string][]tenant.SignIn{}
	for _, s := range o.look.SignIns {
		user, _ := s.UserID.Get() // without it, it is nobody's
		users[strings.ToLower(user)] = append(users[strings.ToLower(user)], s)
		i, known := place[named(s)]
		_, unread := s.AuthenticationDetails.Get()
		switch {
		case !checks.Succeeded(s):
		case known && unread == nil: // the log completes an entry some time after it was made
			o.Activity.SignIns[i] = s
		case !known:
			place[named(s)] = len(o.Activity.SignIns)
			o.Activity.SignIns = append(o.Activity.SignIns, s)
		}
	}
	for user, log := range users {
		o.Activity.count(user, checks.AttemptsOf(log))
	}
}

// named tells a sign-in from others, by its id or else by whose it was and when.
func named(s tenant.SignIn) string {
	if s.ID != "" {
		return s.ID
	}
	user, _ := s.UserID.Get() // without it, it is nobody's
	return user + " " + when(s).UTC().Format(time.RFC3339Nano)
}

// count notes how many failed sign-ins of each kind there are. A look that brings fewer did
// not see them all.
func (a *Activity) count(user string, attempts map[string]int) {
	if len(attempts) == 0 {
		return
	}
	if a.Attempts == nil {
		a.Attempts = map[string]map[string]int{}
	}
	if a.Attempts[user] == nil {
		a.Attempts[user] = map[string]int{}
	}
	for kind, n := range attempts {
		a.Attempts[user][kind] = max(a.Attempts[user][kind], n)
	}
}

func when(s tenant.SignIn) time.Time {
	at, _ := s.CreatedDateTime.Get() // without a time it is in no drill
	return at.Time
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

// prune keeps the newest sign-ins of each account, and two years of drills. What became of a
// drill that is still announced stays: it would be told again.
func (a *Activity) prune(now time.Time, configured []checks.Drill) {
	slices.SortStableFunc(a.SignIns, func(x, y tenant.SignIn) int { return when(y).Compare(when(x)) })
	count := map[string]int{}
	a.SignIns = slices.DeleteFunc(a.SignIns, func(s tenant.SignIn) bool {
		user, _ := s.UserID.Get()
		count[user]++
		return count[user] > signInsKept || count[user] > 1 && now.Sub(when(s)) > kept
	})
	old := func(t time.Time) bool { return now.Sub(t) > 2*365*day }
	a.Drills = slices.DeleteFunc(a.Drills, func(d checks.Drill) bool { return old(d.To) })
	announced := a.announced(configured)
	a.Uses = slices.DeleteFunc(a.Uses, func(u Use) bool {
		return old(u.To) && !slices.ContainsFunc(announced, func(d checks.Drill) bool { return u.is(d) })
	})
	for _, kinds := range a.Attempts {
		maps.DeleteFunc(kinds, func(kind string, _ int) bool {
			at, err := time.Parse(time.DateOnly, kind[:min(len(kind), len(time.DateOnly))])
			return err == nil && now.Sub(at) > logKept
		})
	}
	maps.DeleteFunc(a.Attempts, func(_ string, kinds map[string]int) bool { return len(kinds) == 0 })
	a.bound()
}
