package graph

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	abstractions "github.com/microsoft/kiota-abstractions-go"

	"breakglass/tenant"
)

const (
	// logPages bounds the sign-ins of one account that are read with the failed ones
	// among them, of a thousand a page: somebody may try passwords for days.
	logPages = 5
	// conditionalAccessLog is how the audit log names who writes about policies.
	// https://learn.microsoft.com/entra/identity/monitoring-health/reference-audit-activities
	conditionalAccessLog = "Conditional Access"
	// auditsShare ends the keys of the shares of the audit log that were not read.
	auditsShare = "directoryAudits"
)

// tenantActivities are the activities of the audit log that concern every account, by the key
// under which stands why they could not be read. Their targets have no id to ask for.
// https://learn.microsoft.com/entra/identity/monitoring-health/reference-audit-activities
func tenantActivities() [][2]string {
	return [][2]string{
		{"authenticationMethodsPolicy", "Authentication Methods Policy Update"}, {"authenticationMethodsPolicy", "Authentication Methods Policy Reset"},
		{"domains", "Set domain authentication"}, {"domains", "Set federation settings on domain"},
	}
}

// A LogQuery says what of the logs is read.
type LogQuery struct {
	Since            time.Time
	Accounts, Groups []string // object ids
}

// Logs reads the logs alone: the sign-ins of accounts, and what the audit log says of
// them, of groups, of Global Administrator's settings, of Conditional Access, of the
// authentication methods policy and of how domains sign in. It never fails: what cannot be read is left unread, with
// the reason. When there is nothing new, each HTTP request is a batch of as many as the
// limit of the logs lets through at once: five.
func (r *Reader) Logs(ctx context.Context, q LogQuery) tenant.Snapshot {
	r.count(func(t *Traffic) { *t = Traffic{} })
	ctx, cancel := context.WithTimeoutCause(ctx, r.budget, errBudget)
	defer cancel()
	read := r.reading(ctx)
	if reason := r.noToken(ctx); reason != nil {
		return read.nothing(*reason)
	}
	read.since = q.Since.UTC()
	read.readLogs(q.Accounts, q.Groups)
	read.snapshot.Unreadable = read.unreadable
	read.snapshot.Settle()
	return read.snapshot
}

// readLogs reads both logs.
func (r *reading) readLogs(accounts, groups []string) {
	r.readSignIns(accounts)
	r.readAudits(accounts, groups)
}

// leaveLogs says of everybody else who was read that nobody asked for their log: that nothing
// of theirs is in it says nothing.
func (r *reading) leaveLogs() {
	for _, id := range sortedKeys(r.users) {
		if !slices.ContainsFunc(slices.Concat(r.declared, r.pinned), func(d string) bool { return strings.EqualFold(d, id) }) {
			r.refuse("users/"+id+"/signIns", &tenant.UnreadError{})
			r.refuse("users/"+id+"/"+auditsShare, &tenant.UnreadError{})
		}
	}
}

// A stream is one kind of one account's sign-ins.
type stream struct {
	account    string
	background bool // that no person makes
}

// readSignIns reads the accounts' sign-ins, those of people and those that go on without
// them, successful or not. A missing licence is one for the whole log.
func (r *reading) readSignIns(accounts []string) {
	var streams []stream
	for _, id := range accounts {
		streams = append(streams, stream{id, false}, stream{id, true})
	}
	requests := make([]*abstractions.RequestInformation, len(streams))
	for i, s := range streams {
		requests[i], _ = r.signIns(s, false) // one that cannot be built stays nil
	}
	all := map[string]tenant.SignIn{}
	var licence error
	for i, a := range r.carrier.batchOf(r.ctx, r.carrier.beta(), reports, requests) {
		list, err := r.stream(streams[i], a)
		if _, none := tenant.NoLicence(err); none {
			licence = err
		} else if err != nil {
			r.refuse("users/"+streams[i].account+"/signIns", reasonOf(err))
		}
		for _, s := range list {
			all[occurrence(s.ID, s, len(all))] = s
		}
	}
	if licence != nil {
		r.snapshot.SignIns = tenant.Unread[[]tenant.SignIn](licence)
		return
	}
	signIns := make([]tenant.SignIn, 0, len(all))
	for _, s := range all {
		signIns = append(signIns, s)
	}
	slices.SortFunc(signIns, func(a, b tenant.SignIn) int {
		x, _ := a.CreatedDateTime.Get() // one without a time comes last
		y, _ := b.CreatedDateTime.Get()
		return cmp.Or(y.Compare(x.Time), cmp.Compare(a.ID, b.ID))
	})
	r.snapshot.SignIns = tenant.Known(signIns)
}

