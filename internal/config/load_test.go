package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"breakglass/checks"
	"breakglass/tenant"
)

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

// directory returns one that holds the files, given as name and content.
func directory(t *testing.T, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i < len(files); i += 2 {
		if err := os.WriteFile(filepath.Join(dir, files[i]), []byte(files[i+1]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestLoad(t *testing.T) {
	t.Parallel()
	const minimal = "emergencyAccess: {accounts: [{user: ea01@contoso.com}]}"
	users := func(names ...string) Config {
		c := Config{Language: "en"}
		for _, name := range names {
			c.Accounts = append(c.Accounts, tenant.Declaration{User: name})
		}
		return c
	}
	elsewhere := filepath.Join(directory(t, "absolute.yaml", "tenant: contoso.com\n"+minimal), "absolute.yaml")
	fromFile := users("ea01@contoso.com")
	fromFile.Tenant = "contoso.com"
	full := users("ea01@contoso.com")
	full.Language, full.State, full.GraphURL = "ja", "file:///state", "https://graph.microsoft.us/v1.0"
	full.Sinks = map[string]Secret{"SLACK_WEBHOOK_URL": NewSecret("https://hooks.slack.com/services/x"), "TEAMS_WORKFLOW_URL": NewSecret("https://x.logic.azure.com/?sig=y")}
	local := users("ea01@contoso.com")
	local.GraphURL = "http://127.0.0.1:8080/v1.0"
	local.Sinks = map[string]Secret{"SLACK_BOT_TOKEN": NewSecret("xoxb-1"), "SLACK_CHANNEL": NewSecret("C01"), "SLACK_API_URL": NewSecret("http://localhost:8081/api/")}
	identity := users("ea01@contoso.com")
	signed := users("ea01@contoso.com")
	signed.Sinks = map[string]Secret{"TEAMS_WORKFLOW_AUTH": NewSecret("signature")}
	identity.Sinks = map[string]Secret{"TEAMS_WORKFLOW_URL": NewSecret("https://x.logic.azure.com/?y=z"), "TEAMS_WORKFLOW_AUTH": NewSecret("identity")}
	kept := users("ea01@contoso.com")
	kept.Custody = []checks.Custody{{Account: "ea01@contoso.com", Credential: "c"}}

	for name, c := range map[string]struct {
		env, files []string
		want       Config
	}{
		"the default file":         {nil, []string{"breakglass.yaml", minimal}, users("ea01@contoso.com")},
		"no file":                  {[]string{"BREAKGLASS_ACCOUNTS", id1 + ", a@contoso.com,, A@contoso.com ,"}, nil, users(id1, "a@contoso.com")},
		"added to the file's":      {[]string{"BREAKGLASS_ACCOUNTS", "EA01@contoso.com,b@contoso.com"}, []string{"breakglass.yaml", minimal}, users("ea01@contoso.com", "b@contoso.com")},
		"a file without any":       {[]string{"BREAKGLASS_ACCOUNTS", "b@contoso.com"}, []string{"breakglass.yaml", "custody:"}, users("b@contoso.com")},
		"another file":             {[]string{"BREAKGLASS_CONFIG", "other.json"}, []string{"breakglass.yaml", "broken: [", "other.json", minimal}, users("ea01@contoso.com")},
		"a file elsewhere":         {[]string{"BREAKGLASS_CONFIG", elsewhere}, nil, fromFile},
		"settings":                 {[]string{"BREAKGLASS_LANGUAGE", "JA", "BREAKGLASS_STATE", "file:///state", "BREAKGLASS_GRAPH_URL", "https://graph.microsoft.us/v1.0/", "SLACK_WEBHOOK_URL", " https://hooks.slack.com/services/x\n", "TEAMS_WORKFLOW_URL", "https://x.logic.azure.com/?sig=y"}, []string{"breakglass.yaml", minimal}, full},
		"stand-ins and a bot":      {[]string{"BREAKGLASS_LANGUAGE", "en", "BREAKGLASS_GRAPH_URL", "http://127.0.0.1:8080/v1.0", "SLACK_BOT_TOKEN", "xoxb-1", "SLACK_CHANNEL", "C01", "SLACK_API_URL", "http://localhost:8081/api/"}, []string{"breakglass.yaml", minimal}, local},
		"an identity for Teams":    {[]string{"TEAMS_WORKFLOW_URL", "https://x.logic.azure.com/?y=z", "TEAMS_WORKFLOW_AUTH", "Identity"}, []string{"breakglass.yaml", minimal}, identity},
		"a signature for Teams":    {[]string{"TEAMS_WORKFLOW_AUTH", "signature"}, []string{"breakglass.yaml", minimal}, signed},
		"custody of the setting's": {[]string{"BREAKGLASS_ACCOUNTS", "ea01@contoso.com"}, []string{"breakglass.yaml", "custody: [{account: EA01@contoso.com, credential: c}]"}, kept},
		"Maester's own config":     {[]string{"BREAKGLASS_CONFIG", "maester-config.json"}, []string{"maester-config.json", string(example(t, "maester-config.json"))}, Config{Language: "en", Accounts: []tenant.Declaration{{User: id1}, {User: "ea02@contoso.onmicrosoft.com"}, {User: "ea03@contoso.onmicrosoft.com"}, {Group: id2}}}},
	} {
		got, err := Load(environment(c.env...), directory(t, c.files...))
		got.declared, got.named = nil, nil // known_test.go looks at them
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: Load = %+v, %v\nwant %+v", name, got, err, c.want)
		}
	}
}

func TestLoadMistakes(t *testing.T) {
	t.Parallel()
	const secret = "https://hooks.slack.com/services/T0/B0/secret"
	for name, c := range map[string]struct {
		env, files []string
		want       string
	}{
		"no account":             {nil, nil, `BREAKGLASS_ACCOUNTS: no emergency access account is declared, neither here nor in breakglass.yaml; list user principal names or object ids here, separated by commas, or write breakglass.yaml: expected emergencyAccess with accounts, a list of "- user: <user principal name or object id>" or "- group: <object id>"`},
		"no account in the file": {nil, []string{"breakglass.yaml", "tenant: contoso.com"}, `BREAKGLASS_ACCOUNTS: no emergency access account is declared, neither here nor in breakglass.yaml; list user principal names or object ids here, separated by commas, or write breakglass.yaml: expected emergencyAccess with accounts, a list of "- user: <user principal name or object id>" or "- group: <object id>"`},
		"an empty file":          {[]string{"BREAKGLASS_ACCOUNTS", id1}, []string{"breakglass.yaml", ""}, `breakglass.yaml:1: the file declares nothing; expected emergencyAccess with accounts, a list of "- user: <user principal name or object id>" or "- group: <object id>"`},
		"a huge file":            {[]string{"BREAKGLASS_ACCOUNTS", id1}, []string{"breakglass.yaml", strings.Repeat("#", maxSize+1)}, "breakglass.yaml:1: the file is larger than 1 MiB; expected a breakglass.yaml"},
		"commas":                 {[]string{"BREAKGLASS_ACCOUNTS", ", ,"}, []string{"breakglass.yaml", "emergencyAccess: {accounts: [{user: a@b.co}]}"}, "BREAKGLASS_ACCOUNTS: it holds commas only; expected user principal names or object ids, separated by commas"},
		"all at once": {[]string{
			"BREAKGLASS_ACCOUNTS", "a@b.co, ea01 ," + secret, "BREAKGLASS_LANGUAGE", "fr", "BREAKGLASS_GRAPH_URL", "https://graph.microsoft.com.evil.example/v1.0",
			"SLACK_WEBHOOK_URL", "http://hooks.slack.com/services/secret", "SLACK_BOT_TOKEN", "xoxb-secret", "SLACK_API_URL", "https://user:secret@slack.com", "TEAMS_WORKFLOW_URL", "secret",
		}, []string{"breakglass.yaml", "tenants: []\nx: 1"}, strings.Join([]string{
			"breakglass.yaml:1: several tenants are not supported by this version; expected the sections of one tenant, without tenants",
			`breakglass.yaml:2: the file has an unknown key "x"; expected tenant, emergencyAccess, custody, passwordAuthentication, dependencies, identifiers, allow, drills, snooze, notifications or GlobalSettings`,
			`BREAKGLASS_ACCOUNTS: an entry is "ea01"; expected user principal names or object ids, separated by commas`,
			"BREAKGLASS_ACCOUNTS: an entry has a value that is not repeated here, as it may be a secret; expected user principal names or object ids, separated by commas",
			`BREAKGLASS_LANGUAGE: it is "fr"; expected en or ja`,
			"BREAKGLASS_GRAPH_URL: it is not at a host of Microsoft Graph, and a token goes there; expected https:// and graph.microsoft.com, graph.microsoft.us, dod-graph.microsoft.us or microsoftgraph.chinacloudapi.cn, then a version such as /v1.0",
			"SLACK_WEBHOOK_URL: it is an http address that is not on this machine; expected one that begins with https://",
			"SLACK_API_URL: the address holds a user or a password; expected one without",
			"SLACK_CHANNEL: it is not set, and SLACK_BOT_TOKEN is; expected the channel's id",
			"TEAMS_WORKFLOW_URL: it is not a web address; expected one that begins with https://",
		}, "\n")},
		"a wrong account alone":      {[]string{"BREAKGLASS_ACCOUNTS", "ea01@contoso.com,ea02"}, []string{"breakglass.yaml", "custody: [{account: ea02@contoso.com, credential: c}]"}, `BREAKGLASS_ACCOUNTS: an entry is "ea02"; expected user principal names or object ids, separated by commas`},
		"a file with a strange name": {[]string{"BREAKGLASS_CONFIG", "a\nb.yaml"}, []string{"a\nb.yaml", "x: 1"}, `"a\nb.yaml":1: the file has an unknown key "x"; expected tenant, emergencyAccess, custody, passwordAuthentication, dependencies, identifiers, allow, drills, snooze, notifications or GlobalSettings`},
		"a secret for a file":        {[]string{"BREAKGLASS_CONFIG", secret}, nil, "BREAKGLASS_CONFIG: it has a value that is not repeated here, as it may be a secret; expected the path of a file"},
		"Key Vault":                  {[]string{"BREAKGLASS_ACCOUNTS", id1, "SLACK_WEBHOOK_URL", "@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/s)"}, nil, "SLACK_WEBHOOK_URL: the reference to Key Vault was not followed; expected that the app's identity may read the secret, and that the secret is there"},
		"two ways":                   {[]string{"BREAKGLASS_ACCOUNTS", id1, "SLACK_WEBHOOK_URL", secret, "SLACK_BOT_TOKEN", "xoxb-secret", "SLACK_CHANNEL", "C"}, nil, "SLACK_WEBHOOK_URL: SLACK_BOT_TOKEN is set too; expected one of the two"},
		"no token":                   {[]string{"BREAKGLASS_ACCOUNTS", id1, "SLACK_CHANNEL", "C"}, nil, "SLACK_BOT_TOKEN: it is not set, and SLACK_CHANNEL is; expected the bot's token; a webhook has its own channel"},
		"who asks Teams":             {[]string{"BREAKGLASS_ACCOUNTS", id1, "TEAMS_WORKFLOW_URL", secret, "TEAMS_WORKFLOW_AUTH", "token"}, nil, `TEAMS_WORKFLOW_AUTH: it is "token"; expected signature, where the workflow's URL has one, or identity`},
		"a secret for who asks":      {[]string{"BREAKGLASS_ACCOUNTS", id1, "TEAMS_WORKFLOW_AUTH", secret}, nil, "TEAMS_WORKFLOW_AUTH: it has a value that is not repeated here, as it may be a secret; expected signature, where the workflow's URL has one, or identity"},
		"an identity for nothing":    {[]string{"BREAKGLASS_ACCOUNTS", id1, "TEAMS_WORKFLOW_AUTH", "identity"}, nil, "TEAMS_WORKFLOW_URL: it is not set, and TEAMS_WORKFLOW_AUTH is identity; expected the workflow's URL"},
		"an identity, Key Vault":     {[]string{"BREAKGLASS_ACCOUNTS", id1, "TEAMS_WORKFLOW_AUTH", "identity", "TEAMS_WORKFLOW_URL", "@Microsoft.KeyVault(x)"}, nil, "TEAMS_WORKFLOW_URL: the reference to Key Vault was not followed; expected that the app's identity may read the secret, and that the secret is there"},
		"Graph by http":              {[]string{"BREAKGLASS_ACCOUNTS", id1, "BREAKGLASS_GRAPH_URL", "http://graph.microsoft.com"}, nil, "BREAKGLASS_GRAPH_URL: it is an http address that is not on this machine; expected one that begins with https://"},
		"no address":                 {[]string{"BREAKGLASS_ACCOUNTS", id1, "TEAMS_WORKFLOW_URL", "https://%zz" + secret}, nil, "TEAMS_WORKFLOW_URL: it is not a web address; expected one that begins with https://"},
	} {
		got, err := Load(environment(c.env...), directory(t, c.files...))
		left := Config{}
		if errors.Is(err, ErrNoAccounts) {
			left = got // the rest of it is good
		}
		if err == nil || err.Error() != c.want || !reflect.DeepEqual(got, left) || errors.Is(err, ErrNoAccounts) != strings.HasPrefix(name, "no account") {
			t.Errorf("%s: Load = %+v,\n%v\nwant:\n%s", name, got, err, c.want)
		}
	}
}

// TestLoadWithoutAccounts: what else is configured is still known.
func TestLoadWithoutAccounts(t *testing.T) {
	t.Parallel()
	got, err := Load(environment("BREAKGLASS_LANGUAGE", "ja"), directory(t, "breakglass.yaml", "tenant: contoso.com"))
	if !errors.Is(err, ErrNoAccounts) || !reflect.DeepEqual(got, Config{Tenant: "contoso.com", Language: "ja"}) {
		t.Errorf("Load = %+v, %v", got, err)
	}
}

// TestNamedFile: a file that is there is opened, whatever its path looks like. What is no
// file is held against signs of secrets, and the one is named that named it.
func TestNamedFile(t *testing.T) {
	t.Parallel()
	const good = "emergencyAccess: {accounts: [{user: ea01@contoso.com}]}"
	const random = "aB3dE5gH7jK9mN1pQ3sT5vW7"
	base := t.TempDir()
	for _, dir := range []string{"services/breakglass", "xoxb", "a sig=b", "accountkey=", "powerautomate", random, "https:/services"} {
		if err := os.MkdirAll(filepath.Join(base, dir), 0o700); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "breakglass.yaml")
		if err := os.WriteFile(filepath.Join(base, path), []byte(good), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{path, filepath.Join(base, path)} {
			if c, err := Load(environment("BREAKGLASS_CONFIG", name), base); err != nil || len(c.Accounts) != 1 {
				t.Errorf("setting %s: %v", name, err)
			}
			if c, err := LoadNamed(environment("BREAKGLASS_CONFIG", "missing.yaml"), base, name); err != nil || len(c.Accounts) != 1 {
				t.Errorf("flag %s: %v", name, err)
			}
		}
	}
	if err := os.Mkdir(filepath.Join(base, "breakglass.yaml"), 0o700); err != nil {
		t.Fatal(err)
	}
	const hidden = "it has a value that is not repeated here, as it may be a secret"
	for name, want := range map[string]string{
		"missing.yaml": `it is "missing.yaml", and the file is not there`, "xoxb": hidden, "services": `it is "services", and it is a directory`,
		"https://hooks.slack.com/services/T0/B0/x": hidden, "xoxb-1": hidden, random: hidden, "Q~" + random: hidden,
	} {
		_, err := LoadNamed(environment(), base, name)
		if err == nil || err.Error() != "--config: "+want+"; expected the path of a file" {
			t.Errorf("flag %s: %v", name, err)
		}
		_, err = Load(environment("BREAKGLASS_CONFIG", name), base)
		if err == nil || !strings.HasPrefix(err.Error(), "BREAKGLASS_CONFIG: "+want+"; ") {
			t.Errorf("setting %s: %v", name, err)
		}
	}
	if _, err := Load(environment(), base); err == nil || err.Error() != "breakglass.yaml: it is a directory; expected a file that can be read" {
		t.Errorf("the default file: %v", err)
	}
}

// TestSecretsInWordsOfFewLetters: a random word in a setting of a few words is not repeated.
func TestSecretsInWordsOfFewLetters(t *testing.T) {
	t.Parallel()
	const random = "aB3dE5gH7jK9mN1pQ3sT5vW7"
	for _, setting := range []string{SettingLanguage, "TEAMS_WORKFLOW_AUTH"} {
		_, err := Load(environment("BREAKGLASS_ACCOUNTS", id1, setting, random), t.TempDir())
		if err == nil || strings.Contains(strings.ToLower(err.Error()), strings.ToLower(random)) {
			t.Errorf("%s: %v", setting, err)
		}
	}
}

// TestLimits: a snooze of 90 days at most and a drill of 7, with their lines, wherever the
// configuration is read. A drill that has ended is one: it explains what the log still shows.
func TestLimits(t *testing.T) {
	t.Parallel()
	now := time.Now().UTC()
	on := func(days int) string { return now.AddDate(0, 0, days).Format(time.DateOnly) }
	const accounts = "emergencyAccess: {accounts: [{user: ea01@contoso.com}]}\n"
	snooze := func(check, until, more string) string {
		return accounts + "snooze:\n  - {check: drill-recent, until: " + on(1) + ", reason: r, by: k}\n  - {check: " + check + ", until: " + until + ", reason: r, by: k" + more + "}\n"
	}
	drill := func(from, to string) string {
		return accounts + "drills:\n\n  - {account: ea01@contoso.com, from: " + from + ", to: " + to + ", by: k}\n"
	}
	for name, c := range map[string]struct{ text, want string }{
		"a snooze of 90 days":         {snooze("drill-recent", on(90), ""), ""},
		"a snooze of 92 days":         {snooze("drill-recent", on(92), ""), "breakglass.yaml:4: snooze[1] ends more than 90d from now; expected an earlier end: when it comes, people are told, and you can decide again"},
		"a critical check":            {snooze("method-usable", on(9), ""), "breakglass.yaml:4: snooze[1] is about a critical check; expected acceptCritical: true beside it, if you mean to hear no more of it until then"},
		"a critical check, accepted":  {snooze("method-usable", on(9), ", acceptCritical: true"), ""},
		"a snooze that has ended":     {snooze("drill-recent", on(-9), ""), ""},
		"a drill of 7 days":           {drill(on(0), on(7)), ""},
		"a drill of 8 days":           {drill(on(0), on(8)), "breakglass.yaml:4: drills[0] lasts more than 7d; expected an earlier end: a sign-in in that time is no alarm"},
		"a drill that has ended":      {drill(on(-9), on(-8)), ""},
		"a drill that ended long ago": {drill(on(-900), on(-899)), ""},
		"a drill to come":             {drill(on(900), on(901)), ""},
	} {
		c2, err := Load(environment(), directory(t, "breakglass.yaml", c.text))
		if got := fmt.Sprint(err); got != c.want && !(c.want == "" && err == nil) {
			t.Errorf("%s: %s\nwant %s", name, got, c.want)
		}
		if _, policyErr := c2.Policy(now); policyErr != nil {
			t.Errorf("%s: what Load takes the app does not: %v", name, policyErr)
		}
	}
}

func TestSecret(t *testing.T) {
	t.Parallel()
	const value = "https://hooks.slack.com/services/T0/B0/XXXX"
	type holder struct {
		Exported   Secret
		unexported Secret
		Pointer    *Secret
	}
	s := NewSecret(value)
	h := holder{s, s, &s}
	var log strings.Builder
	logger := slog.New(slog.NewJSONHandler(&log, nil))
	logger.Info("text", "secret", s, "holder", h)
	slog.New(slog.NewTextHandler(&log, nil)).Info("text", "secret", s, "holder", h)
	encoded, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	printed := log.String() + string(encoded)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		printed += fmt.Sprintf(verb+" "+verb+" "+verb+"\n", s, h, []Secret{s})
	}
	for _, leak := range []string{"hooks", "XXXX", fmt.Sprintf("%x", "hooks"), fmt.Sprintf("%X", "hooks")} {
		if strings.Contains(printed, leak) {
			t.Errorf("%q is in\n%s", leak, printed)
		}
	}
	if !strings.Contains(printed, `"Exported":"[redacted]"`) || s.Reveal() != value || !s.Set() {
		t.Errorf("Reveal = %q, Set = %v, printed\n%s", s.Reveal(), s.Set(), printed)
	}
	if none := NewSecret(""); none.Set() || none.Reveal() != "" || none.String() != "" || none != (Secret{}) {
		t.Errorf("a secret that is not set: %v, %q", none.Set(), none.Reveal())
	}
}
