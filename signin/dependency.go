package signin

import (
	"cmp"
	"slices"
	"strings"

	"breakglass/text"
)

// Services that a sign-in can depend on.
const (
	Authentication   = "entra-authentication"
	MFAService       = "entra-mfa"
	Push             = "push-notification"
	DeviceInternet   = "internet-on-device"
	OnPremises       = "on-premises"
	PhoneCarrier     = "phone-carrier"
	PIM              = "pim"
	IntuneCompliance = "intune-compliance"
	RevocationList   = "crl"
	PKI              = "pki"
	ExternalMFA      = "external-mfa"
	PasskeyProvider  = "passkey-provider"
	Approver         = "approver"
	ManagedDevice    = "device:managed"
)

// Roles of a method in a sign-in.
const (
	First  = "first"
	Second = "second"
	Both   = "both"
)

// Evidence of a dependency.
const (
	Documented = "documentation"
	Counted    = "counted"  // the number of services is Microsoft's, from a drawing; which they are is partly inferred
	Inferred   = "inferred" // stated nowhere
	Declared   = "declared" // the operator says so
)

// A Dependency says what one way of signing in depends on, besides the things that a
// person holds: keys, devices, phones.
type Dependency struct {
	Method    string // as in paths
	Label     string
	Short     string   // the Label without what tells it from its like; empty if it is the same
	As        string   // First, Second or Both
	Services  []string // Authentication among them
	Things    []string // kinds of things: key, model, device, phone
	Evidence  string
	Source    string
	Overruled bool // by the operator
}

// Methods of paths.
const (
	PathPassword            = "password"
	PathPasswordPassThrough = "password-pass-through"
	PathFederated           = "federated"
	PathFIDO2               = "fido2"
	PathPasskeyDevice       = "passkey-on-device"
	PathPasskeySynced       = "passkey-synced"
	PathWindowsHello        = "windowsHelloForBusiness"
	PathPlatformCredential  = "platformCredential"
	PathCertificate         = "x509CertificateMultiFactor"
	PathCertificateSingle   = "x509CertificateSingleFactor"
	PathTemporaryAccessPass = "temporaryAccessPass"
	PathPush                = "microsoftAuthenticatorPush"
	PathPasswordless        = "deviceBasedPush"
	PathSoftwareOATH        = "softwareOath"
	PathHardwareOATH        = "hardwareOath"
	PathSMS                 = "sms"
	PathVoice               = "voice"
	PathExternal            = "external"
)

const (
	sourceCredentials = "https://learn.microsoft.com/entra/architecture/resilience-in-credentials"
	sourceHybrid      = "https://learn.microsoft.com/entra/architecture/resilience-in-hybrid"
	sourceCRL         = "https://learn.microsoft.com/entra/identity/authentication/concept-certificate-based-authentication-certificate-revocation-list"
)

// Dependencies lists what each way of signing in depends on. The numbers of services
// of a password (1), of a password with push (4) and of FIDO2 (1) are those of
// Microsoft's drawings.
func Dependencies() []Dependency {
	return []Dependency{
		{Method: PathPassword, Label: "Password (in the cloud, or by hash sync)", Short: "Password", As: First, Services: []string{Authentication}, Evidence: Counted, Source: sourceCredentials},
		{Method: PathPasswordPassThrough, Label: "Password (pass-through authentication)", Short: "Password", As: First, Services: []string{Authentication, OnPremises}, Evidence: Documented, Source: sourceHybrid},
		{Method: PathFederated, Label: "Federated domain", As: First, Services: []string{Authentication, OnPremises}, Evidence: Documented, Source: sourceHybrid},
		{Method: PathFIDO2, Label: "FIDO2 security key", As: Both, Services: []string{Authentication}, Things: []string{"key", "key-model"}, Evidence: Counted, Source: sourceCredentials},
		{Method: PathPasskeyDevice, Label: "Passkey in a phone or a computer", As: Both, Services: []string{Authentication, DeviceInternet}, Things: []string{"device"}, Evidence: Inferred, Source: sourceCredentials},
		{Method: PathPasskeySynced, Label: "Synced passkey", As: Both, Services: []string{Authentication, PasskeyProvider}, Evidence: Inferred, Source: sourceCredentials},
		{Method: PathWindowsHello, Label: "Windows Hello for Business", As: Both, Services: []string{Authentication}, Things: []string{"device"}, Evidence: Counted, Source: sourceCredentials},
		{Method: PathPlatformCredential, Label: "Platform credential", As: Both, Services: []string{Authentication}, Things: []string{"device"}, Evidence: Counted, Source: sourceCredentials},
		{Method: PathCertificate, Label: "Certificate (multifactor)", Short: "Certificate", As: Both, Services: []string{Authentication, PKI, RevocationList}, Evidence: Documented, Source: sourceCRL},
		{Method: PathCertificateSingle, Label: "Certificate (single factor)", Short: "Certificate", As: First, Services: []string{Authentication, PKI, RevocationList}, Evidence: Documented, Source: sourceCRL},
		{Method: PathTemporaryAccessPass, Label: "Temporary Access Pass", As: Both, Services: []string{Authentication}, Evidence: Inferred, Source: sourceCredentials},
		{Method: PathPush, Label: "Authenticator, push", As: Second, Services: []string{Authentication, MFAService, Push, DeviceInternet}, Things: []string{"device"}, Evidence: Counted, Source: sourceCredentials},
		{Method: PathPasswordless, Label: "Authenticator, passwordless", As: Both, Services: []string{Authentication, MFAService, Push, DeviceInternet}, Things: []string{"device"}, Evidence: Inferred, Source: sourceCredentials},
		{Method: PathSoftwareOATH, Label: "Software OATH code", As: Second, Services: []string{Authentication, MFAService}, Things: []string{"device"}, Evidence: Documented, Source: sourceCredentials},
		{Method: PathHardwareOATH, Label: "Hardware OATH token", As: Second, Services: []string{Authentication, MFAService}, Things: []string{"device"}, Evidence: Documented, Source: sourceCredentials},
		{Method: PathSMS, Label: "Text message", As: Second, Services: []string{Authentication, MFAService, PhoneCarrier}, Things: []string{"phone"}, Evidence: Documented, Source: sourceCredentials},
		{Method: PathVoice, Label: "Phone call", As: Second, Services: []string{Authentication, MFAService, PhoneCarrier}, Things: []string{"phone"}, Evidence: Documented, Source: sourceCredentials},
		{Method: PathExternal, Label: "External method", As: Second, Services: []string{Authentication, MFAService, ExternalMFA}, Evidence: Documented, Source: sourceCredentials},
	}
}

