package tenant

import "encoding/json"

// Objects that others refer to by id must have one: a member without an id could
// be anybody.

// UnmarshalJSON reads the object; one without an id is an error.
func (v *User) UnmarshalJSON(data []byte) error {
	if err := requireID(data); err != nil {
		return err
	}
	type plain User
	return json.Unmarshal(data, (*plain)(v))
}

// UnmarshalJSON reads the object; one without an id is an error.
func (v *Group) UnmarshalJSON(data []byte) error {
	if err := requireID(data); err != nil {
		return err
	}
	type plain Group
	return json.Unmarshal(data, (*plain)(v))
}

// UnmarshalJSON reads the object; one without an id is an error.
func (v *DirectoryObject) UnmarshalJSON(data []byte) error {
	if err := requireID(data); err != nil {
		return err
	}
	type plain DirectoryObject
	return json.Unmarshal(data, (*plain)(v))
}

// UnmarshalJSON reads the object; one without an id is an error.
func (v *Domain) UnmarshalJSON(data []byte) error {
	if err := requireID(data); err != nil {
		return err
	}
	type plain Domain
	return json.Unmarshal(data, (*plain)(v))
}

// UnmarshalJSON reads the object; one without an id is an error.
func (v *Target) UnmarshalJSON(data []byte) error {
	if err := requireID(data); err != nil {
		return err
	}
	type plain Target
	return json.Unmarshal(data, (*plain)(v))
}

// UnmarshalJSON reads the object; one without an id is an error.
func (v *PasskeyProfile) UnmarshalJSON(data []byte) error {
	if err := requireID(data); err != nil {
		return err
	}
	type plain PasskeyProfile
	return json.Unmarshal(data, (*plain)(v))
}

// UnmarshalJSON reads the object; one without an id is an error.
func (v *MethodConfiguration) UnmarshalJSON(data []byte) error {
	if err := requireID(data); err != nil {
		return err
	}
	type plain MethodConfiguration
	return json.Unmarshal(data, (*plain)(v))
}

// UnmarshalJSON reads the object; one without an id is an error.
func (v *Policy) UnmarshalJSON(data []byte) error {
	if err := requireID(data); err != nil {
		return err
	}
	type plain Policy
	return json.Unmarshal(data, (*plain)(v))
}

// UnmarshalJSON reads the object; one without an id is an error.
func (v *AuthenticationStrength) UnmarshalJSON(data []byte) error {
	if err := requireID(data); err != nil {
		return err
	}
	type plain AuthenticationStrength
	return json.Unmarshal(data, (*plain)(v))
}
