package graph

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// A Principal is who reads, as the token for Microsoft Graph says.
type Principal struct {
	ObjectID string // of the service principal, or of the person; empty if the token does not say
	AppID    string
	Roles    []string // application permissions, in order
	Person   bool     // a person reads: what they may is decided by their roles
}

// ErrOpaque says that there is a token, and that its claims cannot be read.
var ErrOpaque = errors.New("the token is not one whose claims can be read")

// principalOf reads the claims of an access token, which was not given to be read: Microsoft
// promises nothing about it. What cannot be read is said to be so.
// https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
func principalOf(token string) (Principal, error) {
	var claims struct {
		OID   string   `json:"oid"`
		AppID string   `json:"appid"`
		AZP   string   `json:"azp"`
		Roles []string `json:"roles"`
		Scope string   `json:"scp"`
	}
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return Principal{}, ErrOpaque
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil || json.Unmarshal(payload, &claims) != nil {
		return Principal{}, ErrOpaque
	}
	slices.Sort(claims.Roles)
	return Principal{ObjectID: claims.OID, AppID: cmp.Or(claims.AppID, claims.AZP), Roles: claims.Roles, Person: claims.Scope != ""}, nil
}

// Who asks for a token for Microsoft Graph, and says whose it is. The token goes no further.
func Who(ctx context.Context, o Options) (Principal, error) {
	base, err := parseURL(o.URL)
	if err != nil {
		return Principal{}, err
	}
	token, err := o.Credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{resourceOf(base) + "/.default"}})
	if err != nil {
		return Principal{}, errors.New(tokenReason(err))
	}
	return principalOf(token.Token)
}

// ErrNoAnswer says that Microsoft Graph cannot be reached at all.
var ErrNoAnswer = errors.New("there was no answer")

// noAnswer is why there was none.
type noAnswer struct{ error }

func (noAnswer) Is(target error) bool { return target == ErrNoAnswer }

// Ahead says how far this machine's clock is ahead of that of the Microsoft Graph at an
// address, to a second or two. It asks without a token; the refusal tells the time.
func Ahead(ctx context.Context, address string) (time.Duration, error) {
	base, err := parseURL(address)
	if err != nil {
		return 0, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, base.String()+"/organization", http.NoBody)
	if err != nil {
		return 0, err
	}
	client := straight(nil)
	client.Timeout = requestTimeout
	asked := time.Now()
	response, err := client.Do(request)
	if err != nil {
		if broken, ok := errors.AsType[*url.Error](err); ok {
			err = broken.Err // without the address
		}
		return 0, noAnswer{err}
	}
	took := time.Since(asked)
	_ = response.Body.Close() // what it says does not matter
	there, err := http.ParseTime(response.Header.Get("Date"))
	if err != nil {
		return 0, errors.New("the answer does not tell the time")
	}
	return asked.Add(took / 2).Sub(there), nil
}
