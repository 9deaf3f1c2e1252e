// Package doctor says what is wrong with an installation and what to do about it. The files gather*.go find out: the app
// settings, the package, what the identity's token says, what Microsoft Graph refused, what a trial of the storage came
// to. The others judge what was found out, and reach no service, read no file, and know neither clock nor environment.
//
// One cause is told once: what fails because of it is not examined, and says so. What could
// not be examined is unknown, never ok.
package doctor
