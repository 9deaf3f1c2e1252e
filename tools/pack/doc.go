// Package pack lays out what the Azure Functions host reads and puts it into a
// zip file: the handler, host.json, a folder for each function and, if there is
// one, the configuration. The same sources always give the same bytes.
//
// It runs on the machine that builds, and is a module apart: it must not know what the handler
// does, nor be part of it.
package pack