// together is what stands between the two methods of a path.
const together = " + "

// MethodsOf are the methods of a way of signing in, as Path.Method names it.
func MethodsOf(way string) []string { return strings.Split(way, together) }

// MethodLabel names a way of signing in for people.
func MethodLabel(way string) text.Text {
	var labels []any
	for _, method := range MethodsOf(way) {
		labels = append(labels, labelOf(method))
	}
	return clauses(text.List{By: text.Plus, Items: labels})
}

// labelOf names one method, or what stands in the place of one in a Block. What the program
// does not know stays as it is.
func labelOf(method string) text.Text {
	for _, d := range Dependencies() {
		if d.Method == method {
			return text.Text{Format: cmp.Or(d.Short, d.Label)}
		}
	}
	switch method {
	case "account":
		return say("account")
	case "role":
		return say("role")
	case "phone":
		return say("phone")
	}
	return say("%s", method)
}

// A Component is something that can fail.
type Component struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Kind string `json:"kind"` // service, key, model, device, phone, place or person
	// Message is Name as a Text, where it is the program's own.
	Message text.Text `json:"message,omitzero"`
}

// called is the format of a name that strangers chose.
const called = "%s"

func component(id, kind string, name text.Text) Component {
	c := Component{ID: id, Name: name.String(), Kind: kind}
	if name.Format != called {
		c.Message = name
	}
	return c
}

// Ours reports whether the name is the program's own, and not one that somebody chose.
func (c Component) Ours() bool { return !c.Message.IsZero() && c.Message.String() == c.Name }

// Said is the Text of the name.
func (c Component) Said() text.Text {
	if c.Ours() {
		return c.Message
	}
	return say(called, c.Name)
}

// Services are those that outages are computed for.
func Services() []Component { return services() }

// services names the services that outages are always computed for, and those that
// are not asked about unless something depends on them.
func services() []Component {
	return []Component{
		component(Authentication, "service", say("Microsoft Entra authentication")),
		component(MFAService, "service", say("Microsoft's MFA service")),
		component(PhoneCarrier, "service", say("Phone network")),
		component(Push, "service", say("Push notifications")),
		component(OnPremises, "service", say("Federation or on-premises")),
		component(PIM, "service", say("Privileged Identity Management")),
		component(IntuneCompliance, "service", say("Intune compliance")),
		component(RevocationList, "service", say("Certificate revocation list")),
		component(ExternalMFA, "service", say("External MFA provider")),
		component(DeviceInternet, "service", say("Internet on the phone")),
		component(PasskeyProvider, "service", say("Passkey provider")),
		component(PKI, "service", say("Certificate authority")),
	}
}

// alwaysAsked are the outages that people ask about, whether or not anything depends
// on them.
func alwaysAsked() []string {
	return []string{MFAService, PhoneCarrier, Push, OnPremises, PIM, IntuneCompliance, RevocationList, ExternalMFA}
}

// IsService reports whether a component is a service.
func IsService(id string) bool {
	return slices.ContainsFunc(services(), func(c Component) bool { return c.ID == id })
}
