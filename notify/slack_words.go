package notify

import "slices"

// slackClass says what can help against one of Slack's words, by
// https://docs.slack.dev/reference/methods/chat.postMessage#errors and
// https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors.
// It is empty for a word that is not known.
func slackClass(word string) Class {
	switch {
	case slices.Contains([]string{"ratelimited", "rate_limited", "request_timeout", "service_unavailable", "internal_error", "fatal_error",
		"team_added_to_org"}, word):
		return Retryable
	case slices.Contains([]string{"invalid_blocks", "invalid_blocks_format", "invalid_payload", "no_text", "msg_too_long", "msg_blocks_too_long",
		"too_many_attachments"}, word):
		return Content
	case slices.Contains([]string{"user_not_found", "channel_not_found", "channel_is_archived", "action_prohibited", "invalid_token", "no_service",
		"no_service_id", "no_active_hooks", "no_team", "team_disabled", "posting_to_general_channel_denied"}, word):
		return Configuration
	}
	return ""
}

// slackUncertain reports whether Slack may have done, in part, what it answers with
// this word.
func slackUncertain(word string) bool {
	return slices.Contains([]string{"internal_error", "fatal_error", "service_unavailable"}, word)
}
