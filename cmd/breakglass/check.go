package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"breakglass/alert"
	"breakglass/checks"
	"breakglass/display"
	"breakglass/internal/config"
	"breakglass/internal/watch"
	"breakglass/report"
	"breakglass/tenant"
)

// checkFlags are what the command line says of one check.
type checkFlags struct {
	tenant, since, config, format string
	at                            clock
	failOn                        checks.Severity
	identity                      identity
}

// A clock is a time given on the command line; zero if it was not.
type clock struct{ tenant.Time }

func (c *clock) String() string { return "" }

// Set reads a time or a date.
func (c *clock) Set(text string) error {
	t, err := tenant.ParseTime(text)
	if err != nil && config.Secretive(text) {
		err = errors.New("it is no time")
	}
	c.Time = t
	return err
}

func readCheckFlags(p program, args []string) (checkFlags, error) {
	f := checkFlags{}
	flags := newFlags("check", "One check now. Without --tenant it reads the tenant itself: with --login as you, else as the identity that Azure or your environment gives it.")
	flags.StringVar(&f.tenant, "tenant", "", "read this tenant `FILE` instead of Microsoft Graph (- is standard input)")
	flags.StringVar(&f.since, "since", "", "an earlier JSON report: also say what changed since (`FILE`)")
	flags.StringVar(&f.config, "config", "", "the configuration `FILE` (default breakglass.yaml)")
	flags.StringVar(&f.format, "format", "text", "text or json")
	flags.Var(&f.at, "at", "judge a tenant file as of this `TIME` (default: when it was collected)")
	f.identity.flags(flags)
	flags.Func("fail-on", "exit 2 if a failing or unknown result is at least this `SEVERITY` (info, low, medium, high, critical)", func(text string) (err error) {
		f.failOn, err = checks.ParseSeverity(text)
		return err
	})
	if err := p.parse(flags, args); err != nil {
		return f, err
	}
	switch {
	case flags.NArg() > 0:
		return f, noArguments(flags)
	case f.format != "text" && f.format != "json":
		return f, usagef("--format is %q, expected text or json", f.format)
	}
	return f, f.check()
}

// check holds the flags together that say what is read.
func (f checkFlags) check() error {
	switch {
	case f.identity.login && f.tenant != "":
		return usagef("--login reads a live tenant, --tenant a file: give one of them")
	case !f.at.IsZero() && f.tenant == "":
		return usagef("--at needs --tenant: a live tenant is judged as of now")
	}
	return f.identity.check()
}

