package slack

import (
	"cmp"
	"slices"
	"strings"

	"breakglass/notify"
)

// classOf says what can help against one of Slack's words, by
// https://docs.slack.dev/reference/methods/chat.postMessage#errors and
// https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors.
// It is empty for a word that is not known.
func classOf(word string) notify.Class {
	switch {
	case slices.Contains([]string{"ratelimited", "rate_limited", "request_timeout", "service_unavailable", "internal_error", "fatal_error",
		"team_added_to_org"}, word):
		return notify.Retryable
	case slices.Contains([]string{"invalid_blocks", "invalid_blocks_format", "invalid_payload", "no_text", "msg_too_long", "msg_blocks_too_long",
		"too_many_attachments"}, word):
		return notify.Content
	case slices.Contains([]string{"user_not_found", "channel_not_found", "channel_is_archived", "action_prohibited", "invalid_token", "no_service",
		"no_service_id", "no_active_hooks", "no_team", "team_disabled", "posting_to_general_channel_denied"}, word):
		return notify.Configuration
	}
	return ""
}

// uncertain reports whether Slack may have done, in part, what it answers with
// this word.
func uncertain(word string) bool {
	return slices.Contains([]string{"internal_error", "fatal_error", "service_unavailable"}, word)
}

// gone reports whether what a message answers to, or replaces, is not there or
// takes no more.
func gone(word string) bool {
	return slices.Contains([]string{"message_not_found", "cant_update_message", "edit_window_closed", "thread_not_found", "cannot_reply_to_message",
		"restricted_action_non_threadable_channel", "restricted_action_thread_locked"}, word)
}

// remedyOf says what to do about one of Slack's words, or nothing. Needed are the
// scopes that Slack says are missing.
func remedyOf(word, needed string) string {
	switch word {
	case "missing_scope":
		return "the app lacks the scope " + cmp.Or(needed, "that this takes") + ": add it to its bot token scopes, and install the app again"
	case "not_in_channel":
		return "invite the app to the channel"
	case "channel_not_found":
		return "invite the app to the channel, as it does not see a private one that it is not in; or the channel's id is wrong"
	case "is_archived":
		return "the channel is archived: use another, or bring it back"
	case "not_authed", "invalid_auth", "account_inactive", "token_revoked", "token_expired":
		return "the token is no longer good: install the app again, and use its new bot token"
	case "not_allowed_token_type":
		return "the token is of the wrong kind: use the app's bot token"
	}
	if strings.HasPrefix(word, "restricted_action") {
		return "an administrator of the workspace restricts who may post in this channel"
	}
	return ""
}
