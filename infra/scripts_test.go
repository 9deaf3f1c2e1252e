package infra

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// A desk is a directory of stand-ins for programs, which note how they were called.
type desk struct {
	dir   string
	calls string // a file: a line for each argument, and an empty one after each call
}

func newDesk(t *testing.T) desk {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the scripts are for a Unix shell")
	}
	dir := t.TempDir()
	return desk{dir: dir, calls: filepath.Join(dir, "calls")}
}

// standIn puts a program there that notes its arguments and then does what the script says.
func (d desk) standIn(t *testing.T, name, script string) {
	t.Helper()
	text := "#!/bin/sh\nprintf '%s\\n' " + name + " \"$@\" '' >>'" + d.calls + "'\n" + script + "\n"
	if err := os.WriteFile(filepath.Join(d.dir, name), []byte(text), 0o700); err != nil { //nolint:gosec // a program must be executable
		t.Fatal(err)
	}
}

// called are the calls of the stand-ins.
func (d desk) called(t *testing.T) [][]string {
	t.Helper()
	noted, err := os.ReadFile(d.calls)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	var all [][]string
	for call := range strings.SplitSeq(strings.TrimSuffix(string(noted), "\n\n"), "\n\n") {
		if call != "" {
			all = append(all, strings.Split(call, "\n"))
		}
	}
	return all
}

// run runs a script with the stand-ins before all other programs.
func (d desk) run(t *testing.T, stdin string, env []string, script string, args ...string) (code int, said string) {
	t.Helper()
	// go test keeps a result until a file that the test itself opened has changed.
	if _, err := os.ReadFile(script); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), "/bin/sh", append([]string{script}, args...)...)
	command.Env = append([]string{"PATH=" + d.dir + ":" + os.Getenv("PATH"), "DEPLOY_WAIT=0"}, env...)
	command.Stdin = strings.NewReader(stdin)
	out, err := command.CombinedOutput()
	if _, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
		t.Fatal(err)
	}
	return command.ProcessState.ExitCode(), string(out)
}

// shown are the commands that were shown, as a shell would take them apart.
func shown(t *testing.T, said string) [][]string {
	t.Helper()
	var all [][]string
	for line := range strings.Lines(said) {
		if !strings.HasPrefix(line, "  az ") {
			continue
		}
		words, err := exec.CommandContext(t.Context(), "/bin/sh", "-c", "printf '%s\\n' "+line).Output()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, strings.Split(strings.TrimSuffix(string(words), "\n"), "\n"))
	}
	return all
}

const bothFunctions = `case "$*" in *"function list"*) printf 'func-contoso/EmergencyAccess\nfunc-contoso/Watch\n' ;; esac`

// target says where to without Terraform, with characters that a shell would take apart.
func target() []string {
	return []string{"DEPLOY_SUBSCRIPTION=0", "DEPLOY_GROUP=rg (it's) $HOME", "DEPLOY_APP=func-contoso"}
}

func packageFile(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "a package.zip")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestDeployRunsWhatItShows(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		stdin string
		env   []string
		runs  bool
	}{
		"without asking": {"", []string{"DEPLOY_YES=1"}, true},
		"yes":            {"y\n", nil, true},
		"no":             {"n\n", nil, false},
		"no answer":      {"\n", nil, false},
		"nobody there":   {"", nil, false},
		"not quite yes":  {"", []string{"DEPLOY_YES=0"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, zip := newDesk(t), packageFile(t)
			d.standIn(t, "az", bothFunctions)
			code, said := d.run(t, test.stdin, append(target(), test.env...), "deploy.sh", zip)
			want := [][]string{
				{"az", "functionapp", "deployment", "source", "config-zip", "--subscription", "0", "--resource-group", "rg (it's) $HOME", "--name", "func-contoso", "--src", zip},
				{"az", "functionapp", "function", "list", "--subscription", "0", "--resource-group", "rg (it's) $HOME", "--name", "func-contoso", "--query", "[].name", "--output", "tsv"},
			}
			if got := shown(t, said); !slices.EqualFunc(got, want, slices.Equal) {
				t.Errorf("shown %q", got)
			}
			if !test.runs {
				want = nil
			}
			if got := d.called(t); !slices.EqualFunc(got, want, slices.Equal) {
				t.Errorf("run %q", got)
			}
			if (code == 0) != test.runs || strings.Contains(said, "Nothing was deployed.") == test.runs {
				t.Errorf("exit %d: %s", code, said)
			}
		})
	}
}

