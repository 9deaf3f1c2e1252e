package graph

import (
	"context"
	"errors"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// oneToken is a credential with one answer, which keeps what it was asked for.
type oneToken struct {
	token azcore.AccessToken
	err   error
	asked policy.TokenRequestOptions
}

func (o *oneToken) GetToken(_ context.Context, asked policy.TokenRequestOptions) (azcore.AccessToken, error) {
	o.asked = asked
	return o.token, o.err
}

func TestToken(t *testing.T) {
	t.Parallel()
	c := &oneToken{token: azcore.AccessToken{Token: "x"}}
	ask := Token(c, "https://service.flow.microsoft.com//.default")
	if token, err := ask(t.Context()); token != "x" || err != nil || len(c.asked.Scopes) != 1 || c.asked.Scopes[0] != "https://service.flow.microsoft.com//.default" {
		t.Errorf("%q, %v, asked for %v", token, err, c.asked.Scopes)
	}
	c.err = errors.New("ManagedIdentityCredential authentication failed.\nGET http://127.0.0.1/msi/token\n--------\nRESPONSE 400: 400 Bad Request\n--------\n{}")
	const want = "identity: ManagedIdentityCredential: status 400" // and nothing else of the answer
	if token, err := ask(t.Context()); token != "" || err == nil || err.Error() != want {
		t.Errorf("%q, %v", token, err)
	}
}
