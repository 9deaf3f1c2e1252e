package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"breakglass/internal/config"
	"breakglass/internal/doctor"
)

// Settings that are not the program's own: when the daily run is, which the host reads; by
// which an app is told from a shell; and those that the platform gives to a process, which
// are no app settings.
const (
	scheduleSetting = "BREAKGLASS_SCHEDULE"
	siteSetting     = "WEBSITE_SITE_NAME" // https://learn.microsoft.com/azure/app-service/reference-app-settings
)

func platformSettings() []string {
	return []string{"IDENTITY_ENDPOINT", "IDENTITY_HEADER", "AZURE_AUTHORITY_HOST", siteSetting}
}

// surroundings are the app settings that are examined.
type surroundings struct {
	getenv func(string) string
	names  []string // of all that there are
	app    bool     // they are a function app's
	vault  []string // references to a key vault that nobody follows here
}

// surroundings reads the settings of a file, or takes those of the process.
func (p program) surroundings(file string) (surroundings, error) {
	if file == "" {
		return surroundings{getenv: p.getenv, app: p.getenv(siteSetting) != "", names: namesOf(p.environ)}, nil
	}
	data, err := settingsFile().read(file)
	if err != nil {
		return surroundings{}, err
	}
	values, err := parseSettings(data)
	if err != nil {
		return surroundings{}, fmt.Errorf("%s: %w", file, err)
	}
	s := surroundings{app: true, names: slices.Sorted(maps.Keys(values))}
	for _, name := range s.names {
		if config.InVault(values[name]) {
			s.vault = append(s.vault, name)
			delete(values, name)
		}
	}
	s.getenv = func(name string) string {
		if value, ok := values[name]; ok || !slices.Contains(platformSettings(), name) {
			return value
		}
		return p.getenv(name)
	}
	return s, nil
}

// siteName is what the platform calls the app; empty where that may be something else.
func siteName(getenv func(string) string) string {
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
func mistakesOf(err error) []doctor.Mistake {
	var all []doctor.Mistake
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
	return []doctor.Mistake{{Where: where, What: what, Expected: expected}}
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

func mistakeOf(m config.Mistake) doctor.Mistake {
	return doctor.Mistake{Where: m.Where(), What: m.What.String(), Expected: m.Expected.String()}
}
