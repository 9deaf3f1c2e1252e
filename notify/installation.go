package notify

import (
	"time"

	"breakglass/catalog"
	"breakglass/display"
)

// A Trouble is something wrong with the installation itself, in English.
type Trouble struct {
	Subject string // the app setting, the function, the place; empty where there is no one name
	Says    string
	Remedy  string
}

// Test words a message that only shows that messages arrive.
func Test(o Options, at time.Time) Message {
	w := wordsIn(o.Language)
	m := w.notice(o, at, display.Calm)
	m.Title = "🔧 " + w.say("A test message")
	m.Lead = []string{w.say("Somebody asked whether messages of breakglass-watch arrive here. They do. It says nothing about the accounts.")}
	return m
}

// Broken words that the installation cannot do its work, and why: what is not looked at
// looks as if all were well.
func Broken(all []Trouble, o Options, at time.Time) Message {
	w := wordsIn(o.Language)
	m := w.notice(o, at, display.Bad)
	m.Title = "🛠️ " + w.say("The emergency access accounts are not watched as they should be")
	m.Lead = []string{w.say("Something is wrong with the installation of breakglass-watch itself. Until it is put right, silence does not mean that all is well.")}
	said := catalog.Terminal(o.Language)
	section := Section{Title: w.say("%s (%d)", w.say("To put right"), len(all)), News: true}
	for _, t := range all {
		subject := t.Subject
		if subject == "" {
			subject = product
		}
		it := Item{
			Icon: "🛠️", Label: w.say("Installation"), Short: w.say("Installation"), Results: 1,
			Findings: []Finding{{Subject: strange(display.Short(subject, maxName)), Text: strange(display.Short(said.Sentence(t.Says), maxReason)), Results: 1}},
		}
		if t.Remedy != "" {
			it.Fields = []Field{{Label: w.say("Remedy"), Text: strange(display.Short(said.Sentence(t.Remedy), maxAdvice))}}
		}
		section.Items = append(section.Items, it)
	}
	m.Sections = []Section{section}
	return m
}

// Mended words that what Broken told of is over.
func Mended(o Options, at time.Time) Message {
	w := wordsIn(o.Language)
	m := w.notice(o, at, display.Good)
	m.Title = "✅ " + w.say("The installation of breakglass-watch works again")
	m.Lead = []string{w.say("What was wrong with it is put right. The next run tells how the accounts stand.")}
	return m
}

// notice is a message that is about no tenant.
func (w words) notice(o Options, at time.Time, tone display.Tone) Message {
	footer := product
	if version := display.Short(o.Version, maxID); version != "" {
		footer += " " + version
	}
	if o.Key != "" {
		footer += " · " + w.say("key %s", o.Key)
	}
	app := ours(product)
	if name := display.Short(o.App, maxName); name != "" {
		app = strange(name)
	}
	return Message{Language: w.Name, Tone: tone, Tenant: []Run{app}, Checked: w.Moment(at), Footer: footer, Key: o.Key}
}
