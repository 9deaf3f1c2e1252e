package checks

import (
	"errors"

	"breakglass/tenant"
	"breakglass/text"
)

var accountImpersonal = Check{
	ID:       "account-impersonal",
	Title:    "The account holds no phone number and no mail address of a person",
	Severity: Low,
	Why: "A person leaves, and takes the phone and the mailbox along. What is on the account can be used to reset its password, " +
		"and tells whoever reads the directory whom to call and pretend.",
	Passes:      "`mobilePhone`, `businessPhones` and `otherMails` are empty.",
	Remediation: "Microsoft Entra admin center > Users > the account > Edit properties > Contact information: remove the phone numbers and the other mail addresses.",
	References:  []string{pageEmergencyAccess, "https://learn.microsoft.com/entra/identity/authentication/concept-sspr-policy"},
	evaluate: perAccount(func(_ view, u tenant.User) verdict {
		var found []string
		mobile, mobileErr := u.MobilePhone.Get()
		if mobileErr == nil && mobile != nil && *mobile != "" {
			found = append(found, "mobilePhone")
		}
		phones, phonesErr := u.BusinessPhones.Get()
		if hasText(phones) {
			found = append(found, "businessPhones")
		}
		mails, mailsErr := u.OtherMails.Get()
		if hasText(mails) {
			found = append(found, "otherMails")
		}
		switch {
		case len(found) > 0: // the values themselves are nobody's business
			return fail(say("Set on the account: %s.", text.Join(text.Comma, found))).with("properties", found...)
		}
		if err := errors.Join(mobileErr, phonesErr, mailsErr); err != nil {
			return unknown(err)
		}
		return pass("No phone number and no other mail address is set.")
	}),
}

func hasText(list []string) bool {
	for _, item := range list {
		if item != "" {
			return true
		}
	}
	return false
}
