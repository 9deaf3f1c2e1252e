package teams

import (
	"context"
	"errors"
	"strings"
	"testing"

	"breakglass/notify"
	"breakglass/notify/sinktest"
)

const bearer = "eyJhbGciOiJSUzI1NiJ9.SECRETCLAIMS.SECRETSIGNATURE"

// triggerURL is that of a workflow that takes tokens, in one of the clouds.
func triggerURL(host string) string {
	return "https://default0.11.environment." + host + ":443/powerautomate/automations/direct/workflows/0123456789/triggers/manual/paths/invoke?api-version=1"
}

func TestParseTeamsTrigger(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct{ scope, says string }{
		triggerURL("api.powerplatform.com"):                                          {"https://service.flow.microsoft.com//.default", ""},
		triggerURL("api.gov.powerplatform.microsoft.us"):                             {"https://gov.service.flow.microsoft.us//.default", ""},
		triggerURL("api.high.powerplatform.microsoft.us"):                            {"https://high.service.flow.microsoft.us//.default", ""},
		triggerURL("api.appsplatform.us"):                                            {"https://service.flow.appsplatform.us//.default", ""},
		triggerURL("api.powerplatform.partner.microsoftonline.cn"):                   {"https://service.powerautomate.cn//.default", ""},
		"https://prod-1.westeurope.logic.azure.com/workflows/0?api-version=1":        {"https://service.flow.microsoft.com//.default", ""},
		"https://prod-1.chinaeast2.logic.azure.cn/workflows/0?api-version=1":         {"https://service.powerautomate.cn//.default", ""},
		"http://127.0.0.1:8080/workflows/0?api-version=1":                            {"https://service.flow.microsoft.com//.default", ""},
		"https://prod-1.usgovtexas.logic.azure.us/workflows/0?api-version=1":         {"", "does not tell the cloud"},
		triggerURL("api.powerplatform.com") + "&sp=x&sv=1.0&sig=SECRET":              {"", "take sp, sv and sig out of the URL"},
		"http://127.0.0.1:8080/workflows/0?sig=SECRET":                               {"", "sig"},
		strings.ReplaceAll(triggerURL("api.powerplatform.com")+"&x=1", "&", "&amp;"): {"", "&amp;"},
		triggerURL("api.powerplatform.com.evil.example"):                             {"", "host"},
		triggerURL("gov.powerplatform.microsoft.us.evil.example"):                    {"", "host"},
		triggerURL("microsoft.us"):                                                   {"", "host"},
		"https://contoso.webhook.office.com/x":                                       {"", "connector"},
		"http://prod-1.westeurope.logic.azure.com/workflows/0":                       {"", "https://"},
		"https://hooks.slack.com/services/T0/B0/SECRET":                              {"", "host"},
		"": {"", "URL"},
	} {
		trigger, err := ParseTrigger(text)
		if trigger.Scope() != want.scope || (err == nil) != (want.says == "") {
			t.Errorf("%q: %q, %v", text, trigger.Scope(), err)
		}
		if err != nil && (!strings.Contains(err.Error(), want.says) || strings.Contains(err.Error(), "SECRET")) {
			t.Errorf("%q: %v", text, err)
		}
		_, err = ParseWorkflow(text)
		if signed := strings.Contains(text, "&sig=") || strings.HasPrefix(text, "http://127"); (err == nil) != signed {
			t.Errorf("%q with a signature: %v", text, err)
		}
	}
	if _, err := ParseWorkflow(triggerURL("api.gov.powerplatform.microsoft.us") + "&sig=SECRET"); err != nil {
		t.Errorf("another cloud, with a signature: %v", err)
	}
}

func refusing(status int, code string) sinktest.Reply {
	return sinktest.Reply{Status: status, Body: `{"error":{"code":"` + code + `","message":"No AUTHORITY."}}`}
}

// TestAnswers: what Power Automate's own answers mean.
func TestAnswers(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		identity  bool
		reply     sinktest.Reply
		class     notify.Class
		receipt   notify.Receipt
		says      string
		uncertain bool
	}{
		"confirmed":     {reply: sinktest.Reply{Status: 200, Body: "{}"}},
		"200 and empty": {reply: sinktest.Reply{Status: 200}, receipt: notify.Receipt{Accepted: true, Note: "the answer is 200 without a word: nobody can tell whether people see the message"}},
		"202 web page":  {reply: sinktest.Reply{Status: 202, Body: "<html>"}, class: notify.Configuration, says: "web page", uncertain: true},
		"unauthorised":  {reply: refusing(401, "DirectApiAuthorizationRequired"), class: notify.Configuration, says: "DirectApiAuthorizationRequired"},
		"403":           {reply: refusing(403, "X"), class: notify.Configuration, says: "“Anyone”"},
		"gone":          {reply: refusing(404, "WorkflowNotFound"), class: notify.Configuration, says: "WorkflowNotFound: No"},
		"off":           {reply: refusing(400, "WorkflowTriggerIsNotEnabled"), class: notify.Configuration},
		"no token":      {true, refusing(401, "DirectApiAuthorizationRequired"), notify.Configuration, notify.Receipt{}, "“Any user in my tenant”, or for “Specific users in my tenant” with the object id", false},
		"claims":        {true, refusing(403, "MisMatchingOAuthClaims"), notify.Configuration, notify.Receipt{}, "MisMatchingOAuthClaims", false},
		"not allowed":   {true, sinktest.Reply{Status: 403}, notify.Configuration, notify.Receipt{}, "object id", false},
		"turned off":    {true, refusing(401, "WorkflowTriggerIsNotEnabled"), notify.Configuration, notify.Receipt{}, "WorkflowTriggerIsNotEnabled", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sink := workflowSink()
			if tt.identity {
				sink = identitySink()
			}
			tt.reply.Body = strings.ReplaceAll(tt.reply.Body, "AUTHORITY", sink.Authority)
			s := sink.Service(t, tt.reply)
			var waits sinktest.Waits
			receipt, err := sink.New(t, s.URL, waits.Means(s.Client())).Notify(t.Context(), sinktest.Daily())
			sinktest.ExpectError(t, err, tt.class, tt.uncertain, tt.says)
			if receipt != tt.receipt || len(s.Posts()) != 1 {
				t.Errorf("%+v after %d posts", receipt, len(s.Posts()))
			}
			if err != nil && strings.Contains(err.Error(), "SECRET") {
				t.Errorf("the error tells a secret: %v", err)
			}
		})
	}
}

