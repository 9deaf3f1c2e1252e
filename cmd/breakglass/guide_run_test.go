package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"breakglass/internal/standin"
	"breakglass/internal/standin/apptest"
	"breakglass/internal/standin/host"
	"breakglass/internal/standin/testbed"
)

// A follower does what a document says, in a directory that holds what its reader has:
// bin/breakglass, breakglass.yaml, a package, and the app settings of the installation.
type follower struct {
	*testbed.Testbed
	host   *host.Host
	dir    string
	env    []string // exported
	person []string // the environment of somebody who signs in; nil before the first
	grants []string // of somebody who may grant permissions
}

// TestGuide does what each document says, on the made-up tenant: commands end as the
// document says, 0 if it says nothing, and print what it shows.
func TestGuide(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("--login needs the stand-in's certificate to be trusted, which is possible on Linux alone")
	}
	done := 0
	for _, file := range documents(t) {
		steps := slices.DeleteFunc(stepsOf(file, apptest.ReadText(t, file)), func(s step) bool { return !s.runs() })
		if done += len(steps); len(steps) == 0 {
			continue
		}
		t.Run(filepath.Base(filepath.Dir(file))+"/"+filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			f := newFollower(t)
			for _, s := range steps {
				f.follow(t, s)
			}
		})
	}
	if done < 30 {
		t.Errorf("%d steps are followed: does this test still read the documents?", done)
	}
}

// runs reports whether the step is one for this test: a command of the program, or what
// happens around it.
func (s step) runs() bool {
	words := append(strings.Fields(s.command), "", "")
	ours := s.command == "" || words[0] == "bin/breakglass" || words[0] == "export"
	return ours && !s.more
}

func newFollower(t *testing.T) *follower {
	t.Helper()
	f := &follower{Testbed: apptest.World(t), dir: t.TempDir()}
	type setting struct {
		Name        string `json:"name"`
		SlotSetting bool   `json:"slotSetting"`
		Value       string `json:"value"`
	}
	var settings []setting // as az functionapp config appsettings list prints them
	for _, e := range f.Env() {
		name, value, _ := strings.Cut(e, "=")
		settings = append(settings, setting{Name: name, Value: value})
	}
	for name, value := range apptest.ReadInfra(t, nil).Local(t, "host_settings").AsValueMap() {
		settings = append(settings, setting{Name: name, Value: value.AsString()})
	}
	listed, err := json.Marshal(settings)
	program := apptest.CommandLine(t)
	err = errors.Join(err, os.MkdirAll(filepath.Join(f.dir, "bin"), 0o700), os.MkdirAll(filepath.Join(f.dir, "build"), 0o700),
		os.Symlink(program, filepath.Join(f.dir, "bin", "breakglass")),
		os.Symlink(apptest.Zip(t), filepath.Join(f.dir, "build", "breakglass-watch.zip")),
		os.WriteFile(filepath.Join(f.dir, "breakglass.yaml"), standin.ConfigAsOf(f.Collected), 0o600),
		os.WriteFile(filepath.Join(f.dir, "settings.json"), listed, 0o600))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func (f *follower) follow(t *testing.T, s step) {
	t.Helper()
	switch {
	case s.happens != "":
		f.happen(t, s)
	case s.told != "":
		f.told(t, s)
	case strings.HasPrefix(s.command, "export "):
		f.env = append(f.env, ours(strings.TrimPrefix(s.command, "export ")))
	default:
		f.command(t, s)
	}
}

// ours puts what the made-up tenant has in the place of what a reader puts in.
func ours(text string) string {
	return strings.NewReplacer(
		"contoso.onmicrosoft.com", "kitahama.onmicrosoft.com", "key:YubiKey A", "key:YubiKey C（大阪本社 金庫）", "safe-tokyo", "osaka-safe",
		"CA exclusions", "CA-Exclude-EmergencyAccess", "--identity ID", "--identity "+standin.RegisterIdentity, "--identity <id>", "--identity "+standin.RegisterIdentity,
	).Replace(text)
}

var says = regexp.MustCompile(`^exit (\d+)( if)?`)

// command runs a command, with yes for whatever it asks.
func (f *follower) command(t *testing.T, s step) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "sh", "-c", ours(s.command))
	command.Dir, command.Stdin = f.dir, strings.NewReader("y\n")
	if strings.Contains(s.command, "permissions grant") { // which asks a person only
		person, terminal := terminalPair(t)
		if _, err := person.WriteString("y\n"); err != nil {
			t.Fatal(err)
		}
		command.Stdin = terminal
	}
	command.Env = slices.Concat(f.surroundings(t, s.command), []string{"PATH=" + os.Getenv("PATH")}, f.env)
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, &said
	err := command.Run()
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited {
		t.Fatal(err)
	}
	want := []int{exitOK}
	if stated := says.FindStringSubmatch(s.comment); stated != nil {
		code, _ := strconv.Atoi(stated[1]) // it is digits
		if want[0] = code; stated[2] != "" {
			want = append(want, exitOK)
		}
	}
	if code := command.ProcessState.ExitCode(); !slices.Contains(want, code) {
		t.Errorf("%s: %s\n\texit %d, want %v\n%s", s.at, s.command, code, want, said.String())
	}
	if s.output != nil && !alike(strings.Split(strings.TrimRight(said.String(), "\n"), "\n"), s.output) {
		t.Errorf("%s: %s prints\n%s\nand not\n%s", s.at, s.command, said.String(), strings.Join(s.output, "\n"))
	}
}

