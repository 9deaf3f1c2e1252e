package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"breakglass/display"
	"breakglass/internal/config"
	"breakglass/internal/doctor"
	"breakglass/internal/graph"
	"breakglass/internal/wiring"
	"breakglass/report"
)

// doctorLimit is the time for one examination.
const doctorLimit = 5 * time.Minute

// doctorFlags are what the command line says of an examination.
type doctorFlags struct {
	config, settings, pack, format string
	send, offline, start           bool
	identity                       identity
}

func readDoctorFlags(p program, args []string) (doctorFlags, error) {
	f := doctorFlags{}
	flags := newFlags("doctor", "Looks at everything that can be wrong with an installation, and says what to do about it: app settings, schedule, package, identity, permissions, each read of Microsoft Graph, licences, where memories are kept, the runs, the channels, the clock. It changes nothing. It exits 2 if anything is wrong or could not be examined.")
	flags.StringVar(&f.settings, "settings", "", "examine the app settings in this `FILE` and not this shell's: what az functionapp config appsettings list prints (- is standard input)")
	flags.StringVar(&f.pack, "package", "", "examine this package too: a zip `FILE`, or a directory with what is in one")
	flags.BoolVar(&f.start, "start", false, "start the package's handler on this machine, to have it say its version; only of a package that you trust")
	flags.StringVar(&f.config, "config", "", "the configuration `FILE` (default: that of the package, or breakglass.yaml)")
	flags.BoolVar(&f.send, "send", false, "post a test message to each channel, which everybody there sees")
	flags.BoolVar(&f.offline, "offline", false, "reach no service: settings, schedule and package only")
	flags.StringVar(&f.format, "format", "text", "text or json")
	f.identity.flags(flags)
	if err := p.parse(flags, args); err != nil {
		return f, err
	}
	switch {
	case flags.NArg() > 0:
		return f, noArguments(flags)
	case f.format != "text" && f.format != "json":
		return f, usagef("--format is %q, expected text or json", f.format)
	case f.start && f.pack == "":
		return f, usagef("--start needs --package")
	case f.offline && (f.send || f.identity.login):
		return f, usagef("--offline reaches no service: leave out --send and --login")
	}
	return f, f.identity.check()
}

// errTrouble says that something is wrong, or could not be examined.
var errTrouble = errors.New("something is wrong with the installation, or could not be examined")

// doctor examines an installation and says what is wrong with it.
func (p program) doctor(ctx context.Context, args []string) error {
	f, err := readDoctorFlags(p, args)
	if err != nil {
		return ignoreHelp(err)
	}
	ctx, cancel := context.WithTimeout(ctx, doctorLimit)
	defer cancel()
	s := doctor.Here(p.getenv, p.environ)
	if f.settings != "" {
		if s, err = p.settingsFrom(f.settings); err != nil {
			return err
		}
	}
	e, err := doctor.Examine(ctx, doctor.Request{
		Surroundings: s, Version: version, Language: p.language(), Dir: ".", Config: f.config, Package: f.pack, Start: f.start,
		Offline: f.offline, Send: f.send, Progress: p.progress(),
		Access: func(ctx context.Context, c config.Config) (graph.Options, error) {
			return p.access(ctx, c, f.identity, s.Getenv)
		},
	})
	if err != nil {
		return err
	}
	if f.format == "json" {
		err = e.JSON(p.stdout)
	} else {
		err = p.printExamination(e, f)
	}
	if err == nil && (e.Result == doctor.Fault || e.Result == doctor.Unknown) {
		err = errTrouble
	}
	return err
}

// settingsFrom reads the app settings in a file.
func (p program) settingsFrom(file string) (doctor.Surroundings, error) {
	data, err := settingsFile().read(file)
	if err != nil {
		return doctor.Surroundings{}, err
	}
	s, err := doctor.SettingsOf(data, p.getenv)
	if err != nil {
		return s, fmt.Errorf("%s: %w", file, err)
	}
	return s, nil
}

// access says with whose rights the tenant is read: those of a person who signs in, or of
// whom the environment gives.
func (p program) access(ctx context.Context, c config.Config, i identity, getenv func(string) string) (graph.Options, error) {
	o := wiring.ReaderOptions(c, p.progress())
	var err error
	if !i.login {
		o.Credential, err = graph.Credential(getenv)
		return o, err
	}
	scopes, err := p.announce(i)
	if err != nil {
		return o, err
	}
	return o, p.signIn(ctx, c, i, scopes, &o)
}

// printExamination writes what was found, what must be done first.
func (p program) printExamination(e doctor.Examination, f doctorFlags) error {
	o := p.options()
	about := [][2]string{{"  ", p.words(e.LookedAs)}}
	if f.settings == "" && !doctor.Here(p.getenv, nil).App {
		about = append(about, [2]string{"  ", p.words("The app settings are those of this shell; --settings reads an app's.")})
	}
	if err := report.Paragraphs(p.stdout, o, p.words("breakglass doctor "+e.Version), about...); err != nil {
		return err
	}
	findings := slices.Clone(e.Findings)
	slices.SortStableFunc(findings, func(a, b doctor.Finding) int { return shownFirst(a) - shownFirst(b) })
	var all []report.Examined
	for _, f := range together(findings) {
		all = append(all, p.examined(f))
	}
	if err := report.Examination(p.stdout, o, all); err != nil {
		return err
	}
	p.line("")
	p.line(fmt.Sprintf("Faults: %d. Not decided: %d. Notices: %d. Right: %d. Not examined: %d.",
		e.Count(doctor.Fault), e.Count(doctor.Unknown), e.Count(doctor.Notice), e.Count(doctor.OK), e.Count(doctor.Skipped)))
	return nil
}

func shownFirst(f doctor.Finding) int {
	return slices.Index([]doctor.Status{doctor.Fault, doctor.Unknown, doctor.Notice, doctor.OK, doctor.Skipped}, f.Status)
}

// together puts what was not examined for one reason on one line.
func together(all []doctor.Finding) []doctor.Finding {
	var some []doctor.Finding
	for _, f := range all {
		n := len(some)
		if f.Status == doctor.Skipped && n > 0 && some[n-1].Status == doctor.Skipped && some[n-1].Says == f.Says && f.Subject == "" && some[n-1].Subject == "" {
			some[n-1].Area += ", " + f.Area
			continue
		}
		some = append(some, f)
	}
	return some
}

// examined says a finding in the language of who reads it.
func (p program) examined(f doctor.Finding) report.Examined {
	e := report.Examined{Status: p.words(string(f.Status)), Says: p.words(f.Says), Remedy: p.words(f.Remedy), Reference: f.Reference}
	var areas []string
	for area := range strings.SplitSeq(string(f.Area), ", ") {
		areas = append(areas, p.words(area))
	}
	e.Name = strings.Join(areas, ", ")
	if f.Subject != "" {
		e.Name += " " + f.Subject
	}
	switch f.Status {
	case doctor.Fault, doctor.Unknown:
		e.Tone, e.Status = display.Bad, strings.ToUpper(e.Status)
	case doctor.Notice:
		e.Tone = display.Warning
	case doctor.OK:
		e.Tone = display.Good
	case doctor.Skipped:
	}
	return e
}
