package state

import (
	"encoding/json"

	"breakglass/alert"
	"breakglass/checks"
	"breakglass/text"
)

// earlier is the format of before there was an outbox: for each channel the report that
// it was told of. It is read, and written no more.
const earlier = "breakglass.memory/v1"

// maxSize bounds what is read as a memory. A report of a large tenant is well
// below a megabyte.
const maxSize = 64 << 20

// A Version names one state of what is kept about a tenant. The zero Version
// means that nothing is kept yet.
type Version string

var (
	// ErrConflict says that the memory is not the version that was to be replaced.
	// A save to Blob Storage whose answer was lost may end in it too, although the
	// memory was kept: load again to see.
	ErrConflict = text.Sentinel("what is remembered was changed by another run")

	// ErrUnusable says that something is kept, but not a memory that this program
	// can read. Load returns its Version beside it, so that it can be saved over.
	ErrUnusable = text.Sentinel("what is remembered cannot be used")

	// ErrBusy says that another run is at work.
	ErrBusy = text.Sentinel("another run is in progress")
)

// encode writes a memory down.
func encode(m alert.Memory) ([]byte, error) {
	m.Schema = alert.Schema
	data, err := json.Marshal(m)
	if err != nil {
		return nil, text.New("memory: %s", err)
	}
	return append(data, '\n'), nil
}

// decode reads what encode wrote, and what earlier versions did. Its errors wrap
// ErrUnusable.
func decode(data []byte, tenant string) (alert.Memory, error) {
	if len(data) > maxSize {
		return alert.Memory{}, text.New("%s: it is larger than %d bytes", ErrUnusable, maxSize)
	}
	var head struct {
		Schema string                   `json:"schema"`
		Tenant string                   `json:"tenant"`
		Told   map[string]checks.Report `json:"told"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return alert.Memory{}, text.New("%s: it is broken or cut off: %s", ErrUnusable, err)
	}
	if head.Schema != alert.Schema && head.Schema != earlier {
		return alert.Memory{}, text.New("%s: its schema is %.40q, expected %q", ErrUnusable, head.Schema, alert.Schema)
	}
	if head.Tenant != tenant {
		return alert.Memory{}, text.New("%s: it is about another tenant, %.80q", ErrUnusable, head.Tenant)
	}
	if head.Schema == earlier {
		return alert.FromTold(tenant, head.Told), nil
	}
	m := alert.NewMemory(tenant)
	if err := json.Unmarshal(data, &m); err != nil {
		return alert.Memory{}, text.New("%s: %s", ErrUnusable, err)
	}
	if m.Report != nil && m.Report.Schema != checks.Schema {
		return alert.Memory{}, text.New("%s: the schema of its report is %.40q, expected %q", ErrUnusable, m.Report.Schema, checks.Schema)
	}
	for name, box := range m.Channels {
		if box == nil {
			return alert.Memory{}, text.New("%s: the channel %.40q has no outbox", ErrUnusable, name)
		}
	}
	return m, nil
}
