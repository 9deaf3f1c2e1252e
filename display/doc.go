// Package display says how what the program knows looks to people, once for every place that
// shows it: names cleaned for a terminal or a chat, severities and other scales with their
// marks, subjects, times and durations in words. It knows no message and no report.
package display
