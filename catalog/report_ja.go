package catalog

// reports are the words of the report in the terminal.
func reports() map[string]string {
	return map[string]string{
		"A tenant whose name could not be read": "名前を読み取れなかったテナント",
		"at a time that is not known":           "日時不明",
		"%s, %s":                                "%s、%s",
		"the tenant":                            "テナント",
		"Emergency accounts:":                   "緊急アクセス アカウント:",
		"No emergency account was found.":       "緊急アクセス アカウントが見つかりません。",

		"%d checks: %d pass, %d fail, %d could not be made, %d not applicable.": "確認項目 %d: 合格 %d、不合格 %d、確認できず %d、対象外 %d。",

		"Nothing was checked.":                                     "何も確認していません。",
		"None of the checks applies.":                              "当てはまる確認項目がありません。",
		"%d of %d checks fail, the worst is %s":                    "%[2]d 項目のうち %[1]d 項目が不合格で、最も重いものの重大度は「%[3]s」です",
		"; %d could not be made":                                   "。ほかに %d 項目を確認できませんでした",
		"No failure found, but %d of %d checks could not be made.": "不合格はありませんが、%[2]d 項目のうち %[1]d 項目を確認できませんでした。",
		"The only check passes.":                                   "ただ 1 つの確認項目に合格しています。",
		"All %d checks pass.":                                      "%d 項目すべてに合格しています。",
		"of no known severity":                                     "重大度不明",

		"At a glance":     "一覧",
		"%d other users":  "ほかのユーザー %d 人",
		"%d policies":     "ポリシー %d 件",
		"%d groups":       "グループ %d 件",
		"%d applications": "アプリケーション %d 件",
		"%d others":       "ほか %d 件",

		"✓ passes · ✗ how many fail · ? how many could not be checked · – not applicable": "✓ 合格 · ✗ 不合格の数 · ? 確認できなかった数 · – 対象外",

		"To fix":                            "直すべきもの",
		"Must hold: ":                       "あるべき状態: ",
		"Fix: ":                             "対処: ",
		"None of this is known to be fine.": "いずれも問題がないとはわかっていません。",

		"Passes when": "合格の条件",
		"Why":         "理由",
		"Fix":         "対処",
		"Read more":   "参考",

		"Since last time": "前回からの変化",
		"This is the first report: there is nothing to compare it with.": "初めてのレポートのため、比べるものがありません。",
		"Nothing changed.":           "変化はありません。",
		"new":                        "新規",
		"worse":                      "悪化",
		"changed":                    "変化",
		"not known":                  "不明",
		"resolved":                   "解決",
		"dropped":                    "終了",
		": is not asked any more":    ": 確認しなくなりました",
		": does not apply any more":  ": 対象外になりました",
		": asked for the first time": ": 初めて確認しました",
		": failed when last seen":    ": 前回わかったときは不合格",
		": passed when last seen":    ": 前回わかったときは合格",
		": %s, was %s":               ": %s (前回は %s)",
		"As before: %d fail, %d could not be made.": "前回と同じもの: 不合格 %d、確認できず %d。",
	}
}
