package redact

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"breakglass/tenant"
)

// Aliases are what stands for what. They are numbered as they come: a hash of a name
// could be guessed.
type Aliases struct {
	byText map[string]string // of a class and what it stood for
	count  map[string]int
}

func newAliases() Aliases { return Aliases{map[string]string{}, map[string]int{}} }

// Of returns the alias of an id or a user principal name, if the file holds it.
func (a Aliases) Of(original string) (string, bool) {
	for _, key := range []string{"id " + original, "id " + strings.ToLower(original), "upn " + strings.ToLower(original)} {
		if alias, ok := a.byText[key]; ok {
			return alias, true
		}
	}
	return "", false
}

// alias returns the alias of one thing of a class, by its key; make makes it of its
// number.
func (a Aliases) alias(class, key string, make func(n int) string) string {
	key = class + " " + key
	if known, ok := a.byText[key]; ok {
		return known
	}
	a.count[class]++
	a.byText[key] = make(a.count[class])
	return a.byText[key]
}

// text is the alias of any text.
func (a Aliases) text(label, text string) string {
	return a.alias("text", text, func(n int) string { return fmt.Sprintf("%s %d", label, n) })
}

// managed begins the names of the policies that Microsoft made, which a rule looks for.
const managed = "Microsoft-managed:"

// name is the alias of a name. The number counts all names, so that none is taken for
// another.
func (a Aliases) name(label, text string) string {
	if len(text) >= len(managed) && strings.EqualFold(text[:len(managed)], managed) {
		return managed + " " + a.text(label, text)
	}
	return a.text(label, text)
}

// identifier is the alias of an id. Words of Graph's and ids of Microsoft's stay.
func (a Aliases) identifier(text string) string {
	switch {
	case slices.ContainsFunc(pseudo(), func(word string) bool { return strings.EqualFold(word, text) }):
		return text
	case guidPattern.MatchString(text):
		lower := strings.ToLower(text)
		if isPublic(lower) {
			return text
		}
		return a.alias("id", lower, func(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) })
	case strings.Contains(text, "@"):
		return a.user(text)
	}
	return a.alias("id", text, func(n int) string { return fmt.Sprintf("id-%d", n) })
}

// pseudo are the words that stand in the place of ids.
func pseudo() []string {
	return []string{
		"All", "None", "GuestsOrExternalUsers", "AllAgentIdUsers", "AllTrusted", "Office365", "MicrosoftAdminPortals", "AllAgentIdResources", "ServicePrincipalsInMyTenant", "all_users",
	}
}

// user is the alias of a user principal name or an address of electronic mail. The domain
// has its own alias, and what says that somebody was invited stays.
func (a Aliases) user(text string) string {
	return a.alias("upn", strings.ToLower(text), func(n int) string {
		alias := fmt.Sprintf("user-%d", n)
		if strings.Contains(strings.ToUpper(text), "#EXT#") {
			alias += "#EXT#"
		}
		last := strings.LastIndex(text, "@")
		if last < 0 {
			return alias
		}
		alias += strings.Repeat("@x", strings.Count(text, "@")-1) + "@" // a rule may look behind either end's
		if last == len(text)-1 {
			return alias
		}
		return alias + a.domain(text[last+1:])
	})
}

// domain is the alias of a domain. Of an initial one each label is replaced by itself.
func (a Aliases) domain(text string) string {
	lower := strings.ToLower(text)
	for _, suffix := range tenant.InitialSuffixes() {
		labels, ok := strings.CutSuffix(lower, "."+suffix)
		if !ok {
			continue
		}
		parts := strings.Split(labels, ".")
		for i, part := range parts {
			if part != "" {
				parts[i] = a.alias("label", part, func(n int) string { return fmt.Sprintf("tenant-%d", n) })
			}
		}
		return strings.Join(parts, ".") + "." + suffix
	}
	return a.alias("domain", lower, func(n int) string { return fmt.Sprintf("domain-%d.example", n) })
}

