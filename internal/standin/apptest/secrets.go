package apptest

import (
	"slices"
	"strings"

	"breakglass/internal/config"
)

// Shows is a part of the secret, eight characters or more in any case, that a text shows.
func (p Secret) Shows(text string) string {
	text = strings.ToLower(text)
	for i := 0; i+8 <= len(p.Part); i++ {
		if part := strings.ToLower(p.Part[i : i+8]); strings.Contains(text, part) {
			return part
		}
	}
	return ""
}

// A Secret secret, of which no part of what authorises may be seen.
type Secret struct{ Whole, Part string }

func Secrets() map[string]Secret {
	const (
		random = "zQ7vT2mX9kL4pW8nR5jH3cB6"
		key    = "kY3v+0/aQ8xZ1bW5tR7uP2sD4fG6hJ9kL0zX3cV5bN2mQ8wE4rT6yU1iO3pA5sD7fG9hJ0kL2zX4cV6bN8m=="
		sig    = "h4Kq9ZtW2rVb7YxN3mLp8JdF6sGcQ1uE"
		jwt    = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwczovL2dyYXBoIn0.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg"
	)
	return map[string]Secret{
		"a Slack webhook":       {"https://hooks.slack.com/services/T0A1B2C3D/B0A1B2C3D/" + random, random},
		"a bot's token":         {"xoxb-2837465019283-8374650192837-" + random, random},
		"a workflow":            {"https://prod-12.westeurope.logic.azure.com:443/workflows/5f3a9c/triggers/manual/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=" + sig, sig},
		"a connection string":   {"DefaultEndpointsProtocol=https;AccountName=contoso;AccountKey=" + key + ";EndpointSuffix=core.windows.net", key},
		"a SAS token":           {"sv=2022-11-02&ss=b&srt=sco&sp=rwdl&se=2027-01-01T00:00:00Z&st=2026-01-01T00:00:00Z&spr=https&sig=" + sig, sig},
		"an application's":      {"abc8Q~zQ7vT2mX9kL4pW8nR5jH3cB6sD1fG0hJ2a", "abc8Q~zQ7vT2mX9kL4pW8nR5jH3cB6sD1fG0hJ2a"},
		"a token":               {jwt, jwt},
		"a heartbeat":           {"https://hc-ping.com/" + "q7f3k9d2-x8m4z6t1p5w0", "q7f3k9d2-x8m4z6t1p5w0"},
		"a word":                {random, random},
		"a word in small":       {"9f3k7d2x8m4z6t1p5w0q7b3n", "9f3k7d2x8m4z6t1p5w0q7b3n"},
		"a key in hexadecimals": {"4fa1c09b7e3d52886d10f7ab93ce45d2", "4fa1c09b7e3d52886d10f7ab93ce45d2"},
	}
}

// EverySetting is all that the program, its doctor or the libraries read.
func EverySetting() []string {
	return slices.Concat(config.SettingNames(), []string{"IDENTITY_ENDPOINT", "IDENTITY_HEADER", "AZURE_AUTHORITY_HOST", "WEBSITE_SITE_NAME"}, []string{
		"BREAKGLASS_SCHEDULE", "FUNCTIONS_CUSTOMHANDLER_PORT", "AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_CLIENT_SECRET", "AZURE_STORAGE_CONNECTION_STRING",
		"APPLICATIONINSIGHTS_CONNECTION_STRING", "AzureWebJobsStorage", "AzureWebJobsStorage__accountName", "AzureWebJobsStorage__clientId",
		"AzureWebJobsStorage__credential", "AzureWebJobs.Watch.Disabled", "AzureWebJobs.EmergencyAccess.Disabled", "BREAKGLASS_UNKNOWN", "NO_COLOR",
	})
}
