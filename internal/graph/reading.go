package graph

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	msgraph "github.com/microsoftgraph/msgraph-sdk-go"

	"breakglass/defect"
	"breakglass/tenant"
)

const (
	// globalAdministrator is the template id of the role whose holders are read.
	// https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference#global-administrator
	globalAdministrator = "62e90394-69f5-4237-9190-012177145e10"

	// microsoftGraph is the application id of Microsoft Graph itself.
	// https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in
	microsoftGraph = "00000003-0000-0000-c000-000000000000"
	// logKept is how long the sign-in log goes back with a P1 licence.
	// https://learn.microsoft.com/entra/identity/monitoring-health/reference-reports-data-retention
	logKept = 30 * 24 * time.Hour

	// atOnce bounds the requests under way at one time.
	atOnce = 4
)

// A reading is one Snapshot in the making.
type reading struct {
	*Reader
	ctx      context.Context //nolint:containedctx // a reading lives for one call
	snapshot tenant.Snapshot
	since    time.Time // of the logs

	mu         sync.Mutex
	users      map[string]*tenant.User // these and the following by id, in lower case
	groups     map[string]*tenant.Group
	principals map[string]*tenant.ServicePrincipal
	unreadable map[string]tenant.UnreadError
	declared   []string                    // object ids of the declared accounts
	pinned     []string                    // object ids of users who were known to be declared
	expanded   map[string]bool             // groups whose members were read, nested ones too
	asked      map[string]bool             // what was asked for, as "users/<id>"
	canHold    tenant.Fact[[]tenant.Group] // the groups that can hold a role
	gone       map[string]bool             // what is known to be deleted
	goneOpen   error                       // why not all of it may be
}

func (r *reading) client() *msgraph.GraphServiceClient { return r.carrier.client }

// together runs parts of the reading at the same time, a few at once. A panic of one goes
// on in the caller when all have ended: what it would have noted is not there, and nothing
// says so, so that the reading as a whole is none.
func together(parts ...func()) {
	slots, ended := make(chan struct{}, atOnce), make(chan *defect.Error, len(parts))
	for _, part := range parts {
		slots <- struct{}{}
		defect.Go(part, func(caught *defect.Error) {
			<-slots
			ended <- caught
		})
	}
	var first *defect.Error
	for range parts {
		if caught := <-ended; first == nil {
			first = caught
		}
	}
	if first != nil {
		panic(first)
	}
}

// all reads the tenant: what is one for the whole tenant beside the declared
// accounts; then the administrators, whose ids are known by then; then what hangs on
// each of them.
func (r *reading) all() {
	s := &r.snapshot
	r.progress("reading the tenant, its roles and its policies")
	together(
		r.readPolicies,
		r.readDeclared,
		func() { s.RoleAssignments = listFact[tenant.RoleAssignment](r, ordinary, r.roleAssignments) },
		func() {
			s.RoleAssignmentScheduleInstances = listFact[tenant.RoleScheduleInstance](r, ordinary, r.roleAssignmentSchedules)
		},
		func() {
			s.RoleEligibilityScheduleInstances = listFact[tenant.RoleScheduleInstance](r, ordinary, r.roleEligibilitySchedules)
		},
		func() { s.Organization = r.readOrganization() },
		func() { s.Domains = listFact[tenant.Domain](r, ordinary, r.domains) },
		func() {
			s.AuthenticationStrengthPolicies = listFact[tenant.AuthenticationStrength](r, ordinary, r.strengths)
		},
		func() {
			s.AuthenticationMethodsPolicy = objectFact[tenant.MethodsPolicy](r.carrier.send(r.ctx, ordinary, r.methodsPolicy))
			s.CertificateAuthorities = r.readAuthorities()
		},
		func() {
			s.SecurityDefaults = objectFact[tenant.SecurityDefaults](r.carrier.send(r.ctx, ordinary, r.securityDefaults))
			s.AuthorizationPolicy = objectFact[tenant.AuthorizationPolicy](r.carrier.send(r.ctx, ordinary, r.authorizationPolicy))
		},
		func() { s.RoleManagementPolicyRules = r.readRoleRules() },
		func() { s.NamedLocations = listFact[tenant.NamedLocation](r, conditionalAccess, r.namedLocations) },
		func() { s.AdministrativeUnits = r.readUnits() },
		func() { s.Watcher = r.readWatcher() },
	)
	r.progress("reading the accounts and the other administrators")
	r.readPeople()
	r.readExclusionGroups()
	r.settleSchedules()
	r.progress("reading who used and changed the accounts")
	r.readLogs(unique(slices.Concat(r.declared, r.pinned)), r.excludingGroups())
	r.leaveLogs()
	r.progress("reading what could tamper with the accounts")
	r.readApplications()
	r.readScopes()
	r.readDeleted()
}

