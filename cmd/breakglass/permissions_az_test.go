package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"breakglass/checks"
	"breakglass/internal/standin"
	"breakglass/internal/standin/apptest"
)

// azureCLI stands in for az: the app roles that are held are lines of $HELD, each granted
// once, and a role in $REFUSED never is. It notes what it is asked in $ASKED.
const azureCLI = `#!/bin/sh
echo "$*" >>"$ASKED"
case "$1 $2" in
"ad sp") test "$5" = 00000003-0000-0000-c000-000000000000 && echo graph-id || echo principal-id ;;
"rest --method")
  test -z "$DENIED" || { echo Forbidden >&2; exit 1; }
  case "$5" in */servicePrincipals/principal-id/appRoleAssignments*) ;; *) echo "no such address: $5" >&2; exit 1 ;; esac
  if test "$3" = GET; then cat "$HELD"; exit; fi
  role=$(echo "$*" | sed -n 's/.*{"principalId":"principal-id","resourceId":"graph-id","appRoleId":"\([0-9a-f-]*\)"}.*/\1/p')
  if test -z "$role" || test "$role" = "$REFUSED" || grep -q "$role" "$HELD"; then echo "Bad Request" >&2; exit 1; fi
  test -n "$LOST" || echo "$role" >>"$HELD" ;;
*) exit 1 ;;
esac
`

// az runs the commands that are printed, with a stand-in of az and without the waits.
func az(t *testing.T, dir, script string, env ...string) apptest.Session {
	t.Helper()
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("no sh here")
	}
	for name, content := range map[string]string{"az": azureCLI, "sleep": "#!/bin/sh\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o700); err != nil { //nolint:gosec // a program must be executable
			t.Fatal(err)
		}
	}
	command := exec.CommandContext(t.Context(), "sh")
	command.Stdin = strings.NewReader(script)
	command.Env = append([]string{"PATH=" + dir + ":" + os.Getenv("PATH"), "HELD=" + filepath.Join(dir, "held"), "ASKED=" + filepath.Join(dir, "asked")}, env...)
	var out, errs strings.Builder
	command.Stdout, command.Stderr = &out, &errs
	_ = command.Run() // its code tells
	return apptest.Session{Code: command.ProcessState.ExitCode(), Out: out.String(), Err: errs.String()}
}

// TestPermissionsAz: the commands are those of the list. They grant what is missing, say of
// each what became of it, show what is held, and may be run again.
func TestPermissionsAz(t *testing.T) {
	t.Parallel()
	permissions := checks.Permissions()
	script := run(t, nil, "permissions", "--format", "az", "--identity", standin.RegisterClient)
	if script.Code != 0 || !strings.Contains(script.Out, "\nidentity="+standin.RegisterClient+" #") {
		t.Fatalf("exit %d: %s%s", script.Code, script.Out, script.Err)
	}
	for _, p := range permissions {
		if n := strings.Count(script.Out, "\n"+p.ID+" "+p.Name+"\n"); n != 1 {
			t.Errorf("%s: %d times", p.Name, n)
		}
	}
	dir := t.TempDir()
	held := func(lines ...string) {
		if err := os.WriteFile(filepath.Join(dir, "held"), []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	held(permissions[1].ID)
	expect := func(what string, s apptest.Session, code int, says ...string) {
		t.Helper()
		if s.Code != code {
			t.Errorf("%s: exit %d, want %d\n%s%s", what, s.Code, code, s.Out, s.Err)
		}
		for _, part := range says {
			if !strings.Contains(s.Out, part) {
				t.Errorf("%s: no %q in\n%s%s", what, part, s.Out, s.Err)
			}
		}
		if code != 0 && strings.Contains(s.Out, "Nothing is missing") {
			t.Errorf("%s: %s", what, s.Out)
		}
	}
	last := permissions[len(permissions)-1]
	expect("one refused", az(t, dir, script.Out, "REFUSED="+last.ID), 1, "granted "+permissions[0].Name+"\n", "held already "+permissions[1].Name+"\n", "NOT GRANTED "+last.Name+"\n", "NOT SEEN "+last.Name+":", "\n"+permissions[0].ID+"\n")
	expect("the rest", az(t, dir, script.Out), 0, "held already "+permissions[0].Name+"\n", "granted "+last.Name+"\n", "\n"+last.ID+"\n", "Nothing is missing.")
	asked := filepath.Join(dir, "asked")
	if err := os.Remove(asked); err != nil {
		t.Fatal(err)
	}
	expect("again", az(t, dir, script.Out), 0, "Nothing is missing.")
	if lines, err := os.ReadFile(asked); err != nil || strings.Contains(string(lines), "POST") || !strings.Contains(string(lines), "ad sp show --id "+standin.RegisterClient) {
		t.Errorf("again it asks for\n%s%v", lines, err)
	}
	held()
	expect("granted, and not seen", az(t, dir, script.Out, "LOST=yes"), 1, "granted "+last.Name+"\n", "NOT SEEN "+last.Name+":")
	held(permissions[0].ID)
	expect("nobody who may", az(t, dir, script.Out, "DENIED=yes"), 1, "NOT GRANTED "+last.Name+"\n", "NOT SEEN "+permissions[0].Name+":")
}

// TestPermissionsIdentity: an identity is for the commands only, and must be one.
func TestPermissionsIdentity(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"--format", "az"}, 0, "\nidentity=... #"},
		{[]string{"--format", "az", "--identity", "$(reboot)"}, 64, "is no id of an identity"},
		{[]string{"--identity", standin.RegisterIdentity}, 64, "--identity needs --format az"},
		{[]string{"--identity", standin.RegisterIdentity, "--format=json"}, 64, "--identity needs --format az"},
	} {
		for _, language := range []string{"en", "ja"} {
			s := run(t, map[string]string{"BREAKGLASS_LANGUAGE": language}, append([]string{"permissions"}, c.args...)...)
			if s.Code != c.code || language == "en" && !strings.Contains(s.Out+s.Err, c.says) {
				t.Errorf("%q: exit %d\n%s%s", c.args, s.Code, s.Out, s.Err)
			}
			if language == "ja" && c.code != 0 {
				expectJapanese(t, strings.Join(c.args, " "), s.Err)
			}
		}
	}
}
