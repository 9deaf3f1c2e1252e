package funcapp

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestHostJSONIsRefused(t *testing.T) {
	t.Parallel()
	for want, text := range map[string]string{
		"version":               `{"customHandler":{"description":{"defaultExecutablePath":"handler"}}}`,
		"customHandler":         `{"version":"2.0"}`,
		"defaultExecutablePath": `{"version":"2.0","customHandler":{}}`,
		"functionTimeout":       `{"version":"2.0","functionTimeout":"10 minutes","customHandler":{"description":{"defaultExecutablePath":"handler"}}}`,
		"initializationTimeout": `{"version":"2.0","customHandler":{"initializationTimeout":"00:61:00","description":{"defaultExecutablePath":"handler"}}}`,
		`"missing"`:             `{"version":"2.0","customHandler":{"description":{"defaultExecutablePath":"missing"}}}`,
		"host.json":             `{`,
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			dir := stage(t, map[string]string{"host.json": text, "Check/function.json": plainTimer})
			if _, err := Read(dir, nil); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestExecutable(t *testing.T) {
	t.Parallel()
	dir := stage(t, map[string]string{"plain": "#!/bin/sh\n", "Check/function.json": plainTimer})
	override := "AzureFunctionsJobHost__customHandler__description__defaultExecutablePath="
	if _, err := Read(dir, []string{override + "plain"}); err == nil {
		t.Error("a file that is not executable is taken")
	}
	bin := stage(t, nil)
	if err := os.Rename(filepath.Join(bin, "handler"), filepath.Join(bin, "elsewhere")); err != nil {
		t.Fatal(err)
	}
	a, err := Read(dir, []string{override + "elsewhere", "PATH=/nowhere:" + bin})
	if err != nil || a.Executable != filepath.Join(bin, "elsewhere") {
		t.Errorf("on the PATH: %q, %v", a.Executable, err)
	}
	a, err = Read(dir, []string{override + filepath.Join(bin, "elsewhere"), "AzureFunctionsJobHost__customHandler__description__workingDirectory=Check"})
	if err != nil || a.WorkDir != filepath.Join(dir, "Check") {
		t.Errorf("working directory %q, %v", a.WorkDir, err)
	}
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	a, err := Read(stage(t, map[string]string{"Check/function.json": plainTimer}), nil)
	if err != nil || a.Timeout != 30*time.Minute || a.Init != 30*time.Second {
		t.Errorf("function %v, init %v, %v", a.Timeout, a.Init, err)
	}
}

func TestNoFunctions(t *testing.T) {
	t.Parallel()
	dir := stage(t, map[string]string{"function.json": plainTimer, "a/b/function.json": plainTimer}) // neither is where the host looks
	if _, err := Read(dir, nil); err == nil || !strings.Contains(err.Error(), "no functions") {
		t.Errorf("got %v", err)
	}
}

func TestRefusedFunctions(t *testing.T) {
	t.Parallel()
	binding := func(rest string) string {
		return `{"bindings":[{"type":"timerTrigger","direction":"in","name":"timer",` + rest + `}]}`
	}
	retry := func(text string) string { return strings.TrimSuffix(plainTimer, "}") + `,"retry":` + text + `}` }
	disabled := func(value string) string { return strings.TrimSuffix(plainTimer, "}") + `,"disabled":` + value + `}` }
	cases := map[string]string{ // the function's name and its function.json
		"NoSetting": binding(`"schedule":"%NONE%"`), "TimeSpan": binding(`"schedule":"01:00:00"`), "Bad": binding(`"schedule":"0 0 25 * * *"`),
		"Empty": `{}`, "Http": `{"bindings":[{"type":"httpTrigger","direction":"in","name":"req"}]}`,
		"host": plainTimer, "1st": plainTimer, "Bad.Name": plainTimer, "NotJSON": `{`,
		"Off": disabled("true"), "OffBySetting": plainTimer, "OffByProperty": disabled(`"SWITCH"`), "OffByPercent": disabled(`"%SWITCH%"`),
		"NoCount":  retry(`{"strategy":"fixedDelay","delayInterval":"00:00:01"}`),
		"NoDelay":  retry(`{"strategy":"fixedDelay","maxRetryCount":1}`),
		"NoMost":   retry(`{"strategy":"exponentialBackoff","maxRetryCount":1,"minimumInterval":"00:00:01"}`),
		"Strategy": retry(`{"strategy":"linear","maxRetryCount":1}`),
		"Interval": retry(`{"strategy":"fixedDelay","maxRetryCount":1,"delayInterval":"1s"}`),
		"Script":   strings.TrimSuffix(plainTimer, "}") + `,"scriptFile":"gone"}`,
	}
	files := map[string]string{
		"Good/function.json": plainTimer, "Five/function.json": binding(`"schedule":"%DAILY%"`), "other/file": "",
		"Fixed/function.json": retry(`{"strategy":"fixedDelay","maxRetryCount":-1,"delayInterval":"00:00:05"}`),
	}
	for name, text := range cases {
		files[name+"/function.json"] = text
	}
	a, err := Read(stage(t, files), []string{"DAILY=0 6 * * MON-Fri", "AzureWebJobs.OffBySetting.Disabled=1", "SWITCH=true"})
	if err != nil {
		t.Fatal(err)
	}
	if got := slices.Sorted(maps.Keys(a.Functions)); !slices.Equal(got, []string{"Five", "Fixed", "Good"}) {
		t.Errorf("functions %v", got)
	}
	for name := range cases {
		why := a.Refused[name]
		if why == nil {
			t.Errorf("%s is not refused", name)
		}
		if got, want := errors.Is(why, ErrDisabled), strings.HasPrefix(name, "Off"); got != want {
			t.Errorf("%s: is disabled: %v, want %v", name, got, want)
		}
		if got, want := errors.Is(why, ErrSchedule), slices.Contains([]string{"NoSetting", "TimeSpan", "Bad"}, name); got != want {
			t.Errorf("%s: its schedule is refused: %v, want %v", name, got, want)
		}
	}
	if p := a.Functions["Fixed"].Retry; p.Delay(7) != 5*time.Second || p.Most != -1 {
		t.Errorf("fixed delay: %+v", p)
	}
}

func TestOutBindings(t *testing.T) {
	t.Parallel()
	f, err := readFunction("/app/Check", []byte(`{"bindings":[
		{"type":"timerTrigger","direction":"in","name":"timer","schedule":"0 0 6 * * *"},
		{"type":"blob","direction":"out","name":"report","dataType":"Binary"}]}`), nil)
	if err != nil || f.Binding != "timer" || !f.Monitored || len(f.Outputs) != 1 || f.Outputs["report"] != "binary" {
		t.Errorf("%+v, %v", f, err)
	}
}

func TestSchedules(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"0 */5 * * * *", "0 0 6 * * *", "0 6 1-15/2 JAN,jul sun", "0 0 0 31 12 6"} {
		if once, err := readSchedule(good, nil); err != nil || !once {
			t.Errorf("%q: %v, %v", good, once, err)
		}
	}
	for _, bad := range []string{"", "* * * *", "0 0 6 * * 7", "60 * * * * *", "0 0 6 0 * *", "0 5-1 * * * *", "0 */0 * * * *", "0 0 x * * *", "@daily"} {
		if _, err := readSchedule(bad, nil); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

func TestTimeSpans(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"00:10:00": 10 * time.Minute, "1.02:03:04.5": 26*time.Hour + 3*time.Minute + 4500*time.Millisecond, "-1": 0, "": time.Hour, "00:05": 5 * time.Minute,
	} {
		if got, err := timeSpanOr(text, time.Hour); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, bad := range []string{"10", "24:00:00", "00:60:00", "00:00:00", "00:00:61", "ten"} {
		if _, err := timeSpanOr(bad, time.Hour); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

const (
	plainHost  = `{"version":"2.0","customHandler":{"description":{"defaultExecutablePath":"handler"}}}`
	plainTimer = `{"bindings":[{"type":"timerTrigger","direction":"in","name":"timer","schedule":"0 0 6 * * *"}]}`
)

// stage makes an app directory of the files, and this binary its handler.
func stage(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	if _, ok := files["host.json"]; !ok {
		write(t, filepath.Join(dir, "host.json"), plainHost)
	}
	for name, text := range files {
		write(t, filepath.Join(dir, name), text)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(dir, "handler")); err != nil {
		t.Fatal(err)
	}
	return dir
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
		t.Fatal(err)
	}
}
