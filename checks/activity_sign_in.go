package checks

import (
	"errors"
	"strings"

	"breakglass/tenant"
	"breakglass/text"
)

var activitySignIn = Check{
	ID:       "activity-sign-in",
	Title:    "Nobody signed in with the account, other than in a drill",
	Severity: Critical,
	Lags:     true,
	Tells:    SignedIn,
	Why: "The account is for the day when nothing else works. A sign-in on any other day is a drill, or somebody who should not have the key. " +
		"Whoever gets in is Global Administrator.",
	Passes: "No successful sign-in, interactive or not, is known but those that somebody explained and those of an announced drill. " +
		"A drill excuses the first sign-in in it that was made with a passkey or a certificate and nothing else, and others with that key, or in that session, from the same address. " +
		"It excuses no other address, key or method, and nothing of which the log does not tell them. " +
		"A token that is refreshed from there after a drill, in the session that began in it, is medium: the session is still alive. " +
		"What was seen is remembered when the log forgets it after 30 days.",
	Remediation: "Ask everybody who can fetch a key who used it. If nobody did, treat it as an attack: end the account's sessions, change its password, replace its keys, and look in the audit log for what was done. " +
		"Then say what it was: breakglass acknowledge --account ACCOUNT --as drill, emergency or misuse.",
	References: []string{pageEmergencyAccess, pageSignInLogs},
	evaluate: perLog(func(v view, u tenant.User) verdict {
		all, err := v.uses(u)
		unclear := v.unclear(u)
		err = errors.Join(err, v.memoryUnread(), unclear.err)
		parts := Parts(v.drillsOf(u), all)
		sessions := sessionsOf(all, parts)
		var alarms, alive []tenant.SignIn
		var drilled, told, whyNot text.Text // of the newest
		for i, s := range all {
			if parts[i].Is {
				drilled = firstOf(drilled, say("No sign-in is in the log since %s, except in a drill announced by %s on %s.", v.logStart(), parts[i].Drill.By, text.Date(sinceWhen(s.CreatedDateTime))))
			} else if a := v.explained(u, s.CreatedDateTime, evidenceOf(s)); a != nil {
				told = firstOf(told, say("No sign-in is in the log since %s, except what %s explained as %s.", v.logStart(), a.By, text.Term(a.As)))
			} else if sessions.outlived(s) != nil {
				alive = append(alive, s)
			} else {
				alarms = append(alarms, s)
				whyNot = firstOf(whyNot, parts[i].whyNot(s))
			}
		}
		switch {
		case len(alarms) > 0:
			return alarmed(alarms, whyNot)
		case len(alive) > 0 && err != nil: // there may be worse
			said := sessions.stillAlive(alive)
			said.reason = text.Sentences(said.reason, sentence(err))
			return said.with("code", unknown(err).evidence["code"]...)
		case len(alive) > 0:
			return sessions.stillAlive(alive)
		case err != nil:
			return unknown(err).with("signIns", unclear.ids...)
		}
		return pass(firstOf(drilled, told, say("No sign-in is in the log since %s.", v.logStart())))
	}),
}

// firstOf is the first Text that says something.
func firstOf(texts ...text.Text) text.Text {
	for _, t := range texts {
		if !t.IsZero() {
			return t
		}
	}
	return text.Text{}
}

// drillSessions are the sessions that a person began in a drill, by their ids in lower case,
// with the address that they began from.
// https://learn.microsoft.com/graph/api/resources/signin?view=graph-rest-beta
type drillSessions map[string]drillSession

type drillSession struct {
	drill   *Drill
	address string
}

// sessionsOf finds them among an account's successful sign-ins, of which parts says which are
// a drill's. A session that was there before the drill, or at a time that is not known, began
// elsewhere.
func sessionsOf(all []tenant.SignIn, parts []Part) drillSessions {
	found := drillSessions{}
	for i, s := range all {
		if id := sessionOf(s); id != "" && parts[i].Is && MarkOf(s).whole() {
			found[id] = drillSession{parts[i].Drill, addressOf(s)}
		}
	}
	for _, s := range all {
		at, err := s.CreatedDateTime.Get()
		if d := found[sessionOf(s)].drill; d != nil && (err != nil || at.Before(d.From)) {
			delete(found, sessionOf(s))
		}
	}
	return found
}

// sessionOf is the id of a sign-in's session; nothing if that is not known.
func sessionOf(s tenant.SignIn) string {
	id, err := s.SessionID.Get()
	if err != nil || id == nil {
		return ""
	}
	return strings.ToLower(*id)
}

