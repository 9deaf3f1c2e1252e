package graph

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// Token returns a function that returns a token of the identity for a scope, for what
// is not Microsoft Graph. The credential keeps it as long as it is good.
func Token(credential azcore.TokenCredential, scope string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		token, err := credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{scope}})
		if err != nil {
			return "", errors.New("identity: " + tokenReason(err))
		}
		return token.Token, nil
	}
}

// oneLine leaves out the rules that are drawn between a request and its answer.
func oneLine(text string) string {
	words := strings.Fields(text)
	return strings.Join(slices.DeleteFunc(words, func(word string) bool { return strings.Trim(word, "-") == "" }), " ")
}
