package state

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// An emulated storage account.
type account struct {
	endpoint string // http://127.0.0.1:port/name
	key      string
}

func (a account) connection() string {
	return "DefaultEndpointsProtocol=http;AccountName=breakglass;AccountKey=" + a.key + ";BlobEndpoint=" + a.endpoint + ";"
}

func (a account) open(t *testing.T, container string) *Blob {
	t.Helper()
	store, err := Open(t.Context(), a.endpoint+"/"+container, environment(connectionName, a.connection()))
	if err != nil {
		t.Fatal(err)
	}
	return store.(*Blob)
}

// startAzurite starts Azurite for the length of the test. BREAKGLASS_AZURITE is
// its executable azurite-blob (https://www.npmjs.com/package/azurite).
func startAzurite(t *testing.T) account {
	t.Helper()
	executable := os.Getenv("BREAKGLASS_AZURITE")
	if executable == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("BREAKGLASS_AZURITE is not set: in CI the store is tested against Azurite")
		}
		t.Skip("BREAKGLASS_AZURITE is not set: npm install azurite, and set it to the path of node_modules/.bin/azurite-blob")
	}
	ctx, cancel := context.WithCancel(context.Background()) // t.Context ends before the parallel subtests' cleanups
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, executable, "--blobHost", "127.0.0.1", "--blobPort", "0", "--location", t.TempDir(), "--silent", "--disableTelemetry")
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	a := account{key: randomKey()}
	cmd.Env = append(os.Environ(), "AZURITE_ACCOUNTS=breakglass:"+a.key)
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait() // it was interrupted
	})
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		if _, address, found := strings.Cut(lines.Text(), "successfully listens on "); found {
			a.endpoint = strings.TrimSpace(address) + "/breakglass"
			go func() { _, _ = io.Copy(io.Discard, output) }() // it must not block on its output
			return a
		}
	}
	t.Fatalf("Azurite ended before it listened: %v", lines.Err())
	return account{}
}

func randomKey() string {
	key := make([]byte, 64)
	_, _ = rand.Read(key) // never fails
	return base64.StdEncoding.EncodeToString(key)
}

func TestBlob(t *testing.T) {
	t.Parallel()
	azurite := startAzurite(t)
	var containers atomic.Int32
	empty := func(t *testing.T) *Blob {
		t.Helper()
		b := azurite.open(t, fmt.Sprintf("state-%d", containers.Add(1)))
		if _, err := b.container.Create(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		return b
	}
	conform(t, func(t *testing.T) fixture {
		b := empty(t)
		return fixture{store: b, tamper: func(t *testing.T, tenant, content string) { overwrite(t, b, tenant, content) }}
	})
	t.Run("no container", func(t *testing.T) {
		t.Parallel()
		b := azurite.open(t, "missing")
		const want = ` what is remembered: there is no container "missing" in the storage account: create it, or correct BREAKGLASS_STATE`
		if _, v, err := b.Load(t.Context(), tenantID); err == nil || err.Error() != "load"+want || v != "" || errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Load = version %q, %v\nwant %q", v, err, "load"+want)
		}
		if _, err := b.Save(t.Context(), memory(tenantID, "x"), ""); err == nil || err.Error() != "save"+want {
			t.Errorf("Save = %v\nwant %q", err, "save"+want)
		}
	})
	t.Run("wrong key", func(t *testing.T) {
		t.Parallel()
		wrong := account{endpoint: azurite.endpoint, key: randomKey()}
		_, _, err := wrong.open(t, "state-1").Load(t.Context(), tenantID)
		if err == nil || err.Error() != "load what is remembered: the storage answered HTTP 403 AuthorizationFailure" {
			t.Errorf("Load = %v, want HTTP 403 AuthorizationFailure and no more", err)
		}
	})
}

func overwrite(t *testing.T, b *Blob, tenant, content string) {
	t.Helper()
	name, err := key(tenant)
	if err != nil {
		t.Fatal(err)
	}
	body := struct{ io.ReadSeekCloser }{nopCloser{strings.NewReader(content)}}
	if _, err := b.container.NewBlockBlobClient(name).Upload(t.Context(), body, nil); err != nil {
		t.Fatal(err)
	}
}

type nopCloser struct{ io.ReadSeeker }

func (nopCloser) Close() error { return nil }

// TestBlobDown asks a port where nobody listens, and a server that says nothing.
func TestBlobDown(t *testing.T) {
	t.Parallel()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	down := account{endpoint: "http://" + listener.Addr().String() + "/breakglass", key: randomKey()}
	b := down.open(t, "state")

	silent, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, _, err = b.Load(silent, tenantID)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Load from a server that says nothing = %v, want the context's deadline", err)
	}
	wantNoSecret(t, err, down)

	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	_, _, err = b.Load(ctx, tenantID)
	if err == nil || !strings.HasPrefix(err.Error(), "load what is remembered: the storage cannot be reached: ") || ctx.Err() != nil || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Load = %v, want that the storage cannot be reached, before the deadline", err)
	}
	wantNoSecret(t, err, down)
	_, err = b.Save(ctx, memory(tenantID, "x"), "")
	if err == nil || errors.Is(err, ErrConflict) {
		t.Errorf("Save = %v, want an error that is no conflict", err)
	}
	wantNoSecret(t, err, down)
}

