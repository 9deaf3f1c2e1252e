// Package breakglass holds the files that the Azure Functions host reads, so
// that the program can stage itself for its demonstration as a package is staged.
// It must not know anything else.
package breakglass

import _ "embed" // for the files

// FunctionJSON is the daily timer's function.json.
//
//go:embed function.json
var FunctionJSON []byte

// WatchJSON is the five-minute timer's function.json.
//
//go:embed handler/triggers/Watch/function.json
var WatchJSON []byte

// HostJSON is host.json.
//
//go:embed host.json
var HostJSON []byte
