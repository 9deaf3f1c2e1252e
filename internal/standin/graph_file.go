package standin

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// A document is a JSON object as Graph writes it; numbers are json.Number.
type document = map[string]any

// A graphFile is a tenant file, looked up as Graph looks up its objects.
type graphFile struct {
	top        document
	unreadable map[string]fault
	mentioned  map[string]bool     // every text of the file, in lower case
	objects    map[string]document // by "users/<id>", "users/<name>", "groups/<id>" and "servicePrincipals/<id>", in lower case
}

// A fault is an error that Graph gives.
type fault struct {
	Status  int    `json:"status"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

func readGraphFile(data []byte) (*graphFile, error) {
	top, err := decodeDocument(data)
	if err != nil {
		return nil, fmt.Errorf("tenant file: %w", err)
	}
	var header struct {
		Unreadable map[string]fault `json:"unreadable"`
	}
	if err := json.Unmarshal(data, &header); err != nil {
		return nil, fmt.Errorf("tenant file: %w", err)
	}
	f := &graphFile{top: top, unreadable: map[string]fault{}, mentioned: map[string]bool{}, objects: map[string]document{}}
	for key, reason := range header.Unreadable {
		f.unreadable[strings.ToLower(key)] = reason
	}
	for key, value := range top {
		if key != "unreadable" {
			f.mention(value)
		}
	}
	for _, list := range objectLists() {
		items, _ := top[list].([]any)
		for _, item := range items {
			object, _ := item.(document)
			f.objects[strings.ToLower(list+"/"+text(object["id"]))] = object
			f.objects[strings.ToLower(list+"/"+text(object["userPrincipalName"]))] = object
		}
	}
	return f, nil
}

// objectLists are the lists of the file whose objects have an address of their own.
func objectLists() []string { return []string{"users", "groups", "servicePrincipals"} }

func decodeDocument(data []byte) (document, error) {
	var d document
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	if err := decoder.Decode(&d); err != nil {
		return nil, err
	}
	if d == nil {
		return nil, errors.New("not an object")
	}
	return d, nil
}

func (f *graphFile) mention(value any) {
	switch value := value.(type) {
	case string:
		f.mentioned[strings.ToLower(value)] = true
	case []any:
		for _, item := range value {
			f.mention(item)
		}
	case document:
		for _, item := range value {
			f.mention(item)
		}
	}
}

// denied is the answer for what the file does not hold: it was not collected, so
// the stand-in does not know it and must not make it up.
func denied() *fault {
	return &fault{http.StatusForbidden, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."}
}

func notFound(id string) *fault {
	return &fault{http.StatusNotFound, "Request_ResourceNotFound",
		"Resource '" + id + "' does not exist or one of its queried reference-property objects are not present."}
}

// faultOf finds the reason that the file gives for a key, or for what the key
// lies under.
func (f *graphFile) faultOf(key string) *fault {
	for prefix := strings.ToLower(key); prefix != ""; {
		if reason, ok := f.unreadable[prefix]; ok {
			return f.complete(reason)
		}
		cut := strings.LastIndex(prefix, "/")
		prefix = prefix[:max(cut, 0)]
	}
	return nil
}

// complete gives a reason the status that an answer needs: a file may hold the
// reason of a read that got no answer at all.
func (f *graphFile) complete(reason fault) *fault {
	if reason.Status == 0 {
		reason.Status = http.StatusServiceUnavailable
	}
	if reason.Message == "" {
		reason.Message = "The tenant file says that this cannot be read."
	}
	return &reason
}

// list returns a list of the file by its key.
func (f *graphFile) list(key string) ([]any, *fault) {
	if reason := f.faultOf(key); reason != nil {
		return nil, reason
	}
	value, ok := f.top[key]
	if !ok {
		return nil, denied()
	}
	items, ok := value.([]any)
	if !ok {
		return []any{value}, nil
	}
	return items, nil
}

// object finds a user, a group or an application: list is one of objectLists. Names are
// the ways in which the keys of unreadable may call it.
func (f *graphFile) object(list, id string) (object document, names []string, reason *fault) {
	if reason := f.faultOf(list + "/" + id); reason != nil {
		return nil, nil, reason
	}
	if _, reason := f.list(list); reason != nil {
		return nil, nil, reason
	}
	object, ok := f.objects[strings.ToLower(list+"/"+id)]
	if !ok || id == "" {
		return nil, nil, f.missing(list, id)
	}
	names = []string{list + "/" + text(object["id"])}
	if upn := text(object["userPrincipalName"]); upn != "" {
		names = append(names, list+"/"+upn)
	}
	return object, names, f.anyFault(names, "")
}

// missing says why an object is not in its list: it was not collected, or there
// is none.
func (f *graphFile) missing(list, id string) *fault {
	gone, _ := f.top["deletedObjects"].([]any)
	isOther := slices.ContainsFunc(objectLists(), func(other string) bool { return other != list && f.objects[strings.ToLower(other+"/"+id)] != nil })
	if holdsText(gone, id) || isOther || !f.mentioned[strings.ToLower(id)] {
		return notFound(id)
	}
	return denied()
}

// anyFault finds the reason for what lies below an object.
func (f *graphFile) anyFault(names []string, below string) *fault {
	for _, name := range names {
		if reason := f.faultOf(name + below); reason != nil {
			return reason
		}
	}
	return nil
}

// groupsOf returns the groups that hold an object, nested ones too, in the order
// of the file.
func (f *graphFile) groupsOf(id string) ([]any, *fault) {
	groups, reason := f.list("groups")
	if reason != nil {
		return nil, reason
	}
	in := map[string]bool{strings.ToLower(id): true}
	for grown := true; grown; {
		grown = false
		for _, item := range groups {
			group, _ := item.(document)
			key := strings.ToLower(text(group["id"]))
			members, ok := group["members"].([]any)
			if !ok {
				return nil, denied()
			}
			if !in[key] && holdsAny(members, in) {
				in[key], grown = true, true
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(groups), func(item any) bool {
		group, _ := item.(document)
		return !in[strings.ToLower(text(group["id"]))]
	}), nil
}

func holdsAny(members []any, in map[string]bool) bool {
	return slices.ContainsFunc(members, func(item any) bool {
		member, _ := item.(document)
		return in[strings.ToLower(text(member["id"]))]
	})
}

// text returns a value that is a text, or nothing.
func text(value any) string {
	s, _ := value.(string)
	return s
}
