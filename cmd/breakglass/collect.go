package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"breakglass/display"
	"breakglass/internal/config"
	"breakglass/internal/redact"
	"breakglass/internal/watch"
	"breakglass/tenant"
)

// collect writes the tenant file: of the tenant itself, or of another tenant file with
// the names taken out.
func (p program) collect(ctx context.Context, args []string) error {
	flags := newFlags("collect", "Reads the tenant through Microsoft Graph and writes it down. The file holds names, user principal names and sign-in addresses: keep it as you keep those, or take them out with --redact.")
	out := flags.String("out", "", "the `FILE` to write (- is standard output)")
	file := flags.String("config", "", "the configuration `FILE` (default breakglass.yaml)")
	redacted := flags.Bool("redact", false, "write aliases in the place of names, ids and addresses; every verdict stays the same")
	from := flags.String("from", "", "with --redact: take this tenant `FILE` instead of reading the tenant (- is standard input)")
	var who identity
	who.flags(flags)
	if err := p.parse(flags, args); err != nil {
		return ignoreHelp(err)
	}
	switch {
	case flags.NArg() > 0:
		return noArguments(flags)
	case *out == "":
		return usagef("collect: --out FILE is missing")
	case *from != "" && !*redacted:
		return usagef("collect: --from needs --redact: without it the file would be the same")
	case *from != "" && who.login:
		return usagef("collect: --login reads a live tenant, --from a file: give one of them")
	}
	if err := who.check(); err != nil {
		return err
	}
	c, err := p.configuration(*file)
	if err != nil && !(errors.Is(err, config.ErrNoAccounts) && *from != "") {
		return err
	}
	data, err := p.tenantFile(ctx, *from, c, who)
	if err != nil {
		return err
	}
	if *redacted {
		return p.writeRedacted(*out, data, c)
	}
	return p.write(*out, data)
}

// tenantFile is a tenant as it is written down.
func (p program) tenantFile(ctx context.Context, from string, c config.Config, who identity) ([]byte, error) {
	if from != "" {
		data, err := tenantFile().read(from)
		if err != nil {
			return nil, err
		}
		if _, _, err := tenant.Decode(data); err != nil {
			return nil, fmt.Errorf("%s: %w", from, err) // with its line
		}
		return data, nil
	}
	s, err := p.live(ctx, c, who)
	if err != nil {
		return nil, err
	}
	if err := watch.SameTenant(s, c.Tenant); err != nil {
		return nil, err
	}
	return s.Encode()
}

// writeRedacted writes a tenant file with aliases, and says which of them are the
// declared accounts: the file does not.
func (p program) writeRedacted(out string, data []byte, c config.Config) error {
	data, aliases, err := redact.Redact(data)
	if err != nil {
		return err
	}
	if err := p.write(out, data); err != nil {
		return err
	}
	for _, d := range c.Accounts {
		name := d.User + d.Group // one of them
		alias, ok := aliases.Of(name)
		if !ok {
			alias = "not in the file"
		}
		fmt.Fprintf(p.stderr, "breakglass: %s is %s\n", display.Lines(name), alias)
	}
	return nil
}

// write writes a file, or to standard output.
func (p program) write(out string, data []byte) error {
	if out == "-" {
		_, err := p.stdout.Write(data)
		return err
	}
	if err := replace(out, data); err != nil {
		return err
	}
	fmt.Fprintf(p.stderr, "breakglass: wrote %s (%d bytes)\n", display.Lines(out), len(data))
	return nil
}

// replace writes a file whole or not at all, readable by its owner only.
func replace(name string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".breakglass-*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // the error that matters is the first
	}
	return err
}
