package main

import "testing"

func TestPrintable(t *testing.T) {
	t.Parallel()
	if got := printable("北浜 \x1b[31m\u202e\r\nok\a"); got != "北浜 \\x1b[31m\\u202e\\r\nok\\a" {
		t.Errorf("%q", got)
	}
}
