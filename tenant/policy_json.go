package tenant

import "encoding/json"

// The objects of a Conditional Access policy keep what the program does not
// know: a condition or a control that it cannot judge must not be overlooked.

// UnmarshalJSON reads the object and keeps its unknown properties; one without an id
// is an error.
func (v *Policy) UnmarshalJSON(data []byte) error {
	type plain Policy
	if err := requireID(json.Unmarshal(data, (*plain)(v)), &v.ID); err != nil {
		return err
	}
	v.Other = unknownTo(Policy{}, data)
	for _, about := range []string{"description", "createdDateTime", "modifiedDateTime", "templateId"} {
		delete(v.Other, about) // about the policy, and not of what it does
	}
	return nil
}

// MarshalJSON writes the object with its unknown properties.
func (v Policy) MarshalJSON() ([]byte, error) {
	type plain Policy
	return withOther(plain(v), v.Other)
}

// UnmarshalJSON reads the object and keeps its unknown properties.
func (v *Conditions) UnmarshalJSON(data []byte) error {
	type plain Conditions
	if err := json.Unmarshal(data, (*plain)(v)); err != nil {
		return err
	}
	v.Other = unknownTo(Conditions{}, data)
	return nil
}

// MarshalJSON writes the object with its unknown properties.
func (v Conditions) MarshalJSON() ([]byte, error) {
	type plain Conditions
	return withOther(plain(v), v.Other)
}

// UnmarshalJSON reads the object and keeps its unknown properties.
func (v *ConditionUsers) UnmarshalJSON(data []byte) error {
	type plain ConditionUsers
	if err := json.Unmarshal(data, (*plain)(v)); err != nil {
		return err
	}
	v.Other = unknownTo(ConditionUsers{}, data)
	return nil
}

// MarshalJSON writes the object with its unknown properties.
func (v ConditionUsers) MarshalJSON() ([]byte, error) {
	type plain ConditionUsers
	return withOther(plain(v), v.Other)
}

// UnmarshalJSON reads the object and keeps its unknown properties.
func (v *ConditionApplications) UnmarshalJSON(data []byte) error {
	type plain ConditionApplications
	if err := json.Unmarshal(data, (*plain)(v)); err != nil {
		return err
	}
	v.Other = unknownTo(ConditionApplications{}, data)
	return nil
}

// MarshalJSON writes the object with its unknown properties.
func (v ConditionApplications) MarshalJSON() ([]byte, error) {
	type plain ConditionApplications
	return withOther(plain(v), v.Other)
}

// UnmarshalJSON reads the object and keeps its unknown properties.
func (v *ConditionDevices) UnmarshalJSON(data []byte) error {
	type plain ConditionDevices
	if err := json.Unmarshal(data, (*plain)(v)); err != nil {
		return err
	}
	v.Other = unknownTo(ConditionDevices{}, data)
	return nil
}

// MarshalJSON writes the object with its unknown properties.
func (v ConditionDevices) MarshalJSON() ([]byte, error) {
	type plain ConditionDevices
	return withOther(plain(v), v.Other)
}

// UnmarshalJSON reads the object and keeps its unknown properties.
func (v *DeviceStates) UnmarshalJSON(data []byte) error {
	type plain DeviceStates
	if err := json.Unmarshal(data, (*plain)(v)); err != nil {
		return err
	}
	v.Other = unknownTo(DeviceStates{}, data)
	return nil
}

// MarshalJSON writes the object with its unknown properties.
func (v DeviceStates) MarshalJSON() ([]byte, error) {
	type plain DeviceStates
	return withOther(plain(v), v.Other)
}

// UnmarshalJSON reads the object and keeps its unknown properties.
func (v *ClientApplications) UnmarshalJSON(data []byte) error {
	type plain ClientApplications
	if err := json.Unmarshal(data, (*plain)(v)); err != nil {
		return err
	}
	v.Other = unknownTo(ClientApplications{}, data)
	return nil
}

// MarshalJSON writes the object with its unknown properties.
func (v ClientApplications) MarshalJSON() ([]byte, error) {
	type plain ClientApplications
	return withOther(plain(v), v.Other)
}

// UnmarshalJSON reads the object and keeps its unknown properties.
func (v *AuthenticationFlows) UnmarshalJSON(data []byte) error {
	type plain AuthenticationFlows
	if err := json.Unmarshal(data, (*plain)(v)); err != nil {
		return err
	}
	v.Other = unknownTo(AuthenticationFlows{}, data)
	return nil
}

// MarshalJSON writes the object with its unknown properties.
func (v AuthenticationFlows) MarshalJSON() ([]byte, error) {
	type plain AuthenticationFlows
	return withOther(plain(v), v.Other)
}

// UnmarshalJSON reads the object and keeps its unknown properties.
func (v *GrantControls) UnmarshalJSON(data []byte) error {
	type plain GrantControls
	if err := json.Unmarshal(data, (*plain)(v)); err != nil {
		return err
	}
	v.Other = unknownTo(GrantControls{}, data)
	return nil
}

// MarshalJSON writes the object with its unknown properties.
func (v GrantControls) MarshalJSON() ([]byte, error) {
	type plain GrantControls
	return withOther(plain(v), v.Other)
}

// UnmarshalJSON reads the object and keeps its unknown properties.
func (v *SessionControls) UnmarshalJSON(data []byte) error {
	type plain SessionControls
	if err := json.Unmarshal(data, (*plain)(v)); err != nil {
		return err
	}
	v.Other = unknownTo(SessionControls{}, data)
	return nil
}

// MarshalJSON writes the object with its unknown properties.
func (v SessionControls) MarshalJSON() ([]byte, error) {
	type plain SessionControls
	return withOther(plain(v), v.Other)
}
