package report

import (
	"io"
	"strings"

	"breakglass/checks"
)

// Dependencies writes the table of what each way of signing in depends on, each row
// with its evidence.
func Dependencies(w io.Writer, all []checks.DependencyRow, o TextOptions) error {
	p := newPage(o)
	p.para(plain, "", bold, "What each way of signing in depends on")
	p.item("", "The number in brackets counts services. What is marked ≈ is inferred: Microsoft states it nowhere. A row can be overruled under dependencies in breakglass.yaml.")
	for _, d := range all {
		p.line("")
		mark := "  "
		switch d.Evidence {
		case "inferred":
			mark = "≈ "
		case "declared":
			mark = "! "
		}
		p.para(yellow, mark, bold, clean(d.Label)+" · "+clean(d.Method))
		p.item("    is      ", roleOf(d.As))
		p.para(plain, "    needs   ", plain, clean(needsOf(d)))
		p.item("    because ", clean(becauseOf(d)))
	}
	p.section("What is added")
	p.item("- ", "An eligible role: Privileged Identity Management (pim), and somebody who approves (approver) where its settings ask for it.")
	p.item("- ", "A Conditional Access policy that demands a compliant device: Intune (intune-compliance) and a managed device (device:managed); a joined one: the on-premises network (on-premises) and a managed device.")
	p.item("- ", "A custom control: the external MFA provider (external-mfa).")
	p.item("- ", "Custody: the place of a key (place:…), and the person who alone can fetch it (custodian:…).")
	return p.writeTo(w)
}

func roleOf(as string) string {
	switch as {
	case "both":
		return "multifactor authentication by itself"
	case "first":
		return "a first factor"
	}
	return "a second factor"
}

func needsOf(d checks.DependencyRow) string {
	needs := strings.Join(d.Services, ", ") + " (" + plural(len(d.Services), "service") + ")"
	if len(d.Things) > 0 {
		needs += "; and the " + strings.Join(d.Things, " and the ")
	}
	return needs
}

func becauseOf(d checks.DependencyRow) string {
	switch d.Evidence {
	case "counted":
		return "Microsoft counts as many services; which they are is partly inferred: " + d.Source
	case "documentation":
		return "documented: " + d.Source
	case "declared":
		return "breakglass.yaml says so: " + d.Source
	}
	return "inferred from how it works; see " + d.Source
}
