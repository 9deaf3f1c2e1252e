package graph

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"breakglass/defect"
	"breakglass/tenant"
)

const (
	defaultURL     = "https://graph.microsoft.com/v1.0"
	defaultBudget  = 7 * time.Minute // the Functions host's limit is 10
	requestTimeout = 30 * time.Second
)

// Options say which tenant is read, and how.
type Options struct {
	// URL is Microsoft Graph's; empty is the worldwide cloud's v1.0. The identity's
	// token goes there, so only Microsoft's hosts and this machine are accepted.
	URL        string
	Credential azcore.TokenCredential
	Accounts   []tenant.Declaration
	Now        func() time.Time // nil is time.Now
	Budget     time.Duration    // for the whole read; 0 is 7 minutes
	Progress   func(doing string)
	Caught     func(*defect.Error) // is told of a panic that left one answer unread, also of several at once; nil if nobody asks
}

// A Reader reads one tenant. What could write to it does not leave this machine.
type Reader struct {
	accounts   []tenant.Declaration
	credential azcore.TokenCredential
	now        func() time.Time
	budget     time.Duration
	progress   func(string)
	carrier    *carrier

	mu      sync.Mutex
	traffic Traffic
}

// Traffic counts what a reading took.
type Traffic struct {
	Requests  int // over HTTP, batches too
	Batched   int // inside of batches
	Throttled int // answers with status 429, to either
	Retries   int // HTTP requests that were made once more
}

// Plus is the traffic of both.
func (t Traffic) Plus(o Traffic) Traffic {
	return Traffic{t.Requests + o.Requests, t.Batched + o.Batched, t.Throttled + o.Throttled, t.Retries + o.Retries}
}

// New returns a Reader.
func New(o Options) (*Reader, error) {
	base, err := parseURL(o.URL)
	if err != nil {
		return nil, err
	}
	if o.Credential == nil {
		return nil, errors.New("no credential for Microsoft Graph")
	}
	r := &Reader{accounts: o.Accounts, credential: o.Credential, now: o.Now, budget: o.Budget, progress: o.Progress}
	if r.now == nil {
		r.now = time.Now
	}
	if r.budget <= 0 {
		r.budget = defaultBudget
	}
	if r.progress == nil {
		r.progress = func(string) {}
	}
	if r.carrier, err = newCarrier(base, o.Credential, reads, r.count); err != nil {
		return nil, err
	}
	if o.Caught != nil {
		r.carrier.caught = o.Caught
	}
	return r, nil
}

// Traffic returns what the last Snapshot, or the last reading of the logs, took.
func (r *Reader) Traffic() Traffic {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.traffic
}

func (r *Reader) count(change func(*Traffic)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change(&r.traffic)
}

// graphHosts are Microsoft Graph's: https://learn.microsoft.com/graph/deployments
func graphHosts() []string {
	return []string{"graph.microsoft.com", "graph.microsoft.us", "dod-graph.microsoft.us", "microsoftgraph.chinacloudapi.cn"}
}

// parseURL accepts https at Microsoft Graph's hosts, and http on this machine.
func parseURL(text string) (*url.URL, error) {
	if text == "" {
		text = defaultURL
	}
	u, err := url.Parse(strings.TrimRight(text, "/"))
	if err != nil || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, errors.New("the address of Microsoft Graph is not one")
	}
	if u.Path == "" {
		u.Path = "/v1.0"
	}
	switch {
	case u.Scheme == "http" && loopback(u.Hostname()):
	case u.Scheme == "https" && (slices.Contains(graphHosts(), u.Host) || loopback(u.Hostname())):
	default:
		return nil, fmt.Errorf("the address of Microsoft Graph is not at one of its hosts, and a token would go there: expected https:// and %s", strings.Join(graphHosts(), ", "))
	}
	return u, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Credential returns the identity that the program runs under: the managed identity
// where the platform offers one, AZURE_CLIENT_ID naming a user-assigned one; else
// what azidentity's default order finds.
// https://learn.microsoft.com/azure/developer/go/sdk/authentication/credential-chains
func Credential(getenv func(string) string) (azcore.TokenCredential, error) {
	if getenv("IDENTITY_ENDPOINT") == "" {
		options := &azidentity.DefaultAzureCredentialOptions{ClientOptions: tokenOptions()}
		if authority, err := url.Parse(getenv("AZURE_AUTHORITY_HOST")); err == nil {
			options.DisableInstanceDiscovery = loopback(authority.Hostname()) // Microsoft's directory of clouds knows nothing of this machine
		}
		credential, err := azidentity.NewDefaultAzureCredential(options)
		if err != nil {
			return nil, fmt.Errorf("identity: %w", err)
		}
		return credential, nil
	}
	options := &azidentity.ManagedIdentityCredentialOptions{ClientOptions: tokenOptions()}
	if id := getenv("AZURE_CLIENT_ID"); id != "" {
		options.ID = azidentity.ClientID(id)
	}
	credential, err := azidentity.NewManagedIdentityCredential(options)
	if err != nil {
		return nil, fmt.Errorf("identity: %w", err)
	}
	return credential, nil
}

// Snapshot reads the tenant: what is declared, and users of object ids that were known to be
// declared, who stay so where a declaration cannot be read. It never fails: what cannot be read
// is left unread, with the reason.
func (r *Reader) Snapshot(ctx context.Context, known ...string) tenant.Snapshot {
	r.count(func(t *Traffic) { *t = Traffic{} })
	ctx, cancel := context.WithTimeoutCause(ctx, r.budget, errBudget)
	defer cancel()
	read := r.reading(ctx)
	if reason := r.noToken(ctx); reason != nil {
		return read.nothing(*reason)
	}
	read.since, read.pinned = read.snapshot.CollectedAt.Add(-logKept), known
	read.all()
	return read.finish()
}

// reading begins one.
func (r *Reader) reading(ctx context.Context) *reading {
	return &reading{
		Reader:     r,
		ctx:        ctx,
		snapshot:   tenant.Snapshot{CollectedAt: tenant.Time{Time: r.now().UTC().Truncate(time.Second)}, Unreadable: map[string]tenant.UnreadError{}},
		users:      map[string]*tenant.User{},
		groups:     map[string]*tenant.Group{},
		principals: map[string]*tenant.ServicePrincipal{},
		unreadable: map[string]tenant.UnreadError{},
		expanded:   map[string]bool{},
		asked:      map[string]bool{},
		gone:       map[string]bool{},
	}
}

// errBudget is the cause of a context that ended with the budget.
var errBudget = errors.New("the time for reading the tenant is over")
