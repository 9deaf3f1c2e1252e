package signin

import (
	"fmt"
	"strings"
	"testing"
)

// filterPage is where Microsoft says what a filter for devices does.
const filterPage = "https://learn.microsoft.com/entra/identity/conditional-access/concept-condition-filters-for-devices"

// TestDevicePropertiesAndOperators walks the table of properties and operators of
// Microsoft's page for the device of each context: an unregistered one has no properties,
// so a positive operator does not match and a negative one does.
func TestDevicePropertiesAndOperators(t *testing.T) {
	t.Parallel()
	const (
		equals   = "Equals, NotEquals"
		listed   = "Equals, NotEquals, In, NotIn"
		contains = "Contains, NotContains"
		text     = "Equals, NotEquals, StartsWith, NotStartsWith, EndsWith, NotEndsWith, Contains, NotContains, In, NotIn"
	)
	written := map[string]string{
		"Equals": "-eq", "NotEquals": "-ne", "StartsWith": "-startsWith", "NotStartsWith": "-notStartsWith", "EndsWith": "-endsWith", "NotEndsWith": "-notEndsWith",
		"Contains": "-contains", "NotContains": "-notContains", "In": "-in", "NotIn": "-notIn",
	}
	rows := []struct{ property, operators, value string }{
		{"deviceId", listed, "aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb"},
		{"displayName", text, "ABC"},
		{"deviceOwnership", equals, "Company"},
		{"enrollmentProfileName", text, "AutoPilot Profile"},
		{"isCompliant", equals, "True"},
		{"manufacturer", text, "Microsoft"},
		{"mdmAppId", listed, "00001111-aaaa-2222-bbbb-3333cccc4444"},
		{"model", text, "Surface"},
		{"operatingSystem", text, "Windows"},
		{"operatingSystemVersion", text, "10.0.18363"},
		{"physicalIds", contains, "[ZTDId]:value"},
		{"profileType", equals, "Printer"},
		{"systemLabels", contains, "M365Managed"},
		{"trustType", equals, "ServerAD"},
	}
	for n := 1; n <= 15; n++ {
		rows = append(rows, struct{ property, operators, value string }{fmt.Sprint("extensionAttribute", n), text, "SAW"})
	}
	for _, row := range rows {
		for name, operator := range written {
			value := `"` + row.value + `"`
			if strings.HasSuffix(name, "In") {
				value = "[" + value + `, "another"]`
			}
			rule := "device." + row.property + " " + operator + " " + value
			want := fmt.Sprint(strings.HasPrefix(name, "Not"))
			if supported := strings.Contains(", "+row.operators+",", ", "+name+","); !supported {
				want = "?cannot be judged"
			}
			for _, form := range []string{rule, "(" + rule + ")", strings.ToUpper(rule), strings.Replace(rule, "-", "", 1), strings.ReplaceAll(rule, `"`, "'")} {
				got, err := matchesDevice(form, AnyDevice)
				if !matches(fmt.Sprint(got), err, want) {
					t.Errorf("unregistered, %s: %v %v, want %s\n%s", form, got, err, want, filterPage)
				}
			}
		}
	}
}

