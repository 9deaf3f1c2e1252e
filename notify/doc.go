// Package notify tells people what changed: Compose words the changes once, as a
// Message, and Slack and Teams deliver it in their own formats.
//
// The formats decide nothing but looks. What people chose to call things in the
// tenant is a stranger's text here: it never reaches a place where Slack or Teams
// would act on it. The package must not know how the tenant is read, what was told
// before or where that is kept.
package notify
