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
	"time"

	abstractions "github.com/microsoft/kiota-abstractions-go"

	"breakglass/tenant"
)

// A Granter grants application permissions of Microsoft Graph, as whoever its credential
// is of. It is the only part of the program that writes to a tenant, and what it writes
// are app role assignments; it removes none.
type Granter struct {
	carrier  *carrier
	patience []time.Duration // between the reads of what was granted
}

// NewGranter returns a Granter. Of the options it takes the URL and the credential.
func NewGranter(o Options) (*Granter, error) {
	base, err := parseURL(o.URL)
	if err != nil {
		return nil, err
	}
	if o.Credential == nil {
		return nil, errors.New("no credential for Microsoft Graph")
	}
	c, err := newCarrier(base, o.Credential, grants, func(func(*Traffic)) {})
	return &Granter{c, patience(base.Hostname())}, err
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
	// Elsewhere are the app roles that the identity has of other resources.
	Elsewhere []OtherRole

	graph string // object id of Microsoft Graph's service principal
}

// An OtherRole is an app role of a resource other than Microsoft Graph.
type OtherRole struct {
	Resource string // by name, or by object id where it has none
	ID       string // in lower case
}

// IsID reports whether a text is an object id or a client id, by its form.
func IsID(text string) bool { return objectID.MatchString(text) }

var objectID = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// Grants reads what an identity has: the identity by its object id or its client id.
func (g *Granter) Grants(ctx context.Context, identity string) (Grants, error) {
	if !IsID(identity) {
		return Grants{}, errors.New("an identity is found by its object id or its client id")
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
	return g.assignments(ctx, all)
}

// assignments reads the app roles of an identity that is known otherwise.
func (g *Granter) assignments(ctx context.Context, of Grants) (Grants, error) {
	of.Held, of.Elsewhere = nil, nil
	listed, refused := g.carrier.list(ctx, ordinary, func() (*abstractions.RequestInformation, error) {
		ri, err := g.carrier.client.ServicePrincipals().ByServicePrincipalId(of.ID).AppRoleAssignments().ToGetRequestInformation(ctx, nil)
		return query(ri, err, map[string]any{"top": 999})
	})
	if refused != nil {
		return Grants{}, fmt.Errorf("the permissions of the identity: %w", unread(refused))
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
		role := strings.ToLower(a.AppRoleID)
		if strings.EqualFold(a.ResourceID, of.graph) {
			of.Held = append(of.Held, role)
		} else {
			of.Elsewhere = append(of.Elsewhere, OtherRole{cmp.Or(a.ResourceDisplayName, a.ResourceID), role})
		}
	}
	slices.Sort(of.Held)
	slices.SortFunc(of.Elsewhere, func(a, b OtherRole) int {
		return cmp.Or(cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.ID, b.ID))
	})
	return of, nil
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
		if tenant.NotFound(err) {
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
		return found, unread(a.err)
	}
	if json.Unmarshal(a.body, &found) != nil || !objectID.MatchString(found.ID) {
		return found, errors.New("the answer of Microsoft Graph cannot be read")
	}
	return found, nil
}
