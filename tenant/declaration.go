package tenant

// A Declaration names one or more emergency accounts: a user, or a group whose
// users, nested ones too, are all emergency accounts. Exactly one field is set.
type Declaration struct {
	User  string // a user principal name or an object id
	Group string // an object id
}

// String returns the declared text.
func (d Declaration) String() string {
	if d.Group != "" {
		return d.Group
	}
	return d.User
}
