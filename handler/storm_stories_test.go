package main

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
)

// TestStoriesOfTheWatch lets short histories happen, each a way in which something could be missed, before
// the same oracle as the random ones.
func TestStoriesOfTheWatch(t *testing.T) {
	t.Parallel()
	const (
		ea01, ea02, ea03                 = 0, 1, 2
		key, keyFromElsewhere, password  = 0, 2, 3
		daily, look, hour, mended        = "daily run", "look", "an hour of looks", "the channels are mended"
		signs, fails, leaving, disguised = "sign-in", "failed sign-in", "out of what is declared, or back", "behind a decoy or back"
		drill, wrongClock, fresh         = "a drill is announced or ended", "the clock is a day ahead in the next run", "a new process"
	)
	do := func(what string, about ...int) happening {
		about = append(about, 0, 0)
		return happening{do: what, who: about[0], n: about[1]}
	}
	stories := []struct {
		name, ways string
		steps      []happening
	}{
		{"a sign-in after a daily run that could not read the account", "webhook teams",
			[]happening{do(daily), readFails("the profile of ea01", http.StatusServiceUnavailable), do(daily), do(signs, ea01, password), do(look), do(look)}},
		{"a sign-in after a daily run that could not read the group", "webhook teams",
			[]happening{do(daily), readFails("the declared group", http.StatusTooManyRequests), do(daily), do(signs, ea03, password), do(look), do(look)}},
		{"a sign-in in a look whose full run could not read the account", "webhook teams",
			[]happening{do(daily), do(look), readFails("users", http.StatusNotFound), do(signs, ea01, password), do(look), do(look), do(daily)}},
		{"out of the configuration", "webhook teams", []happening{do(daily), do(leaving, ea01), do(daily)}},
		{"out of the group", "webhook teams", []happening{do(daily), do(leaving, ea03), do(daily)}},
		{"renamed behind a decoy", "webhook teams", []happening{do(daily), do(disguised, ea02), do(daily)}},
		{"what happens before the first message arrives", "webhook teams",
			[]happening{channelFails(1, "404"), do(daily), do(signs, ea01, password), do("disabled or enabled", ea02), do(look), do(daily), do(mended), do(daily), do(hour), do(look)}},
		{"a sign-in before the first message arrives", "teams",
			[]happening{channelFails(0, "429, Retry-After 120"), do(daily), do(signs, ea01, password), do(look), do(mended), do(hour)}},
		{"a group that is unread once, and an open alarm", "webhook teams",
			[]happening{do(daily), do(signs, ea03, password), do(look), do(look), readFails("the declared group", http.StatusServiceUnavailable), do(daily), do(daily)}},
		{"a second address in a drill", "webhook teams",
			[]happening{do(daily), do(drill, ea01), do(signs, ea01, key), do(look), do(signs, ea01, keyFromElsewhere), do(look)}},
		{"the password in a drill", "bot teams",
			[]happening{do(daily), do(drill, ea01), do(signs, ea01, key), do(look), do(signs, ea01, password), do(look)}},
		{"failed attempts in a drill", "webhook teams", []happening{do(daily), do(drill, ea01), do(signs, ea01, key), do(look), do(fails, ea01), do(look)}},
		{"a daily run with a clock that is ahead", "webhook teams",
			[]happening{do(daily), do(wrongClock), do(daily), do(signs, ea02, password), do(look)}},
		{"a look with a clock that is ahead", "webhook teams",
			[]happening{do(daily), do(wrongClock), do(look), do(signs, ea02, password), do(look)}},
		{"a refusal while the clock is ahead", "teams",
			[]happening{do(daily), do(look), channelFails(0, "500"), do(signs, ea02, password), do(wrongClock), do(daily), do(mended), do(look), do(hour), do(look), do(daily)}},
		{"Retry-After of a day", "webhook", []happening{do(daily), do(look), channelFails(0, "429, Retry-After 86400"), do(signs, ea02, password), do(look), do(mended), do(hour)}},
		{"Retry-After until 2100", "teams", []happening{do(daily), do(look), channelFails(0, "429, Retry-After in 2100"), do(signs, ea02, password), do(look), do(mended), do(hour)}},
		{"a channel that failed often", "teams", []happening{do(daily), do(look), channelFails(0, "500"), do(signs, ea02, password), do(look), do(hour), do(mended), do(hour)}},
		{"many sign-ins while a channel is down", "teams",
			[]happening{do(daily), channelFails(0, "500"), do(signs, ea01, key), do(look), do(signs, ea01, keyFromElsewhere), do(signs, ea01, password), do(signs, ea01, password), do(signs, ea01, password), do(look), do(mended), do(hour), do(hour)}},
		{"a sign-in in a thread that tells what was not known", "bot",
			[]happening{do(daily), readFails("the sign-in log", http.StatusTooManyRequests), do(daily), do(signs, ea02, key), do(look)}},
		{"somebody signs in and the account is disabled", "webhook teams", []happening{do(daily), do("disabled or enabled", ea01), do(signs, ea01, password), do(look)}},
		{"the answer of a channel is lost", "bot teams", []happening{do(daily), channelFails(0, "answer lost"), do(signs, ea01, password), do(look), do(mended), do(hour), do(fresh), do(look)}},
	}
	for _, s := range stories {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			for i := range s.steps {
				s.steps[i].serial = i + 1
			}
			if accused := stormHappens(t, s.ways, s.steps, "", t.Logf); len(accused) > 0 {
				t.Error(told(s.steps, accused))
			}
		})
	}
}

// readFails is that a read fails in the next run.
func readFails(kind string, status int) happening {
	all := readFaults()
	for n := range 4 * len(all) {
		if p := (happening{do: "reads fail", n: n}); readFaultOf(p).kind == kind && readFaultOf(p).status == status {
			return p
		}
	}
	panic(fmt.Sprintf("no such fault: %s, %d", kind, status))
}

// channelFails is that a channel, the first or the last, fails from now on.
func channelFails(which int, kind string) happening {
	n := slices.IndexFunc(laneFaults(), func(f laneFault) bool { return f.kind == kind })
	if n < 0 {
		panic("no such fault: " + kind)
	}
	return happening{do: "a channel breaks", who: which, n: n}
}
