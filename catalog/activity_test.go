package catalog

import "testing"

// TestWhatHappenedInJapanese says what is put together of parts in the activity checks whole.
func TestWhatHappenedInJapanese(t *testing.T) {
	t.Parallel()
	tr := For("ja")
	for english, want := range map[string]string{
		"There was a change: on 2026-11-20 10:00 UTC the application “Substrate”: “Update user” (changed: “AccountEnabled”, “AssignedPlan”).":                                                                         "変更がありました: 2026-11-20 10:00 UTC に アプリケーション「Substrate」が「Update user」(変更: “AccountEnabled”, “AssignedPlan”)。",
		"There were 2 changes: on 2026-11-20 10:00 UTC (shown under a@b.c, but Microsoft changes such policies itself): “Update policy” on “CA” (changed: “state”); on 2026-11-20 10:00 UTC a@b.c: “Reset password”.": "変更が 2 件ありました: 2026-11-20 10:00 UTC に「CA」に対して「Update policy」(変更: “state”。a@b.c の名前で記録されていますが、このようなポリシーは Microsoft が自ら変更します)、2026-11-20 10:00 UTC に a@b.c が「Reset password」。",
		"A sign-in failed once on 2026-11-20: a second factor was asked for (1). The password is right.":                                                                                                              "サインインの失敗が 1 回ありました (2026-11-20): 2 つ目の要素を求められました (1)。パスワードは合っています。",
		"A sign-in failed once on 2026-11-20: the device is not compliant (1). The drill announced by k.sato on 2026-11-20 failed: a policy did not let the account in.":                                              "サインインの失敗が 1 回ありました (2026-11-20): デバイスが準拠していません (1)。k.sato が宣言した 2026-11-20 の訓練は失敗しました: ポリシーによってアカウントが入れませんでした。",
		"Since the last report the date of the password was 2026-02-01 and is 2026-11-20. Not compared, as the last report does not tell: the credentials, the groups.":                                               "前回の報告以降の変化: パスワードの日付 (変更前 2026-02-01、変更後 2026-11-20)。前回の報告に情報がないため比較していません: 資格情報、グループ。",
	} {
		if got := tr.Sentence(english); got != want {
			t.Errorf("%s\n got %s\nwant %s", english, got, want)
		}
	}
}
