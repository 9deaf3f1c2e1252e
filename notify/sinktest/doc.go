// Package sinktest holds what every sink must do, whatever its service is: one suite that each
// of them runs. It must not know a service.
package sinktest
