package text

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// A Date is a day, in UTC.
type Date time.Time

// A Minute is a date and a time of day, in UTC.
type Minute time.Time

// A Renderer words a Text. Its functions are those of a language and a medium; each may be
// nil, which is English as it stands.
type Renderer struct {
	// Format returns the format to use in the place of one. The arguments are given, for a
	// language whose words depend on a number.
	Format func(format string, args []any) string
	Term   func(Term) string
	Name   func(Name) string
	Number func(int) string
	Date   func(Date) string
	Minute func(Minute) string
	// Between returns what stands between two items of a list, and before its last one.
	Between func(Separator) (between, last string)
	// Whole words a Text in a way of its own, if ok.
	Whole func(Text) (words string, ok bool)
	// Sentence ends what [Sentence] made.
	Sentence func(string) string
	// Glue joins what was written so far and what follows it, of which one was filled in:
	// literally, unless it is set.
	Glue func(before, after string) string
}

// English is the language of the formats.
var English = Renderer{}

// Text words a Text.
func (r Renderer) Text(t Text) string {
	if r.Whole != nil {
		if words, ok := r.Whole(t); ok {
			return words
		}
	}
	if len(t.Args) == 0 {
		if r.Format != nil {
			return r.Format(t.Format, nil)
		}
		return t.Format
	}
	format := t.Format
	if r.Format != nil {
		format = r.Format(t.Format, t.Args)
	}
	text := r.fill(format, t.Args)
	switch {
	case t.Format != sentence:
		return text
	case r.Sentence != nil:
		return r.Sentence(text)
	}
	return Capital(text)
}

// verb finds what is filled in: its flags, the number of the argument, the verb itself.
var verb = regexp.MustCompile(`%([-+# 0]*)(?:\[(\d+)\])?(\d*(?:\.\d+)?)([a-zA-Z%])`)

// fill writes a format with its arguments. What does not fit shows as fmt shows it.
func (r Renderer) fill(format string, args []any) string {
	var done string
	end, next := 0, 0
	glue := func(after string) { done = r.glued(done, after) }
	for _, at := range verb.FindAllStringSubmatchIndex(format, -1) {
		glue(format[end:at[0]])
		end = at[1]
		kind := format[at[8]:at[9]]
		if kind == "%" {
			done += "%"
			continue
		}
		if at[4] >= 0 {
			next, _ = strconv.Atoi(format[at[4]:at[5]]) // too large a number is none of them
			next--
		}
		if next < 0 || next >= len(args) {
			done += "%!" + kind + "(MISSING)"
			continue
		}
		plain := "%" + format[at[2]:at[3]] + format[at[6]:at[7]]
		if n, ok := args[next].(int); ok && kind == "d" && plain != "%" {
			glue(fmt.Sprintf(plain+"d", n))
		} else if kind == "d" {
			glue(r.Arg(args[next]))
		} else {
			glue(fmt.Sprintf(plain+kind, r.Arg(args[next])))
		}
		next++
	}
	glue(format[end:])
	return done
}

func (r Renderer) glued(before, after string) string {
	if r.Glue != nil {
		return r.Glue(before, after)
	}
	return before + after
}

// Arg words one argument of a Text.
func (r Renderer) Arg(arg any) string {
	switch a := arg.(type) {
	case Name:
		return or(r.Name, a, string(a))
	case string:
		return or(r.Name, Name(a), a)
	case Term:
		return or(r.Term, a, string(a))
	case int:
		return or(r.Number, a, strconv.Itoa(a))
	case Date:
		return or(r.Date, a, time.Time(a).UTC().Format(time.DateOnly))
	case Minute:
		return or(r.Minute, a, time.Time(a).UTC().Format("2006-01-02 15:04")+" UTC")
	case List:
		return r.list(a)
	case Text:
		return r.Text(a)
	case error:
		return r.Text(Of(a))
	}
	return fmt.Sprint(arg)
}

func or[T any](render func(T) string, value T, english string) string {
	if render == nil {
		return english
	}
	return render(value)
}

func (r Renderer) list(l List) string {
	between, last := string(l.By), string(l.By)
	if l.By == And || l.By == Or {
		between = string(Comma)
	}
	if r.Between != nil {
		between, last = r.Between(l.By)
	}
	var done string
	for i, item := range l.Items {
		switch {
		case i == 0:
		case i == len(l.Items)-1:
			done = r.glued(done, last)
		default:
			done = r.glued(done, between)
		}
		done = r.glued(done, r.Arg(item))
	}
	return done
}