// TestAuthority: a workflow is sent a token, or its address has a signature.
func TestAuthority(t *testing.T) {
	t.Parallel()
	for want, sink := range map[string]sinktest.Sink{"": workflowSink(), "Bearer " + bearer: identitySink()} {
		s := sink.Service(t)
		var waits sinktest.Waits
		_, err := sink.New(t, s.URL, waits.Means(s.Client())).Notify(t.Context(), sinktest.Daily())
		if err != nil || s.Posts()[0].Header.Get("Authorization") != want || s.Posts()[0].Header.Get("Content-Type") != "application/json; charset=utf-8" {
			t.Errorf("%v, %v", err, s.Posts()[0].Header)
		}
	}
}

// TestWithoutToken: nothing is sent without one, and another attempt may get it.
func TestWithoutToken(t *testing.T) {
	t.Parallel()
	asked := 0
	sink := identitySink()
	sink.Token = func(context.Context) (string, error) {
		asked++
		return "", errors.New("identity:\nRESPONSE 400\n" + strings.Repeat("x", 999))
	}
	s := sink.Service(t)
	var waits sinktest.Waits
	_, err := sink.New(t, s.URL, waits.Means(s.Client())).Notify(t.Context(), sinktest.Daily())
	sinktest.ExpectError(t, err, notify.Retryable, false, "no token for the workflow: identity: RESPONSE 400")
	if asked != 3 || len(s.Posts()) != 0 {
		t.Errorf("asked %d times for a token, posted %d", asked, len(s.Posts()))
	}
	sink.Token = func(context.Context) (string, error) { return "two\r\nlines", nil }
	if _, err := sink.New(t, s.URL, waits.Means(s.Client())).Notify(t.Context(), sinktest.Daily()); err == nil || len(s.Posts()) != 0 {
		t.Errorf("a token of two lines is sent: %v", err)
	}
}

const workflowURL = "https://default0.11.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/0123456789/triggers/manual/paths/invoke?api-version=1&sp=%2Ftriggers&sv=1.0&sig=SECRETSIGNATURE"

func TestParseWorkflow(t *testing.T) {
	t.Parallel()
	for text, good := range map[string]bool{
		workflowURL: true,
		"https://prod-12.westeurope.logic.azure.com:443/workflows/0?api-version=1&sig=SECRET":    true,
		strings.ReplaceAll(workflowURL, "&", "&amp;"):                                            false,
		strings.TrimSuffix(workflowURL, "&sig=SECRETSIGNATURE"):                                  false,
		strings.Replace(workflowURL, ".powerplatform.com", ".powerplatform.com.evil.example", 1): false,
		"https://evil.example/?x=logic.azure.com&sig=SECRET":                                     false,
		"https://evillogic.azure.com/?sig=SECRET":                                                false,
		"https://contoso.webhook.office.com/webhookb2/SECRET":                                    false,
		"https://hooks.slack.com/services/T00000000/B00000000/SECRET":                            false,
		"http://127.0.0.1:8080/services/SECRET":                                                  true,
		"http://localhost/SECRET":                                                                true,
		"http://localhost.evil.example/SECRET":                                                   false,
		"":                                                                                       false, "SECRET": false, "https:///services/SECRET": false,
	} {
		hook, err := ParseWorkflow(text)
		if (err == nil) != good || err != nil && strings.Contains(err.Error(), "SECRET") || good && hook.Reveal() == "" {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := ParseWorkflow(strings.ReplaceAll(workflowURL, "&", "&amp;")); err == nil || !strings.Contains(err.Error(), "&amp;") {
		t.Errorf("an escaped URL is refused without help: %v", err)
	}
	if _, err := ParseWorkflow("https://contoso.webhook.office.com/x"); err == nil || !strings.Contains(err.Error(), "learn.microsoft.com") {
		t.Errorf("a connector is refused without help: %v", err)
	}
}
