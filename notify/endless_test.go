package notify

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// TestAnswersAreBounded: a service whose answer never ends takes no more than a few of its
// bytes, and is done with.
func TestAnswersAreBounded(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for page := []byte("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"); ; {
			if _, err := w.Write(page); err != nil {
				return // the caller has enough
			}
		}
	}))
	t.Cleanup(server.Close)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	client, l := listen(&http.Client{Timeout: time.Minute}, AnswerLimit)
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	if err != nil || len(data) != AnswerLimit || len(l.heard.Body) != AnswerLimit {
		t.Errorf("%d bytes, %v", len(data), err)
	}
}
