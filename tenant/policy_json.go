package tenant

// The objects of a Conditional Access policy keep what the program does not
// know: a condition or a control that it cannot judge must not be overlooked.

// MarshalJSON writes the object with its unknown properties.
func (v Policy) MarshalJSON() ([]byte, error) {
	type plain Policy
	return withOther(plain(v), v.Other)
}

// MarshalJSON writes the object with its unknown properties.
func (v Conditions) MarshalJSON() ([]byte, error) {
	type plain Conditions
	return withOther(plain(v), v.Other)
}

// MarshalJSON writes the object with its unknown properties.
func (v ConditionUsers) MarshalJSON() ([]byte, error) {
	type plain ConditionUsers
	return withOther(plain(v), v.Other)
}

// MarshalJSON writes the object with its unknown properties.
func (v ConditionApplications) MarshalJSON() ([]byte, error) {
	type plain ConditionApplications
	return withOther(plain(v), v.Other)
}

// MarshalJSON writes the object with its unknown properties.
func (v ConditionDevices) MarshalJSON() ([]byte, error) {
	type plain ConditionDevices
	return withOther(plain(v), v.Other)
}

// MarshalJSON writes the object with its unknown properties.
func (v DeviceStates) MarshalJSON() ([]byte, error) {
	type plain DeviceStates
	return withOther(plain(v), v.Other)
}

// MarshalJSON writes the object with its unknown properties.
func (v ClientApplications) MarshalJSON() ([]byte, error) {
	type plain ClientApplications
	return withOther(plain(v), v.Other)
}

// MarshalJSON writes the object with its unknown properties.
func (v AuthenticationFlows) MarshalJSON() ([]byte, error) {
	type plain AuthenticationFlows
	return withOther(plain(v), v.Other)
}

// MarshalJSON writes the object with its unknown properties.
func (v GrantControls) MarshalJSON() ([]byte, error) {
	type plain GrantControls
	return withOther(plain(v), v.Other)
}

// MarshalJSON writes the object with its unknown properties.
func (v SessionControls) MarshalJSON() ([]byte, error) {
	type plain SessionControls
	return withOther(plain(v), v.Other)
}
