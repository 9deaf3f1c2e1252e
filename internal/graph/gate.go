package graph

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// A duty says whether a request may leave, by its method, its path and its body.
type duty func(method, path string, body []byte) bool

// reads is the duty of who watches: a GET, or a batch of nothing else.
func reads(method, path string, body []byte) bool {
	switch method {
	case http.MethodGet:
		return true
	case http.MethodPost:
		var batch struct {
			Requests []batchRequest `json:"requests"`
		}
		return strings.HasSuffix(path, "/$batch") && json.Unmarshal(body, &batch) == nil &&
			!slices.ContainsFunc(batch.Requests, func(r batchRequest) bool { return r.Method != http.MethodGet })
	}
	return false
}

// assigned is where app roles are granted, and nothing is removed.
var assigned = regexp.MustCompile(`/servicePrincipals/[0-9a-fA-F-]{36}/appRoleAssignments$`)

// grants is the duty of a Granter: to read, and to grant app roles.
func grants(method, path string, body []byte) bool {
	return reads(method, path, body) || method == http.MethodPost && assigned.MatchString(path)
}

// A gate lets through what a duty allows, on the way to the network: whoever builds a
// request, and however, nothing else leaves.
type gate struct {
	may  duty
	next http.RoundTripper
}

// errNotAllowed says that a request did not leave: a defect of whoever built it.
var errNotAllowed = errors.New("a request that could write to the tenant was not sent")

func (g gate) RoundTrip(request *http.Request) (*http.Response, error) {
	var body []byte
	if request.Body != nil {
		var err error
		body, err = io.ReadAll(request.Body)
		if err := errors.Join(err, request.Body.Close()); err != nil {
			return nil, err
		}
	}
	if !g.may(request.Method, request.URL.Path, body) {
		return nil, errNotAllowed
	}
	if request.Body != nil {
		request = request.Clone(request.Context())
		request.Body = io.NopCloser(bytes.NewReader(body))
	}
	return g.next.RoundTrip(request)
}
