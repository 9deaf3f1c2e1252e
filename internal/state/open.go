package state

import (
	"context"
	"net"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"

	"breakglass/alert"
	"breakglass/text"
)

// A Store keeps memories, and sees to it that one run at a time changes them. Dir and Blob are the two there are.
type Store interface {
	// Load returns what is kept about a tenant and its Version. The error wraps
	// fs.ErrNotExist if nothing is, and ErrUnusable, with the Version beside it, if
	// it cannot be read.
	Load(ctx context.Context, tenant string) (alert.Memory, Version, error)
	// Save keeps a Memory in place of the Version that is named; the zero Version
	// if there is to be none. If another is there, the error is ErrConflict.
	Save(context.Context, alert.Memory, Version) (Version, error)
	// Lease makes this run the only one for a tenant until it is released, or the
	// process dies. The error is ErrBusy if another run is. The context that it returns
	// ends when the lease is lost.
	Lease(ctx context.Context, tenant string) (leased context.Context, release func(), err error)
}

const (
	settingName    = "BREAKGLASS_STATE"
	connectionName = "AZURE_STORAGE_CONNECTION_STRING"
)

// expected says what a place looks like.
func expected() text.Text {
	return text.New("expected file:///directory or https://<account>.blob.core.windows.net/<container>")
}

// Names of storage accounts and containers:
// https://learn.microsoft.com/azure/storage/common/storage-account-overview#storage-account-name
// https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata
var (
	accountPattern   = regexp.MustCompile(`^[a-z0-9]{3,24}$`)
	containerPattern = regexp.MustCompile(`^[a-z0-9](-?[a-z0-9]){2,62}$`)
)

// Open returns the store that the app setting BREAKGLASS_STATE names: a directory
// (file:///directory), a container in Azure Blob Storage
// (https://<account>.blob.core.windows.net/<container>), reached as the identity
// that the program runs under, or one in an emulator on this machine
// (http://127.0.0.1:10000/<account>/<container>), reached with
// AZURE_STORAGE_CONNECTION_STRING. It does not look whether the place is there. Its
// errors never repeat the setting, which may hold a key by mistake.
func Open(_ context.Context, setting string, getenv func(string) string) (Store, error) {
	if setting == "" {
		return nil, text.New("%s is not set; %s", settingName, expected())
	}
	u, err := url.Parse(setting)
	if err != nil {
		return nil, text.New("%s is not an address; %s", settingName, expected())
	}
	if u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || u.Opaque != "" {
		return nil, text.New("%s holds more than an address (a user, a query, a signature or a fragment); %s", settingName, expected())
	}
	switch {
	case u.Scheme == "file":
		return openDir(u)
	case (u.Scheme == "http" || u.Scheme == "https") && loopback(u.Hostname()):
		return openEmulator(u, getenv(connectionName))
	case u.Scheme == "https":
		return openAzure(u, getenv)
	case u.Scheme == "http":
		return nil, text.New("%s is an http address that is not on this machine; %s", settingName, expected())
	}
	return nil, text.New("%s has a scheme other than file and https; %s", settingName, expected())
}

func openDir(u *url.URL) (Store, error) {
	if u.Host != "" && u.Host != "localhost" {
		return nil, text.New("%s is a file address with a host, perhaps a slash too few; %s", settingName, expected())
	}
	path := filepath.FromSlash(u.Path)
	if trimmed := strings.TrimPrefix(path, `\`); filepath.VolumeName(trimmed) != "" {
		path = trimmed // file:///C:/directory
	}
	if !filepath.IsAbs(path) || filepath.Dir(path) == path {
		return nil, text.New("%s names no directory; %s", settingName, expected())
	}
	return NewDir(path), nil
}

// clouds are the hosts of Blob Storage, each with the cloud whose identities it
// accepts: https://learn.microsoft.com/azure/storage/common/storage-account-overview#storage-account-endpoints
func clouds() map[string]cloud.Configuration {
	return map[string]cloud.Configuration{
		"blob.core.windows.net":       cloud.AzurePublic,
		"blob.core.usgovcloudapi.net": cloud.AzureGovernment,
		"blob.core.chinacloudapi.cn":  cloud.AzureChina,
	}
}

func openAzure(u *url.URL, getenv func(string) string) (Store, error) {
	account, suffix, _ := strings.Cut(u.Host, ".")
	where, known := clouds()[suffix]
	if !known {
		return nil, text.New("%s is at a host that is not Azure Blob Storage's; %s", settingName, expected())
	}
	container := strings.Trim(u.Path, "/")
	if !accountPattern.MatchString(account) || !containerPattern.MatchString(container) {
		return nil, text.New("%s names no storage account and container; %s", settingName, expected())
	}
	credential, err := identity(where, getenv)
	if err != nil {
		return nil, text.New("%s: %s", settingName, err)
	}
	return newBlob("https://"+u.Host+"/"+container, credential, nil)
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
