package tenant

import "strings"

// Applications returns the applications that were read. The error says why there may be
// others: beside it they are some of them.
func (s Snapshot) Applications() ([]ServicePrincipal, error) {
	all, err := s.ServicePrincipals.Get()
	if reason, ok := s.unreadable("servicePrincipals"); ok && err == nil {
		err = reason
	}
	return all, err
}

// ServicePrincipal finds an application by object id. Errors are as for User.
func (s Snapshot) ServicePrincipal(id string) (ServicePrincipal, error) {
	principals, err := s.ServicePrincipals.Get()
	for _, p := range principals {
		if strings.EqualFold(p.ID, id) {
			return p, nil
		}
	}
	return ServicePrincipal{}, s.missing("servicePrincipals", id, err)
}

// Elsewhere reports whether an id is known to be of no user, no group and no application
// of this tenant, and of none that was deleted: whoever has it is at home in another
// tenant, such as a partner's administrators.
// https://learn.microsoft.com/partner-center/customers/gdap-introduction
func (s Snapshot) Elsewhere(id string) bool {
	if _, err := s.DeletedObjects.Get(); err != nil || s.Deleted(id) {
		return false
	}
	_, user := s.User(id)
	_, group := s.Group(id)
	_, application := s.ServicePrincipal(id)
	return NotFound(user) && NotFound(group) && NotFound(application)
}
