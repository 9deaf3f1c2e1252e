package main

import (
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"breakglass/checks"
	"breakglass/internal/standin/apptest"
)

// needsMore stands before the commands that need more than this machine.
var needsMore = regexp.MustCompile(`^\*Needs (a live subscription|a live tenant|a release on GitHub)\.\*$`)

// directive is what a document says to its test alone: what happens between two commands.
var directive = regexp.MustCompile(`^<!-- guide: (.*) -->$`)

// A step of a document is a command with what it prints, something that happens, or a
// message that people were told.
type step struct {
	at      string // file:line
	command string
	comment string   // after the command
	output  []string // nil where the document shows none
	happens string
	told    string // Slack's message, in any lines
	more    bool   // it needs more than this machine
}

// documents are those that tell people what to type.
func documents(t *testing.T) []string {
	t.Helper()
	all := []string{"../../README.md", "../../infra/README.md", "../../CONTRIBUTING.md"}
	guide, err := filepath.Glob("../../docs/*.md")
	if err != nil || len(guide) == 0 {
		t.Fatalf("no guide: %v", err)
	}
	return append(all, guide...)
}

// stepsOf reads the steps of a document: the commands in its blocks of sh and console, and
// what is said about the text blocks among them.
func stepsOf(file, text string) []step {
	var all []step
	lines := strings.Split(text, "\n")
	before := ""
	for i := 0; i < len(lines); i++ {
		line := strings.TrimSpace(lines[i])
		language, opens := strings.CutPrefix(line, "```")
		if said := directive.FindStringSubmatch(line); said != nil {
			all = append(all, step{at: fmt.Sprintf("%s:%d", file, i+1), happens: said[1]})
		}
		if !opens {
			before = cmp.Or(line, before)
			continue
		}
		var block []string
		start := i + 2
		for i++; i < len(lines) && strings.TrimSpace(lines[i]) != "```"; i++ {
			block = append(block, strings.TrimRight(lines[i], " "))
		}
		at := func(n int) string { return fmt.Sprintf("%s:%d", file, start+n) }
		switch last := len(all) - 1; {
		case language == "sh":
			all = append(all, typed(block, at, needsMore.MatchString(before))...)
		case language == "console":
			all = append(all, shown(block, at, needsMore.MatchString(before))...)
		case last >= 0 && all[last].happens == "told":
			all[last].happens, all[last].told = "", strings.Join(block, " ")
		}
		before = ""
	}
	return all
}

