package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"breakglass/notify"
)

// eventType marks the metadata of a message as this program's; the payload's key
// tells which message it is: https://docs.slack.dev/messaging/message-metadata.
const eventType = "breakglass_watch"

const (
	lookBefore = 5 * time.Minute // the clocks of Slack and of this machine differ
	// wrongClock is how far ahead this machine's clock may have been when the attempt began: by
	// a day, or in another time zone. What is older than lookBefore is looked at last.
	wrongClock = 25 * time.Hour
	lookPages  = 10
	lookSize   = 100      // messages a page
	lookLimit  = 16 << 20 // bytes a page
)

// look looks for the message where an earlier attempt may have left it, if there is
// doubt. Found says that it is there. It fails only where another attempt can help;
// where Slack does not let it look, it notes that.
func (d *delivery) look(ctx context.Context) (notify.Receipt, *notify.Error) {
	if d.Doubt.IsZero() || d.Message.Key == "" {
		return notify.Receipt{}, nil
	}
	ts, err := d.find(ctx)
	if err != nil && d.Thread != "" && gone(err.Word) {
		d.note("the thread takes no more (" + err.Word + "), so the message was posted to the channel")
		d.Thread = ""
		ts, err = d.find(ctx)
	}
	switch {
	case err == nil && ts != "":
		return notify.Receipt{Found: true, ID: ts, Note: strings.Join(d.notes, "; ")}, nil
	case err == nil:
		return notify.Receipt{}, nil
	case err.Class == notify.Retryable:
		err.Uncertain = true // still
		return notify.Receipt{}, err
	}
	d.note("an earlier attempt may have arrived, and it could not be looked for, so the message may be there twice: " + err.Reason)
	return notify.Receipt{}, nil
}

// find returns the id of the message, or nothing if it is not there. Only what the app
// itself posted counts: anybody can give a message the same metadata.
func (d *delivery) find(ctx context.Context) (string, *notify.Error) {
	self, err := d.call(ctx, notify.AnswerLimit, authTest)
	if err != nil {
		return "", err
	}
	cursor, passed := "", false
	for range lookPages {
		said, err := d.call(ctx, lookLimit, func(ctx context.Context, api *slack.Client) error { return d.page(ctx, api, cursor) })
		if err != nil {
			return "", err
		}
		for _, m := range said.Messages {
			own := m.BotID != "" && m.BotID == self.BotID || m.User != "" && m.User == self.UserID
			if own && m.TS != "" && m.key() == d.Message.Key {
				return m.TS, nil
			}
			passed = passed || m.before(d.Doubt.Add(-lookBefore))
		}
		if cursor = said.Response.Cursor; cursor == "" {
			return "", nil
		}
	}
	if passed { // a clock that was wrong, and very many messages since
		return "", nil
	}
	return "", &notify.Error{Class: notify.Configuration, Reason: fmt.Sprintf("more than %d messages came since", lookPages*lookSize)}
}

// page asks for a page of what was posted since the doubtful attempt, or before it where the
// clock was wrong: of a channel the newest first. Its answer is
// read by call.
func (d *delivery) page(ctx context.Context, api *slack.Client, cursor string) error {
	oldest := strconv.FormatInt(max(d.Doubt.Add(-wrongClock).Unix(), 0), 10) + ".000000"
	if d.Thread != "" {
		_, _, _, err := api.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{
			ChannelID: d.channel.id, Timestamp: d.Thread, Oldest: oldest, Cursor: cursor, Limit: lookSize, IncludeAllMetadata: true,
		})
		return err
	}
	_, err := api.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{
		ChannelID: d.channel.id, Oldest: oldest, Cursor: cursor, Limit: lookSize, IncludeAllMetadata: true,
	})
	return err
}

// before reports whether the message was posted before a time, by Slack's clock.
func (m posted) before(t time.Time) bool {
	seconds, err := strconv.ParseFloat(m.TS, 64)
	return err == nil && int64(seconds) < t.Unix()
}

// key is that of one of this program's messages, or empty.
func (m posted) key() string {
	var metadata struct {
		EventType string               `json:"event_type"`
		Payload   struct{ Key string } `json:"event_payload"`
	}
	if json.Unmarshal(m.Metadata, &metadata) != nil || metadata.EventType != eventType {
		return ""
	}
	return metadata.Payload.Key
}

func authTest(ctx context.Context, api *slack.Client) error {
	_, err := api.AuthTestContext(ctx)
	return err
}

// Check asks whether the token is good, may post, and may read the channel, and sends
// nothing. Whether the app may post to the channel shows only when it does. Errors are
// of type Error, or join several; where only reading is refused, messages arrive all
// the same.
func (s *Bot) Check(ctx context.Context) (string, error) {
	const tried = "the token is good, and the bot may read the channel"
	self, err := s.call(ctx, notify.AnswerLimit, authTest)
	if err != nil {
		return tried, err
	}
	var failed []error
	if self.scopes != "" && !slices.Contains(scopesIn(self.scopes), "chat:write") {
		failed = append(failed, &notify.Error{Class: notify.Configuration, Reason: "post: missing_scope: " + remedyOf("missing_scope", "chat:write")})
	}
	_, err = s.call(ctx, notify.AnswerLimit, func(ctx context.Context, api *slack.Client) error {
		_, err := api.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{ChannelID: s.channel.id, Limit: 1})
		return err
	})
	if err != nil {
		err.Reason = "read the channel, so that nothing is posted twice: " + err.Reason
		failed = append(failed, err)
	}
	return tried, errors.Join(failed...)
}

func scopesIn(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}
