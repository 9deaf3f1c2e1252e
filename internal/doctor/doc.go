// Package doctor says what is wrong with an installation and what to do about it. It judges
// what others have found out: the app settings, the package, what the identity's token
// says, what Microsoft Graph refused, what a trial of the storage came to.
//
// One cause is told once: what fails because of it is not examined, and says so. What could
// not be examined is unknown, never ok.
//
// It must not reach any service, read a file, or know the clock or the environment.
package doctor
