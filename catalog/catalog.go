// Package catalog holds what the program says to people in other languages than English.
// The English text is the key, so the code reads as it speaks; a text without a
// translation is English. It knows nothing of what it translates.
package catalog

import (
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/message/catalog"
)

// Printer formats texts in a language: en, or ja. Any other is English.
func Printer(name string) *message.Printer {
	b := catalog.NewBuilder(catalog.Fallback(language.English))
	for key, forms := range english() {
		must(b.Set(language.English, key, plural.Selectf(forms.argument, "%d", plural.One, forms.one, plural.Other, key)))
	}
	for key, text := range japanese() {
		must(b.SetString(language.Japanese, key, text))
	}
	tag := language.English
	if name == "ja" {
		tag = language.Japanese
	}
	return message.NewPrinter(tag, message.Catalog(b))
}

func must(err error) {
	if err != nil {
		panic(err) // the texts are constant, and a test formats each
	}
}

// A singular is what an English text is where its number is one.
type singular struct {
	argument int // which argument is the number
	one      string
}

func english() map[string]singular {
	return map[string]singular{
		"… and %d more things, each of which stops one regular administrator at most, or nobody.": {1, "… and one more thing, which stops one regular administrator at most, or nobody."},
		"… and %d more sets.": {1, "… and one more set."},
	}
}
