package graph

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"breakglass/checks"
	"breakglass/defect"
	"breakglass/internal/standin"
	"breakglass/tenant"
)

// TestRequestPanics: what a panic keeps from being read is unread, with the reason, nothing is
// better than it would be without, and whoever runs the program is told.
func TestRequestPanics(t *testing.T) {
	t.Parallel()
	g := serve(t, standin.Tenant())
	whole := checks.Run(checks.All(), reader(t, g).Snapshot(t.Context()), settings())
	for _, from := range []int32{2, 5, 15, 30} {
		var mu sync.Mutex
		var told []*defect.Error
		r := reader(t, g)
		var calls atomic.Int32
		fragile, err := newCarrier(r.carrier.base, anyToken{}, func(method, path string, body []byte) bool {
			if calls.Add(1) >= from {
				panic("ea01@kitahama.onmicrosoft.com")
			}
			return reads(method, path, body)
		}, r.count)
		if err != nil {
			t.Fatal(err)
		}
		fragile.sleep, fragile.timeout = r.carrier.sleep, r.carrier.timeout
		fragile.caught = func(caught *defect.Error) {
			mu.Lock()
			defer mu.Unlock()
			told = append(told, caught)
		}
		r.carrier = fragile
		s := r.Snapshot(t.Context())
		report := checks.Run(checks.All(), s, settings())
		if len(told) == 0 || strings.Contains(told[0].Error(), "ea01") {
			t.Errorf("from call %d on: told %v", from, told)
		}
		unread := 0
		for _, reason := range s.Unreadable {
			if reason.Code == tenant.CodeDefect {
				unread++
			}
		}
		if unread == 0 {
			t.Errorf("from call %d on: nothing is unread because of it", from)
		}
		for _, now := range report.Results {
			i := slices.IndexFunc(whole.Results, func(x checks.Result) bool { return x.Check == now.Check && x.Subject.ID == now.Subject.ID })
			if now.Status == checks.Pass && i >= 0 && whole.Results[i].Status != checks.Pass {
				t.Errorf("from call %d on: %s of %s passes", from, now.Check, now.Subject.Name)
			}
		}
	}
}

// TestPartPanics: where a part of the reading panics, the others end, and the reading is none.
func TestPartPanics(t *testing.T) {
	t.Parallel()
	var ended atomic.Int32
	caught := defect.In(func() {
		parts := slices.Repeat([]func(){func() { ended.Add(1) }}, 3*atOnce)
		parts[1] = func() { panic("ea01@kitahama.onmicrosoft.com") }
		together(parts...)
	})
	if caught == nil || ended.Load() != 3*atOnce-1 || strings.Contains(caught.Error(), "ea01") || !strings.Contains(caught.Stack(), "TestPartPanics") {
		t.Errorf("%d ended, %v", ended.Load(), caught)
	}
}
