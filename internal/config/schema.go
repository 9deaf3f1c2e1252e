package config

import (
	"bytes"
	"encoding/json"
)

// A schema is a JSON Schema, of the keywords that are used here:
// https://json-schema.org/draft/2020-12
type schema struct {
	Dialect     string `json:"$schema,omitempty"`
	Title       string `json:"title,omitempty"`
	Description string `json:"description,omitempty"`
	Type        any    `json:"type,omitempty"` // a name, or several
	Default     any    `json:"default,omitempty"`

	Enum      []string `json:"enum,omitempty"`
	Pattern   string   `json:"pattern,omitempty"`
	MinLength int      `json:"minLength,omitempty"`
	MaxLength int      `json:"maxLength,omitempty"`
	Format    string   `json:"format,omitempty"`
	Minimum   int      `json:"minimum,omitempty"`
	Maximum   int      `json:"maximum,omitempty"`
	// Not of JSON Schema, which lets unknown keywords pass. VS Code's language servers
	// show the first in the place of the pattern, and do not complete what has the second:
	// https://github.com/microsoft/vscode-json-languageservice
	PatternErrorMessage string `json:"patternErrorMessage,omitempty"`
	DoNotSuggest        bool   `json:"doNotSuggest,omitempty"`

	MinItems int     `json:"minItems,omitempty"`
	Items    *schema `json:"items,omitempty"`

	Required             []string            `json:"required,omitempty"`
	DependentRequired    map[string][]string `json:"dependentRequired,omitempty"`
	Properties           map[string]schema   `json:"properties,omitempty"`
	AdditionalProperties *bool               `json:"additionalProperties,omitempty"`

	AnyOf []schema `json:"anyOf,omitempty"`
	OneOf []schema `json:"oneOf,omitempty"`
	Not   *schema  `json:"not,omitempty"`
}

// fileSchema returns the JSON Schema of breakglass.yaml, as text. A key that is
// always refused is not in it, so that editors do not suggest it.
func fileSchema() ([]byte, error) {
	var d draft
	s := d.file().schema()
	s.Dialect = "https://json-schema.org/draft/2020-12/schema"
	s.Title = "breakglass.yaml, the configuration of breakglass-watch"
	s.Description = "What an operator declares: the emergency access accounts of a Microsoft Entra tenant, and how they are to be judged."
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(s)
	return text.Bytes(), err
}

func (s section) schema() schema {
	o := s.rule.schema
	o.Type = "object"
	if s.empty {
		o.Type = []string{"object", "null"}
	}
	o.Properties = map[string]schema{}
	beside := map[string][]string{}
	for _, f := range s.fields {
		if _, ok := f.shape.(refused); ok {
			continue
		}
		property := f.shape.schema()
		property.Description, property.Default, property.DoNotSuggest = f.about, f.standard, f.unnamed
		o.Properties[f.name] = property
		if f.required {
			o.Required = append(o.Required, f.name)
		}
		if f.beside != "" {
			beside[f.name] = []string{f.beside}
		}
	}
	o.DependentRequired = beside
	o.AdditionalProperties = &s.open
	return o
}

func (l list[T]) schema() schema {
	var item T
	items := l.item(&item).schema()
	if l.none != nil {
		return schema{Type: "array", Items: &items, MinItems: 1}
	}
	return schema{Type: []string{"array", "null"}, Items: &items}
}

func (v value[T]) schema() schema { return v.form.schema }

func (o orEmpty) schema() schema {
	return schema{AnyOf: []schema{o.shape.schema(), {Type: "null"}, {Enum: []string{""}}}}
}

func (ignored) schema() schema { return schema{} }

func (refused) schema() schema { return schema{Not: &schema{}} }
