package text

import (
	"encoding/json"
	"time"
)

// deepest bounds how far a Text that is read goes down.
const deepest = 32

// MarshalJSON writes {"format": …, "args": […]}. Of the arguments a Name is a string and an
// int a number; the others are objects: {"term": …}, {"date": "2026-11-23"},
// {"minute": "2026-11-23T06:00:00Z"}, {"format": …} for a Text or an error, and
// {"list": […], "by": ", "}.
func (t Text) MarshalJSON() ([]byte, error) { return json.Marshal(written(t)) }

func written(arg any) any {
	type object = map[string]any
	switch a := arg.(type) {
	case Term:
		return object{"term": string(a)}
	case Date:
		return object{"date": time.Time(a).UTC().Format(time.DateOnly)}
	case Minute:
		return object{"minute": time.Time(a).UTC().Truncate(time.Minute).Format(time.RFC3339)}
	case List:
		return object{"list": all(a.Items), "by": string(a.By)}
	case Text:
		if len(a.Args) == 0 {
			return object{"format": a.Format}
		}
		return object{"format": a.Format, "args": all(a.Args)}
	case error:
		return written(Of(a))
	}
	return arg
}

func all(args []any) []any {
	list := make([]any, len(args))
	for i, arg := range args {
		list[i] = written(arg)
	}
	return list
}

// UnmarshalJSON reads what MarshalJSON writes. It never fails: what it does not know makes
// the zero Text, and the English form that is kept beside it stays.
func (t *Text) UnmarshalJSON(data []byte) error {
	var value any
	if json.Unmarshal(data, &value) == nil {
		if read, ok := argument(value, 0); ok {
			*t, _ = read.(Text)
			return nil
		}
	}
	*t = Text{}
	return nil
}

// argument is what a value stands for.
func argument(value any, depth int) (arg any, ok bool) {
	switch v := value.(type) {
	case string:
		return Name(v), true
	case float64:
		return int(v), v == float64(int(v))
	case map[string]any:
		return structured(v, depth)
	}
	return nil, false
}

func structured(v map[string]any, depth int) (arg any, ok bool) {
	items := func(key string) ([]any, bool) {
		if v[key] == nil {
			return nil, true
		}
		list, ok := v[key].([]any)
		ok = ok && depth < deepest
		if !ok {
			return nil, false
		}
		args := make([]any, len(list))
		for i, item := range list {
			if args[i], ok = argument(item, depth+1); !ok {
				return nil, false
			}
		}
		return args, true
	}
	if format, is := v["format"].(string); is {
		args, ok := items("args")
		return Text{Format: format, Args: args}, ok
	}
	if by, is := v["by"].(string); is {
		args, ok := items("list")
		return List{By: Separator(by), Items: args}, ok
	}
	if term, is := v["term"].(string); is {
		return Term(term), true
	}
	if day, is := v["date"].(string); is {
		at, err := time.Parse(time.DateOnly, day)
		return Date(at), err == nil
	}
	if minute, is := v["minute"].(string); is {
		at, err := time.Parse(time.RFC3339, minute)
		return Minute(at), err == nil
	}
	return nil, false
}
