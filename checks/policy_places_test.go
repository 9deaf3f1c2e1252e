package checks

// placeJudgements are cases of policies that block everybody, but in a place or on a
// device.
func placeJudgements() []judgement {
	const (
		block    = grant + `/builtInControls = ["block"]`
		location = policy + "/conditions/locations = "
		office   = "99999999-0000-4000-8000-000000000011"
		country  = "99999999-0000-4000-8000-000000000012"
		network  = "3d46dbda-8382-466a-856d-eb00cbc6b910"
	)
	named := `namedLocations = [{"@odata.type": "#microsoft.graph.ipNamedLocation", "id": "` + office + `", "isTrusted": false},
		{"@odata.type": "#microsoft.graph.countryNamedLocation", "id": "` + country + `", "countriesAndRegions": ["JP"], "countryLookupMethod": "clientIpAddress", "includeUnknownCountriesAndRegions": true}]`
	survival := func(emergency, anyDevice string) map[string]string {
		return map[string]string{"survival-emergency tenant": emergency, "survival-any-device tenant": anyDevice, "policy-excluded ea01": "fail critical", "policy-excluded ea02": "fail critical"}
	}
	allBut := func(id string) string {
		return location + `{"includeLocations": ["All"], "excludeLocations": ["` + id + `"]}`
	}
	excludes := func(rule string) string {
		return policy + `/conditions/devices = {"deviceFilter": {"mode": "exclude", "rule": ` + rule + `}}`
	}
	return []judgement{
		{name: "blocked but where the device is not compliant", changes: with(block, excludes(`"device.isCompliant -eq False"`)), want: survival("fail critical", "fail high")},
		{name: "blocked but for a workstation of administrators", changes: with(block, excludes(`"device.extensionAttribute1 -eq \"PAW\""`)), want: survival("unknown critical", "fail high")},
		{name: "blocked but in countries, unknown ones among them", changes: with(block, named, allBut(country)), want: survival("pass", "fail high")},
		{name: "blocked but in an office that is not marked as trusted", changes: with(block, named, allBut(office)), want: survival("pass", "fail high")},
		{name: "blocked but on the compliant network", changes: with(block, named, allBut(network)), want: survival("pass", "fail high")},
		{name: "blocked but in a place that is gone", changes: with(block, named, allBut("99999999-0000-4000-8000-000000000019")), want: survival("unknown critical", "unknown high")},
	}
}
