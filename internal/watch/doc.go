// Package watch makes the runs of one tenant under watch: it reads, has the checks judge, takes the result into the
// memory, keeps that together with what is to be told, and tells. A poll reads the logs alone. It also tells the channels
// what is wrong with the installation itself.
//
// It must not know the environment, the configuration file, the Functions host, or how an installation is examined: what
// it needs of these it is handed.
package watch
