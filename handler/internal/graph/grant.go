package graph

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	abstractions "github.com/microsoft/kiota-abstractions-go"

	"github.com/microsoftgraph/msgraph-sdk-go/models"

	"github.com/google/uuid"

	"breakglass/tenant"
)

// A Granter grants application permissions of Microsoft Graph, as whoever its credential
// is of. It is the only part of the program that writes to a tenant, and what it writes
// are app role assignments; it removes none.
type Granter struct{ carrier *carrier }

// NewGranter returns a Granter. Of the options it takes the URL and the credential.
func NewGranter(o Options) (*Granter, error) {
	base, err := parseURL(o.URL)
	if err != nil {
		return nil, err
	}
	if o.Credential == nil {
		return nil, errors.New("no credential for Microsoft Graph")
	}
	c, err := newCarrier(base, o.Credential, func(func(*Traffic)) {})
	return &Granter{c}, err
}

// Grants are the application permissions of an identity.
type Grants struct {
	ID   string // object id of the identity's service principal
	Name string // as Entra shows it
	// Offered are the permissions that Microsoft Graph has for applications in this cloud:
	// names by the ids of their app roles, in lower case.
	Offered map[string]string
	// Held are the ids of the app roles of Microsoft Graph that the identity has, in lower
	// case.
	Held []string
	// Elsewhere are the resources other than Microsoft Graph of which the identity has an
	// app role, by name.
	Elsewhere []string

	graph string // object id of Microsoft Graph's service principal
}

var objectID = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// Grants reads what an identity has: the identity by its object id or its client id.
func (g *Granter) Grants(ctx context.Context, identity string) (Grants, error) {
	if !objectID.MatchString(identity) {
		return Grants{}, fmt.Errorf("%.60q is no id of an identity: give the object id or the client id of the managed identity", identity)
	}
	found, err := g.principal(ctx, identity)
	if err != nil {
		return Grants{}, err
	}
	all := Grants{ID: found.ID, Name: found.DisplayName, Offered: map[string]string{}}
	roles, err := g.principalOf(ctx, microsoftGraph, "id", "appRoles")
	if err != nil {
		return Grants{}, fmt.Errorf("the permissions that Microsoft Graph offers: %w", err)
	}
	all.graph = roles.ID
	for _, r := range roles.AppRoles {
		if r.IsEnabled && slices.Contains(r.AllowedMemberTypes, "Application") {
			all.Offered[strings.ToLower(r.ID)] = r.Value
		}
	}
	listed, refused := g.carrier.list(ctx, ordinary, func() (*abstractions.RequestInformation, error) {
		ri, err := g.carrier.client.ServicePrincipals().ByServicePrincipalId(found.ID).AppRoleAssignments().ToGetRequestInformation(ctx, nil)
		return query(ri, err, map[string]any{"top": 999})
	})
	if refused != nil {
		return Grants{}, fmt.Errorf("the permissions of the identity: %w", reasoned(refused))
	}
	var assignments []struct {
		AppRoleID           string `json:"appRoleId"`
		ResourceID          string `json:"resourceId"`
		ResourceDisplayName string `json:"resourceDisplayName"`
	}
	if err := json.Unmarshal(listed, &assignments); err != nil {
		return Grants{}, errors.New("the permissions of the identity: Microsoft Graph gave an answer that cannot be read")
	}
	for _, a := range assignments {
		if strings.EqualFold(a.ResourceID, all.graph) {
			all.Held = append(all.Held, strings.ToLower(a.AppRoleID))
		} else {
			all.Elsewhere = append(all.Elsewhere, cmp.Or(a.ResourceDisplayName, a.ResourceID))
		}
	}
	slices.Sort(all.Held)
	slices.Sort(all.Elsewhere)
	return all, nil
}

