package catalog

// japanese are the texts in Japanese, with Microsoft's terms for Microsoft's things:
// https://learn.microsoft.com/ja-jp/entra/identity/role-based-access-control/security-emergency-access
func japanese() map[string]string {
	return map[string]string{
		// Who could still sign in.
		"Who could still sign in if one of these failed":                                          "もし次のどれかが使えなくなったら、誰がサインインできるか",
		"No administrator is known.":                                                              "管理者が 1 人もわかりません。",
		"… and %d more things, each of which stops one regular administrator at most, or nobody.": "… ほか %d 件。いずれも止まるのは通常の管理者 1 人まで、または 0 人です。",
		"✓ can sign in · ✗ cannot · ? not known":                                                  "✓ できる · ✗ できない · ? 不明",
		"What would lock everybody out, the smallest first":                                       "これが起きると全員が締め出される (少ないものから)",
		"What would then lock everybody out, the smallest first":                                  "そのうえ、これが起きると全員が締め出される (少ないものから)",
		"Nobody can sign in by a way that is known.":                                              "わかっている方法でサインインできる人はいません。",
		"… and %d more sets.":                                                                     "… ほか %d 組。",
		"%s (nothing avoids it)":                                                                  "%s (避ける方法はありません)",
		"No other set of up to three failures does.":                                              "ほかに、3 つまでの障害で全員が締め出される組み合わせはありません。",
		"These are over the ways in that are known; others may hold longer.":                      "わかっている方法だけで数えています。ほかの方法が残るかもしれません。",
		"There may be other administrators: %s.":                                                  "ほかにも管理者がいるかもしれません: %s。",
		"%s: not all ways in are known: %s.":                                                      "%s: サインインの方法がすべてはわかりません: %s。",
		"Assumed: %s.":                                                                            "仮定: %s。",
		"As breakglass.yaml says, and not the program: what %s depends on.":                       "%s が依存するものは、プログラムではなく breakglass.yaml の指定によります。",

		"able":     "人数",
		"%d of %d": "%d / %d",
		"nothing":  "なし (現状)",
		"all managed computers and known networks": "管理対象の PC と既知のネットワークのすべて",
		"Conditional Access: every policy blocks":  "条件付きアクセス: すべてのポリシーがブロック",
		"emergency account, %s":                    "緊急アクセス用アカウント、%s",
		"emergency account":                        "緊急アクセス用アカウント",
		"permanent":                                "永続",
		"active":                                   "アクティブ",
		"eligible":                                 "資格あり",
		"none":                                     "ロールなし",
		"key “%s”":                                 "キー「%s」",
		"model “%s”":                               "機種「%s」",
		"place “%s”":                               "場所「%s」",
		"person “%s”":                              "担当者「%s」",
		"device “%s”":                              "デバイス「%s」",

		// What if.
		"As things are:":                    "現状:",
		"If %s failed:":                     "もし %s が使えなくなったら:",
		"If %s:":                            "もし %s:",
		"If %s failed, and %s:":             "もし %s が使えなくなり、%s:",
		" and ":                             " と ",
		", and ":                            "、",
		"no policy excluded the group “%s”": "どのポリシーもグループ「%s」を除外していなかったら",
		"the key “%s” were kept in “%s”":    "キー「%s」が「%s」にあったら",
		"all keys of the emergency accounts were kept in “%s”":                        "緊急アクセス用アカウントのキーがすべて「%s」にあったら",
		"%d of %d administrators could sign in; as things are, %d can.":               "管理者 %[2]d 人のうち %[1]d 人がサインインできます。現状では %[3]d 人です。",
		"%d of %d administrators could sign in, %d not known; as things are, %d can.": "管理者 %[2]d 人のうち %[1]d 人がサインインできます (不明 %[3]d 人)。現状では %[4]d 人です。",
		"Still in":                 "サインインできる",
		"Locked out":               "締め出される",
		"Not known":                "不明",
		"%s needs %s":              "%s には %s が必要",
		"as things are, too: %s":   "現状でも: %s",
		"no method that is enough": "十分な認証方法がない",
	}
}

// components are the names of what can fail.
func components() map[string]string {
	return map[string]string{
		"Microsoft Entra authentication": "Microsoft Entra の認証",
		"Microsoft's MFA service":        "Microsoft の MFA サービス",
		"Phone network":                  "電話網",
		"Push notifications":             "プッシュ通知",
		"Federation or on-premises":      "フェデレーションまたはオンプレミス",
		"Privileged Identity Management": "Privileged Identity Management",
		"Intune compliance":              "Intune の準拠判定",
		"Certificate revocation list":    "証明書失効リスト",
		"External MFA provider":          "外部 MFA プロバイダー",
		"Internet on the phone":          "電話のインターネット接続",
		"Passkey provider":               "パスキー プロバイダー",
		"Certificate authority":          "証明機関",
		"Managed devices":                "管理対象デバイス",
		"Somebody who approves":          "承認者",
	}
}
