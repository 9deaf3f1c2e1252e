package standin

import (
	"regexp"
	"strings"
)

// WithCapitals writes the ids in the answers to some paths, without the version, in
// capitals: Graph promises no case, and nobody may compare ids by it.
func WithCapitals(of func(path string) bool) GraphOption {
	return func(g *Graph) { g.capitals = of }
}

// guid is an object id, or any other.
var guid = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// capitalised returns a value with its ids in capitals. A text that holds more than an id,
// such as the address of a page, stays.
func capitalised(value any) any {
	switch value := value.(type) {
	case document:
		copied := make(document, len(value))
		for name, inner := range value {
			copied[name] = capitalised(inner)
		}
		return copied
	case []any:
		copied := make([]any, len(value))
		for i, inner := range value {
			copied[i] = capitalised(inner)
		}
		return copied
	case string:
		if guid.MatchString(value) {
			return strings.ToUpper(value)
		}
	}
	return value
}
