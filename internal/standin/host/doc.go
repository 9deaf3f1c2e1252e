// Package host stands in for the Azure Functions host, for tests and for a trial run on one machine: it starts a staged
// custom handler as its own process, fires its timers, and judges its answers by the host's rules. It is stricter than
// a server that likes the handler would be, because the real host is.
//
// It must not know what the handler does: it sees a directory, a process and HTTP, nothing of tenants, checks or messages.
//
// The rules are those of https://learn.microsoft.com/azure/azure-functions/functions-custom-handlers and of the host's
// source, https://github.com/Azure/azure-functions-host, directory src/WebJobs.Script/Workers. Package funcapp reads the app.
package host