// occurrence tells an entry of a log from the others: one that two queries bring is one, and
// two that differ are two, although they have one id.
func occurrence(id string, entry any, n int) string {
	data, err := json.Marshal(entry)
	if id == "" || err != nil {
		return "without an id " + strconv.Itoa(n)
	}
	return id + " " + string(data)
}

// stream reads the rest of a stream whose first page is there. Where beta does not answer
// for people's sign-ins, v1.0 does, with less to tell of each. Of a long one the
// successful sign-ins are all read, and the rest is said not to be.
func (r *reading) stream(s stream, first answer) ([]tenant.SignIn, error) {
	ask := r.signIns
	body, whole, err := r.carrier.followSome(r.ctx, reports, first, logPages)
	if _, none := tenant.NoLicence(asError(err)); err != nil && !none && !s.background {
		ask = r.publishedSignIns
		body, whole, err = r.carrier.followSome(r.ctx, reports, r.carrier.send(r.ctx, reports, func() (*abstractions.RequestInformation, error) { return ask(s, false) }), logPages)
	}
	if err != nil {
		return nil, err
	}
	list, decodeErr := tenant.FromJSON[[]tenant.SignIn](body).Get()
	if decodeErr != nil || whole {
		return list, decodeErr
	}
	r.refuse("users/"+s.account+"/failedSignIns", &tenant.UnreadError{Code: tenant.CodeTooMany})
	body, err = r.carrier.list(r.ctx, reports, func() (*abstractions.RequestInformation, error) { return ask(s, true) })
	if err != nil {
		return list, err
	}
	successful, decodeErr := tenant.FromJSON[[]tenant.SignIn](body).Get()
	return append(list, successful...), decodeErr
}

func asError(err *tenant.UnreadError) error {
	if err == nil {
		return nil
	}
	return err
}

// readAudits reads what the audit log says of what decides whether the accounts work. The
// number of requests does not grow with the policies.
func (r *reading) readAudits(accounts, groups []string) {
	type query struct{ key, filter string }
	target := func(id string) string { return "targetResources/any(t:t/id eq '" + key(id) + "')" }
	var queries []query
	for _, id := range accounts {
		queries = append(queries, query{"users/" + id, target(id)})
	}
	for _, id := range groups {
		queries = append(queries, query{"groups/" + id, target(id)})
	}
	queries = append(queries, query{"roleManagementPolicyRules", target(globalAdministrator)},
		query{"conditionalAccessPolicies", "loggedByService eq '" + conditionalAccessLog + "'"})
	for _, a := range tenantActivities() {
		queries = append(queries, query{a[0], "activityDisplayName eq '" + a[1] + "'"})
	}
	if r.groupsUncertain() {
		r.refuse("groups/"+auditsShare, &tenant.UnreadError{}) // there may be others to ask about
	}
	requests := make([]*abstractions.RequestInformation, len(queries))
	for i, q := range queries {
		requests[i], _ = r.audits(q.filter) // one that cannot be built stays nil
	}
	all := map[string]tenant.DirectoryAudit{}
	refused := 0
	var reason error
	for i, a := range r.carrier.batch(r.ctx, reports, requests) {
		body, unread := r.carrier.follow(r.ctx, reports, a)
		list, err := tenant.FromJSON[[]tenant.DirectoryAudit](body).Get()
		if unread != nil {
			err = unread
		}
		if err != nil {
			refused++
			reason = err
			r.refuse(queries[i].key+"/"+auditsShare, reasonOf(err))
			continue
		}
		for _, entry := range list {
			all[occurrence(entry.ID, entry, len(all))] = entry
		}
	}
	if refused == len(queries) {
		r.snapshot.DirectoryAudits = tenant.Unread[[]tenant.DirectoryAudit](reason)
		return
	}
	audits := make([]tenant.DirectoryAudit, 0, len(all))
	for _, entry := range all {
		audits = append(audits, entry)
	}
	slices.SortFunc(audits, func(a, b tenant.DirectoryAudit) int {
		x, _ := a.ActivityDateTime.Get() // one without a time comes last
		y, _ := b.ActivityDateTime.Get()
		return cmp.Or(y.Compare(x.Time), cmp.Compare(a.ID, b.ID))
	})
	r.snapshot.DirectoryAudits = tenant.Known(audits)
}

func (r *reading) from() string { return r.since.Format("2006-01-02T15:04:05Z") }

