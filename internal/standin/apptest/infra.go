package apptest

import (
	"maps"
	"path/filepath"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// An Infra is the Terraform configuration in ../infra, as far as its local values go.
type Infra struct {
	locals    map[string]hcl.Expression
	bodies    map[string]hcl.Expression // what is sent to Azure, by the resource's address
	variables map[string]cty.Value
}

// ReadInfra reads the local values and the variables with their defaults, and gives the
// variables that are named other values.
func ReadInfra(t *testing.T, variables map[string]cty.Value) Infra {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(Root(t), "infra", "*.tf"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no Terraform configuration: %v", err)
	}
	i := Infra{locals: map[string]hcl.Expression{}, bodies: map[string]hcl.Expression{}, variables: map[string]cty.Value{}}
	parser := hclparse.NewParser()
	for _, file := range files {
		parsed, diagnostics := parser.ParseHCLFile(file)
		if diagnostics.HasErrors() {
			t.Fatal(diagnostics)
		}
		for _, block := range parsed.Body.(*hclsyntax.Body).Blocks {
			i.read(t, block)
		}
	}
	for name, value := range variables {
		if i.variables[name] == cty.NilVal {
			t.Fatalf("there is no variable %s", name)
		}
		i.variables[name] = value
	}
	return i
}

func (i Infra) read(t *testing.T, block *hclsyntax.Block) {
	t.Helper()
	switch block.Type {
	case "locals":
		for name, attribute := range block.Body.Attributes {
			i.locals[name] = attribute.Expr
		}
	case "resource":
		if attribute, ok := block.Body.Attributes["body"]; ok {
			i.bodies[block.Labels[0]+"."+block.Labels[1]] = attribute.Expr
		}
	case "variable":
		i.variables[block.Labels[0]] = cty.DynamicVal
		if attribute, ok := block.Body.Attributes["default"]; ok {
			value, diagnostics := attribute.Expr.Value(nil)
			if diagnostics.HasErrors() {
				t.Fatal(diagnostics)
			}
			i.variables[block.Labels[0]] = value
		}
	}
}

// resources are what Azure would have answered about those that are named elsewhere.
func resources() cty.Value {
	text := cty.StringVal
	object := func(name string, output map[string]cty.Value) cty.Value {
		return cty.ObjectVal(map[string]cty.Value{"id": text("/" + name), "name": text(name), "output": cty.ObjectVal(output)})
	}
	nothing := map[string]cty.Value{"": text("")}
	return cty.ObjectVal(map[string]cty.Value{
		"storage":         object("stcontoso", map[string]cty.Value{"blob": text("https://stcontoso.blob.core.windows.net/")}),
		"host_storage":    object("stcontosohost", nothing),
		"package_storage": object("stcontosopkg", map[string]cty.Value{"blob": text("https://stcontosopkg.blob.core.windows.net/")}),
		"state":           object("breakglass-state", nothing),
		"package":         object("app-package", nothing),
		"plan":            object("plan-contoso", nothing),
		"group":           cty.TupleVal([]cty.Value{object("rg-contoso", nothing)}),
		"people":          cty.TupleVal([]cty.Value{object("ag-contoso", nothing)}),
		"workspace":       object("log-contoso", nothing),
		"audit":           object("log-contoso-audit", nothing),
		"identity":        object("id-contoso", map[string]cty.Value{"client_id": text("11111111-1111-1111-1111-111111111111")}),
		"insights":        object("appi-contoso", map[string]cty.Value{"connection_string": text("InstrumentationKey=0")}),
		"vault":           cty.TupleVal([]cty.Value{object("kv-contoso", map[string]cty.Value{"uri": text("https://kv-contoso.vault.azure.net/")})}),
	})
}

// Local is a local value.
func (i Infra) Local(t *testing.T, name string) cty.Value {
	t.Helper()
	expression, ok := i.locals[name]
	if !ok {
		t.Fatalf("there is no local.%s", name)
	}
	return i.evaluate(t, expression, cty.NilVal)
}

// Body is what is sent to Azure for a resource, of those that are made for each of
// something for this one.
func (i Infra) Body(t *testing.T, resource string, each cty.Value) cty.Value {
	t.Helper()
	expression, ok := i.bodies[resource]
	if !ok {
		t.Fatalf("there is no %s with a body", resource)
	}
	return i.evaluate(t, expression, each)
}

func (i Infra) evaluate(t *testing.T, expression hcl.Expression, each cty.Value) cty.Value {
	t.Helper()
	needed := map[string]cty.Value{"": cty.False}
	for _, variable := range expression.Variables() {
		if variable.RootName() == "local" {
			of := variable[1].(hcl.TraverseAttr).Name
			needed[of] = i.Local(t, of)
		}
	}
	variables := map[string]cty.Value{"var": cty.ObjectVal(i.variables), "local": cty.ObjectVal(needed), "azapi_resource": resources()}
	if each != cty.NilVal {
		variables["each"] = each
	}
	value, diagnostics := expression.Value(&hcl.EvalContext{
		Variables: variables,
		Functions: map[string]function.Function{
			"join": stdlib.JoinFunc, "length": stdlib.LengthFunc, "lower": stdlib.LowerFunc, "merge": stdlib.MergeFunc, "replace": stdlib.ReplaceFunc,
		},
	})
	if diagnostics.HasErrors() {
		t.Fatal(diagnostics)
	}
	return value
}

// Path is a value in a value, by the names and the numbers on the way.
func Path(t *testing.T, value cty.Value, names ...any) cty.Value {
	t.Helper()
	for _, name := range names {
		switch name := name.(type) {
		case int:
			value = value.Index(cty.NumberIntVal(int64(name)))
		case string:
			if !value.Type().HasAttribute(name) {
				t.Fatalf("there is no %s in %#v", name, value)
			}
			value = value.GetAttr(name)
		}
	}
	return value
}

// Settings are the app settings that Terraform would write.
func (i Infra) Settings(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for name, value := range i.Local(t, "settings").AsValueMap() {
		all[name] = value.AsString()
	}
	return all
}

// SettingsWith are the app settings of an installation with these sinks.
func SettingsWith(t *testing.T, variables map[string]cty.Value, sinks ...string) map[string]string {
	t.Helper()
	all := map[string]cty.Value{"accounts": cty.ListVal([]cty.Value{cty.StringVal("ea01@contoso.example"), cty.StringVal("ea02@contoso.example")})}
	maps.Copy(all, variables)
	var names []cty.Value
	for _, sink := range sinks {
		names = append(names, cty.StringVal(sink))
	}
	all["sinks"] = cty.SetVal(names)
	return ReadInfra(t, all).Settings(t)
}
