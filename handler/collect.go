package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"breakglass/tenant"
)

// collect reads the tenant through Microsoft Graph and writes the tenant file.
func (p program) collect(ctx context.Context, args []string) error {
	flags := newFlags("collect", "Reads the tenant through Microsoft Graph and writes it down. The file holds names, user principal names and sign-in addresses: keep it as you keep those.")
	out := flags.String("out", "", "the `FILE` to write (- is standard output)")
	file := flags.String("config", "", "the configuration `FILE` (default breakglass.yaml)")
	var who identity
	who.flags(flags)
	if err := p.parse(flags, args); err != nil {
		return ignoreHelp(err)
	}
	if err := noArguments(flags); err != nil {
		return err
	}
	if *out == "" {
		return usagef("collect: --out FILE is missing")
	}
	if err := who.check(); err != nil {
		return err
	}
	c, err := p.configuration(*file)
	if err != nil {
		return err
	}
	reader, err := p.reader(ctx, c, who)
	if err != nil {
		return err
	}
	s := reader.Snapshot(ctx)
	if err := sameTenant(s, c.Tenant); err != nil {
		return err
	}
	data, err := s.Encode()
	if err != nil {
		return err
	}
	if *out == "-" {
		_, err = p.stdout.Write(data)
		return err
	}
	if err := replace(*out, data); err != nil {
		return err
	}
	fmt.Fprintf(p.stderr, "breakglass: wrote %s (%d bytes)\n", printable(*out), len(data))
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

// sameTenant fails if what was read is not the tenant that was declared: watching
// another one would look like watching. What was not read cannot differ.
func sameTenant(s tenant.Snapshot, declared string) error {
	organization, err := s.Organization.Get()
	if declared == "" || err != nil || strings.EqualFold(organization.ID, declared) {
		return nil //nolint:nilerr // an unread tenant is told by the results
	}
	domains, err := organization.VerifiedDomains.Get()
	if err != nil && strings.Contains(declared, ".") {
		return nil //nolint:nilerr // as above
	}
	for _, d := range domains {
		if name, err := d.Name.Get(); err == nil && name != nil && strings.EqualFold(*name, declared) {
			return nil
		}
	}
	return fmt.Errorf("the configuration declares the tenant %.80q, but the identity reads tenant %s: it must be in the tenant that it watches", declared, organization.ID)
}
