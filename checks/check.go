package checks

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"breakglass/defect"
	"breakglass/signin"
	"breakglass/tenant"
	"breakglass/text"
)

// A Check asks one question about a tenant, or about each of its emergency
// accounts.
type Check struct {
	// ID is permanent and never used again for another question.
	ID string
	// Title says what is true when the check passes.
	Title string
	// Severity is the usual one; a result may have another where Passes says so.
	Severity Severity
	// Why says what goes wrong on the day the account is needed.
	Why string
	// Passes is the rule, in words.
	Passes string
	// Remediation says what an administrator does about a failure.
	Remediation string
	// References are the pages that the rule comes from.
	References []string
	// Lags is set if the facts arrive late: a pass counts when it was seen twice.
	Lags bool
	// Event is set if a failure is something that happened: its end is no news.
	Event bool
	// Explains is set if a failure explains what else is found about the account.
	Explains bool
	// LosesSight is set if its groups are those whose log is read between two reports. Where
	// it could not find out about all, those of before stay.
	LosesSight bool
	// ProofOfUse is set if a pass proves that the account can be used: the evidence says when
	// it last was, in [LastSignIn].
	ProofOfUse bool
	// Tells is what was done with the account, if a failure tells of it: somebody can say
	// what that was.
	Tells Deed

	evaluate func(view) []finding
}

// A Deed is what somebody does with an account.
type Deed int

// The deeds.
const (
	NoDeed    Deed = iota
	SignedIn       // with success
	Attempted      // to sign in
	Changed        // the account, or what decides whether it works
)

// LastSignIn is the evidence that holds when somebody last signed in, in RFC 3339.
const LastSignIn = "lastSuccessfulSignInDateTime"

// ByID finds a check; the zero Check if there is none.
func ByID(id string) Check { return checksByID()[id] }

var checksByID = sync.OnceValue(func() map[string]Check {
	all := map[string]Check{}
	for _, c := range All() {
		all[c.ID] = c
	}
	return all
})

// All returns every check, in the order in which reports list them.
func All() []Check {
	return []Check{
		accountCount,
		accountExists,
		accountEnabled,
		accountMember,
		accountCloudOnly,
		accountOnmicrosoft,
		accountDomainManaged,
		accountPasswordPermanent,
		accountNoMailbox,
		accountImpersonal,
		accountUndeclared,
		accountProtected,
		accountNotRisky,
		roleGlobalAdmin,
		rolePermanent,
		rolePermanentAllowed,
		roleFewGlobalAdmins,
		roleGroupProtected,
		roleSomeoneActive,
		methodPhishingResistant,
		methodUsable,
		methodSpare,
		methodNoPhone,
		methodNoPersonalDevice,
		methodNoSelfServiceReset,
		methodNoTemporary,
		methodCertificateLasting,
		methodDistinct,
		methodNoCampaign,
		policyExcluded,
		policyReportOnly,
		policyGroupProtected,
		policyGroupMembers,
		policyOthersExcluded,
		policyNoDangling,
		policySecurityDefaults,
		mfaReady,
		mfaNotPerUser,
		activitySignIn,
		activityAttempts,
		activityChanges,
		activityDrift,
		drillRecent,
		custodyRecorded,
		custodySeparate,
		custodyChecked,
		tamperApplications,
		tamperSelf,
		survivalEmergency,
		survivalIndependent,
		survivalAnyDevice,
	}
}

// Run judges a tenant. It never fails: what a check needs and the snapshot does
// not hold makes the result unknown, and so does a panic of the check, which the
// report's Defects tell as well.
func Run(all []Check, s tenant.Snapshot, settings Settings) Report {
	v := newView(s, settings.withDefaults())
	s = v.Snapshot
	r := Report{Schema: Schema, Tenant: tenantOf(s), CheckedAt: s.CollectedAt.UTC(), Accounts: []Account{}, Results: []Result{}}
	for _, a := range v.accounts {
		if a.err == nil || a.exists {
			r.Accounts = append(r.Accounts, a.reported())
		}
	}
	for _, c := range all {
		findings := c.ask(v)
		slices.SortStableFunc(findings, func(a, b finding) int { return cmp.Compare(a.subject.ID, b.subject.ID) })
		for _, f := range findings {
			r.Results = append(r.Results, c.result(f))
		}
	}
	r.Summary = summarize(r.Results)
	r.Survival = v.survival
	r.Defects = *v.defects
	return r
}

func tenantOf(s tenant.Snapshot) Tenant {
	t := Tenant{DefaultDomain: s.DefaultDomain()}
	if organization, err := s.Organization.Get(); err == nil {
		t.ID = organization.ID
		if name, err := organization.DisplayName.Get(); err == nil && name != nil {
			t.DisplayName = *name
		}
	}
	return t
}

// result completes a finding with what the check says of itself.
func (c Check) result(f finding) Result {
	r := Result{
		Check:      c.ID,
		Status:     f.status,
		Severity:   f.severity,
		Subject:    f.subject,
		Title:      c.Title,
		Reason:     f.reason.String(),
		Message:    f.reason.Plain(),
		Evidence:   f.evidence,
		Happened:   mostHappened(f.happened),
		References: c.References,
	}
	if r.Severity == 0 {
		r.Severity = c.Severity
	}
	if r.Status.Open() {
		r.Remediation = cmp.Or(f.remediation, c.Remediation)
	}
	if r.Status == Unknown {
		advice := say("Let the watcher read what it could not, then look again. If the check fails then: %s", text.Text{Format: c.Remediation})
		r.Remediation, r.Remedy = advice.String(), advice
	}
	return r
}

