package standin

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// The service principals that a Register knows.
const (
	RegisterIdentity = "5d1a0e5e-1111-4a11-8111-111111111111" // object id of the identity
	RegisterClient   = "5d1a0e5e-2222-4a22-8222-222222222222" // its client id
	RegisterGraph    = "5d1a0e5e-3333-4a33-8333-333333333333" // object id of Microsoft Graph
)

// An AppRole is an application permission that Microsoft Graph offers.
type AppRole struct{ ID, Name string }

// A WriteFault is what becomes of one request to grant an app role, other than that it is
// granted and said so.
type WriteFault struct {
	Status        int // of the answer
	Code, Message string
	RetryAfter    int  // in seconds; 0 sends no such header
	Lands         bool // the app role is granted all the same
	Reset         bool // instead of an answer the connection breaks
}

// A Register stands in for what Microsoft Graph knows of one identity and its app roles,
// and takes assignments as Graph does: with a token that holds the permissions for it, each
// once, and seen by readers when it has reached them.
// https://learn.microsoft.com/graph/api/serviceprincipal-post-approleassignments
type Register struct {
	mu        sync.Mutex
	offered   []AppRole
	held      []heldRole
	lag       int
	forbidden bool
	faults    map[string][]WriteFault // by app role
	writes    []string                // app roles
	reads     int                     // of what the identity holds
}

// A heldRole is an app role that the identity has.
type heldRole struct {
	role, resource, name string
	since                int // the read that sees it
}

// NewRegister returns a Register whose Microsoft Graph offers some app roles, and whose
// identity has none.
func NewRegister(offered ...AppRole) *Register {
	return &Register{offered: slices.Clone(offered), faults: map[string][]WriteFault{}}
}

// Hold lets the identity have an app role of a resource: of Microsoft Graph if none is named.
func (r *Register) Hold(role string, resource ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	h := heldRole{role: role, resource: RegisterGraph, name: "Microsoft Graph"}
	if len(resource) == 2 {
		h.resource, h.name = resource[0], resource[1]
	}
	r.held = append(r.held, h)
}

// Drop takes an app role away.
func (r *Register) Drop(role string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.held = slices.DeleteFunc(r.held, func(h heldRole) bool { return h.role == role })
}

// Held returns the app roles that the identity has, seen by readers or not.
func (r *Register) Held() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var roles []string
	for _, h := range r.held {
		roles = append(roles, h.role)
	}
	return roles
}

// Writes returns the app roles that were asked for, in order, repetitions included.
func (r *Register) Writes() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.writes)
}

// Lag lets what is granted from here on be missing in so many reads after it.
func (r *Register) Lag(reads int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lag = reads
}

// Forbid lets whoever asks be nobody who may grant, whatever the token holds.
func (r *Register) Forbid() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forbidden = true
}

// Fail lets the next requests to grant an app role go wrong, one after the other.
func (r *Register) Fail(role string, faults ...WriteFault) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.faults[role] = append(r.faults[role], faults...)
}

