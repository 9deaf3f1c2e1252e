package graph

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	abstractions "github.com/microsoft/kiota-abstractions-go"
	azureauth "github.com/microsoft/kiota-authentication-azure-go"
	msgraph "github.com/microsoftgraph/msgraph-sdk-go"

	"breakglass/defect"
	"breakglass/tenant"
)

// maxBody bounds one answer. A page of a thousand Conditional Access policies is a
// few megabytes.
const maxBody = 64 << 20

// An answer is what came back for one request: a body, or the reason there is none.
type answer struct {
	status int
	header http.Header
	body   []byte
	err    *tenant.UnreadError // nil for a body
}

// A carrier carries one request at a time to Microsoft Graph, with the SDK's
// adapter, if its duty allows it. It does not try again.
type carrier struct {
	base    *url.URL
	scope   string // of the token
	client  *msgraph.GraphServiceClient
	adapter *msgraph.GraphRequestAdapter
	timeout time.Duration
	sleep   func(context.Context, time.Duration) error
	jitter  func() float64 // in [0, 1)
	limits  limits
	count   func(func(*Traffic))
	caught  func(*defect.Error) // is told of a panic that cost one request
}

func newCarrier(base *url.URL, credential azcore.TokenCredential, may duty, count func(func(*Traffic))) (*carrier, error) {
	host, scope := base.Hostname(), resourceOf(base)+"/.default"
	auth, err := azureauth.NewAzureIdentityAuthenticationProviderWithScopesAndValidHosts(marked{credential}, []string{scope}, []string{host, base.Host})
	if err != nil {
		return nil, err
	}
	// The SDK's own middleware follows redirects and sleeps between retries without
	// regard to the deadline, so none of it is used.
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.ResponseHeaderTimeout = requestTimeout
	client := straight(gate{may, transport})
	adapter, err := msgraph.NewGraphRequestAdapterWithParseNodeFactoryAndSerializationWriterFactoryAndHttpClient(auth, nil, nil, client)
	if err != nil {
		return nil, err
	}
	adapter.SetBaseUrl(base.String())
	c := &carrier{base: base, scope: scope, client: msgraph.NewGraphServiceClient(adapter), adapter: adapter, timeout: requestTimeout, sleep: sleep, jitter: random, count: count, caught: func(*defect.Error) {}}
	if !loopback(host) {
		c.limits = microsoftLimits() // what runs on this machine has limits of its own
	}
	return c, nil
}

// straight is a client that follows no redirects: a token, and what somebody would give one
// for, is for no other host. The transport may be nil.
func straight(transport http.RoundTripper) *http.Client {
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// beta is the address of the beta version beside the one that is read.
func (c *carrier) beta() string {
	u := *c.base
	u.Path = strings.TrimSuffix(u.Path, "/v1.0") + "/beta"
	return u.String()
}

// marked marks the errors of a credential, so that they are told from a broken
// connection.
type marked struct{ credential azcore.TokenCredential }

type tokenError struct{ err error }

func (e tokenError) Error() string { return e.err.Error() }

func (m marked) GetToken(ctx context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	token, err := m.credential.GetToken(ctx, o)
	if err != nil {
		return token, tokenError{err}
	}
	return token, nil
}

// once sends a request and takes the answer as it comes over the wire.
func (c *carrier) once(ctx context.Context, ri *abstractions.RequestInformation) answer {
	c.count(func(t *Traffic) { t.Requests++ })
	limited, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	var taken answer
	option := abstractions.NewRequestHandlerOption()
	option.SetResponseHandler(func(response any, _ abstractions.ErrorMappings) (any, error) {
		var err error
		taken, err = take(response.(*http.Response))
		return nil, err
	})
	ri.AddRequestOptions([]abstractions.RequestOption{option})
	var err error
	if caught := defect.In(func() { _, err = c.adapter.SendPrimitive(limited, ri, "[]byte", nil) }); caught != nil {
		c.caught(caught)
		return answer{err: &tenant.UnreadError{Code: tenant.CodeDefect}}
	}
	if err != nil {
		return answer{err: broken(ctx, limited, err)}
	}
	if taken.status == 0 {
		return answer{err: &tenant.UnreadError{Code: tenant.CodeUnexpected}}
	}
	c.throttled(taken)
	return taken
}

// throttled counts an answer, if it asks to wait.
func (c *carrier) throttled(a answer) {
	if a.status == http.StatusTooManyRequests {
		c.count(func(t *Traffic) { t.Throttled++ })
	}
}

// take reads a response.
func take(response *http.Response) (answer, error) {
	defer func() { _ = response.Body.Close() }() // the body is read, or of no use
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	if err != nil {
		return answer{}, err
	}
	return judged(response.StatusCode, response.Header, body), nil
}

// judged tells an answer from an error by its status.
func judged(status int, header http.Header, body []byte) answer {
	a := answer{status: status, header: header, body: body}
	switch {
	case len(body) > maxBody:
		a.err = &tenant.UnreadError{Status: status, Code: tenant.CodeTooMany}
	case status != http.StatusOK:
		a.err = refusal(status, body)
		if status == http.StatusNotFound && a.err.Code != tenant.CodeNotFound {
			// A gateway's page, or a path that is not served: nothing is said of the object.
			a.err = &tenant.UnreadError{Code: tenant.CodeUnexpected, Message: a.err.Code}
		}
	case !json.Valid(body):
		a.err = &tenant.UnreadError{Code: tenant.CodeUnexpected}
	}
	return a
}

// refusal reads Graph's error envelope: https://learn.microsoft.com/graph/errors
func refusal(status int, body []byte) *tenant.UnreadError {
	var envelope struct {
		Error struct {
			Code    string `json:"code"`
			Message string `json:"message"`
		} `json:"error"`
	}
	reason := &tenant.UnreadError{Status: status}
	if json.Unmarshal(body, &envelope) == nil {
		reason.Code, reason.Message = short(envelope.Error.Code), short(envelope.Error.Message)
	}
	return reason
}

// short bounds what is kept of a stranger's text.
func short(text string) string {
	const most = 300
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most])
	}
	return text
}

// broken words an exchange that brought no answer. The text of the error is not
// kept: it holds addresses.
func broken(ctx, limited context.Context, err error) *tenant.UnreadError {
	var token tokenError
	switch {
	case ctx.Err() != nil:
		return &tenant.UnreadError{Code: tenant.CodeDeadline}
	case errors.As(err, &token):
		return &tenant.UnreadError{Code: tenant.CodeToken, Message: tokenReason(token.err)}
	case errors.Is(err, errNotAllowed):
		return &tenant.UnreadError{Code: tenant.CodeUnexpected, Message: errNotAllowed.Error()}
	case limited.Err() != nil, isTimeout(err):
		return &tenant.UnreadError{Code: tenant.CodeTimeout}
	}
	return &tenant.UnreadError{Code: tenant.CodeConnection}
}

func isTimeout(err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.As(err, &timeout) && timeout.Timeout()
}
