package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"
)

// largestAnswer of a sign-in provider is in bytes: discovery, keys, tokens and people are all far smaller.
const largestAnswer = 1 << 20

var (
	errLargeAnswer = errors.New("the answer is too large")
	errLedAway     = errors.New("the answer leads to another host")
)

// NewProviderClient asks sign-in providers, each answer within so much time and a mebibyte. It may reach private
// addresses, since whoever runs this house names the providers, and follows no redirect to another host.
func NewProviderClient(patience time.Duration) *http.Client {
	return &http.Client{
		Timeout: patience,
		Transport: modest{&http.Transport{
			TLSHandshakeTimeout: patience, ResponseHeaderTimeout: patience, IdleConnTimeout: time.Minute,
			MaxIdleConnsPerHost: 4, MaxConnsPerHost: 16, MaxResponseHeaderBytes: 64 << 10, ForceAttemptHTTP2: true,
		}},
		CheckRedirect: func(next *http.Request, before []*http.Request) error {
			if first := before[0].URL; next.URL.Host != first.Host || next.URL.Scheme != first.Scheme || len(before) > 3 {
				return errLedAway
			}
			return nil
		},
	}
}

// modest is a transport whose answers end with an error after largestAnswer.
type modest struct{ http.RoundTripper }

// RoundTrip asks.
func (m modest) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := m.RoundTripper.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	answer.Body = &modestBody{ReadCloser: answer.Body, left: largestAnswer}
	return answer, nil
}

type modestBody struct {
	io.ReadCloser
	left int64
}

func (b *modestBody) Read(into []byte) (int, error) {
	if b.left < 0 {
		return 0, errLargeAnswer
	}
	n, err := b.ReadCloser.Read(into[:min(int64(len(into)), b.left+1)])
	if b.left -= int64(n); b.left < 0 {
		return 0, errLargeAnswer
	}
	return n, err
}

// during is a client whose requests end with ctx, for code that knows no contexts.
func during(ctx context.Context, client *http.Client) *http.Client {
	return &http.Client{Transport: tied{client.Transport, ctx}, CheckRedirect: client.CheckRedirect}
}

type tied struct {
	http.RoundTripper
	ctx context.Context
}

// RoundTrip asks.
func (t tied) RoundTrip(r *http.Request) (*http.Response, error) {
	return t.RoundTripper.RoundTrip(r.WithContext(t.ctx))
}
