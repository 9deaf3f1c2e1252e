package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	"breakglass/checks"
)

var update = flag.Bool("update", false, "write generated documents and golden files")

var permissionTable = regexp.MustCompile("(?s)(<!-- permissions: [^>]*-->\n).*?(<!-- /permissions -->)")

// TestReadmePermissions holds the README's table to the list in the code.
func TestReadmePermissions(t *testing.T) {
	t.Parallel()
	const file = "../../README.md"
	readme, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var table bytes.Buffer
	if err := permissionsMarkdown(&table); err != nil {
		t.Fatal(err)
	}
	if !permissionTable.Match(readme) {
		t.Fatal("the README has no place for the permissions")
	}
	want := permissionTable.ReplaceAll(readme, []byte("${1}\n"+table.String()+"\n${2}"))
	if *update && !bytes.Equal(readme, want) {
		if err := os.WriteFile(file, want, 0o644); err != nil { //nolint:gosec // a document for everybody
			t.Fatal(err)
		}
		readme = want
	}
	if !bytes.Equal(readme, want) {
		t.Error("the README's permissions are not those of the code: run `make docs`")
	}
}

// TestInfraPermissions holds what Terraform grants to the list in the code.
func TestInfraPermissions(t *testing.T) {
	t.Parallel()
	const file = "../../infra/permissions.tf.json"
	ids := map[string]string{}
	for _, p := range checks.Permissions() {
		ids[p.Name] = p.ID
	}
	want, err := json.MarshalIndent(map[string]any{
		"//":     "Written by `make docs` from checks/permissions.go: application permissions of Microsoft Graph and the ids of their app roles. All of them read.",
		"locals": map[string]any{"graph_permissions": ids},
	}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	want = append(want, '\n')
	got, err := os.ReadFile(file)
	if *update && !bytes.Equal(got, want) {
		got, err = want, os.WriteFile(file, want, 0o644) //nolint:gosec // a document for everybody
	}
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("the permissions that Terraform grants are not those of the code: run `make docs`")
	}
}

func TestPermissionsCommand(t *testing.T) {
	t.Parallel()
	text, asJSON := run(t, nil, "permissions"), run(t, nil, "permissions", "--format=json")
	var listed []checks.Permission
	if text.Code != 0 || asJSON.Code != 0 || json.Unmarshal([]byte(asJSON.Out), &listed) != nil || len(listed) != len(checks.Permissions()) {
		t.Fatalf("exit %d and %d: %s", text.Code, asJSON.Code, asJSON.Out)
	}
	for _, p := range checks.Permissions() {
		for _, part := range append([]string{p.Name, p.ID}, p.Checks...) {
			if !strings.Contains(text.Out, part) {
				t.Errorf("no %s in the text", part)
			}
		}
		if !regexp.MustCompile(`^[A-Za-z-]+\.Read(\.[A-Za-z]+)?$`).MatchString(p.Name) {
			t.Errorf("%s does more than read", p.Name)
		}
	}
	if bad := run(t, nil, "permissions", "--format=xml"); bad.Code != 64 {
		t.Errorf("exit %d", bad.Code)
	}
}
