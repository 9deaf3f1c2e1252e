package defect_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"breakglass/defect"
)

func broken(i int) int { return []int{1, 2, 3}[i] }

// TestIn: a panic says where it came from, on one line, and repeats nobody's name.
func TestIn(t *testing.T) {
	t.Parallel()
	if err := defect.In(func() {}); err != nil {
		t.Errorf("no panic is %v", err)
	}
	caught := defect.In(func() { broken(5) })
	if caught == nil {
		t.Fatal("a panic is nothing")
	}
	for _, want := range []string{"a defect of breakglass: runtime error: index out of range [5] with length 3", "defect_test.broken, line 12"} {
		if !strings.Contains(caught.Error(), want) {
			t.Errorf("no %q in %q", want, caught)
		}
	}
	if s := caught.Stack(); !strings.Contains(s, "defect_test.broken (") || !strings.Contains(s, "defect_test.TestIn") || strings.ContainsAny(s, "\n\t") {
		t.Errorf("the stack is %q", s)
	}
	for _, value := range []any{"ea01@kitahama.example", errors.New("ea01@kitahama.example")} {
		named := defect.In(func() { panic(value) })
		if text := named.Error() + named.Stack(); strings.Contains(text, "ea01") || !strings.Contains(text, fmt.Sprintf("%T", value)) {
			t.Errorf("%q", text)
		}
	}
	if again := defect.In(func() { panic(caught) }); again != caught {
		t.Errorf("caught twice it is %v", again)
	}
	if defect.From(errors.Join(errors.New("x"), fmt.Errorf("y: %w", caught))) != caught || defect.From(errors.New("x")) != nil {
		t.Error("not found in what wraps it")
	}
}

// TestDeep: a stack that is very deep is cut.
func TestDeep(t *testing.T) {
	t.Parallel()
	var down func(n int)
	down = func(n int) {
		if n == 0 {
			broken(-1)
		}
		down(n - 1)
	}
	if s := defect.In(func() { down(5000) }).Stack(); len(s) > 10_000 {
		t.Errorf("%d bytes", len(s))
	}
}

// TestGo: whoever waits hears of the end, and of the panic that was it.
func TestGo(t *testing.T) {
	t.Parallel()
	ended := make(chan *defect.Error)
	defect.Go(func() {}, func(e *defect.Error) { ended <- e })
	if e := <-ended; e != nil {
		t.Errorf("no panic is %v", e)
	}
	defect.Go(func() { broken(5) }, func(e *defect.Error) { ended <- e })
	if e := <-ended; e == nil || !strings.Contains(e.Stack(), "broken") {
		t.Errorf("a panic is %v", e)
	}
}
