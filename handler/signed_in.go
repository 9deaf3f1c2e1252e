package main

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"breakglass/internal/config"
	"breakglass/internal/doctor"
	"breakglass/tenant"
)

// A notSignedIn says that nothing could be read, as nobody is signed in: the identity gives no
// token, or Microsoft Graph takes none of it. It is one trouble, and not that each check
// could not be made.
type notSignedIn struct{ why, remedy string }

func (e *notSignedIn) Error() string { return "not signed in: " + e.why + "; " + e.remedy }

// tokenTrouble is the error of a snapshot of which everything was refused for want of a token.
// One that Microsoft Graph takes for some requests is good.
func tokenTrouble(s tenant.Snapshot, who signer) error {
	if somethingRead(s) {
		return nil
	}
	var token, refused int
	var said tenant.UnreadError
	reasons := s.Reasons()
	maps.DeleteFunc(reasons, func(_ string, reason tenant.UnreadError) bool { return reason.Status == 0 && reason.Code == "" }) // nobody asked for it
	for _, reason := range reasons {
		switch {
		case reason.Code == tenant.CodeToken:
			token++
		case reason.Status == 401:
			refused++
		}
		if said.Message == "" || reason.Code == tenant.CodeToken {
			said = reason
		}
	}
	switch {
	case len(reasons) == 0 || token+refused < len(reasons):
		return nil
	case token > 0 && said.Message != "":
		return &notSignedIn{"the identity gave no token for Microsoft Graph (" + said.Message + ")", who.noToken(said.Message)}
	case token > 0:
		return &notSignedIn{"the identity gave no token for Microsoft Graph", who.noToken("")}
	}
	return &notSignedIn{fmt.Sprintf("Microsoft Graph refuses the identity's token for everything (401 %s)", said.Code), who.refused()}
}

// somethingRead reports whether a list or an object of the tenant was read, or a part of one.
// The reader's own identity does not count: it is read from the token.
func somethingRead(s tenant.Snapshot) bool {
	s.Watcher = tenant.Fact[tenant.Watcher]{}
	return s.Holds()
}

// A signer is who reads the tenant, as far as it decides what helps if they cannot.
type signer struct{ managed, person bool }

// signerOf is who reads here.
func signerOf(getenv func(string) string, i identity) signer {
	return signer{managed: getenv("IDENTITY_ENDPOINT") != "" && !i.login, person: i.login}
}

// noToken says what to do where there is no token, for a reason.
func (s signer) noToken(why string) string {
	switch {
	case s.person:
		return signInAgain
	case strings.HasPrefix(why, "Client") && strings.HasSuffix(why, ")"):
		return "make a new client secret or certificate for the application, and set AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH to it"
	case strings.HasPrefix(why, "Client"):
		return "see that AZURE_TENANT_ID, AZURE_CLIENT_ID and the secret or certificate of the application are right"
	}
	return doctor.Identity{Managed: s.managed}.Remedy()
}

func (s signer) refused() string {
	if s.person {
		return signInAgain
	}
	return doctor.RefusedRemedy
}

const signInAgain = "run the command again, and sign in"

// live reads the tenant through Microsoft Graph, and names what of its answers is not used.
func (p program) live(ctx context.Context, c config.Config, i identity) (tenant.Snapshot, error) {
	reader, err := p.reader(ctx, c, i)
	if err != nil {
		return tenant.Snapshot{}, err
	}
	s := reader.Snapshot(ctx)
	if err := tokenTrouble(s, signerOf(p.getenv, i)); err != nil {
		return s, err
	}
	for _, problem := range s.Settle() {
		fmt.Fprintf(p.stderr, "breakglass: Microsoft Graph: %s: %s: not used\n", printable(problem.Key), printable(problem.Message))
	}
	return s, nil
}
