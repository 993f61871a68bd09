package openbadges

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/carnetbadges/carnet/pkg/openbadges/did"
)

// ErrUnreachable means that no answer came from an address.
var ErrUnreachable = errors.New("openbadges: the address can not be reached")

// maxFetches bounds what one credential may make us ask for.
const maxFetches = 64

// RecordedWeb is a part of the web as it answered once: from address to answer. What is not in it is unreachable.
type RecordedWeb map[string]Recording

// Recording is one recorded answer.
type Recording struct {
	Status      int    // the HTTP status
	ContentType string // the media type as sent; may be empty
	Body        []byte // whole, as it came
	URL         string // the address that answered, after redirects, where its host is another; else empty
}

type recordingJSON struct {
	Status      int     `json:"status"`
	ContentType string  `json:"content_type"`
	Body        *string `json:"body,omitempty"`
	Base64      []byte  `json:"body_b64,omitempty"`
	URL         string  `json:"url,omitempty"`
}

// MarshalJSON writes text as "body" and everything else as "body_b64".
func (r Recording) MarshalJSON() ([]byte, error) {
	form := recordingJSON{Status: r.Status, ContentType: r.ContentType, URL: r.URL}
	if text := string(r.Body); utf8.ValidString(text) {
		form.Body = &text
	} else {
		form.Base64 = r.Body
	}
	return json.Marshal(form)
}

// UnmarshalJSON reads either form of body.
func (r *Recording) UnmarshalJSON(data []byte) error {
	var form recordingJSON
	if err := json.Unmarshal(data, &form); err != nil {
		return fmt.Errorf("read a recorded answer: %w", err)
	}
	*r = Recording{Status: form.Status, ContentType: form.ContentType, Body: form.Base64, URL: form.URL}
	if form.Body != nil {
		r.Body = []byte(*form.Body)
	}
	return nil
}

// Fetch answers from the recording; it is a [Fetch]. The error is [ErrUnreachable].
func (w RecordedWeb) Fetch(_ context.Context, url string) (Document, error) {
	answer, known := w[url]
	if !known {
		return Document{}, fmt.Errorf("%w: %s", ErrUnreachable, url)
	}
	return Document{URL: firstText(answer.URL, url), Status: answer.Status, ContentType: answer.ContentType, Body: answer.Body}, nil
}

// visit is one walk through the web: it asks every address once and remembers what it answered.
type visit struct {
	fetch    Fetch
	recorded RecordedWeb
	failed   map[string]error
	asked    int
	proofs   int // looked at so far
}

func newVisit(fetch Fetch) *visit {
	return &visit{fetch: fetch, recorded: RecordedWeb{}, failed: map[string]error{}}
}

// load is the [Fetch] of one walk.
func (v *visit) load(ctx context.Context, url string) (Document, error) {
	if _, known := v.recorded[url]; known {
		return v.recorded.Fetch(ctx, url)
	}
	if err, known := v.failed[url]; known {
		return Document{}, err
	}
	doc, err := v.ask(ctx, url)
	if err != nil {
		v.failed[url] = err
		return Document{}, err
	}
	answer := Recording{Status: doc.Status, ContentType: doc.ContentType, Body: doc.Body}
	if doc.URL != "" && authority(doc.URL) != authority(url) {
		answer.URL = doc.URL
	}
	v.recorded[url] = answer
	return doc, nil
}

// elsewhere tells of the first address whose host sent on to a host that is not its own: who asks and who answers. Many a
// site leads wherever its address says (…/redirect?to=…), so that what is found there is nobody's word but its maker's.
func (v *visit) elsewhere(addresses ...string) (asked, answering string) {
	for _, address := range addresses {
		plain, _, _ := strings.Cut(address, "#")
		document, _ := did.DocumentURL(plain) // of a did:web, which names a site too
		for _, one := range []string{address, plain, document} {
			if led := authority(v.recorded[one].URL); led != "" && !isKin(led, authority(one)) {
				return authority(one), led
			}
		}
	}
	return "", ""
}

// isKin tells whether a host answers for another that led to it: itself, with www. or without, or one it lies below. Below a
// host there may be anybody (blog.host.example), so what lies there does not speak for it.
func isKin(answering, asked string) bool {
	return strings.TrimPrefix(answering, "www.") == strings.TrimPrefix(asked, "www.") || strings.HasSuffix(asked, "."+answering)
}

func (v *visit) ask(ctx context.Context, url string) (Document, error) {
	if v.fetch == nil || !isWeb(url) || v.asked >= maxFetches {
		return Document{}, fmt.Errorf("%w: %s", ErrUnreachable, url)
	}
	v.asked++
	doc, err := v.fetch(ctx, url)
	if err != nil {
		return Document{}, fmt.Errorf("load %s: %w", url, err)
	}
	return doc, nil
}
