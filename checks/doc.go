// Package checks judges a tenant: one value per check, a Report of what they
// say, and the Changes between two reports.
//
// It is pure. It knows a tenant only as a tenant.Snapshot, takes the time from
// there, and imports the standard library, tenant and signin only. It must not
// know how a tenant is read, where reports go, or in which words they are told.
package checks
