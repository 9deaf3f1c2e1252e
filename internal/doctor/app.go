package doctor

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"breakglass/internal/funcapp"
	"breakglass/internal/watch"
)

// A Schedule is when the daily run is.
type Schedule struct {
	Text string // BREAKGLASS_SCHEDULE
	Err  error  // why the host would leave the function out; nil if it would not
}

const ncrontab = "https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer#ncrontab-expressions"

// Judge says what is wrong with the schedule.
func (s Schedule) Judge() Finding {
	const setting = "BREAKGLASS_SCHEDULE"
	switch {
	case strings.TrimSpace(s.Text) == "":
		return finding(AreaSchedule, setting, Fault, "it is not set: the host leaves EmergencyAccess out without a word, and there is no daily run").
			fix("set it to six fields in UTC, such as 0 0 6 * * *").see(ncrontab)
	case s.Err != nil:
		return finding(AreaSchedule, setting, Fault, "the host does not take it (%s): it leaves EmergencyAccess out without a word, and there is no daily run", watch.OneLine(s.Err)).
			fix("set it to six fields in UTC, such as 0 0 6 * * *").see(ncrontab)
	case !EveryDay(s.Text):
		return finding(AreaSchedule, setting, Notice, "the full run is not made every day: %s", s.Text).
			fix("make the alarm wait long enough (watch_silence_hours), or run every day").see(ncrontab)
	}
	return finding(AreaSchedule, setting, OK, "the full run is at %s, in UTC", s.Text)
}

// EveryDay reports whether a schedule leaves no day out: whether its last three fields,
// day, month and weekday, say nothing.
func EveryDay(text string) bool {
	fields := strings.Fields(text)
	return len(fields) >= 3 && strings.Join(fields[len(fields)-3:], " ") == "* * *"
}

// A Package is what the Functions host would make of a package.
type Package struct {
	Name string // of the file or the directory, as a person named it
	Err  error  // why the host would not start the app; nil if it would
	// Functions are those that the host would start, Refused why it would not.
	Functions []string
	Refused   map[string]error
	// Program is why the host's machine could not run the handler; nil if it could.
	Program error
	Started error  // why the handler did not say its version; nil if it did, or was not asked
	Version string // what the handler calls itself; empty if it was not asked
}

// wanted are the functions of an app.
func wanted() []string { return []string{"EmergencyAccess", "Watch"} }

// Judge says what is wrong with a package. The schedule is judged by itself.
func (p Package) Judge() []Finding {
	if p.Err != nil {
		return []Finding{finding(AreaPackage, p.Name, Fault, "the host would not start it: %s", watch.OneLine(p.Err)).fix("make it anew: make package")}
	}
	if p.Program != nil {
		return []Finding{finding(AreaPackage, p.Name, Fault, "the host's machine could not run the handler: %s", watch.OneLine(p.Program)).fix("make it anew: make package")}
	}
	var all []Finding
	for _, name := range wanted() {
		switch err := p.Refused[name]; {
		case slices.Contains(p.Functions, name):
		case err == nil:
			all = append(all, finding(AreaPackage, name, Fault, "it is not in %s, so that the host never starts it", p.Name).
				fix("make it anew, with make package: %s/function.json is missing", name))
		case errors.Is(err, funcapp.ErrSchedule), errors.Is(err, funcapp.ErrDisabled): // judged by itself
		default:
			all = append(all, finding(AreaPackage, name, Fault, "the host would leave the function out: %s", watch.OneLine(err)).fix("make it anew: make package"))
		}
	}
	for _, name := range p.Functions {
		if !slices.Contains(wanted(), name) {
			all = append(all, finding(AreaPackage, name, Fault, "the handler knows no such function, and each run of it would fail").fix("remove %s/function.json", name))
		}
	}
	if p.Started != nil {
		all = append(all, finding(AreaPackage, p.Name, Fault, "the handler does not start: %s", watch.OneLine(p.Started)).fix("make it anew: make package"))
	}
	switch {
	case len(all) > 0:
	case len(p.Refused) > 0: // told where the settings are
		all = append(all, finding(AreaPackage, p.Name, OK, "the host would start it, with %s; settings keep %s from starting", list(p.Functions), list(slices.Sorted(maps.Keys(p.Refused)))))
	default:
		all = append(all, finding(AreaPackage, p.Name, OK, "the host would start it, with %s", list(p.Functions)))
	}
	return all
}

// unversioned is what a program calls itself that was not built as a package is.
const unversioned = "dev"

// Versions says which program looked, and which would run.
func Versions(own string, p *Package) Finding {
	switch {
	case p == nil || p.Version == "":
		return finding(AreaVersions, "", OK, "this is breakglass %s", own)
	case own == unversioned:
		return finding(AreaVersions, "", OK, "this is a build of breakglass without a version, and the package holds %s", p.Version)
	case p.Version != own:
		return finding(AreaVersions, "", Notice, "this is breakglass %s, and the package holds %s", own, p.Version).fix("use the same for both: what one knows the other may not")
	}
	return finding(AreaVersions, "", OK, "this is breakglass %s, and so is the package", own)
}
