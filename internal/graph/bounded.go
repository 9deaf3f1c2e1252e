package graph

import (
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
)

// maxTokenAnswer bounds what is read of an answer with a token, which has some kilobytes: the
// SDK reads whatever comes.
const maxTokenAnswer = 1 << 20

// bounded carries requests for tokens. An answer that is longer ends in an error.
type bounded struct{ client *http.Client }

func (b bounded) Do(request *http.Request) (*http.Response, error) {
	response, err := b.client.Do(request)
	if err == nil {
		response.Body = http.MaxBytesReader(nil, response.Body, maxTokenAnswer)
	}
	return response, err
}

// tokenOptions are those of a client that asks for tokens.
func tokenOptions() azcore.ClientOptions {
	client := straight(nil)
	client.Timeout = requestTimeout
	return azcore.ClientOptions{Transport: bounded{client}}
}
