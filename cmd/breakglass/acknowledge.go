package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"breakglass/alert"
	"breakglass/checks"
	"breakglass/display"
)

// acknowledge explains what an account was used for, and so closes what was found about
// its sign-ins, the attempts and the changes to it, as far as people were told of them.
func (p program) acknowledge(ctx context.Context, args []string) error {
	flags := newFlags("acknowledge", "Says what the use of an emergency access account was: the sign-ins, the failed attempts and the changes that the channels have told are then explained. What nobody was told of yet is not, and new ones are an alarm again. Microsoft asks for such a review after each use.")
	account := flags.String("account", "", "the `ACCOUNT`, as it is declared")
	as := flags.String("as", "", "what it was: drill, emergency or misuse (`KIND`)")
	by := flags.String("by", "", "who says so (`NAME`)")
	reason := flags.String("reason", "", "what happened (`TEXT`)")
	var until clock
	flags.Var(&until, "until", "explains what happened until this `TIME` (default: now)")
	file := flags.String("config", "", "the configuration `FILE` (default breakglass.yaml)")
	if err := p.parse(flags, args); err != nil {
		return ignoreHelp(err)
	}
	kind := checks.Explanation(*as)
	switch {
	case flags.NArg() > 0:
		return noArguments(flags)
	case *account == "" || strings.TrimSpace(*by) == "" || strings.TrimSpace(*reason) == "":
		return usagef("acknowledge needs --account, --as, --by and --reason: somebody answers for it")
	case kind != checks.ExplainedDrill && kind != checks.ExplainedEmergency && kind != checks.ExplainedMisuse:
		return usagef("--as is %q: drill, emergency or misuse", *as)
	}
	if err := errors.Join(spoken("--by", *by, alert.LongestName), spoken("--reason", *reason, alert.LongestText)); err != nil {
		return err
	}
	l, err := p.ledger(*file)
	if err != nil {
		return err
	}
	a := checks.Acknowledgement{Until: l.now.Truncate(time.Second), As: kind, By: strings.TrimSpace(*by), Reason: strings.TrimSpace(*reason), At: l.now.Truncate(time.Second)}
	if !until.IsZero() {
		if until.After(l.now) {
			return usagef("--until is in the future: what has not happened cannot be explained")
		}
		a.Until = until.UTC()
	}
	explained := 0
	name := ""
	err = l.change(ctx, func(m *alert.Memory) error {
		found, err := l.witnessed(*m, *account)
		if err != nil {
			return err
		}
		a.Account, name = found.ID, cmp.Or(found.UserPrincipalName, found.Declared)
		a, explained = m.Explain(a)
		m.Activity.Keep(a)
		return nil
	})
	if err != nil {
		return err
	}
	lines := []string{
		l.say("What happened with %s until %s is explained as %s, by %s.", name, stamp(a.Until), string(a.As), a.By),
		l.say("Sign-ins that are remembered and covered: %d. The next run takes it into account.", explained),
		l.say("It covers what a channel has told by now. What came since is told, and is explained then."),
	}
	if kind == checks.ExplainedMisuse {
		lines = append(lines, l.say("After a misuse: change the password, replace the keys, end all sessions of the account, and look in the audit log for what was done with it."))
	} else {
		lines = append(lines, l.say("After each use Microsoft asks to change the credentials if somebody else may know them, and to see that the account still works."))
	}
	_, err = fmt.Fprintln(p.stdout, display.Lines(strings.Join(lines, "\n")))
	return err
}

// spoken holds what a person says of themselves to one line of a length that can be told.
func spoken(flag, text string, longest int) error {
	text = strings.TrimSpace(text)
	switch {
	case utf8.RuneCountInString(text) > longest:
		return usagef("%s has %d characters: %d at most", flag, utf8.RuneCountInString(text), longest)
	case !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) || strings.ContainsAny(text, "\u2028\u2029"):
		return usagef("%s is not text on one line", flag)
	}
	return nil
}

// witnessed finds an account that a run has read, by its name, its id or how it is declared.
// What was done with others is not remembered, nor under which id the log tells of them: an
// explanation of it would explain nothing.
func (l ledger) witnessed(m alert.Memory, text string) (checks.Account, error) {
	var found []checks.Account
	for _, a := range m.Watched() {
		if called(a, text) {
			found = append(found, a)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return checks.Account{}, usagef("%q declares %d accounts: name the one that was used", text, len(found))
	}
	if _, err := l.account(m, text); err != nil {
		return checks.Account{}, err
	}
	return checks.Account{}, fmt.Errorf("no run has read %s yet, so there is nothing to explain: try again after the next run, which Watch makes within five minutes of the installation; if it cannot be read then either, the report says why", text)
}
