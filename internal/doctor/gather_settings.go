package doctor

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"breakglass/internal/config"
)

// Settings that are not the program's own: when the daily run is, which the host reads; by
// which an app is told from a shell; and those that the platform gives to a process, which
// are no app settings.
const (
	scheduleSetting = "BREAKGLASS_SCHEDULE"
	siteSetting     = "WEBSITE_SITE_NAME" // https://learn.microsoft.com/azure/app-service/reference-app-settings
)

func PlatformSettings() []string {
	return []string{"IDENTITY_ENDPOINT", "IDENTITY_HEADER", "AZURE_AUTHORITY_HOST", siteSetting}
}

// Surroundings are the app settings that are examined.
type Surroundings struct {
	Getenv func(string) string
	Names  []string // of all that there are
	App    bool     // they are a function app's
	Vault  []string // references to a key vault that nobody follows here
}

// Here are the settings of the process. Environ lists them all; nil if nobody may know which
// there are.
func Here(getenv func(string) string, environ func() []string) Surroundings {
	return Surroundings{Getenv: getenv, App: getenv(siteSetting) != "", Names: namesOf(environ)}
}

// SettingsOf reads a file of app settings. What the platform gives a process is that of here.
func SettingsOf(data []byte, getenv func(string) string) (Surroundings, error) {
	values, err := parseSettings(data)
	if err != nil {
		return Surroundings{}, err
	}
	s := Surroundings{App: true, Names: slices.Sorted(maps.Keys(values))}
	for _, name := range s.Names {
		if config.InVault(values[name]) {
			s.Vault = append(s.Vault, name)
			delete(values, name)
		}
	}
	s.Getenv = func(name string) string {
		if value, ok := values[name]; ok || !slices.Contains(PlatformSettings(), name) {
			return value
		}
		return getenv(name)
	}
	return s, nil
}

// SiteName is what the platform calls the app; empty where that may be something else.
func SiteName(getenv func(string) string) string {
	if name := getenv(siteSetting); !config.Secretive(name) {
		return name
	}
	return ""
}

// namesOf lists the names in an environment.
func namesOf(environ func() []string) []string {
	if environ == nil {
		return nil
	}
	var names []string
	for _, pair := range environ() {
		name, _, _ := strings.Cut(pair, "=")
		names = append(names, name)
	}
	return names
}

// errSettings says what a file of app settings looks like. It never repeats the file, which
// may hold secrets.
var errSettings = errors.New(`these are no app settings; expected what "az functionapp config appsettings list" prints, or a local.settings.json`)

// parseSettings reads app settings: a list of names and values, or an object of them.
// https://learn.microsoft.com/cli/azure/functionapp/config/appsettings#az-functionapp-config-appsettings-list
// https://learn.microsoft.com/azure/azure-functions/functions-develop-local#local-settings-file
func parseSettings(data []byte) (map[string]string, error) {
	var listed []struct {
		Name  string  `json:"name"`
		Value *string `json:"value"`
	}
	values := map[string]string{}
	if json.Unmarshal(data, &listed) == nil {
		for _, s := range listed {
			if s.Name == "" || s.Value == nil {
				return nil, errSettings
			}
			values[s.Name] = *s.Value
		}
		return values, nil
	}
	var local struct {
		Values map[string]string `json:"Values"`
	}
	if json.Unmarshal(data, &local) == nil && local.Values != nil {
		return local.Values, nil
	}
	if json.Unmarshal(data, &values) == nil && len(values) > 0 {
		return values, nil
	}
	return nil, errSettings
}

// mistakesOf lists what is wrong with a configuration, one by one.
func mistakesOf(err error) []Mistake {
	var all []Mistake
	if mistakes, ok := errors.AsType[config.Mistakes](err); ok {
		for _, m := range mistakes {
			all = append(all, mistakeOf(m))
		}
		return all
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			all = append(all, mistakesOf(e)...)
		}
		return all
	}
	if err == nil {
		return nil
	}
	where, what := settingIn(strings.TrimPrefix(err.Error(), "configuration: "))
	what, expected, _ := strings.Cut(what, "; ")
	return []Mistake{{Where: where, What: what, Expected: expected}}
}

// settingIn finds the setting that an error begins with, and what is wrong with it.
func settingIn(text string) (setting, what string) {
	for _, name := range append(config.SettingNames(), "AZURE_STORAGE_CONNECTION_STRING") {
		rest, found := strings.CutPrefix(text, name)
		switch {
		case found && strings.HasPrefix(rest, ": "):
			return name, rest[2:]
		case found && strings.HasPrefix(rest, ", "):
			return name, rest[2:]
		case found && strings.HasPrefix(rest, " "):
			return name, "it" + rest
		}
	}
	return "", text
}

func mistakeOf(m config.Mistake) Mistake {
	return Mistake{Where: m.Where(), What: m.What.String(), Expected: m.Expected.String()}
}
