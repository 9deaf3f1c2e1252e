package signin

import (
	"strings"

	"breakglass/tenant"
)

// holdsDevice reports whether the filter of a condition on the device lets a policy
// apply.
// https://learn.microsoft.com/entra/identity/conditional-access/concept-condition-filters-for-devices
func (p places) holdsDevice(c tenant.Conditions) (bool, error) {
	devices, err := c.Devices.Get()
	if err != nil && absent(err) || err == nil && devices == nil {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	if err := unknownProperties("the device conditions", devices.Other); err != nil {
		return false, err
	}
	filter, err := devices.DeviceFilter.Get()
	if err != nil || !filter.Filters() {
		return err == nil, err
	}
	mode, modeErr := filter.Mode.Get()
	rule, ruleErr := filter.Rule.Get()
	if err := join(modeErr, ruleErr); err != nil {
		return false, err
	}
	matches, err := matchesDevice(rule, p.context)
	if err != nil {
		return false, err
	}
	switch mode {
	case "include":
		return matches, nil
	case "exclude":
		return !matches, nil
	}
	return false, notKnown(say("the mode %q of a device filter is not known", mode), mode)
}

// stateLists are the devices that a condition includes and excludes by their state. Only
// beta has such lists, and calls them deprecated.
type stateLists struct{ include, exclude tenant.Fact[[]string] }

// deviceStates returns the lists that are there, under each of their three names.
func deviceStates(c tenant.Conditions) []stateLists {
	var all []stateLists
	add := func(include, exclude tenant.Fact[[]string]) {
		if !include.IsZero() || !exclude.IsZero() {
			all = append(all, stateLists{include, exclude})
		}
	}
	if devices, err := c.Devices.Get(); err == nil && devices != nil {
		add(devices.IncludeDevices, devices.ExcludeDevices)
		add(devices.IncludeDeviceStates, devices.ExcludeDeviceStates)
	}
	if states, err := c.DeviceStates.Get(); err == nil && states != nil {
		add(states.IncludeStates, states.ExcludeStates)
	}
	return all
}

// holdsDeviceStates reports whether conditions on the state of the device let a policy
// apply.
// https://learn.microsoft.com/graph/api/resources/conditionalaccessdevices?view=graph-rest-beta
func (p places) holdsDeviceStates(c tenant.Conditions) (bool, error) {
	var open error
	if states, err := c.DeviceStates.Get(); err != nil && !absent(err) {
		open = err
	} else if states != nil {
		open = unknownProperties("the device states", states.Other)
	}
	for _, lists := range deviceStates(c) {
		holds, err := p.holdsStates(lists)
		if err == nil && !holds {
			return false, nil
		}
		open = join(open, err)
	}
	return open == nil, open
}

func (p places) holdsStates(lists stateLists) (bool, error) {
	include, includeErr := tenant.ListOf(lists.include)
	exclude, excludeErr := tenant.ListOf(lists.exclude)
	if absent(includeErr) {
		includeErr = nil
	}
	if absent(excludeErr) {
		excludeErr = nil
	}
	open := join(includeErr, excludeErr)
	for _, word := range include {
		if !strings.EqualFold(word, "All") {
			open = join(open, notKnown(say("the device state %q is not known", word), word))
		}
	}
	for _, word := range exclude {
		switch {
		case strings.EqualFold(word, "Compliant"):
			if p.context == Usual {
				return false, nil
			}
		case strings.EqualFold(word, "DomainJoined"):
			if p.context == Usual {
				open = join(open, notKnown(say("whether the usual device is joined to Microsoft Entra or hybrid joined cannot be told"), word))
			}
		default:
			open = join(open, notKnown(say("the device state %q is not known", word), word))
		}
	}
	return open == nil, open
}
