package tenant

import (
	"errors"
	"maps"
	"reflect"
	"slices"
)

// reasons are those of a Snapshot's Unreadable, each under its folded key.
type reasons map[string]*UnreadError

func reasonsOf(unreadable map[string]UnreadError) reasons {
	all := make([]UnreadError, 0, len(unreadable))
	r := make(reasons, len(unreadable))
	for _, key := range slices.Sorted(maps.Keys(unreadable)) {
		if folded := fold(key); key != "" && r[folded] == nil {
			all = append(all, unreadable[key])
			r[folded] = &all[len(all)-1]
		}
	}
	return r
}

// at finds the reason under a folded key.
func (r reasons) at(key []byte) *UnreadError { return r[string(key)] }

// Settle gives every unread Fact its reason: the one that Unreadable holds for
// it, or the name of what was not collected. It returns the values that were of
// a wrong type. A reader calls it last.
func (s *Snapshot) Settle() []Problem {
	var problems []Problem
	var known reasons
	if len(s.Unreadable) > 0 {
		known = reasonsOf(s.Unreadable)
	}
	walk(reflect.ValueOf(s).Elem(), known, func(w *walker, f unreadFact) {
		err, unread := f.reason()
		if !unread && err == nil {
			err = w.beside(f)
		}
		switch {
		case err != nil:
		case !unread:
			return
		case w.nearest == nil:
			w.absent(f)
			return
		}
		named := UnreadError{cause: err}
		if w.nearest != nil {
			named = *w.nearest
		}
		var own *UnreadError
		if errors.As(err, &own) && !own.empty() {
			named = *own
		}
		named.Key = w.keys()
		f.setReason(&named)
		if flawed(err) {
			problems = append(problems, problemsOf(w, err)...)
		}
	})
	return problems
}

// beside finds the reason that stands beside a list that was read: it is a part of one.
func (w *walker) beside(f unreadFact) error {
	if w.own == nil || w.own.empty() || !f.isList() {
		return nil
	}
	return w.own
}

// flawed reports whether an error is about what stands in the JSON.
func flawed(err error) bool {
	_, shape := errors.AsType[*shapeError](err)
	_, some := errors.AsType[omissions](err)
	return shape || some
}

// Reasons returns why what could not be read could not be, under the keys of a tenant
// file's unreadable. What was not collected is not among them; what lies under an object
// that could not be read for the same reason goes without one of its own.
func (s Snapshot) Reasons() map[string]UnreadError {
	unreadable := map[string]UnreadError{}
	maps.Copy(unreadable, s.Unreadable)
	walk(reflect.ValueOf(&s).Elem(), reasonsOf(s.Unreadable), func(w *walker, f unreadFact) {
		err, _ := f.reason()
		var reason *UnreadError
		if !errors.As(err, &reason) || reason.empty() || reason.Code == CodeNull || w.own != nil {
			return
		}
		written := UnreadError{Status: reason.Status, Code: reason.Code, Message: reason.Message}
		if above := w.nearest; above == nil || above.Status != written.Status || above.Code != written.Code || above.Message != written.Message {
			unreadable[w.keys()] = written
			w.known[string(w.key)] = &written
		}
	})
	return unreadable
}
