package config

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"breakglass/tenant"
)

// defaultFile is read where BREAKGLASS_CONFIG names no other.
const defaultFile = "breakglass.yaml"

// SettingLanguage is the app setting that names the language of what people read.
const SettingLanguage = "BREAKGLASS_LANGUAGE"

const (
	settingConfig       = "BREAKGLASS_CONFIG"
	settingAccounts     = "BREAKGLASS_ACCOUNTS"
	settingState        = "BREAKGLASS_STATE"
	settingGraph        = "BREAKGLASS_GRAPH_URL"
	settingSlackWebhook = "SLACK_WEBHOOK_URL"
	settingSlackToken   = "SLACK_BOT_TOKEN"
	settingSlackChannel = "SLACK_CHANNEL"
	settingSlackAPI     = "SLACK_API_URL"
	settingTeams        = "TEAMS_WORKFLOW_URL"

	settingEscalationSlack = "ESCALATION_SLACK_WEBHOOK_URL"
	settingEscalationTeams = "ESCALATION_TEAMS_WORKFLOW_URL"
	settingHeartbeat       = "BREAKGLASS_HEARTBEAT_URL"
	settingTeamsAuth       = "TEAMS_WORKFLOW_AUTH"
)

// Load reads the app settings and the file that BREAKGLASS_CONFIG names, relative to
// baseDir; breakglass.yaml in baseDir, if there is one, where it names none.
// Accounts of BREAKGLASS_ACCOUNTS are added to the file's. The error is of type
// Mistakes, or is ErrNoAccounts and comes with all the rest of the configuration.
func Load(getenv func(string) string, baseDir string) (Config, error) {
	return LoadNamed(getenv, baseDir, "")
}

// FlagConfig is how the command line names the configuration file.
const FlagConfig = "--config"

// LoadNamed is Load, of the file that was named with FlagConfig, if one was.
func LoadNamed(getenv func(string) string, baseDir, named string) (Config, error) {
	s := settings{getenv: getenv}
	c, err := s.file(baseDir, named, s.accounts())
	if mistakes, ok := errors.AsType[Mistakes](err); ok {
		s.mistakes = append(s.mistakes, mistakes...)
	}
	s.rest(&c)
	s.mistakes = append(s.mistakes, c.overlong(time.Now())...)
	if len(s.mistakes) == 0 && len(c.Accounts) == 0 {
		return c, undeclaredError{Mistake{
			Source:   settingAccounts,
			What:     "no emergency access account is declared, neither here nor in " + defaultFile,
			Expected: "list user principal names or object ids here, separated by commas, or write " + defaultFile + ": " + howToDeclare,
		}}
	}
	if err := s.mistakes.err(); err != nil {
		return Config{}, err
	}
	return c, nil
}

// Remains returns what is right in the app settings, where Load refused the whole: where
// memories are kept and whom to tell, so that people can be told what is wrong. It declares
// no account, and nothing must be watched by it.
func Remains(getenv func(string) string) Config {
	var c Config
	s := settings{getenv: getenv}
	s.rest(&c)
	return c
}

// SettingNames lists the app settings that Load reads.
func SettingNames() []string {
	return []string{
		settingAccounts, settingConfig, settingGraph, settingHeartbeat, SettingLanguage, settingState,
		settingEscalationSlack, settingEscalationTeams,
		settingSlackAPI, settingSlackToken, settingSlackChannel, settingSlackWebhook, settingTeamsAuth, settingTeams,
	}
}

// Nearest finds among some names the one that was probably meant; empty if none is near.
func Nearest(written string, names []string) string { return nearest(written, names) }

// InVault reports whether the value of an app setting is a reference to a key vault, which
// the platform follows before the app sees it.
func InVault(value string) bool { return strings.HasPrefix(strings.TrimSpace(value), vaultPrefix) }

const vaultPrefix = "@Microsoft.KeyVault("