// outlived is the drill whose session a sign-in goes on with after its end, without a person
// and from where it began; nil if there is none.
func (d drillSessions) outlived(s tenant.SignIn) *Drill {
	session := d[sessionOf(s)]
	drill := session.drill
	person, err := s.IsInteractive.Get()
	at, timeErr := s.CreatedDateTime.Get()
	if drill == nil || err != nil || person == nil || *person || timeErr != nil || !at.After(drill.To) || addressOf(s) != session.address {
		return nil
	}
	return drill
}

// stillAlive words what goes on in a drill's session, the newest first. The evidence holds the
// sessions and where each went on first, so that it stays one finding.
func (d drillSessions) stillAlive(alive []tenant.SignIn) verdict {
	firsts := map[string]string{}
	var ids, sessions []string
	for _, s := range alive {
		firsts[sessionOf(s)] = evidenceOf(s)
	}
	for session, id := range firsts {
		ids, sessions = append(ids, id), append(sessions, session)
	}
	drill := d.outlived(alive[0])
	said := fail(say("The session of the drill announced by %s on %s is still alive: a token was refreshed %s.", drill.By, text.Date(drill.From), on(alive[0].CreatedDateTime)))
	said.remediation = "Revoke the account's sessions (Microsoft Entra admin center > Users > the account > Revoke sessions), and sign out at the end of the next drill: whoever has the browser is Global Administrator."
	return said.as(Medium).with("sessionId", sorted(sessions)...).with("signIns", sorted(ids)...)
}

// A doubt is about sign-ins of which the log does not tell whether they succeeded.
type doubt struct {
	ids []string // for the evidence, in order
	err error    // names the newest
}

// unclear are the doubts about an account's sign-ins that nobody has explained. A drill
// excuses none: what is not known may be anything.
func (v view) unclear(u tenant.User) doubt {
	log, _ := v.SignInsOf(u.ID) // unread: uses says so
	log = once(log)
	newestFirst(log)
	var found doubt
	for _, s := range log {
		if _, known := codeOf(s); known || v.explained(u, s.CreatedDateTime, evidenceOf(s)) != nil {
			continue
		}
		found.ids = append(found.ids, evidenceOf(s))
		if found.err == nil {
			found.err = say("whether the sign-in %s succeeded cannot be told", on(s.CreatedDateTime))
		}
	}
	found.ids = sorted(found.ids)
	return found
}

// alarmed words the sign-ins that nobody has explained, the newest first, and why a drill
// does not excuse the newest that lies in one.
func alarmed(alarms []tenant.SignIn, whyNot text.Text) verdict {
	var ids, times []string
	var entries []text.Text
	var happened []Happening
	for i, s := range alarms {
		ids = append(ids, evidenceOf(s))
		happened = append(happened, happening(evidenceOf(s), signedIn(s)))
		if at, err := s.CreatedDateTime.Get(); err == nil {
			times = append(times, timestamp(at))
		}
		if i < mostNamed {
			entries = append(entries, signedIn(s))
		}
	}
	if more := len(alarms) - mostNamed; more > 0 {
		entries = append(entries, text.Count(more, "and once before that", "and %d times before that"))
	}
	said := fail(text.Sentences(say("Somebody signed in %s.", text.Join(text.Semicolon, entries)), whyNot)).with("signIns", sorted(ids)...).with("createdDateTime", sorted(times)...)
	said.happened = happened
	return said
}

// signedIn says when somebody signed in, with what, where, and from where.
func signedIn(s tenant.SignIn) text.Text {
	var with, at, alone, from text.Text
	if methods := succeeded(s); len(methods) > 0 {
		with = say(" with %s", text.Join(text.Plus, methods))
		if names := credentialsUsed(s); len(names) > 0 {
			with = say(" with %s (%s)", text.Join(text.Plus, methods), text.Join(text.Comma, names))
		}
	}
	if name, err := s.AppDisplayName.Get(); err == nil && name != nil && *name != "" {
		at = say(" at “%s”", *name)
	}
	if interactive, err := s.IsInteractive.Get(); err == nil && interactive != nil && !*interactive {
		alone = say(" (without a person)")
	}
	if address, err := s.IPAddress.Get(); err == nil && address != nil && *address != "" {
		from = say(", from the address %s", *address)
	}
	return say("%s%s%s%s%s", on(s.CreatedDateTime), with, at, alone, from)
}