// TestDeviceFilters evaluates rules for both contexts.
func TestDeviceFilters(t *testing.T) {
	t.Parallel()
	const open = "?cannot be judged"
	for _, c := range []struct{ rule, usual, any string }{
		// What is known of the usual device: it is compliant, joined, and runs Windows.
		{`device.isCompliant -eq True`, "true", "false"},
		{`device.isCompliant -eq "True"`, "true", "false"},
		{`device.isCompliant -ne True`, "false", "true"},
		{`device.isCompliant -eq False`, "false", "false"},
		{`device.isCompliant -ne False`, "true", "true"},
		{`device.isCompliant -eq "maybe"`, open, open},
		{`device.trustType -eq "Workplace"`, "false", "false"},
		{`device.trustType -ne "Workplace"`, "true", "true"},
		{`device.trustType -eq "AzureAD"`, open, "false"},
		{`device.trustType -eq "AzureAD" -or device.trustType -eq "ServerAD"`, "true", "false"},
		{`device.trustType -ne "AzureAD" -and device.trustType -ne "ServerAD"`, "false", "true"},
		{`device.trustType -eq "Domain"`, open, open},
		{`device.operatingSystem -eq "Windows"`, "true", "false"},
		{`device.operatingSystem -startsWith "win"`, "true", "false"},
		{`device.operatingSystem -notEndsWith "dows"`, "false", "true"},
		{`device.operatingSystem -notContains "ind"`, "false", "true"},
		{`device.operatingSystem -in ["iOS", "Android"]`, "false", "false"},
		{`device.operatingSystem -notIn ["iOS","Windows"]`, "false", "true"},
		{`device.extensionAttribute1 -eq "PAW"`, open, "false"},
		{`device.extensionAttribute15 -ne "PAW"`, open, "true"},
		{`device.extensionAttribute16 -eq "PAW"`, open, open},
		{`device.shoeSize -eq "9"`, open, open},
		{`device.model -match "^S"`, open, open},

		// -not binds more closely than -and, and -and than -or.
		{`device.isCompliant -eq True -or device.model -eq "X" -and device.model -eq "Y"`, "true", "false"},
		{`(device.isCompliant -eq True -or device.model -eq "X") -and device.isCompliant -eq False`, "false", "false"},
		{`device.isCompliant -eq False -and device.model -eq "X" -or device.operatingSystem -eq "Windows"`, "true", "false"},
		{`device.model -eq "X" -and device.model -eq "Y"`, open, "false"},
		{`device.isCompliant -ne True -or device.extensionAttribute1 -ne "PAW"`, open, "true"},
		{`((device.isCompliant -eq True) -and ((device.trustType -ne "Workplace")))`, "true", "false"},
		{`device.isCompliant -eq True and device.operatingSystem eq "Windows"`, "true", "false"},
		{`-not (device.isCompliant -eq True)`, "false", open},
		{`-not device.isCompliant -eq False -and device.operatingSystem -eq "Windows"`, "true", "false"},
		{`device.isCompliant -ne True -or -not (device.isCompliant -eq True)`, "false", "true"},
		{`not(device.model -eq "X")`, open, open},

		// Values.
		{`device.displayName -contains "A (and) -or B"`, open, "false"},
		{`device.displayName -eq ""`, open, "false"},
		{`device.trustType -ne null`, open, open},
		{`device.trustType -eq $null`, open, open},
		{`device.displayName -ne "null"`, open, "true"},
		{`device.model -in ["A", "B", "C"]`, open, "false"},

		// Rules of another form.
		{``, open, open},
		{`   `, open, open},
		{`true`, open, open},
		{`device.model -eq`, open, open},
		{`device.model -eq "X`, open, open},
		{`(device.model -eq "X"`, open, open},
		{`device.model -eq "X")`, open, open},
		{`device.model -eq "X" -xor device.model -eq "Y"`, open, open},
		{`device.model -in "X"`, open, open},
		{`device.model -in []`, open, open},
		{`device.model -eq ["X"]`, open, open},
		{`user.department -eq "X"`, open, open},
		{`"device.model" -eq "X"`, open, open},
		{`device.model "-eq" "X"`, open, open},
		{`device.physicalIds -any (_ -contains "X")`, open, open},
		{`device.operatingSystem == 'Windows'`, open, open},
		{strings.Repeat("(", 5000), open, open},
		{strings.Repeat("-not ", 1000) + `device.model -eq "X"`, open, open},
	} {
		for context, want := range map[Context]string{Usual: c.usual, AnyDevice: c.any} {
			got, err := matchesDevice(c.rule, context)
			if !matches(fmt.Sprint(got), err, want) {
				t.Errorf("context %d, %.80s: %v %v, want %s", context, c.rule, got, err, want)
			}
		}
	}
}

