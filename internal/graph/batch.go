package graph

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	abstractions "github.com/microsoft/kiota-abstractions-go"

	"breakglass/tenant"
)

// maxBatch is how many requests a batch may hold.
// https://learn.microsoft.com/graph/json-batching
const maxBatch = 20

// A batchRequest is one request of a batch.
type batchRequest struct {
	ID     string `json:"id"`
	Method string `json:"method"`
	URL    string `json:"url"`
}

// A batchResponse is one answer of a batch.
type batchResponse struct {
	ID      string            `json:"id"`
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	Body    json.RawMessage   `json:"body"`
}

// batch sends requests of one class, as many at once as the class allows, and
// returns their answers in the same order.
func (c *carrier) batch(ctx context.Context, of class, requests []*abstractions.RequestInformation) []answer {
	return c.batchOf(ctx, c.base.String(), of, requests)
}

// batchOf is batch for one of the versions, by its address.
func (c *carrier) batchOf(ctx context.Context, base string, of class, requests []*abstractions.RequestInformation) []answer {
	answers := make([]answer, len(requests))
	urls := make([]string, len(requests))
	var open []int
	for i, ri := range requests {
		relative, err := c.relative(base, ri)
		if err != nil {
			answers[i] = answer{err: &tenant.UnreadError{Code: tenant.CodeUnexpected}}
			continue
		}
		urls[i] = relative
		open = append(open, i)
	}
	for chunk := range slices.Chunk(open, min(maxBatch, c.limits.burst(of))) {
		c.chunk(ctx, base, of, chunk, urls, answers)
	}
	return answers
}

// chunk sends some of the requests in one batch, and those that may succeed later
// again.
func (c *carrier) chunk(ctx context.Context, base string, of class, open []int, urls []string, answers []answer) {
	for attempt := 1; ; attempt++ {
		if c.await(ctx, of, len(open)) != nil {
			for _, i := range open {
				answers[i] = answer{err: &tenant.UnreadError{Code: tenant.CodeDeadline}}
			}
			return
		}
		c.exchange(ctx, base, open, urls, answers)
		open = slices.DeleteFunc(slices.Clone(open), func(i int) bool { return !retriable(answers[i]) })
		var failed []answer
		for _, i := range open {
			failed = append(failed, answers[i])
		}
		if len(open) == 0 || attempt == mostAttempts || !c.pause(ctx, attempt, failed) {
			return
		}
	}
}

// exchange posts one batch and notes the answers. A batch that fails as a whole, or
// lacks an answer, fails each of its requests.
func (c *carrier) exchange(ctx context.Context, base string, open []int, urls []string, answers []answer) {
	c.count(func(t *Traffic) { t.Batched += len(open) })
	whole := c.post(ctx, base, open, urls)
	if whole.status == http.StatusNotFound {
		whole.err = &tenant.UnreadError{Code: tenant.CodeUnexpected} // it says nothing of what was asked for inside
	}
	for _, i := range open {
		answers[i] = answer{status: whole.status, header: whole.header, err: whole.err}
		if whole.err == nil {
			answers[i].err = &tenant.UnreadError{Code: tenant.CodeUnexpected}
		}
	}
	if whole.err != nil {
		return
	}
	var body struct {
		Responses []batchResponse `json:"responses"`
	}
	if json.Unmarshal(whole.body, &body) != nil {
		return
	}
	for _, response := range body.Responses {
		i, err := strconv.Atoi(response.ID)
		if err != nil || !slices.Contains(open, i) {
			continue
		}
		header := http.Header{}
		for name, value := range response.Headers {
			header.Set(name, value)
		}
		answers[i] = judged(response.Status, header, response.Body)
		c.throttled(answers[i])
	}
}

func (c *carrier) post(ctx context.Context, base string, open []int, urls []string) answer {
	requests := make([]batchRequest, len(open))
	for n, i := range open {
		requests[n] = batchRequest{ID: strconv.Itoa(i), Method: http.MethodGet, URL: urls[i]}
	}
	var content bytes.Buffer
	encoder := json.NewEncoder(&content)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(map[string]any{"requests": requests}); err != nil {
		return answer{err: &tenant.UnreadError{Code: tenant.CodeUnexpected}}
	}
	ri := abstractions.NewRequestInformationWithMethodAndUrlTemplateAndPathParameters(abstractions.POST, "{+version}/$batch", map[string]string{"version": base})
	ri.Headers.TryAdd("Accept", "application/json")
	ri.SetStreamContentAndContentType(content.Bytes(), "application/json")
	return c.once(ctx, ri)
}

// relative is a request's address as a batch wants it: below the version.
func (c *carrier) relative(base string, ri *abstractions.RequestInformation) (string, error) {
	if ri == nil {
		return "", errors.New("the request could not be built")
	}
	ri.PathParameters["baseurl"] = c.base.String()
	u, err := ri.GetUri()
	if err != nil {
		return "", err
	}
	return strings.TrimPrefix(u.String(), base), nil
}
