package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"breakglass/tenant"
	"breakglass/text"
)

// maxSize bounds the file. A thousand tenants' declarations are far below it.
const maxSize = 1 << 20

// Parse reads the text of a configuration file, YAML or JSON; file is its name for
// people, and elsewhere are the accounts that are declared outside of it, which are
// added; a zero one is one that is wrong. The error is of type Mistakes. A file
// without accounts is none.
func Parse(file string, data []byte, elsewhere ...tenant.Declaration) (Config, error) {
	r := &reader{file: file}
	root := r.document(data)
	if root == nil {
		return Config{}, r.mistakes.err()
	}
	var d draft
	whole := d.file()
	r.topKeys = fieldNames(whole.fields)
	whole.read(r, top, root)
	declared := len(d.Accounts)
	for _, a := range d.theirs {
		d.Accounts = append(d.Accounts, a.declaration())
	}
	own := d.Accounts[:declared]
	d.Accounts = unique(append(slices.Clone(d.Accounts), elsewhere...))
	r.refer(root, &d)
	r.mentions(root, &d, own)
	r.twice(root, &d)
	if err := r.mistakes.err(); err != nil {
		return Config{}, err
	}
	return d.Config, nil
}

// document returns the root of the only document, or nil after a mistake.
func (r *reader) document(data []byte) *yaml.Node {
	if len(data) > maxSize {
		r.mistake(1, say("the file is larger than 1 MiB"), say("expected a breakglass.yaml"))
		return nil
	}
	if line := unprintable(data); line > 0 {
		r.mistake(line, say("a character that is not text"), say("expected UTF-8 without control characters"))
		return nil
	}
	decoder := yaml.NewDecoder(bytes.NewReader(resolveEscapes(data)))
	var document, next yaml.Node
	err := decoder.Decode(&document)
	if err == nil {
		switch second := decoder.Decode(&next); {
		case second == nil:
			r.mistake(max(next.Line, 1), say("the file holds a second YAML document"), say("expected one"))
		case !errors.Is(second, io.EOF):
			err = second
		}
	}
	if err != nil && !errors.Is(err, io.EOF) {
		r.mistake(syntaxError(data, err))
		return nil
	}
	if len(document.Content) == 0 || document.Content[0].Kind == yaml.ScalarNode && document.Content[0].ShortTag() == "!!null" {
		r.mistake(1, say("the file declares nothing"), howToDeclare())
		return nil
	}
	return document.Content[0]
}

// unprintable returns the line of the first byte that is no text, or 0. What
// declares itself as UTF-16, as Windows PowerShell writes, is left to the parser.
func unprintable(data []byte) int {
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		return 0
	}
	for i := 0; i < len(data); {
		c, size := utf8.DecodeRune(data[i:])
		if c == utf8.RuneError && size == 1 || c < ' ' && c != '\t' && c != '\n' && c != '\r' || c == 0x7f {
			return 1 + bytes.Count(data[:i], []byte("\n"))
		}
		i += size
	}
	return 0
}

// escapePattern is one escape of JSON, or the two that stand for one character
// beyond U+FFFF: https://www.rfc-editor.org/rfc/rfc8259#section-7
var escapePattern = regexp.MustCompile(`\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|.)`)

// resolveEscapes puts characters in the place of JSON's escapes that the YAML parser
// does not know: pairs, and the slash. What is not JSON stays as it is.
func resolveEscapes(data []byte) []byte {
	if !json.Valid(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))) {
		return data
	}
	return escapePattern.ReplaceAllFunc(data, func(escape []byte) []byte {
		var character string
		if len(escape) == 2 && escape[1] != '/' || json.Unmarshal([]byte(`"`+string(escape)+`"`), &character) != nil {
			return escape
		}
		return []byte(character)
	})
}

var (
	syntaxPattern = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)`)
	anchorPattern = regexp.MustCompile(`(?s)anchor '(.*)'`)
)

// syntaxError words an error of the YAML parser, whose lines may be off by one. Of
// all of them, those about anchors alone repeat what is in the file, and have no line.
func syntaxError(data []byte, err error) (line int, what, expected text.Text) {
	if anchor := anchorPattern.FindStringSubmatch(err.Error()); anchor != nil {
		before, _, _ := bytes.Cut(data, []byte("*"+anchor[1]))
		return 1 + bytes.Count(before, []byte("\n")), say("an alias (*) of nothing, or of itself"), say("expected the value itself; quote a text that begins with *")
	}
	line = 1
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	if parts := syntaxPattern.FindStringSubmatch(err.Error()); parts != nil {
		if n, err := strconv.Atoi(parts[1]); err == nil {
			line = max(n, 1)
		}
		message = parts[2]
	}
	return line, say("the syntax is broken near this line: %s", message), say("expected YAML or JSON")
}
