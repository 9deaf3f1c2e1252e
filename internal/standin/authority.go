package standin

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// An Authority stands in for Microsoft Entra's sign-in service, as far as a device code
// goes. It is an http.Handler, to be served over https, for nothing else is accepted by
// those who sign in. The token that it gives has the shape of a JWT and is not signed.
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code
type Authority struct {
	mu       sync.Mutex
	lifetime int       // of a code, in seconds
	pending  int       // polls to come that find nobody signed in
	refusal  [2]string // error and description
	at       string    // "devicecode" or "token": what refuses
	asked    []string  // scopes
	tenant   string
	client   string
	polls    int
	tokens   int
}

// The code that an Authority shows, and the one that only the program sees.
const (
	UserCode   = "BRKGLS234"
	deviceCode = "stand-in-device-code"
)

// NewAuthority returns an Authority whose person signs in after some polls.
func NewAuthority(pending int) *Authority { return &Authority{pending: pending, lifetime: 900} }

// Refuse makes one of the two endpoints, devicecode or token, refuse with an error code
// of OAuth and a description as Entra words it.
func (a *Authority) Refuse(endpoint, code, description string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.at, a.refusal = endpoint, [2]string{code, description}
}

// ExpireAfter sets for how many seconds a code is good: 900 unless set.
func (a *Authority) ExpireAfter(seconds int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.lifetime = seconds
}

// Asked returns what was asked for: the tenant, the application and the scopes.
func (a *Authority) Asked() (tenant, client string, scopes []string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.tenant, a.client, slices.Clone(a.asked)
}

// Tokens returns how many tokens were given.
func (a *Authority) Tokens() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.tokens
}

// Accepts reports whether a token is of those given here.
func (a *Authority) Accepts(token string) bool {
	return a.Tokens() > 0 && token == personToken(a.asked)
}

// ServeHTTP answers the three addresses of a sign-in by device code.
func (a *Authority) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	tenant, path, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	origin := "https://" + r.Host + "/" + tenant
	switch path {
	case "v2.0/.well-known/openid-configuration":
		writeJSON(w, http.StatusOK, map[string]string{
			"issuer": origin + "/v2.0", "authorization_endpoint": origin + "/oauth2/v2.0/authorize", "token_endpoint": origin + "/oauth2/v2.0/token",
			"device_authorization_endpoint": origin + "/oauth2/v2.0/devicecode",
		})
	case "oauth2/v2.0/devicecode":
		a.tenant, a.client, a.asked = tenant, r.FormValue("client_id"), strings.Fields(r.FormValue("scope"))
		if a.at == "devicecode" {
			a.refuse(w)
			return
		}
		writeJSON(w, http.StatusOK, map[string]any{
			"user_code": UserCode, "device_code": deviceCode, "verification_uri": "https://microsoft.com/devicelogin", "expires_in": a.lifetime, "interval": 1,
			"message": "To sign in, use a web browser.",
		})
	case "oauth2/v2.0/token":
		a.token(w, r)
	default:
		http.NotFound(w, r)
	}
}

func (a *Authority) refuse(w http.ResponseWriter) {
	writeJSON(w, http.StatusBadRequest, map[string]any{"error": a.refusal[0], "error_description": a.refusal[1]})
}

// token answers a poll. The caller holds the lock.
func (a *Authority) token(w http.ResponseWriter, r *http.Request) {
	a.polls++
	switch {
	case r.FormValue("grant_type") != "device_code" && r.FormValue("grant_type") != "urn:ietf:params:oauth:grant-type:device_code", r.FormValue("device_code") != deviceCode:
		writeJSON(w, http.StatusBadRequest, map[string]any{"error": "invalid_grant", "error_description": "AADSTS70018: the device code is not one."})
	case a.polls <= a.pending:
		writeJSON(w, http.StatusBadRequest, map[string]any{"error": "authorization_pending", "error_description": "AADSTS70016: OAuth 2.0 device flow error. Authorization is pending."})
	case a.at == "token":
		a.refuse(w)
	default:
		a.tokens++
		var granted []string
		for _, scope := range a.asked {
			if scope != "offline_access" { // it shows in the refresh token
				granted = append(granted, scope)
			}
		}
		writeJSON(w, http.StatusOK, map[string]any{
			"token_type": "Bearer", "scope": strings.Join(granted, " "), "expires_in": 3600, "ext_expires_in": 3600,
			"access_token": personToken(a.asked), "refresh_token": "stand-in-refresh-token", "client_info": encoded(map[string]string{"uid": "person", "utid": "tenant"}),
			"id_token": fmt.Sprintf("%s.%s.", encoded(map[string]string{"alg": "none", "typ": "JWT"}), encoded(map[string]any{
				"aud": a.client, "iss": "https://" + r.Host + "/tenant/v2.0", "oid": "person", "sub": "person", "tid": "tenant",
				"preferred_username": "reader@kitahama.onmicrosoft.com", "ver": "2.0",
			})),
		})
	}
}

// personToken is a token of a person: scp where an application's has roles.
func personToken(scopes []string) string {
	var names []string
	for _, scope := range scopes {
		if _, name, ok := strings.Cut(strings.TrimPrefix(scope, "https://"), "/"); ok {
			names = append(names, name)
		}
	}
	return encoded(map[string]string{"alg": "none", "typ": "JWT"}) + "." + encoded(map[string]any{
		"aud": "https://graph.microsoft.com", "oid": "person", "idtyp": "user", "scp": strings.Join(names, " "),
	}) + "."
}

func encoded(value any) string {
	data, err := json.Marshal(value)
	if err != nil {
		panic(err) // the values are texts and maps of texts
	}
	return base64.RawURLEncoding.EncodeToString(data)
}
