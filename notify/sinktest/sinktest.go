package sinktest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"

	"breakglass/notify"
	"breakglass/notify/stories"
)

// A Sink is a sort of sink, and what only those know who know its service.
type Sink struct {
	Kind notify.Kind
	// Settings are those with which it posts to a service at an address.
	Settings func(address string) map[string]string
	Token    func(context.Context) (string, error) // of an identity, where it takes one
	// Authority is what authorises whoever posts, as a service may repeat it; Secrets are the
	// parts of it that are told to nobody.
	Authority string
	Secrets   []string

	Well     func(Request) Reply // what the service answers when all is well
	Posts    func(Request) bool  // whether a request brings a message; all do if it is nil
	Threads  bool                // it can answer to a message and replace one
	Accepted bool                // when all is well it is only certain that the service took the message
	Refused  Reply               // it does not take the message in this form
	// Taken reports whether an answer says that the message was taken.
	Taken func(status int, body string) bool

	// Decode reads the message out of a request, as JSON is decoded.
	Decode func(Request) (map[string]any, error)
	// Acting are the texts of an object of the message in which the service would follow markup.
	Acting func(object map[string]any) []string
	// Limits says what is larger in a message than the service takes; nil where another sink of
	// the kind is tried that sends the same.
	Limits func(m notify.Message, decoded map[string]any, r Request) string
}

// Run holds a sink to what every sink must do.
func Run(t *testing.T, s Sink) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, Sink){
		"delivery": delivers, "another host": staysWithItsHost, "cancelled": endsWithContext, "cut off": endsWhileWaiting, "slow": endsInTime,
		"no network": needsNetwork, "client": copiesItsClient, "key": keepsOneKey, "printed": printsNoSecret, "bytes": isEqualForEqual,
		"strangers": makesStrangersHarmless, "limits": staysInLimits,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, s)
		})
	}
}

// Service starts one for the sink.
func (s Sink) Service(t testing.TB, script ...Reply) *Service {
	t.Helper()
	return NewService(t, s.Well, s.Posts, script...)
}

// New makes the sink, which posts to a service at an address.
func (s Sink) New(t testing.TB, address string, m notify.Means) notify.Sink {
	t.Helper()
	m.Token = func(string) (func(context.Context) (string, error), error) { return s.Token, nil }
	settings := s.Settings(address)
	sink, err := s.Kind.Build(notify.Values{Get: func(name string) string { return settings[name] }}, m)
	if err != nil || sink == nil {
		t.Fatalf("%v, %v", sink, err)
	}
	if sink.Name() != s.Kind.Name {
		t.Errorf("%s is called %s", s.Kind.Name, sink.Name())
	}
	if sink.Threads() != s.Threads {
		t.Errorf("%T: threads %v", sink, sink.Threads())
	}
	return sink
}

// Message is what a story is told as, in English.
func Message(story stories.Story) notify.Message { return MessageIn(story, "en") }

// MessageIn is what a story is told as in a language.
func MessageIn(story stories.Story, language string) notify.Message {
	e := story.Entry()
	return notify.Compose(e.Digest, notify.Options{Version: "1.0.0", Key: e.Key, Language: language})
}

// Daily is a usual posting.
func Daily() notify.Posting { return notify.Posting{Message: Message(stories.Of("daily"))} }

// ExpectError fails unless an error is of a class, or none if that is empty, and fit to be
// logged and told.
func ExpectError(t testing.TB, err error, class notify.Class, uncertain bool, says string) {
	t.Helper()
	var e *notify.Error
	switch {
	case class == "" && err != nil:
		t.Errorf("error %v", err)
	case class == "":
	case !errors.As(err, &e) || e.Class != class || e.Uncertain != uncertain:
		t.Errorf("error %#v, want class %q, uncertain %v", err, class, uncertain)
	case !strings.Contains(err.Error(), says) || strings.ContainsAny(err.Error(), "\x1b\x00") || len(err.Error()) > 700:
		t.Errorf("error %q, want %q in it", err, says)
	}
}

// expectNoSecret fails if what a sink returns tells a secret, in any form that it is printed in.
func (s Sink) expectNoSecret(t testing.TB, values ...any) {
	t.Helper()
	text := printed(values...)
	for _, secret := range s.Secrets {
		for _, form := range []string{secret, fmt.Sprintf("%x", secret), fmt.Sprintf("%X", secret)} {
			if strings.Contains(text, form) {
				t.Errorf("%q is told: %.500s", secret, text)
				return
			}
		}
	}
}

// printed are values in every form that they may be printed in.
func printed(values ...any) string {
	var b bytes.Buffer
	for _, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
			fmt.Fprintf(&b, verb+"\n", v)
			fmt.Fprintf(&b, verb+"\n", []any{v})
		}
		slog.New(slog.NewJSONHandler(&b, nil)).Info("x", "v", v)
		slog.New(slog.NewTextHandler(&b, nil)).Info("x", "v", v)
		if text, err := json.Marshal(v); err == nil { // functions cannot be
			b.Write(text)
		}
	}
	return b.String()
}

// copiesItsClient: the client that a sink is given stays as it is.
func copiesItsClient(t *testing.T, s Sink) {
	given := &http.Client{}
	var waits Waits
	service := s.Service(t)
	if _, err := s.New(t, service.URL, waits.Means(given)).Notify(t.Context(), Daily()); err != nil {
		t.Fatal(err)
	}
	if given.CheckRedirect != nil || given.Timeout != 0 || given.Transport != nil {
		t.Errorf("the given client is %+v", given)
	}
}

// keepsOneKey: each attempt and each form of a message names its key.
func keepsOneKey(t *testing.T, s Sink) {
	var waits Waits
	service := s.Service(t, Reply{Status: 503}, s.Refused)
	p := Daily()
	receipt, err := s.New(t, service.URL, waits.Means(service.Client())).Notify(t.Context(), p)
	if err != nil || !receipt.Plain || len(service.Posts()) != 3 {
		t.Fatalf("%+v, %v after %d posts", receipt, err, len(service.Posts()))
	}
	for i, r := range service.Posts() {
		if !bytes.Contains(r.Body, []byte(p.Message.Key)) {
			t.Errorf("attempt %d does not name the key %s: %s", i+1, p.Message.Key, r.Body)
		}
	}
}

// printsNoSecret prints a sink in every way.
func printsNoSecret(t *testing.T, s Sink) {
	sink := s.New(t, "http://127.0.0.1:1", notify.Means{})
	s.expectNoSecret(t, sink, []notify.Sink{sink}, struct{ S notify.Sink }{sink}, map[string]any{"sink": sink})
}

// isEqualForEqual: equal messages are equal requests.
func isEqualForEqual(t *testing.T, s Sink) {
	var waits Waits
	for _, story := range stories.All() {
		service := s.Service(t)
		sink := s.New(t, service.URL, waits.Means(service.Client()))
		for range 3 {
			if _, err := sink.Notify(t.Context(), notify.Posting{Message: Message(story)}); err != nil {
				t.Fatal(err)
			}
		}
		posts := service.Posts()
		if slices.ContainsFunc(posts, func(r Request) bool { return !bytes.Equal(r.Body, posts[0].Body) }) {
			t.Errorf("%s: equal messages differ", story.Name)
		}
	}
}