func wantNoSecret(t *testing.T, err error, a account) {
	t.Helper()
	for _, s := range []string{a.key, "AccountKey", "sig=", "memory-"} {
		if err != nil && strings.Contains(err.Error(), s) {
			t.Errorf("the error %q holds %q", err, s)
		}
	}
}

// TestBlobSignature has a shared access signature, which the SDK puts in every
// address and so in its errors.
func TestBlobSignature(t *testing.T) {
	t.Parallel()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	endpoint := "http://" + listener.Addr().String() + "/breakglass"
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	store, err := Open(t.Context(), endpoint+"/state", environment(connectionName, "BlobEndpoint="+endpoint+";SharedAccessSignature=sv=1&sig="+secret))
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = store.Load(t.Context(), tenantID)
	if err == nil {
		t.Fatal("Load from nowhere went well")
	}
	wantNoSecret(t, err, account{key: secret})
}

// A credential that gives a token and notes for what.
type credential struct{ scope atomic.Value }

func (c *credential) GetToken(_ context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	c.scope.Store(strings.Join(o.Scopes, " "))
	return azcore.AccessToken{Token: "token-of-the-test", ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// TestBlobIdentity looks at what is asked of the service as a managed identity, and
// at how its refusals and failures are told.
func TestBlobIdentity(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, code, want string
		status, asked    int
	}{
		{"no role", "AuthorizationPermissionMismatch", `save what is remembered: the storage refuses the identity (HTTP 403, AuthorizationPermissionMismatch): give it the role Storage Blob Data Contributor on container "state"`, 403, 1},
		{"firewall", "AuthorizationFailure", "save what is remembered: the storage answered HTTP 403 AuthorizationFailure", 403, 1},
		{"busy", "ServerBusy", "save what is remembered: the storage answered HTTP 503 ServerBusy", 503, 1 + retries},
		{"no code", "", "save what is remembered: the storage answered HTTP 418 ", 418, 1},
		{"leased", "LeaseIdMissing", "save what is remembered: the storage answered HTTP 412 LeaseIdMissing", 412, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var asked atomic.Int32
			service := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked.Add(1)
				_, _ = io.Copy(io.Discard, r.Body) // the answer does not depend on it
				got := r.Method + " " + r.URL.Path + " " + r.Header.Get("If-None-Match") + " " + r.Header.Get("Authorization")
				if want := "PUT /state/memory-t.json * Bearer token-of-the-test"; got != want {
					t.Errorf("asked %q, want %q", got, want)
				}
				w.Header().Set("x-ms-error-code", c.code)
				w.WriteHeader(c.status)
			}))
			t.Cleanup(service.Close)
			var identity credential
			b, err := newBlob(service.URL+"/state", &identity, service.Client().Transport)
			if err != nil {
				t.Fatal(err)
			}
			_, err = b.Save(t.Context(), memory("t", "x"), "")
			if err == nil || err.Error() != c.want {
				t.Errorf("Save = %v\nwant %s", err, c.want)
			}
			if int(asked.Load()) != c.asked {
				t.Errorf("asked %d times, want %d", asked.Load(), c.asked)
			}
			if got := identity.scope.Load(); got != "https://storage.azure.com/.default" {
				t.Errorf("asked for a token for %v", got)
			}
		})
	}
}

// TestBlobFollowsNoRedirect: whatever the storage says, another host is asked for nothing, and
// learns nothing.
func TestBlobFollowsNoRedirect(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 302, 303, 307, 308} {
		var asked atomic.Int32
		elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
		t.Cleanup(elsewhere.Close)
		service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body) // the answer does not depend on it
			http.Redirect(w, r, elsewhere.URL+r.URL.Path, status)
		}))
		t.Cleanup(service.Close)
		b := account{endpoint: service.URL + "/breakglass", key: randomKey()}.open(t, "state")
		_, _, errLoad := b.Load(t.Context(), tenantID)
		_, errSave := b.Save(t.Context(), memory(tenantID, "x"), "")
		_, _, errLease := b.Lease(t.Context(), tenantID)
		for doing, err := range map[string]error{"load": errLoad, "save": errSave, "become the only run: read": errLease} {
			want := fmt.Sprintf("%s what is remembered: the storage answered HTTP %d, and redirects are not followed", doing, status)
			if err == nil || err.Error() != want {
				t.Errorf("%v\nwant %s", err, want)
			}
		}
		if n := asked.Load(); n > 0 {
			t.Errorf("HTTP %d: another host was asked %d times", status, n)
		}
	}
}
