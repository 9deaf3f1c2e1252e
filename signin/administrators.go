package signin

import (
	"breakglass/tenant"
)

// An Administrator is a user who holds Global Administrator tenant-wide, or can.
type Administrator struct {
	User     tenant.User
	Active   bool // holds it now
	Eligible bool // can activate it in PIM, or join a group that holds it
}

// Administrators returns the users among the holders of Global Administrator, each once
// and in the order of their ids. The error says that there may be others, and why; those
// returned with it are certain.
func Administrators(s tenant.Snapshot) ([]Administrator, error) {
	holders := HoldersOf(s, GlobalAdministrator)
	return holders.Administrators(), holders.Open
}

// Administrators are the users among the holders.
func (h Holders) Administrators() []Administrator {
	all := []Administrator{}
	for _, holder := range h.All {
		if holder.Kind == HolderUser {
			all = append(all, Administrator{holder.User, holder.Active, holder.Eligible})
		}
	}
	return all
}

// Elsewhere are the ids of the holders who are at home in another tenant.
func (h Holders) Elsewhere() []string {
	var ids []string
	for _, holder := range h.All {
		if holder.Kind == HolderElsewhere {
			ids = append(ids, holder.ID)
		}
	}
	return ids
}

// OpenElsewhere is what is not known of the holders who are at home in another tenant:
// who they are, how they sign in, how many people are behind each.
func (h Holders) OpenElsewhere() error {
	var open error
	for _, id := range h.Elsewhere() {
		open = join(open, say("a holder of the role, %s, is from another tenant, and who can use it is not known here", id))
	}
	return open
}
