package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"breakglass/checks"
	"breakglass/handler/internal/config"
	"breakglass/handler/internal/graph"
)

// grantPermissions gives the watcher's identity the permissions that it needs, or says
// what differs.
func (p program) grantPermissions(ctx context.Context, args []string) error {
	flags := newFlags("permissions grant", "Gives the watcher's managed identity the permissions of Microsoft Graph that it needs, and no other, as whoever signs in: a Privileged Role Administrator. It shows first what it will do, and removes nothing.")
	id := flags.String("identity", "", "the object id or the client id of the managed identity (`ID`)")
	check := flags.Bool("check", false, "change nothing; exit 2 if something is missing, or granted beyond need")
	yes := flags.Bool("yes", false, "do not ask before granting")
	file := flags.String("config", "", "the configuration `FILE` (default breakglass.yaml)")
	var i identity
	flags.BoolVar(&i.login, "login", false, "sign in as a person, by device code, rather than as az login or the environment says")
	flags.StringVar(&i.client, "client", "", "sign in to this application `ID` of yours instead of Microsoft Graph Command Line Tools")
	if err := p.parse(flags, args); err != nil {
		return ignoreHelp(err)
	}
	if err := errors.Join(noArguments(flags), i.check()); err != nil {
		return err
	}
	if *id == "" {
		return usagef("permissions grant needs --identity: who is to have the permissions")
	}
	if !graph.IsID(*id) {
		return usagef("%.60q is no id of an identity: give the object id or the client id of the managed identity", *id)
	}
	c, err := p.configuration(*file)
	if err != nil && !errors.Is(err, config.ErrNoAccounts) && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	granter, err := p.granter(ctx, c, i, *check)
	if err != nil {
		return err
	}
	grants, err := granter.Grants(ctx, *id)
	if err != nil {
		return err
	}
	missing, odd := p.compare(grants)
	switch {
	case *check && (len(missing) > 0 || odd):
		return errFound
	case *check || len(missing) == 0:
		return nil
	case !*yes && !p.agreed(len(missing)):
		p.line("Nothing was granted.")
		return nil
	}
	for _, m := range missing {
		if err := granter.Grant(ctx, grants, m.ID); err != nil {
			return fmt.Errorf("%s: %w", m.Name, err)
		}
		p.line("granted " + m.Name)
	}
	p.line("The identity has what it needs. A running app sees it with its next token, within a day: restart it to see it at once.")
	return nil
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

// compare says what an identity has and lacks. It returns what is to be granted, and
// whether anything is otherwise than it should be.
func (p program) compare(g graph.Grants) (missing []checks.Permission, odd bool) {
	needed := map[string]bool{}
	p.line(fmt.Sprintf("Identity: %s (%s)", g.Name, g.ID))
	held := 0
	var absent []string
	for _, permission := range checks.Permissions() {
		id := strings.ToLower(permission.ID)
		needed[id] = true
		switch {
		case slices.Contains(g.Held, id):
			held++
		case g.Offered[id] == "":
			absent = append(absent, permission.Name)
		default:
			missing = append(missing, permission)
		}
	}
	p.line(fmt.Sprintf("Granted already: %d of %d", held, len(checks.Permissions())))
	if len(missing) > 0 {
		p.line("To grant:")
		for _, m := range missing {
			p.line("  + " + m.Name)
		}
	}
	if len(absent) > 0 {
		p.line("Not offered in this cloud, so what needs them stays unknown:")
		for _, name := range absent {
			p.line("  ? " + name)
		}
	}
	var beyond []string
	for _, id := range g.Held {
		if !needed[id] {
			name := g.Offered[id]
			if name == "" {
				name = id
			}
			beyond = append(beyond, name)
		}
	}
	for _, other := range g.Elsewhere {
		beyond = append(beyond, "“"+other.Resource+"”")
	}
	if len(beyond) > 0 {
		p.line("Granted beyond need, and left as it is; whoever takes over the identity has it too:")
		for _, name := range beyond {
			p.line("  ! " + name)
		}
	}
	return missing, len(absent) > 0 || len(beyond) > 0
}

// agreed asks whether to go on.
func (p program) agreed(count int) bool {
	fmt.Fprint(p.stderr, p.words(fmt.Sprintf("Grant these %d permissions? [y/N]", count))+" ")
	answer, _ := bufio.NewReader(os.Stdin).ReadString('\n') // no answer is no
	return slices.Contains([]string{"y", "yes"}, strings.ToLower(strings.TrimSpace(answer)))
}

// line prints a line for people.
func (p program) line(text string) { fmt.Fprintln(p.stdout, printable(p.words(text))) }

// permissionsAz writes the commands of the Azure CLI that grant the permissions.
func (p program) permissionsAz() error {
	var b strings.Builder
	b.WriteString("# As a Privileged Role Administrator, after az login. What is granted already is refused as existing, and stays.\n")
	b.WriteString("# In another cloud, put its Microsoft Graph in the place of graph.microsoft.com.\n")
	b.WriteString("identity=... # the object id of the managed identity: az identity show --query principalId --output tsv ...\n")
	b.WriteString("graph=$(az ad sp show --id 00000003-0000-0000-c000-000000000000 --query id --output tsv)\n")
	for _, permission := range checks.Permissions() {
		fmt.Fprintf(&b, "az rest --method POST --url \"https://graph.microsoft.com/v1.0/servicePrincipals/$identity/appRoleAssignments\" --output none \\\n"+
			"  --body \"{\\\"principalId\\\":\\\"$identity\\\",\\\"resourceId\\\":\\\"$graph\\\",\\\"appRoleId\\\":\\\"%s\\\"}\" # %s\n", permission.ID, permission.Name)
	}
	_, err := fmt.Fprint(p.stdout, b.String())
	return err
}
