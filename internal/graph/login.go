package graph

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// commandLineTools is Microsoft Graph Command Line Tools, the application that Microsoft
// itself offers for scripts: every tenant has it, and a device code is enough to sign in.
// https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in
const commandLineTools = "14d82eec-204b-4c2f-b7e8-296a70dab67e"

// LoginOptions say who signs in, and where.
type LoginOptions struct {
	// URL is Microsoft Graph's, as in Options: it says which cloud the person is in.
	URL string
	// Tenant is an id or a domain; empty is the person's own.
	Tenant string
	// Client is the application that the person signs in to; empty is Microsoft Graph
	// Command Line Tools.
	Client string
	// Authority is the address of another sign-in service, AZURE_AUTHORITY_HOST; empty is
	// the cloud's.
	Authority string
	// Scopes are the delegated permissions of Microsoft Graph that are asked for.
	Scopes []string
	// Prompt shows where to sign in, and the code to enter there.
	Prompt func(address, code string)
}

// Login signs a person in by device code, and waits until they have done so or the code
// has expired. The credential asks nobody again: where it cannot renew its token, reads
// fail. Nothing is kept after the process.
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code
func Login(ctx context.Context, o LoginOptions) (azcore.TokenCredential, error) {
	base, err := parseURL(o.URL)
	if err != nil {
		return nil, err
	}
	saw := &witness{}
	asks := tokenOptions()
	asks.PerCallPolicies = []policy.Policy{saw}
	options := azidentity.DeviceCodeCredentialOptions{
		ClientOptions:                  asks,
		ClientID:                       o.Client,
		TenantID:                       o.Tenant,
		DisableAutomaticAuthentication: true,
		UserPrompt: func(_ context.Context, m azidentity.DeviceCodeMessage) error {
			o.Prompt(m.VerificationURL, m.UserCode)
			return nil
		},
	}
	if options.ClientID == "" {
		options.ClientID = commandLineTools
	}
	if o.Authority == "" {
		options.Cloud = cloudOf(base.Hostname())
	} else if authority, err := url.Parse(o.Authority); err == nil {
		options.DisableInstanceDiscovery = loopback(authority.Hostname()) // Microsoft's directory of clouds knows nothing of this machine
	}
	credential, err := azidentity.NewDeviceCodeCredential(&options)
	if err != nil {
		return nil, fmt.Errorf("sign-in: %w", err)
	}
	person := person{credential, make([]string, len(o.Scopes))}
	for i, scope := range o.Scopes {
		person.scopes[i] = resourceOf(base) + "/" + scope
	}
	// The SDK's adapter asks for tokens that can be revoked at once (CAE); one of another
	// kind would not be found again.
	if _, err := credential.Authenticate(ctx, &policy.TokenRequestOptions{Scopes: person.scopes, EnableCAE: true}); err != nil {
		return nil, signInError(ctx, saw, err)
	}
	return person, nil
}

// A person is a credential of somebody who has signed in.
type person struct {
	credential *azidentity.DeviceCodeCredential
	scopes     []string
}

// GetToken returns a token with the scopes that the person agreed to, whatever is asked for.
func (p person) GetToken(ctx context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return p.credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: p.scopes, Claims: o.Claims, EnableCAE: true})
}

// cloudOf is the cloud of one of Microsoft Graph's hosts.
func cloudOf(host string) cloud.Configuration {
	switch host {
	case "graph.microsoft.us", "dod-graph.microsoft.us":
		return cloud.AzureGovernment
	case "microsoftgraph.chinacloudapi.cn":
		return cloud.AzureChina
	}
	return cloud.AzurePublic
}

// resourceOf is what tokens for Microsoft Graph are issued for.
func resourceOf(base *url.URL) string {
	if loopback(base.Hostname()) {
		return "https://graph.microsoft.com"
	}
	return "https://" + base.Hostname()
}

// entraCode finds the error code in a description: https://learn.microsoft.com/entra/identity-platform/reference-error-codes
var entraCode = regexp.MustCompile(`AADSTS[0-9]+`)

// signInError words why nobody signed in. Of what the service says it keeps the
// words and leaves out the ids of the request.
func signInError(ctx context.Context, saw *witness, err error) error {
	saw.mu.Lock()
	defer saw.mu.Unlock()
	var said struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("sign-in: %w", context.Cause(ctx))
	case strings.Contains(err.Error(), context.DeadlineExceeded.Error()): // azidentity keeps the text only
		return errors.New("sign-in: the code expired before anybody signed in with it; run the command again")
	case saw.status == http.StatusOK && strings.Contains(err.Error(), "declined scopes"):
		return errors.New("sign-in: not all of the permissions were granted, and without one the token is not used")
	case saw.status == http.StatusOK: // the library's error may quote the answer, and a token with it
		return errors.New("sign-in: the sign-in service gave an answer that cannot be read")
	case saw.body == nil:
		return errors.New("sign-in: " + plain(err.Error()))
	case json.Unmarshal(saw.body, &said) != nil || said.Error == "":
		return fmt.Errorf("sign-in: the sign-in service answered with status %d", saw.status)
	}
	text := said.Error
	if said.Description != "" {
		text += ": " + plain(said.Description)
	}
	if remedy := remedyOf(said.Error, entraCode.FindString(said.Description)); remedy != "" {
		text = strings.TrimSuffix(text, ".") + ". " + remedy
	}
	return errors.New("sign-in: " + text)
}

// A witness keeps the last refusal of the sign-in service: the library has read the body
// to its end by the time that it returns an error.
type witness struct {
	mu     sync.Mutex
	status int // of the last answer; 0 if there was none
	body   []byte
}

// Do is that of policy.Policy.
func (w *witness) Do(request *policy.Request) (*http.Response, error) {
	response, err := request.Next()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.status, w.body = 0, nil
	if err != nil {
		return response, err
	}
	if w.status = response.StatusCode; w.status == http.StatusOK {
		return response, nil
	}
	w.body, err = runtime.Payload(response)
	return response, err
}

// remedyOf says what to do about an error of the sign-in service.
func remedyOf(kind, code string) string {
	switch kind {
	case "authorization_declined":
		return "The sign-in was declined; run the command again if that was a mistake."
	case "expired_token":
		return "The code expired before anybody signed in with it; run the command again."
	}
	switch code {
	case "AADSTS53003", "AADSTS53000", "AADSTS53001", "AADSTS530035":
		return "Conditional Access stopped it: many tenants block the device code flow. Use another identity instead of --login: a service principal, or what `az login` gives."
	case "AADSTS65001", "AADSTS65004", "AADSTS90094", "AADSTS90095", "AADSTS650052":
		return "An administrator must agree to these permissions once: sign in as one who may, or ask for it under Enterprise applications."
	case "AADSTS700016", "AADSTS7000218", "AADSTS7000112":
		return "The application of --client is not in this tenant, is disabled, or does not allow public client flows."
	case "AADSTS50020", "AADSTS90002", "AADSTS50128", "AADSTS50059":
		return "The account is not in that tenant; name the right one as `tenant` in breakglass.yaml."
	}
	return ""
}

// plain is a text in one line, without the ids of the request that the service ends with.
func plain(text string) string {
	text, _, _ = strings.Cut(strings.Join(strings.Fields(text), " "), " Trace ID:")
	return short(text)
}
