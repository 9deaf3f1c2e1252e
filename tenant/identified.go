package tenant

import "encoding/json"

// Objects that others refer to by id must have one: a member without an id could
// be anybody. A sign-in method must have a type: one without could be any. One that
// lacks it is left out of its list, which is then known to be a part.

// UnmarshalJSON reads the object, and its id as those of others.
func (v *Organization) UnmarshalJSON(data []byte) error {
	type plain Organization
	err := json.Unmarshal(data, (*plain)(v))
	if v.ID != "" {
		err = requireID(err, &v.ID)
	}
	return err
}

// UnmarshalJSON reads the object; one without an id is an error.
func (v *User) UnmarshalJSON(data []byte) error {
	type plain User
	return requireID(json.Unmarshal(data, (*plain)(v)), &v.ID)
}

// UnmarshalJSON reads the object; one without an id is an error.
func (v *Group) UnmarshalJSON(data []byte) error {
	type plain Group
	return requireID(json.Unmarshal(data, (*plain)(v)), &v.ID)
}

// UnmarshalJSON reads the object; one without an id is an error.
func (v *DirectoryObject) UnmarshalJSON(data []byte) error {
	type plain DirectoryObject
	return requireID(json.Unmarshal(data, (*plain)(v)), &v.ID)
}

// UnmarshalJSON reads the object; one without an id is an error.
func (v *AdministrativeUnit) UnmarshalJSON(data []byte) error {
	type plain AdministrativeUnit
	return requireID(json.Unmarshal(data, (*plain)(v)), &v.ID)
}

// UnmarshalJSON reads the object; one without an id is an error.
func (v *NamedLocation) UnmarshalJSON(data []byte) error {
	type plain NamedLocation
	return requireID(json.Unmarshal(data, (*plain)(v)), &v.ID)
}

// UnmarshalJSON reads the object; one without an id is an error.
func (v *Domain) UnmarshalJSON(data []byte) error {
	type plain Domain
	return requireID(json.Unmarshal(data, (*plain)(v)), &v.ID)
}

// UnmarshalJSON reads the object; one without an id is an error.
func (v *Target) UnmarshalJSON(data []byte) error {
	type plain Target
	return requireID(json.Unmarshal(data, (*plain)(v)), &v.ID)
}

// UnmarshalJSON reads the object; one without an id is an error.
func (v *PasskeyProfile) UnmarshalJSON(data []byte) error {
	type plain PasskeyProfile
	return requireID(json.Unmarshal(data, (*plain)(v)), &v.ID)
}

// UnmarshalJSON reads the object; one without an id is an error.
func (v *MethodConfiguration) UnmarshalJSON(data []byte) error {
	type plain MethodConfiguration
	return requireID(json.Unmarshal(data, (*plain)(v)), &v.ID)
}

// UnmarshalJSON reads the object; one without an id is an error.
func (v *AuthenticationStrength) UnmarshalJSON(data []byte) error {
	type plain AuthenticationStrength
	return requireID(json.Unmarshal(data, (*plain)(v)), &v.ID)
}

// UnmarshalJSON reads the object; one without an id is an error.
func (v *ServicePrincipal) UnmarshalJSON(data []byte) error {
	type plain ServicePrincipal
	return requireID(json.Unmarshal(data, (*plain)(v)), &v.ID)
}

// UnmarshalJSON reads the object; one without a type is an error.
func (m *Method) UnmarshalJSON(data []byte) error {
	type plain Method
	err := json.Unmarshal(data, (*plain)(m))
	if err == nil && m.ODataType == "" {
		return errNoType
	}
	return err
}
