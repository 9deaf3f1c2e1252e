package state

import (
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// secret stands in every setting below that may not be repeated.
const secret = "c2VjcmV0LWtleS1vZi10aGUtYWNjb3VudA=="

const emulator = "DefaultEndpointsProtocol=http;AccountName=account;AccountKey=" + secret + ";BlobEndpoint=http://127.0.0.1:10000/account;"

func environment(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func TestOpenDir(t *testing.T) {
	t.Parallel()
	for setting, want := range map[string]string{
		"file:///var/lib/breakglass":          "/var/lib/breakglass",
		"file://localhost/var/lib/breakglass": "/var/lib/breakglass",
		"file:///with%20space/":               "/with space/",
	} {
		store, err := Open(t.Context(), setting, environment())
		if err != nil {
			t.Errorf("Open(%q): %v", setting, err)
			continue
		}
		if !reflect.DeepEqual(store, NewDir(filepath.FromSlash(want))) {
			t.Errorf("Open(%q) = %+v, want a Dir at %q", setting, store, want)
		}
	}
}

func TestOpenBlob(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		setting, want string
		env           []string
	}{
		{"https://account1.blob.core.windows.net/state", "https://account1.blob.core.windows.net/state", []string{"IDENTITY_ENDPOINT", "http://127.0.0.1:1/token", "AZURE_CLIENT_ID", tenantID}},
		{"https://account1.blob.core.windows.net/state/", "https://account1.blob.core.windows.net/state", nil},
		{"https://account1.blob.core.usgovcloudapi.net/state", "https://account1.blob.core.usgovcloudapi.net/state", nil},
		{"https://account1.blob.core.chinacloudapi.cn/state-1", "https://account1.blob.core.chinacloudapi.cn/state-1", nil},
		{"http://127.0.0.1:10000/account/state", "http://127.0.0.1:10000/account/state", []string{connectionName, emulator}},
		{"http://localhost:10000/account/state/", "http://localhost:10000/account/state", []string{connectionName, strings.Replace(emulator, "127.0.0.1", "localhost", 1)}},
	} {
		store, err := Open(t.Context(), c.setting, environment(c.env...))
		if err != nil {
			t.Errorf("Open(%q): %v", c.setting, err)
			continue
		}
		b, ok := store.(*Blob)
		if !ok || b.container.URL() != c.want {
			t.Errorf("Open(%q) = %+v, want a Blob at %q", c.setting, store, c.want)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		setting, connection, want string
	}{
		{"", "", "BREAKGLASS_STATE is not set; " + expected().String()},
		{"http://[" + secret, "", "BREAKGLASS_STATE is not an address; " + expected().String()},
		{"/var/lib/" + secret, "", "BREAKGLASS_STATE has a scheme other than file and https; " + expected().String()},
		{"ftp://" + secret + "/x", "", "BREAKGLASS_STATE has a scheme other than file and https; " + expected().String()},
		{"file://var/" + secret, "", "BREAKGLASS_STATE is a file address with a host, perhaps a slash too few; " + expected().String()},
		{"file:///", "", "BREAKGLASS_STATE names no directory; " + expected().String()},
		{"file://", "", "BREAKGLASS_STATE names no directory; " + expected().String()},
		{"https://account1.blob.core.windows.net/state?sig=" + secret, "", "BREAKGLASS_STATE holds more than an address (a user, a query, a signature or a fragment); " + expected().String()},
		{"https://user:" + secret + "@account1.blob.core.windows.net/state", "", "BREAKGLASS_STATE holds more than an address (a user, a query, a signature or a fragment); " + expected().String()},
		{"https://account1.blob.core.windows.net.example.com/state", "", "BREAKGLASS_STATE is at a host that is not Azure Blob Storage's; " + expected().String()},
		{"https://account1.blob.core.windows.net:8443/state", "", "BREAKGLASS_STATE is at a host that is not Azure Blob Storage's; " + expected().String()},
		{"https://example.com/" + secret, "", "BREAKGLASS_STATE is at a host that is not Azure Blob Storage's; " + expected().String()},
		{"https://account1.blob.core.windows.net/", "", "BREAKGLASS_STATE names no storage account and container; " + expected().String()},
		{"https://account1.blob.core.windows.net/a/b", "", "BREAKGLASS_STATE names no storage account and container; " + expected().String()},
		{"https://.blob.core.windows.net/state", "", "BREAKGLASS_STATE names no storage account and container; " + expected().String()},
		{"http://account1.blob.core.windows.net/state", "", "BREAKGLASS_STATE is an http address that is not on this machine; " + expected().String()},
		{"http://127.0.0.1.example.com/account/state", emulator, "BREAKGLASS_STATE is an http address that is not on this machine; " + expected().String()},
		{"http://127.0.0.1:10000/account/state", "", "BREAKGLASS_STATE is an emulator's address, and AZURE_STORAGE_CONNECTION_STRING is not set"},
		{"http://127.0.0.1:10000/state", emulator, "BREAKGLASS_STATE names no container of the emulator; expected http://127.0.0.1:10000/<account>/<container>"},
		{"http://127.0.0.1:10000/account/state", secret, "AZURE_STORAGE_CONNECTION_STRING is not a connection string with BlobEndpoint, AccountName and AccountKey"},
		{"http://127.0.0.1:10000/account/state", emulator[:40] + "BlobEndpoint=http://%" + secret, "AZURE_STORAGE_CONNECTION_STRING is not a connection string with BlobEndpoint, AccountName and AccountKey"},
		{"http://127.0.0.1:10000/account/state", strings.Replace(emulator, "127.0.0.1:10000", "example.com", 1), "AZURE_STORAGE_CONNECTION_STRING is for another address than BREAKGLASS_STATE: its BlobEndpoint and the container must give the same"},
	} {
		store, err := Open(t.Context(), c.setting, environment(connectionName, c.connection))
		if err == nil {
			t.Errorf("Open(%q) = %+v, want an error", c.setting, store)
			continue
		}
		if err.Error() != c.want {
			t.Errorf("Open(%q): %v\nwant %s", c.setting, err, c.want)
		}
	}
}
