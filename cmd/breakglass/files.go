package main

import (
	"fmt"
	"io"
	"os"
)

// A wanted is a kind of file that a person names at the command line, and the most that is
// read of one into memory, in MiB.
type wanted struct {
	most int64
	give string // which file to give
}

// A tenant of 50,000 users takes 50 MiB.
func tenantFile() wanted {
	return wanted{256, "give a tenant file, as breakglass collect writes it"}
}

// A report takes some MiB.
func reportFile() wanted {
	return wanted{64, "give a report, as breakglass check --format json writes it"}
}

// App settings take some KiB.
func settingsFile() wanted {
	return wanted{1, "give the app settings, as az functionapp config appsettings list prints them"}
}

// read reads a file of the kind; - is standard input. A device is no file, and may never end;
// a pipe is one, as a shell gives it for <(…).
func (w wanted) read(name string) ([]byte, error) {
	f := os.Stdin
	if name != "-" {
		opened, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer func() { _ = opened.Close() }() // nothing was written
		info, err := opened.Stat()
		switch {
		case err != nil:
			return nil, err
		case info.Mode()&(os.ModeDevice|os.ModeSocket|os.ModeIrregular) != 0:
			return nil, fmt.Errorf("%s: it is no file: %s", name, w.give)
		case info.Size() > w.most<<20:
			return nil, w.tooLarge(name)
		}
		f = opened
	}
	data, err := io.ReadAll(io.LimitReader(f, w.most<<20+1))
	if err == nil && int64(len(data)) > w.most<<20 {
		return nil, w.tooLarge(name)
	}
	return data, err
}

func (w wanted) tooLarge(name string) error {
	return fmt.Errorf("%s: the file is larger than %d MiB, and no more is read: %s", name, w.most, w.give)
}
