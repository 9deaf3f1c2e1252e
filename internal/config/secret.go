package config

import "log/slog"

// redacted is what a Secret prints as.
const redacted = "[redacted]"

// A Secret is a value that must not be printed: whoever holds it is authorised. It
// prints as "[redacted]", or as nothing if it is not set. The value is behind a
// pointer, so that a struct with an unexported Secret does not print it either.
type Secret struct{ value *string }

// NewSecret returns a Secret; of empty text, one that is not set.
func NewSecret(value string) Secret {
	if value == "" {
		return Secret{}
	}
	return Secret{&value}
}

// Set reports whether there is a value.
func (s Secret) Set() bool { return s.value != nil }

// Reveal returns the value, or empty text. Call it only where the value is used.
func (s Secret) Reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// String returns "[redacted]", or nothing if the secret is not set.
func (s Secret) String() string {
	if s.value == nil {
		return ""
	}
	return redacted
}

// GoString returns what String does.
func (s Secret) GoString() string { return s.String() }

// LogValue returns what String does.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText returns what String does.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
