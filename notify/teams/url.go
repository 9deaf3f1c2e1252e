package teams

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"breakglass/notify"
)

// A Trigger is the URL of a workflow that asks its caller for a token.
type Trigger struct {
	hook  notify.WebhookURL
	scope string
}

// Scope is what the token must be for, as identity libraries want it written: the
// audience ends in a slash, which must stay.
func (t Trigger) Scope() string { return t.scope }

// A cloudHosts is one of Power Automate's clouds, by the end of its hosts' names.
// Audiences: https://learn.microsoft.com/power-automate/oauth-authentication#audience-values.
type cloudHosts struct {
	suffix   string
	audience string // empty if the host does not tell it
}

const publicAudience = "https://service.flow.microsoft.com/"

// clouds are the hosts of workflows, the older ones (of Logic Apps) last.
func clouds() []cloudHosts {
	return []cloudHosts{
		{".powerplatform.com", publicAudience},
		{".api.gov.powerplatform.microsoft.us", "https://gov.service.flow.microsoft.us/"},
		{".api.high.powerplatform.microsoft.us", "https://high.service.flow.microsoft.us/"},
		{".api.appsplatform.us", "https://service.flow.appsplatform.us/"},
		{".api.powerplatform.partner.microsoftonline.cn", "https://service.powerautomate.cn/"},
		{".logic.azure.com", publicAudience},
		{".logic.azure.us", ""}, // of three clouds
		{".logic.azure.cn", "https://service.powerautomate.cn/"},
	}
}

// ParseWorkflow reads the URL of a Teams workflow that is triggered by a
// webhook request, with the signature that authorises:
// https://support.microsoft.com/office/create-incoming-webhooks-with-workflows-for-microsoft-teams-8ae491c7-0394-4861-ba59-055e33f75498.
// For trials, http is taken if the host is this machine.
func ParseWorkflow(text string) (notify.WebhookURL, error) {
	u, _, err := parseWorkflow(text)
	switch {
	case err != nil:
		return notify.WebhookURL{}, err
	case !notify.Loopback(u) && u.Query().Get("sig") == "":
		return notify.WebhookURL{}, errors.New("the URL has no sig: it was cut short, maybe at an & that a shell took; put it in quotes; " +
			"or the workflow's trigger is for people of the tenant, and takes the identity instead")
	}
	return notify.NewWebhook(u), nil
}

// ParseTrigger reads the URL of a workflow that takes a token instead of a
// signature. For trials, http is taken if the host is this machine.
func ParseTrigger(text string) (Trigger, error) {
	u, cloud, err := parseWorkflow(text)
	switch {
	case err != nil:
		return Trigger{}, err
	case u.Query().Has("sig"):
		return Trigger{}, errors.New("the URL has a sig, which authorises whoever holds it, and the identity needs none: " +
			"take sp, sv and sig out of the URL, or let the signature authorise instead of the identity")
	case cloud.audience == "":
		return Trigger{}, errors.New("the URL is an old one, whose host does not tell the cloud: copy it again from the workflow")
	}
	return Trigger{hook: notify.NewWebhook(u), scope: cloud.audience + "/.default"}, nil
}

// parseWorkflow reads the URL of a workflow and tells its cloud; the public one on
// this machine.
func parseWorkflow(text string) (*url.URL, cloudHosts, error) {
	u, err := notify.ParseWebhook(text)
	if err != nil || notify.Loopback(u) {
		return u, cloudHosts{audience: publicAudience}, err
	}
	host := u.Hostname()
	if host == "outlook.office.com" || strings.HasSuffix(host, ".webhook.office.com") {
		return nil, cloudHosts{}, errors.New("this is an Office 365 connector, which Microsoft has switched off: make a workflow, " +
			"as https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook says")
	}
	known := clouds()
	i := slices.IndexFunc(known, func(c cloudHosts) bool { return strings.HasSuffix(host, c.suffix) })
	switch {
	case i < 0:
		return nil, cloudHosts{}, errors.New("the host is not one of Power Automate (*.powerplatform.com, *.logic.azure.com, and their like in other clouds)")
	case strings.Contains(u.RawQuery, "&amp;"):
		return nil, cloudHosts{}, errors.New("the URL holds &amp; where it should hold &: copy it again")
	}
	return u, known[i], nil
}