// Intercept answers for service principals in the place of a Graph: see WithIntercept.
func (r *Register) Intercept(w http.ResponseWriter, request *http.Request, path string) bool {
	if !strings.HasPrefix(path, "/servicePrincipals") {
		return false
	}
	if !mayAll(request, "Application.Read.All") {
		refuseGraph(w, http.StatusForbidden, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
		return true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	assignments := path == "/servicePrincipals/"+RegisterIdentity+"/appRoleAssignments"
	switch {
	case assignments && request.Method == http.MethodPost:
		r.grant(w, request)
	case request.Method != http.MethodGet:
		refuseGraph(w, http.StatusMethodNotAllowed, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")
	case assignments:
		r.list(w, request)
	case path == "/servicePrincipals/"+RegisterIdentity, path == "/servicePrincipals(appId='"+RegisterClient+"')":
		writeJSON(w, http.StatusOK, document{"id": RegisterIdentity, "displayName": "id-contosobg"})
	case path == "/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')":
		roles := []any{}
		for _, role := range r.offered {
			roles = append(roles, document{"id": role.ID, "value": role.Name, "isEnabled": true, "allowedMemberTypes": []string{"Application"}})
		}
		writeJSON(w, http.StatusOK, document{"id": RegisterGraph, "appRoles": roles})
	default:
		refuseGraph(w, http.StatusNotFound, "Request_ResourceNotFound", "Resource does not exist.")
	}
	return true
}

// registerPage is how many app roles a page has, so that they come in several.
const registerPage = 5

// list answers what the identity holds, as far as it has reached readers. The caller holds
// the lock.
func (r *Register) list(w http.ResponseWriter, request *http.Request) {
	from, _ := strconv.Atoi(request.URL.Query().Get("$skiptoken")) // the first page has none
	if from == 0 {
		r.reads++
	}
	var seen []any
	for _, h := range r.held {
		if h.since <= r.reads {
			seen = append(seen, h.document())
		}
	}
	from = min(from, len(seen))
	to := min(from+registerPage, len(seen))
	body := document{"value": append([]any{}, seen[from:to]...)}
	if to < len(seen) {
		body["@odata.nextLink"] = "http://" + request.Host + request.URL.Path + "?$skiptoken=" + strconv.Itoa(to)
	}
	writeJSON(w, http.StatusOK, body)
}

func (h heldRole) document() document {
	return document{"appRoleId": h.role, "resourceId": h.resource, "resourceDisplayName": h.name, "principalId": RegisterIdentity, "principalType": "ServicePrincipal"}
}

// grant takes a request to grant an app role. The caller holds the lock.
func (r *Register) grant(w http.ResponseWriter, request *http.Request) {
	var asked struct{ PrincipalID, ResourceID, AppRoleID string }
	err := json.NewDecoder(request.Body).Decode(&asked)
	r.writes = append(r.writes, asked.AppRoleID)
	offered := slices.ContainsFunc(r.offered, func(o AppRole) bool { return o.ID == asked.AppRoleID })
	faults := r.faults[asked.AppRoleID]
	switch {
	case r.forbidden || !mayAll(request, "AppRoleAssignment.ReadWrite.All"):
		refuseGraph(w, http.StatusForbidden, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
	case err != nil || asked.PrincipalID != RegisterIdentity || asked.ResourceID != RegisterGraph:
		refuseGraph(w, http.StatusBadRequest, "Request_BadRequest", "One or more properties are invalid.")
	case len(faults) > 0:
		r.faults[asked.AppRoleID] = faults[1:]
		r.fail(w, asked.AppRoleID, faults[0])
	case !offered:
		refuseGraph(w, http.StatusBadRequest, "Request_BadRequest", "Permission being assigned was not found on application")
	case !r.take(asked.AppRoleID):
		refuseGraph(w, http.StatusBadRequest, "Request_BadRequest", "Permission being assigned already exists on the object")
	default:
		writeJSON(w, http.StatusCreated, r.held[len(r.held)-1].document())
	}
}

// take grants an app role of Microsoft Graph, unless it is held.
func (r *Register) take(role string) bool {
	if slices.ContainsFunc(r.held, func(h heldRole) bool { return h.role == role && h.resource == RegisterGraph }) {
		return false
	}
	r.held = append(r.held, heldRole{role, RegisterGraph, "Microsoft Graph", r.reads + r.lag + 1})
	return true
}

// fail lets a request go wrong.
func (r *Register) fail(w http.ResponseWriter, role string, fault WriteFault) {
	if fault.Lands {
		r.take(role)
	}
	if fault.Reset {
		panic(http.ErrAbortHandler) // the server closes the connection and says nothing
	}
	if fault.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(fault.RetryAfter))
	}
	refuseGraph(w, fault.Status, fault.Code, fault.Message)
}

// refuseGraph refuses in Graph's envelope.
func refuseGraph(w http.ResponseWriter, status int, code, message string) {
	writeJSON(w, status, document{"error": document{"code": code, "message": message}})
}

// mayAll reports whether a request's token holds all of some permissions: an application's
// in roles, a person's in scp.
// https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
func mayAll(request *http.Request, permissions ...string) bool {
	_, token, _ := strings.Cut(request.Header.Get("Authorization"), " ")
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return false
	}
	var claims struct {
		Roles []string `json:"roles"`
		Scope string   `json:"scp"`
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil || json.Unmarshal(payload, &claims) != nil {
		return false
	}
	held := append(strings.Fields(claims.Scope), claims.Roles...)
	return !slices.ContainsFunc(permissions, func(p string) bool { return !slices.Contains(held, p) })
}
