package standin

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A condition is one comparison of a $filter. Comparisons are joined by "and".
// https://learn.microsoft.com/graph/filter-query-parameter
type condition struct {
	property string // such as status/errorCode
	operator string // eq, ne, ge, gt, le or lt
	value    string // without quotes
}

// signInEventTypes is the one property that is filtered by any(): it says which
// sign-ins are wanted, and only beta knows it.
// https://learn.microsoft.com/graph/api/signin-list?view=graph-rest-beta
const signInEventTypes = "signInEventTypes"

// targetResources is filtered by any() of its objects' id.
// https://learn.microsoft.com/graph/api/directoryaudit-list
const targetResources = "targetResources"

// parseFilter reads a $filter on the given properties.
func parseFilter(filter string, properties []string) ([]condition, error) {
	var conditions []condition
	for _, part := range splitAnd(filter) {
		c, err := parseCondition(part)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(properties, c.property) {
			return nil, fmt.Errorf("'%s' cannot be filtered", c.property)
		}
		conditions = append(conditions, c)
	}
	return conditions, nil
}

// splitAnd splits at "and" outside quotes and parentheses.
func splitAnd(filter string) []string {
	var parts []string
	depth, quoted, start := 0, false, 0
	for i := range len(filter) {
		switch {
		case filter[i] == '\'':
			quoted = !quoted
		case quoted:
		case filter[i] == '(':
			depth++
		case filter[i] == ')':
			depth--
		case depth == 0 && strings.HasPrefix(filter[i:], " and "):
			parts = append(parts, filter[start:i])
			start = i + len(" and ")
		}
	}
	if rest := strings.TrimSpace(filter[start:]); rest != "" || len(parts) > 0 {
		parts = append(parts, rest)
	}
	return parts
}

func parseCondition(part string) (condition, error) {
	part = strings.TrimSpace(part)
	bad := fmt.Errorf("'%s' is no comparison", part)
	if body, ok := strings.CutPrefix(part, signInEventTypes+"/any("); ok {
		name, inner, found := strings.Cut(strings.TrimSuffix(body, ")"), ":")
		c, err := parseCondition(inner)
		if !found || err != nil || c.operator != "eq" || c.property != strings.TrimSpace(name) {
			return condition{}, bad
		}
		return condition{signInEventTypes, "any", c.value}, nil
	}
	if body, ok := strings.CutPrefix(part, "targetResources/any("); ok {
		name, inner, found := strings.Cut(strings.TrimSuffix(body, ")"), ":")
		c, err := parseCondition(inner)
		if !found || err != nil || c.operator != "eq" || c.property != strings.TrimSpace(name)+"/id" {
			return condition{}, bad
		}
		return condition{targetResources, "holds", c.value}, nil
	}
	property, rest, _ := strings.Cut(part, " ")
	operator, value, found := strings.Cut(strings.TrimSpace(rest), " ")
	if !found || !slices.Contains([]string{"eq", "ne", "ge", "gt", "le", "lt"}, operator) {
		return condition{}, bad
	}
	value = strings.TrimSpace(value)
	if inner, ok := strings.CutPrefix(value, "'"); ok {
		if inner, ok = strings.CutSuffix(inner, "'"); !ok {
			return condition{}, bad
		}
		return condition{property, operator, strings.ReplaceAll(inner, "''", "'")}, nil
	}
	if _, err := time.Parse(time.RFC3339Nano, value); err != nil {
		if _, err := strconv.Atoi(value); err != nil && value != "true" && value != "false" {
			return condition{}, bad
		}
	}
	return condition{property, operator, value}, nil
}

// meetsAll reports whether an item meets every condition.
func meetsAll(item any, conditions []condition) bool {
	object, _ := item.(document)
	return !slices.ContainsFunc(conditions, func(c condition) bool { return !c.meets(object) })
}

func (c condition) meets(object document) bool {
	if c.operator == "any" {
		return true // signInsOf has seen to it
	}
	if c.operator == "holds" {
		targets, _ := object[c.property].([]any)
		return slices.ContainsFunc(targets, func(t any) bool {
			target, _ := t.(document)
			return strings.EqualFold(text(target["id"]), c.value)
		})
	}
	var value any = object
	for name := range strings.SplitSeq(c.property, "/") {
		inner, _ := value.(document)
		value = inner[name]
	}
	order, ok := compare(value, c.value)
	switch c.operator {
	case "eq":
		return ok && order == 0
	case "ne":
		return !ok || order != 0
	case "ge":
		return ok && order >= 0
	case "gt":
		return ok && order > 0
	case "le":
		return ok && order <= 0
	default:
		return ok && order < 0
	}
}

// compare compares a value of an object with one of a filter: as numbers, as
// times, or as texts in any case.
func compare(value any, wanted string) (int, bool) {
	switch value := value.(type) {
	case json.Number:
		a, errA := value.Int64()
		b, errB := strconv.ParseInt(wanted, 10, 64)
		return int(a - b), errA == nil && errB == nil
	case bool:
		return strings.Compare(strconv.FormatBool(value), wanted), true
	case string:
		a, errA := time.Parse(time.RFC3339Nano, value)
		b, errB := time.Parse(time.RFC3339Nano, wanted)
		if errA == nil && errB == nil {
			return a.Compare(b), true
		}
		return strings.Compare(strings.ToLower(value), strings.ToLower(wanted)), true
	}
	return 0, false
}

// signInsOf returns the sign-ins that a version of the log shows, newest first:
// the interactive ones unless a filter of beta asks for others. v1.0 does not
// tell the types.
// https://learn.microsoft.com/graph/api/signin-list
func signInsOf(version string, items []any, conditions []condition) []any {
	wanted := []string{"interactiveUser"}
	for _, c := range conditions {
		if c.operator == "any" {
			wanted = append(wanted[:0], c.value)
		}
	}
	var shown []any
	for _, item := range items {
		object, _ := item.(document)
		if !slices.ContainsFunc(eventTypes(object), func(t string) bool { return slices.Contains(wanted, t) }) {
			continue
		}
		if version != "beta" {
			object = without(object, signInEventTypes, "authenticationDetails", "authenticationRequirement", "sessionId")
		}
		shown = append(shown, object)
	}
	return newestFirst(shown, "createdDateTime")
}

// newestFirst orders the entries of a log, as Graph does.
func newestFirst(items []any, property string) []any {
	items = slices.Clone(items)
	slices.SortStableFunc(items, func(a, b any) int {
		x, _ := a.(document)
		y, _ := b.(document)
		order, _ := compare(y[property], text(x[property]))
		return order
	})
	return items
}

// eventTypes returns the types of a sign-in, which older files leave to
// isInteractive.
func eventTypes(signIn document) []string {
	if listed, ok := signIn[signInEventTypes].([]any); ok {
		types := make([]string, len(listed))
		for i, t := range listed {
			types[i] = text(t)
		}
		return types
	}
	if interactive, ok := signIn["isInteractive"].(bool); ok && !interactive {
		return []string{"nonInteractiveUser"}
	}
	return []string{"interactiveUser"}
}
