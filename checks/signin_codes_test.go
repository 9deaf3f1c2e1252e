package checks

import (
	"strconv"
	"strings"
	"testing"

	"breakglass/tenant"
)

// pageCodes are the codes of Microsoft's page that can stand in a user's sign-in log, by what
// they say; those about requests of applications, tokens and protocols are at the end.
// https://learn.microsoft.com/entra/identity-platform/reference-error-codes (read 2026-11-30)
func pageCodes() map[signInOutcome]string {
	return map[signInOutcome]string{
		outcomeNothing: "16000 16001 16002 160021 16003 50058 50089 50132 50133 50140 50168 50173 50199 70008 700082 700084 70043",
		outcomeRight:   "50055 50072 50074 50076 50079 50086 50087 50088 50105 50125 50135 50137 50142 50144 50158 50159 50161 50166 50170 50172 50176",
		outcomeBlocked: "50005 50131 53000 53001 53002 53003 53004 53010 53011 530032 530034 530035",
		outcomeWrong:   "50126 120000",
		outcomeAccount: "50034 50053 50056 50057 51004",
		outcomeKey:     "50012 50017 50097 50129 50141 50155 50187 50192 130004 130005 130006 130007 130008 135010 135011 220501",
		outcomeConsent: "65001 65004 90008 90094 90095",
		outcomeOther: "17003 20001 20012 20033 230109 28002 28003 40008 40009 40010 40015 50000 50001 50002 500011 500021 500022 50003 50006 50007 50008 5000819 50010 50011 50013 500133 50014 50015 " +
			"50020 500207 500208 500212 500213 50027 50029 50032 50033 50042 50043 50048 50049 50050 50059 50061 50064 50068 50070 50071 50078 50085 50098 50099 50100 50101 50102 50103 50107 50108 50109 " +
			"50111 50117 50120 50123 50124 501241 50127 50128 50130 50134 50136 50138 50139 50143 50146 501461 50147 50148 501481 50149 501491 50150 50156 50157 50160 50162 501621 50163 50164 50165 50167 50169 50171 50177 50178 " +
			"50180 50194 50196 50197 51000 51001 1000104 51005 51006 52004 54000 54005 65002 65005 650052 650054 650056 650057 67003 70000 70001 700011 70002 700025 700027 70003 700030 70004 70005 700054 " +
			"70007 70011 70012 70016 70018 70019 75001 75003 75005 7500514 7500529 750054 75008 75011 75016 76021 76026 80001 80002 80005 80007 80010 80012 80013 80014 81004 81005 81006 81007 81009 81010 " +
			"81011 81012 90002 90004 90005 90006 90007 90009 90010 9001023 90012 90013 90014 900144 90015 90016 90019 90020 90022 90023 900236 9002313 9002332 90024 90027 90033 90036 90038 900384 90043 900432 " +
			"90051 90055 90056 900561 90072 90081 90082 90084 90085 90086 90087 90090 90091 90092 90093 900382 90099 900971 90100 901002 90101 90102 90107 90114 90117 90119 90120 90121 90123 90124 90125 " +
			"90126 90130 120002 120003 120004 120005 120008 120011 120012 120013 120014 120015 120016 120018 120020 120021 140000 140001 165004 165900 220450 221000 240001 240002 700016 700020 700022 700023 " +
			"7000215 7000218 7000222 700229 700005 1000000 1000002 100007 1000031 7000112 7000114",
	}
}

// otherPages are codes that other pages of Microsoft name: 500121 its guide to security
// operations, 70044 the troubleshooting of sign-in frequency, 135004 the log itself.
func otherPages() map[int]signInOutcome {
	return map[int]signInOutcome{500121: outcomeRight, 70044: outcomeNothing, 135004: outcomeKey}
}

func failedWith(code int) tenant.SignIn {
	return tenant.SignIn{Status: tenant.Known(&tenant.SignInStatus{ErrorCode: tenant.Known(&code)})}
}

// TestSignInCodes walks every code of Microsoft's page.
func TestSignInCodes(t *testing.T) {
	t.Parallel()
	want := otherPages()
	for says, codes := range pageCodes() {
		for text := range strings.FieldsSeq(codes) {
			code, err := strconv.Atoi(text)
			if err != nil {
				t.Fatal(err)
			}
			if _, twice := want[code]; twice {
				t.Errorf("%d is there twice", code)
			}
			want[code] = says
		}
	}
	for code, says := range want {
		if got := byCode()[code].says; got != says {
			t.Errorf("%d says %d, want %d", code, got, says)
		}
	}
	for _, c := range signInCodes() {
		if _, known := want[c.code]; !known {
			t.Errorf("%d is on no page", c.code)
		}
		if c.words.IsZero() && c.says != outcomeNothing {
			t.Errorf("%d has no words", c.code)
		}
	}
	if len(byCode()) != len(signInCodes()) {
		t.Error("a code is there twice")
	}
}