// ErrNoAccounts says that all is well with the configuration but that it declares no
// account. What else it says is returned with it.
var ErrNoAccounts = errors.New("no emergency access account is declared")

type undeclaredError struct{ Mistake }

func (undeclaredError) Is(target error) bool { return target == ErrNoAccounts }

// settings reads app settings and notes their mistakes.
type settings struct {
	getenv   func(string) string
	mistakes Mistakes
}

func (s *settings) mistake(name, what, expected string) {
	s.mistakes = append(s.mistakes, Mistake{Source: name, What: what, Expected: expected})
}

// get returns a setting without the spaces and line ends around it. A reference to
// Key Vault that the platform could not follow arrives as it was written:
// https://learn.microsoft.com/azure/app-service/app-service-key-vault-references
func (s *settings) get(name string) string {
	v := strings.TrimSpace(s.getenv(name))
	if InVault(v) {
		s.mistake(name, "the reference to Key Vault was not followed", "expected that the app's identity may read the secret, and that the secret is there")
		return ""
	}
	return v
}

// file reads the configuration file, to which the declared accounts are added: the one
// that was named at the command line, or else that of the app setting. The default one may
// be absent.
func (s *settings) file(baseDir, named string, declared []tenant.Declaration) (Config, error) {
	source, name := FlagConfig, named
	if name == "" {
		source, name = settingConfig, s.get(settingConfig)
	}
	path := cmp.Or(name, defaultFile)
	if !filepath.IsAbs(path) {
		path = filepath.Join(baseDir, path)
	}
	data, err := readFile(path)
	switch {
	case err == nil:
		return Parse(fileName(path), data, declared...)
	case name == "" && errors.Is(err, fs.ErrNotExist):
		return Config{Accounts: unique(declared)}, nil
	case name == "":
		return Config{}, Mistakes{{Source: defaultFile, What: unopened(err), Expected: "expected a file that can be read"}}
	case Secretive(name): // what is no file may be what belongs elsewhere
		return Config{}, Mistakes{{Source: source, What: is("it", name), Expected: "expected the path of a file"}}
	case named == "":
		return Config{}, Mistakes{{Source: source, What: "it is " + quoted(name) + ", and " + unopened(err), Expected: "name the file, or remove the setting: breakglass.yaml beside host.json is read without it"}}
	}
	return Config{}, Mistakes{{Source: source, What: "it is " + quoted(name) + ", and " + unopened(err), Expected: "expected the path of a file"}}
}

// errNoFile says that there is something else than a file.
var errNoFile = errors.New("it is no file")

// readFile reads a configuration file; of one that is too large, as much as shows it. What
// may never end or never begin, a device or a pipe, is none: the app would wait for it.
func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case info.Mode()&(os.ModeDevice|os.ModeNamedPipe|os.ModeSocket|os.ModeIrregular) != 0:
		return nil, errNoFile
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // nothing was written
	return io.ReadAll(io.LimitReader(f, maxSize+1))
}

// unopened says why a file could not be read, without its path.
func unopened(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "the file is not there"
	case errors.Is(err, fs.ErrPermission):
		return "the file must not be read"
	case errors.Is(err, syscall.EISDIR):
		return "it is a directory"
	}
	return "it cannot be read as a file"
}

// fileName is a path's last element, and prints on one line.
func fileName(path string) string {
	name := filepath.Base(path)
	if strings.ContainsFunc(name, func(c rune) bool { return !strconv.IsPrint(c) }) {
		return shown(name)
	}
	return name
}

// accounts returns those of BREAKGLASS_ACCOUNTS, and a zero one for each that is wrong.
func (s *settings) accounts() []tenant.Declaration {
	const expected = "expected user principal names or object ids, separated by commas"
	list := s.get(settingAccounts)
	var declared []tenant.Declaration
	for entry := range strings.SplitSeq(list, ",") {
		entry = strings.TrimSpace(entry)
		if entry == "" {
			continue
		}
		user, ok := userName.parse(entry)
		if !ok {
			s.mistake(settingAccounts, is("an entry", entry), expected)
			user = ""
		}
		declared = append(declared, tenant.Declaration{User: user})
	}
	if list != "" && len(declared) == 0 {
		s.mistake(settingAccounts, "it holds commas only", expected)
	}
	return declared
}

