// Package signin says who can sign in and how: which groups and roles a user has,
// which registered methods are usable today, which Conditional Access policies can
// apply, and whether a credential meets what they demand.
//
// It is pure: it knows a tenant only as a tenant.Snapshot, takes the time from its
// caller, and imports the standard library, tenant and text only. It gives no verdict;
// what it cannot tell is an error that says why, never a "no".
package signin
