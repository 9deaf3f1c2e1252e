package graph

import (
	"slices"
	"strings"

	abstractions "github.com/microsoft/kiota-abstractions-go"

	"breakglass/tenant"
)

// elsewhere finds whose sign-in may not stay within Microsoft Entra: the federated
// domains of the users that were read, and whether the password of one of them may be
// checked on premises. That is so for somebody synchronised, unless the domain is
// federated: no password of theirs is checked at all.
func (r *reading) elsewhere() (federated []string, synchronised bool) {
	domains, _ := r.snapshot.Domains.Get() // unread: none is known to be federated
	for _, u := range ordered(r.users) {
		if id := federatedDomain(domains, u); id != "" {
			federated = append(federated, id)
			continue
		}
		if synced, err := u.OnPremisesSyncEnabled.Get(); err != nil || synced != nil && *synced {
			synchronised = true // unread: perhaps
		}
	}
	slices.Sort(federated)
	return slices.Compact(federated), synchronised
}

// federatedDomain is the id of the domain of a user's name, if it is federated.
func federatedDomain(domains []tenant.Domain, u tenant.User) string {
	upn, _ := u.UserPrincipalName.Get() // unread: in no domain
	name := tenant.DomainOf(upn)
	for _, d := range domains {
		if kind, err := d.AuthenticationType.Get(); err == nil && strings.EqualFold(kind, "Federated") && strings.EqualFold(d.ID, name) {
			return d.ID
		}
	}
	return ""
}

// readFederations reads what domains are federated with. What cannot be read is unread
// for that domain alone.
func (r *reading) readFederations(ids []string) {
	if len(ids) == 0 {
		return
	}
	domains, _ := r.snapshot.Domains.Get() // read: the ids come from there
	each(r, ordinary, ids, r.federationConfiguration, func(id string, configurations tenant.Fact[[]tenant.FederationConfiguration]) {
		for i := range domains {
			if domains[i].ID == id {
				domains[i].FederationConfiguration = configurations
			}
		}
	})
	r.snapshot.Domains = tenant.Known(domains)
}

// readSynchronization reads how the directory is synchronised, where somebody is:
// elsewhere nothing asks for it, and it is left uncollected. Graph gives it as a list
// of one.
func (r *reading) readSynchronization(wanted bool) tenant.Fact[tenant.DirectorySynchronization] {
	if !wanted {
		return tenant.Fact[tenant.DirectorySynchronization]{}
	}
	all, err := listFact[tenant.DirectorySynchronization](r, ordinary, r.synchronization).Get()
	switch {
	case err != nil:
		return tenant.Unread[tenant.DirectorySynchronization](err)
	case len(all) != 1:
		return tenant.Unread[tenant.DirectorySynchronization](&tenant.UnreadError{Code: tenant.CodeUnexpected})
	}
	return tenant.Known(all[0])
}

// federationConfiguration takes no query options.
// https://learn.microsoft.com/graph/api/domain-list-federationconfiguration
func (r *reading) federationConfiguration(domain string) (*abstractions.RequestInformation, error) {
	return r.client().Domains().ByDomainId(domain).FederationConfiguration().ToGetRequestInformation(r.ctx, nil)
}

// synchronization is documented for people only, but there is an application permission
// for it. An application that is refused has it unread.
// https://learn.microsoft.com/graph/api/onpremisesdirectorysynchronization-get
func (r *reading) synchronization() (*abstractions.RequestInformation, error) {
	ri, err := r.client().Directory().OnPremisesSynchronization().ToGetRequestInformation(r.ctx, nil)
	return query(ri, err, selecting("id", "features"))
}
