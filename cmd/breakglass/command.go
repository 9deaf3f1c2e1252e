package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"breakglass/checks"
)

const help = `breakglass watches the emergency access ("break-glass") accounts of a Microsoft Entra tenant.

usage: breakglass <command> [flags]

  check        look once, now: at a tenant file (--tenant FILE) or at the tenant itself, through Microsoft Graph
  survive      who could still sign in if something failed (--down entra-mfa,phone-carrier --lose place:safe)
  collect      write the tenant down in a file (--out FILE), to look at later or elsewhere
  drill        announce that an account will be used (start, end), and see what became of it (list)
  acknowledge  say what the use of an account was: drill, emergency or misuse
  doctor       what is wrong with an installation, and what to do about it; --send posts a test message to each channel
  demo         the whole program on a made-up tenant: Microsoft Graph, Slack and Teams are stand-ins on this machine
  permissions  which permissions of Microsoft Graph it needs, and what is unknown without each; "permissions grant" gives them to the identity
  explain      why a check matters, what passes, and how to put it right; with "dependencies", what each way of signing in depends on
  version      print the version
  help         print this; "breakglass <command> --help" prints a command's flags

Accounts are declared in breakglass.yaml, or in BREAKGLASS_ACCOUNTS (user principal names or object ids, separated by commas).
Exit codes: 0 it ran, whatever it found; 1 it could not run; 2 something is as severe as --fail-on, or doctor found a fault; 64 wrong usage.
`

// command runs one command.
func (p program) command(ctx context.Context, args []string) error {
	if len(args) == 0 {
		fmt.Fprint(p.stderr, p.words(help))
		return usagef("which command?")
	}
	switch name, rest := args[0], args[1:]; name {
	case "check":
		return p.check(ctx, rest)
	case "collect":
		return p.collect(ctx, rest)
	case "acknowledge":
		return p.acknowledge(ctx, rest)
	case "demo":
		return p.demo(ctx, rest)
	case "doctor":
		return p.doctor(ctx, rest)
	case "drill":
		return p.drill(ctx, rest)
	case "explain":
		return p.explain(rest)
	case "permissions":
		return p.permissions(ctx, rest)
	case "survive":
		return p.survive(ctx, rest)
	case "version", "--version":
		return p.printVersion(rest)
	case "help", "--help", "-h":
		_, err := io.WriteString(p.stdout, p.words(help))
		return err
	default:
		return usagef("%q is not a command: see breakglass help", name)
	}
}

// parse reads a command's flags. Asking for help prints them, and is errHelp.
func (p program) parse(flags *flag.FlagSet, args []string) error {
	var said bytes.Buffer
	flags.SetOutput(&said)
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		if _, err := io.WriteString(p.stdout, p.words(said.String())); err != nil {
			return err
		}
		return errHelp
	case err != nil:
		return usagef("%s: %v: see breakglass %s --help", flags.Name(), err, flags.Name())
	}
	return nil
}

// errHelp says that help was printed and nothing is left to do.
var errHelp = errors.New("help was printed")

// newFlags returns the flags of a command, with what it does.
func newFlags(name, does string) *flag.FlagSet {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.Usage = func() {
		fmt.Fprintf(flags.Output(), "usage: breakglass %s\n\n%s\n\n", name, does)
		flags.PrintDefaults()
	}
	return flags
}

func noArguments(flags *flag.FlagSet) error {
	if flags.NArg() > 0 {
		return usagef("%s takes no argument %q: see breakglass %s --help", flags.Name(), flags.Arg(0), flags.Name())
	}
	return nil
}

func (p program) printVersion(args []string) error {
	if len(args) > 0 {
		return usagef("version takes no arguments")
	}
	_, err := fmt.Fprintf(p.stdout, "breakglass %s\n", version)
	return err
}

// findCheck finds a check by its id; the error suggests those that are alike.
func findCheck(id string) (checks.Check, error) {
	all := checks.All()
	if i := slices.IndexFunc(all, func(c checks.Check) bool { return c.ID == id }); i >= 0 {
		return all[i], nil
	}
	var alike []string
	for _, c := range all {
		for part := range strings.SplitSeq(id, "-") {
			if len(part) > 2 && strings.Contains(c.ID, part) && !slices.Contains(alike, c.ID) {
				alike = append(alike, c.ID)
			}
		}
	}
	if len(alike) > 0 {
		return checks.Check{}, usagef("%q is not a check; perhaps %s", id, strings.Join(alike, ", "))
	}
	return checks.Check{}, usagef("%q is not a check: breakglass explain lists them", id)
}
