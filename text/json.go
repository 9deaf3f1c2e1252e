package text

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// deepest bounds how far a Text that is read goes down, and longest how many bytes its words
// may have: a format that names an argument twice, in each of many levels, would fill memory.
const (
	deepest = 32
	longest = 1 << 20
)

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
		return Text{Format: format, Args: args}, ok && length(Text{Format: format, Args: args}) <= longest
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

// length is at least how many bytes the words of an argument have, and no more than a little
// above longest. A width counts as what it asks for.
func length(arg any) int {
	const other = 64 // of a number or a time
	n := other
	add := func(more int) { n = min(n+more, 2*longest) }
	switch a := arg.(type) {
	case Name:
		add(4 * len(a)) // quoted
	case Term:
		add(4 * len(a))
	case List:
		for _, item := range a.Items {
			add(len(a.By) + length(item))
		}
	case Text:
		add(len(a.Format))
		lengths := make([]int, len(a.Args))
		for i, arg := range a.Args {
			lengths[i] = length(arg)
		}
		next := 0
		for _, found := range verb.FindAllStringSubmatch(a.Format, -1) {
			if found[4] == "%" {
				continue
			}
			if found[2] != "" {
				next, _ = strconv.Atoi(found[2])
				next--
			}
			width, _ := strconv.Atoi(strings.Split(found[3], ".")[0])
			add(min(width, longest))
			if next >= 0 && next < len(lengths) {
				add(lengths[next])
			}
			next++
		}
	}
	return n
}
