package standin

import (
	"encoding/json"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// A TeamsOption changes a stand-in of Teams.
type TeamsOption func(*teamsFlow)

// teamsFlow is a Power Automate flow that posts to a channel.
type teamsFlow struct {
	path, secret string
	confirms     bool
	tokens       func(token string) bool // nil: the signature authorises
}

// WithResponseAction gives the flow a Response action at its end: it answers 200 when the message is posted, and 502 when
// that went wrong, instead of 202 before it has tried.
func WithResponseAction() TeamsOption { return func(f *teamsFlow) { f.confirms = true } }

// WithTokens lets the flow be triggered by "Any user in my tenant": its URL has no signature, and it takes bearer tokens that
// accepts says are good. https://learn.microsoft.com/power-automate/oauth-authentication
func WithTokens(accepts func(token string) bool) TeamsOption {
	return func(f *teamsFlow) { f.tokens = accepts }
}

// NewTeams makes a stand-in of a Teams "Workflows" webhook, which is a Power Automate flow:
// https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook.
// It answers 202 to a request that fits the trigger, before it knows whether the message can be posted. Then a card that
// Teams does not take is lost without a word to the sender: only Posted and Problems show it.
func NewTeams(options ...TeamsOption) *Sink {
	f := &teamsFlow{
		path:   "/powerautomate/automations/direct/workflows/0123456789abcdef0123456789abcdef/triggers/manual/paths/invoke",
		secret: newSecret(),
	}
	for _, option := range options {
		option(f)
	}
	query := "?api-version=1"
	if f.tokens == nil {
		query += "&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=" + f.secret
	}
	return &Sink{secret: f.secret, path: f.path + query, judge: f.judge}
}

// teamsMost is what Teams takes of a message, in bytes, after the flow has wrapped it. A request of 24,453 bytes has been
// seen to become one of 28,897: https://github.com/MicrosoftDocs/msteams-docs/issues/11274.
const (
	teamsMost   = 28672
	teamsBefore = 24453
	teamsAfter  = 28897
	teamsCard   = "application/vnd.microsoft.card.adaptive"
)

func (f *teamsFlow) judge(r *http.Request, body []byte) verdict {
	if r.URL.Path != f.path {
		return teamsError(http.StatusNotFound, "WorkflowNotFound", "The workflow could not be found.")
	}
	if refused, ok := f.authorise(r); !ok {
		return refused
	}
	if r.Method != http.MethodPost {
		return teamsError(http.StatusMethodNotAllowed, "TriggerRequestMethodNotValid", "The trigger expects the method POST.")
	}
	media, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	c := &inspector{}
	var message document
	if err != nil || media != "application/json" {
		c.note("", "content type is not application/json")
	} else if err := json.Unmarshal(body, &message); err != nil {
		c.note("", "not JSON: %v", err)
	} else {
		c.teamsEnvelope(message)
	}
	if len(c.problems) > 0 {
		v := teamsError(http.StatusBadRequest, "TriggerInputSchemaMismatch", "The input body for trigger 'manual' did not match its schema definition.")
		v.problems = c.problems
		return v
	}
	posted := c.teamsPost(message, body)
	if !strings.EqualFold(parameters["charset"], "utf-8") && strings.IndexFunc(string(body), func(r rune) bool { return r > unicode.MaxASCII }) >= 0 {
		c.note("", "not ASCII, and the content type has no charset=utf-8: people see other characters")
	}
	switch {
	case !f.confirms:
		return verdict{status: http.StatusAccepted, posted: posted, problems: c.problems}
	case posted:
		return verdict{status: http.StatusOK, posted: true, problems: c.problems}
	}
	v := teamsError(http.StatusBadGateway, "NoResponse", "The server did not receive a response from an upstream server.")
	v.problems = c.problems
	return v
}

// authorise reports whether the caller may trigger the flow, or what it is told.
func (f *teamsFlow) authorise(r *http.Request) (verdict, bool) {
	query := r.URL.Query()
	token, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	switch {
	case bearer && query.Has("sig"):
		return teamsError(http.StatusUnauthorized, "DirectApiRequestHasMoreThanOneAuthorization",
			"The request has both SAS authentication scheme and 'Bearer' authorization scheme. Only one scheme should be used."), false
	case f.tokens == nil && (query.Get("sig") != f.secret || query.Get("api-version") == ""):
		return teamsError(http.StatusUnauthorized, "DirectApiAuthorizationRequired", "The request must be authenticated only by Shared Access scheme."), false
	case f.tokens != nil && !bearer:
		return teamsError(http.StatusUnauthorized, "DirectApiAuthorizationRequired", "The request must be authenticated only by Bearer scheme."), false
	case f.tokens != nil && !f.tokens(token):
		return teamsError(http.StatusForbidden, "MisMatchingOAuthClaims",
			"One or more claims either missing or does not match with the open authentication access control policy."), false
	}
	return verdict{}, true
}

func teamsError(status int, code, message string) verdict {
	body, _ := json.Marshal(document{"error": document{"code": code, "message": message}}) // two strings
	return verdict{status: status, contentType: "application/json; charset=utf-8", body: string(body), problems: []string{code}}
}

// teamsEnvelope checks what the trigger's schema can see.
func (c *inspector) teamsEnvelope(message document) {
	c.oneOf("/type", message["type"], "message")
	for i, value := range c.list("/attachments", message["attachments"], 1, 10) {
		at := fmt.Sprintf("/attachments/%d", i)
		attachment := c.object(at, value)
		c.oneOf(at+"/contentType", attachment["contentType"], teamsCard)
		c.object(at+"/content", attachment["content"])
	}
}

// teamsPost reports whether Teams takes the message.
func (c *inspector) teamsPost(message document, body []byte) bool {
	if wrapped := len(body) * teamsAfter / teamsBefore; wrapped > teamsMost {
		c.note("", "MessageSizeExceeded-Message properties size exceeded. Actual message properties size: %d bytes, whereas max allowed size is %d bytes", wrapped, teamsMost)
	}
	attachments, _ := message["attachments"].([]any)
	for i, value := range attachments {
		attachment, _ := value.(document)
		card, _ := attachment["content"].(document)
		at := fmt.Sprintf("/attachments/%d/content", i)
		c.oneOf(at+"/type", card["type"], "AdaptiveCard")
		c.teamsVersion(at+"/version", card["version"])
		c.teamsItems(at+"/body", card["body"])
		c.teamsActions(at+"/actions", card["actions"])
	}
	refused := len(c.problems)
	for i, value := range attachments {
		attachment, _ := value.(document)
		c.teamsCut(fmt.Sprintf("/attachments/%d/content", i), attachment["content"])
	}
	return refused == 0
}

// teamsVersion wants 1.5 at most: https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-reference.
func (c *inspector) teamsVersion(at string, value any) {
	text, _ := value.(string)
	major, minor, _ := strings.Cut(text, ".")
	n, err := strconv.Atoi(minor)
	if major != "1" || err != nil || n < 0 || n > 5 {
		c.note(at, "must be 1.0 to 1.5, not %v", value)
	}
}

// teamsItems checks elements and what they hold, by https://adaptivecards.io/schemas/1.5.0/adaptive-card.json as far as
// cards of text go.
func (c *inspector) teamsItems(at string, value any) {
	for i, value := range c.list(at, value, 0, 1000) {
		at := fmt.Sprintf("%s/%d", at, i)
		element := c.object(at, value)
		switch c.oneOf(at+"/type", element["type"], "TextBlock", "RichTextBlock", "Container", "ColumnSet", "FactSet", "Table", "ActionSet", "Image", "ImageSet") {
		case "TextBlock":
			if _, ok := element["text"].(string); !ok {
				c.note(at+"/text", "must be a string")
			}
		case "RichTextBlock":
			c.teamsInlines(at+"/inlines", element["inlines"])
		case "Container":
			c.teamsItems(at+"/items", element["items"])
		case "ColumnSet":
			for n, column := range c.list(at+"/columns", element["columns"], 0, 100) {
				at := fmt.Sprintf("%s/columns/%d", at, n)
				c.teamsItems(at+"/items", c.object(at, column)["items"])
			}
		case "FactSet":
			for n, fact := range c.list(at+"/facts", element["facts"], 1, 1000) {
				at := fmt.Sprintf("%s/facts/%d", at, n)
				c.str(at+"/title", c.object(at, fact)["title"], 1, teamsMost)
				c.str(at+"/value", c.object(at, fact)["value"], 1, teamsMost)
			}
		case "ActionSet":
			c.teamsActions(at+"/actions", element["actions"])
		case "Image":
			c.str(at+"/url", element["url"], 1, teamsMost)
		}
	}
}

func (c *inspector) teamsInlines(at string, value any) {
	for i, value := range c.list(at, value, 1, 1000) {
		at := fmt.Sprintf("%s/%d", at, i)
		if _, ok := value.(string); ok {
			continue
		}
		run := c.object(at, value)
		c.oneOf(at+"/type", run["type"], "TextRun")
		if _, ok := run["text"].(string); !ok {
			c.note(at+"/text", "must be a string")
		}
	}
}

// teamsActions wants the actions that work without a bot:
// https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-reference.
func (c *inspector) teamsActions(at string, value any) {
	for i, value := range c.list(at, value, 0, 6) {
		at := fmt.Sprintf("%s/%d", at, i)
		action := c.object(at, value)
		if c.oneOf(at+"/type", action["type"], "Action.OpenUrl", "Action.ShowCard", "Action.ToggleVisibility") == "Action.OpenUrl" {
			address, _ := action["url"].(string)
			if u, err := url.Parse(address); err != nil || !slices.Contains([]string{"https", "http", "mailto"}, u.Scheme) {
				c.note(at+"/url", "must be an address to open")
			}
		}
	}
}

// teamsCut notes text that a phone cuts off: https://github.com/prometheus/alertmanager/issues/4182.
func (c *inspector) teamsCut(at string, value any) {
	switch v := value.(type) {
	case document:
		if wrap, _ := v["wrap"].(bool); v["type"] == "TextBlock" && !wrap {
			c.note(at, "without wrap the text is cut on a phone")
		}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			c.teamsCut(at+"/"+name, v[name])
		}
	case []any:
		for i, item := range v {
			c.teamsCut(at+"/"+strconv.Itoa(i), item)
		}
	}
}
