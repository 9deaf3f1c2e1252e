package breakglass_test

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// pinned is an action named by its commit: a tag can be moved to other code.
// https://docs.github.com/en/actions/reference/security/secure-use#using-third-party-actions
var pinned = regexp.MustCompile(`^[\w.-]+/[\w./-]+@[0-9a-f]{40}$`)

// release is the comment that tells people, and Dependabot, which release a commit is.
var release = regexp.MustCompile(`^# v\d+\.\d+\.\d+$`)

// problems are what is wrong with a workflow.
func problems(content []byte) []string {
	var file yaml.Node
	if err := yaml.Unmarshal(content, &file); err != nil {
		return []string{err.Error()}
	}
	if len(file.Content) == 0 {
		return []string{"it is empty"}
	}
	var all []string
	if value(file.Content[0], "permissions") == nil {
		all = append(all, "it has no permissions at its top, and so each job may have those of the repository's settings")
	}
	return append(all, unpinned(&file)...)
}

// unpinned looks for every key uses, wherever it stands.
func unpinned(node *yaml.Node) []string {
	var all []string
	if uses := value(node, "uses"); uses != nil {
		switch {
		case strings.HasPrefix(uses.Value, "./"): // of this repository, at this commit
		case !pinned.MatchString(uses.Value):
			all = append(all, uses.Value+" is not pinned by a commit")
		case !release.MatchString(uses.LineComment):
			all = append(all, uses.Value+" does not say which release that is, as in # v1.2.3")
		}
		if strings.HasPrefix(uses.Value, "actions/checkout@") {
			with := value(node, "with")
			if keep := value(with, "persist-credentials"); keep == nil || keep.Value != "false" {
				all = append(all, uses.Value+" leaves the token behind for later steps: set persist-credentials to false")
			}
		}
	}
	for _, child := range node.Content {
		all = append(all, unpinned(child)...)
	}
	return all
}

// value is what a mapping has under a key, or nil.
func value(node *yaml.Node, key string) *yaml.Node {
	if node == nil || node.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			return node.Content[i+1]
		}
	}
	return nil
}

func TestWorkflowsArePinned(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(".github/workflows/*.y*ml")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no workflows: %v", err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, problem := range problems(content) {
			t.Errorf("%s: %s", file, problem)
		}
	}
}

func TestProblemsOfAWorkflow(t *testing.T) {
	t.Parallel()
	const commit = "3d3c42e5aac5ba805825da76410c181273ba90b1"
	step := func(uses string) string {
		return "permissions: {}\njobs:\n  a:\n    steps:\n      - uses: " + uses + "\n"
	}
	for name, test := range map[string]struct{ workflow, want string }{
		"pinned":                    {step("a/b@" + commit + " # v1.2.3"), ""},
		"pinned, below the top":     {step("a/b/c@" + commit + " # v1.2.3"), ""},
		"of this repository":        {step("./.github/actions/a"), ""},
		"a tag":                     {step("a/b@v1 # v1.2.3"), "not pinned"},
		"a branch":                  {step("a/b@main"), "not pinned"},
		"nothing":                   {step("a/b"), "not pinned"},
		"a short commit":            {step("a/b@" + commit[:12] + " # v1.2.3"), "not pinned"},
		"an image":                  {step("docker://alpine:3"), "not pinned"},
		"no release":                {step("a/b@" + commit), "which release"},
		"a major release only":      {step("a/b@" + commit + " # v1"), "which release"},
		"quoted, in one line":       {"permissions: {}\njobs: {a: {steps: [{\"uses\": \"a/b@v1\"}]}}\n", "not pinned"},
		"a workflow that is reused": {"permissions: {}\njobs:\n  a:\n    uses: a/b/.github/workflows/c.yml@v1\n", "not pinned"},
		"no permissions":            {"jobs: {}\n", "no permissions"},
		"a token is left":           {step("actions/checkout@" + commit + " # v7.0.1"), "persist-credentials"},
		"a token is left for true":  {step("actions/checkout@" + commit + " # v7.0.1\n        with: {persist-credentials: true}"), "persist-credentials"},
		"no token is left":          {step("actions/checkout@" + commit + " # v7.0.1\n        with: {persist-credentials: false}"), ""},
		"nothing at all":            {"", "empty"},
		"no YAML":                   {"a: [", "yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := strings.Join(problems([]byte(test.workflow)), "; ")
			if (got == "") != (test.want == "") || !strings.Contains(got, test.want) {
				t.Errorf("the problems are %q, want %q", got, test.want)
			}
		})
	}
}

// TestDependabotKnowsEveryManifest holds its configuration to the tree: what it does not
// know is never updated, and nothing says so.
func TestDependabotKnowsEveryManifest(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile(".github/dependabot.yml")
	if err != nil {
		t.Fatal(err)
	}
	var config struct {
		Updates []struct {
			Ecosystem   string   `yaml:"package-ecosystem"`
			Directories []string `yaml:"directories"`
		} `yaml:"updates"`
	}
	if err := yaml.Unmarshal(content, &config); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, update := range config.Updates {
		for _, dir := range update.Directories {
			got = append(got, update.Ecosystem+" "+dir)
		}
	}
	want := manifests(t)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("Dependabot looks at\n%q, and there are\n%q", got, want)
	}
}

// manifests are the directories with something to update, as Dependabot writes them.
func manifests(t *testing.T) []string {
	t.Helper()
	ecosystems := map[string]string{"go.mod": "gomod", "package.json": "npm", "versions.tf": "terraform"}
	all := []string{"github-actions /"}
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && slices.Contains([]string{".git", ".terraform", "node_modules", "build", "dist", "testdata"}, d.Name()) {
			return fs.SkipDir
		}
		if ecosystem := ecosystems[d.Name()]; ecosystem != "" {
			all = append(all, ecosystem+" "+path.Join("/", filepath.ToSlash(filepath.Dir(file))))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(all)
	return all
}