// TestDeviceConditions walks the table "Policy behavior with filter for devices" of
// Microsoft's page and the lists that came before filters: whether a policy applies to the
// usual device and to one that is not registered.
func TestDeviceConditions(t *testing.T) {
	t.Parallel()
	filter := func(mode, rule string) string {
		return fmt.Sprintf(`{conditions}/devices = {"deviceFilter": {"mode": %q, "rule": %q}}`, mode, rule)
	}
	const (
		positive = `device.extensionAttribute1 -eq "SAW"`
		negative = `device.extensionAttribute1 -ne "SAW"`
		states   = "https://learn.microsoft.com/graph/api/resources/conditionalaccessdevices?view=graph-rest-beta"
	)
	for _, c := range []struct{ name, source, change, usual, any string }{
		{"include, positive", filterPage, filter("include", positive), "?cannot be judged", "false"},
		{"include, negative", filterPage, filter("include", negative), "?cannot be judged", "true"},
		{"exclude, positive", filterPage, filter("exclude", positive), "?cannot be judged", "true"},
		{"exclude, negative", filterPage, filter("exclude", negative), "?cannot be judged", "false"},
		{"exclude, not compliant", filterPage, filter("exclude", `device.isCompliant -eq False`), "true", "true"},
		{"exclude, compliant", filterPage, filter("exclude", `device.isCompliant -eq True`), "false", "true"},
		{"include, not compliant, negative", filterPage, filter("include", `device.isCompliant -ne True`), "false", "true"},
		{"a mode of tomorrow", filterPage, filter("invert", `device.isCompliant -eq True`), `?"invert"`, `?"invert"`},
		{"no filter", filterPage, `{conditions}/devices = {"deviceFilter": null}`, "true", "true"},
		{"a filter that says nothing", filterPage, `{conditions}/devices = {"deviceFilter": {"mode": null, "rule": ""}}`, "true", "true"},
		{"the filter unread", filterPage, `{conditions}/devices = {}`, "?deviceFilter", "?deviceFilter"},
		{"a condition on devices of tomorrow", filterPage, `{conditions}/devices = {"deviceFilter": null, "smell": "good"}`, "?smell", "?smell"},
		{"all but compliant ones", states, `{conditions}/devices = {"deviceFilter": null, "includeDevices": ["All"], "excludeDevices": ["Compliant"]}`, "false", "true"},
		{"all but joined ones", states, `{conditions}/devices = {"deviceFilter": null, "includeDeviceStates": ["All"], "excludeDeviceStates": ["DomainJoined"]}`, "?hybrid joined", "true"},
		{"all but both", states, `{conditions}/deviceStates = {"includeStates": ["All"], "excludeStates": ["domainJoined", "compliant"]}`, "false", "true"},
		{"all", states, `{conditions}/deviceStates = {"includeStates": ["All"], "excludeStates": []}`, "true", "true"},
		{"all but what is of tomorrow", states, `{conditions}/deviceStates = {"includeStates": ["All"], "excludeStates": ["Golden"]}`, `?"Golden"`, `?"Golden"`},
		{"what is of tomorrow", states, `{conditions}/deviceStates = {"includeStates": ["Golden"], "excludeStates": []}`, `?"Golden"`, `?"Golden"`},
		{"states of tomorrow", states, `{conditions}/deviceStates = {"includeStates": ["All"], "excludeStates": [], "smell": "good"}`, "?smell", "?smell"},
	} {
		s := edited(t, c.change)
		for context, want := range map[Context]string{Usual: c.usual, AnyDevice: c.any} {
			applies, err := placesOf(s, context).applies(policy(t, s), Path{})
			if !matches(fmt.Sprint(applies), err, want) {
				t.Errorf("%s, context %d: %v %v, want %s\n%s", c.name, context, applies, err, want, c.source)
			}
		}
	}
}