// typed are the commands of a block that holds nothing else.
func typed(block []string, at func(int) string, more bool) []step {
	var all []step
	for i := 0; i < len(block); i++ {
		first, line := i, block[i]
		for strings.HasSuffix(line, `\`) && i+1 < len(block) {
			i++
			line = strings.TrimSuffix(line, `\`) + strings.TrimSpace(block[i])
		}
		command, comment, _ := strings.Cut(" "+line, " #")
		if command = strings.TrimSpace(command); command != "" {
			all = append(all, step{at: at(first), command: command, comment: strings.TrimSpace(comment), more: more})
		}
	}
	return all
}

// shown are the commands of a block with what each prints.
func shown(block []string, at func(int) string, more bool) []step {
	var all []step
	for i, line := range block {
		if command, ok := strings.CutPrefix(line, "$ "); ok {
			all = append(all, typed([]string{command}, func(int) string { return at(i) }, more)...)
			all[len(all)-1].output = []string{}
		} else if len(all) > 0 {
			all[len(all)-1].output = append(all[len(all)-1].output, line)
		}
	}
	return all
}

// objection says why a command is neither run here nor said to need more; empty if it is.
func (s step) objection(makefile string) string {
	words := strings.Fields(s.command)
	switch {
	case s.more || len(words) == 0:
		return ""
	case words[0] == "bin/breakglass":
		return ""
	case words[0] == "export" && len(words) == 2 && strings.Contains(words[1], "="):
		return ""
	case words[0] == "make":
		for _, target := range words[1:] {
			if !strings.Contains(makefile, "\n"+target+":") {
				return "the Makefile has no target " + target
			}
		}
		return ""
	case words[0] == "cp" && len(words) == 3:
		if _, err := os.Stat(filepath.Join("../..", words[1])); err != nil {
			return "there is no " + words[1] + " to copy"
		}
		return ""
	case strings.HasPrefix(words[0], "."):
		if info, err := os.Stat(filepath.Join("../..", words[0])); err == nil && info.Mode()&0o111 != 0 {
			return ""
		}
		return "it is no program of this repository"
	}
	return "it is not run here: write *Needs a live subscription.* or *Needs a live tenant.* on the line before its block"
}

// TestGuideCommands: what a document tells people to type is either run by TestGuide as it
// is written, a target of the Makefile, or said to need a subscription or a tenant.
func TestGuideCommands(t *testing.T) {
	t.Parallel()
	makefile := apptest.ReadText(t, "../../Makefile")
	for _, file := range documents(t) {
		for _, s := range stepsOf(file, apptest.ReadText(t, file)) {
			if why := s.objection(makefile); why != "" {
				t.Errorf("%s: %s\n\t%s", s.at, s.command, why)
			}
		}
	}
	const madeUp = "Do this:\n\n```sh\nfrobnicate --all # now\nmake nonesuch\n./nonesuch\n```\n\n```console\n$ az login\n…\n```\n\n" +
		"*Needs a live tenant.*\n\n```sh\naz login\n```\n\n```sh\nbin/breakglass check \\\n  --help\nmake run\n```\n"
	var refused, passed []string
	for _, s := range stepsOf("made-up.md", madeUp) {
		if s.objection(makefile) != "" {
			refused = append(refused, s.at+" "+s.command)
		} else {
			passed = append(passed, s.command)
		}
	}
	if want := []string{"made-up.md:4 frobnicate --all", "made-up.md:5 make nonesuch", "made-up.md:6 ./nonesuch", "made-up.md:10 az login"}; !slices.Equal(refused, want) {
		t.Errorf("refused %q, want %q", refused, want)
	}
	if want := []string{"az login", "bin/breakglass check --help", "make run"}; !slices.Equal(passed, want) {
		t.Errorf("passed %q, want %q", passed, want)
	}
}

var (
	linked  = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.*)$`)
	code    = regexp.MustCompile("(?s)```.*?```")
)

// anchors are the names by which GitHub links to the headings of a document.
func anchors(text string) []string {
	var all []string
	for _, h := range heading.FindAllStringSubmatch(code.ReplaceAllString(text, ""), -1) {
		name := strings.ToLower(linked.ReplaceAllString(h[1], "]"))
		name = regexp.MustCompile(`[^\p{L}\p{N} _-]`).ReplaceAllString(name, "")
		all = append(all, strings.ReplaceAll(strings.TrimSpace(name), " ", "-"))
	}
	return all
}

// TestGuideLinks: what documents link to inside of the repository is there.
func TestGuideLinks(t *testing.T) {
	t.Parallel()
	for _, file := range documents(t) {
		text := apptest.ReadText(t, file)
		for _, l := range linked.FindAllStringSubmatch(code.ReplaceAllString(text, ""), -1) {
			path, anchor, _ := strings.Cut(l[1], "#")
			if strings.Contains(path, "://") {
				continue
			}
			target := file
			if path != "" {
				target = filepath.Join(filepath.Dir(file), path)
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s: %s is not there", file, l[1])
			} else if anchor != "" && !slices.Contains(anchors(apptest.ReadText(t, target)), anchor) {
				t.Errorf("%s: %s has no heading for #%s", file, target, anchor)
			}
		}
	}
}

var (
	joinedText = regexp.MustCompile(`"\s*\+\s*"`)
	quotedCell = regexp.MustCompile("`([^`]+)`")
)

// sources is all that the program can say: its code without the tests, with texts that
// are put together in one piece, and the alarms of the installation.
func sources(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && slices.Contains([]string{"node_modules", ".git", "build", "dist"}, d.Name()) {
			return cmp.Or(err, fs.SkipDir)
		}
		program := strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go")
		if program || strings.HasSuffix(path, ".tf") || strings.HasSuffix(path, ".sh") || strings.HasSuffix(path, "Makefile") {
			all.WriteString(apptest.ReadText(t, path))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(joinedText.ReplaceAllString(all.String(), ""), `\"`, `"`)
}

// TestGuideSentences: what the tables of symptoms say that the program says, it says: each
// text in the first column, between the places that are filled in.
func TestGuideSentences(t *testing.T) {
	t.Parallel()
	all, found := sources(t), 0
	for _, file := range []string{"../../docs/troubleshooting.md", "../../docs/messages.md"} {
		for n, line := range strings.Split(apptest.ReadText(t, file), "\n") {
			if !strings.HasPrefix(line, "| ") {
				continue
			}
			cell, _, _ := strings.Cut(line[2:], " | ")
			for _, quoted := range quotedCell.FindAllStringSubmatch(cell, -1) {
				for part := range strings.SplitSeq(quoted[1], "…") {
					part = strings.TrimSpace(part)
					found++
					if !strings.Contains(all, part) {
						t.Errorf("%s:%d: nothing in the code says %q", file, n+1, part)
					}
				}
			}
		}
	}
	if found < 50 {
		t.Errorf("%d sentences were found: does this test still read the tables?", found)
	}
}

// TestGuidePermissions: the threat model says of each permission what a thief could read.
func TestGuidePermissions(t *testing.T) {
	t.Parallel()
	model := apptest.ReadText(t, "../../docs/threat-model.md")
	for _, p := range checks.Permissions() {
		if strings.Count(model, "\n| `"+p.Name+"` | ") != 1 {
			t.Errorf("no line about %s", p.Name)
		}
	}
	if lines, want := strings.Count(model, ".Read.All` | ")+strings.Count(model, ".Read.Directory` | ")+strings.Count(model, ".Read.AzureADGroup` | ")+strings.Count(model, ".Read.AuthenticationMethod` | "), len(checks.Permissions()); lines != want {
		t.Errorf("%d lines about permissions, want %d", lines, want)
	}
}
