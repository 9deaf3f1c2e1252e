// Package graph reads one tenant through Microsoft Graph. msgraph-sdk-go builds the
// requests, authenticates and carries them; the bodies are decoded by package
// tenant, because the SDK's models turn enum values that they do not know into
// others.
//
// It is the only package that imports msgraph-sdk-go. It must not know what is
// judged or why: it reads facts, and where it cannot, the reason.
package graph
