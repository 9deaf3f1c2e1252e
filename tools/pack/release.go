package pack

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Release writes what goes with a zip that was made of the staged tree, beside it: the
// bill of materials, the terms of what is linked, and the checksums of all three.
func Release(ctx context.Context, opts Options, zip string) error {
	content, err := Bill(ctx, opts, zip)
	if err != nil {
		return err
	}
	bill := strings.TrimSuffix(zip, ".zip") + ".cdx.json"
	if err := os.WriteFile(bill, content, 0o644); err != nil {
		return err
	}
	terms, err := os.ReadFile(filepath.Join(opts.Dir, noticesName))
	if err != nil {
		return err
	}
	beside := filepath.Join(filepath.Dir(zip), noticesName)
	if err := os.WriteFile(beside, terms, 0o644); err != nil {
		return err
	}
	return sums(filepath.Join(filepath.Dir(zip), "SHA256SUMS"), zip, bill, beside)
}

// sums writes the SHA-256 of files in the form that sha256sum -c reads, where they all
// lie in one directory.
func sums(file string, files ...string) error {
	var out strings.Builder
	for _, f := range files {
		content, err := os.ReadFile(f)
		if err != nil {
			return err
		}
		fmt.Fprintf(&out, "%x  %s\n", sha256.Sum256(content), filepath.Base(f))
	}
	return os.WriteFile(file, []byte(out.String()), 0o644)
}
