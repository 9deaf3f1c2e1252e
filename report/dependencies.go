package report

import (
	"io"
	"strings"

	"breakglass/checks"
	"breakglass/display"
)

// Dependencies writes the table of what each way of signing in depends on, each row
// with its evidence.
func Dependencies(w io.Writer, all []checks.DependencyRow, o TextOptions) error {
	p := newPage(o)
	p.para(plain, "", bold, p.say("What each way of signing in depends on"))
	p.item("", p.say("The number in brackets counts services. What is marked ≈ is inferred: Microsoft states it nowhere. A row can be overruled under dependencies in breakglass.yaml."))
	for _, d := range all {
		p.line("")
		mark := "  "
		switch d.Evidence {
		case "inferred":
			mark = "≈ "
		case "declared":
			mark = "! "
		}
		p.para(yellow, mark, bold, display.Terminal(p.whole(d.Label))+" · "+display.Terminal(d.Method))
		p.item(p.say("    is      "), p.roleOf(d.As))
		p.para(plain, p.say("    needs   "), plain, display.Terminal(p.needsOf(d)))
		p.item(p.say("    because "), display.Terminal(p.becauseOf(d)))
	}
	p.section(p.say("What is added"))
	p.item("- ", p.say("An eligible role: Privileged Identity Management (pim), and somebody who approves (approver) where its settings ask for it."))
	p.item("- ", p.say("A Conditional Access policy that demands a compliant device: Intune (intune-compliance) and a managed device (device:managed); a joined one: the on-premises network (on-premises) and a managed device."))
	p.item("- ", p.say("A custom control: the external MFA provider (external-mfa)."))
	p.item("- ", p.say("Custody: the place of a key (place:…), and the person who alone can fetch it (custodian:…)."))
	return p.writeTo(w)
}

func (p *page) roleOf(as string) string {
	switch as {
	case "both":
		return p.say("multifactor authentication by itself")
	case "first":
		return p.say("a first factor")
	}
	return p.say("a second factor")
}

func (p *page) needsOf(d checks.DependencyRow) string {
	var things strings.Builder
	for i, thing := range d.Things {
		if i == 0 {
			things.WriteString(p.say("; and %s", p.thing(thing)))
		} else {
			things.WriteString(p.say(" and %s", p.thing(thing)))
		}
	}
	return p.say("%s (%d services)", strings.Join(d.Services, ", "), len(d.Services)) + things.String()
}

// thing names what must be at hand.
func (p *page) thing(kind string) string {
	switch kind {
	case "key":
		return p.say("the key")
	case "key-model":
		return p.say("the key-model")
	case "device":
		return p.say("the device")
	case "phone":
		return p.say("the phone")
	}
	return kind
}

func (p *page) becauseOf(d checks.DependencyRow) string {
	switch d.Evidence {
	case "counted":
		return p.say("Microsoft counts as many services; which they are is partly inferred: %s", d.Source)
	case "documentation":
		return p.say("documented: %s", d.Source)
	case "declared":
		return p.say("breakglass.yaml says so: %s", d.Source)
	}
	return p.say("inferred from how it works; see %s", d.Source)
}
