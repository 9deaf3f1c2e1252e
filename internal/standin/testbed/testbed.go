// Package testbed puts the stand-ins together: everything around the handler, on this machine, for tests and for the
// demonstration. It must not know what the handler does with it.
package testbed

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"breakglass"
	"breakglass/checks"
	"breakglass/internal/standin"
	"breakglass/notify/kinds"
)

// A Testbed is everything around the handler, on this machine: Microsoft Graph, the
// identity endpoint, Slack, Teams, and a directory with a staged function app and
// its state.
type Testbed struct {
	Graph        *standin.Graph
	Identity     *standin.Identity
	Sinks        map[string]*standin.Sink // of each kind of sink
	Slack, Teams *standin.Sink            // of them
	File         []byte                   // the tenant file, as it is now
	Collected    time.Time                // when it was
	dir          string
	App, State   string // below dir
}

// New starts the stand-ins, with a tenant file behind Microsoft Graph.
func New(file []byte, options ...standin.GraphOption) (*Testbed, error) {
	var roles []string
	for _, p := range checks.Permissions() {
		roles = append(roles, p.Name)
	}
	return NewWith(roles, file, options...)
}

// NewWith is one whose identity holds these permissions.
func NewWith(roles []string, file []byte, options ...standin.GraphOption) (*Testbed, error) {
	w := &Testbed{Identity: standin.NewIdentity(standin.WithRoles(roles...)), Sinks: map[string]*standin.Sink{}}
	for _, k := range kinds.All() {
		if w.Sinks[k.Name] = standin.SinkOf(k.Name); w.Sinks[k.Name] == nil {
			return nil, fmt.Errorf("nothing stands in for %s", k.Label)
		}
	}
	w.Slack, w.Teams = w.Sinks["slack"], w.Sinks["teams"]
	var head struct {
		CollectedAt time.Time `json:"collectedAt"`
	}
	err := json.Unmarshal(file, &head)
	if err != nil {
		return nil, err
	}
	w.File, w.Collected = file, head.CollectedAt
	if w.Graph, err = standin.NewGraph(file, append(options, standin.WithTokenCheck(w.Identity.Accepts))...); err != nil {
		return nil, err
	}
	if w.dir, err = os.MkdirTemp("", "breakglass-"); err != nil {
		return nil, err
	}
	w.App, w.State = filepath.Join(w.dir, "app"), filepath.Join(w.dir, "state")
	failed := []error{w.Identity.Start(), w.Graph.Start(), os.MkdirAll(w.State, 0o700)}
	for _, s := range w.Sinks {
		failed = append(failed, s.Start())
	}
	if err := errors.Join(failed...); err != nil {
		w.Close()
		return nil, err
	}
	return w, nil
}

func (w *Testbed) Close() {
	// What is left of a demonstration harms nobody, and there is nobody to tell.
	for _, s := range w.Sinks {
		_ = s.Close()
	}
	_ = errors.Join(w.Identity.Close(), w.Graph.Close(), os.RemoveAll(w.dir))
}

// Stage lays the function app out as a package is: the executable, the host's two
// files and the configuration.
func (w *Testbed) Stage(executable string) error {
	daily, watch := filepath.Join(w.App, "EmergencyAccess"), filepath.Join(w.App, "Watch")
	if err := errors.Join(os.MkdirAll(daily, 0o700), os.MkdirAll(watch, 0o700)); err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(filepath.Join(w.App, "host.json"), breakglass.HostJSON, 0o600),
		os.WriteFile(filepath.Join(daily, "function.json"), breakglass.FunctionJSON, 0o600),
		os.WriteFile(filepath.Join(watch, "function.json"), breakglass.WatchJSON, 0o600),
		os.WriteFile(filepath.Join(w.App, "breakglass.yaml"), standin.ConfigAsOf(w.Collected), 0o600),
		copyFile(filepath.Join(w.App, "handler"), executable),
	)
}

// Happens lets something happen in the tenant: an entry is added to one of its lists, as
// the first.
func (w *Testbed) Happens(list string, entry map[string]any) error {
	var tenant map[string]any
	if err := json.Unmarshal(w.File, &tenant); err != nil {
		return err
	}
	entries, _ := tenant[list].([]any) // a list that is not there is empty
	tenant[list] = append([]any{entry}, entries...)
	file, err := json.Marshal(tenant)
	if err != nil {
		return err
	}
	w.File = file
	return w.Graph.Replace(file)
}

// SignIn is an entry of the sign-in log, with code 0 for a success.
func SignIn(id, user string, at time.Time, code int) map[string]any {
	return map[string]any{
		"id": id, "userId": user, "createdDateTime": at.UTC().Format(time.RFC3339), "isInteractive": true, "appDisplayName": "Azure Portal",
		"status": map[string]any{"errorCode": code}, "correlationId": "correlation-" + id,
		"ipAddress":             "203.0.113.5",
		"authenticationDetails": []any{map[string]any{"authenticationMethod": "Passkey (device-bound)", "authenticationMethodDetail": nil, "succeeded": code == 0}},
	}
}

// copyFile makes a second name for a file where the system lets it, and else copies it. A
// program that was just written cannot be started while a process that was forked meanwhile
// still holds it open: https://github.com/golang/go/issues/22315
func copyFile(to, from string) error {
	if os.Link(from, to) == nil {
		return nil
	}
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = source.Close() }()                                     // nothing was written
	target, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o700) //nolint:gosec // a program must be executable
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	return errors.Join(err, target.Close())
}

// Env is the environment of the Functions host: the app settings, and the identity
// endpoint that the platform gives. Nothing else of this machine's.
func (w *Testbed) Env() []string {
	env := []string{
		"BREAKGLASS_SCHEDULE=0 0 6 * * *",
		"BREAKGLASS_STATE=" + (&url.URL{Scheme: "file", Path: filepath.ToSlash(w.State)}).String(),
		"BREAKGLASS_GRAPH_URL=" + w.Graph.URL(),
		"IDENTITY_ENDPOINT=" + w.Identity.URL(),
		"IDENTITY_HEADER=" + w.Identity.Header(),
		"AZURE_CLIENT_ID=" + w.Identity.ClientID(),
	}
	for _, k := range kinds.All() {
		env = append(env, k.Settings[0].Name+"="+w.Sinks[k.Name].URL())
	}
	return env
}