// groupsUncertain reports whether more groups may exclude an account than are known: the
// policies could not be read, or who is in a group that a policy excludes and that an account
// is, or may be, in. A tenant without a licence for policies excludes nobody, and a look at the
// logs alone asks about groups that are given.
func (r *reading) groupsUncertain() bool {
	if _, err := r.snapshot.ConditionalAccessPolicies.Get(); err != nil {
		_, none := tenant.NoLicence(err)
		return !none && !tenant.NotCollected(err)
	}
	unread := slices.ContainsFunc(r.declared, func(id string) bool { return r.users[id] == nil || r.users[id].TransitiveMemberOf.IsZero() })
	around := r.groupsAround()
	excluded := r.policyUsers(func(u tenant.ConditionUsers) tenant.Fact[[]string] { return u.ExcludeGroups }, tenant.PolicyEnabled, tenant.PolicyReportOnly)
	return slices.ContainsFunc(excluded, func(id string) bool {
		return (unread || around[strings.ToLower(id)]) && !r.membersKnown(id, map[string]bool{})
	})
}

// membersKnown reports whether everybody in a group is known, in nested groups too.
func (r *reading) membersKnown(id string, seen map[string]bool) bool {
	key := strings.ToLower(id)
	if seen[key] {
		return true
	}
	seen[key] = true
	for groupID, g := range r.groups {
		if !strings.EqualFold(groupID, id) {
			continue
		}
		members, err := g.Members.Get()
		return err == nil && !slices.ContainsFunc(members, func(m tenant.DirectoryObject) bool {
			mayBeGroup := m.Kind() == tenant.KindGroup || m.Kind() == tenant.KindUnknown && r.known(m.ID) == nil
			return mayBeGroup && !r.membersKnown(m.ID, seen)
		})
	}
	return false
}

// signIns are one stream of the log of beta, which tells with what somebody signed in.
// https://learn.microsoft.com/graph/api/signin-list?view=graph-rest-beta
func (r *reading) signIns(s stream, successful bool) (*abstractions.RequestInformation, error) {
	ri := r.get(r.carrier.beta(), "/auditLogs/signIns{?%24filter}", nil)
	return query(ri, nil, filtering(r.ofStream(s, successful)))
}

// publishedSignIns are those of people, as v1.0 tells them.
func (r *reading) publishedSignIns(s stream, successful bool) (*abstractions.RequestInformation, error) {
	ri, err := r.client().AuditLogs().SignIns().ToGetRequestInformation(r.ctx, nil)
	return query(ri, err, filtering(r.ofStream(s, successful)))
}

// ofStream is the filter for one stream.
func (r *reading) ofStream(s stream, successful bool) string {
	filter := "userId eq '" + key(s.account) + "' and createdDateTime ge " + r.from()
	if s.background {
		filter += " and signInEventTypes/any(t: t eq 'nonInteractiveUser')"
	}
	if successful {
		filter += " and status/errorCode eq 0"
	}
	return filter
}

// audits are a part of the audit log.
// https://learn.microsoft.com/graph/api/directoryaudit-list
func (r *reading) audits(filter string) (*abstractions.RequestInformation, error) {
	ri, err := r.client().AuditLogs().DirectoryAudits().ToGetRequestInformation(r.ctx, nil)
	return query(ri, err, filtering("activityDateTime ge "+r.from()+" and "+filter))
}

// groupsAround are the groups that the declared accounts are in, in lower case: those that
// the accounts list, and those whose members were read.
func (r *reading) groupsAround() map[string]bool {
	around := map[string]bool{}
	in := map[string]bool{} // the accounts, and the groups
	for _, id := range r.declared {
		in[strings.ToLower(id)] = true
		if u := r.known(id); u != nil {
			memberOf, _ := u.TransitiveMemberOf.Get() // unread: members may tell
			for _, g := range memberOf {
				around[strings.ToLower(g.ID)], in[strings.ToLower(g.ID)] = true, true
			}
		}
	}
	for grown := true; grown; {
		grown = false
		for _, id := range sortedKeys(r.groups) {
			members, _ := r.groups[id].Members.Get() // unread: the checks say so
			if !around[id] && slices.ContainsFunc(members, func(m tenant.DirectoryObject) bool { return in[key(m.ID)] }) {
				around[id], in[id], grown = true, true, true
			}
		}
	}
	return around
}

// excludingGroups are the groups through which a policy leaves the accounts out, and those
// on the way to them: the members of those were read.
func (r *reading) excludingGroups() []string {
	around := r.groupsAround()
	maps.DeleteFunc(around, func(id string, _ bool) bool { return !r.expanded[id] })
	return slices.Sorted(maps.Keys(around))
}
