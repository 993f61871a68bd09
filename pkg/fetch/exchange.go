package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/sync/semaphore"
)

// fly follows redirects until a page answers, and keeps it as long as its host allows.
func (f *Fetcher) fly(ctx context.Context, u *url.URL, k kind, key string) (Page, error) {
	seen := map[string]bool{}
	for range maxHops + 1 {
		seen[u.String()] = true
		page, header, err := f.ask(ctx, u, k)
		if err != nil {
			return Page{}, err
		}
		location := header.Get("Location")
		if !isRedirect(page.Status) || location == "" {
			f.kept.keep(key, page, freshness(page.Status, header), f.now())
			return page, nil
		}
		if u, err = f.next(u, location, seen); err != nil {
			return Page{}, err
		}
	}
	return Page{}, refused(u.String(), "The address was passed on more than three times.")
}

func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// next answers where a redirect leads, by the same rules as the first address and some more.
func (f *Fetcher) next(from *url.URL, location string, seen map[string]bool) (*url.URL, error) {
	if strings.ContainsFunc(location, neverInURL) {
		return nil, refused(from.String(), "The address was passed on to a malformed one.")
	}
	ref, err := from.Parse(location)
	if err != nil {
		return nil, fault(ErrRefused, from.String(), "The address was passed on to a malformed one.", err)
	}
	to, err := f.rules.address(ref.String())
	switch {
	case err != nil:
		return nil, err
	case from.Scheme == "https" && to.Scheme != "https":
		return nil, refused(to.String(), "A protected address was passed on to an unprotected one.")
	case seen[to.String()]:
		return nil, refused(to.String(), "The address was passed on in a circle.")
	case f.ownHost != "" && to.Hostname() == f.ownHost:
		return nil, refused(to.String(), "The address was passed on to this site itself.")
	}
	return to, nil
}

// ask waits for the host's turn, makes one request and reads the answer.
func (f *Fetcher) ask(ctx context.Context, u *url.URL, k kind) (Page, http.Header, error) {
	turn, err := f.hosts.turn(ctx, u, f.now)
	if err != nil {
		return Page{}, nil, err
	}
	page, header, err := f.exchange(ctx, u, k)
	turn.done(judge(page.Status, err), f.now())
	return page, header, err
}

// judge tells a host that is down from an address that is wrong or an answer that is unwelcome.
func judge(status int, err error) conduct {
	switch {
	case errors.Is(err, ErrBusy):
		return unknown
	case errors.Is(err, ErrUnreachable), errors.Is(err, ErrTooSlow), status >= http.StatusInternalServerError, status == http.StatusTooManyRequests:
		return failed
	}
	return answered
}

func (f *Fetcher) exchange(ctx context.Context, u *url.URL, k kind) (Page, http.Header, error) {
	if !f.exchanges.TryAcquire(1) {
		return Page{}, nil, busy(u.String(), "Too many addresses are being asked at once.", budget)
	}
	defer f.exchanges.Release(1)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return Page{}, nil, fault(ErrRefused, u.String(), "This is not an address of the web.", err)
	}
	request.Header.Set("User-Agent", f.agent)
	request.Header.Set("Accept", k.accept)
	// RoundTrip, not a Client: no redirects behind our back, no cookies, no Referer.
	response, err := f.transport.RoundTrip(request)
	if err != nil {
		return Page{}, nil, explain(ctx, u, err)
	}
	page, err := f.read(ctx, u, response, k.limit)
	if closing := response.Body.Close(); err == nil && closing != nil {
		err = explain(ctx, u, closing)
	}
	return page, response.Header, err
}

// read takes in the body. The transport has undone gzip; any other encoding was not asked for.
func (f *Fetcher) read(ctx context.Context, u *url.URL, response *http.Response, limit int) (Page, error) {
	page := Page{URL: u.String(), Status: response.StatusCode, ContentType: response.Header.Get("Content-Type"), At: f.now()}
	if isRedirect(page.Status) && response.Header.Get("Location") != "" {
		return page, nil
	}
	if encoding := response.Header.Get("Content-Encoding"); encoding != "" && !strings.EqualFold(encoding, "identity") {
		return Page{}, fault(ErrUnreachable, u.String(), "The answer is packed in a way that was not asked for.", nil)
	}
	tooLarge := fault(ErrTooLarge, u.String(), fmt.Sprintf("The answer is larger than %d MiB.", limit>>20), nil)
	if response.ContentLength > int64(limit) {
		return Page{}, tooLarge
	}
	body, err := readBounded(ctx, response.Body, limit, f.reading)
	if errors.Is(err, errOverLimit) {
		return Page{}, tooLarge
	}
	if errors.Is(err, errNoRoom) {
		return Page{}, busy(u.String(), "Too much is being read at once.", budget)
	}
	if err != nil {
		return Page{}, explain(ctx, u, err)
	}
	page.Body = body
	return page, nil
}

var (
	errOverLimit = errors.New("over the limit")
	errNoRoom    = errors.New("no room to read")
)

// readBounded reads at most limit bytes into a buffer that grows with what has come, out of memory that all readers share:
// a host that sends slowly holds little, and many hosts that send much wait for each other.
func readBounded(ctx context.Context, r io.Reader, limit int, shared *semaphore.Weighted) ([]byte, error) {
	var body []byte
	var held int64
	defer func() { shared.Release(held) }()
	for {
		if len(body) == cap(body) {
			size := min(max(2*cap(body), 4096), limit+1)
			more := int64(size - cap(body))
			if err := shared.Acquire(ctx, more); err != nil {
				return nil, errNoRoom
			}
			held += more
			body = append(make([]byte, 0, size), body...)
		}
		n, err := r.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		switch {
		case len(body) > limit:
			return nil, errOverLimit
		case errors.Is(err, io.EOF):
			return body, nil
		case err != nil:
			return nil, err
		}
	}
}
