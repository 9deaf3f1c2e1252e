package main

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	kusto   = regexp.MustCompile("(?s)```kusto\n(.*?)```")
	aField  = regexp.MustCompile(`line\["([^"]+)"\]`)
	aText   = regexp.MustCompile(`tostring\(line\["msg"\]\) == "([^"]+)"`)
	inTexts = regexp.MustCompile(`tostring\(line\["msg"\]\) in \(([^)]+)\)`)
	aHas    = regexp.MustCompile(`message has "([^"]+)"`)
)

// aColumn is a column of Azure's own tables, and no value, which stands in quotes.
var aColumn = regexp.MustCompile(`\b[A-Z][A-Za-z]+\b`)

var quotedValue = regexp.MustCompile(`"[^"]*"`)

// auditColumns are columns of the tables that Azure itself writes:
// https://learn.microsoft.com/azure/azure-monitor/reference/tables/storagebloblogs and
// https://learn.microsoft.com/azure/azure-monitor/reference/tables/azkvauditlogs
func auditColumns() map[string][]string {
	return map[string][]string{
		"StorageBlobLogs": {"TimeGenerated", "Category", "OperationName", "StatusCode", "AccountName", "Uri", "RequesterUpn", "RequesterObjectId", "CallerIpAddress"},
		"AZKVAuditLogs":   {"TimeGenerated", "OperationName", "ResultSignature", "RequestUri", "Identity", "CallerIpAddress"},
	}
}

// TestQueries: the texts and the fields that the documents' queries name are those that the
// program logs.
func TestQueries(t *testing.T) {
	t.Parallel()
	var files []string
	for _, pattern := range []string{"*.go", "../internal/watch/*.go"} {
		some, err := filepath.Glob(pattern)
		if err != nil || len(some) == 0 {
			t.Fatal(pattern, err)
		}
		files = append(files, some...)
	}
	var source strings.Builder
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		source.Write(data)
	}
	said := func(file, name string) {
		own := []string{"msg", "time", "level"} // of slog itself
		if !slices.Contains(own, name) && !strings.Contains(source.String(), `"`+name+`"`) {
			t.Errorf("%s: nothing logs %q", file, name)
		}
	}
	queries := 0
	for _, file := range []string{"../docs/queries.md", "../infra/README.md"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range kusto.FindAllStringSubmatch(string(text), -1) {
			queries++
			for _, m := range aField.FindAllStringSubmatch(block[1], -1) {
				said(file, m[1])
			}
			for _, pattern := range []*regexp.Regexp{aText, aHas} {
				for _, m := range pattern.FindAllStringSubmatch(block[1], -1) {
					said(file, m[1])
				}
			}
			for _, m := range inTexts.FindAllStringSubmatch(block[1], -1) {
				for name := range strings.SplitSeq(m[1], ", ") {
					said(file, strings.Trim(name, `"`))
				}
			}
			table, _, _ := strings.Cut(block[1], "\n")
			if columns, ok := auditColumns()[table]; ok {
				for _, m := range aColumn.FindAllString(quotedValue.ReplaceAllString(block[1][len(table):], ""), -1) {
					if !slices.Contains(columns, m) {
						t.Errorf("%s: %s has no %s", file, table, m)
					}
				}
			} else if table != "traces" {
				t.Errorf("%s: a query of something else: %s", file, block[1])
			}
		}
	}
	if queries < 9 {
		t.Errorf("%d queries", queries)
	}
}

// TestQueriesOnLines: the line that ends a run, and the one of a look, have the fields that
// the queries sum up.
func TestQueriesOnLines(t *testing.T) {
	t.Parallel()
	log, _ := eventful(t)
	seen := map[string]map[string]bool{}
	for _, line := range parsed(t, log) {
		text, _ := line["msg"].(string)
		if seen[text] == nil {
			seen[text] = map[string]bool{}
		}
		for field := range line {
			seen[text][field] = true
		}
	}
	expectFields(t, seen)
	for text, fields := range map[string][]string{
		"invoked":       {"version", "pastDue", "retry", "run", "invocation", "function"},
		"checked":       {"pass", "fail", "unknown", "notApplicable", "worst"},
		"logs read":     {"new", "whole", "signIns", "audits"},
		"told":          {"channel", "key", "receipt"},
		"not told":      {"channel", "key", "err"},
		"run completed": {"did", "whole", "durationMs", "requests", "batched", "throttled", "retries", "events", "sent", "waiting", "pass", "fail", "unknown"},
		"run failed":    {"err", "durationMs", "requests", "throttled", "sent"},
		"run skipped":   {"did", "durationMs"},
	} {
		for _, field := range fields {
			if !seen[text][field] {
				t.Errorf("a line %q has no %s", text, field)
			}
		}
	}
}

// expectFields compares each query with the lines that it is about: a field that another
// line has would be empty.
func expectFields(t *testing.T, seen map[string]map[string]bool) {
	t.Helper()
	// These happen in other tests' worlds: TestEnds and TestBrokenInstallationTells.
	seen["handler stopped"] = map[string]bool{"err": true, "reason": true}
	seen["told of the installation"] = map[string]bool{"channel": true, "key": true}
	seen["not told of the installation"] = map[string]bool{"channel": true, "err": true}
	for _, file := range []string{"../docs/queries.md", "../infra/README.md"} {
		document, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range kusto.FindAllStringSubmatch(string(document), -1) {
			fields := map[string]bool{}
			for _, text := range textsOf(block[1], seen) {
				if seen[text] == nil {
					t.Errorf("%s: no line %q is logged", file, text)
				}
				maps.Copy(fields, seen[text])
			}
			for _, m := range aField.FindAllStringSubmatch(block[1], -1) {
				if !fields[m[1]] {
					t.Errorf("%s: no line of this query has %s:\n%s", file, m[1], block[1])
				}
			}
		}
	}
}

// textsOf are the texts of the lines that a query is about: all, if it names none.
func textsOf(query string, seen map[string]map[string]bool) []string {
	var texts []string
	for _, m := range aText.FindAllStringSubmatch(query, -1) {
		texts = append(texts, m[1])
	}
	for _, m := range inTexts.FindAllStringSubmatch(query, -1) {
		for name := range strings.SplitSeq(m[1], ", ") {
			texts = append(texts, strings.Trim(name, `"`))
		}
	}
	if len(texts) == 0 {
		return slices.Collect(maps.Keys(seen))
	}
	return texts
}
