// Package standin holds a made-up tenant and serves it over HTTP: a stand-in of
// Microsoft Graph that answers from a tenant file, one of the identity endpoint
// of App Service, and stand-ins of the sinks. The whole program runs on it with
// no network, in "breakglass demo" and in tests.
//
// It must not know how the program reads or judges a tenant: it keeps to what
// Microsoft documents, so that a reader that relies on anything else fails here.
package standin
