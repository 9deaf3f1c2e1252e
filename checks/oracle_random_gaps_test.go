package checks_test

import (
	"maps"
	"slices"
)

// memberships writes down, for some users, all groups that they are in.
func (m *maker) memberships() {
	known := &oracle{file: m.file}
	users, _ := list(m.file, "users")
	for _, u := range users {
		if !m.may(20) {
			continue
		}
		of := []any{}
		for _, group := range m.groups {
			if known.inGroup(lower(u["id"]), group) == yes {
				of = append(of, member("group", m.ref(group)))
			}
		}
		u["transitiveMemberOf"] = of
	}
}

// repeat lists some objects twice: a page may come again.
func (m *maker) repeat() {
	for _, key := range slices.Sorted(maps.Keys(m.file)) {
		if rows := m.rows(key); len(rows) > 0 && m.may(6) {
			m.file[key] = append(rows, pick(m, rows...))
		}
	}
}

// kept are keys that are always there: without them an object is none, or the
// rules say that it is of an older kind.
var kept = []string{"id", "@odata.type", "collectedAt", "unreadable", "passkeyProfiles", "passkeyType", "targetType", "membershipKind", "mode", "operator", "types",
	"deletedDateTime", "resourceId"}

// leaveOut takes away some of what there is to know, with or without a reason.
func (m *maker) leaveOut() {
	if m.may(40) {
		return
	}
	for range 1 + m.IntN(4) {
		switch n := m.IntN(100); {
		case n < 25:
			m.leaveOutKey(m.file)
		case n < 35:
			m.leaveOutObject(pick(m, "users", "groups", "groups", "servicePrincipals"))
		default:
			m.leaveOutKey(m.descend(m.file))
		}
	}
}

// descend walks down to some object.
func (m *maker) descend(o object) object {
	for {
		var below []object
		for _, key := range slices.Sorted(maps.Keys(o)) {
			if key == "unreadable" {
				continue
			}
			switch value := o[key].(type) {
			case object:
				below = append(below, value)
			case []any:
				if len(value) > 0 {
					if one, ok := value[m.IntN(len(value))].(object); ok {
						below = append(below, one)
					}
				}
			}
		}
		if len(below) == 0 {
			return o
		}
		if o = below[m.IntN(len(below))]; m.may(30) {
			return o
		}
	}
}

func (m *maker) leaveOutKey(o object) {
	keys := slices.DeleteFunc(slices.Sorted(maps.Keys(o)), func(key string) bool { return slices.Contains(kept, key) })
	if len(keys) == 0 {
		return
	}
	key := keys[m.IntN(len(keys))]
	delete(o, key)
	if _, top := o["collectedAt"]; top && m.may(60) {
		m.reason(key)
	}
}

func (m *maker) reason(key string) {
	reasons := m.file["unreadable"].(object)
	reasons[key] = pick(m, object{"status": 403.0, "code": "Authorization_RequestDenied"}, object{"status": 429.0, "code": "TooManyRequests"})
	if slices.Contains([]string{instances, eligibilities, memberships, eligibleIn}, key) && m.may(60) {
		reasons[key] = object{"status": 400.0, "code": "AadPremiumLicenseRequired"}
	}
}

func (m *maker) leaveOutObject(key string) {
	rows := m.rows(key)
	if len(rows) == 0 {
		return
	}
	id := pick(m, rows...).(object)["id"].(string)
	m.file[key] = slices.DeleteFunc(slices.Clone(rows), func(row any) bool { return row.(object)["id"] == id })
	if m.may(50) {
		m.reason(key + "/" + id)
	}
}

// shuffle puts every list into some other order: no order means anything.
func (m *maker) shuffle(value any) {
	switch v := value.(type) {
	case object:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			m.shuffle(v[key])
		}
	case []any:
		for _, one := range v {
			m.shuffle(one)
		}
		m.Shuffle(len(v), func(i, j int) { v[i], v[j] = v[j], v[i] })
	}
}
