package pack

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// What is staged, by the names that the host and the handler read.
const (
	handlerName  = "handler"
	hostName     = "host.json"
	functionName = daily + "/function.json"
	watchName    = watch + "/function.json"
	configName   = "breakglass.yaml"
	licenceName  = "LICENSE"
	noticesName  = "THIRD_PARTY_NOTICES.txt"
)

// An entry is a file of the package.
type entry struct {
	name     string
	mode     fs.FileMode
	optional bool
}

// entries are all the files of a package, in the order of the zip. The host sets
// the execute bit of the handler on some plans only, so the zip carries it.
// https://github.com/Azure/azure-functions-host/blob/dev/src/WebJobs.Script/Workers/ProcessManagement/WorkerProcess.cs
var entries = []entry{
	{name: handlerName, mode: 0o755},
	{name: hostName, mode: 0o644},
	{name: functionName, mode: 0o644},
	{name: watchName, mode: 0o644},
	{name: configName, mode: 0o644, optional: true},
	{name: licenceName, mode: 0o644},
	{name: noticesName, mode: 0o644},
}

// epoch is the time of every entry: the first that a zip file can tell.
// https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.4.6
func epoch() time.Time { return time.Date(1980, time.January, 1, 0, 0, 0, 0, time.UTC) }

// Zip writes the staged tree in dir to file. Equal trees give equal bytes, whatever
// the times and modes of their files. A file that is no part of a package is an
// error: left in the tree, it would silently stay out of the zip.
func Zip(dir, file string) error {
	if err := strangers(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	// Nobody sees a half-written zip under its name.
	out, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*")
	if err != nil {
		return err
	}
	err = errors.Join(write(out, dir), out.Chmod(0o644), out.Close())
	if err == nil {
		err = os.Rename(out.Name(), file)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("zip %s: %w", dir, err), os.Remove(out.Name()))
	}
	return nil
}

// strangers returns an error that names the first file in dir that is no entry.
func strangers(dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		known := slices.ContainsFunc(entries, func(e entry) bool { return e.name == filepath.ToSlash(name) })
		if !known {
			return fmt.Errorf("%s is no part of a package", path)
		}
		return nil
	})
}

// write puts the entries into a zip.
func write(w io.Writer, dir string) error {
	archive := zip.NewWriter(w)
	for _, e := range entries {
		content, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(e.name)))
		if errors.Is(err, fs.ErrNotExist) && e.optional {
			continue
		}
		if err != nil {
			return err
		}
		header := &zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: epoch()}
		header.SetMode(e.mode)
		part, err := archive.CreateHeader(header)
		if err != nil {
			return err
		}
		if _, err := part.Write(content); err != nil {
			return err
		}
	}
	return archive.Close()
}