// TestAttempt: what a code says decides whether it is an attempt, and how bad; a password is
// right only where a person gave one.
func TestAttempt(t *testing.T) {
	t.Parallel()
	severities := map[signInOutcome]Severity{outcomeNothing: 0, outcomeRight: High, outcomeBlocked: Critical, outcomeWrong: Medium, outcomeAccount: Medium, outcomeKey: Medium, outcomeConsent: Medium, outcomeOther: Medium}
	for says, codes := range pageCodes() {
		for text := range strings.FieldsSeq(codes) {
			code, _ := strconv.Atoi(text) // TestSignInCodes has seen to it
			if got, attempt := Attempt(failedWith(code)); got != severities[says] || attempt != (says != outcomeNothing) {
				t.Errorf("%d: %v, %v", code, got, attempt)
			}
		}
	}
	step := func(method string, succeeded bool) tenant.AuthenticationDetail {
		return tenant.AuthenticationDetail{AuthenticationMethod: tenant.Known(&method), Succeeded: tenant.Known(&succeeded)}
	}
	for name, c := range map[string]struct {
		code        int
		interactive *bool
		steps       []tenant.AuthenticationDetail
		want        Severity
		how         acceptance
	}{
		"a second factor asked for":                     {code: 50074, interactive: new(true), want: High, how: acceptedPassword},
		"nobody says whether there was a person":        {code: 50074, want: High, how: acceptedPassword},
		"without a person":                              {code: 50074, interactive: new(false), want: Medium},
		"without a person, the password among it":       {code: 50076, interactive: new(false), steps: []tenant.AuthenticationDetail{step("Password", true)}, want: Medium},
		"a key first, and then a second factor":         {code: 50074, interactive: new(true), steps: []tenant.AuthenticationDetail{step("Windows Hello for Business", true)}, want: High, how: acceptedOther},
		"a passwordless app first":                      {code: 500121, interactive: new(true), steps: []tenant.AuthenticationDetail{step("Passwordless phone sign-in", true)}, want: High, how: acceptedOther},
		"the steps are not all there yet":               {code: 50074, interactive: new(true), steps: []tenant.AuthenticationDetail{step("Mobile app notification", false)}, want: High, how: acceptedPassword},
		"a code that nobody knows, the password passed": {code: 999999, interactive: new(true), steps: []tenant.AuthenticationDetail{step("Password", true), step("Text message", false)}, want: High, how: acceptedPassword},
		"a device's step, the password passed":          {code: 50097, interactive: new(true), steps: []tenant.AuthenticationDetail{step("Password", true)}, want: High, how: acceptedPassword},
		"a device's step":                               {code: 50097, interactive: new(true), want: Medium},
		"a wrong password":                              {code: 50126, interactive: new(true), steps: []tenant.AuthenticationDetail{step("Password", false)}, want: Medium},
		"a code that nobody knows":                      {code: 999999, want: Medium},
		"blocked without a person":                      {code: 53003, interactive: new(false), want: Critical},
	} {
		s := failedWith(c.code)
		s.IsInteractive = tenant.Known(c.interactive)
		if c.steps != nil {
			s.AuthenticationDetails = tenant.Known(c.steps)
		}
		if got, attempt := Attempt(s); got != c.want || !attempt || accepted(s) != c.how {
			t.Errorf("%s: %v, %v, %v", name, got, attempt, accepted(s))
		}
	}
	for name, s := range map[string]tenant.SignIn{
		"no status":        {},
		"no code":          {Status: tenant.Known(&tenant.SignInStatus{})},
		"a code of null":   {Status: tenant.Known(&tenant.SignInStatus{ErrorCode: tenant.Known[*int](nil)})},
		"an unread status": {Status: tenant.Unread[*tenant.SignInStatus](&tenant.UnreadError{Code: tenant.CodeWrongType})},
	} {
		if got, attempt := Attempt(s); got != Medium || !attempt {
			t.Errorf("%s: %v, %v", name, got, attempt)
		}
	}
}
