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

	"breakglass/notify"
	"breakglass/notify/kinds"
	"breakglass/tenant"
	"breakglass/text"
)

// defaultFile is read where BREAKGLASS_CONFIG names no other.
const defaultFile = "breakglass.yaml"

// SettingLanguage is the app setting that names the language of what people read.
const SettingLanguage = "BREAKGLASS_LANGUAGE"

const (
	settingConfig    = "BREAKGLASS_CONFIG"
	settingAccounts  = "BREAKGLASS_ACCOUNTS"
	settingState     = "BREAKGLASS_STATE"
	settingGraph     = "BREAKGLASS_GRAPH_URL"
	settingHeartbeat = "BREAKGLASS_HEARTBEAT_URL"
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
func LoadNamed(getenv func(string) string, baseDir, file string) (Config, error) {
	s := settings{getenv: getenv}
	c, err := s.file(baseDir, file, s.accounts())
	if mistakes, ok := errors.AsType[Mistakes](err); ok {
		s.mistakes = append(s.mistakes, mistakes...)
	}
	s.rest(&c)
	s.mistakes = append(s.mistakes, c.overlong(time.Now())...)
	if len(s.mistakes) == 0 && len(c.Accounts) == 0 {
		return c, undeclaredError{Mistake{
			Source:   settingAccounts,
			What:     say("no emergency access account is declared, neither here nor in %s", named(defaultFile)),
			Expected: say("list user principal names or object ids here, separated by commas, or write %s: %s", named(defaultFile), howToDeclare()),
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
	names := []string{settingAccounts, settingConfig, settingGraph, settingHeartbeat, SettingLanguage, settingState}
	for _, k := range kinds.All() {
		names = append(names, notify.EscalationPrefix+k.Settings[0].Name)
		for _, s := range k.Settings {
			names = append(names, s.Name)
		}
	}
	return names
}

// Nearest finds among some names the one that was probably meant; empty if none is near.
func Nearest(written string, names []string) string { return nearest(written, names) }

// InVault reports whether the value of an app setting is a reference to a key vault, which
// the platform follows before the app sees it.
func InVault(value string) bool { return strings.HasPrefix(strings.TrimSpace(value), vaultPrefix) }

const vaultPrefix = "@Microsoft.KeyVault("

// ErrNoAccounts says that all is well with the configuration but that it declares no
// account. What else it says is returned with it.
var ErrNoAccounts = text.Sentinel("no emergency access account is declared")

type undeclaredError struct{ Mistake }

func (undeclaredError) Is(target error) bool { return target == ErrNoAccounts }

// settings reads app settings and notes their mistakes.
type settings struct {
	getenv   func(string) string
	mistakes Mistakes
}

func (s *settings) mistake(name string, what, expected text.Text) {
	s.mistakes = append(s.mistakes, Mistake{Source: name, What: what, Expected: expected})
}

// get returns a setting without the spaces and line ends around it. A reference to
// Key Vault that the platform could not follow arrives as it was written:
// https://learn.microsoft.com/azure/app-service/app-service-key-vault-references
func (s *settings) get(name string) string {
	v := strings.TrimSpace(s.getenv(name))
	if InVault(v) {
		s.mistake(name, say("the reference to Key Vault was not followed"), say("expected that the app's identity may read the secret, and that the secret is there"))
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
		return Config{}, Mistakes{{Source: defaultFile, What: unopened(err), Expected: say("expected a file that can be read")}}
	case Secretive(name): // what is no file may be what belongs elsewhere
		return Config{}, Mistakes{{Source: source, What: is("it", name), Expected: say("expected the path of a file")}}
	case named == "":
		return Config{}, Mistakes{{Source: source, What: cannotOpen(name, err), Expected: say("name the file, or remove the setting: breakglass.yaml beside host.json is read without it")}}
	}
	return Config{}, Mistakes{{Source: source, What: cannotOpen(name, err), Expected: say("expected the path of a file")}}
}

func cannotOpen(name string, err error) text.Text {
	return say("it is %s, and %s", quoted(name), unopened(err))
}

// errNoFile says that there is something else than a file.
var errNoFile = text.Sentinel("it is no file")

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
func unopened(err error) text.Text {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return say("the file is not there")
	case errors.Is(err, fs.ErrPermission):
		return say("the file must not be read")
	case errors.Is(err, syscall.EISDIR):
		return say("it is a directory")
	}
	return say("it cannot be read as a file")
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
	expected := say("expected user principal names or object ids, separated by commas")
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
		s.mistake(settingAccounts, say("it holds commas only"), expected)
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
		s.mistake(SettingLanguage, is("it", language), say("expected en or ja"))
	}
	c.State = s.get(settingState)
	c.GraphURL = strings.TrimRight(s.address(settingGraph), "/")
	if u, err := url.Parse(c.GraphURL); err == nil && c.GraphURL != "" && !loopback(u.Hostname()) && !slices.Contains(graphHosts(), u.Host) {
		s.mistake(settingGraph, say("it is not at a host of Microsoft Graph, and a token goes there"),
			say("expected https:// and %s, then a version such as /v1.0", choice(graphHosts())))
	}
	c.Heartbeat = NewSecret(s.address(settingHeartbeat))
	set := map[string]Secret{}
	for _, k := range kinds.All() {
		s.sink(set, k)
	}
	if len(set) > 0 {
		c.Sinks = set
	}
}

// sink reads the settings of a kind of sink, and those of its channel for escalation.
func (s *settings) sink(to map[string]Secret, k notify.Kind) {
	keep := func(name, value string) {
		if value != "" {
			to[name] = NewSecret(value)
		}
	}
	for _, x := range k.Settings {
		keep(x.Name, s.sinkSetting(x))
	}
	first := notify.EscalationPrefix + k.Settings[0].Name
	keep(first, s.address(first))
	for _, x := range k.Settings {
		value, set := to[x.Name]
		if !set {
			continue
		}
		if _, both := to[x.Instead]; both {
			s.mistake(x.Instead, say("%s is set too", named(x.Name)), say("expected one of the two"))
			continue
		}
		switch need := x.Needs; {
		case need.Setting == "" || need.If != "" && need.If != value.Reveal() || strings.TrimSpace(s.getenv(need.Setting)) != "":
		case need.If != "":
			s.mistake(need.Setting, say("it is not set, and %s is %s", named(x.Name), named(need.If)), need.Expected)
		default:
			s.mistake(need.Setting, say("it is not set, and %s is", named(x.Name)), need.Expected)
		}
	}
}

// sinkSetting reads one setting; one that is wrong is empty.
func (s *settings) sinkSetting(x notify.Setting) string {
	if x.Address {
		return s.address(x.Name)
	}
	value := s.get(x.Name)
	if len(x.Values) == 0 || value == "" {
		return value
	}
	if lower := strings.ToLower(value); slices.Contains(x.Values, lower) {
		return lower
	}
	s.mistake(x.Name, is("it", value), x.Expected)
	return ""
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
		s.mistake(name, say("it is not a web address"), say("expected one that begins with https://"))
	case u.Scheme == "http" && !loopback(u.Hostname()):
		s.mistake(name, say("it is an http address that is not on this machine"), say("expected one that begins with https://"))
	case u.User != nil:
		s.mistake(name, say("the address holds a user or a password"), say("expected one without"))
	default:
		return v
	}
	return ""
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
