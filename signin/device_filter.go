package signin

import (
	"slices"
	"strconv"
	"strings"
)

// A deviceProperty is one that a filter for devices may name: its operators without the
// hyphen, and its values where Microsoft lists them.
type deviceProperty struct {
	name      string
	operators []string
	values    []string
}

// deviceProperties is the table "Supported operators and device properties for filters".
// https://learn.microsoft.com/entra/identity/conditional-access/concept-condition-filters-for-devices#supported-operators-and-device-properties-for-filters
func deviceProperties() []deviceProperty {
	equals := []string{"eq", "ne"}
	listed := []string{"eq", "ne", "in", "notin"}
	contains := []string{"contains", "notcontains"}
	text := []string{"eq", "ne", "startswith", "notstartswith", "endswith", "notendswith", "contains", "notcontains", "in", "notin"}
	all := []deviceProperty{
		{"deviceId", listed, nil},
		{"displayName", text, nil},
		{"deviceOwnership", equals, []string{"Personal", "Company"}},
		{"enrollmentProfileName", text, nil},
		{"isCompliant", equals, []string{"True", "False"}},
		{"manufacturer", text, nil},
		{"mdmAppId", listed, nil},
		{"model", text, nil},
		{"operatingSystem", text, nil},
		{"operatingSystemVersion", text, nil},
		{"physicalIds", contains, nil},
		{"profileType", equals, []string{"RegisteredDevice", "SecureVM", "Printer", "Shared", "IoT"}},
		{"systemLabels", contains, nil},
		{"trustType", equals, []string{"AzureAD", "ServerAD", "Workplace"}},
	}
	for n := 1; n <= 15; n++ {
		all = append(all, deviceProperty{"extensionAttribute" + strconv.Itoa(n), text, nil})
	}
	return all
}

// truth is what is known of a statement.
type truth int

const (
	truthOpen truth = iota
	truthNo
	truthYes
)

func truthOf(yes bool) truth {
	if yes {
		return truthYes
	}
	return truthNo
}

// A device is what is known of one, by the names of its properties in lower case. A nil
// device is not registered: all its properties are null.
type device map[string]string

// devicesOf are the devices that a context may have: the usual one is joined to Microsoft
// Entra, or hybrid joined.
func devicesOf(c Context) []device {
	if c == AnyDevice {
		return []device{nil}
	}
	joined := func(trust string) device {
		return device{"iscompliant": "true", "operatingsystem": "windows", "trusttype": trust}
	}
	return []device{joined("azuread"), joined("serverad")}
}

// matchesDevice says whether a rule matches the device of a context. The error says that
// it cannot be told.
func matchesDevice(rule string, c Context) (bool, error) {
	statement, ok := parseFilter(rule)
	var found []truth
	if ok {
		for _, d := range devicesOf(c) {
			found = append(found, statement.truth(d))
		}
	}
	if found = slices.Compact(found); len(found) != 1 || found[0] == truthOpen {
		return false, notKnown(say("the device filter %q cannot be judged", rule), rule)
	}
	return found[0] == truthYes, nil
}

// A statement is a rule or a part of one: a comparison, or others joined by an operator.
type statement struct {
	operator string // or, and, not; of a comparison as in deviceProperty
	parts    []statement
	property string // in lower case
	values   []string
	open     bool // nothing can be said of it
}

// truth evaluates a statement for a device.
func (s statement) truth(d device) truth {
	switch s.operator {
	case "not":
		// Microsoft says what an operator gives for a device that is not registered, and not
		// what -not makes of it.
		switch inner := s.parts[0].truth(d); {
		case d == nil || inner == truthOpen:
			return truthOpen
		default:
			return truthOf(inner == truthNo)
		}
	case "and", "or":
		deciding := truthOf(s.operator == "or")
		all := truthOf(s.operator == "and")
		for _, part := range s.parts {
			said := part.truth(d)
			if said == deciding {
				return deciding
			}
			if said == truthOpen {
				all = truthOpen
			}
		}
		return all
	}
	return s.compare(d)
}

// compare evaluates a comparison. For a device that is not registered a positive operator
// does not match, and a negative one does.
func (s statement) compare(d device) truth {
	positive, negative := strings.CutPrefix(s.operator, "not")
	if s.operator == "ne" {
		positive, negative = "eq", true
	}
	value, known := d[s.property]
	switch {
	case s.open:
		return truthOpen
	case d == nil:
		return truthOf(negative)
	case !known:
		return truthOpen
	}
	matches := slices.ContainsFunc(s.values, func(v string) bool {
		switch v = strings.ToLower(v); positive {
		case "startswith":
			return strings.HasPrefix(value, v)
		case "endswith":
			return strings.HasSuffix(value, v)
		case "contains":
			return strings.Contains(value, v)
		}
		return value == v // eq, in
	})
	return truthOf(matches != negative)
}
