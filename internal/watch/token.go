package watch

import (
	"fmt"
	"maps"

	"breakglass/tenant"
)

// A NotSignedIn says that nothing could be read, as nobody is signed in: the identity gives no
// token, or Microsoft Graph takes none of it. It is one trouble, and not that each check
// could not be made.
type NotSignedIn struct{ Why, Remedy string }

func (e *NotSignedIn) Error() string { return "not signed in: " + e.Why + "; " + e.Remedy }

// TokenTrouble is the error of a snapshot of which everything was refused for want of a token.
// One that Microsoft Graph takes for some requests is good.
func TokenTrouble(s tenant.Snapshot, who Signer) error {
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
		return &NotSignedIn{"the identity gave no token for Microsoft Graph (" + said.Message + ")", who.NoToken(said.Message)}
	case token > 0:
		return &NotSignedIn{"the identity gave no token for Microsoft Graph", who.NoToken("")}
	}
	return &NotSignedIn{fmt.Sprintf("Microsoft Graph refuses the identity's token for everything (401 %s)", said.Code), who.Refused()}
}

// somethingRead reports whether a list or an object of the tenant was read, or a part of one.
// The reader's own identity does not count: it is read from the token.
func somethingRead(s tenant.Snapshot) bool {
	s.Watcher = tenant.Fact[tenant.Watcher]{}
	return s.Holds()
}

// A Signer says what to do about the token of whoever reads the tenant.
type Signer interface {
	// NoToken is for where there is none, for a reason.
	NoToken(why string) string
	// Refused is for where Microsoft Graph takes none of it.
	Refused() string
}