// TestDeployTellsWhatWentWrong: no failure looks like success.
func TestDeployTellsWhatWentWrong(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		az    string
		says  string
		calls int
	}{
		"refused":           {"exit 3", "package_read_only must be false", 1},
		"list refused":      {`case "$*" in *"function list"*) exit 3 ;; esac`, "", 2},
		"one function":      {`case "$*" in *"function list"*) echo func-contoso/EmergencyAccess ;; esac`, "does not list: Watch.", 13},
		"no function":       {"", "does not list: EmergencyAccess Watch.", 13},
		"a name like Watch": {`case "$*" in *"function list"*) printf 'x/EmergencyAccess\nx/WatchOld\nx/NotWatch\n' ;; esac`, "does not list: Watch.", 13},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			d.standIn(t, "az", test.az)
			code, said := d.run(t, "", append(target(), "DEPLOY_YES=1"), "deploy.sh", packageFile(t))
			if code == 0 || strings.Contains(said, "Deployed") || !strings.Contains(said, test.says) || len(d.called(t)) != test.calls {
				t.Errorf("exit %d after %d calls: %s", code, len(d.called(t)), said)
			}
		})
	}
}

func TestDeployWhereTerraformSays(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.standIn(t, "terraform", `printf "the-$4"`)
	d.standIn(t, "az", bothFunctions)
	code, said := d.run(t, "y\n", nil, "deploy.sh", packageFile(t))
	calls := d.called(t)
	if code != 0 || len(calls) != 5 {
		t.Fatalf("exit %d: %s", code, said)
	}
	for _, word := range []string{"the-subscription_id", "the-resource_group_name", "the-app_name"} {
		if !slices.Contains(calls[3], word) {
			t.Errorf("no %s in %q", word, calls[3])
		}
	}
}

func TestDeployUsage(t *testing.T) {
	t.Parallel()
	zip := packageFile(t)
	for name, test := range map[string]struct {
		env  []string
		args []string
		says string
	}{
		"no package":           {target(), nil, "expected one package"},
		"no such package":      {target(), []string{zip + ".gone"}, "there is no "},
		"half of where to":     {[]string{"DEPLOY_APP=func-contoso"}, []string{zip}, "set all three"},
		"nothing applied yet":  {nil, []string{zip}, "run terraform apply in infra first"},
		"two packages at once": {target(), []string{zip, zip}, "expected one package"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			d.standIn(t, "az", bothFunctions)
			d.standIn(t, "terraform", "exit 1")
			code, said := d.run(t, "", append(test.env, "DEPLOY_YES=1"), "deploy.sh", test.args...)
			if code == 0 || !strings.Contains(said, test.says) || slices.ContainsFunc(d.called(t), func(call []string) bool { return call[0] == "az" }) {
				t.Errorf("exit %d, %q: %s", code, d.called(t), said)
			}
		})
	}
}

// unreachable is what terraform said where its registry could not be reached.
const unreachable = `
Error: Failed to query available provider packages

Could not retrieve the list of available versions for provider azure/azapi:
could not connect to registry.terraform.io: failed to request discovery
document: Get "https://registry.terraform.io/.well-known/terraform.json": dial
tcp: lookup registry.terraform.io on 127.0.0.53:53: no such host
`

// outOfRange is what it says of a registry that it reached.
const outOfRange = `
Error: Failed to query available provider packages

Could not retrieve the list of available versions for provider azure/azapi: no
available releases match the given constraints >= 99.0.0
`

// TestTestSaysWhatWasNotRun: out of reach is neither good nor bad.
func TestTestSaysWhatWasNotRun(t *testing.T) {
	t.Parallel()
	fails := func(step, says string) string {
		return "case $1 in " + step + ") cat <<'EOT' >&2\n" + says + "\nEOT\nexit 1 ;; esac"
	}
	for name, test := range map[string]struct {
		terraform string
		code      int
		says      string
		steps     string
	}{
		"all is well":             {"", 0, "", "init validate test"},
		"registry out of reach":   {fails("init", unreachable), 75, "NOT RUN: the provider registry cannot be reached.", "init"},
		"broken lines, with bars": {fails("init", "│ failed to request discovery\n│ document: EOF"), 75, "NOT RUN", "init"},
		"no such version":         {fails("init", outOfRange), 1, "INVALID: terraform init refuses", "init"},
		"invalid":                 {fails("validate", "Error: Unsupported argument"), 1, "INVALID: see above.", "init validate"},
		"a test fails":            {fails("test", "Failure! 1 passed, 1 failed."), 1, "A TEST FAILED", "init validate test"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			d.standIn(t, "terraform", test.terraform)
			code, said := d.run(t, "", nil, "test.sh")
			var steps []string
			for _, call := range d.called(t) {
				steps = append(steps, call[1])
			}
			if code != test.code || !strings.Contains(said, test.says) || strings.Join(steps, " ") != test.steps {
				t.Errorf("exit %d after %q: %s", code, steps, said)
			}
			if test.code == 1 && strings.Contains(said, "NOT RUN") {
				t.Errorf("it says that nothing was run: %s", said)
			}
		})
	}
}

func TestTestWithoutTerraform(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	dirname, err := exec.LookPath("dirname")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(dirname, filepath.Join(d.dir, "dirname")); err != nil {
		t.Fatal(err)
	}
	if code, said := d.run(t, "", []string{"PATH=" + d.dir}, "test.sh"); code != 75 || !strings.Contains(said, "NOT RUN: terraform is missing") {
		t.Errorf("exit %d: %s", code, said)
	}
}
