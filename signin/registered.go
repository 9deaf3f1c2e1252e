package signin

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"breakglass/tenant"
)

// Registered returns the methods that a user has registered, each once and in the order
// of their types and ids: a list that Graph serves in pages may repeat one. The error
// says which others there may be. What is listed twice under one id and differs is left
// out, and is an error.
func Registered(u tenant.User) ([]tenant.Method, error) {
	listed, err := u.Authentication.Methods.Get()
	if err != nil {
		return nil, err
	}
	sorted := slices.Clone(listed)
	slices.SortStableFunc(sorted, func(a, b tenant.Method) int {
		return cmp.Or(cmp.Compare(a.ODataType, b.ODataType), cmp.Compare(strings.ToLower(a.ID), strings.ToLower(b.ID)), cmp.Compare(a.ID, b.ID))
	})
	var methods []tenant.Method
	var open error
	for len(sorted) > 0 {
		n := 1
		for n < len(sorted) && sameMethod(sorted[0], sorted[n]) {
			n++
		}
		alike := distinctMethods(sorted[:n])
		sorted = sorted[n:]
		if len(alike) > 1 && alike[0].ID != "" {
			open = join(open, Doubting(fmt.Errorf("the sign-in method %s is listed twice, and not alike", alike[0].ID), "methods", alike[0].ID))
			continue
		}
		methods = append(methods, alike...)
	}
	return methods, open
}

// sameMethod reports whether two entries of a list are about one method.
func sameMethod(a, b tenant.Method) bool {
	return a.ODataType == b.ODataType && strings.EqualFold(a.ID, b.ID)
}

// distinctMethods returns entries about one method, those that say the same once.
func distinctMethods(entries []tenant.Method) []tenant.Method {
	if len(entries) == 1 {
		return entries
	}
	var kept []tenant.Method
	said := map[string]bool{}
	for _, m := range entries {
		words := m
		words.ID = ""
		data, err := json.Marshal(words)
		if err != nil || !said[string(data)] {
			kept = append(kept, m)
		}
		said[string(data)] = true
	}
	return kept
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
	return Doubting(Doubting(fmt.Errorf("a method of type %q is not known", m.ODataType), "types", m.ODataType), "methods", m.ID)
}

// signsInAtHome is the error for somebody who was invited, or may have been, and signs
// in in another tenant: the methods that count are there, and nobody here sees them.
// https://learn.microsoft.com/entra/external-id/user-properties
func signsInAtHome(u tenant.User) error {
	upn, err := u.UserPrincipalName.Get()
	if err == nil && tenant.WasInvited(upn) {
		err = Doubting(errors.New("the account was invited and signs in at home, in a tenant whose sign-in methods are not known here"), "users", u.ID)
	}
	return err
}
