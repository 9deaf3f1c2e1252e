package wiring

import (
	"strings"
)

// A reading identity is who reads the tenant, as far as it decides what helps if they cannot.
type Signer struct{ managed, person bool }

// SignerOf is who reads here.
func SignerOf(getenv func(string) string, login bool) Signer {
	return Signer{managed: getenv("IDENTITY_ENDPOINT") != "" && !login, person: login}
}

// NoToken says what to do where there is no token, for a reason.
func (s Signer) NoToken(why string) string {
	switch {
	case s.person:
		return signInAgain
	case strings.HasPrefix(why, "Client") && strings.HasSuffix(why, ")"):
		return "make a new client secret or certificate for the application, and set AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH to it"
	case strings.HasPrefix(why, "Client"):
		return "see that AZURE_TENANT_ID, AZURE_CLIENT_ID and the secret or certificate of the application are right"
	}
	return TokenRemedy(s.managed)
}

// Refused says what to do where Microsoft Graph takes no token.
func (s Signer) Refused() string {
	if s.person {
		return signInAgain
	}
	return RefusedRemedy
}

const signInAgain = "run the command again, and sign in"

// TokenRemedy says what to do where an identity gives no token.
func TokenRemedy(managed bool) string {
	if managed {
		return "see that the identity is assigned to the app, and that AZURE_CLIENT_ID is its client id (not its object id)"
	}
	return "sign in with az login, or give --login; in the app it is the identity that is asked"
}

// RefusedRemedy says what to do where Microsoft Graph takes no token of the identity.
const RefusedRemedy = "see that BREAKGLASS_GRAPH_URL is of the cloud that the identity is in, and that the clock is right"
