// Package report shows a checks.Report to people and machines: text for a
// terminal, JSON for programs, and the explanation of one check.
//
// It only shows. It knows what the checks say and must not know how they say
// it, how a tenant is read, or who is told about changes. What a report calls
// accounts, policies and groups is text that strangers chose, so none of it
// reaches a terminal with a meaning other than letters.
package report