func (s *settings) rest(c *Config) {
	c.Language = "en"
	switch language := s.get(SettingLanguage); strings.ToLower(language) {
	case "", "en":
	case "ja":
		c.Language = "ja"
	default:
		s.mistake(SettingLanguage, is("it", language), "expected en or ja")
	}
	c.State = s.get(settingState)
	c.GraphURL = strings.TrimRight(s.address(settingGraph), "/")
	if u, err := url.Parse(c.GraphURL); err == nil && c.GraphURL != "" && !loopback(u.Hostname()) && !slices.Contains(graphHosts(), u.Host) {
		s.mistake(settingGraph, "it is not at a host of Microsoft Graph, and a token goes there", "expected https:// and "+enumerate(graphHosts())+", then a version such as /v1.0")
	}
	s.slack(c)
	s.teams(c)
}

func (s *settings) slack(c *Config) {
	c.Slack = Slack{
		Webhook:  NewSecret(s.address(settingSlackWebhook)),
		BotToken: NewSecret(s.get(settingSlackToken)),
		Channel:  s.get(settingSlackChannel),
		APIURL:   s.address(settingSlackAPI),
	}
	c.EscalationSlack = NewSecret(s.address(settingEscalationSlack))
	c.EscalationTeams = NewSecret(s.address(settingEscalationTeams))
	c.Heartbeat = NewSecret(s.address(settingHeartbeat))
	switch {
	case c.Slack.BotToken.Set() && c.Slack.Webhook.Set():
		s.mistake(settingSlackWebhook, settingSlackToken+" is set too", "expected one of the two")
	case c.Slack.BotToken.Set() && c.Slack.Channel == "":
		s.mistake(settingSlackChannel, "it is not set, and "+settingSlackToken+" is", "expected the channel's id")
	case !c.Slack.BotToken.Set() && c.Slack.Channel != "":
		s.mistake(settingSlackToken, "it is not set, and "+settingSlackChannel+" is", "expected the bot's token; a webhook has its own channel")
	}
}

// teams reads how Teams is reached. The workflow's URL is a secret unless the
// identity authorises, and is treated as one in any case.
func (s *settings) teams(c *Config) {
	c.TeamsWorkflow = NewSecret(s.address(settingTeams))
	switch auth := s.get(settingTeamsAuth); strings.ToLower(auth) {
	case "", "signature":
	case "identity":
		c.TeamsIdentity = true
	default:
		s.mistake(settingTeamsAuth, is("it", auth), "expected signature, where the workflow's URL has one, or identity")
	}
	if c.TeamsIdentity && strings.TrimSpace(s.getenv(settingTeams)) == "" {
		s.mistake(settingTeams, "it is not set, and "+settingTeamsAuth+" is identity", "expected the workflow's URL")
	}
}

// graphHosts are Microsoft Graph's in each cloud: https://learn.microsoft.com/graph/deployments
func graphHosts() []string {
	return []string{"graph.microsoft.com", "graph.microsoft.us", "dod-graph.microsoft.us", "microsoftgraph.chinacloudapi.cn"}
}

// address returns a setting that must be an https address, or an http one on this
// machine. A mistake never repeats it.
func (s *settings) address(name string) string {
	v := s.get(name)
	if v == "" {
		return ""
	}
	u, err := url.Parse(v)
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http":
		s.mistake(name, "it is not a web address", "expected one that begins with https://")
	case u.Scheme == "http" && !loopback(u.Hostname()):
		s.mistake(name, "it is an http address that is not on this machine", "expected one that begins with https://")
	case u.User != nil:
		s.mistake(name, "the address holds a user or a password", "expected one without")
	default:
		return v
	}
	return ""
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
