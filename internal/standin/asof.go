package standin

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// AsOf returns the tenant file as if it had been collected at another time: every
// time in it is moved by as much as collectedAt is. Dates without a time stay.
func AsOf(file []byte, at time.Time) ([]byte, error) {
	decoder := json.NewDecoder(bytes.NewReader(file))
	decoder.UseNumber()
	var tenant map[string]any
	if err := decoder.Decode(&tenant); err != nil {
		return nil, fmt.Errorf("tenant file: %w", err)
	}
	text, _ := tenant["collectedAt"].(string)
	collected, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return nil, errors.New("tenant file: collectedAt is not a time")
	}
	return json.MarshalIndent(moved(tenant, at.UTC().Truncate(time.Second).Sub(collected)), "", "  ")
}

// moved returns a JSON value with its times moved.
func moved(value any, by time.Duration) any {
	switch v := value.(type) {
	case map[string]any:
		for name := range v {
			v[name] = moved(v[name], by)
		}
	case []any:
		for i := range v {
			v[i] = moved(v[i], by)
		}
	case string:
		if t, err := time.Parse(time.RFC3339, v); err == nil && t.Year() > 1 && t.Year() < 9999 {
			return t.Add(by).UTC().Format(time.RFC3339)
		}
	}
	return value
}
