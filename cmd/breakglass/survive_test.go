package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"breakglass/checks"
	"breakglass/report"
)

// TestStory: in the made-up tenant one failure locks everybody out, and no other does.
func TestStory(t *testing.T) {
	t.Parallel()
	a := ask(t)
	var alone []string
	for _, cut := range a.MinimalCutSets {
		if len(cut) == 1 {
			alone = append(alone, cut[0])
		}
	}
	if !slices.Equal(alone, []string{"entra-authentication", "device:managed"}) {
		t.Errorf("alone these lock everybody out: %v", alone)
	}
	if n := len(a.AsThingsAre.CanSignIn); n != 5 {
		t.Errorf("%d can sign in as things are", n)
	}
}

// An answered is what a program reads of an answer.
type answered struct {
	Schema         string
	AsThingsAre    checks.Outage
	Then           checks.Outage
	MinimalCutSets [][]string
}

// ask asks the made-up tenant.
func ask(t *testing.T, args ...string) answered {
	t.Helper()
	s := run(t, nil, slices.Concat([]string{"survive", "--tenant=@/tenant.json", "--config=@/breakglass.yaml", "--json"}, args)...)
	var a answered
	if err := json.Unmarshal([]byte(s.Out), &a); err != nil || s.Code != 0 || a.Schema != report.WhatIfSchema {
		t.Fatalf("%v: exit %d, %v\n%s", args, s.Code, err, s.Err)
	}
	return a
}

func TestSurvive(t *testing.T) {
	t.Parallel()
	const ea02 = "8a119b9e-16bc-4732-8f7b-7676d015b0dc"
	for name, c := range map[string]struct {
		args []string
		down []string
		able int
		ea02 bool
	}{
		"as things are":                     {nil, nil, 5, true},
		"one service":                       {[]string{"--down=entra-mfa"}, []string{"entra-mfa"}, 3, true},
		"two services":                      {[]string{"--down=entra-mfa, pim"}, []string{"entra-mfa", "pim"}, 2, true},
		"two services, twice":               {[]string{"--down=ENTRA-MFA", "--down=pim,entra-mfa"}, []string{"entra-mfa", "pim"}, 2, true},
		"nothing depends on it":             {[]string{"--down=external-mfa"}, []string{"external-mfa"}, 5, true},
		"everything":                        {[]string{"--down=entra-authentication"}, []string{"entra-authentication"}, 0, false},
		"one safe":                          {[]string{"--lose=place:osaka-safe"}, []string{"place:osaka-safe"}, 5, true},
		"both safes":                        {[]string{"--lose=place:osaka-safe", "--lose=place:akashi-safe"}, []string{"place:osaka-safe", "place:akashi-safe"}, 4, false},
		"a key by its id":                   {[]string{"--lose=key:ZzkL5tR_EjkYD1UHZHY88TN8Mqg_5GZVQsibTkUF11E1"}, []string{"key:ZzkL5tR_EjkYD1UHZHY88TN8Mqg_5GZVQsibTkUF11E1"}, 5, true},
		"a key by its name":                 {[]string{"--lose=key:Feitian D（明石工場 金庫）", "--lose=place:osaka-safe"}, []string{"key:ZzkL5tR_EjkYD1UHZHY88TN8Mqg_5GZVQsibTkUF11E1", "place:osaka-safe"}, 4, false},
		"both keys in one safe":             {[]string{"--keep=*=osaka-safe", "--lose=place:osaka-safe"}, []string{"place:osaka-safe"}, 4, false},
		"one key in another safe":           {[]string{"--keep=YubiKey C（大阪本社 金庫）=bank", "--lose=place:osaka-safe,place:akashi-safe"}, nil, 5, true},
		"nobody is excluded":                {[]string{"--without-policy-exclusion=CA-Exclude-EmergencyAccess"}, nil, 5, true},
		"nobody is excluded, by its id":     {[]string{"--without-policy-exclusion=5796A670-482c-490e-8d97-82bfcdc83011", "--down=intune-compliance,on-premises"}, []string{"intune-compliance", "on-premises"}, 0, false},
		"the first account, excluded alone": {[]string{"--down=device:managed"}, []string{"device:managed"}, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := ask(t, c.args...)
			if name == "one key in another safe" { // no key is in the first safe any more
				c.down = a.Then.Down
			}
			if c.down == nil {
				c.down = []string{}
			}
			if !slices.Equal(a.Then.Down, c.down) || len(a.Then.CanSignIn) != c.able || slices.Contains(a.Then.CanSignIn, ea02) != c.ea02 || len(a.AsThingsAre.CanSignIn) != 5 {
				t.Errorf("without %v: %v can sign in", a.Then.Down, a.Then.CanSignIn)
			}
		})
	}
}

func TestSurviveInWords(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args []string
		code int
		want string
	}{
		"a matrix":         {nil, 0, "Managed devices                           0 of 6"},
		"otherwise":        {[]string{"--keep=*=osaka-safe"}, 0, "If all keys of the emergency accounts were kept in “osaka-safe”:"},
		"a question":       {[]string{"--down=entra-mfa"}, 0, "3 of 6 administrators could sign in; as things are, 5 can."},
		"no such thing":    {[]string{"--down=entra"}, 64, "there are entra-authentication, entra-mfa"},
		"no such group":    {[]string{"--without-policy-exclusion=Nobody"}, 64, `no policy that was read excludes a group "Nobody"`},
		"no such key":      {[]string{"--keep=x=y"}, 64, `no key "x" of an emergency account`},
		"no place":         {[]string{"--keep=x"}, 64, "is not KEY=PLACE"},
		"an argument":      {[]string{"x"}, 64, `survive takes no argument "x"`},
		"login and a file": {[]string{"--login"}, 64, "give one of them"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := run(t, nil, slices.Concat([]string{"survive", "--tenant=@/tenant.json", "--config=@/breakglass.yaml"}, c.args)...)
			if s.Code != c.code || !strings.Contains(s.Out+s.Err, c.want) {
				t.Errorf("exit %d\n%s\n%s", s.Code, s.Out, s.Err)
			}
		})
	}
	if s := run(t, map[string]string{"BREAKGLASS_LANGUAGE": "ja"}, "survive", "--tenant=@/tenant.json", "--config=@/breakglass.yaml", "--down=entra-mfa"); !strings.Contains(s.Out, "管理者 6 人のうち 3 人がサインインできます") {
		t.Errorf("in Japanese: exit %d: %s%s", s.Code, s.Out, s.Err)
	}
	if s := run(t, nil, "explain", "dependencies"); s.Code != 0 || !strings.Contains(s.Out, "≈ Synced passkey") {
		t.Errorf("exit %d: %s", s.Code, s.Err)
	}
	if s := run(t, nil, "explain", "--config=@/breakglass.yaml", "dependencies"); s.Code != 0 {
		t.Errorf("exit %d: %s", s.Code, s.Err)
	}
}
