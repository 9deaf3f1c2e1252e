package host

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Address is where the handler listens, for requests that a test wants to send by itself.
func (h *Host) Address() string { return fmt.Sprintf("http://127.0.0.1:%d", h.port) }

// Functions lists the functions that the host would run.
func (h *Host) Functions() []string { return slices.Sorted(maps.Keys(h.app.Functions)) }

// Refused tells which functions the host leaves out, and why. The real host says so in its log only.
func (h *Host) Refused() map[string]error { return maps.Clone(h.app.Refused) }

// Lines returns the log so far.
func (h *Host) Lines() []LogLine { return h.log.all() }

// Console returns the handler's own log lines so far, one to a line, for a search.
func (h *Host) Console() string {
	var b strings.Builder
	for _, line := range h.log.all() {
		if line.Category == Console {
			b.WriteString(line.Text + "\n")
		}
	}
	return b.String()
}

// Startups returns the time from start to first answer of each run of the handler that got so far.
func (h *Host) Startups() []time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.startups)
}

// Exits returns how each run of the handler ended.
func (h *Host) Exits() []Exit {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.exits)
}
