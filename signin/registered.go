package signin

import (
	"cmp"
	"slices"
	"strings"

	"breakglass/tenant"
)

// Registered returns the methods that a user has registered, in the order of their types
// and ids. The error says which others there may be.
func Registered(u tenant.User) ([]tenant.Method, error) {
	listed, err := u.Authentication.Methods.Get()
	methods := slices.Clone(listed)
	slices.SortStableFunc(methods, func(a, b tenant.Method) int {
		return cmp.Or(cmp.Compare(a.ODataType, b.ODataType), cmp.Compare(strings.ToLower(a.ID), strings.ToLower(b.ID)), cmp.Compare(a.Label(), b.Label()))
	})
	return methods, err
}

// UnknownTypes is the error for registered methods of types that the program does not
// know: each may be anything.
func UnknownTypes(methods []tenant.Method) error {
	var open error
	for _, m := range methods {
		if !slices.Contains(tenant.MethodTypes(), m.ODataType) {
			open = join(open, unknownType(m))
		}
	}
	return open
}

func unknownType(m tenant.Method) error {
	return Doubting(Doubting(say("a method of type %q is not known", m.ODataType), "types", m.ODataType), "methods", m.ID)
}

// signsInAtHome is the error for somebody who was invited, or may have been, and signs
// in in another tenant: the methods that count are there, and nobody here sees them.
// https://learn.microsoft.com/entra/external-id/user-properties
func signsInAtHome(u tenant.User) error {
	upn, err := u.UserPrincipalName.Get()
	if err == nil && tenant.WasInvited(upn) {
		err = Doubting(say("the account was invited and signs in at home, in a tenant whose sign-in methods are not known here"), "users", u.ID)
	}
	return err
}
