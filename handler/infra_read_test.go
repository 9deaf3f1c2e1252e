package main

import (
	"path/filepath"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// An infra is the Terraform configuration in ../infra, as far as its local values go.
type infra struct {
	locals    map[string]hcl.Expression
	variables map[string]cty.Value
}

// readInfra reads the local values and the variables with their defaults, and gives the
// variables that are named other values.
func readInfra(t *testing.T, variables map[string]cty.Value) infra {
	t.Helper()
	files, err := filepath.Glob("../infra/*.tf")
	if err != nil || len(files) == 0 {
		t.Fatalf("no Terraform configuration: %v", err)
	}
	i := infra{locals: map[string]hcl.Expression{}, variables: map[string]cty.Value{}}
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

func (i infra) read(t *testing.T, block *hclsyntax.Block) {
	t.Helper()
	switch block.Type {
	case "locals":
		for name, attribute := range block.Body.Attributes {
			i.locals[name] = attribute.Expr
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

// resources are what Azure would have answered about those that local values name.
func resources() cty.Value {
	text := cty.StringVal
	object := func(name string, output map[string]cty.Value) cty.Value {
		return cty.ObjectVal(map[string]cty.Value{"name": text(name), "output": cty.ObjectVal(output)})
	}
	return cty.ObjectVal(map[string]cty.Value{
		"storage":  object("stcontoso", map[string]cty.Value{"blob": text("https://stcontoso.blob.core.windows.net/")}),
		"state":    object("breakglass-state", map[string]cty.Value{"": text("")}),
		"identity": object("id-contoso", map[string]cty.Value{"client_id": text("11111111-1111-1111-1111-111111111111")}),
		"insights": object("appi-contoso", map[string]cty.Value{"connection_string": text("InstrumentationKey=0")}),
		"vault":    cty.TupleVal([]cty.Value{object("kv-contoso", map[string]cty.Value{"uri": text("https://kv-contoso.vault.azure.net/")})}),
	})
}

// local is a local value.
func (i infra) local(t *testing.T, name string) cty.Value {
	t.Helper()
	expression, ok := i.locals[name]
	if !ok {
		t.Fatalf("there is no local.%s", name)
	}
	needed := map[string]cty.Value{"": cty.False}
	for _, variable := range expression.Variables() {
		if variable.RootName() == "local" {
			of := variable[1].(hcl.TraverseAttr).Name
			needed[of] = i.local(t, of)
		}
	}
	value, diagnostics := expression.Value(&hcl.EvalContext{
		Variables: map[string]cty.Value{"var": cty.ObjectVal(i.variables), "local": cty.ObjectVal(needed), "azapi_resource": resources()},
		Functions: map[string]function.Function{
			"join": stdlib.JoinFunc, "lower": stdlib.LowerFunc, "merge": stdlib.MergeFunc, "replace": stdlib.ReplaceFunc,
		},
	})
	if diagnostics.HasErrors() {
		t.Fatal(diagnostics)
	}
	return value
}

// settings are the app settings that Terraform would write.
func (i infra) settings(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for name, value := range i.local(t, "settings").AsValueMap() {
		all[name] = value.AsString()
	}
	return all
}
