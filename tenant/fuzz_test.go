package tenant

import (
	"bytes"
	"testing"
)

func FuzzDecode(f *testing.F) {
	f.Add([]byte(small))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, problems, err := Decode(data)
		if err != nil {
			return
		}
		for _, p := range problems {
			if p.Place == "" || p.Message == "" {
				t.Errorf("a problem says nothing: %#v", p)
			}
		}
		first, err := s.Encode()
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		again, _, err := Decode(first)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, first)
		}
		if written, err := again.Encode(); err != nil || !bytes.Equal(written, first) {
			t.Fatalf("a second writing differs: %v\n%s\n%s", err, first, written)
		}
	})
}

// BenchmarkDecode reads a tenant of 50,000 users, with a reason for one property
// of each.
func BenchmarkDecode(b *testing.B) {
	data := large(50_000)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, problems, err := Decode(data); err != nil || len(problems) > 0 {
			b.Fatal(err, problems)
		}
	}
}

func large(users int) []byte {
	var text, unreadable bytes.Buffer
	text.WriteString(at + `, "users": [`)
	for i := range users {
		if i > 0 {
			text.WriteByte(',')
			unreadable.WriteByte(',')
		}
		id := string(rune('a'+i%26)) + string(rune('a'+i/26%26)) + string(rune('a'+i/676%26)) + string(rune('a'+i/17576%26))
		text.WriteString(`{"id": "` + id + `", "userPrincipalName": "` + id + `@contoso.com", "displayName": null, "accountEnabled": true, "otherMails": [],
			"authentication": {"methods": [{"@odata.type": "#microsoft.graph.fido2AuthenticationMethod", "id": "k", "aaGuid": "x", "passkeyType": "deviceBound"}]}}`)
		unreadable.WriteString(`"users/` + id + `/signInActivity": {"status": 403}`)
	}
	text.WriteString(`], "unreadable": {` + unreadable.String() + `}}`)
	return text.Bytes()
}
