package checks

import (
	"strings"
	"time"
)

// entries change the custody of the good tenant, of which the first entry is Key A's.
func entries(change func([]Custody) []Custody) settings {
	return func(s *Settings) { s.Custody = change(s.Custody) }
}

func everywhere(place string) settings {
	return entries(func(all []Custody) []Custody {
		for i := range all {
			all[i].Place = place
		}
		return all
	})
}

func custodyJudgements() []judgement {
	none := map[string]string{
		"custody-recorded ea01": "not-applicable medium", "custody-recorded ea02": "not-applicable medium", "custody-separate tenant": "not-applicable high",
		"custody-checked ea01": "not-applicable medium", "custody-checked ea02": "not-applicable medium",
	}
	return []judgement{
		{name: "custody is not declared", settings: func(s *Settings) { s.Custody = nil }, want: none},
		{name: "custody is not declared, and an account is unread", changes: []string{"- users"}, settings: func(s *Settings) { s.Custody = nil },
			want: map[string]string{"custody-recorded ea02": "not-applicable medium", "custody-separate tenant": "not-applicable high"}},
		{name: "a key is not recorded", settings: entries(func(all []Custody) []Custody { return all[1:] }),
			want: map[string]string{"custody-recorded ea01": "fail medium"}, says: map[string]string{"custody-recorded ea01": "Nothing says where “Key A” is."}},
		{name: "a record of no key", settings: entries(func(all []Custody) []Custody {
			return append(all, Custody{Account: first, Credential: "Key Z", Place: "x", Checked: seen()})
		}), want: map[string]string{"custody-recorded ea01": "fail medium"}, says: map[string]string{"custody-recorded ea01": "“Key Z” is not registered"}},
		{name: "no key of an account is recorded", settings: entries(func(all []Custody) []Custody { return all[2:] }),
			want: map[string]string{"custody-recorded ea01": "fail medium", "custody-checked ea01": "not-applicable medium"}},
		{name: "methods unread, custody", changes: []string{"- " + user1 + "/authentication/methods"}, want: map[string]string{"custody-recorded ea01": "unknown medium"}},
		{name: "two keys of one name", changes: []string{user1 + `/authentication/methods/2/displayName = "Key A"`}, want: map[string]string{"custody-recorded ea01": "unknown medium", "custody-separate tenant": "pass"}},

		{name: "one place", settings: everywhere("safe east"), want: map[string]string{"custody-separate tenant": "fail high"}, says: map[string]string{"custody-separate tenant": "“safe east”"}},
		{name: "no places", settings: everywhere(""), want: map[string]string{"custody-separate tenant": "unknown high"}},
		{name: "one place is not written down", settings: entries(func(all []Custody) []Custody {
			for i := range all {
				all[i].Place = "safe east"
			}
			all[3].Place = ""
			return all
		}), want: map[string]string{"custody-separate tenant": "unknown high"}},
		{name: "one person", settings: entries(func(all []Custody) []Custody {
			for i := range all {
				all[i].Custodians = []string{"sato"}
			}
			return all
		}), want: map[string]string{"custody-separate tenant": "fail high"}, says: map[string]string{"custody-separate tenant": "Only “sato”"}},
		{name: "one person is named twice", settings: entries(func(all []Custody) []Custody {
			for i, names := range [][]string{{"k.sato", "k.sato"}, {"K.Sato"}, {"k. sato ", "k.sato"}, {" K.SATO"}} {
				all[i].Custodians = names
			}
			return all
		}), want: map[string]string{"custody-separate tenant": "fail high", "survival-emergency tenant": "fail critical"}, says: map[string]string{"survival-emergency tenant": "K.SATO"}},
		{name: "one place has several spellings", settings: entries(func(all []Custody) []Custody {
			for i, place := range []string{"safe east", "Safe  East", " SAFE EAST", "safeeast"} {
				all[i].Place = place
			}
			return all
		}), want: map[string]string{"custody-separate tenant": "fail high", "survival-emergency tenant": "fail critical"}},
		{name: "custody names the account by its id, in capitals", settings: entries(func(all []Custody) []Custody {
			all[0].Account, all[1].Account = strings.ToUpper(first), strings.ToUpper("ea01@contoso.onmicrosoft.com")
			return all
		})},
		{name: "custody by name, and the name unread", changes: []string{"- " + user1 + "/userPrincipalName"}, settings: func(s *Settings) {
			byID(s)
			s.Custody[0].Account = "ea01@contoso.onmicrosoft.com"
			s.Custody[0].Checked = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		}, want: map[string]string{"custody-recorded ea01": "unknown medium", "custody-checked ea01": "unknown medium"}},
		{name: "one person is named everywhere, beside another", settings: entries(func(all []Custody) []Custody {
			for i := range all {
				all[i].Custodians = []string{"sato", "tanaka"}
			}
			return all
		})},
		{name: "the key in the other place is shut out", changes: []string{user1 + `/authentication/methods/2/aaGuid = ` + otherModel, user2 + `/authentication/methods/2/aaGuid = ` + otherModel},
			want: map[string]string{"custody-separate tenant": "fail high", "method-spare ea01": "fail medium"}},
		{name: "whether the key in the other place is shut out is not known", changes: []string{"- " + user1 + `/authentication/methods/2/aaGuid`, user2 + `/authentication/methods/2/aaGuid = ` + otherModel},
			want: map[string]string{"custody-separate tenant": "unknown high"}},

		{name: "custody: 90 days to the second", settings: entries(func(all []Custody) []Custody {
			all[0].Checked = time.Date(2026, 8, 25, 6, 0, 0, 0, time.UTC)
			return all
		})},
		{name: "custody: a second more", settings: entries(func(all []Custody) []Custody {
			all[0].Checked = time.Date(2026, 8, 25, 5, 59, 59, 0, time.UTC)
			return all
		}), want: map[string]string{"custody-checked ea01": "fail medium"}, says: map[string]string{"custody-checked ea01": "“Key A” on 2026-08-25"}},
		{name: "custody: never", settings: entries(func(all []Custody) []Custody {
			all[0].Checked = time.Time{}
			return all
		}), want: map[string]string{"custody-checked ea01": "unknown medium"}},
		{name: "custody: tomorrow", settings: entries(func(all []Custody) []Custody {
			all[0].Checked = time.Date(2026, 11, 24, 6, 0, 0, 0, time.UTC)
			return all
		}), want: map[string]string{"custody-checked ea01": "unknown medium"}},
	}
}
