package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"breakglass/defect"
	"breakglass/internal/config"
	"breakglass/internal/graph"
)

// grantTime bounds how long the reading takes, and how long the granting: Microsoft Graph
// may ask for waits, and somebody sits before it.
const grantTime = 10 * time.Minute

// grantFlags are what permissions grant was told.
type grantFlags struct {
	id     string // of the identity
	check  bool   // change nothing
	yes    bool   // do not ask
	format string
	config string
	who    identity // who signs in
}

// grantFlags reads the flags of permissions grant. All that is wrong with them shows here,
// before anybody signs in.
func (p program) grantFlags(args []string) (grantFlags, error) {
	var f grantFlags
	flags := newFlags("permissions grant", "Gives the watcher's managed identity the permissions of Microsoft Graph that it needs, and no other, as whoever signs in: a Privileged Role Administrator. It shows first what it will do, and removes nothing.\n\n"+
		"Exit codes: 0 all that is needed is there, as read again after granting; 1 it is not, or nobody could tell; 2 --check found something missing, or granted beyond need; 64 wrong usage.")
	flags.StringVar(&f.id, "identity", "", "the object id or the client id of the managed identity (`ID`)")
	flags.BoolVar(&f.check, "check", false, "change nothing; exit 2 if something is missing, or granted beyond need")
	flags.BoolVar(&f.yes, "yes", false, "do not ask before granting")
	flags.StringVar(&f.format, "format", "text", "text or json")
	flags.StringVar(&f.config, "config", "", "the configuration `FILE` (default breakglass.yaml)")
	flags.BoolVar(&f.who.login, "login", false, "sign in as a person, by device code, rather than as az login or the environment says")
	flags.StringVar(&f.who.client, "client", "", "sign in to this application `ID` of yours instead of Microsoft Graph Command Line Tools")
	if err := p.parse(flags, args); err != nil {
		return f, err
	}
	if err := errors.Join(noArguments(flags), f.who.check()); err != nil {
		return f, err
	}
	switch {
	case f.id == "":
		return f, usagef("permissions grant needs --identity: who is to have the permissions")
	case !graph.IsID(f.id):
		return f, notAnID(f.id)
	case f.format != "text" && f.format != "json":
		return f, usagef("--format is %q, expected text or json", f.format)
	case !f.check && !f.yes && !isTerminal(os.Stdin):
		return f, usagef("permissions grant asks before it grants, and there is nobody to ask: add --yes, or --check to change nothing")
	}
	return f, nil
}

func notAnID(text string) error {
	return usagef("%s is no id of an identity: give the object id or the client id of the managed identity", config.Quote(text))
}

// grantPermissions gives the watcher's identity the permissions that it needs, or says
// what differs. It says that all is there only of what it has read.
func (p program) grantPermissions(ctx context.Context, args []string) error {
	f, err := p.grantFlags(args)
	if err != nil {
		return ignoreHelp(err)
	}
	c, err := p.configuration(f.config)
	if err != nil && !errors.Is(err, config.ErrNoAccounts) {
		return err // a file that is named and not there may have named another cloud
	}
	granter, err := p.granter(ctx, c, f.who, f.check)
	if err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, grantTime)
	grants, err := granter.Grants(limited, f.id)
	cancel()
	if err != nil {
		return err
	}
	people := p
	if f.format == "json" {
		people.stdout = p.stderr
	}
	r := newGrantReport(grants)
	people.describe(r)
	missing := r.in(stateMissing)
	switch {
	case f.check || len(missing) == 0:
	case f.yes || people.agreed(ctx, len(missing)):
		r = people.grantMissing(ctx, granter, grants, r)
		people.outcome(r)
	default:
		people.line("Nothing was granted.")
	}
	if f.format == "json" {
		encoder := json.NewEncoder(p.stdout)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(r); err != nil {
			return err
		}
	}
	return people.conclude(r, f.check)
}

// granter signs in. To look it asks for less than to grant.
func (p program) granter(ctx context.Context, c config.Config, i identity, look bool) (*graph.Granter, error) {
	o := graph.Options{URL: c.GraphURL}
	var err error
	if i.login {
		scopes := []string{"Application.Read.All"}
		if !look {
			scopes = append(scopes, "AppRoleAssignment.ReadWrite.All")
		}
		fmt.Fprintln(p.stderr, p.words("It asks for these delegated permissions of Microsoft Graph: "+strings.Join(scopes, ", ")+"."))
		err = p.signIn(ctx, c, i, scopes, &o)
	} else {
		o.Credential, err = graph.Credential(p.getenv)
	}
	if err != nil {
		return nil, err
	}
	return graph.NewGranter(o)
}

// agreed asks whether to go on. Ending the program is no.
func (p program) agreed(ctx context.Context, count int) bool {
	fmt.Fprint(p.stderr, p.words(fmt.Sprintf("Grant these %d permissions? [y/N]", count))+" ")
	answers := make(chan string, 1)
	answer := ""
	defect.Go(func() {
		answer, _ = bufio.NewReader(os.Stdin).ReadString('\n') // no answer is no
	}, func(*defect.Error) { answers <- answer })
	select {
	case answer := <-answers:
		return slices.Contains([]string{"y", "yes"}, strings.ToLower(strings.TrimSpace(answer)))
	case <-ctx.Done():
		fmt.Fprintln(p.stderr)
		return false
	}
}

// grantMissing asks for what is missing, reads the grants again, and returns what became
// of each. A refusal does not keep it from the others, unless they would be refused alike.
func (p program) grantMissing(ctx context.Context, granter *graph.Granter, before graph.Grants, r grantReport) grantReport {
	limited, cancel := context.WithTimeout(ctx, grantTime)
	defer cancel()
	answers := map[string]error{}
	wanted := slices.Clone(before.Held) // what should show when they are read again
	for _, n := range r.in(stateMissing) {
		err := granter.Grant(limited, before, n.ID)
		answers[n.ID] = err
		if err == nil {
			p.line("granted " + n.Name)
		}
		if graph.SameForAll(err) {
			break
		}
		wanted = append(wanted, n.ID)
	}
	if len(wanted) == len(before.Held) {
		return r.after(answers, before, nil) // nothing can have changed
	}
	fmt.Fprintln(p.stderr, p.words("Reading the grants again. Microsoft Graph may take a minute to show them."))
	again, cancelAgain := context.WithTimeout(ctx, grantTime)
	defer cancelAgain()
	now, err := granter.Again(again, before, wanted)
	return r.after(answers, now, err)
}
