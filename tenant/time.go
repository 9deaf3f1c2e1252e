package tenant

import (
	"encoding/json"
	"reflect"
	"time"
)

// A Time is a Graph DateTimeOffset. A date without a time is midnight UTC.
type Time struct{ time.Time }

// ParseTime reads an RFC 3339 time, or a date such as 2026-11-23.
func ParseTime(text string) (Time, error) {
	if t, err := time.Parse(time.RFC3339Nano, text); err == nil && t.UTC().Year() >= 0 && t.UTC().Year() <= 9999 {
		return Time{t.UTC()}, nil // a year beyond could not be written again
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return Time{}, say("%.40q is not a date and time such as 2026-11-23T06:00:00Z", text)
	}
	return Time{t}, nil
}

// MarshalJSON writes the time in UTC.
func (t Time) MarshalJSON() ([]byte, error) { return json.Marshal(t.UTC().Format(time.RFC3339Nano)) }

// UnmarshalJSON reads what ParseTime reads.
func (t *Time) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	parsed, err := ParseTime(text)
	if err != nil {
		return err
	}
	*t = parsed
	return nil
}

func (t *Time) read(r *reader) *shapeError {
	raw := r.raw()
	if t.UnmarshalJSON(raw) != nil {
		return &shapeError{want: kindName(reflect.TypeFor[Time]()), got: jsonKind(raw)}
	}
	return nil
}