// phone is the alias of a number, by its digits: the same phone stays the same.
// https://en.wikipedia.org/wiki/555_(telephone_number)
func (a Aliases) phone(text string) string {
	digits := strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, text)
	if digits == "" {
		return a.text("text", text)
	}
	return a.alias("phone", digits, func(n int) string { return fmt.Sprintf("+1 555%07d", n) })
}

// address is the alias of an address or a range, of those that are for documentation:
// https://www.rfc-editor.org/rfc/rfc5737, https://www.rfc-editor.org/rfc/rfc3849.
func (a Aliases) address(text string) string {
	plain, _, ranged := strings.Cut(text, "/")
	ip, err := netip.ParseAddr(plain)
	if err != nil {
		return a.text("text", text)
	}
	length := ""
	if ranged {
		length = "/128"
	}
	if ip.Is4() && a.count["ip4"] < 254 {
		if ranged {
			length = "/32"
		}
		return a.alias("ip4", ip.String(), func(n int) string { return fmt.Sprintf("192.0.2.%d", n) }) + length
	}
	return a.alias("ip6", ip.String(), func(n int) string { return fmt.Sprintf("2001:db8::%x:%x", n>>16, n&0xffff) }) + length
}

func (a Aliases) web(text string) string {
	return a.alias("web", text, func(n int) string { return fmt.Sprintf("http://web-%d.example/", n) })
}

// scope is the alias of a path with ids in it, such as that of an administrative unit.
func (a Aliases) scope(text string) string {
	parts := strings.Split(text, "/")
	for i, part := range parts {
		if part != "" && part != "administrativeUnits" {
			parts[i] = a.identifier(part)
		}
	}
	return strings.Join(parts, "/")
}

// What the rules for devices are judged by: Microsoft's properties, operators and values.
// Everything else in an expression could be the tenant's own words.
// https://learn.microsoft.com/entra/identity/conditional-access/concept-condition-filters-for-devices
var (
	rulePart     = regexp.MustCompile(`"[^"]*"|'[^']*'|["'].*|[()\[\],]|[^\s"'()\[\],]+`)
	ruleProperty = regexp.MustCompile(`(?i)^device\.(deviceId|displayName|deviceOwnership|enrollmentProfileName|isCompliant|manufacturer|mdmAppId|model|operatingSystem|` +
		`operatingSystemVersion|physicalIds|profileType|systemLabels|trustType|extensionAttribute([1-9]|1[0-5]))$`)
	ruleWord  = regexp.MustCompile(`(?i)^(-?(and|or|not|eq|ne|(not)?(startsWith|endsWith|contains|in))|true|false|\$?null|[()\[\],])$`)
	ruleValue = regexp.MustCompile(`(?i)^(true|false|AzureAD|ServerAD|Workplace|Personal|Company|RegisteredDevice|SecureVM|Printer|Shared|IoT|)$`)
)

// rule is the alias of an expression: of each part of it that is not known.
func (a Aliases) rule(text string) string {
	return rulePart.ReplaceAllStringFunc(text, func(part string) string {
		if quote := part[:1]; quote == `"` || quote == "'" {
			inner, closed := strings.CutSuffix(part[1:], quote)
			// A filter looks for parts of the usual device's operating system.
			if !ruleValue.MatchString(inner) && !strings.Contains("windows", strings.ToLower(inner)) {
				inner = a.text("text", inner)
			}
			if !closed {
				return quote + inner
			}
			return quote + inner + quote
		}
		switch word := strings.ToLower(part); {
		case ruleWord.MatchString(part), ruleProperty.MatchString(part), ruleValue.MatchString(part), strings.Contains("windows", word):
			return part
		case strings.HasPrefix(word, "device."):
			return "device." + strings.ReplaceAll(a.text("text", part), " ", "-")
		}
		return strings.ReplaceAll(a.text("text", part), " ", "-")
	})
}