// readPeople reads the administrators and the accounts, and what hangs on each, until
// nobody is left: the groups that somebody is in may bring others.
func (r *reading) readPeople() {
	for {
		r.readHolders()
		r.readRoleGroups()
		r.findDeclared()
		if !r.readUsers() {
			return
		}
	}
}

// listFact reads a list of the tenant.
func listFact[T any](r *reading, of class, build func() (*abstractions.RequestInformation, error)) tenant.Fact[[]T] {
	body, err := r.carrier.list(r.ctx, of, build)
	if err != nil {
		return tenant.Unread[[]T](err)
	}
	return tenant.FromJSON[[]T](body)
}

// objectFact decodes one object.
func objectFact[T any](a answer) tenant.Fact[T] {
	if a.err != nil {
		return tenant.Unread[T](a.err)
	}
	return tenant.FromJSON[T](a.body)
}

// readOrganization reads the tenant's own record, which Graph gives as a list of one.
func (r *reading) readOrganization() tenant.Fact[tenant.Organization] {
	all, err := listFact[tenant.Organization](r, ordinary, r.organization).Get()
	switch {
	case err != nil:
		return tenant.Unread[tenant.Organization](err)
	case len(all) != 1:
		return tenant.Unread[tenant.Organization](&tenant.UnreadError{Code: tenant.CodeUnexpected})
	}
	return tenant.Known(all[0])
}

// readAuthorities reads the certificate authorities, where certificates are in use:
// elsewhere nothing asks for them, and they are left uncollected.
func (r *reading) readAuthorities() tenant.Fact[[]tenant.CertificateAuthority] {
	if !r.certificatesInUse() {
		return tenant.Fact[[]tenant.CertificateAuthority]{}
	}
	configurations, err := listFact[identified](r, ordinary, r.certificateConfigurations).Get()
	if err != nil {
		return tenant.Unread[[]tenant.CertificateAuthority](err)
	}
	all := []tenant.CertificateAuthority{}
	for _, c := range configurations {
		authorities, err := listFact[tenant.CertificateAuthority](r, ordinary, func() (*abstractions.RequestInformation, error) {
			return r.certificateAuthorities(c.ID)
		}).Get()
		if err != nil {
			return tenant.Unread[[]tenant.CertificateAuthority](err)
		}
		all = append(all, authorities...)
	}
	return tenant.Known(all)
}

type identified struct {
	ID string `json:"id"`
}

func (r *reading) certificatesInUse() bool {
	policy, err := r.snapshot.AuthenticationMethodsPolicy.Get()
	if err != nil {
		return true // perhaps
	}
	configurations, err := policy.Configurations.Get()
	if err != nil {
		return true
	}
	i := slices.IndexFunc(configurations, func(c tenant.MethodConfiguration) bool { return strings.EqualFold(c.ID, "X509Certificate") })
	if i < 0 {
		return true
	}
	state, err := configurations[i].State.Get()
	return err != nil || state != "disabled"
}

// finish puts the parts together, in an order of their own, and names the reasons.
func (r *reading) finish() tenant.Snapshot {
	s := r.sofar()
	s.Settle()
	return s
}