// TestOtherConditions: the usual person signs in with a browser, on Windows, and without
// any risk. A word that the program does not know may be theirs.
func TestOtherConditions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ change, want string }{
		{`{conditions}/clientAppTypes = ["all"]`, "true"},
		{`{conditions}/clientAppTypes = null`, "true"},
		{`{conditions}/clientAppTypes = []`, "true"},
		{`{conditions}/clientAppTypes = ["browser", "other"]`, "true"},
		{`{conditions}/clientAppTypes = ["mobileAppsAndDesktopClients", "exchangeActiveSync", "easSupported", "other"]`, "false"},
		{`{conditions}/clientAppTypes = ["other", "telepathy"]`, `?"telepathy"`},
		{`{conditions}/platforms = {"includePlatforms": [], "excludePlatforms": []}`, "true"},
		{`{conditions}/platforms = {"includePlatforms": null, "excludePlatforms": null}`, "true"},
		{`{conditions}/platforms = {"includePlatforms": ["all"], "excludePlatforms": ["windows"]}`, "false"},
		{`{conditions}/platforms = {"includePlatforms": ["all"], "excludePlatforms": ["android", "iOS", "windowsPhone", "macOS", "linux"]}`, "true"},
		{`{conditions}/platforms = {"includePlatforms": ["android", "iOS", "windowsPhone", "macOS", "linux"], "excludePlatforms": []}`, "false"},
		{`{conditions}/platforms = {"includePlatforms": ["WINDOWS"], "excludePlatforms": []}`, "true"},
		{`{conditions}/platforms = {"includePlatforms": ["all"], "excludePlatforms": ["desktop"]}`, `?"desktop"`},
		{`{conditions}/platforms = {"includePlatforms": ["desktop"], "excludePlatforms": []}`, `?"desktop"`},
		{`{conditions}/platforms = {"includePlatforms": ["desktop"], "excludePlatforms": ["windows"]}`, "false"},
		{`{conditions}/signInRiskLevels = ["low", "medium", "high", "hidden"]`, "false"},
		{`{conditions}/signInRiskLevels = ["none", "high"]`, "true"},
		{`{conditions}/signInRiskLevels = []`, "true"},
		{`{conditions}/signInRiskLevels = null`, "true"},
		{`{conditions}/signInRiskLevels = ["unknownFutureValue"]`, `?"unknownFutureValue"`},
		{`{conditions}/userRiskLevels = ["lowest"]`, `?"lowest"`},
		{`{conditions}/insiderRiskLevels = "minor,moderate, elevated"`, "false"},
		{`{conditions}/insiderRiskLevels = ""`, "true"},
		{`{conditions}/insiderRiskLevels = "unknownFutureValue"`, `?"unknownFutureValue"`},
	} {
		s := edited(t, c.change)
		applies, err := placesOf(s, Usual).applies(policy(t, s), Path{})
		if !matches(fmt.Sprint(applies), err, c.want) {
			t.Errorf("%s: %v %v, want %s", c.change, applies, err, c.want)
		}
	}
}

// FuzzDeviceFilter reads anything as a filter for devices: for each device it holds, does not
// hold, or is not known with a reason, and a rule in brackets says what it says without.
func FuzzDeviceFilter(f *testing.F) {
	for _, rule := range []string{
		`device.isCompliant -eq True`, `device.model -in ["A", 'B'] -and -not (device.trustType -ne "AzureAD")`, `device.displayName -startsWith "x" -or (device.deviceId -eq null)`,
		`((((`, `device.extensionAttribute15 -notContains "PAW"`, `-not -not device.mdmAppId -notIn []`,
	} {
		f.Add(rule)
	}
	f.Fuzz(func(t *testing.T, rule string) {
		for _, context := range []Context{Usual, AnyDevice} {
			yes, err := matchesDevice(rule, context)
			if err != nil && (yes || err.Error() == "") {
				t.Errorf("%q holds, and is not known: %v", rule, err)
			}
			if _, ok := parseFilter(rule); !ok {
				continue
			}
			if again, err2 := matchesDevice("("+rule+")", context); again != yes || (err == nil) != (err2 == nil) {
				t.Errorf("%q in brackets: %t %v, not %t %v", rule, again, err2, yes, err)
			}
		}
	})
}
