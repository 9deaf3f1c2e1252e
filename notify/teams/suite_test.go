package teams

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"breakglass/notify"
	"breakglass/notify/sinktest"
)

const secretPath = "/workflows/0123456789/SECRETSECRETSECRET?api-version=1&sig=SECRETSIGNATURE"

// workflowSink is what the suite must know of workflows.
func workflowSink() sinktest.Sink {
	return sinktest.Sink{
		Kind: Kind(),
		Settings: func(address string) map[string]string {
			return map[string]string{settingWorkflow: address + secretPath}
		},
		Authority: secretPath,
		Secrets:   []string{"SECRET", "workflows/", "0123456789", "sig="},
		Well:      func(sinktest.Request) sinktest.Reply { return sinktest.Reply{Status: 202} },
		Accepted:  true,
		Refused:   sinktest.Reply{Status: 400, Body: `{"error":{"code":"TriggerInputSchemaMismatch","message":"x"}}`},
		Taken: func(status int, body string) bool {
			return (status == http.StatusOK || status == http.StatusAccepted) && !strings.HasPrefix(strings.TrimSpace(body), "<")
		},
		Decode: func(r sinktest.Request) (map[string]any, error) {
			var m map[string]any
			return m, json.Unmarshal(r.Body, &m)
		},
		Acting: acting,
		Limits: limits,
	}
}

// identitySink is a workflow that takes a token.
func identitySink() sinktest.Sink {
	s := workflowSink()
	s.Settings = func(address string) map[string]string {
		return map[string]string{settingWorkflow: address + "/workflows/0123456789?api-version=1", settingAuth: authIdentity}
	}
	s.Limits = nil
	s.Token = func(context.Context) (string, error) { return bearer, nil }
	s.Authority, s.Secrets = bearer, []string{"SECRET", "eyJ", "workflows/", "0123456789"}
	return s
}

// acting is the text of an object in which Teams follows markup: in a text run it follows no
// markdown, but runs a program.
func acting(o map[string]any) []string {
	text, _ := o["text"].(string)
	switch o["type"] {
	case "TextRun":
		if strings.Contains(text, "{{") {
			return []string{text}
		}
		return nil
	case nil:
		return nil
	}
	return []string{text}
}

// limits counts what the workflow counts.
func limits(_ notify.Message, _ map[string]any, r sinktest.Request) string {
	if len(r.Body) > 24000 {
		return fmt.Sprintf("%d bytes", len(r.Body))
	}
	return ""
}

func TestWorkflow(t *testing.T) {
	t.Parallel()
	sinktest.Run(t, workflowSink())
}

func TestWorkflowWithIdentity(t *testing.T) {
	t.Parallel()
	sinktest.Run(t, identitySink())
}

func FuzzMessages(f *testing.F) { sinktest.FuzzMessages(f, workflowSink()) }

func FuzzAnswers(f *testing.F) { sinktest.FuzzAnswers(f, workflowSink()) }