// check looks at a tenant once and prints the report.
func (p program) check(ctx context.Context, args []string) error {
	f, err := readCheckFlags(p, args)
	if errors.Is(err, errHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	c, err := p.configuration(f.config)
	if errors.Is(err, config.ErrNoAccounts) {
		return p.discover(ctx, f, c, err)
	}
	if err != nil {
		return err
	}
	var before *checks.Report
	if f.since != "" {
		if before, err = readReport(f.since); err != nil {
			return err
		}
	}
	snapshot, err := p.snapshot(ctx, f, c)
	if err != nil {
		return err
	}
	if err := watch.SameTenant(snapshot, c.Tenant); err != nil {
		return err
	}
	settings := c.Settings()
	settings.Past.Before = before
	r := checks.Run(checks.All(), snapshot, settings)
	p.doubt(c, r)
	if err := p.print(f.format, r, before); err != nil {
		return err
	}
	if f.failOn > 0 && r.Summary.Worst >= f.failOn {
		return errFound
	}
	return nil
}

// doubt names what of the configuration is a mistake now that the tenant is known, and the
// checks that failed as programs.
func (p program) doubt(c config.Config, r checks.Report) {
	for _, mistake := range slices.Concat(c.Strangers(r), c.Twice(r)) {
		fmt.Fprintf(p.stderr, "breakglass: %s\n", display.Lines(p.words(mistake.Error())))
	}
	for _, d := range r.Defects {
		fmt.Fprintf(p.stderr, "breakglass: %s: %s\n", d.Check, p.words(d.Error.Error()+": "+watch.ReportIt))
	}
}

// configuration reads the configuration file named on the command line, or the one
// that the environment names.
func (p program) configuration(file string) (config.Config, error) {
	return config.LoadNamed(p.getenv, ".", file)
}

// snapshot reads the tenant, from a file or through Microsoft Graph.
func (p program) snapshot(ctx context.Context, f checkFlags, c config.Config) (tenant.Snapshot, error) {
	if f.tenant == "" {
		return p.live(ctx, c, f.identity)
	}
	data, err := tenantFile().read(f.tenant)
	if err != nil {
		return tenant.Snapshot{}, err
	}
	s, problems, err := tenant.Decode(data)
	if err != nil {
		return s, fmt.Errorf("%s: %w", f.tenant, err)
	}
	for _, problem := range problems {
		fmt.Fprintf(p.stderr, "breakglass: %s: %s: not used\n", display.Lines(f.tenant), display.Lines(problem.String()))
	}
	if !f.at.IsZero() {
		s.CollectedAt = f.at.Time
	}
	if s.CollectedAt.IsZero() {
		return s, fmt.Errorf("%s: collectedAt is missing: say with --at as of when it is to be judged", f.tenant)
	}
	return s, nil
}

// print writes the report to standard output.
func (p program) print(format string, r checks.Report, before *checks.Report) error {
	if format == "json" {
		return report.JSON(p.stdout, r)
	}
	o := p.options()
	if before != nil {
		changes := alert.Since(*before, r)
		o.Changes = &changes
	}
	return report.Text(p.stdout, r, o)
}

func readReport(file string) (*checks.Report, error) {
	data, err := reportFile().read(file)
	if err != nil {
		return nil, err
	}
	r, err := checks.ParseReport(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w; give a report that check --format json wrote", file, lineOf(data, err))
	}
	return &r, nil
}

// lineOf says in which line of a JSON text an error lies; the error as it is if it tells no
// place.
func lineOf(data []byte, err error) error {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("line %d: %w", 1+bytes.Count(data[:min(int(syntax.Offset), len(data))], []byte("\n")), err)
	}
	if shape, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Errorf("line %d: %w", 1+bytes.Count(data[:min(int(shape.Offset), len(data))], []byte("\n")), err)
	}
	return err
}

// explain prints what a check is for, or lists the checks.
func (p program) explain(args []string) error {
	flags := newFlags("explain", "breakglass explain CHECK says why a check matters, what passes and how to put it right. Without a check it lists them. breakglass explain dependencies prints what each way of signing in depends on.")
	file := flags.String("config", "", "the configuration `FILE` whose dependencies overrule rows of the table (default breakglass.yaml)")
	if err := p.parse(flags, args); err != nil {
		return ignoreHelp(err)
	}
	switch flags.NArg() {
	case 0:
		var all []report.Explanation
		for _, c := range checks.All() {
			all = append(all, explanation(c))
		}
		return report.List(p.stdout, all, p.options())
	case 1:
	default:
		return usagef("explain takes one check, or dependencies")
	}
	if flags.Arg(0) == "dependencies" {
		return p.explainDependencies(*file)
	}
	c, err := findCheck(flags.Arg(0))
	if err != nil {
		return err
	}
	return report.Explain(p.stdout, explanation(c), p.options())
}

func explanation(c checks.Check) report.Explanation {
	return report.Explanation{
		ID: c.ID, Title: c.Title, Severity: c.Severity, Why: c.Why, Passes: c.Passes, Remediation: c.Remediation, References: c.References,
	}
}

// explainDependencies prints the dependency table. Accounts need not be declared for it.
func (p program) explainDependencies(file string) error {
	c, err := p.configuration(file)
	if err != nil && !errors.Is(err, config.ErrNoAccounts) {
		return err
	}
	return report.Dependencies(p.stdout, c.Settings().DependencyTable(), p.options())
}

func ignoreHelp(err error) error {
	if errors.Is(err, errHelp) {
		return nil
	}
	return err
}
