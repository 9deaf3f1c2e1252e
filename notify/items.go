package notify

import (
	"cmp"
	"time"

	"breakglass/alert"
	"breakglass/checks"
	"breakglass/display"
	"breakglass/text"
)

// failing tells of results that fail, with what to do.
func (c composer) failing(group []alert.Event) Item {
	it := c.item(group)
	first := group[0]
	it.Label = upper(it.Short)
	if before := first.Before; before.Status == checks.Fail {
		if before.Severity != first.Now.Severity {
			it.Short = c.say("%s, was %s", it.Short, c.Severity(before.Severity))
			it.Label = upper(it.Short)
		}
		if was := c.reason(before); was != c.reason(first.Now) {
			it.Fields = append(it.Fields, Field{Label: c.say("Before"), Text: strange(was)})
		}
	}
	if first.Kind == alert.CameBack {
		it.Label = c.say("%s, CAME BACK", it.Label)
		it.Short = c.say("%s, came back", it.Short)
	}
	if !first.LastGood.IsZero() {
		it.Fields = append(it.Fields, fields(c.say("Last in order"), c.Moment(first.LastGood))...)
	}
	if first.Snooze != nil {
		it.Fields = append(it.Fields, Field{Label: c.say("Snooze"), Text: strange(c.snooze(*first.Snooze))})
	}
	it.Fields = append(it.Fields, fields(c.say("Expected"), c.Whole(first.Now.Title), c.say("What to do"), c.Text(first.Now.Advice()))...)
	it.Fields = append(it.Fields, c.caused(group)...)
	return c.channel(it, first)
}

// caused counts what the group explains. What is severe is named for each subject.
func (c composer) caused(group []alert.Event) []Field {
	n := 0
	var all []string
	var each []string
	severe := false
	for _, e := range group {
		var own []string
		for _, x := range e.Caused {
			own = display.Once(own, display.Short(x.Key.Check, maxID))
			all = display.Once(all, display.Short(x.Key.Check, maxID))
		}
		if len(own) > 0 && len(group) > 1 {
			each = append(each, c.name(e.Result().Subject)+" "+c.say("+%d: %s", len(e.Caused), c.List(own)))
		}
		n += len(e.Caused)
		severe = severe || worst(e.Caused) >= checks.High
	}
	switch {
	case n == 0:
		return nil
	case severe && len(each) > 0:
		return gathered(c.say("Explained by this"), "", each)
	case severe:
		return []Field{{Label: c.say("Explained by this"), Text: ours(display.Cut(c.say("+%d: %s", n, c.List(all)), maxTold)), Must: true}}
	}
	return fields(c.say("Explained by this"), c.say("+%d: %s", n, c.names(all)))
}

// channel words the failure of a channel, which is no check.
func (c composer) channel(it Item, e alert.Event) Item {
	if e.Key.Check != alert.Delivery {
		return it
	}
	it.Findings[0].Subject = ours(c.say("The channel %s", c.channelName(e.Key.Subject)))
	it.Findings[0].Text = strange(c.say("It takes no messages: %s", display.Short(e.Result().Reason, maxReason)))
	it.Fields = fields(c.say("What to do"), c.say("See that the webhook, the workflow or the app is still there and that its address or token is the one in the app settings. What the channel missed is kept, and told when it works again."))
	return it
}

// channelName is what people call a channel.
func (c composer) channelName(name string) string {
	return cmp.Or(c.labels[name], display.Short(name, maxID))
}

// unknown tells of results that one cause made unknown.
func (c composer) unknown(group []alert.Event) Item {
	it := c.item(group)
	it.Icon = "❔"
	severity := c.Severity(it.Severity)
	it.Label = c.say("COULD NOT BE CHECKED · %s IF IT FAILS", upper(severity))
	it.Short = c.say("Not known, %s if it fails", severity)
	if n := len(group); n > 1 {
		it.Label = c.say("%d CHECKS COULD NOT BE MADE · UP TO %s IF THEY FAIL", n, upper(severity))
		it.Short = c.say("%d checks not known, up to %s if they fail", n, severity)
	}
	if e := group[0]; e.Kind == alert.Blind {
		it.Fields = append(it.Fields, fields(c.say("Not known since"), c.Moment(e.Since))...)
	}
	passed, failed := 0, 0
	for _, e := range group {
		switch e.Before.Status {
		case checks.Pass:
			passed++
		case checks.Fail:
			failed++
		case checks.Unknown, checks.NotApplicable:
		}
	}
	if passed+failed > 0 {
		it.Fields = append(it.Fields, fields(c.say("When last checked"), c.say("%d failed, %d passed", failed, passed))...)
	}
	advice := c.Text(group[0].Now.Advice())
	if len(it.Checks) > 1 {
		advice = c.say("Remove the cause named here; the next run makes these checks again.")
	}
	it.Fields = append(it.Fields, fields(c.say("What to do"), advice)...)
	return it
}

