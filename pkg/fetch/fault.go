package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/url"
	"time"

	"code.dny.dev/ssrf"
)

// The ways in which no answer comes. Every error of this package is one of them.
var (
	ErrRefused     = errors.New("fetch: this address is not asked")      // private, odd, another scheme or port; asking again will not help
	ErrUnreachable = errors.New("fetch: the address can not be reached") // no such host, no connection, a broken answer
	ErrTooLarge    = errors.New("fetch: the answer is too large")        // over 1 MiB, or 5 MiB for a picture
	ErrTooSlow     = errors.New("fetch: the answer takes too long")      // over 10 s
	ErrBusy        = errors.New("fetch: too many requests at once")      // not asked now, out of politeness or because the host is down
)

// Fault says why no answer came.
type Fault struct {
	Kind     error         // one of the Err values of this package
	URL      string        // the address, after redirects, at which it ended; it may be odd: escape it when showing it
	Sentence string        // for a person, in English
	After    time.Duration // with ErrBusy, how long to wait before it makes sense to ask again; otherwise 0
	cause    error
}

// Error is the sentence with the address.
func (f *Fault) Error() string {
	text := f.Kind.Error() + ": " + f.Sentence + " (" + f.URL + ")"
	if f.cause != nil {
		text += ": " + f.cause.Error()
	}
	return text
}

// Unwrap answers the kind and the cause.
func (f *Fault) Unwrap() []error {
	if f.cause == nil {
		return []error{f.Kind}
	}
	return []error{f.Kind, f.cause}
}

func fault(kind error, address, sentence string, cause error) *Fault {
	return &Fault{Kind: kind, URL: address, Sentence: sentence, cause: cause}
}

func refused(address, sentence string) *Fault {
	return fault(ErrRefused, address, sentence, nil)
}

func busy(address, sentence string, after time.Duration) *Fault {
	return &Fault{Kind: ErrBusy, URL: address, Sentence: sentence, After: after}
}

// explain tells the kinds of network errors apart.
func explain(ctx context.Context, u *url.URL, err error) *Fault {
	var (
		known   *Fault
		network net.Error
		name    *net.DNSError
		cert    *tls.CertificateVerificationError
	)
	switch address := u.String(); {
	case errors.As(err, &known):
		return known
	case errors.Is(err, ssrf.ErrProhibitedIP), errors.Is(err, ssrf.ErrProhibitedNetwork), errors.Is(err, ssrf.ErrInvalidHostPort):
		return fault(ErrRefused, address, "The address leads into a private or reserved network.", err)
	case errors.Is(err, ssrf.ErrProhibitedPort):
		return fault(ErrRefused, address, "Only the ports 80 and 443 are asked.", err)
	case ctx.Err() != nil, errors.As(err, &network) && network.Timeout():
		return fault(ErrTooSlow, address, "The address did not answer in time.", err)
	case errors.As(err, &name):
		return fault(ErrUnreachable, address, "There is no host of this name.", err)
	case errors.As(err, &cert):
		return fault(ErrUnreachable, address, "The host has no valid certificate.", err)
	}
	return fault(ErrUnreachable, u.String(), "The host can not be reached or breaks off.", err)
}
