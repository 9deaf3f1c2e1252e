package graph

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"

	"breakglass/tenant"
)

// singles are every way in which each request can be broken.
func (s *stand) singles(asks []ask) [][]flaw {
	all := make([][]flaw, len(asks))
	for i, a := range asks {
		right := s.right(a)
		a.multiple = bytes.Contains(right, []byte(`"value":`))
		for _, f := range s.ways(a, right) {
			all[i] = append(all[i], flaw{a, f})
		}
		if a.inBatch {
			lost := a
			lost.batch = true
			all[i] = append(all[i], flaw{lost, fault{name: "no answer in the batch", answer: s.without(a.key)}})
		}
	}
	return all
}

// isAnswer says of which requests 404, as Graph gives it, is an answer: there is no such
// object, or none like it.
var isAnswer = regexp.MustCompile(`^/(users|groups|servicePrincipals|directory/deletedItems|identityProtection/riskyUsers)/[^/]+$|^/domains/[^/]+/federationConfiguration$`)

// ways are how a request can fail.
func (s *stand) ways(a ask, right []byte) []fault {
	all := []fault{
		{name: "403", answer: refuse(403, "", tenant.CodeDenied)},
		{name: "404 of a gateway", answer: page404},
		{name: "404 without a code", answer: refuse(404, "", "")},
		{name: "404 of another kind", answer: refuse(404, "", "NotFound")},
		{name: "429 for ever", answer: refuse(429, "1", "TooManyRequests")},
		{name: "500", answer: refuse(500, "", "generalException")},
		{name: "cut off", answer: cutOff(right, a.inBatch)},
		{name: "{}", answer: say(`{}`)},
		{name: "null", answer: say(`null`)},
		{name: "wrong type", answer: say(`{"value": 7, "id": {}, "responses": 7, "@odata.type": 7}`)},
		{name: "wrong items", answer: say(`{"value": [7], "id": 7, "responses": [7]}`)},
	}
	if !isAnswer.MatchString(a.path) {
		all = append(all, fault{name: "404", answer: refuse(404, "", tenant.CodeNotFound)})
	}
	if !a.inBatch {
		all = append(all, fault{name: "reset", answer: func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }})
	}
	if a.batch {
		return all
	}
	if a.multiple {
		all = append(all,
			fault{name: "items twice", answer: s.changed(twice)},
			fault{name: "items that say nothing", answer: s.changed(bare)})
	}
	all = append(all, fault{name: "ids in capitals", answer: s.changed(capitals)})
	for _, name := range propertiesOf(right) {
		all = append(all,
			fault{name: "without " + name, answer: s.changed(eachObject(func(o map[string]any) { delete(o, name) }))},
			fault{name: name + " of another type", answer: s.changed(eachObject(func(o map[string]any) { o[name] = anotherType(o[name]) }))})
	}
	return all
}

// page404 is the page of a gateway that does not know Graph.
func page404(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(http.StatusNotFound)
	_, _ = io.WriteString(w, "<html><body>404 Not Found</body></html>") // the reader may be gone
}

// cutOff sends half of an answer. Alone the connection ends there; in a batch the rest is
// missing.
func cutOff(right []byte, inBatch bool) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if !inBatch {
			w.Header().Set("Content-Length", fmt.Sprint(len(right)+1))
		}
		_, _ = w.Write(right[:len(right)/2]) // the reader may be gone
	}
}

// changed answers with the right answer after a change.
func (s *stand) changed(change func(map[string]any)) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		recorder := httptest.NewRecorder()
		s.whole.ServeHTTP(recorder, r)
		var body map[string]any
		decoder := json.NewDecoder(recorder.Body)
		decoder.UseNumber()
		if err := decoder.Decode(&body); err == nil && recorder.Code == http.StatusOK {
			change(body)
		}
		data, _ := json.Marshal(body) // it was JSON before
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(recorder.Code)
		_, _ = w.Write(data) // the reader may be gone
	}
}

// without answers a batch without one of its answers.
func (s *stand) without(key string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		keys, ids := keysIn(r)
		lost := ids[slices.Index(keys, key)]
		s.changed(func(body map[string]any) {
			responses, _ := body["responses"].([]any)
			body["responses"] = slices.DeleteFunc(responses, func(x any) bool { return x.(map[string]any)["id"] == lost })
		})(w, r)
	}
}

// twice repeats each item of a list.
func twice(body map[string]any) {
	items, _ := body["value"].([]any)
	body["value"] = slices.Concat(items, items)
}

// bare leaves nothing of each item of a list.
func bare(body map[string]any) {
	items, _ := body["value"].([]any)
	for i := range items {
		items[i] = map[string]any{}
	}
}

// eachObject changes the object, or each item of the list.
func eachObject(change func(map[string]any)) func(map[string]any) {
	return func(body map[string]any) {
		items, list := body["value"].([]any)
		if !list {
			change(body)
		}
		for _, item := range items {
			if object, ok := item.(map[string]any); ok {
				change(object)
			}
		}
	}
}

// propertiesOf are the properties of the object or the items of an answer, annotations left
// out but for the type.
func propertiesOf(right []byte) []string {
	var body map[string]any
	if json.Unmarshal(right, &body) != nil || body["error"] != nil {
		return nil
	}
	names := map[string]bool{}
	eachObject(func(o map[string]any) {
		for name := range o {
			if name == "@odata.type" || !strings.Contains(name, "@odata.") {
				names[name] = true
			}
		}
	})(body)
	return slices.Sorted(maps.Keys(names))
}

// anotherType is a value of a type that a value is not of.
func anotherType(value any) any {
	switch value.(type) {
	case map[string]any, nil:
		return 7
	}
	return map[string]any{"of": "another type"}
}

var guid = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// capitals writes the ids of an answer in capitals.
func capitals(body map[string]any) {
	for name, value := range body {
		body[name] = inCapitals(value)
	}
}

func inCapitals(value any) any {
	switch value := value.(type) {
	case map[string]any:
		capitals(value)
	case []any:
		for i := range value {
			value[i] = inCapitals(value[i])
		}
	case string:
		if guid.MatchString(value) {
			return strings.ToUpper(value)
		}
	}
	return value
}
