package teams

// An Envelope is what the trigger of a workflow takes:
// https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook.
type Envelope struct {
	Type        string       `json:"type"`
	Summary     string       `json:"summary,omitempty"`
	Attachments []attachment `json:"attachments"`
}

type attachment struct {
	ContentType string  `json:"contentType"`
	ContentURL  *string `json:"contentUrl"`
	Content     card    `json:"content"`
}

// A card is an Adaptive Card: https://adaptivecards.io/explorer/AdaptiveCard.html.
// Teams takes version 1.5:
// https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-reference.
type card struct {
	Schema       string        `json:"$schema"`
	Type         string        `json:"type"`
	Version      string        `json:"version"`
	Lang         string        `json:"lang"`
	FallbackText string        `json:"fallbackText"`
	Speak        string        `json:"speak"`
	Teams        teamsSettings `json:"msteams"`
	Body         []element     `json:"body"`
}

type teamsSettings struct {
	Width    string    `json:"width"`
	Entities []mention `json:"entities,omitempty"`
}

// A mention ties a text of the card to a person.
type mention struct {
	Type      string    `json:"type"`
	Text      string    `json:"text"`
	Mentioned mentioned `json:"mentioned"`
}

type mentioned struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// An element is any part of a card's body.
type element struct {
	Type                string    `json:"type"`
	Text                string    `json:"text,omitempty"` // markdown: the program's own text only
	Wrap                bool      `json:"wrap,omitempty"`
	Size                string    `json:"size,omitempty"`
	Weight              string    `json:"weight,omitempty"`
	Color               string    `json:"color,omitempty"`
	Subtle              bool      `json:"isSubtle,omitempty"`
	Style               string    `json:"style,omitempty"`
	Bleed               bool      `json:"bleed,omitempty"`
	Spacing             string    `json:"spacing,omitempty"`
	Separator           bool      `json:"separator,omitempty"`
	HorizontalAlignment string    `json:"horizontalAlignment,omitempty"`
	VerticalAlignment   string    `json:"verticalContentAlignment,omitempty"`
	Width               string    `json:"width,omitempty"`
	Items               []element `json:"items,omitempty"`
	Columns             []element `json:"columns,omitempty"`
	Inlines             []textRun `json:"inlines,omitempty"`
	Actions             []openURL `json:"actions,omitempty"`
}

// A textRun is literal text.
type textRun struct {
	Type     string `json:"type"`
	Text     string `json:"text"`
	Weight   string `json:"weight,omitempty"`
	Size     string `json:"size,omitempty"`
	Color    string `json:"color,omitempty"`
	FontType string `json:"fontType,omitempty"`
	Subtle   bool   `json:"isSubtle,omitempty"`
}

type openURL struct {
	Type  string `json:"type"`
	Title string `json:"title"`
	URL   string `json:"url"`
}
