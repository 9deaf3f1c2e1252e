// Package notify tells people what changed: Compose words the changes once, as a
// Message, and sinks deliver it, each in the format of its service. What deliveries have in
// common is here: errors, retries, requests that follow no redirect, secrets. Each sort of
// sink is a package below, and package kinds lists them.
//
// The formats decide nothing but looks. What people chose to call things in the
// tenant is a stranger's text here: it never reaches a place where a service
// would act on it. The package must not know how the tenant is read, what was told
// before or where that is kept.
package notify
