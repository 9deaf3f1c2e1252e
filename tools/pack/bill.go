package pack

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
)

// Bill describes a zip that was made of the staged tree: a bill of materials in the
// form of CycloneDX, with each file in the zip and each module in the handler. Equal
// sources give equal bytes, so it has no time, and its serial number is of what it says.
// A licence that is not allowed, or not known, is an error.
func Bill(ctx context.Context, opts Options, zip string) ([]byte, error) {
	version, err := versionOf(opts)
	if err != nil {
		return nil, err
	}
	info, modules, err := linked(ctx, opts)
	if err != nil {
		return nil, err
	}
	product, err := productOf(opts.Dir, zip, version, info)
	if err != nil {
		return nil, err
	}
	components, err := componentsOf(info, modules)
	if err != nil {
		return nil, err
	}
	all := bill{
		Format:  "CycloneDX",
		Spec:    "1.6",
		Version: 1,
		Metadata: billMetadata{
			Lifecycles: []lifecycle{{"post-build"}},
			Tools:      billTools{[]component{{Type: "application", Name: "breakglass-watch pack", Version: version}}},
			Component:  product,
		},
		Components:   components,
		Dependencies: dependencies(product, info, modules),
	}
	unnumbered, err := encode(all)
	if err != nil {
		return nil, err
	}
	all.Serial = serial(unnumbered)
	return encode(all)
}

// encode writes a bill as people can read it.
func encode(all bill) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false) // purls stay readable
	encoder.SetIndent("", "  ")
	err := encoder.Encode(all)
	return out.Bytes(), err
}

// serial makes a UUID of content: version 8, whose bits are anybody's choice. The action
// that attests a bill refuses one without.
// https://www.rfc-editor.org/rfc/rfc9562#section-5.8
func serial(content []byte) string {
	sum := sha256.Sum256(content)
	sum[6] = sum[6]&0x0f | 0x80 // the version
	sum[8] = sum[8]&0x3f | 0x80 // the variant
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

// productOf describes the zip, and the files in it.
func productOf(dir, zip, version string, info *debug.BuildInfo) (component, error) {
	content, err := os.ReadFile(zip)
	if err != nil {
		return component{}, err
	}
	purl := "pkg:generic/breakglass-watch@" + version
	product := component{Type: "application", Ref: purl, Name: "breakglass-watch", Version: version, Hashes: sha(content), Purl: purl}
	for _, setting := range info.Settings {
		if setting.Key == strings.ToUpper(setting.Key) { // an environment variable
			product.Properties = append(product.Properties, property{"cdx:gomod:build:env:" + setting.Key, setting.Value})
		}
	}
	for _, e := range entries {
		content, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(e.name)))
		if errors.Is(err, fs.ErrNotExist) && e.optional {
			continue
		}
		if err != nil {
			return component{}, err
		}
		product.Components = append(product.Components, component{Type: "file", Ref: "file:" + e.name, Name: e.name, Hashes: sha(content)})
		if e.name == licenceName {
			ids, err := identify(text{e.name, string(content)})
			if err != nil {
				return component{}, err
			}
			product.Licences = concluded(ids)
		}
	}
	return product, nil
}

// componentsOf describes what is linked: the modules and Go's standard library. All
// problems with licences are told at once.
func componentsOf(info *debug.BuildInfo, modules []module) ([]component, error) {
	var all []component
	var problems []error
	for _, m := range modules {
		ids, err := licencesOf(m)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		files, err := digest(m.sum)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", m.path, m.version, err)
		}
		all = append(all, component{
			Type: "library", Ref: purlOf(m), Name: m.path, Version: m.version, Hashes: []hash{files}, Licences: concluded(ids), Purl: purlOf(m),
			Properties: []property{{"breakglass-watch:go.sum", m.sum}},
		})
	}
	ids, err := identify(text{licenceName, goLicence})
	if err != nil {
		problems = append(problems, fmt.Errorf("the standard library of Go: %w", err))
	}
	all = append(all, component{
		Type: "library", Ref: goPurl(info), Name: standardLibrary, Version: info.GoVersion, Licences: concluded(ids), Purl: goPurl(info),
	})
	return all, errors.Join(problems...)
}

// dependencies says which module imports which.
func dependencies(product component, info *debug.BuildInfo, modules []module) []dependency {
	refs := map[string]string{standardLibrary: goPurl(info)}
	for _, m := range modules {
		refs[m.path] = purlOf(m)
	}
	var everything []string
	var all []dependency
	for _, m := range modules {
		var needs []string
		for _, path := range m.imports {
			if ref := refs[path]; ref != "" {
				needs = append(needs, ref)
			}
		}
		everything = append(everything, refs[m.path])
		all = append(all, dependency{refs[m.path], needs})
	}
	everything = append(everything, goPurl(info))
	all = append(all, dependency{Ref: goPurl(info)})
	return append([]dependency{{product.Ref, everything}}, all...)
}

// purlOf names a module as a package URL. Module paths tell capitals apart, and so do
// the databases of vulnerabilities. https://github.com/package-url/purl-spec
func purlOf(m module) string {
	return "pkg:golang/" + m.path + "@" + strings.ReplaceAll(m.version, "+", "%2B") // v2.0.0+incompatible
}

// goPurl names the standard library of a release of Go.
func goPurl(info *debug.BuildInfo) string {
	return "pkg:golang/" + standardLibrary + "@" + strings.TrimPrefix(info.GoVersion, "go")
}

// sha is the SHA-256 of a file.
func sha(content []byte) []hash {
	sum := sha256.Sum256(content)
	return []hash{{"SHA-256", hex.EncodeToString(sum[:])}}
}

// digest turns a sum of go.sum into CycloneDX's form, as CycloneDX's own tool for Go
// does. It is the SHA-256 of the list of a module's files with theirs.
// https://pkg.go.dev/golang.org/x/mod/sumdb/dirhash#Hash1
func digest(sum string) (hash, error) {
	encoded, ok := strings.CutPrefix(sum, "h1:")
	if !ok {
		return hash{}, fmt.Errorf("its sum is %q, want h1:…", sum)
	}
	raw, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || len(raw) != sha256.Size {
		return hash{}, fmt.Errorf("its sum %q is no SHA-256", sum)
	}
	return hash{"SHA-256", hex.EncodeToString(raw)}, nil
}

// concluded are licences that were found by reading their text.
func concluded(ids []string) []licenceChoice {
	const how = "concluded"
	switch len(ids) {
	case 0:
		return nil
	case 1:
		return []licenceChoice{{Licence: &licence{ids[0], how}}}
	}
	return []licenceChoice{{Expression: strings.Join(ids, " AND "), Acknowledgement: how}}
}
