package report

import (
	"io"

	"breakglass/display"
)

// Paragraphs writes a title and labelled paragraphs below it, wrapped to the width.
func Paragraphs(w io.Writer, o TextOptions, title string, paragraphs ...[2]string) error {
	p := newPage(o)
	p.para(plain, "", bold, display.Terminal(title))
	for _, labelled := range paragraphs {
		p.item(labelled[0], display.Terminal(labelled[1]))
	}
	return p.writeTo(w)
}
