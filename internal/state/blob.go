package state

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/streaming"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/blob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/bloberror"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/blockblob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"

	"breakglass/alert"
	"breakglass/text"
)

// A storage that does not answer is given up after patience: a run has minutes,
// and people must be told even so.
const (
	patience   = 30 * time.Second
	tryTimeout = 8 * time.Second
	retries    = 2
)

// Blob keeps memories in a container of Azure Blob Storage, one blob for each
// tenant. A blob's Version is its ETag:
// https://learn.microsoft.com/rest/api/storageservices/specifying-conditional-headers-for-blob-service-operations
type Blob struct {
	container *container.Client
	name      string // the container's, for people
}

// Load returns what is kept about a tenant and its Version. The error wraps
// fs.ErrNotExist if nothing is, and ErrUnusable, with the Version beside it, if it
// cannot be read.
func (b *Blob) Load(ctx context.Context, tenant string) (alert.Memory, Version, error) {
	name, err := key(tenant)
	if err != nil {
		return alert.Memory{}, "", err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	answer, err := b.container.NewBlobClient(name).DownloadStream(ctx, nil)
	if err != nil {
		return alert.Memory{}, "", b.explain(text.New("load what is remembered"), err)
	}
	body := answer.NewRetryReader(ctx, &blob.RetryReaderOptions{MaxRetries: retries})
	data, err := io.ReadAll(io.LimitReader(body, maxSize+1))
	if err = errors.Join(err, body.Close()); err != nil {
		return alert.Memory{}, "", b.explain(text.New("load what is remembered"), err)
	}
	m, err := decode(data, tenant)
	return m, versionOfTag(answer.ETag), err
}

// Save keeps m in place of the version that v names; the zero Version if there is
// to be none. If another is there, the error is ErrConflict and nothing changes.
func (b *Blob) Save(ctx context.Context, m alert.Memory, v Version) (Version, error) {
	name, err := key(m.Tenant)
	if err != nil {
		return "", err
	}
	data, err := encode(m)
	if err != nil {
		return "", err
	}
	condition := &blob.ModifiedAccessConditions{IfNoneMatch: to.Ptr(azcore.ETagAny)}
	if v != "" {
		condition = &blob.ModifiedAccessConditions{IfMatch: new(azcore.ETag(v))}
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	answer, err := b.container.NewBlockBlobClient(name).Upload(ctx, streaming.NopCloser(bytes.NewReader(data)), &blockblob.UploadOptions{
		HTTPHeaders:      &blob.HTTPHeaders{BlobContentType: new("application/json")},
		AccessConditions: &blob.AccessConditions{ModifiedAccessConditions: condition},
	})
	if err != nil {
		return "", b.explain(text.New("save what is remembered"), err)
	}
	return versionOfTag(answer.ETag), nil
}

func versionOfTag(tag *azcore.ETag) Version {
	if tag == nil {
		return "" // Blob Storage always sends one
	}
	return Version(*tag)
}

// explain words an error of the storage. It keeps the service's code and drops the
// rest of what the SDK says, which may hold addresses with signatures.
func (b *Blob) explain(doing text.Text, err error) error {
	var answer *azcore.ResponseError
	var transport *url.Error
	switch {
	case bloberror.HasCode(err, bloberror.BlobNotFound):
		return text.New("%s: %s", doing, fs.ErrNotExist)
	case bloberror.HasCode(err, bloberror.BlobAlreadyExists, bloberror.ConditionNotMet):
		return text.New("%s: %s", doing, ErrConflict)
	case bloberror.HasCode(err, bloberror.ContainerNotFound):
		return text.New("%s: there is no container %q in the storage account: create it, or correct %s", doing, b.name, settingName)
	case bloberror.HasCode(err, bloberror.AuthorizationPermissionMismatch):
		return text.New("%s: the storage refuses the identity (HTTP 403, %s): give it the role Storage Blob Data Contributor on container %q",
			doing, bloberror.AuthorizationPermissionMismatch, b.name)
	case errors.As(err, &answer) && answer.StatusCode/100 == 3:
		return text.New("%s: the storage answered HTTP %d, and redirects are not followed", doing, answer.StatusCode)
	case errors.As(err, &answer):
		return text.New("%s: the storage answered HTTP %d %s", doing, answer.StatusCode, answer.ErrorCode)
	case errors.As(err, &transport):
		return text.New("%s: the storage cannot be reached: %s", doing, transport.Err)
	}
	return text.New("%s: %s", doing, err)
}

// identity is who the program is to Azure: the managed identity where the platform
// offers one, otherwise whoever is signed in on this machine.
func identity(where cloud.Configuration, getenv func(string) string) (azcore.TokenCredential, error) {
	options := clientOptions(nil)
	options.Cloud = where
	if getenv("IDENTITY_ENDPOINT") == "" {
		return azidentity.NewDefaultAzureCredential(&azidentity.DefaultAzureCredentialOptions{ClientOptions: options})
	}
	managed := &azidentity.ManagedIdentityCredentialOptions{ClientOptions: options}
	if id := getenv("AZURE_CLIENT_ID"); id != "" {
		managed.ID = azidentity.ClientID(id)
	}
	return azidentity.NewManagedIdentityCredential(managed)
}

// clientOptions are those of every client here; transport may be nil. None follows a
// redirect: what is remembered is for no other host, and neither is who asks for a token.
func clientOptions(transport http.RoundTripper) azcore.ClientOptions {
	return azcore.ClientOptions{
		Retry: policy.RetryOptions{MaxRetries: retries, TryTimeout: tryTimeout, RetryDelay: 500 * time.Millisecond, MaxRetryDelay: 2 * time.Second},
		Transport: &http.Client{
			Transport:     transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// newBlob returns the store in a container; transport may be nil.
func newBlob(containerURL string, credential azcore.TokenCredential, transport http.RoundTripper) (*Blob, error) {
	client, err := container.NewClient(containerURL, credential, &container.ClientOptions{ClientOptions: clientOptions(transport)})
	if err != nil {
		return nil, text.New("%s: %s", settingName, err)
	}
	return &Blob{container: client, name: path.Base(containerURL)}, nil
}

// openEmulator returns the store in an emulator. The connection string must be for
// the same address, or its key would go elsewhere.
func openEmulator(u *url.URL, connection string) (Store, error) {
	address := u.Scheme + "://" + u.Host + strings.TrimSuffix(u.Path, "/")
	name := path.Base(address)
	if connection == "" {
		return nil, text.New("%s is an emulator's address, and %s is not set", settingName, connectionName)
	}
	if strings.Count(u.Path, "/") < 2 || !containerPattern.MatchString(name) {
		return nil, text.New("%s names no container of the emulator; expected http://127.0.0.1:10000/<account>/<container>", settingName)
	}
	client, err := container.NewClientFromConnectionString(connection, name, &container.ClientOptions{ClientOptions: clientOptions(nil)})
	if err != nil { // its text may hold parts of the connection string
		return nil, text.New("%s is not a connection string with BlobEndpoint, AccountName and AccountKey", connectionName)
	}
	if at, _, _ := strings.Cut(client.URL(), "?"); at != address {
		return nil, text.New("%s is for another address than %s: its BlobEndpoint and the container must give the same", connectionName, settingName)
	}
	return &Blob{container: client, name: name}, nil
}
