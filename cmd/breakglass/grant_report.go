package main

import (
	"cmp"
	"slices"
	"strings"

	"breakglass/checks"
	"breakglass/internal/graph"
)

// A grantState is how it stands with a permission that the identity needs.
type grantState string

const (
	stateHeld       grantState = "held"
	stateGranted    grantState = "granted"     // by this run, and seen when read again
	stateMissing    grantState = "missing"     // and was not asked for
	stateRefused    grantState = "refused"     // by Microsoft Graph
	stateNotOffered grantState = "not-offered" // by this cloud
	stateNotSeen    grantState = "not-seen"    // asked for, and not there when read again
)

// A grantReport says what an identity needs and has, for people and, as it is encoded, for
// programs.
type grantReport struct {
	Schema   string             `json:"schema"`
	Identity grantIdentity      `json:"identity"`
	Needed   []neededPermission `json:"needed"` // in the order of checks.Permissions
	Beyond   []beyondPermission `json:"beyond"`
	// Complete says that a read showed all that is needed.
	Complete bool `json:"complete"`
}

type grantIdentity struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type neededPermission struct {
	ID     string     `json:"id"`
	Name   string     `json:"name"`
	State  grantState `json:"state"`
	Reason string     `json:"reason,omitempty"` // in English
}

// A beyondPermission is one that the identity has and does not need. The name is empty where
// it is not known: of other resources only the id is read.
type beyondPermission struct {
	Resource string `json:"resource"`
	ID       string `json:"id"`
	Name     string `json:"name"`
}

const graphResource = "Microsoft Graph"

// newGrantReport is what a read showed.
func newGrantReport(g graph.Grants) grantReport {
	r := grantReport{Schema: "breakglass.grants/v1", Identity: grantIdentity{g.ID, g.Name}, Beyond: []beyondPermission{}}
	needed := map[string]bool{}
	for _, permission := range checks.Permissions() {
		n := neededPermission{ID: strings.ToLower(permission.ID), Name: permission.Name, State: stateMissing}
		needed[n.ID] = true
		switch {
		case slices.Contains(g.Held, n.ID):
			n.State = stateHeld
		case g.Offered[n.ID] == "":
			n.State, n.Reason = stateNotOffered, "this cloud does not offer it, so what needs it stays unknown"
		}
		r.Needed = append(r.Needed, n)
	}
	for _, id := range g.Held {
		if !needed[id] {
			r.Beyond = append(r.Beyond, beyondPermission{graphResource, id, g.Offered[id]})
		}
	}
	for _, other := range g.Elsewhere {
		r.Beyond = append(r.Beyond, beyondPermission{other.Resource, other.ID, ""})
	}
	r.Complete = len(r.in(stateHeld)) == len(r.Needed)
	return r
}

// in returns the needed permissions in some states.
func (r grantReport) in(states ...grantState) []neededPermission {
	var some []neededPermission
	for _, n := range r.Needed {
		if slices.Contains(states, n.State) {
			some = append(some, n)
		}
	}
	return some
}

// after is the report when some of what was missing was asked for: by what a read showed
// then, and where it shows nothing, by the answers. unread says why nothing could be read.
func (r grantReport) after(answers map[string]error, now graph.Grants, unread error) grantReport {
	next := r
	next.Needed = slices.Clone(r.Needed)
	if unread == nil {
		next = newGrantReport(now)
	}
	for i := range next.Needed {
		n := &next.Needed[i]
		answer, asked := answers[n.ID]
		switch {
		case n.State == stateNotOffered:
		case n.State == stateHeld:
			if asked && answer == nil {
				n.State = stateGranted
			}
		case r.Needed[i].State == stateHeld:
			n.State, n.Reason = stateNotSeen, "it was there before"
		case !asked:
			n.Reason = "not tried, for the answer would be the same"
		case answer != nil && graph.Refused(answer):
			n.State, n.Reason = stateRefused, answer.Error()
		case answer != nil:
			n.State, n.Reason = stateNotSeen, answer.Error()
		case unread != nil:
			n.State, n.Reason = stateNotSeen, unread.Error()
		default:
			n.State, n.Reason = stateNotSeen, "Microsoft Graph said that it granted it"
		}
	}
	next.Complete = unread == nil && len(next.in(stateHeld, stateGranted)) == len(next.Needed)
	return next
}

// label is what people call it.
func (b beyondPermission) label() string {
	if b.Resource != graphResource {
		return "“" + b.Resource + "”"
	}
	return cmp.Or(b.Name, b.ID)
}