// surroundings are the environment for a command: that of the installation, of somebody
// who signs in, or of somebody who may grant permissions.
func (f *follower) surroundings(t *testing.T, command string) []string {
	t.Helper()
	switch {
	case strings.Contains(command, "permissions grant"):
		if f.grants == nil {
			a := standin.NewAuthority(0)
			_, f.grants = entranceBy(t, a, a, standin.WithIntercept(needing().Intercept))
		}
		return f.grants
	case strings.Contains(command, "--login"):
		if f.person == nil {
			_, f.person = entrance(t, standin.NewAuthority(0))
		}
		return f.person
	}
	return f.Env()
}

// happen lets something happen: "the daily run", "Watch", or an account that signs in.
func (f *follower) happen(t *testing.T, s step) {
	t.Helper()
	if f.host == nil {
		f.host = apptest.Boot(t, f.Testbed)
	}
	accounts := map[string]string{"ea01 signs in": apptest.FirstAccount, "ea02 signs in": apptest.SecondAccount}
	switch account := accounts[s.happens]; {
	case s.happens == "the daily run":
		apptest.Fire(t, f.host, true)
	case s.happens == "Watch":
		apptest.Poll(t, f.host)
	case account != "":
		apptest.Happens(t, f.Testbed, "signIns", testbed.SignIn(s.at, account, time.Now().Add(time.Second), 0))
		time.Sleep(1100 * time.Millisecond) // the log has whole seconds, and a drill begins between two
		apptest.Poll(t, f.host)
	default:
		t.Fatalf("%s: nobody knows how to let this happen: %s", s.at, s.happens)
	}
}

// told holds a text to what Slack was told last: it has all of it, in this order, with … for
// what is left out.
func (f *follower) told(t *testing.T, s step) {
	t.Helper()
	posted := f.Slack.Posted()
	if len(posted) == 0 {
		t.Fatalf("%s: nobody was told anything", s.at)
	}
	var message any
	if err := json.Unmarshal(posted[len(posted)-1], &message); err != nil {
		t.Fatal(err)
	}
	whole := squeezed(strings.Join(texts(message), " "))
	rest := whole
	for part := range strings.SplitSeq(s.told, "…") {
		_, after, found := strings.Cut(rest, squeezed(part))
		if !found {
			t.Errorf("%s: the message does not say, in this place, %q:\n%s", s.at, squeezed(part), whole)
			return
		}
		rest = after
	}
}

var masks = []*regexp.Regexp{
	regexp.MustCompile(`\d{4}-\d{2}-\d{2} \d{2}:\d{2} UTC`), regexp.MustCompile(`\d{1,2} [A-Z][a-z]{2} \d{4}, \d{2}:\d{2} UTC`), regexp.MustCompile(`\d{8}T\d{6}Z`),
	regexp.MustCompile(`key [a-z2-7]{10}\b`), regexp.MustCompile(`(\d+|one) minutes?`), regexp.MustCompile(`breakglass-watch \d[^ ]*`), regexp.MustCompile(`\d{4}-\d{2}-\d{2}`),
}

// masked leaves out what differs from one day to the next.
func masked(text string) string {
	for i, m := range masks {
		text = m.ReplaceAllString(text, fmt.Sprintf("<%d>", i))
	}
	return text
}

func squeezed(text string) string { return masked(strings.Join(strings.Fields(text), " ")) }

// alike compares lines; a line … of the second list stands for any number of lines.
func alike(got, want []string) bool {
	switch {
	case len(want) == 0:
		return len(got) == 0
	case want[0] == "…":
		return alike(got, want[1:]) || len(got) > 0 && alike(got[1:], want)
	}
	return len(got) > 0 && masked(strings.TrimRight(got[0], " ")) == masked(want[0]) && alike(got[1:], want[1:])
}
