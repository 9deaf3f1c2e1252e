package funcapp

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// The host's own defaults. A function's time limit is that of the Flex Consumption plan:
// https://learn.microsoft.com/azure/azure-functions/functions-scale#timeout.
const (
	defaultFunctionTimeout = 30 * time.Minute
	defaultInitTimeout     = 30 * time.Second
)

// An App is a staged function app as the host reads it from its directory.
type App struct {
	Dir        string
	Executable string // path of the handler
	Arguments  []string
	WorkDir    string
	Timeout    time.Duration // of a function; none when zero
	Init       time.Duration // until the handler must answer
	Functions  map[string]Function
	Refused    map[string]error // functions the host leaves out while it runs the rest, and why
}

// hostJSON is the part of host.json that reaches a custom handler.
type hostJSON struct {
	Version         string
	FunctionTimeout string
	CustomHandler   *struct {
		InitializationTimeout string
		Description           struct {
			DefaultExecutablePath string
			Arguments             []string
			WorkingDirectory      string
		}
	}
}

// settings are the app settings, which are the host's environment.
type settings map[string]string

func readSettings(env []string) settings {
	s := settings{}
	for _, pair := range env {
		if name, value, ok := strings.Cut(pair, "="); ok {
			s[name] = value
		}
	}
	return s
}

// override replaces a key of host.json, given as a path, by the app setting of the same path:
// https://learn.microsoft.com/azure/azure-functions/functions-host-json#override-hostjson-values.
func (s settings) override(value *string, path ...string) {
	if v, ok := s["AzureFunctionsJobHost__"+strings.Join(path, "__")]; ok {
		*value = v
	}
}

var setting = regexp.MustCompile(`%([^%]+)%`)

// expand replaces %NAME% by the app setting; one that is not set vanishes.
func (s settings) expand(text string) string {
	return setting.ReplaceAllStringFunc(text, func(m string) string { return s[strings.Trim(m, "%")] })
}

// Read reads a staged app as the host does when it starts, with the app settings in env, and starts nothing. The error is
// why the host would not start the app at all.
func Read(dir string, env []string) (App, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return App{}, err
	}
	a := App{Dir: dir}
	s := readSettings(env)
	if err := a.readHostJSON(s); err != nil {
		return App{}, fmt.Errorf("host.json: %w", err)
	}
	if err := a.readFunctions(s); err != nil {
		return App{}, err
	}
	if len(a.Functions)+len(a.Refused) == 0 {
		return App{}, errors.New("no functions: the host would not start the handler")
	}
	return a, nil
}

func (a *App) readHostJSON(s settings) error {
	raw, err := os.ReadFile(filepath.Join(a.Dir, "host.json"))
	if err != nil {
		return err
	}
	var h hostJSON
	if err := json.Unmarshal(raw, &h); err != nil {
		return err
	}
	if h.Version != "2.0" {
		return fmt.Errorf("version is %q; the host wants \"2.0\"", h.Version)
	}
	if h.CustomHandler == nil {
		return errors.New("no customHandler section")
	}
	description := &h.CustomHandler.Description
	s.override(&h.FunctionTimeout, "functionTimeout")
	s.override(&h.CustomHandler.InitializationTimeout, "customHandler", "initializationTimeout")
	s.override(&description.DefaultExecutablePath, "customHandler", "description", "defaultExecutablePath")
	s.override(&description.WorkingDirectory, "customHandler", "description", "workingDirectory")

	if a.Timeout, err = timeSpanOr(h.FunctionTimeout, defaultFunctionTimeout); err != nil {
		return fmt.Errorf("functionTimeout: %w", err)
	}
	if a.Init, err = timeSpanOr(h.CustomHandler.InitializationTimeout, defaultInitTimeout); err != nil {
		return fmt.Errorf("customHandler.initializationTimeout: %w", err)
	}
	for _, argument := range description.Arguments {
		a.Arguments = append(a.Arguments, s.expand(argument))
	}
	a.WorkDir = a.Dir
	if d := description.WorkingDirectory; filepath.IsAbs(d) {
		a.WorkDir = d
	} else if d != "" {
		a.WorkDir = filepath.Join(a.Dir, d)
	}
	a.Executable, err = a.findExecutable(s.expand(description.DefaultExecutablePath), s["PATH"])
	return err
}

// findExecutable looks in the app's directory and then on the PATH. Where the host runs on Linux Consumption or Flex it
// makes the file executable itself; elsewhere it does not, so a staged file without the bit is refused here.
func (a *App) findExecutable(name, path string) (string, error) {
	if name == "" {
		return "", errors.New("no customHandler.description.defaultExecutablePath")
	}
	if filepath.IsAbs(name) {
		return exec.LookPath(name)
	}
	inApp := filepath.Join(a.Dir, name)
	if _, err := os.Stat(inApp); err == nil {
		return exec.LookPath(inApp)
	}
	for _, dir := range filepath.SplitList(path) {
		if found, err := exec.LookPath(filepath.Join(dir, name)); err == nil && filepath.IsAbs(found) {
			return found, nil
		}
	}
	return "", fmt.Errorf("executable %q: %w", name, fs.ErrNotExist)
}

// readFunctions takes the immediate sub-directories that hold a function.json; one in the root is not a function.
func (a *App) readFunctions(s settings) error {
	entries, err := os.ReadDir(a.Dir)
	if err != nil {
		return err
	}
	a.Functions, a.Refused = map[string]Function{}, map[string]error{}
	for _, entry := range entries {
		raw, err := os.ReadFile(filepath.Join(a.Dir, entry.Name(), "function.json"))
		if err != nil {
			continue // no function: a file, or a directory of something else
		}
		f, err := readFunction(filepath.Join(a.Dir, entry.Name()), raw, s)
		if err != nil {
			a.Refused[entry.Name()] = err
			continue
		}
		a.Functions[f.Name] = f
	}
	return nil
}