// A servicePrincipal is what is read of one.
type servicePrincipal struct {
	ID          string `json:"id"`
	DisplayName string `json:"displayName"`
	AppRoles    []struct {
		ID                 string   `json:"id"`
		Value              string   `json:"value"`
		IsEnabled          bool     `json:"isEnabled"`
		AllowedMemberTypes []string `json:"allowedMemberTypes"`
	} `json:"appRoles"`
}

// principal finds an identity by its object id or its client id.
func (g *Granter) principal(ctx context.Context, id string) (servicePrincipal, error) {
	a := g.carrier.send(ctx, ordinary, func() (*abstractions.RequestInformation, error) {
		ri, err := g.carrier.client.ServicePrincipals().ByServicePrincipalId(id).ToGetRequestInformation(ctx, nil)
		return query(ri, err, selecting("id", "displayName"))
	})
	if a.err != nil && a.err.Status == http.StatusNotFound {
		found, err := g.principalOf(ctx, id, "id", "displayName")
		if unread, ok := errors.AsType[*tenant.UnreadError](err); ok && unread.Status == http.StatusNotFound {
			return found, fmt.Errorf("no identity has the object id or the client id %s in this tenant", id)
		}
		return found, err
	}
	return principalIn(a)
}

// principalOf reads the service principal of an application.
func (g *Granter) principalOf(ctx context.Context, application string, properties ...string) (servicePrincipal, error) {
	return principalIn(g.carrier.send(ctx, ordinary, func() (*abstractions.RequestInformation, error) {
		ri, err := g.carrier.client.ServicePrincipalsWithAppId(&application).ToGetRequestInformation(ctx, nil)
		return query(ri, err, selecting(properties...))
	}))
}

func principalIn(a answer) (servicePrincipal, error) {
	var found servicePrincipal
	if a.err != nil {
		return found, reasoned(a.err)
	}
	if json.Unmarshal(a.body, &found) != nil || !objectID.MatchString(found.ID) {
		return found, errors.New("the answer of Microsoft Graph cannot be read")
	}
	return found, nil
}

// Grant gives the identity one app role of Microsoft Graph. It is tried once: what became
// of a request without an answer shows when the grants are read again.
// https://learn.microsoft.com/graph/api/serviceprincipal-post-approleassignments
func (g *Granter) Grant(ctx context.Context, to Grants, role string) error {
	principal, err1 := uuid.Parse(to.ID)
	resource, err2 := uuid.Parse(to.graph)
	id, err3 := uuid.Parse(role)
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	body := models.NewAppRoleAssignment()
	body.SetPrincipalId(&principal)
	body.SetResourceId(&resource)
	body.SetAppRoleId(&id)
	ri, err := g.carrier.client.ServicePrincipals().ByServicePrincipalId(to.ID).AppRoleAssignments().ToPostRequestInformation(ctx, body, nil)
	if err != nil {
		return err
	}
	if a := g.carrier.once(ctx, ri); a.status != http.StatusCreated && a.err != nil {
		return reasoned(a.err)
	}
	return nil
}

// reasoned words why Microsoft Graph did not do what was asked, and what can help.
func reasoned(err *tenant.UnreadError) error {
	switch err.Status {
	case http.StatusForbidden:
		return &refusedError{err, "who signs in needs the role Privileged Role Administrator to grant, and must agree to the permissions that are asked for"}
	case http.StatusUnauthorized:
		return &refusedError{err, "sign in again"}
	}
	return &refusedError{err, ""}
}

// A refusedError is an answer of Microsoft Graph with its remedy.
type refusedError struct {
	reason *tenant.UnreadError
	remedy string
}

func (e *refusedError) Unwrap() error { return e.reason }

func (e *refusedError) Error() string {
	text := "Microsoft Graph gave no answer"
	if e.reason.Status != 0 {
		text = strings.TrimSpace(fmt.Sprintf("Microsoft Graph answered %d %s", e.reason.Status, e.reason.Code))
	} else if e.reason.Code != "" {
		text += " (" + e.reason.Code + ")"
	}
	if e.remedy != "" {
		text += ": " + e.remedy
	}
	return text
}
