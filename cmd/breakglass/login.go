package main

import (
	"context"
	"flag"
	"fmt"

	"breakglass/checks"
	"breakglass/defect"
	"breakglass/display"
	"breakglass/internal/config"
	"breakglass/internal/graph"
	"breakglass/internal/watch"
	"breakglass/internal/wiring"
	"breakglass/report"
)

// An identity is who reads the tenant: what the environment gives, or a person who
// signs in.
type identity struct {
	login  bool
	client string // application id
}

func (i *identity) flags(flags *flag.FlagSet) {
	flags.BoolVar(&i.login, "login", false, "sign in as a person, by device code, with read-only permissions that are listed first")
	flags.StringVar(&i.client, "client", "", "sign in to this application `ID` of yours instead of Microsoft Graph Command Line Tools")
}

func (i identity) check() error {
	if i.client != "" && !i.login {
		return usagef("--client needs --login")
	}
	return nil
}

// reader builds the reader of a live tenant; with --login it waits for a person.
func (p program) reader(ctx context.Context, c config.Config, i identity) (*graph.Reader, error) {
	o := wiring.ReaderOptions(c, p.progress())
	o.Caught = func(caught *defect.Error) {
		fmt.Fprintf(p.stderr, "breakglass: %s\n", p.words(caught.Error()+": "+watch.ReportIt))
	}
	if !i.login {
		return wiring.NewReader(o, p.getenv)
	}
	scopes, err := p.announce(i)
	if err != nil {
		return nil, err
	}
	if err := p.signIn(ctx, c, i, scopes, &o); err != nil {
		return nil, err
	}
	return graph.New(o)
}

// signIn waits for a person, with a code, and reads as that person.
func (p program) signIn(ctx context.Context, c config.Config, i identity, scopes []string, o *graph.Options) error {
	credential, err := graph.Login(ctx, graph.LoginOptions{
		URL: c.GraphURL, Tenant: c.Tenant, Client: i.client, Authority: p.getenv("AZURE_AUTHORITY_HOST"), Scopes: scopes,
		Prompt: func(address, code string) {
			fmt.Fprint(p.stderr, p.words(fmt.Sprintf("\nTo sign in, open %s and enter the code %s\nWaiting until you have; Ctrl+C ends it.\n", display.Lines(address), display.Lines(code))))
		},
	})
	o.Credential = credential
	return err
}

// announce lists what will be asked for, before anybody is asked.
func (p program) announce(i identity) ([]string, error) {
	application := "Microsoft Graph Command Line Tools"
	if i.client != "" {
		application = "the application " + i.client
	}
	var scopes []string
	parts := [][2]string{{"  ", p.words("It asks, through " + application + ", for these delegated permissions of Microsoft Graph. All of them read; none writes.")}}
	for _, permission := range checks.Permissions() {
		scopes = append(scopes, permission.Name)
		parts = append(parts, [2]string{"    - ", permission.Name + ": " + p.words(permission.Reads)})
	}
	parts = append(parts,
		[2]string{"  ", p.words("An administrator must agree to them once. Whoever signs in needs a role that may read all this, such as Global Reader; what the role may not read is unknown.")},
		[2]string{"  ", p.words("The token stays in this process and ends with it. Do not sign in as an emergency account: that is a use of the spare key.")})
	return scopes, report.Paragraphs(p.stderr, report.TextOptions{Width: defaultWidth}, p.words("breakglass signs you in to read the tenant."), parts...)
}
