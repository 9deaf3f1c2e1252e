package state

import (
	"encoding/json"
	"errors"
	"fmt"

	"breakglass/checks"
)

// Schema names the format in which a Memory is kept.
const Schema = "breakglass.memory/v1"

// maxSize bounds what is read as a memory. A report of a large tenant is well
// below a megabyte.
const maxSize = 64 << 20

// A Memory is what people were last told about one tenant. Told is by sink, as
// "slack" and "teams" may have been told different things: one may have been down.
type Memory struct {
	Schema string                   `json:"schema"`
	Tenant string                   `json:"tenant"`
	Told   map[string]checks.Report `json:"told"`
}

// A Version names one state of what is kept about a tenant. The zero Version
// means that nothing is kept yet.
type Version string

var (
	// ErrConflict says that the memory is not the version that was to be replaced.
	// A save to Blob Storage whose answer was lost may end in it too, although the
	// memory was kept: load again to see.
	ErrConflict = errors.New("what people were told was changed by another run")

	// ErrUnusable says that something is kept, but not a memory that this program
	// can read. Load returns its Version beside it, so that it can be saved over.
	ErrUnusable = errors.New("what people were told cannot be used")
)

// encode writes a memory down.
func encode(m Memory) ([]byte, error) {
	m.Schema = Schema
	if m.Told == nil {
		m.Told = map[string]checks.Report{}
	}
	data, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("memory: %w", err)
	}
	return append(data, '\n'), nil
}

// decode reads what encode wrote. Its errors wrap ErrUnusable.
func decode(data []byte, tenant string) (Memory, error) {
	if len(data) > maxSize {
		return Memory{}, fmt.Errorf("%w: it is larger than %d bytes", ErrUnusable, maxSize)
	}
	var head struct {
		Schema string `json:"schema"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return Memory{}, fmt.Errorf("%w: it is broken or cut off: %w", ErrUnusable, err)
	}
	if head.Schema != Schema {
		return Memory{}, fmt.Errorf("%w: its schema is %.40q, expected %q", ErrUnusable, head.Schema, Schema)
	}
	var m Memory
	if err := json.Unmarshal(data, &m); err != nil {
		return Memory{}, fmt.Errorf("%w: %w", ErrUnusable, err)
	}
	if m.Tenant != tenant {
		return Memory{}, fmt.Errorf("%w: it is about another tenant, %.80q", ErrUnusable, m.Tenant)
	}
	for sink, told := range m.Told {
		if told.Schema != checks.Schema {
			return Memory{}, fmt.Errorf("%w: the schema of the report for %.40q is %.40q, expected %q", ErrUnusable, sink, told.Schema, checks.Schema)
		}
	}
	if m.Told == nil {
		m.Told = map[string]checks.Report{}
	}
	return m, nil
}