// perAccount asks the question of every emergency account. An account that could
// not be read is unknown.
func perAccount(judge func(view, tenant.User) verdict) func(view) []finding {
	return perAccountOr(judge, func(_ view, a account) verdict { return unknown(a.err) })
}

// perLog asks the question of the logs of every emergency account. They tell of one that
// could not be read, too: what they hold against it stands, and nothing speaks for it.
func perLog(judge func(view, tenant.User) verdict) func(view) []finding {
	return perAccountOr(judge, func(v view, a account) verdict {
		if a.user.ID != "" {
			if said := judge(v, a.user); said.status == Fail {
				return said
			}
		}
		return unknown(a.err)
	})
}

func perAccountOr(judge func(view, tenant.User) verdict, unread func(view, account) verdict) func(view) []finding {
	return func(v view) []finding {
		findings := make([]finding, 0, len(v.accounts))
		for _, a := range v.accounts {
			said := v.judged(func() verdict {
				if a.err != nil {
					return unread(v, a)
				}
				return judge(v, a.user)
			})
			findings = append(findings, finding{subject: a.subject(), verdict: said})
		}
		return append(findings, v.unreadGroups()...)
	}
}

// unreadGroups stand for the accounts that may be in declared groups that could not be
// read: what was said of those before is not gone.
func (v view) unreadGroups() []finding {
	var findings []finding
	for _, e := range v.entries {
		if e.err != nil && e.subject.Type == SubjectGroup {
			findings = append(findings, finding{subject: e.subject, verdict: unknown(e.err)})
		}
	}
	return findings
}

// perTenant asks the question once.
func perTenant(judge func(view) verdict) func(view) []finding {
	return func(v view) []finding {
		return []finding{v.ofTenant(judge(v))}
	}
}

// ofTenant is a finding about the tenant itself.
func (v view) ofTenant(said verdict) finding {
	t := tenantOf(v.Snapshot)
	name := cmp.Or(t.DisplayName, t.DefaultDomain, t.ID)
	return finding{subject: Subject{Type: SubjectTenant, ID: t.ID, Name: name}, verdict: said}
}

// A view is what a check looks at.
type view struct {
	tenant.Snapshot
	settings Settings
	entries  []entry
	accounts []account // each once, by id

	holders            signin.Holders         // of Global Administrator
	administrators     []signin.Administrator // the users among them, the accounts too
	administratorsOpen error                  // why there may be others

	survival *Survival // nil after a panic, which is then broken
	broken   *defect.Error
	check    string // which is asked
	defects  *[]Defect
}

// An entry is one declaration and what it resolves to.
type entry struct {
	declared tenant.Declaration
	subject  Subject
	missing  text.Text // why it certainly names nobody
	mistaken text.Text // why its name does not lead to the account that it led to before
	err      error     // why that could not be told
	users    []string
}

// An account is an emergency account; err says why it could not be read.
type account struct {
	id       string // the object id, or the declared text where that was not read
	user     tenant.User
	declared string
	group    string // the declared group that it is in; empty if it is declared by itself
	exists   bool   // a group lists it, or it was known, so it exists even where it was not read
	perhaps  error  // why it is not known whether it is declared still
	err      error
}

func (a account) subject() Subject {
	name := a.id
	if a.user.ID != "" {
		name = a.user.Label()
	}
	return Subject{Type: SubjectUser, ID: a.id, Name: name}
}

func (a account) reported() Account {
	r := Account{ID: a.id, Declared: a.declared}
	if upn, err := a.user.UserPrincipalName.Get(); err == nil {
		r.UserPrincipalName = upn
	}
	if name, err := a.user.DisplayName.Get(); err == nil && name != nil {
		r.DisplayName = *name
	}
	return r
}

// newView resolves the declarations.
func newView(s tenant.Snapshot, settings Settings) view {
	v := view{Snapshot: s, settings: settings, defects: &[]Defect{}}
	seen := map[string]bool{}
	declared := slices.Clone(settings.Accounts)
	slices.SortFunc(declared, func(a, b tenant.Declaration) int { // so that of two spellings it is always the same one
		return cmp.Or(cmp.Compare(strings.ToLower(a.String()), strings.ToLower(b.String())), cmp.Compare(a.String(), b.String()))
	})
	for _, d := range declared {
		e, accounts := settings.Past.resolve(s, d)
		if key := string(e.subject.Type) + "/" + strings.ToLower(e.subject.ID); !seen[key] {
			seen[key] = true
			v.entries = append(v.entries, e)
		}
		v.accounts = append(v.accounts, accounts...)
	}
	slices.SortStableFunc(v.accounts, func(a, b account) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.id), strings.ToLower(b.id)), cmp.Compare(len(a.group), len(b.group)), cmp.Compare(a.declared, b.declared))
	})
	v.accounts = slices.CompactFunc(v.accounts, func(a, b account) bool { return strings.EqualFold(a.id, b.id) })
	known := v.circumstances()
	if settings.Identifiers == IdentifiersAlias {
		v.Snapshot = aliased(s, known.IsAccount)
	}
	v.holders = signin.HoldersOf(v.Snapshot, signin.GlobalAdministrator)
	v.administrators, v.administratorsOpen = v.holders.Administrators(), v.holders.Open
	v.broken = defect.In(func() {
		survival := signin.Survive(v.Snapshot, known)
		v.survival = &survival
	})
	return v
}

// groupLabel names a group for people.
func groupLabel(s tenant.Snapshot, id string) string {
	if group, err := s.Group(id); err == nil {
		if name, err := group.DisplayName.Get(); err == nil && name != nil && *name != "" {
			return *name
		}
	}
	return id
}
