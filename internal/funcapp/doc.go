// Package funcapp reads a staged function app as the Azure Functions host does: host.json, each function.json, NCRONTAB
// schedules, and the app settings that they name. It starts nothing.
//
// It must not know what the handler does. Two things are left out: triggers other than timers, and leniencies of the
// host's JSON reader (comments, single quotes) that no app should need.
// https://learn.microsoft.com/azure/azure-functions/functions-host-json
package funcapp
