package graph

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"breakglass/tenant"
)

// tokenTimeout is the time for the first token: an identity endpoint is on the same machine,
// and azidentity asks a failing one again for some seconds.
const tokenTimeout = time.Minute

// noToken asks for a token before anything is read. Without one no request can be made, and
// each would wait for the same refusal; so the reason is that of everything. It is nil if
// there is a token, or if the time is over.
func (r *Reader) noToken(ctx context.Context) *tenant.UnreadError {
	limited, cancel := context.WithTimeout(ctx, tokenTimeout)
	defer cancel()
	// The SDK's adapter asks for tokens that can be revoked at once (CAE).
	_, err := r.credential.GetToken(limited, policy.TokenRequestOptions{Scopes: []string{r.carrier.scope}, EnableCAE: true})
	if err == nil || ctx.Err() != nil {
		return nil
	}
	return &tenant.UnreadError{Code: tenant.CodeToken, Message: tokenReason(err)}
}

// nothing is the snapshot of a tenant of which nothing can be read, for one reason.
func (r *reading) nothing(reason tenant.UnreadError) tenant.Snapshot {
	s := r.snapshot
	for _, source := range tenant.Sources() {
		if !strings.Contains(source.Key, "/") {
			s.Unreadable[source.Key] = reason
		}
	}
	s.Settle()
	return s
}

// tokenReason says why a credential gave no token: who was asked, and the code or the kind of
// the answer. It holds no other part of the answer, which may hold an address or a secret.
func tokenReason(err error) string {
	who := strings.Join(credentialsIn(err.Error()), ", ")
	if who == "" {
		who = "the identity"
	}
	if failed, ok := errors.AsType[*azidentity.AuthenticationFailedError](err); ok && failed.RawResponse != nil {
		body, _ := runtime.Payload(failed.RawResponse) // of one that cannot be read the status is known
		said := []string{fmt.Sprintf("status %d", failed.RawResponse.StatusCode)}
		if kind := oauthKind(body); kind != "" {
			said = append(said, kind)
		}
		if code := entraCode.FindString(string(body)); code != "" {
			said = append(said, code)
		}
		return who + ": " + strings.Join(said, ", ") + expired(body)
	}
	_, refused := errors.AsType[*net.OpError](err)
	switch {
	case errors.Is(err, context.DeadlineExceeded), strings.Contains(err.Error(), context.DeadlineExceeded.Error()), isTimeout(err):
		return who + ": no answer in time"
	case refused, strings.Contains(err.Error(), "dial tcp"):
		return who + ": no connection"
	case strings.Contains(err.Error(), "Attempted credentials"):
		return "none of them gave one: " + who
	}
	if code := entraCode.FindString(err.Error()); code != "" {
		return who + ": " + code + expired([]byte(code))
	}
	if status := answered.FindStringSubmatch(err.Error()); status != nil {
		return who + ": status " + status[1]
	}
	if _, failed := errors.AsType[*azidentity.AuthenticationFailedError](err); failed {
		return who + ": an answer that cannot be read"
	}
	return who + ": not available"
}

// oauthKind is the kind of an error as OAuth 2.0 names it, where the answer has one:
// https://www.rfc-editor.org/rfc/rfc6749#section-5.2
func oauthKind(body []byte) string {
	var said struct {
		Error string `json:"error"`
	}
	if json.Unmarshal(body, &said) != nil || !slices.Contains(oauthKinds(), said.Error) {
		return ""
	}
	return said.Error
}

// oauthKinds are those of OAuth 2.0, and those that the identity endpoint gives beside them:
// https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token#error-handling
func oauthKinds() []string {
	return []string{
		"invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope", "access_denied",
		"interaction_required", "invalid_resource", "temporarily_unavailable", "server_error", "unknown_source", "bad_request_102", "unsupported_response_type", "identity_not_found",
	}
}

// expired says what the codes of a secret or a certificate mean that has to be made anew:
// https://learn.microsoft.com/entra/identity-platform/reference-error-codes
func expired(body []byte) string {
	switch entraCode.FindString(string(body)) {
	case "AADSTS7000222":
		return " (the client secret has expired)"
	case "AADSTS7000215":
		return " (the client secret is wrong)"
	case "AADSTS700027":
		return " (the certificate is wrong, or has expired)"
	}
	return ""
}

// answered is how azidentity writes the status of an answer.
var answered = regexp.MustCompile(`RESPONSE ([0-9]{3})\b`)

var credentialName = regexp.MustCompile(`[A-Za-z]+Credential\b`)

// credentialsIn are azidentity's credentials that a text names, in its order. The chain
// names itself first, and then those that it tried.
func credentialsIn(text string) []string {
	known := []string{
		"EnvironmentCredential", "WorkloadIdentityCredential", "ManagedIdentityCredential", "AzureCLICredential", "AzureDeveloperCLICredential",
		"AzurePowerShellCredential", "AzurePipelinesCredential", "ClientSecretCredential", "ClientCertificateCredential", "ClientAssertionCredential",
		"DeviceCodeCredential", "UsernamePasswordCredential",
	}
	var all []string
	for _, name := range credentialName.FindAllString(text, -1) {
		if slices.Contains(known, name) && !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}
