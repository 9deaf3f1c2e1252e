package standin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

const jsonUTF8 = "application/json; charset=utf-8"

// open starts a sink for a test.
func open(t *testing.T, s *Sink) *Sink {
	t.Helper()
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// said is what a sink answers.
type said struct {
	status int
	body   string
	header http.Header
}

func send(ctx context.Context, method, url, contentType, body string) (said, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		return said{}, err
	}
	req.Header.Set("Content-Type", contentType)
	client := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	resp, err := client.Do(req)
	if err != nil {
		return said{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	return said{resp.StatusCode, string(answer), resp.Header}, err
}

func post(t *testing.T, s *Sink, body string) said {
	t.Helper()
	answer, err := send(t.Context(), http.MethodPost, s.URL(), jsonUTF8, body)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// last is what the sink makes of the last request.
func last(t *testing.T, s *Sink) Delivery {
	t.Helper()
	all := s.Deliveries()
	if len(all) == 0 {
		t.Fatal("nothing received")
	}
	return all[len(all)-1]
}

func blocks(list ...string) string {
	return `{"text":"t","blocks":[` + strings.Join(list, ",") + `]}`
}

func repeat(n int, item string) string {
	return strings.TrimSuffix(strings.Repeat(item+",", n), ",")
}

func plain(n int) string {
	return `{"type":"plain_text","text":"` + strings.Repeat("鍵", n) + `"}`
}

func rich(element string) string { return blocks(`{"type":"rich_text","elements":[` + element + `]}`) }

func run(n int) string { return `{"type":"text","text":"` + strings.Repeat("x", n) + `"}` }

func TestSlackTakes(t *testing.T) {
	t.Parallel()
	s := open(t, NewSlack())
	for name, body := range map[string]string{
		"text":        `{"text":"hello","unfurl_links":false}`,
		"header":      blocks(`{"type":"header","text":` + plain(150) + `,"level":2}`),
		"section":     blocks(`{"type":"section","text":{"type":"mrkdwn","text":"x","verbatim":true},"fields":[` + repeat(10, plain(20)) + `]}`),
		"long text":   blocks(`{"type":"section","text":` + plain(3000) + `}`),
		"context":     blocks(`{"type":"divider"}`, `{"type":"context","elements":[`+plain(1)+`,{"type":"image","image_url":"https://x","alt_text":"a"}]}`),
		"50 blocks":   blocks(repeat(50, `{"type":"divider"}`)),
		"rich":        rich(`{"type":"rich_text_section","elements":[{"type":"text","text":"a","style":{"bold":true}},{"type":"link","url":"https://x"},{"type":"emoji","name":"key"}]}`),
		"rich list":   rich(`{"type":"rich_text_list","style":"bullet","indent":1,"elements":[{"type":"rich_text_section","elements":[` + run(1) + `]}]}`),
		"rich others": rich(`{"type":"rich_text_quote","elements":[` + run(1) + `]},{"type":"rich_text_preformatted","elements":[` + run(1) + `]}`),
		"button":      blocks(`{"type":"actions","elements":[{"type":"button","text":` + plain(75) + `,"url":"https://x"}]}`),
		"image":       blocks(`{"type":"image","image_url":"https://x","alt_text":"a"}`),
		"table":       blocks(`{"type":"table","rows":[[{"type":"raw_text","text":"a"}]]}`, `{"type":"markdown","text":"a"}`),
		"attachments": `{"attachments":[{"text":"a"}]}`,
	} {
		answer := post(t, s, body)
		d := last(t, s)
		if answer.status != 200 || answer.body != "ok" || !d.Posted || len(d.Problems) > 0 {
			t.Errorf("%s: %d %q, %+v", name, answer.status, answer.body, d.Problems)
		}
	}
	post(t, s, `{"text":"`+strings.Repeat("x", 40001)+`"}`)
	if d := last(t, s); !d.Posted || len(d.Problems) != 1 {
		t.Errorf("a text that Slack cuts: %+v", d.Problems)
	}
}

func TestSlackRefuses(t *testing.T) {
	t.Parallel()
	s := open(t, NewSlack())
	type row struct{ name, word, at, body string }
	rows := []row{
		{"not JSON", "invalid_payload", "", `{`},
		{"no object", "invalid_payload", "", `[]`},
		{"null", "invalid_payload", "", `null`},
		{"text of a wrong type", "invalid_payload", "/text", `{"text":1}`},
		{"blocks of a wrong type", "invalid_payload", "/blocks", `{"text":"a","blocks":"x"}`},
		{"nothing", "no_text", "", `{}`},
		{"blank text", "no_text", "", `{"text":" ","blocks":[]}`},
		{"101 attachments", "too_many_attachments", "", `{"text":"a","attachments":[` + repeat(101, `{}`) + `]}`},
		{"blocks too long", "msg_blocks_too_long", "/blocks", blocks(repeat(5, `{"type":"section","text":`+plain(2700)+`}`))},
	}
	for at, body := range map[string]string{
		"/blocks":                     blocks(repeat(51, `{"type":"divider"}`)),
		"/blocks/0":                   blocks(`"divider"`),
		"/blocks/0: unsupported":      blocks(`{"type":"alert","text":` + plain(1) + `}`),
		"/blocks/0: invalid addition": blocks(`{"type":"divider","text":"x"}`),
		"/blocks/0/block_id":          blocks(`{"type":"divider","block_id":"` + strings.Repeat("x", 256) + `"}`),
		"/blocks/0/text/text":         blocks(`{"type":"header","text":` + plain(151) + `}`),
		"/blocks/0/text/type":         blocks(`{"type":"header","text":{"type":"mrkdwn","text":"a"}}`),
		"/blocks/0: neither":          blocks(`{"type":"section"}`),
		"/blocks/0/text/text: has 0":  blocks(`{"type":"section","text":` + plain(0) + `}`),
		"/blocks/0/text/text: has 30": blocks(`{"type":"section","text":` + plain(3001) + `}`),
		"/blocks/0/text: emoji":       blocks(`{"type":"section","text":{"type":"mrkdwn","text":"a","emoji":true}}`),
		"/blocks/0/text: verbatim":    blocks(`{"type":"section","text":{"type":"plain_text","text":"a","verbatim":true}}`),
		"/blocks/0/fields: has 11":    blocks(`{"type":"section","fields":[` + repeat(11, plain(1)) + `]}`),
		"/blocks/0/fields/0/text":     blocks(`{"type":"section","fields":[` + plain(2001) + `]}`),
		"/blocks/0/elements: has 11":  blocks(`{"type":"context","elements":[` + repeat(11, plain(1)) + `]}`),
		"/blocks/0/elements: has 0":   blocks(`{"type":"context","elements":[]}`),
		"/blocks/0/elements: has 26":  blocks(`{"type":"actions","elements":[` + repeat(26, `{"type":"checkboxes"}`) + `]}`),
		"/blocks/0/elements/0/text":   blocks(`{"type":"actions","elements":[{"type":"button","text":` + plain(76) + `}]}`),
		"/blocks/0/elements/0/url":    blocks(`{"type":"actions","elements":[{"type":"button","text":` + plain(1) + `,"url":"` + strings.Repeat("x", 3001) + `"}]}`),
		"/blocks/0/elements/0/acti":   blocks(`{"type":"actions","elements":[{"type":"checkboxes","action_id":"` + strings.Repeat("x", 256) + `"}]}`),
		"/blocks/0/elements/0/value":  blocks(`{"type":"actions","elements":[{"type":"button","text":` + plain(1) + `,"value":"` + strings.Repeat("x", 2001) + `"}]}`),
		"/blocks/0/elements/0/alt":    blocks(`{"type":"context","elements":[{"type":"image","image_url":"https://x"}]}`),
		"/blocks/0/elements/0/type":   blocks(`{"type":"context","elements":[{"type":"text","text":"a"}]}`),
		"/blocks/0/image_url":         blocks(`{"type":"image","alt_text":"a"}`),
		"/blocks/0/rows/0":            blocks(`{"type":"table","rows":[[` + repeat(21, `1`) + `]]}`),
		"/blocks/0/text: must be an":  blocks(`{"type":"header","text":"a"}`),
		"/blocks/0/text/text: must":   blocks(`{"type":"header","text":{"type":"plain_text","text":1}}`),
		"/blocks/0/alt_text":          blocks(`{"type":"image","image_url":"https://x"}`),
		"/blocks/0/rows":              blocks(`{"type":"table","rows":[` + repeat(101, `[1]`) + `]}`),
		"/blocks: 2 tables":           blocks(repeat(2, `{"type":"table","rows":[[1]]}`)),
		"/blocks/0/text: has 12001":   blocks(`{"type":"markdown","text":"` + strings.Repeat("x", 12001) + `"}`),

		"/blocks/0/elements: must":                         blocks(`{"type":"rich_text"}`),
		"/blocks/0/elements/0: unsupported":                rich(`{"type":"text","text":"a"}`),
		"/blocks/0/elements/0/elements/0/type":             rich(`{"type":"rich_text_section","elements":[{"type":"mrkdwn","text":"a"}]}`),
		"/blocks/0/elements/0/elements/0/text":             rich(`{"type":"rich_text_section","elements":[` + run(0) + `]}`),
		"/blocks/0/elements/0/elements/0/url":              rich(`{"type":"rich_text_section","elements":[{"type":"link","text":"a"}]}`),
		"/blocks/0/elements/0/elements: has 0":             rich(`{"type":"rich_text_quote","elements":[]}`),
		"/blocks/0/elements/0/elements/0/name":             rich(`{"type":"rich_text_section","elements":[{"type":"emoji"}]}`),
		"/blocks/0/elements/0/elements/0/style/bold":       rich(`{"type":"rich_text_section","elements":[{"type":"text","text":"a","style":{"bold":1}}]}`),
		"/blocks/0/elements/0/elements/0/style: invalid":   rich(`{"type":"rich_text_section","elements":[{"type":"text","text":"a","style":{"big":true}}]}`),
		"/blocks/0/elements/0/style":                       rich(`{"type":"rich_text_list","elements":[{"type":"rich_text_section","elements":[` + run(1) + `]}]}`),
		"/blocks/0/elements/0/indent":                      rich(`{"type":"rich_text_list","style":"ordered","indent":9,"elements":[{"type":"rich_text_section","elements":[` + run(1) + `]}]}`),
		"/blocks/0/elements/0/elements/0/type: must be on": rich(`{"type":"rich_text_list","style":"bullet","elements":[{"type":"rich_text_list","elements":[` + run(1) + `]}]}`),
		"/blocks/0/elements/0/elements/0/type: must":       rich(`{"type":"rich_text_preformatted","elements":[{"type":"emoji","name":"key"}]}`),
	} {
		rows = append(rows, row{at, "invalid_blocks", at, body})
	}
	for _, block := range []string{ // each good but for one more property
		`"type":"header","text":` + plain(1), `"type":"section","text":` + plain(1), `"type":"context","elements":[` + plain(1) + `]`,
		`"type":"actions","elements":[{"type":"checkboxes"}]`, `"type":"image","image_url":"https://x","alt_text":"a"`,
		`"type":"table","rows":[[1]]`, `"type":"markdown","text":"a"`,
		`"type":"rich_text","elements":[{"type":"rich_text_section","elements":[]}]`,
	} {
		rows = append(rows, row{block, "invalid_blocks", "/blocks/0: invalid additional property: colour", blocks(`{"colour":1,` + block + `}`)})
	}
	for _, element := range []string{
		`"type":"rich_text_section","elements":[` + run(1) + `]`, `"type":"rich_text_quote","elements":[` + run(1) + `]`,
		`"type":"rich_text_preformatted","elements":[` + run(1) + `]`, `"type":"rich_text_list","style":"bullet","elements":[]`,
	} {
		rows = append(rows, row{element, "invalid_blocks", "/blocks/0/elements/0: invalid additional property: colour", rich(`{"colour":1,` + element + `}`)})
	}
	for _, run := range []string{`"type":"text","text":"a"`, `"type":"link","url":"https://x"`} {
		rows = append(rows, row{run, "invalid_blocks", "/blocks/0/elements/0/elements/0: invalid additional property: colour",
			rich(`{"type":"rich_text_section","elements":[{"colour":1,` + run + `}]}`)})
	}
	for _, r := range rows {
		answer := post(t, s, r.body)
		d := last(t, s)
		if answer.status != 400 || answer.body != r.word || d.Posted {
			t.Errorf("%s: %d %q, want %q", r.name, answer.status, answer.body, r.word)
		}
		if len(d.Problems) == 0 || !strings.HasPrefix(strings.Join(d.Problems, "\n"), r.at) {
			t.Errorf("%s: problems %q", r.name, d.Problems)
		}
	}
	if len(s.Posted()) != 0 || len(s.Received()) != len(rows) {
		t.Errorf("%d posted, %d received", len(s.Posted()), len(s.Received()))
	}
}

func TestSlackRefusesTheRequest(t *testing.T) {
	t.Parallel()
	s := open(t, NewSlack())
	for name, c := range map[string]struct {
		method, url, contentType, body string
		status                         int
		word                           string
	}{
		"GET, as after a redirect": {http.MethodGet, s.URL(), jsonUTF8, "", 400, "invalid_payload"},
		"form":                     {http.MethodPost, s.URL(), "application/x-www-form-urlencoded", `{"text":"a"}`, 400, "invalid_payload"},
		"wrong token":              {http.MethodPost, s.URL() + "x", jsonUTF8, `{"text":"a"}`, 403, "invalid_token"},
		"other webhook":            {http.MethodPost, strings.Replace(s.URL(), "B0", "B1", 1), jsonUTF8, `{"text":"a"}`, 404, "no_service"},
		"too large":                {http.MethodPost, s.URL(), jsonUTF8, `{"text":"` + strings.Repeat("x", mostRequestBytes) + `"}`, 413, ""},
	} {
		answer, err := send(t.Context(), c.method, c.url, c.contentType, c.body)
		if err != nil || answer.status != c.status || answer.body != c.word {
			t.Errorf("%s: %d %q, %v", name, answer.status, answer.body, err)
		}
	}
	if len(s.Posted()) != 0 {
		t.Error("something is posted")
	}
}

func TestSecrets(t *testing.T) {
	t.Parallel()
	a, b := open(t, NewSlack()), open(t, NewTeams())
	for _, s := range []*Sink{a, b} {
		if len(s.Secret()) < 20 || !strings.Contains(s.URL(), s.Secret()) || !strings.HasPrefix(s.URL(), "http://127.0.0.1:") {
			t.Errorf("%s does not hold %s", s.URL(), s.Secret())
		}
	}
	if a.Secret() == b.Secret() {
		t.Error("two sinks with one secret")
	}
}

func card(version, rest string) string {
	return fmt.Sprintf(`{"type":"message","attachments":[{"contentType":"application/vnd.microsoft.card.adaptive","contentUrl":null,"content":{"type":"AdaptiveCard","version":"%s",%s}}]}`, version, rest)
}

const goodBody = `"body":[{"type":"TextBlock","text":"a","wrap":true},{"type":"RichTextBlock","inlines":["a",{"type":"TextRun","text":"b"}]},
	{"type":"Container","items":[{"type":"FactSet","facts":[{"title":"a","value":"b"}]}]},
	{"type":"ColumnSet","columns":[{"type":"Column","items":[{"type":"Image","url":"https://x"}]}]}],
	"actions":[{"type":"Action.OpenUrl","title":"a","url":"https://x"}]`

func TestTeamsTakes(t *testing.T) {
	t.Parallel()
	for status, s := range map[int]*Sink{202: NewTeams(), 200: NewTeams(WithResponseAction())} {
		open(t, s)
		for _, version := range []string{"1.0", "1.5"} {
			answer := post(t, s, card(version, goodBody))
			if d := last(t, s); answer.status != status || answer.body != "" || !d.Posted || len(d.Problems) > 0 {
				t.Errorf("%d %q, want %d; %q", answer.status, answer.body, status, d.Problems)
			}
		}
	}
}

// What Teams does not take is accepted by the flow all the same, and lost.
func TestTeamsLoses(t *testing.T) {
	t.Parallel()
	quiet, confirming := open(t, NewTeams()), open(t, NewTeams(WithResponseAction()))
	const content = "/attachments/0/content"
	for at, body := range map[string]string{
		": MessageSizeExceeded":            card("1.5", `"body":[],"fallbackText":"`+strings.Repeat("x", 24300)+`"`),
		content + "/version":               card("1.6", `"body":[]`),
		content + "/version: ":             card("2.0", `"body":[]`),
		content + "/type":                  strings.Replace(card("1.5", `"body":[]`), "AdaptiveCard", "MessageCard", 1),
		content + "/body/0/type":           card("1.5", `"body":[{"type":"Marquee"}]`),
		content + "/body/0/text":           card("1.5", `"body":[{"type":"TextBlock","wrap":true}]`),
		content + "/body/0/inlines":        card("1.5", `"body":[{"type":"RichTextBlock"}]`),
		content + "/body/0/inlines/0/type": card("1.5", `"body":[{"type":"RichTextBlock","inlines":[{"type":"TextBlock","text":"a"}]}]`),
		content + "/body/0/items/0/type":   card("1.5", `"body":[{"type":"Container","items":[{}]}]`),
		content + "/body/0/columns/0/items/0/type": card("1.5",
			`"body":[{"type":"ColumnSet","columns":[{"items":[{}]}]}]`),
		content + "/body/0/facts":  card("1.5", `"body":[{"type":"FactSet"}]`),
		content + "/actions/0/typ": card("1.5", `"body":[],"actions":[{"type":"Action.Submit"}]`),
		content + "/actions/0/url": card("1.5", `"body":[],"actions":[{"type":"Action.OpenUrl","url":"javascript:alert(1)"}]`),
		content + "/actions: has ": card("1.5", `"body":[],"actions":[`+repeat(7, `{"type":"Action.ShowCard"}`)+`]`),
	} {
		answer := post(t, quiet, body)
		if d := last(t, quiet); answer.status != 202 || d.Posted || !strings.HasPrefix(strings.Join(d.Problems, "\n"), at) {
			t.Errorf("%s: %d, posted %v, %q", at, answer.status, d.Posted, d.Problems)
		}
		answer = post(t, confirming, body)
		if answer.status != 502 || !strings.Contains(answer.body, `"code":"NoResponse"`) || last(t, confirming).Posted {
			t.Errorf("%s: with a Response action: %d %s", at, answer.status, answer.body)
		}
	}
	if len(quiet.Posted()) != 0 {
		t.Error("something is posted")
	}
}

func TestTeamsTakesWithProblems(t *testing.T) {
	t.Parallel()
	s := open(t, NewTeams())
	post(t, s, card("1.5", `"body":[{"type":"TextBlock","text":"a"}]`))
	if d := last(t, s); !d.Posted || len(d.Problems) != 1 || !strings.Contains(d.Problems[0], "/body/0: without wrap") {
		t.Errorf("posted %v, %q", d.Posted, d.Problems)
	}
	if _, err := send(t.Context(), http.MethodPost, s.URL(), "application/json", card("1.5", `"fallbackText":"鍵"`)); err != nil {
		t.Fatal(err)
	}
	if d := last(t, s); !d.Posted || len(d.Problems) != 1 || !strings.Contains(d.Problems[0], "charset") {
		t.Errorf("posted %v, %q", d.Posted, d.Problems)
	}
}

func TestTeamsRefuses(t *testing.T) {
	t.Parallel()
	s := open(t, NewTeams())
	good := card("1.5", `"body":[]`)
	const mismatch = "TriggerInputSchemaMismatch"
	for name, c := range map[string]struct {
		method, url, contentType, body string
		status                         int
		code                           string
	}{
		"not JSON":           {http.MethodPost, s.URL(), jsonUTF8, `{`, 400, mismatch},
		"content type":       {http.MethodPost, s.URL(), "text/plain", good, 400, mismatch},
		"no type":            {http.MethodPost, s.URL(), jsonUTF8, strings.Replace(good, `"type":"message",`, "", 1), 400, mismatch},
		"no attachments":     {http.MethodPost, s.URL(), jsonUTF8, `{"type":"message","attachments":[]}`, 400, mismatch},
		"text only":          {http.MethodPost, s.URL(), jsonUTF8, `{"text":"a"}`, 400, mismatch},
		"connector card":     {http.MethodPost, s.URL(), jsonUTF8, strings.Replace(good, "card.adaptive", "teams.card.o365connector", 1), 400, mismatch},
		"no content":         {http.MethodPost, s.URL(), jsonUTF8, strings.Replace(good, `"content":`, `"contents":`, 1), 400, mismatch},
		"GET":                {http.MethodGet, s.URL(), jsonUTF8, "", 405, "TriggerRequestMethodNotValid"},
		"other flow":         {http.MethodPost, strings.Replace(s.URL(), "workflows/0", "workflows/1", 1), jsonUTF8, good, 404, "WorkflowNotFound"},
		"wrong signature":    {http.MethodPost, s.URL() + "x", jsonUTF8, good, 401, "DirectApiAuthorizationRequired"},
		"pasted from a page": {http.MethodPost, strings.ReplaceAll(s.URL(), "&", "&amp;"), jsonUTF8, good, 401, "DirectApiAuthorizationRequired"},
	} {
		answer, err := send(t.Context(), c.method, c.url, c.contentType, c.body)
		want := `{"error":{"code":"` + c.code + `",`
		if err != nil || answer.status != c.status || !strings.HasPrefix(answer.body, want) || answer.header.Get("Content-Type") != jsonUTF8 {
			t.Errorf("%s: %d %s, %v", name, answer.status, answer.body, err)
		}
		if d := last(t, s); d.Posted || len(d.Problems) == 0 {
			t.Errorf("%s: posted %v, %q", name, d.Posted, d.Problems)
		}
	}
}

func TestScript(t *testing.T) {
	t.Parallel()
	s := open(t, NewSlack())
	elsewhere := open(t, NewSlack())
	post(t, s, `{"text":"before"}`)
	s.Script(
		Reply{Status: 429, Header: map[string]string{"Retry-After": "7"}, Body: "ratelimited"},
		Reply{Status: 200, Header: map[string]string{"Content-Type": "text/html"}, Body: "<html>log in"},
		Reply{Redirect: elsewhere.URL()},
		Reply{Status: 302, Redirect: elsewhere.URL()},
		Reply{Status: 500, Posts: true},
		Reply{Delay: time.Millisecond},
	)
	message := `{"text":"a"}`
	for i, want := range []said{{status: 429, body: "ratelimited"}, {status: 200, body: "<html>log in"}, {status: 307}, {status: 302}, {status: 500}, {status: 200, body: "ok"}, {status: 200, body: "ok"}} {
		got := post(t, s, message)
		if got.status != want.status || got.body != want.body || last(t, s).Status != want.status {
			t.Errorf("reply %d: %d %q", i, got.status, got.body)
		}
		if location := got.header.Get("Location"); (location == elsewhere.URL()) != (got.status/100 == 3) {
			t.Errorf("reply %d: Location %q", i, location)
		}
		if got.status == 429 && got.header.Get("Retry-After") != "7" {
			t.Errorf("reply %d: no Retry-After", i)
		}
	}
	if received, posted := len(s.Received()), len(s.Posted()); received != 8 || posted != 4 { // before, 500, delayed, last
		t.Errorf("%d received, %d posted", received, posted)
	}
	s.Respond(func(n int) Reply { return Reply{Status: 500 + n, Posts: true} })
	if got := post(t, s, `{}`); got.status != 509 || last(t, s).Posted { // the ninth; and an empty message is not posted by wishing
		t.Errorf("%d, posted %v", got.status, last(t, s).Posted)
	}
	s.Respond(nil)
	if got := post(t, s, message); got.status != 200 {
		t.Errorf("got %d", got.status)
	}
}

func TestReset(t *testing.T) {
	t.Parallel()
	s := open(t, NewTeams())
	s.Script(Reply{Reset: true}, Reply{Reset: true, Posts: true})
	for i := range 2 {
		if answer, err := send(t.Context(), http.MethodPost, s.URL(), jsonUTF8, card("1.5", `"body":[]`)); err == nil {
			t.Errorf("got %d", answer.status)
		}
		if d := last(t, s); d.Status != 0 || d.Posted != (i == 1) {
			t.Errorf("delivery %d: %d, posted %v", i, d.Status, d.Posted)
		}
	}
}

func TestDelayEndsWithTheCaller(t *testing.T) {
	t.Parallel()
	s := open(t, NewSlack())
	s.Script(Reply{Delay: time.Hour})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for len(s.Received()) == 0 {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	if _, err := send(ctx, http.MethodPost, s.URL(), jsonUTF8, `{"text":"a"}`); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
