package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"breakglass/display"
	"breakglass/internal/config"
	"breakglass/internal/standin"
	"breakglass/internal/standin/host"
	"breakglass/internal/standin/testbed"
	"breakglass/internal/state"
	"breakglass/notify/kinds"
	"breakglass/report"
)

// demo runs the whole program on the made-up tenant: a stand-in of the
// Functions host starts the handler as it is deployed.
func (p program) demo(ctx context.Context, args []string) error {
	flags := newFlags("demo", "The whole program on a made-up tenant, on this machine alone: two runs of the daily timer, an alarm, and what Slack and Teams receive.")
	if err := p.parse(flags, args); err != nil {
		return ignoreHelp(err)
	}
	if err := noArguments(flags); err != nil {
		return err
	}
	handler, err := handlerBeside()
	if err != nil {
		return err
	}
	file, err := standin.AsOf(standin.Tenant(), time.Now().Add(-time.Minute))
	if err != nil {
		return err
	}
	w, err := testbed.New(file)
	if err != nil {
		return err
	}
	defer w.Close()
	if err := w.Stage(handler); err != nil {
		return err
	}
	d := demonstration{program: p, Testbed: w}
	return d.run(ctx)
}

// handlerBeside finds the handler, which make build puts beside this program.
func handlerBeside() (string, error) {
	program, err := os.Executable()
	if err != nil {
		return "", err
	}
	if program, err = filepath.EvalSymlinks(program); err != nil {
		return "", err
	}
	handler := filepath.Join(filepath.Dir(program), "handler")
	if _, err := exec.LookPath(handler); err != nil {
		return "", errors.New("the handler is not beside this program: make build makes both")
	}
	return handler, nil
}

type demonstration struct {
	program
	*testbed.Testbed
}

func (d demonstration) run(ctx context.Context) error {
	h, err := host.Start(ctx, host.Options{Dir: d.App, Env: append(d.Env(), config.SettingLanguage+"="+d.language()), Stderr: d.stderr, RetryDelay: func(time.Duration) time.Duration { return time.Second }})
	if err != nil {
		return err
	}
	defer h.Stop()
	d.say("1  The Functions host (a stand-in) started the handler: it was ready after %s.", h.Startups()[0].Round(100*time.Microsecond))
	first, err := d.tick(ctx, h)
	if err != nil {
		return err
	}
	d.say("2  The timer fired: %s. The handler took a token from the identity endpoint,\n   read the tenant with %d requests to Microsoft Graph, judged it, told Slack and\n   Teams, and remembered what it told. The report:\n", first, len(d.Graph.Requests()))
	if err := d.printReport(ctx); err != nil {
		return err
	}
	for _, k := range kinds.All() {
		d.say("\n3  What %s received (as text; the README shows how it looks):\n", k.Label)
		for _, body := range d.Sinks[k.Name].Received() {
			if err := printMessage(d.stdout, body); err != nil {
				return err
			}
		}
	}
	told := d.received()
	second, err := d.tick(ctx, h)
	if err != nil {
		return err
	}
	more := d.received() - told
	d.say("\n4  The timer fired again: %s. %d new messages: nothing has changed.", second, more)
	if err := d.alarm(ctx, h); err != nil {
		return err
	}
	d.say("\nThat was the made-up tenant. For your own: breakglass help, or the README.")
	return nil
}

// received counts the messages of all channels.
func (d demonstration) received() int {
	n := 0
	for _, s := range d.Sinks {
		n += len(s.Received())
	}
	return n
}

// secondAccount is ea02 of the made-up tenant.
const secondAccount = "8a119b9e-16bc-4732-8f7b-7676d015b0dc"

// alarm lets somebody sign in with a spare key, and the five-minute watch see it.
func (d demonstration) alarm(ctx context.Context, h *host.Host) error {
	if _, err := h.Invoke(ctx, "Watch", host.Timer{}); err != nil { // what is in the log from before
		return fmt.Errorf("the watch failed: %w", err)
	}
	if err := d.Happens("signIns", testbed.SignIn("demonstration", secondAccount, time.Now().Add(-2*time.Minute), 0)); err != nil {
		return err
	}
	told := len(d.Slack.Received())
	invocation, err := h.Invoke(ctx, "Watch", host.Timer{})
	if err != nil {
		return fmt.Errorf("the watch failed: %w", err)
	}
	d.say("\n5  Somebody signed in with ea02's key, without a drill. Watch, the five-minute timer, fired:\n   %s.\n   What Slack received:\n", strings.Join(invocation.Last().Logs, "; "))
	for _, body := range d.Slack.Received()[told:] {
		if err := printMessage(d.stdout, body); err != nil {
			return err
		}
	}
	return nil
}

// say prints one step of the demonstration.
func (d demonstration) say(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	rest := strings.TrimLeft(text, "\n")
	line := strings.ReplaceAll(rest, "\n   ", " ") // it is wrapped for English
	if said := d.words(line); said != line {
		text = text[:len(text)-len(rest)] + said
	}
	fmt.Fprintln(d.stdout, text)
}

// tick fires the timer once.
func (d demonstration) tick(ctx context.Context, h *host.Host) (string, error) {
	invocation, err := h.Invoke(ctx, "EmergencyAccess", host.Timer{})
	if err != nil {
		return "", fmt.Errorf("the timer's run failed: %w", err)
	}
	last := invocation.Last()
	return fmt.Sprintf("%d in %s (%s)", last.Status, last.Took.Round(10*time.Millisecond), strings.Join(last.Logs, "; ")), nil
}

// printReport prints the report that Slack was told of, from the memory.
func (d demonstration) printReport(ctx context.Context) error {
	kept, _, err := state.NewDir(d.State).Load(ctx, "kitahama.onmicrosoft.com")
	if err != nil {
		return err
	}
	return report.Text(d.stdout, *kept.Report, d.options())
}

// printMessage prints the texts of a message that a sink received, a line for each
// block.
func printMessage(w io.Writer, body []byte) error {
	var message any
	if err := json.Unmarshal(body, &message); err != nil {
		return err
	}
	for _, line := range texts(message) {
		if _, err := fmt.Fprintf(w, "   │ %s\n", strings.ReplaceAll(display.Lines(line), "\n", "\n   │ ")); err != nil {
			return err
		}
	}
	return nil
}

// texts returns the texts of a Slack message or an Adaptive Card, one for each
// block or paragraph, in the order of the page.
func texts(value any) []string {
	switch v := value.(type) {
	case []any:
		var all []string
		for _, item := range v {
			all = append(all, texts(item)...)
		}
		return all
	case map[string]any:
		if runs, ok := v["inlines"].([]any); ok {
			return []string{joined(runs)}
		}
		if runs, ok := v["elements"].([]any); ok && v["type"] == "rich_text_section" {
			return []string{joined(runs)}
		}
		if text, ok := v["text"].(string); ok && v["blocks"] == nil {
			return []string{text}
		}
		var all []string
		for _, name := range []string{"attachments", "content", "blocks", "body", "text", "fields", "elements", "columns", "rows", "cells", "items", "facts"} {
			if v[name] != nil && !(name == "text" && v["blocks"] != nil) {
				all = append(all, texts(v[name])...)
			}
		}
		return all
	}
	return nil
}

func joined(runs []any) string {
	var b strings.Builder
	for _, run := range runs {
		if r, ok := run.(map[string]any); ok {
			text, _ := r["text"].(string)
			b.WriteString(text)
		} else if text, ok := run.(string); ok {
			b.WriteString(text)
		}
	}
	return b.String()
}
