package checks

import (
	"errors"
	"strings"

	"breakglass/signin"
	"breakglass/tenant"
	"breakglass/text"
)

var methodDistinct = Check{
	ID:       "method-distinct",
	Title:    "The account has a usable key of a kind that no other administrator uses",
	Severity: Medium,
	Why: "A flaw in one model, a withdrawn certification or one line in a key restriction disables every key of that model at once. " +
		"If the spare key is of the model that everybody carries, it fails on the same day as theirs.",
	Passes:      "A usable passkey whose model (AAGUID) no regular administrator has registered, or usable certificate-based authentication that none of them has.",
	Remediation: "Buy security keys of another vendor or model for the emergency accounts, allow their AAGUID in the authentication methods policy, and register them.",
	References:  []string{pageEmergencyAccess, pageResilience},
	evaluate:    perAccount(judgeDistinct),
}

func judgeDistinct(v view, u tenant.User) verdict {
	own := v.credentials(u)
	used, open := v.usedByOthers()
	var shared, distinct []string
	unnamed := own.open
	for _, c := range own.certain {
		model, err := modelOf(c)
		switch {
		case err != nil:
			unnamed = errors.Join(unnamed, err)
		case used[model]:
			shared = append(shared, model)
		default:
			distinct = append(distinct, model)
		}
	}
	if distinct = sorted(distinct); len(distinct) > 0 && open == nil {
		return pass(say("No regular administrator has registered %s.", nameOfModel(distinct[0]))).with("model", distinct...)
	}
	open = errors.Join(open, unnamed)
	switch {
	case len(shared) == len(own.certain) && len(shared) > 0 && own.open == nil && v.groupsUnread() == nil: // whoever else there is can only share more
		return fail(say("Regular administrators have registered the same: %s.", namesOfModels(sorted(shared)))).with("model", sorted(shared)...)
	case open != nil:
		return unknown(open)
	}
	return fail("The account has no usable key.").with("methods", registeredIDs(u)...).with("user", u.ID)
}

// certificateModel stands for every certificate: Graph tells no more of them.
const certificateModel = "certificate"

func nameOfModel(model string) text.Text {
	if model == certificateModel {
		return say("a certificate")
	}
	return say("the model %s", model)
}

// namesOfModels names what several keys are, in order.
func namesOfModels(models []string) text.Text {
	if len(models) == 1 {
		return nameOfModel(models[0])
	}
	return say("the model %s", text.Join(text.Comma, models))
}

// modelOf names the kind and model of a credential.
func modelOf(c signin.Credential) (string, error) {
	switch {
	case c.Mode == signin.ModeCertificate:
		return certificateModel, nil
	case c.AAGUID == nil:
		return "", say("the AAGUID of a passkey is not known")
	}
	return strings.ToLower(*c.AAGUID), nil
}

// usedByOthers returns the models that regular administrators have registered. The
// error says what others they may have.
func (v view) usedByOthers() (map[string]bool, error) {
	admins, open := v.regular()
	used := map[string]bool{}
	for _, a := range admins {
		methods, err := signin.Registered(a.User)
		if err = errors.Join(err, signin.UnknownTypes(methods)); err != nil {
			open = errors.Join(open, say("administrator %s: %s", a.User.Label(), err))
		}
		for _, m := range passkeys(methods) {
			id, err := m.AAGUID.Get()
			switch {
			case err != nil:
				open = errors.Join(open, err)
			case id == nil:
				open = errors.Join(open, signin.Doubting(say("the AAGUID of an administrator's passkey is null"), "methods", m.ID))
			default:
				used[strings.ToLower(*id)] = true
			}
		}
		bound, err := certificateBound(a.User)
		if bound {
			used[certificateModel] = true
		}
		open = errors.Join(open, err)
	}
	return used, open
}

// certificateBound reports whether a certificate is bound to a user.
func certificateBound(u tenant.User) (bool, error) {
	info, err := u.AuthorizationInfo.Get()
	if err != nil || info == nil {
		return false, err
	}
	ids, err := info.CertificateUserIDs.Get()
	return hasText(ids), err
}
