package pack

// What a bill of materials consists of, as far as it is used here.
// https://cyclonedx.org/docs/1.6/json/
type (
	bill struct {
		Format       string       `json:"bomFormat"`
		Spec         string       `json:"specVersion"`
		Serial       string       `json:"serialNumber,omitempty"`
		Version      int          `json:"version"`
		Metadata     billMetadata `json:"metadata"`
		Components   []component  `json:"components"`
		Dependencies []dependency `json:"dependencies"`
	}
	billMetadata struct {
		Lifecycles []lifecycle `json:"lifecycles"`
		Tools      billTools   `json:"tools"`
		Component  component   `json:"component"`
	}
	lifecycle struct {
		Phase string `json:"phase"`
	}
	billTools struct {
		Components []component `json:"components"`
	}
	component struct {
		Type       string          `json:"type"`
		Ref        string          `json:"bom-ref,omitempty"`
		Name       string          `json:"name"`
		Version    string          `json:"version,omitempty"`
		Hashes     []hash          `json:"hashes,omitempty"`
		Licences   []licenceChoice `json:"licenses,omitempty"`
		Purl       string          `json:"purl,omitempty"`
		Components []component     `json:"components,omitempty"`
		Properties []property      `json:"properties,omitempty"`
	}
	hash struct {
		Algorithm string `json:"alg"`
		Content   string `json:"content"`
	}
	// A licenceChoice is one licence, or an expression of several.
	licenceChoice struct {
		Licence         *licence `json:"license,omitempty"`
		Expression      string   `json:"expression,omitempty"`
		Acknowledgement string   `json:"acknowledgement,omitempty"` // of the expression
	}
	licence struct {
		ID              string `json:"id"`
		Acknowledgement string `json:"acknowledgement"`
	}
	property struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	dependency struct {
		Ref       string   `json:"ref"`
		DependsOn []string `json:"dependsOn,omitempty"`
	}
)
