// Package config reads what an operator declares: breakglass.yaml and the app
// settings. Every mistake is reported at once, with its place and with what is
// expected, and none repeats what may be a secret. One table of fields is what the file
// is read with and what its JSON Schema is made of.
//
// It must not know what the settings are used for, reach any service, or look at
// the clock: what it says depends on the file and the environment alone.
package config
