package state

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode/utf8"

	"breakglass/text"
)

// maxKey keeps names below the 255 bytes that common file systems allow, with
// room for what dir.go adds.
const maxKey = 180

// key turns a tenant's id into a name that is safe as a file and as a blob: one
// path element of lower-case letters, digits, '-', '.' and '_'. Two tenants never
// share one, also where names are compared without case. The prefix keeps the
// names that Windows reserves ("nul.json") and leading dots away.
func key(tenant string) (string, error) {
	if tenant == "" {
		return "", text.New("a memory needs a tenant id, and there is none")
	}
	if !utf8.ValidString(tenant) {
		return "", text.New("the tenant id is not text (invalid UTF-8)")
	}
	var b strings.Builder
	b.WriteString("memory-")
	for _, c := range []byte(tenant) {
		if 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-' || c == '.' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "_%02x", c)
		}
	}
	if b.Len() > maxKey {
		sum := sha256.Sum256([]byte(tenant))
		return "memory-_long-" + hex.EncodeToString(sum[:]) + ".json", nil // "_l" is no escape, so nothing else has this name
	}
	return b.String() + ".json", nil
}
