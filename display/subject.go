package display

import (
	"cmp"
	"slices"

	"breakglass/checks"
)

// Subjects names what results are about; those that share a name are told apart by id.
type Subjects struct {
	Words
	shared map[string]bool
	clean  func(string) string
}

// Subjects names these subjects, each text cleaned for a medium.
func (w Words) Subjects(all []checks.Subject, clean func(string) string) Subjects {
	ids := map[string]string{}
	s := Subjects{Words: w, shared: map[string]bool{}, clean: clean}
	for _, subject := range all {
		name := clean(subject.Name)
		if id, known := ids[name]; known && id != subject.ID {
			s.shared[name] = true
		}
		ids[name] = subject.ID
	}
	return s
}

// Plain names a subject by its name, or else by its id.
func (s Subjects) Plain(subject checks.Subject) string {
	if subject.Type == checks.SubjectTenant {
		return s.Say("the tenant")
	}
	name, id := s.clean(subject.Name), s.clean(subject.ID)
	if name != "" && id != name && s.shared[name] {
		return name + " (" + id + ")"
	}
	return cmp.Or(name, id, s.Say("something without a name"))
}

// Full names a subject, and says what it is unless it is a user.
func (s Subjects) Full(subject checks.Subject) string {
	name := s.Plain(subject)
	switch subject.Type {
	case checks.SubjectTenant:
		return s.Say("The tenant")
	case checks.SubjectGroup:
		return s.Say("Group “%s”", name)
	case checks.SubjectPolicy:
		return s.Say("Policy “%s”", name)
	case checks.SubjectApplication:
		return s.Say("Application “%s”", name)
	case checks.SubjectUser:
	}
	return name
}

// Grouped puts what has the same key together, in the order in which the keys appear.
func Grouped[T any](all []T, key func(T) string) [][]T {
	place := map[string]int{}
	var groups [][]T
	for _, e := range all {
		k := key(e)
		i, known := place[k]
		if !known {
			i = len(groups)
			place[k] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], e)
	}
	return groups
}

// Once appends the texts that are not empty and not there.
func Once(list []string, texts ...string) []string {
	for _, t := range texts {
		if t != "" && !slices.Contains(list, t) {
			list = append(list, t)
		}
	}
	return list
}