// resolved tells of results that failed, with how long that was.
func (c composer) resolved(group []alert.Event) Item {
	e := group[0]
	it := c.item(group)
	it.Severity, it.Icon = e.Before.Severity, "✅"
	it.Short = c.say("Resolved, was %s for %s", c.Severity(it.Severity), c.Span(e.Until.Sub(e.Since)))
	if e.Kind == alert.CameWent {
		it.Short = c.say("Came and went, was %s for %s", c.Severity(it.Severity), c.Span(e.Until.Sub(e.Since)))
	}
	if e.Key.Check == alert.Delivery {
		it.Findings[0].Subject = ours(c.say("The channel %s", c.channelName(e.Key.Subject)))
		it.Findings[0].Text = ours(c.say("It takes messages again, and was told what it had missed."))
	}
	return it.brief()
}

// restored tells of checks that can be made again.
func (c composer) restored(group []alert.Event) Item {
	e := group[0]
	it := c.item(group)
	it.Short = c.say("In order, could not be checked for %s", c.Span(e.Until.Sub(e.Since)))
	if it.Icon = "✅"; e.Now.Status == checks.Fail {
		it.Icon = display.Icon(it.Severity)
		it.Short = c.say("Still %s, could not be checked for %s", c.Severity(it.Severity), c.Span(e.Until.Sub(e.Since)))
	}
	return it.brief()
}

// dropped tells of what was open and is not asked any more.
func (c composer) dropped(group []alert.Event) Item {
	e := group[0]
	it := c.item(group)
	it.Severity, it.Icon = e.Before.Severity, "➖"
	was := c.say("Was %s", c.Severity(it.Severity))
	if e.Before.Status != checks.Fail {
		was = c.say("Could not be checked before")
	}
	it.Short = c.say("%s, does not apply any more", was)
	if e.Now.Check == "" { // it is gone: this is the last that was known of it
		it.Short = c.say("%s, is not asked any more", was)
	}
	return it.brief()
}

// unwatched tells of an account that is not declared any more.
func (c composer) unwatched(group []alert.Event) Item {
	it := c.item(group)
	it.Icon = "⚠️"
	it.Label = c.say("NOT WATCHED ANY MORE")
	it.Short = c.say("Not watched any more")
	it.Checks = nil
	it.Findings[0].Text = ours(c.say("It was declared as an emergency access account, and is not any more."))
	it.Fields = append(it.Fields, fields(c.say("What to do"), c.say("If it is still an emergency access account, declare it again in breakglass.yaml or put it back into the declared group."))...)
	it.Fields = append(it.Fields, c.caused(group)...)
	return it
}

// escalated tells of what nobody has taken care of.
func (c composer) escalated(group []alert.Event) Item {
	it := c.failing(group)
	if group[0].Now.Status != checks.Fail {
		it = c.unknown(group)
	}
	since := group[0].Since
	it.Fields = append(fields(c.say("Open since"), c.since(since)), it.Fields...)
	return it
}

func (c composer) since(t time.Time) string {
	return c.say("%s (%s)", c.Moment(t), c.Span(c.digest.At().Sub(t)))
}

// snoozing tells of a snooze that ends.
func (c composer) snoozing(group []alert.Event) Item {
	it := c.item(group)
	e := group[0]
	it.Short = c.say("Snooze ends soon, %s", c.Severity(it.Severity))
	if e.Kind == alert.SnoozeEnd {
		it.Short = c.say("Snooze has ended, %s", c.Severity(it.Severity))
	}
	if e.Snooze != nil {
		it.Findings[0].Text = strange(c.snooze(*e.Snooze))
	}
	return it.brief()
}

// line is the line of what is open as before.
func (c composer) line(same []alert.Standing) Item {
	s := same[0]
	var of []checks.Subject
	keys := make([]checks.Key, len(same))
	for i, x := range same {
		of, keys[i] = append(of, x.Subject), x.Key
	}
	it := Item{
		Icon: display.Icon(s.Severity), Severity: s.Severity, Short: c.say("%s since %s", text.Capital(c.Severity(s.Severity)), c.Day(s.Since)),
		Checks: []string{display.Short(s.Key.Check, maxID)}, Results: len(same),
		Findings: []Finding{{Subject: c.run(of, c.names), Text: strange(c.reason(checks.Result{Reason: s.Reason, Message: s.Message})), Results: len(same)}},
	}
	if s.Status != checks.Fail {
		it.Icon = "❔"
		it.Short = c.say("Not known since %s, %s if it fails", c.Day(s.Since), c.Severity(s.Severity))
	}
	if s.Key.Check == alert.Delivery {
		it.Findings[0].Subject = ours(c.say("The channel %s", c.channelName(s.Key.Subject)))
	}
	return it.brief()
}
