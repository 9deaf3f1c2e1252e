package tenant

import (
	"encoding/json"
	"testing"
	"time"
)

// TestFactInAnotherDocument reads a sign-in as a memory keeps it, with encoding/json.
func TestFactInAnotherDocument(t *testing.T) {
	t.Parallel()
	const kept = `{"id":"S1","createdDateTime":"2026-11-23T06:00:00Z","status":{"errorCode":0},"appDisplayName":null,"userId":3}`
	var s SignIn
	if err := json.Unmarshal([]byte(kept), &s); err != nil {
		t.Fatal(err)
	}
	at, err := s.CreatedDateTime.Get()
	if err != nil || !at.Equal(time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)) {
		t.Errorf("the time is %v, %v", at, err)
	}
	if status, err := s.Status.Get(); err != nil || status == nil {
		t.Errorf("the status is %v, %v", status, err)
	}
	if name, err := s.AppDisplayName.Get(); err != nil || name != nil {
		t.Errorf("the name is %v, %v", name, err)
	}
	if _, err := s.UserID.Get(); err == nil {
		t.Error("a number is a user's id")
	}
	if _, err := s.IPAddress.Get(); err == nil {
		t.Error("an address is there that is not")
	}
}
