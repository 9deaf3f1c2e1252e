package standin

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// The identity of the made-up function app.
const (
	identityClientID = "5b1d3c52-91ce-4f0e-9c56-0d3c8a4b7f21"
	identityObjectID = "b7f0a9d4-3e0a-4a86-8f0c-61f27ce1d5aa"
	identitySecret   = "stand-in-identity-header"
)

// An Identity stands in for the managed identity endpoint of App Service: it
// gives tokens to whoever sends its header. The tokens have the shape of a JWT
// and are not signed; nothing but the stand-ins of Graph and of workflows accepts
// them.
// https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
type Identity struct {
	roles    []string
	lifetime time.Duration
	now      func() time.Time

	mu     sync.Mutex
	issued map[string]issuedToken
	server loopback
}

type issuedToken struct {
	resource string
	expires  time.Time
}

// An IdentityOption changes an Identity.
type IdentityOption func(*Identity)

// WithRoles sets the application permissions that the tokens carry.
func WithRoles(roles ...string) IdentityOption {
	return func(i *Identity) { i.roles = slices.Clone(roles) }
}

// WithLifetime sets for how long a token is good: a day unless set.
func WithLifetime(lifetime time.Duration) IdentityOption {
	return func(i *Identity) { i.lifetime = lifetime }
}

// WithIdentityClock sets where the Identity takes the time from.
func WithIdentityClock(now func() time.Time) IdentityOption {
	return func(i *Identity) { i.now = now }
}

// NewIdentity returns an Identity whose tokens carry no permissions unless an
// option says so. It is an http.Handler; Start serves it.
func NewIdentity(options ...IdentityOption) *Identity {
	i := &Identity{lifetime: 24 * time.Hour, now: time.Now, issued: map[string]issuedToken{}}
	for _, option := range options {
		option(i)
	}
	return i
}

// Start serves the Identity on the loopback interface until Close.
func (i *Identity) Start() error { return i.server.start(i) }

// Close stops serving.
func (i *Identity) Close() error { return i.server.stop() }

// URL returns the address to give as IDENTITY_ENDPOINT, once started.
func (i *Identity) URL() string { return i.server.url + "/msi/token" }

// Header returns the secret to give as IDENTITY_HEADER.
func (i *Identity) Header() string { return identitySecret }

// ClientID returns the client id of a user-assigned identity that the endpoint
// knows, to give as AZURE_CLIENT_ID.
func (i *Identity) ClientID() string { return identityClientID }

// Accepts reports whether a token was issued here for Microsoft Graph and is
// still good.
func (i *Identity) Accepts(token string) bool {
	return i.accepts(token, func(resource string) bool {
		return slices.Contains(graphResources(), strings.TrimSuffix(resource, "/"))
	})
}

// AcceptsForWorkflows reports whether a token was issued here for Power Automate's
// public cloud and is still good. The audience ends in a slash:
// https://learn.microsoft.com/power-automate/oauth-authentication#audience-values
func (i *Identity) AcceptsForWorkflows(token string) bool {
	return i.accepts(token, func(resource string) bool { return resource == "https://service.flow.microsoft.com/" })
}

func (i *Identity) accepts(token string, good func(resource string) bool) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	t, ok := i.issued[token]
	return ok && i.now().Before(t.expires) && good(t.resource)
}

// graphResources are the resources of Microsoft Graph in the clouds.
// https://learn.microsoft.com/graph/deployments
func graphResources() []string {
	return []string{
		"https://graph.microsoft.com", "https://graph.microsoft.us",
		"https://dod-graph.microsoft.us", "https://microsoftgraph.chinacloudapi.cn",
	}
}

// ServeHTTP answers a request for a token.
func (i *Identity) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	client := query.Get("client_id")
	switch {
	case r.Method != http.MethodGet:
		refuse(w, http.StatusMethodNotAllowed, "the method is GET")
	case r.Header.Get("X-IDENTITY-HEADER") != identitySecret:
		refuse(w, http.StatusUnauthorized, "the header X-IDENTITY-HEADER is missing or wrong")
	case query.Get("api-version") != "2019-08-01":
		refuse(w, http.StatusBadRequest, "the api-version is 2019-08-01")
	case query.Get("resource") == "":
		refuse(w, http.StatusBadRequest, "the resource is missing")
	case client != "" && !strings.EqualFold(client, identityClientID):
		refuse(w, http.StatusBadRequest, "no managed identity of this client id was found")
	default:
		i.give(w, query.Get("resource"))
	}
}

func refuse(w http.ResponseWriter, status int, message string) {
	writeJSON(w, status, map[string]any{"statusCode": status, "message": message})
}

func (i *Identity) give(w http.ResponseWriter, resource string) {
	i.mu.Lock()
	expires := i.now().Add(i.lifetime)
	token := i.token(resource, expires)
	i.issued[token] = issuedToken{resource, expires}
	i.mu.Unlock()
	writeJSON(w, http.StatusOK, map[string]string{
		"access_token": token,
		"client_id":    identityClientID,
		"expires_on":   strconv.FormatInt(expires.Unix(), 10),
		"not_before":   strconv.FormatInt(i.now().Unix(), 10),
		"resource":     resource,
		"token_type":   "Bearer",
	})
}

// token makes a token of the shape of a JWT. The caller holds the lock.
func (i *Identity) token(resource string, expires time.Time) string {
	part := func(value any) string {
		data, err := json.Marshal(value)
		if err != nil {
			panic(err) // the values below are texts, numbers and lists of texts
		}
		return base64.RawURLEncoding.EncodeToString(data)
	}
	roles := i.roles
	if roles == nil {
		roles = []string{}
	}
	claims := map[string]any{
		"aud": resource, "appid": identityClientID, "oid": identityObjectID, "idtyp": "app",
		"iat": i.now().Unix(), "exp": expires.Unix(), "jti": fmt.Sprint(len(i.issued)), "roles": roles,
	}
	return part(map[string]string{"alg": "none", "typ": "JWT"}) + "." + part(claims) + "."
}

// writeJSON answers with JSON.
func writeJSON(w http.ResponseWriter, status int, body any) {
	data, err := json.Marshal(body)
	if err != nil {
		panic(err) // what is answered is made of what JSON was decoded into
	}
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
	}
	w.WriteHeader(status)
	_, _ = w.Write(data) // a client that went away is not our concern
}
