// Package tenant holds what can be known about a Microsoft Entra tenant: a
// Snapshot of Facts, decoded from Microsoft Graph's JSON, whether it came over
// HTTP or from a tenant file.
//
// A Fact holds a value or the reason why there is none, so that what could not be
// read never looks like an answer. The package imports the standard library only;
// it must not know how a tenant is read, and it judges nothing.
package tenant
