package graph

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	abstractions "github.com/microsoft/kiota-abstractions-go"

	"github.com/microsoftgraph/msgraph-sdk-go/models"

	"github.com/google/uuid"

	"breakglass/tenant"
)

// Grant gives the identity one app role of Microsoft Graph. It tries again where Graph is
// busy; what is there twice Graph refuses, so nothing is granted twice. An error of Refused
// says that nothing was granted by this request; after any other, and after none, what the
// identity has shows when the grants are read again.
// https://learn.microsoft.com/graph/api/serviceprincipal-post-approleassignments
func (g *Granter) Grant(ctx context.Context, to Grants, role string) error {
	principal, err1 := uuid.Parse(to.ID)
	resource, err2 := uuid.Parse(to.graph)
	id, err3 := uuid.Parse(role)
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	a := g.carrier.sendWhile(ctx, ordinary, busy, func() (*abstractions.RequestInformation, error) {
		body := models.NewAppRoleAssignment()
		body.SetPrincipalId(&principal)
		body.SetResourceId(&resource)
		body.SetAppRoleId(&id)
		return g.carrier.client.ServicePrincipals().ByServicePrincipalId(to.ID).AppRoleAssignments().ToPostRequestInformation(ctx, body, nil)
	})
	if a.status == http.StatusCreated || a.err == nil {
		return nil
	}
	return ungranted(a.err)
}

// busy reports whether a write may succeed later. One without an answer is not repeated: it
// may have arrived, and each waits as long as a request may take.
func busy(a answer) bool { return a.err != nil && a.err.Status != 0 && retriable(a) }

// patience is how long to wait between reads of what was granted, a minute altogether:
// reads are answered by replicas, which a change reaches one after the other.
// https://learn.microsoft.com/graph/api/serviceprincipal-list-approleassignments
// What runs on this machine has one copy.
func patience(host string) []time.Duration {
	if loopback(host) {
		return slices.Repeat([]time.Duration{10 * time.Millisecond}, 6)
	}
	return []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 15 * time.Second, 30 * time.Second}
}

// Again reads what an identity has until it has some app roles, and patiently; it returns
// what the last read showed.
func (g *Granter) Again(ctx context.Context, of Grants, roles []string) (Grants, error) {
	var latest Grants
	read := false
	for _, wait := range append([]time.Duration{0}, g.patience...) {
		var err error
		if g.carrier.sleep(ctx, wait) != nil {
			err = unread(&tenant.UnreadError{Code: tenant.CodeDeadline})
		} else {
			of, err = g.assignments(ctx, of)
		}
		if err != nil && read {
			break
		}
		if err != nil {
			return Grants{}, err
		}
		latest, read = of, true
		if !slices.ContainsFunc(roles, func(role string) bool { return !slices.Contains(latest.Held, strings.ToLower(role)) }) {
			break
		}
	}
	return latest, nil
}

// unread words why Microsoft Graph did not say what was asked, and what can help.
func unread(err *tenant.UnreadError) error {
	if err.Status == http.StatusForbidden {
		return &refusedError{err, "who signs in needs a role that may read applications, and must agree to the permissions that are asked for"}
	}
	return &refusedError{err, remedy(err)}
}

// ungranted words why Microsoft Graph did not grant what was asked, and what can help.
func ungranted(err *tenant.UnreadError) error {
	if err.Status == http.StatusForbidden {
		return &refusedError{err, "who signs in needs the role Privileged Role Administrator to grant, and must agree to the permissions that are asked for"}
	}
	return &refusedError{err, remedy(err)}
}

func remedy(err *tenant.UnreadError) string {
	switch {
	case err.Status == http.StatusUnauthorized:
		return "sign in again"
	case err.Code == tenant.CodeToken:
		return "sign in with az login, or use --login"
	case err.Code == tenant.CodeDeadline:
		return "it was ended, or took too long; run the command again"
	case err.Status == http.StatusTooManyRequests:
		return "it is asked too often; run the command again in a few minutes"
	}
	return "run the command again; if that does not help, the words of Microsoft Graph say why"
}

// A refusedError is an answer of Microsoft Graph with its remedy.
type refusedError struct {
	reason *tenant.UnreadError
	remedy string
}

func (e *refusedError) Unwrap() error { return e.reason }

func (e *refusedError) Error() string {
	text := "Microsoft Graph gave no answer"
	switch {
	case e.reason.Status != 0:
		text = strings.TrimSpace(fmt.Sprintf("Microsoft Graph answered %d %s", e.reason.Status, e.reason.Code))
	case e.reason.Code == tenant.CodeToken:
		text = "there is no token for Microsoft Graph"
	case e.reason.Code != "":
		text += " (" + e.reason.Code + ")"
	}
	if e.reason.Message != "" && e.reason.Code != tenant.CodeToken {
		text += " “" + strings.NewReplacer("“", "'", "”", "'").Replace(oneLine(e.reason.Message)) + "”"
	}
	return text + ": " + e.remedy
}

// Refused reports whether an error of Grant says that Microsoft Graph refused it. Of what
// it did not answer, or answered with a failure of its own, nobody knows.
func Refused(err error) bool {
	reason, ok := errors.AsType[*tenant.UnreadError](err)
	return ok && reason.Status >= 400 && reason.Status < 500 || NotSent(err)
}

// NotSent reports whether an error of Grant says that nothing left this machine.
func NotSent(err error) bool {
	reason, ok := errors.AsType[*tenant.UnreadError](err)
	return ok && reason.Status == 0 && reason.Code == tenant.CodeToken
}

// SameForAll reports whether the next app role would get the same error: whoever asks may
// not grant, is not signed in, has asked too often, or has no time left.
func SameForAll(err error) bool {
	reason, ok := errors.AsType[*tenant.UnreadError](err)
	if !ok {
		return false
	}
	switch reason.Status {
	case 0:
		return reason.Code == tenant.CodeToken || reason.Code == tenant.CodeDeadline
	case http.StatusForbidden, http.StatusUnauthorized, http.StatusTooManyRequests:
		return true
	}
	return false
}
