package graph

import (
	"bytes"
	"context"
	"encoding/json"
	"net/url"
	"slices"

	abstractions "github.com/microsoft/kiota-abstractions-go"

	"breakglass/tenant"
)

// maxPages bounds one list. Graph's default page is 100 items. What is read does not
// grow with the users of a tenant, unless somebody has excluded a group of them all:
// such a group is left unread rather than read for minutes.
const maxPages = 100

// A page is one answer of a list.
type page struct {
	Value *[]json.RawMessage `json:"value"`
	Next  *string            `json:"@odata.nextLink"`
}

// A collection gathers the pages of a list. A part of a list is no list: whatever
// goes wrong with one page goes wrong with all.
type collection struct {
	base  *url.URL
	items []json.RawMessage
	seen  []string // the addresses of the pages that follow the first
	next  string   // the address of the page to read; empty at the end
}

// add takes one page.
func (l *collection) add(body []byte) *tenant.UnreadError {
	var p page
	if err := json.Unmarshal(body, &p); err != nil || p.Value == nil {
		return &tenant.UnreadError{Code: tenant.CodeUnexpected}
	}
	l.items = append(l.items, *p.Value...)
	l.next = ""
	if p.Next == nil || *p.Next == "" {
		return nil
	}
	next, err := url.Parse(*p.Next)
	switch {
	case err != nil || next.Scheme != l.base.Scheme || next.Host != l.base.Host || next.User != nil:
		return &tenant.UnreadError{Code: tenant.CodeForeignPage}
	case slices.Contains(l.seen, *p.Next):
		return &tenant.UnreadError{Code: tenant.CodePagingLoop}
	case len(l.seen) == maxPages:
		return &tenant.UnreadError{Code: tenant.CodeTooMany}
	}
	l.next = *p.Next
	l.seen = append(l.seen, l.next)
	return nil
}

// json returns the items as one JSON list.
func (l *collection) json() []byte {
	return append(append([]byte{'['}, bytes.Join(rawBytes(l.items), []byte{','})...), ']')
}

func rawBytes(items []json.RawMessage) [][]byte {
	all := make([][]byte, len(items))
	for i, item := range items {
		all[i] = item
	}
	return all
}

// follow reads the rest of a list whose first page is there.
func (c *carrier) follow(ctx context.Context, of class, first answer) ([]byte, *tenant.UnreadError) {
	body, _, err := c.followSome(ctx, of, first, maxPages+1)
	return body, err
}

// followSome reads at most so many pages of a list whose first page is there. The list is
// whole if there are no more.
func (c *carrier) followSome(ctx context.Context, of class, first answer, pages int) (body []byte, whole bool, err *tenant.UnreadError) {
	if first.err != nil {
		return nil, false, first.err
	}
	list := collection{base: c.base}
	if err := list.add(first.body); err != nil {
		return nil, false, err
	}
	for list.next != "" && len(list.seen) < pages {
		a := c.send(ctx, of, func() (*abstractions.RequestInformation, error) { return c.address(list.next) })
		if a.err != nil {
			return nil, false, a.err
		}
		if err := list.add(a.body); err != nil {
			return nil, false, err
		}
	}
	return list.json(), list.next == "", nil
}

// address is a GET of an address that Graph gave.
func (c *carrier) address(text string) (*abstractions.RequestInformation, error) {
	u, err := url.Parse(text)
	if err != nil {
		return nil, err
	}
	ri := abstractions.NewRequestInformation()
	ri.Method = abstractions.GET
	ri.SetUri(*u)
	ri.Headers.TryAdd("Accept", "application/json")
	return ri, nil
}

// list reads all pages of a list as one JSON list.
func (c *carrier) list(ctx context.Context, of class, build func() (*abstractions.RequestInformation, error)) ([]byte, *tenant.UnreadError) {
	return c.follow(ctx, of, c.send(ctx, of, build))
}
