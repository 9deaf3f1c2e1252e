package sinktest

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"breakglass/checks"
	"breakglass/notify"
	"breakglass/notify/stories"
)

// sent posts a message, in its form and then as plain text, and returns both requests.
func (s Sink) sent(t *testing.T, m notify.Message) (rich, plain Request) {
	t.Helper()
	var waits Waits
	service := s.Service(t, s.Refused)
	if _, err := s.New(t, service.URL, waits.Means(service.Client())).Notify(t.Context(), notify.Posting{Message: m}); err != nil {
		t.Fatal(err)
	}
	posts := service.Posts()
	if len(posts) != 2 {
		t.Fatalf("%d posts", len(posts))
	}
	return posts[0], posts[1]
}

// decode reads the message of a request.
func (s Sink) decode(t *testing.T, r Request) map[string]any {
	t.Helper()
	decoded, err := s.Decode(r)
	if err != nil {
		t.Fatalf("%v: %s", err, r.Body)
	}
	return decoded
}

// Walk visits every object in a value of decoded JSON.
func Walk(value any, visit func(map[string]any)) {
	switch v := value.(type) {
	case map[string]any:
		visit(v)
		for _, inner := range v {
			Walk(inner, visit)
		}
	case []any:
		for _, inner := range v {
			Walk(inner, visit)
		}
	}
}

// references are the addresses that the checks know.
func references() []string {
	var all []string
	for _, c := range checks.All() {
		all = append(all, c.References...)
	}
	return all
}

// marks are pieces of what strangers wrote, each of which would act somewhere.
var marks = []string{"evil.example", "<!channel", "<at>", "[Click]", "{{", "*b*"}

// makesStrangersHarmless: no link is a stranger's, no markup of theirs acts, and no text holds
// what commands a terminal, reorders a line or shows nothing.
func makesStrangersHarmless(t *testing.T, s Sink) {
	known := references()
	for _, story := range stories.All() {
		m := notify.Split(Message(story), s.Kind.Takes)[0]
		rich, plain := s.sent(t, m)
		links := 0
		for _, r := range []Request{rich, plain} {
			Walk(s.decode(t, r), func(o map[string]any) {
				if link, ok := o["url"].(string); ok {
					links++
					if !slices.Contains(known, link) {
						t.Errorf("%s: the link %q is not ours", story.Name, link)
					}
				}
				for _, text := range s.Acting(o) {
					if slices.ContainsFunc(marks, func(mark string) bool { return strings.Contains(text, mark) }) {
						t.Errorf("%s: strangers' text acts: %q", story.Name, text)
					}
				}
				for name, value := range o {
					if text, _ := value.(string); strings.ContainsFunc(text, func(c rune) bool { return c != '\n' && unicode.IsControl(c) || unicode.Is(unicode.Cf, c) }) {
						t.Errorf("%s: %s is not clean: %q", story.Name, name, text)
					}
				}
			})
		}
		if links == 0 && story.Name != "heartbeat" && story.Name != "touched" { // what is open has a line each there
			t.Errorf("%s has no links", story.Name)
		}
	}
}

// staysInLimits: whatever there is to tell, the service takes what is sent.
func staysInLimits(t *testing.T, s Sink) {
	if s.Limits == nil {
		return
	}
	for _, story := range append(stories.All(), stories.Large()...) {
		t.Run(story.Name, func(t *testing.T) {
			t.Parallel()
			for i, m := range notify.Split(Message(story), s.Kind.Takes) {
				rich, plain := s.sent(t, m)
				for form, r := range map[string]Request{"with form": rich, "plain": plain} {
					if complaint := s.Limits(m, s.decode(t, r), r); complaint != "" {
						t.Errorf("part %d, %s: %s", i+1, form, complaint)
					}
				}
			}
		})
	}
	rich, _ := s.sent(t, notify.Message{Title: "x", Footer: "x"})
	if complaint := s.Limits(notify.Message{}, s.decode(t, rich), rich); complaint != "" {
		t.Error(complaint)
	}
}
