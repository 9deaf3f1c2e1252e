package checks

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"breakglass/tenant"
)

// auditActivity is the activity of an entry of the audit log, in lower case: Microsoft writes
// some both ways.
func auditActivity(a tenant.DirectoryAudit) (string, error) {
	name, err := a.ActivityDisplayName.Get()
	if err != nil || name == nil {
		return "", err
	}
	return strings.ToLower(strings.TrimSpace(*name)), nil
}

// gravity says how bad a change is, by what it changed: 0 if nothing that matters did; and
// which properties it changed, where the log says so. An activity that is on no list is
// high, a property that is on none low.
// https://learn.microsoft.com/entra/identity/monitoring-health/reference-audit-activities
func gravity(a tenant.DirectoryAudit) (Severity, []string) {
	activity, err := auditActivity(a)
	if err != nil || activity == "" {
		return High, nil
	}
	if severity, known := activityGravity()[activity]; known {
		return severity, nil
	}
	properties, byProperty := propertyGravity()[activity]
	if !byProperty {
		return High, nil
	}
	changed, told := modified(a)
	switch {
	case !told:
		return High, nil
	case len(changed) == 0 && activity == updateUser && listsProperties(a): // services write so when they change nothing
		return 0, nil
	case len(changed) == 0 && activity == updateUser:
		return Low, nil
	case len(changed) == 0:
		return High, nil
	}
	worst, names := Severity(0), []string{}
	for _, name := range changed {
		severity, known := properties[strings.ToLower(name)]
		if !known {
			severity = Low
		}
		if severity > 0 {
			names = append(names, name)
		}
		worst = max(worst, severity)
	}
	return worst, sorted(names)
}

// listsProperties reports whether an entry holds the list of what changed, which may be empty.
func listsProperties(a tenant.DirectoryAudit) bool {
	targets, _ := a.TargetResources.Get() // unread: it does not
	return slices.ContainsFunc(targets, func(t tenant.TargetResource) bool {
		properties, _ := t.ModifiedProperties.Get()
		return slices.ContainsFunc(properties, func(p tenant.ModifiedProperty) bool {
			name, err := p.DisplayName.Get()
			return err == nil && name != nil && strings.EqualFold(*name, includedProperties)
		})
	})
}

// modified are the names of the properties that an entry says it changed; told is false if
// it does not say. Of a policy as a whole those are the keys that differ.
func modified(a tenant.DirectoryAudit) (names []string, told bool) {
	targets, err := a.TargetResources.Get()
	if err != nil {
		return nil, false
	}
	for _, t := range targets {
		properties, err := t.ModifiedProperties.Get()
		if err != nil {
			return nil, false
		}
		for _, p := range properties {
			name, err := p.DisplayName.Get()
			before, beforeErr := p.OldValue.Get()
			after, afterErr := p.NewValue.Get()
			if err != nil || name == nil {
				return nil, false
			}
			switch {
			case strings.EqualFold(*name, includedProperties) && afterErr == nil:
				names = append(names, listed(after)...)
			case beforeErr == nil && afterErr == nil && same(before, after): // older entries tell of what stayed, too
			case strings.EqualFold(*name, wholePolicy) && beforeErr == nil && afterErr == nil:
				names = append(names, differingKeys(*name, before, after)...)
			default:
				names = append(names, *name)
			}
		}
	}
	return sorted(names), true
}

func same(a, b *string) bool { return a == nil && b == nil || a != nil && b != nil && *a == *b }

// listed are the names in a list such as "A, B", quoted or not.
func listed(value *string) []string {
	if value == nil {
		return nil
	}
	var names []string
	for name := range strings.SplitSeq(strings.Trim(*value, "\"[] \r\n"), ",") {
		if name = strings.Trim(name, "\" \r\n"); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// differingKeys are the keys in which two JSON objects differ; the property's own name if
// they are none, or one of them is not there.
func differingKeys(name string, before, after *string) []string {
	if before == nil || after == nil {
		return []string{name}
	}
	var old, now map[string]json.RawMessage
	if json.Unmarshal([]byte(*before), &old) != nil || json.Unmarshal([]byte(*after), &now) != nil || len(old) == 0 || len(now) == 0 {
		return []string{name}
	}
	var keys []string
	for key := range now {
		if !bytes.Equal(compacted(old[key]), compacted(now[key])) {
			keys = append(keys, key)
		}
	}
	for key := range old {
		if _, there := now[key]; !there {
			keys = append(keys, key)
		}
	}
	return keys
}

func compacted(data json.RawMessage) []byte {
	var b bytes.Buffer
	if json.Compact(&b, data) != nil {
		return data
	}
	return b.Bytes()
}
