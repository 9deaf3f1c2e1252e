package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"breakglass/display"
)

func TestWaitEndsWithContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := wait(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := wait(t.Context(), 0); err != nil {
		t.Error(err)
	}
}

func TestReceipt(t *testing.T) {
	t.Parallel()
	if d, a := (Receipt{}).String(), (Receipt{Accepted: true}).String(); d != "delivered" || a != "accepted" {
		t.Errorf("%s, %s", d, a)
	}
}

// TestPostingIsPlain: what is kept until it is sent survives being written down.
func TestPostingIsPlain(t *testing.T) {
	t.Parallel()
	p := Posting{Message: Message{Title: "x"}, Thread: "1.2", Broadcast: true, Replaces: "3.4", Doubt: time.Unix(5, 0).UTC()}
	text, err := json.Marshal(p)
	var back Posting
	if err != nil || json.Unmarshal(text, &back) != nil || fmt.Sprint(back) != fmt.Sprint(p) {
		t.Errorf("%s, %v", text, err)
	}
}

// TestKeptMessages: a message that an earlier version kept is read whole.
func TestKeptMessages(t *testing.T) {
	t.Parallel()
	var m Message
	err := json.Unmarshal([]byte(`{"Tone":3,"Outlook":{"Title":"x"},"Sections":[{"Items":[{"Facts":[{"Label":"y"}]}]}]}`), &m)
	if err != nil || m.Tone != display.Bad || m.Forecast.Title != "x" || m.Sections[0].Items[0].Fields[0].Label != "y" {
		t.Errorf("%+v, %v", m, err)
	}
}
