// Package defect makes an error of a panic, so that one defect of the program costs what
// it was doing and not the process, and somebody hears of it. It knows nothing of what the
// program does. Every goroutine of the deployed program is started by Go.
package defect

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
)

// An Error is a panic that was caught. It names nobody: what a panic says may hold names,
// unless the runtime itself says it.
type Error struct {
	said  string
	where string
	stack string
}

// Error says what the runtime said, or of which type the panic was, and where.
func (e *Error) Error() string {
	return "a defect of breakglass: " + e.said + ", in " + e.where
}

// Stack is where the panic came from, on one line: functions, files and lines, the innermost
// first. No argument of a call is in it.
func (e *Error) Stack() string { return e.stack }

// In does something, and returns the panic that ended it as an Error; nil if none did. An
// Error that is panicked with on purpose stays as it is.
func In(do func()) (caught *Error) {
	defer func() {
		if p := recover(); p != nil {
			caught = of(p)
		}
	}()
	do()
	return nil
}

// Go starts a goroutine, and says how it ended: nil if no panic ended it. It is then that
// whoever waits for the goroutine must be told that it is over.
func Go(do func(), ended func(*Error)) {
	go func() { ended(In(do)) }()
}

// From finds an Error in an error's tree; nil if there is none.
func From(err error) *Error {
	e, _ := errors.AsType[*Error](err)
	return e
}

// mostFrames bounds a stack: what recurses without end has as many as fit into memory.
const mostFrames = 40

func of(p any) *Error {
	e := &Error{said: fmt.Sprintf("a panic with a value of type %T", p), where: "an unknown place"}
	switch p := p.(type) {
	case *Error:
		return p
	case runtime.Error:
		e.said = p.Error()
	}
	// Left out: runtime.Callers, of, the deferred function, and the runtime's panic itself.
	callers := make([]uintptr, mostFrames)
	frames := runtime.CallersFrames(callers[:runtime.Callers(4, callers)])
	var all []string
	for {
		frame, more := frames.Next()
		if frame.Function != "" {
			all = append(all, fmt.Sprintf("%s (%s:%d)", frame.Function, frame.File, frame.Line))
		}
		if len(all) > 0 && !strings.HasPrefix(frame.Function, "runtime.") && e.where == "an unknown place" {
			e.where = fmt.Sprintf("%s, line %d", frame.Function, frame.Line)
		}
		if !more {
			break
		}
	}
	e.stack = strings.Join(all, " < ")
	return e
}
