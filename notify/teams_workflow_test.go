package notify

import (
	"context"
	"errors"
	"strings"
	"testing"
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
		trigger, err := ParseTeamsTrigger(text)
		if trigger.Scope() != want.scope || (err == nil) != (want.says == "") {
			t.Errorf("%q: %q, %v", text, trigger.Scope(), err)
		}
		if err != nil && (!strings.Contains(err.Error(), want.says) || strings.Contains(err.Error(), "SECRET")) {
			t.Errorf("%q: %v", text, err)
		}
		_, err = ParseTeamsWorkflow(text)
		if signed := strings.Contains(text, "&sig=") || strings.HasPrefix(text, "http://127"); (err == nil) != signed {
			t.Errorf("%q with a signature: %v", text, err)
		}
	}
	if _, err := ParseTeamsWorkflow(triggerURL("api.gov.powerplatform.microsoft.us") + "&sig=SECRET"); err != nil {
		t.Errorf("another cloud, with a signature: %v", err)
	}
}

// identitySink makes a sink that posts to s with a token, and does not wait.
func identitySink(t *testing.T, s *service, waits *sleeps, token func(context.Context) (string, error)) *Teams {
	t.Helper()
	trigger, err := ParseTeamsTrigger(s.URL + "/workflows/0123456789?api-version=1")
	if err != nil {
		t.Fatal(err)
	}
	sink := NewTeamsIdentity(trigger, s.Client(), token)
	sink.retrier = waits.retrier()
	return sink
}

func TestTeamsIdentity(t *testing.T) {
	t.Parallel()
	refusal := func(status int, code string) reply {
		return reply{status: status, body: `{"error":{"code":"` + code + `","message":"No ` + bearer + `."}}`}
	}
	for name, tt := range map[string]struct {
		script    []reply
		class     Class
		posts     int
		receipt   Receipt
		says      string
		uncertain bool
	}{
		"well":          {nil, "", 1, Receipt{Accepted: true}, "", false},
		"confirmed":     {[]reply{{status: 200, body: "{}"}}, "", 1, Receipt{}, "", false},
		"refused":       {[]reply{refusal(400, "TriggerInputSchemaMismatch")}, "", 2, Receipt{Accepted: true, Plain: true}, "", false},
		"busy":          {[]reply{{status: 502, body: bearer}}, "", 2, Receipt{Accepted: true}, "", false},
		"always busy":   {[]reply{{status: 502}, {status: 502}, {status: 502, body: bearer}}, Retryable, 3, Receipt{}, "502", true},
		"no token":      {[]reply{refusal(401, "DirectApiAuthorizationRequired")}, Configuration, 1, Receipt{}, "“Any user in my tenant”, or for “Specific users in my tenant” with the object id", false},
		"claims":        {[]reply{refusal(403, "MisMatchingOAuthClaims")}, Configuration, 1, Receipt{}, "MisMatchingOAuthClaims", false},
		"not allowed":   {[]reply{{status: 403}}, Configuration, 1, Receipt{}, "object id", false},
		"redirect":      {[]reply{{status: 307, header: [2]string{"Location", "https://evil.example/"}}}, Configuration, 1, Receipt{}, "redirects", false},
		"200 web page":  {[]reply{{status: 200, body: "<html>" + bearer}}, Configuration, 1, Receipt{}, "web page", true},
		"202 web page":  {[]reply{{status: 202, body: "<html>"}}, Configuration, 1, Receipt{}, "web page", true},
		"limited":       {[]reply{{status: 429, header: [2]string{"Retry-After", "3600"}}}, Retryable, 1, Receipt{}, "429", false},
		"turned off":    {[]reply{refusal(401, "WorkflowTriggerIsNotEnabled")}, Configuration, 1, Receipt{}, "WorkflowTriggerIsNotEnabled", false},
		"never reached": {[]reply{{reset: true}, {reset: true}, {reset: true}}, Retryable, 3, Receipt{}, "no answer", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newService(t, reply{status: 202}, tt.script...)
			var waits sleeps
			sink := identitySink(t, s, &waits, func(context.Context) (string, error) { return bearer, nil })
			receipt, err := sink.Notify(t.Context(), daily(t))
			expectBot(t, err, tt.class, tt.uncertain, tt.says)
			if receipt != tt.receipt || len(s.posts()) != tt.posts {
				t.Errorf("%+v after %d posts", receipt, len(s.posts()))
			}
			for _, header := range s.headers {
				if header.Get("Authorization") != "Bearer "+bearer {
					t.Errorf("authorised by %q", header.Get("Authorization"))
				}
			}
		})
	}
}

// TestTeamsWithoutToken: nothing is sent without one, and another attempt may get it.
func TestTeamsWithoutToken(t *testing.T) {
	t.Parallel()
	s := newService(t, reply{status: 202})
	var waits sleeps
	asked := 0
	sink := identitySink(t, s, &waits, func(context.Context) (string, error) {
		asked++
		return "", errors.New("identity:\nRESPONSE 400\n" + strings.Repeat("x", 999))
	})
	_, err := sink.Notify(t.Context(), daily(t))
	expectBot(t, err, Retryable, false, "no token for the workflow: identity: RESPONSE 400")
	if asked != 3 || len(s.posts()) != 0 {
		t.Errorf("asked %d times for a token, posted %d", asked, len(s.posts()))
	}
	sink = identitySink(t, s, &waits, func(context.Context) (string, error) { return "two\r\nlines", nil })
	if _, err := sink.Notify(t.Context(), daily(t)); err == nil || len(s.posts()) != 0 {
		t.Errorf("a token of two lines is sent: %v", err)
	}
}

// TestSignatureIsNotJoined: the sink that the URL's signature authorises sends no token.
func TestSignatureIsNotJoined(t *testing.T) {
	t.Parallel()
	s := newService(t, reply{status: 202})
	var waits sleeps
	if _, err := newSink(t, "teams", s, &waits).Notify(t.Context(), daily(t)); err != nil || s.headers[0].Get("Authorization") != "" {
		t.Errorf("%v, %v", err, s.headers)
	}
}
