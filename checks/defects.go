package checks

import (
	"breakglass/defect"
	"breakglass/tenant"
)

// A Defect is a panic of one check.
type Defect struct {
	Check string
	*defect.Error
}

// ask asks the question of a check. If it panics, nothing that it might have said of
// anybody is known: one result about the whole tenant stands for all of them, as that
// keeps what was found before from passing for settled.
func (c Check) ask(v view) []finding {
	v.check = c.ID
	var findings []finding
	if caught := defect.In(func() { findings = c.evaluate(v) }); caught != nil {
		return []finding{v.ofTenant(v.defect(caught))}
	}
	return findings
}

// judged is a verdict about one of several subjects: a panic leaves the others theirs.
func (v view) judged(judge func() verdict) verdict {
	var said verdict
	if caught := defect.In(func() { said = judge() }); caught != nil {
		return v.defect(caught)
	}
	return said
}

// defect notes a panic, and is the verdict in its place.
func (v view) defect(caught *defect.Error) verdict {
	*v.defects = append(*v.defects, Defect{v.check, caught})
	return unknown(&tenant.UnreadError{Code: tenant.CodeDefect})
}

// survives is who could still sign in if something failed. Where that could not be
// computed, whoever asks fails in the same way.
func (v view) survives() *Survival {
	if v.broken != nil {
		panic(v.broken)
	}
	return v.survival
}
