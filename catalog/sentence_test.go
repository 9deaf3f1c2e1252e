package catalog

import (
	"strings"
	"testing"
)

func TestSentences(t *testing.T) {
	t.Parallel()
	tr := For("ja")
	for english, want := range map[string]string{
		"": "",
		"The last successful sign-in was on 2026-07-19.": "最後に成功したサインインは 2026-07-19 です。",
		"Only one key is usable.":                        "使えるキーは 1 つだけです。",
		"Passkey “Key A”: Fido2 is not switched on for the account (it is in no include target); passkey “Key B”: the key restrictions of passkey profile “x” do not allow its AAGUID a-b.": "パスキー「Key A」: Fido2 がアカウントに対して有効ではありません (対象に含まれていません)、パスキー「Key B」: パスキー プロファイル「x」のキー制限が AAGUID a-b を許可していません。",
		"The sign-in log: the permission AuditLog.Read.All is missing, or the object is protected (403 Authorization_RequestDenied).":                                                       "サインイン ログ: アクセス許可 AuditLog.Read.All がないか、オブジェクトが保護されています (403 Authorization_RequestDenied)。",
		"If “Managed devices” failed, no emergency account could sign in.":                                                                                                                  "「管理対象デバイス」が使えなくなると、どの緊急アクセス用アカウントもサインインできません。",
		"A policy can apply to the account: “A: b; c, Managed devices” (through all users) demands compliantDevice.":                                                                        "ポリシー 1 件がアカウントに適用される可能性があります: 「A: b; c, Managed devices」(すべてのユーザーを通じて) が compliantDevice を求めています。",
		"If “all users” failed, no emergency account could sign in.":                                                                                                                        "「all users」が使えなくなると、どの緊急アクセス用アカウントもサインインできません。",
		"A new sentence that nobody has translated.":                                                                                                                                        "A new sentence that nobody has translated.",
		"Somebody signed in on 2026-11-23 05:52 UTC with Passkey (device-bound) at “Azure Portal”.":                                                                                         "サインインがありました: 2026-11-23 05:52 UTC に Passkey (device-bound) で「Azure Portal」へ。",
	} {
		if got := tr.Sentence(english); got != want {
			t.Errorf("%q is said as\n%q, want\n%q", english, got, want)
		}
		if got := For("en").Sentence(english); got != english {
			t.Errorf("in English %q is said as %q", english, got)
		}
	}
}

// FuzzSentence lets strangers have named things: the names come out as they went in, and
// nothing takes long or panics.
func FuzzSentence(f *testing.F) {
	f.Add("Key A", "x")
	f.Add("The account is enabled.", "a phone; the account is a guest.")
	f.Add("{1}", "{}%s\x00\xff")
	f.Add(") and (", ": ; . , + ")
	f.Fuzz(func(t *testing.T, name, rest string) {
		if len(name)+len(rest) > 2000 {
			return
		}
		tr := For("ja")
		tr.Sentence(rest)
		if strings.ContainsAny(name, "“”") {
			return
		}
		said := tr.Sentence("Passkey “" + name + "”: the account is disabled.")
		if name != "" && !strings.Contains(said, name) {
			t.Errorf("%q is lost in %q", name, said)
		}
		said = tr.Sentence("“" + name + "” (through role Global Administrator) demands mfa.")
		if name != "" && !strings.Contains(said, name) {
			t.Errorf("%q is lost in %q", name, said)
		}
	})
}

// TestDefect: a panic is told in Japanese, but for what the runtime says.
func TestDefect(t *testing.T) {
	t.Parallel()
	const english = "a defect of breakglass: runtime error: index out of range [5] with length 3, in breakglass/checks.judge, line 12"
	const japanese = "breakglass の不具合 (breakglass/checks.judge の 12 行目): runtime error: index out of range [5] with length 3"
	if got := Terminal("ja").Sentence(english); got != japanese {
		t.Errorf("said %q", got)
	}
}
