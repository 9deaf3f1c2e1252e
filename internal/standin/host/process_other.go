//go:build !unix

package host

import "os"

func exitCode(s *os.ProcessState) int { return s.ExitCode() }

// maxRSS is not known here.
func maxRSS(*os.ProcessState) int64 { return 0 }
