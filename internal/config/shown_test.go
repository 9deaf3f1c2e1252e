package config

import "testing"

func TestSecretive(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"https://hooks.slack.com/services/T000/B000/x",
		"HTTPS://prod-1.westeurope.LOGIC.azure.com",
		"T0A1B2C3D/B0A1B2C3D/a1B2c3D4e5F6g7H8i9J0k1L2",
		"xoxb-1-2-abc",
		"xapp-1-abc",
		"&sig=abc",
		"AccountName=a;AccountKey=b",
		"kY3v+0/aQ8xZ1bW5tR7uP2sD4fG6hJ9kL0zX3cV5bN==",
		"f0o8Q~bAr-B4z.qUx_1234567890abcdefghijkl",
		"tenant eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiIsIng1dCI6",
		"Bearer eyJhbGciOiJub25lIn0.e30.",
		"9f3k7d2x8m4z6t1p5w0q7b3n",
		"4FA1C09B7E3D52886D10F7AB93CE45D2",
		"/home/somebody/secrets/zQ7vT2mX9kL4pW8nR5jH3cB6",
	} {
		if !Secretive(text) {
			t.Errorf("%q is repeated", text)
		}
	}
	for _, text := range []string{
		"", "ea01", "contoso.onmicrosoft.com", "ea01.contoso.onmicrosoft.com", id1, "3F0D9A1C-5B1E-4C55-9B5E-0A4F2D6F7A01",
		"K.Sato-Emergency-Access01@Contoso.onmicrosoft.com", "EmergencyAccess_2026_Tokyo-Safe-03", "2026-11-20T09:00:00+09:00",
		"0 0 6 * * *", "/home/somebody/breakglass-watch/2026/breakglass.yaml", "func-breakglass-prod-weu-001", "/tmp/TestPipeForAFile509788090/001/breakglass.yaml", "/tmp/TestDoctor1234567890/001/settings.json",
		"method-phishing-resistant", "MaximumSignInLogQueryTime", "YubiKey 5C NFC, serial 12345678",
	} {
		if Secretive(text) {
			t.Errorf("%q is not repeated, and nobody learns what is wrong with it", text)
		}
	}
}

// TestWithhold: what may be a secret is taken out of a text, in quotes and out of them, with
// its parts; what is none stays.
func TestWithhold(t *testing.T) {
	t.Parallel()
	const word = "zQ7vT2mX9kL4pW8nR5jH3cB6"
	same := func(text string) string { return text }
	const instead = "a value of 24 characters that is not repeated here, as it may be a secret"
	if got, want := Withhold(`"`+word+`" is not a command, nor `+word+`, nor "ea01"`, same, word, "ea01"), instead+" is not a command, nor "+instead+`, nor "ea01"`; got != want {
		t.Errorf("%s", got)
	}
	if got := Withhold("no key "+word, same, word+"=safe"); got != "no key a value of 29 characters that is not repeated here, as it may be a secret" {
		t.Errorf("%s", got)
	}
	if got := Quote("ea01") + Quote(word); got != `"ea01"`+instead {
		t.Errorf("%s", got)
	}
}
