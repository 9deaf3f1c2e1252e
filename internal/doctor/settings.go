package doctor

import (
	"slices"
	"strings"

	"breakglass/notify"
	"breakglass/notify/kinds"
)

// A Mistake is something wrong in the configuration file or in an app setting.
type Mistake struct {
	Where    string // the app setting, or the file and the line
	What     string
	Expected string
}

// Settings are what is known of the app settings and the configuration file.
type Settings struct {
	Mistakes []Mistake
	// Names are the settings that there are; Read those that the program reads.
	Names, Read []string
	// Nearest finds among some names the one that was probably meant; empty if none is near.
	Nearest func(name string, among []string) string
	// Elsewhere are references to a key vault, which only the app can follow.
	Elsewhere []string

	Accounts, Channels int  // channels that hear of everything
	State              bool // where memories are kept is said

	// Value returns a setting's value, or nothing.
	Value func(name string) string
	// App is set if these are a function app's settings, with those that only the host reads.
	App bool
}

// ours begin the names of settings that nobody else's program reads.
func ours() []string {
	return append([]string{"BREAKGLASS_", notify.EscalationPrefix}, ofSinks()...)
}

// ofSinks begin the names of the settings of sinks.
func ofSinks() []string {
	var all []string
	for _, k := range kinds.All() {
		for _, s := range k.Settings {
			begin, _, _ := strings.Cut(s.Name, "_")
			if begin += "_"; !slices.Contains(all, begin) {
				all = append(all, begin)
			}
		}
	}
	return all
}

// ways are the settings, or the pairs of them, by which people can be told.
func ways() []string {
	var all []string
	for _, k := range kinds.All() {
		for _, s := range k.Settings {
			switch {
			case !s.Secret:
			case s.Needs.Setting != "":
				all = append(all, s.Name+" and "+s.Needs.Setting)
			default:
				all = append(all, s.Name)
			}
		}
	}
	return all
}

// Judge says what is wrong with the settings.
func (s Settings) Judge() []Finding {
	var all []Finding
	for _, m := range s.causes() {
		all = append(all, finding(AreaSettings, m.Where, Fault, "%s", m.What).fix("%s", m.Expected).explains(m.Where))
	}
	all = append(all, s.misspelt()...)
	for _, name := range s.Elsewhere {
		all = append(all, finding(AreaSettings, name, Skipped, "it is a reference to a key vault, which only the app follows"))
	}
	if s.told() == 0 && !slices.ContainsFunc(all, ofChannels) {
		all = append(all, finding(AreaSettings, "", Fault, "nobody is told: no channel is set").
			fix("set %s", strings.Join(ways(), ", or ")))
	}
	if !s.State && !slices.ContainsFunc(all, func(f Finding) bool { return slices.Contains(f.settings, "BREAKGLASS_STATE") }) {
		all = append(all, finding(AreaSettings, "BREAKGLASS_STATE", Fault, "it is not set, so that nothing can be remembered: every run would tell everything again").
			fix("set it to https://<account>.blob.core.windows.net/<container>"))
	}
	all = append(all, s.switched()...)
	if s.App {
		all = append(all, s.app()...)
	}
	if !slices.ContainsFunc(all, Finding.Trouble) {
		all = append(all, finding(AreaSettings, "", OK, "%d accounts are declared, %d channels are told", s.Accounts, s.told()))
	}
	return all
}

// told counts the channels that hear of everything: those that are there, and those whose
// address only the app can see.
func (s Settings) told() int {
	n := s.Channels
	for _, name := range s.Elsewhere {
		for _, k := range kinds.All() {
			if slices.ContainsFunc(k.Settings, func(x notify.Setting) bool { return x.Secret && x.Name == name }) {
				n++
			}
		}
	}
	return n
}

// ofChannels reports whether a finding tells already why a channel is not there.
func ofChannels(f Finding) bool {
	return f.Trouble() && slices.ContainsFunc(f.settings, func(name string) bool {
		return slices.ContainsFunc(ofSinks(), func(begin string) bool { return strings.HasPrefix(name, begin) })
	})
}

