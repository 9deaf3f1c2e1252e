package notify

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"breakglass/checks"
	"breakglass/signin"
	"breakglass/text"
)

func survivalWith(change ...func(*checks.Report)) *checks.Survival {
	var r checks.Report
	for _, f := range change {
		f(&r)
	}
	return r.Survival
}

func rowsOf(o Forecast) []string {
	var rows []string
	for _, r := range o.Rows {
		rows = append(rows, strings.TrimSpace(fmt.Sprintf("%s: %s %s", r.What.Text, r.Able, r.Was)))
	}
	return rows
}

func TestForecast(t *testing.T) {
	t.Parallel()
	both, one, none := survivalWith(forecast(ea01, ea02)), survivalWith(forecast(ea02)), survivalWith(forecast())
	blind := survivalWith(forecast(ea02), func(r *checks.Report) {
		r.Survival.Administrators[2].Paths, r.Survival.Administrators[2].Unknown = nil, "its methods could not be read"
	})
	tests := []struct {
		name        string
		now, before *checks.Survival
		most        int
		note        string
		rows        []string
	}{
		{"not computed", nil, both, 6, "", nil},
		{"nobody", &checks.Survival{}, nil, 6, "", nil},
		{"first", one, nil, 6, "5 administrators, 2 of them for emergencies. As things are, 4 of 5 can sign in.", []string{
			"Microsoft's MFA service is down: 1 of 5", "Conditional Access blocks everybody that it can: 1 of 5", "there is no managed computer and no known network: 1 of 5",
			"Privileged Identity Management is down: 2 of 5", "managed computers do not work: 2 of 5", "nobody can get into safe-tokyo: 3 of 5",
		}},
		{"unchanged", one, one, 2, "5 administrators, 2 of them for emergencies. As things are, 4 of 5 can sign in.", []string{
			"Microsoft's MFA service is down: 1 of 5", "Conditional Access blocks everybody that it can: 1 of 5",
		}},
		{"fewer", one, both, 6, "5 administrators, 2 of them for emergencies. As things are, 4 of 5 can sign in. Before, 5 could.", []string{
			"Microsoft's MFA service is down: 1 of 5 ▼ was 2", "Conditional Access blocks everybody that it can: 1 of 5 ▼ was 2", "there is no managed computer and no known network: 1 of 5 ▼ was 2",
			"Privileged Identity Management is down: 2 of 5 ▼ was 3", "managed computers do not work: 2 of 5 ▼ was 3", "nobody can get into safe-tokyo: 3 of 5",
		}},
		{"more", both, none, 3, "5 administrators, 2 of them for emergencies. As things are, 5 of 5 can sign in. Before, 3 could.", []string{
			"Microsoft's MFA service is down: 2 of 5 ▲ was 0", "Conditional Access blocks everybody that it can: 2 of 5 ▲ was 0", "there is no managed computer and no known network: 2 of 5 ▲ was 0",
		}},
		{"not known", blind, nil, 1, "5 administrators, 2 of them for emergencies. As things are, 3 of 5 can sign in. Of 1 it is not known.", []string{
			"Microsoft's MFA service is down: 1 of 5, 1 not known",
		}},
	}
	for _, test := range tests {
		o := wordsIn("en").forecast(test.now, test.before, test.most)
		if o.Note != test.note || !slices.Equal(rowsOf(o), test.rows) {
			t.Errorf("%s: %s\n%s", test.name, o.Note, strings.Join(rowsOf(o), "\n"))
		}
	}
	if r := wordsIn("en").forecast(none, nil, 1).Rows[0]; !r.Alarm || r.Able != "0 of 5" {
		t.Errorf("nobody left is no alarm: %+v", r)
	}
}

// TestForecastSixRows: at most six failures, what changed first, and the weakest alone in
// a heartbeat.
func TestForecastSixRows(t *testing.T) {
	t.Parallel()
	many := survivalWith(forecast(ea01, ea02), func(r *checks.Report) {
		for i := range 20 {
			id := fmt.Sprintf("place:%02d", i)
			r.Survival.Components = append(r.Survival.Components, checks.Component{ID: id, Name: id, Kind: "place"})
			r.Survival.Administrators[0].Paths[0].Needs = append(r.Survival.Administrators[0].Paths[0].Needs, id)
		}
	})
	before := survivalWith(forecast(ea01, ea02), func(r *checks.Report) {
		r.Survival.Administrators[0].Paths = append(r.Survival.Administrators[0].Paths, signin.Path{Needs: []string{"entra-authentication", "entra-mfa", "place:01"}})
	})
	rows := wordsIn("en").forecast(many, before, mostForecasts).Rows
	if len(rows) != mostForecasts || rows[0].Was == "" {
		t.Errorf("%d rows, first %+v", len(rows), rows[0])
	}
	if rows := message(storyOf(t, "heartbeat")).Forecast.Rows; len(rows) != 1 || rows[0].Able != "1 of 5" {
		t.Errorf("the heartbeat tells %+v", rows)
	}
}

// TestForecastOfThings: the phone of one regular administrator is no row, that of two is,
// and so is the key of an emergency account.
func TestForecastOfThings(t *testing.T) {
	t.Parallel()
	needing := func(people ...int) Forecast {
		return wordsIn("en").forecast(survivalWith(forecast(ea02), func(r *checks.Report) {
			for _, i := range people {
				r.Survival.Administrators[i].Paths = []signin.Path{{Needs: []string{"entra-authentication", "phone:x"}}}
			}
		}), nil, mostForecasts)
	}
	for _, c := range []struct {
		people []int
		want   bool
	}{{[]int{3}, false}, {[]int{3, 4}, true}, {[]int{1}, true}} {
		rows := strings.Join(rowsOf(needing(c.people...)), "\n")
		if strings.Contains(rows, "Phone of admin@contoso.com is lost") != c.want {
			t.Errorf("%v:\n%s", c.people, rows)
		}
	}
}

// TestForecastNames words a name of the program's own in the language of the message, and no
// other.
func TestForecastNames(t *testing.T) {
	t.Parallel()
	own := text.New("Key of %s", "ea01")
	for want, c := range map[string]checks.Component{
		"ea01 のキーを失う":     {ID: "key:1", Kind: "key", Name: own.String(), Message: own},
		"Key of ea01 を失う": {ID: "key:1", Kind: "key", Name: own.String()},
	} {
		if got := wordsIn("ja").what(c); got.Text != want || !got.Strange {
			t.Errorf("%+v is %q, want %q", c, got.Text, want)
		}
	}
}
