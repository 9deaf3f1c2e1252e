// Package catalog holds what the program says to people in other languages than English.
// The English text is the key, so the code reads as it speaks; a text without a
// translation is English. It knows nothing of what it translates.
package catalog

import (
	"sync"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/message/catalog"
)

// Printer formats texts in a language: en, or ja. Any other is English.
func Printer(name string) *message.Printer {
	tag := language.English
	if name == "ja" {
		tag = language.Japanese
	}
	return message.NewPrinter(tag, message.Catalog(texts()))
}

// texts are made once: it takes longer than to word a message.
var texts = sync.OnceValue(func() *catalog.Builder {
	b := catalog.NewBuilder(catalog.Fallback(language.English))
	for key, forms := range english() {
		must(b.Set(language.English, key, plural.Selectf(forms.argument, "%d", plural.One, forms.one, plural.Other, key)))
	}
	for _, texts := range []map[string]string{japanese(), messages(), reports()} {
		for key, text := range texts {
			must(b.SetString(language.Japanese, key, text))
		}
	}
	return b
})

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

		"%d minutes":                         {1, "one minute"},
		"%d hours":                           {1, "one hour"},
		"%d days":                            {1, "one day"},
		"%d %s problems":                     {1, "1 %[2]s problem"},
		"%d new %s problems":                 {1, "1 new %[2]s problem"},
		"%s and %d others":                   {2, "%[1]s and 1 other"},
		"%d problems became %s":              {1, "1 problem became %[2]s"},
		"%d problems became worse, up to %s": {1, "1 problem became worse: %[2]s"},
		"somebody signed in with %d emergency accounts":           {1, "somebody signed in with an emergency account"},
		"%d problems changed":                                     {1, "1 problem changed"},
		"%d accounts not watched any more":                        {1, "1 account not watched any more"},
		"%d drills succeeded":                                     {1, "1 drill succeeded"},
		"%d drills without a sign-in":                             {1, "1 drill without a sign-in"},
		"%d drills announced":                                     {1, "1 drill announced"},
		"  not part of it: %d other sign-ins, told by themselves": {1, "  not part of it: one other sign-in, told by itself"},
		"%d drills over":                                          {1, "1 drill over"},
		" %d sign-ins, the first at %s":                           {1, " One sign-in, at %[2]s"},
		"%d other sign-ins in that time. The drill does not excuse them: they are told by themselves.": {1, "One other sign-in in that time. The drill does not excuse it: it is told by itself."},
		"%d checks not made for too long":       {1, "1 check not made for too long"},
		"%d snoozes end":                        {1, "1 snooze ends"},
		"%d drills due":                         {1, "1 drill due"},
		"%s (%d services)":                      {2, "%[1]s (1 service)"},
		"%d of %d checks fail, the worst is %s": {1, "%d of %d checks fails, and it is %s"},
		"%d administrators, %d of them for emergencies. As things are, %d of %d can sign in.": {1, "1 administrator, %[2]d of them for emergencies. As things are, %[3]d of %[4]d can sign in."},
	}
}
