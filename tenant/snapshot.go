package tenant

import (
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// A Snapshot is all that the checks may know about a tenant, as the tenant file
// writes it down. An absent key was not collected; an empty list was read, and
// there are none.
type Snapshot struct {
	CollectedAt  Time               `json:"-"` // written as collectedAt
	Organization Fact[Organization] `json:"organization,omitzero"`
	Domains      Fact[[]Domain]     `json:"domains,omitzero"`

	// Users holds every declared account and every holder of Global Administrator.
	Users               Fact[[]User]               `json:"users,omitzero"`
	Groups              Fact[[]Group]              `json:"groups,omitzero"`
	AdministrativeUnits Fact[[]AdministrativeUnit] `json:"administrativeUnits,omitzero"`

	RoleAssignments                   Fact[[]RoleAssignment]           `json:"roleAssignments,omitzero"`
	RoleAssignmentScheduleInstances   Fact[[]RoleScheduleInstance]     `json:"roleAssignmentScheduleInstances,omitzero"`
	RoleEligibilityScheduleInstances  Fact[[]RoleScheduleInstance]     `json:"roleEligibilityScheduleInstances,omitzero"`
	GroupAssignmentScheduleInstances  Fact[[]GroupScheduleInstance]    `json:"groupAssignmentScheduleInstances,omitzero"`
	GroupEligibilityScheduleInstances Fact[[]GroupScheduleInstance]    `json:"groupEligibilityScheduleInstances,omitzero"`
	RoleManagementPolicyRules         Fact[[]RoleManagementPolicyRule] `json:"roleManagementPolicyRules,omitzero"`

	ConditionalAccessPolicies      Fact[[]Policy]                 `json:"conditionalAccessPolicies,omitzero"`
	NamedLocations                 Fact[[]NamedLocation]          `json:"namedLocations,omitzero"`
	AuthenticationStrengthPolicies Fact[[]AuthenticationStrength] `json:"authenticationStrengthPolicies,omitzero"`
	AuthenticationMethodsPolicy    Fact[MethodsPolicy]            `json:"authenticationMethodsPolicy,omitzero"`
	CertificateAuthorities         Fact[[]CertificateAuthority]   `json:"certificateAuthorities,omitzero"`

	SecurityDefaults         Fact[SecurityDefaults]         `json:"identitySecurityDefaultsEnforcementPolicy,omitzero"`
	AuthorizationPolicy      Fact[AuthorizationPolicy]      `json:"authorizationPolicy,omitzero"`
	DirectorySynchronization Fact[DirectorySynchronization] `json:"directorySynchronization,omitzero"`

	ServicePrincipals Fact[[]ServicePrincipal] `json:"servicePrincipals,omitzero"`
	SignIns           Fact[[]SignIn]           `json:"signIns,omitzero"`
	DirectoryAudits   Fact[[]DirectoryAudit]   `json:"directoryAudits,omitzero"`
	DeletedObjects    Fact[[]string]           `json:"deletedObjects,omitzero"` // object ids known to be gone
	Watcher           Fact[Watcher]            `json:"watcher,omitzero"`

	// Unreadable says why an object as a whole, or one object's share of a list,
	// could not be read: "users/<id or declared name>", "groups/<id>",
	// "users/<id>/signIns". Reasons of single properties are in their Facts; in a
	// tenant file all of them stand here.
	Unreadable map[string]UnreadError `json:"-"` // written as unreadable
}

// Holds reports whether anything was read: a value, or an object of a list. An empty list
// does not count, as a reader makes some of what it did not have to ask for.
func (s Snapshot) Holds() bool {
	read := false
	walk(reflect.ValueOf(&s).Elem(), nil, func(_ *walker, f unreadFact) {
		_, unread := f.reason()
		value := reflect.ValueOf(f.inner()).Elem()
		read = read || !unread && (value.Kind() != reflect.Slice || value.Len() > 0)
	})
	return read
}

// IsUserPrincipalName reports whether a declared text is a user principal name
// and not an object id.
func IsUserPrincipalName(declared string) bool { return strings.Contains(declared, "@") }

// IsObjectID reports whether a text has the form of an object id, 8-4-4-4-12
// hexadecimal digits, and is not a word such as All or a name.
func IsObjectID(text string) bool {
	if len(text) != 36 {
		return false
	}
	for i := range len(text) {
		c := text[i]
		hexadecimal := '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
		if hyphen := i == 8 || i == 13 || i == 18 || i == 23; hyphen && c != '-' || !hyphen && !hexadecimal {
			return false
		}
	}
	return true
}

// User finds a user by object id or user principal name, in any case. The error
// is an *UnreadError; one for which NotFound is true is an answer.
func (s Snapshot) User(declared string) (User, error) {
	users, err := s.Users.Get()
	for _, u := range users {
		if strings.EqualFold(u.ID, declared) {
			return u, nil
		}
		if upn, upnErr := u.UserPrincipalName.Get(); upnErr == nil && strings.EqualFold(upn, declared) {
			return u, nil
		}
	}
	return User{}, s.missing("users", declared, err)
}

// Group finds a group by object id. Errors are as for User.
func (s Snapshot) Group(id string) (Group, error) {
	groups, err := s.Groups.Get()
	for _, g := range groups {
		if strings.EqualFold(g.ID, id) {
			return g, nil
		}
	}
	return Group{}, s.missing("groups", id, err)
}

// missing says why an object is in none of the lists.
func (s Snapshot) missing(list, id string, listErr error) error {
	key := list + "/" + id
	if reason, ok := s.unreadable(key); ok {
		return reason
	}
	if s.Deleted(id) {
		return &UnreadError{Key: key, Status: 404, Code: CodeNotFound, Message: "deleted"}
	}
	if listErr != nil && !NotFound(listErr) {
		return listErr
	}
	return &UnreadError{Key: key, cause: listErr} // a list that is not found says nothing of one object
}

// unreadable finds the reason kept under key, in any case of the id.
func (s Snapshot) unreadable(key string) (*UnreadError, bool) {
	found, ok := "", false
	for k := range s.Unreadable {
		if strings.EqualFold(k, key) && (!ok || k < found) {
			found, ok = k, true
		}
	}
	if !ok {
		return nil, false
	}
	reason := s.Unreadable[found]
	reason.Key = key
	return &reason, true
}

// Deleted reports whether an object id is known to be gone.
func (s Snapshot) Deleted(id string) bool {
	gone, err := s.DeletedObjects.Get()
	return err == nil && slices.ContainsFunc(gone, func(d string) bool { return strings.EqualFold(d, id) })
}

// SignInsOf returns the sign-ins of one user that were read. The error says why there
// may be others: one kind of them may be refused and the other not, or nobody asked for
// the user's, and a sign-in of nobody may be the user's.
func (s Snapshot) SignInsOf(userID string) ([]SignIn, error) {
	all, err := s.SignIns.Get()
	if reason, ok := s.unreadable("signIns"); ok {
		err = reason
	}
	if reason, ok := s.share(userID, "signIns"); ok {
		err = reason
	}
	var own []SignIn
	for _, signIn := range all {
		id, idErr := signIn.UserID.Get()
		if idErr == nil && id == "" {
			idErr = &UnreadError{Key: "signIns/" + signIn.ID + "/userId", Code: CodeNull}
		}
		if idErr != nil && err == nil {
			err = idErr
		}
		if idErr == nil && strings.EqualFold(id, userID) {
			own = append(own, signIn)
		}
	}
	return own, err
}

// FailedSignInsOf says why not all failed sign-ins of a user were read, although the
// log was; nil if they were.
func (s Snapshot) FailedSignInsOf(userID string) error {
	if reason, ok := s.share(userID, "failedSignIns"); ok {
		return reason
	}
	return nil
}

// HardwareTokensOf says why the hardware tokens of a user were not read, although the other
// sign-in methods were; nil if they were. Graph's v1.0 leaves them out of its list of
// methods without a word.
func (s Snapshot) HardwareTokensOf(userID string) error {
	if reason, ok := s.unreadable("users/" + userID + "/authentication/hardwareOathMethods"); ok {
		return reason
	}
	return nil
}

// share finds why a user's share of a list could not be read. The user may go by the object
// id there, or by the name that was declared; where the user's name is not known, any name
// that is nobody else's may be it.
func (s Snapshot) share(userID, list string) (*UnreadError, bool) {
	if reason, ok := s.unreadable("users/" + userID + "/" + list); ok {
		return reason, true
	}
	var shares []string // of somebody, under whatever name
	for key := range s.Unreadable {
		if lower := strings.ToLower(key); strings.HasPrefix(lower, "users/") && strings.HasSuffix(lower, "/"+strings.ToLower(list)) {
			shares = append(shares, key)
		}
	}
	if len(shares) == 0 {
		return nil, false
	}
	own, others := "", map[string]bool{}
	users, _ := s.Users.Get() // unread: then no name is known
	for _, u := range users {
		upn, err := u.UserPrincipalName.Get()
		switch {
		case err != nil:
		case strings.EqualFold(u.ID, userID):
			own = upn
		default:
			others[strings.ToLower(upn)] = true
		}
	}
	if own != "" {
		return s.unreadable("users/" + own + "/" + list)
	}
	slices.Sort(shares)
	for _, key := range shares {
		parts := strings.Split(strings.ToLower(key), "/")
		if len(parts) == 3 && IsUserPrincipalName(parts[1]) && !others[parts[1]] {
			return s.unreadable(key)
		}
	}
	return nil, false
}

// Audits returns the entries of the audit log that were read. The error says why there may
// be others about one user: the share of the user, of one of the groups, or of what is
// everybody's, such as the policies, was refused, or nobody asked for it. The shares of
// other users, and of other groups, say nothing of the user; nil groups are all groups.
func (s Snapshot) Audits(userID string, groupIDs []string) ([]DirectoryAudit, error) {
	all, err := s.DirectoryAudits.Get()
	if err != nil && all == nil {
		return nil, err
	}
	if reason, ok := s.share(userID, auditShare); ok {
		err = errors.Join(err, reason)
	}
	for _, key := range slices.Sorted(maps.Keys(s.Unreadable)) {
		parts := strings.Split(key, "/")
		of, whose := strings.ToLower(parts[0]), ""
		switch {
		case !strings.EqualFold(parts[len(parts)-1], auditShare):
			continue
		case len(parts) == 3:
			whose = parts[1]
		}
		switch {
		case of == "users" && whose != "": // another's, or found above
			continue
		case of == "groups" && whose != "" && groupIDs != nil && !slices.ContainsFunc(groupIDs, func(id string) bool { return strings.EqualFold(id, whose) }):
			continue
		}
		reason, _ := s.unreadable(key)
		err = errors.Join(err, reason)
	}
	return all, err
}

// auditShare ends the keys of the shares of the audit log.
const auditShare = "directoryAudits"

// GroupSchedules returns what PIM for Groups says of the memberships of one
// group: the instances of list, which is one of the Snapshot's two lists.
func (s Snapshot) GroupSchedules(list Fact[[]GroupScheduleInstance], name, groupID string) ([]GroupScheduleInstance, error) {
	if reason, ok := s.unreadable("groups/" + groupID + "/" + name); ok {
		return nil, reason
	}
	all, err := list.Get()
	if err != nil {
		return nil, err
	}
	var own []GroupScheduleInstance
	for _, instance := range all {
		id, err := instance.GroupID.Get()
		if err != nil {
			return nil, err
		}
		if strings.EqualFold(id, groupID) {
			own = append(own, instance)
		}
	}
	return own, nil
}

// DefaultDomain returns the domain that the tenant calls its default, or its
// initial domain, or nothing if neither was read.
func (s Snapshot) DefaultDomain() string {
	organization, err := s.Organization.Get()
	if err != nil {
		return ""
	}
	domains, err := organization.VerifiedDomains.Get()
	if err != nil {
		return ""
	}
	for _, isWanted := range []func(VerifiedDomain) Fact[*bool]{
		func(d VerifiedDomain) Fact[*bool] { return d.IsDefault },
		func(d VerifiedDomain) Fact[*bool] { return d.IsInitial },
	} {
		for _, d := range domains {
			if wanted, err := isWanted(d).Get(); err == nil && wanted != nil && *wanted {
				name, _ := d.Name.Get() // an unread name is the empty name
				if name != nil {
					return *name
				}
			}
		}
	}
	return ""
}
