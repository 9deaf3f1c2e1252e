package main

import (
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"breakglass"
	"breakglass/checks"
	"breakglass/internal/standin"
)

// A world is everything around the handler, on this machine: Microsoft Graph, the
// identity endpoint, Slack, Teams, and a directory with a staged function app and
// its state.
type world struct {
	graph        *standin.Graph
	identity     *standin.Identity
	slack, teams *standin.Sink
	file         []byte    // the tenant file, as it is now
	collected    time.Time // when it was
	dir          string
	app, state   string // below dir
}

// newWorld starts the stand-ins, with a tenant file behind Microsoft Graph.
func newWorld(file []byte, options ...standin.GraphOption) (*world, error) {
	var roles []string
	for _, p := range checks.Permissions() {
		roles = append(roles, p.Name)
	}
	return newWorldWith(roles, file, options...)
}

// newWorldWith is one whose identity holds these permissions.
func newWorldWith(roles []string, file []byte, options ...standin.GraphOption) (*world, error) {
	w := &world{identity: standin.NewIdentity(standin.WithRoles(roles...)), slack: standin.NewSlack(), teams: standin.NewTeams()}
	var head struct {
		CollectedAt time.Time `json:"collectedAt"`
	}
	err := json.Unmarshal(file, &head)
	if err != nil {
		return nil, err
	}
	w.file, w.collected = file, head.CollectedAt
	if w.graph, err = standin.NewGraph(file, append(options, standin.WithTokenCheck(w.identity.Accepts))...); err != nil {
		return nil, err
	}
	if w.dir, err = os.MkdirTemp("", "breakglass-"); err != nil {
		return nil, err
	}
	w.app, w.state = filepath.Join(w.dir, "app"), filepath.Join(w.dir, "state")
	if err := errors.Join(w.identity.Start(), w.graph.Start(), w.slack.Start(), w.teams.Start(), os.MkdirAll(w.state, 0o700)); err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

func (w *world) close() {
	// What is left of a demonstration harms nobody, and there is nobody to tell.
	_ = errors.Join(w.identity.Close(), w.graph.Close(), w.slack.Close(), w.teams.Close(), os.RemoveAll(w.dir))
}

// stage lays the function app out as a package is: the executable, the host's two
// files and the configuration.
func (w *world) stage(executable string) error {
	daily, watch := filepath.Join(w.app, "EmergencyAccess"), filepath.Join(w.app, "Watch")
	if err := errors.Join(os.MkdirAll(daily, 0o700), os.MkdirAll(watch, 0o700)); err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(filepath.Join(w.app, "host.json"), breakglass.HostJSON, 0o600),
		os.WriteFile(filepath.Join(daily, "function.json"), breakglass.FunctionJSON, 0o600),
		os.WriteFile(filepath.Join(watch, "function.json"), breakglass.WatchJSON, 0o600),
		os.WriteFile(filepath.Join(w.app, "breakglass.yaml"), standin.ConfigAsOf(w.collected), 0o600),
		copyFile(filepath.Join(w.app, "handler"), executable),
	)
}

// happens lets something happen in the tenant: an entry is added to one of its lists, as
// the first.
func (w *world) happens(list string, entry map[string]any) error {
	var tenant map[string]any
	if err := json.Unmarshal(w.file, &tenant); err != nil {
		return err
	}
	entries, _ := tenant[list].([]any) // a list that is not there is empty
	tenant[list] = append([]any{entry}, entries...)
	file, err := json.Marshal(tenant)
	if err != nil {
		return err
	}
	w.file = file
	return w.graph.Replace(file)
}

// signIn is an entry of the sign-in log, with code 0 for a success.
func signIn(id, user string, at time.Time, code int) map[string]any {
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

// env is the environment of the Functions host: the app settings, and the identity
// endpoint that the platform gives. Nothing else of this machine's.
func (w *world) env() []string {
	return []string{
		"BREAKGLASS_SCHEDULE=0 0 6 * * *",
		"BREAKGLASS_STATE=" + (&url.URL{Scheme: "file", Path: filepath.ToSlash(w.state)}).String(),
		"BREAKGLASS_GRAPH_URL=" + w.graph.URL(),
		"SLACK_WEBHOOK_URL=" + w.slack.URL(),
		"TEAMS_WORKFLOW_URL=" + w.teams.URL(),
		"IDENTITY_ENDPOINT=" + w.identity.URL(),
		"IDENTITY_HEADER=" + w.identity.Header(),
		"AZURE_CLIENT_ID=" + w.identity.ClientID(),
	}
}
