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
	} {
		if !secretive(text) {
			t.Errorf("%q is repeated", text)
		}
	}
	for _, text := range []string{
		"", "ea01", "contoso.onmicrosoft.com", "ea01.contoso.onmicrosoft.com", id1, "3F0D9A1C-5B1E-4C55-9B5E-0A4F2D6F7A01",
		"K.Sato-Emergency-Access01@Contoso.onmicrosoft.com", "EmergencyAccess_2026_Tokyo-Safe-03", "2026-11-20T09:00:00+09:00",
		"method-phishing-resistant", "MaximumSignInLogQueryTime", "YubiKey 5C NFC, serial 12345678",
	} {
		if secretive(text) {
			t.Errorf("%q is not repeated, and nobody learns what is wrong with it", text)
		}
	}
}
