package notify

import (
	"breakglass/alert"
	"breakglass/display"
)

// touched says that another hand was at what is remembered, what that means, and where to look.
func (c composer) touched(t alert.Touch) []string {
	parts := []string{c.touch(t)}
	switch {
	case t.How == alert.Unattested:
		parts = append(parts, c.say("What is remembered was there. Whether it is the newest could not be seen."))
	case t.How == alert.Foreign:
		parts = append(parts, c.say("It was dropped and has no effect. If a machine with a wrong clock did not write it, somebody meant to hide something: look what was done with the accounts."))
	case t.Lost:
		parts = append(parts, c.say("What it held is lost, explanations and announced drills too: say again what still holds. What was done meanwhile is told only as far as the logs still have it."))
	default:
		parts = append(parts, c.say("The program that runs still had what was there, and puts it back: nothing is lost."))
	}
	return append(parts, c.say("If nobody of you did this, look who can write to the storage account (BREAKGLASS_STATE)."))
}

// touch says what was found.
func (c composer) touch(t alert.Touch) string {
	switch t.How {
	case alert.Deleted:
		if t.Last.IsZero() {
			return c.say("The memory of breakglass-watch was deleted.")
		}
		return c.say("The memory of breakglass-watch was deleted; it was last kept on %s.", c.Moment(t.Last))
	case alert.Older:
		if t.Back.IsZero() {
			return c.say("The memory of breakglass-watch was put back to an older one; a newer one was kept on %s.", c.Moment(t.Last))
		}
		return c.say("The memory of breakglass-watch was put back to how it was on %s; a newer one was kept on %s.", c.Moment(t.Back), c.Moment(t.Last))
	case alert.Foreign:
		return c.say("The memory of breakglass-watch held what the program does not write: %s.", c.strange(t.Strange))
	case alert.Unattested:
		return c.say("What breakglass-watch notes beside its memory, so that an older one is noticed, was changed so that it cannot be used (%s).", c.unusable(t))
	case alert.Spoiled:
	}
	return c.say("The memory of breakglass-watch was changed so that it cannot be used (%s).", c.unusable(t))
}

// unusable says why it cannot be used.
func (c composer) unusable(t alert.Touch) string {
	return display.Short(c.Text(t.Said()), maxLine)
}

// strange lists what was dropped.
func (c composer) strange(all []alert.Strange) string {
	var parts []string
	for _, x := range all {
		of, until := display.Short(x.Of, maxName), c.Moment(x.Until)
		switch x.What {
		case alert.StrangeDrill:
			parts = append(parts, c.say("a drill of %s until %s, which is too long or announced for later", of, until))
		case alert.StrangeExplanation:
			parts = append(parts, c.say("an explanation of what %s does until %s, before it happens", of, until))
		case alert.StrangeSnooze:
			parts = append(parts, c.say("a snooze of %s until %s, which is too long", of, until))
		case alert.StrangeUse:
			parts = append(parts, c.say("a drill of %s that was called told, and that nobody held", of))
		case alert.StrangeCount:
			parts = append(parts, c.say("more than is ever kept"))
		}
	}
	return c.names(parts)
}