// causes are the mistakes but for settings that are missing because they are misspelt.
func (s Settings) causes() []Mistake {
	meant := map[string]bool{}
	for _, f := range s.misspelt() {
		if f.Status == Fault {
			meant[s.Nearest(f.Subject, s.Read)] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(s.Mistakes), func(m Mistake) bool { return meant[m.Where] && !slices.Contains(s.Names, m.Where) })
}

// misspelt finds settings that look like ours and that nothing reads: the program runs on
// without what they were to say.
func (s Settings) misspelt() []Finding {
	var all []Finding
	for _, name := range slices.Sorted(slices.Values(s.Names)) {
		if slices.Contains(s.Read, name) || !slices.ContainsFunc(ours(), func(p string) bool { return strings.HasPrefix(strings.ToUpper(name), p) }) {
			continue
		}
		if near := s.Nearest(name, s.Read); near != "" {
			all = append(all, finding(AreaSettings, name, Fault, "nothing reads it").fix("perhaps it is meant to be %s: rename it", near).explains(name, near))
			continue
		}
		all = append(all, finding(AreaSettings, name, Notice, "nothing reads it").fix("remove it, or look how it is spelt in the README"))
	}
	return all
}

// switched tells of functions that are switched off.
// https://learn.microsoft.com/azure/azure-functions/disable-function
func (s Settings) switched() []Finding {
	var all []Finding
	for _, function := range []string{"EmergencyAccess", "Watch"} {
		name := "AzureWebJobs." + function + ".Disabled"
		if !slices.Contains([]string{"true", "1"}, strings.ToLower(s.Value(name))) {
			continue
		}
		f := finding(AreaSettings, name, Notice, "the function is switched off: sign-ins of the accounts are told by the daily run only")
		if function == "EmergencyAccess" {
			f = finding(AreaSettings, name, Fault, "the function is switched off, so that there is no daily run").fix("remove the setting")
		}
		all = append(all, f)
	}
	return all
}

// forbidden must not be set on the Flex Consumption plan, where the plan itself says it.
// https://learn.microsoft.com/azure/azure-functions/functions-app-settings#flex-consumption-plan-deprecations
func forbidden() []string {
	return []string{"FUNCTIONS_EXTENSION_VERSION", "FUNCTIONS_WORKER_RUNTIME", "FUNCTIONS_WORKER_RUNTIME_VERSION", "SCM_DO_BUILD_DURING_DEPLOYMENT", "WEBSITE_RUN_FROM_PACKAGE", "WEBSITE_TIME_ZONE"}
}

const appSettings = "https://learn.microsoft.com/azure/azure-functions/functions-app-settings"

// app judges what the Functions host reads.
func (s Settings) app() []Finding {
	var all []Finding
	for _, name := range forbidden() {
		if slices.Contains(s.Names, name) {
			all = append(all, finding(AreaSettings, name, Fault, "it must not be set on the Flex Consumption plan").
				fix("remove it; the schedule is in UTC in any case").see(appSettings))
		}
	}
	all = append(all, s.storage()...)
	if s.Value("APPLICATIONINSIGHTS_CONNECTION_STRING") == "" {
		all = append(all, finding(AreaSettings, "APPLICATIONINSIGHTS_CONNECTION_STRING", Notice, "it is not set, so that nothing is logged and no alarm can tell that the watch is silent").
			fix("set it to the connection string of an Application Insights").see(appSettings))
	}
	return all
}

// storage judges where the host keeps its timers: without it they do not start, and the
// host says so to nobody.
// https://learn.microsoft.com/azure/azure-functions/functions-reference#connecting-to-host-storage-with-an-identity
func (s Settings) storage() []Finding {
	const reference = "https://learn.microsoft.com/azure/azure-functions/functions-reference#connecting-to-host-storage-with-an-identity"
	account, client := "AzureWebJobsStorage__accountName", "AzureWebJobsStorage__clientId"
	var all []Finding
	switch {
	case s.Value("AzureWebJobsStorage") != "":
		all = append(all, finding(AreaSettings, "AzureWebJobsStorage", Notice, "the host reaches its storage with a key").
			fix("use the identity: %s, AzureWebJobsStorage__credential and %s", account, client).see(reference))
	case s.Value(account) == "" && s.Value("AzureWebJobsStorage__blobServiceUri") == "":
		all = append(all, finding(AreaSettings, account, Fault, "it is not set, so that the host has no storage and starts no timer").
			fix("set it to the name of the storage account").see(reference))
	case s.Value(client) != "" && !strings.EqualFold(s.Value("AzureWebJobsStorage__credential"), "managedidentity"):
		all = append(all, finding(AreaSettings, "AzureWebJobsStorage__credential", Fault, "it is not managedidentity, so that the host does not use the identity for its storage").
			fix("set it to managedidentity").see(reference))
	}
	id := s.Value("AZURE_CLIENT_ID")
	switch {
	case id == "" && s.Value(client) != "":
		all = append(all, finding(AreaSettings, "AZURE_CLIENT_ID", Fault, "it is not set, so that no user-assigned identity is used").
			fix("set it to the client id of the identity, as %s is", client))
	case id != "" && s.Value(client) != "" && !strings.EqualFold(id, s.Value(client)):
		all = append(all, finding(AreaSettings, "AZURE_CLIENT_ID", Notice, "it is another identity than that of the host's storage").
			fix("see that both are meant: %s is different", client))
	}
	return all
}
