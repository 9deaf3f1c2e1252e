package graph

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// A watcherToken is a credential that always has the same token.
type watcherToken string

func (c watcherToken) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: string(c), ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// tokenOf is the token of the watcher that a tenant file names.
func tokenOf(t testing.TB, data []byte) watcherToken {
	t.Helper()
	var file struct {
		Watcher struct {
			AppID string   `json:"appId"`
			Roles []string `json:"roles"`
		} `json:"watcher"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	payload, err := json.Marshal(map[string]any{"appid": file.Watcher.AppID, "roles": file.Watcher.Roles})
	if err != nil {
		t.Fatal(err)
	}
	return watcherToken("header." + base64.RawURLEncoding.EncodeToString(payload) + ".signature")
}
