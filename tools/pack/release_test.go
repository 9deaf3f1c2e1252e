package pack

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
)

func TestReleaseIsTheSameFromEveryDirectory(t *testing.T) {
	t.Parallel()
	var sums [2]string
	for i := range sums {
		root := repository(t)
		zip := packed(t, root, "")
		if err := Release(t.Context(), Options{Root: root, Dir: filepath.Join(root, "dist")}, zip); err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(filepath.Join(filepath.Dir(zip), "SHA256SUMS"))
		if err != nil {
			t.Fatal(err)
		}
		sums[i] = string(content)
		want := ""
		for _, name := range []string{"app.zip", "app.cdx.json", "THIRD_PARTY_NOTICES.txt"} {
			content, err := os.ReadFile(filepath.Join(filepath.Dir(zip), name))
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(content, []byte(root)) {
				t.Errorf("%s holds a path of this machine", name)
			}
			want += fmt.Sprintf("%x  %s\n", sha256.Sum256(content), name)
		}
		if sums[i] != want {
			t.Errorf("the checksums are\n%s, want\n%s", sums[i], want)
		}
	}
	if sums[0] != sums[1] {
		t.Errorf("equal sources in two directories give\n%s and\n%s", sums[0], sums[1])
	}
}

func TestBillTellsTheZipAndItsFiles(t *testing.T) {
	t.Parallel()
	root := repository(t)
	zip := packed(t, root, "")
	content, err := Bill(t.Context(), Options{Root: root, Dir: filepath.Join(root, "dist")}, zip)
	if err != nil {
		t.Fatal(err)
	}
	var got bill
	if err := json.Unmarshal(content, &got); err != nil {
		t.Fatal(err)
	}
	product := got.Metadata.Component
	zipped, err := os.ReadFile(zip)
	if err != nil {
		t.Fatal(err)
	}
	if product.Version != "0.5.0-dev" || !slices.Equal(product.Hashes, sha(zipped)) {
		t.Errorf("the product is %s with %v, want 0.5.0-dev with %v", product.Version, product.Hashes, sha(zipped))
	}
	var files []string
	for _, file := range product.Components {
		files = append(files, file.Name)
	}
	want := []string{"handler", "host.json", "EmergencyAccess/function.json", "Watch/function.json", "LICENSE", "THIRD_PARTY_NOTICES.txt"}
	if !slices.Equal(files, want) {
		t.Errorf("the files are %q, want %q", files, want)
	}
	if len(got.Components) != 1 || got.Components[0].Name != standardLibrary {
		t.Errorf("a program without modules consists of %+v, want Go's standard library", got.Components)
	}
}

func TestComponents(t *testing.T) {
	t.Parallel()
	info := &debug.BuildInfo{GoVersion: "go1.99.1"}
	a := madeUp(t, "example.com/A", map[string]string{"LICENSE": mit, "NOTICE": goLicence}, ".")
	a.version = "v2.0.0+incompatible"
	got, err := componentsOf(info, []module{a})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	// The sum of madeUp is that of nothing: e3b0…
	want := `[{"type":"library","bom-ref":"pkg:golang/example.com/A@v2.0.0%2Bincompatible","name":"example.com/A","version":"v2.0.0+incompatible",` +
		`"hashes":[{"alg":"SHA-256","content":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}],` +
		`"licenses":[{"expression":"BSD-3-Clause AND MIT","acknowledgement":"concluded"}],"purl":"pkg:golang/example.com/A@v2.0.0%2Bincompatible",` +
		`"properties":[{"name":"breakglass-watch:go.sum","value":"h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}]},` +
		`{"type":"library","bom-ref":"pkg:golang/stdlib@1.99.1","name":"stdlib","version":"go1.99.1",` +
		`"licenses":[{"license":{"id":"BSD-3-Clause","acknowledgement":"concluded"}}],"purl":"pkg:golang/stdlib@1.99.1"}]`
	if string(text) != want {
		t.Errorf("the components are\n%s, want\n%s", text, want)
	}
}

func TestComponentsTellAllProblemsAtOnce(t *testing.T) {
	t.Parallel()
	_, err := componentsOf(&debug.BuildInfo{}, []module{
		madeUp(t, "example.com/a", map[string]string{"LICENSE": "be kind"}, "."),
		madeUp(t, "example.com/b", map[string]string{"LICENSE": mit}, "."),
		madeUp(t, "example.com/c", map[string]string{"LICENSE": "be kind, too"}, "."),
	})
	if err == nil || !strings.Contains(err.Error(), "example.com/a") || !strings.Contains(err.Error(), "example.com/c") || strings.Contains(err.Error(), "example.com/b") {
		t.Errorf("componentsOf = %v, want an error that names a and c", err)
	}
}

func TestDigestRefuses(t *testing.T) {
	t.Parallel()
	for _, sum := range []string{"", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "h1:", "h1:AAAA", "h2:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="} {
		if got, err := digest(sum); err == nil {
			t.Errorf("digest(%q) = %v, want an error", sum, got)
		}
	}
}

func TestDependencies(t *testing.T) {
	t.Parallel()
	modules := []module{
		{path: "example.com/a", version: "v1.0.0", imports: []string{"example.com/b", standardLibrary}},
		{path: "example.com/b", version: "v1.0.0"},
	}
	got := dependencies(component{Ref: "product"}, &debug.BuildInfo{GoVersion: "go1.99.1"}, modules)
	want := []dependency{
		{"product", []string{"pkg:golang/example.com/a@v1.0.0", "pkg:golang/example.com/b@v1.0.0", "pkg:golang/stdlib@1.99.1"}},
		{"pkg:golang/example.com/a@v1.0.0", []string{"pkg:golang/example.com/b@v1.0.0", "pkg:golang/stdlib@1.99.1"}},
		{"pkg:golang/example.com/b@v1.0.0", nil},
		{"pkg:golang/stdlib@1.99.1", nil},
	}
	if !slices.EqualFunc(got, want, func(a, b dependency) bool { return a.Ref == b.Ref && slices.Equal(a.DependsOn, b.DependsOn) }) {
		t.Errorf("the dependencies are\n%v, want\n%v", got, want)
	}
}

func TestSerial(t *testing.T) {
	t.Parallel()
	// Of the SHA-256 of nothing, e3b0c442 98fc 1c14 9afb f4c8996fb924, with version 8 and variant 10.
	if got, want := serial(nil), "urn:uuid:e3b0c442-98fc-8c14-9afb-f4c8996fb924"; got != want {
		t.Errorf("serial = %s, want %s", got, want)
	}
	if serial([]byte("a")) == serial([]byte("b")) {
		t.Error("two bills have one serial number")
	}
}
