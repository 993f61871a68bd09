// Package fetch is the only way out to the web: bounded in time and size, never to private addresses, cached, polite to each host.
// It knows nothing of badges, nor of who asks and why.
package fetch

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/sync/semaphore"
	"golang.org/x/sync/singleflight"
)

const (
	budget      = 9 * time.Second // for everything: waiting for a turn, names, connecting, redirects, reading; so 10 s hold on a busy machine too
	maxDocument = 1 << 20         // bytes, after decompression
	maxPicture  = 5 << 20         // bytes, after decompression
	maxHops     = 3               // redirects followed
	maxHeader   = 64 << 10        // bytes of one answer's header
	maxAtOnce   = 256             // exchanges with all hosts together
	maxReading  = 6 << 20         // bytes of bodies being read, all together
	maxCached   = 16 << 20        // bytes of answers kept
)

// Page is the answer to one request.
type Page struct {
	URL         string    // the address that answered, after redirects
	Status      int       // the HTTP status; 404 and 410 are answers too
	ContentType string    // the media type as sent
	Body        []byte    // the body, decompressed
	At          time.Time // when it answered, which may be some minutes ago
}

// Options says how a [Fetcher] reaches the web. The zero value is right for everything but tests, apart from PublicURL.
type Options struct {
	PublicURL string           // where this Carnet is reached; told to the hosts we ask
	Now       func() time.Time // nil: the system's clock
	Resolver  *net.Resolver    // nil: the system's names
	Roots     *x509.CertPool   // nil: the system's certificate authorities

	AllowPrivate bool  // tests only: private addresses, plain host names and every port may be asked
	Ports        []int // tests only: allowed besides 80 and 443

	// Dial, tests only, is asked before the network is, with the host name and port of the URL.
	// An answer of nil, nil leaves the connection to the guarded dialer.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// Fetcher asks the web. It may be used by several goroutines at once.
type Fetcher struct {
	rules     rules
	agent     string
	ownHost   string
	now       func() time.Time
	dialer    *net.Dialer
	transport *http.Transport
	hosts     *hosts
	kept      *cache
	flights   singleflight.Group
	exchanges *semaphore.Weighted
	reading   *semaphore.Weighted
}

// New makes a Fetcher.
func New(o Options) *Fetcher {
	f := &Fetcher{
		rules: newRules(o), agent: agent(o.PublicURL), ownHost: hostOf(o.PublicURL), now: o.Now,
		hosts: newHosts(), kept: newCache(maxCached),
		exchanges: semaphore.NewWeighted(maxAtOnce), reading: semaphore.NewWeighted(maxReading),
	}
	if f.now == nil {
		f.now = time.Now
	}
	f.dialer = newDialer(o, f.rules)
	f.transport = newTransport(o, f.dialer)
	return f
}

// kind is what is asked for: how it is called in the request, and how large it may be.
type kind struct {
	name   string
	accept string
	limit  int
}

var (
	document = kind{"document", "application/ld+json, application/json;q=0.9, text/plain;q=0.5, */*;q=0.1", maxDocument}
	picture  = kind{"picture", "image/png, image/svg+xml;q=0.9, image/*;q=0.5", maxPicture}
)

// Page loads a document of at most 1 MiB within 10 s, or answers the one it loaded shortly before.
// The error is a [*Fault]: [ErrRefused], [ErrUnreachable], [ErrTooLarge], [ErrTooSlow] or [ErrBusy].
func (f *Fetcher) Page(ctx context.Context, url string) (Page, error) {
	return f.load(ctx, url, document)
}

// Picture loads a picture of at most 5 MiB as Page loads a document. What the bytes are is for the caller to see.
func (f *Fetcher) Picture(ctx context.Context, url string) (Page, error) {
	return f.load(ctx, url, picture)
}

// Close lets go of the connections that are kept open for the next request.
func (f *Fetcher) Close() {
	f.transport.CloseIdleConnections()
}

// load answers from what is kept, or joins the one request on its way to the same address, or starts it.
func (f *Fetcher) load(ctx context.Context, raw string, k kind) (Page, error) {
	u, err := f.rules.address(raw)
	if err != nil {
		return Page{}, err
	}
	key := k.name + " " + u.String()
	if page, found := f.kept.page(key, f.now()); found {
		return page.copy(), nil
	}
	// Whoever gives up must not take the answer from the others, so the flight has its own time.
	result := f.flights.DoChan(key, func() (any, error) {
		flight, cancel := context.WithTimeout(context.WithoutCancel(ctx), budget)
		defer cancel()
		return f.fly(flight, u, k, key)
	})
	select {
	case r := <-result:
		page, _ := r.Val.(Page)
		return page.copy(), r.Err
	case <-ctx.Done():
		return Page{}, gaveUp(ctx, u)
	}
}

func gaveUp(ctx context.Context, u *url.URL) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fault(ErrTooSlow, u.String(), "The address did not answer in time.", ctx.Err())
	}
	return fault(ErrUnreachable, u.String(), "The request was given up.", ctx.Err())
}

// copy keeps what one caller does to a body from reaching another.
func (p Page) copy() Page {
	p.Body = bytes.Clone(p.Body)
	return p
}

// agent names this instance, so that whoever is asked knows whom to complain to.
func agent(publicURL string) string {
	u, err := url.Parse(publicURL)
	if err != nil || u.Host == "" || u.User != nil || strings.ContainsFunc(publicURL, notVisible) {
		return "Carnet (Open Badges passport)"
	}
	return "Carnet (Open Badges passport; +" + publicURL + ")"
}

func notVisible(r rune) bool { return r <= ' ' || r > '~' }

func hostOf(publicURL string) string {
	u, err := url.Parse(publicURL)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}
