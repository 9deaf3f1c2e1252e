// Package redact takes the names, ids and addresses out of a tenant file, so that it can
// be shown to somebody else. The same one becomes the same alias everywhere, and what
// the rules look at stays, so every verdict is what it was. It works on the JSON as it
// is written, and lets nothing through that it does not know to be harmless. It knows
// nothing of the rules.
package redact
