package tenant

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"strings"
)

// errNoID is the reason of a list one of whose objects has no id: what depends
// on such a list cannot be told.
var errNoID = errors.New("an object has no id")

// requireID fails for an object without an id. Other shapes are left to the
// decoder that follows.
func requireID(data []byte) error {
	var object struct {
		ID *string `json:"id"`
	}
	if json.Unmarshal(data, &object) == nil && (object.ID == nil || *object.ID == "") {
		return errNoID
	}
	return nil
}

// jsonName returns the key of a struct field, or nothing if it has none.
func jsonName(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	if name == "-" {
		return ""
	}
	return name
}

// unknownTo returns the properties of an object that no field of known holds and
// that are not empty: null, "" and [] say nothing.
func unknownTo(known any, data []byte) Other {
	var object map[string]json.RawMessage
	if json.Unmarshal(data, &object) != nil {
		return nil
	}
	t := reflect.TypeOf(known)
	for i := range t.NumField() {
		delete(object, jsonName(t.Field(i)))
	}
	maps.DeleteFunc(object, func(name string, value json.RawMessage) bool {
		switch string(value) {
		case "null", `""`, "[]":
			return true
		}
		return strings.Contains(name, "@odata.")
	})
	if len(object) == 0 {
		return nil
	}
	return object
}

// withOther writes an object with its unknown properties.
func withOther(known any, other Other) ([]byte, error) {
	data, err := json.Marshal(known)
	if err != nil || len(other) == 0 {
		return data, err
	}
	object := map[string]json.RawMessage{}
	if err := json.Unmarshal(data, &object); err != nil {
		return nil, fmt.Errorf("merge unknown properties: %w", err)
	}
	maps.Copy(object, other)
	return json.Marshal(object)
}
