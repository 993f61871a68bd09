package openbadges

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/carnetbadges/carnet/pkg/openbadges/bake"
	"github.com/carnetbadges/carnet/pkg/openbadges/pdf"
	"github.com/carnetbadges/carnet/pkg/openbadges/strict"
)

const (
	maxHops = 3       // addresses that lead to addresses
	maxText = 4 << 20 // bytes of a credential outside a picture
)

// Credential is a credential read out of its container. Nothing about it is verified yet.
type Credential struct {
	Raw         []byte    // the credential itself, byte for byte: JSON or a compact JWS; for an address: what it answered
	Container   Container // in which form the input came
	Standard    Standard
	Proof       Proof  // how it can be proved
	URL         string // where it was fetched from, or says it is hosted; or ""
	Picture     []byte // the PNG or SVG it was baked into, whole, as it came; else nil
	PictureType string // "image/png" or "image/svg+xml"
	Badge       Badge  // what it claims; of OB 1.x and 2.0 often without the achievement, which [Verify] loads

	doc     node        // the parsed credential; for VC-JWT the credential without its envelope
	said    Badge       // Badge as it was read, whatever became of that field meanwhile
	jwt     *jwt        // the envelope of a signed credential
	fetched RecordedWeb // what was loaded to read it
}

// NotBadge is why an input could not be read as a badge.
type NotBadge struct {
	Reason Reason
	Detail string // the reason in one English sentence
	Params map[string]string
	Err    error // the cause, if another package found it
}

// Error is the sentence for a person, with the cause after it.
func (n *NotBadge) Error() string {
	if n.Err != nil {
		return fmt.Sprintf("openbadges: %s (%v)", n.Detail, n.Err)
	}
	return "openbadges: " + n.Detail
}

// Unwrap answers the cause.
func (n *NotBadge) Unwrap() error { return n.Err }

func notBadge(reason Reason, err error, params ...string) *NotBadge {
	pairs := paramsOf(params)
	return &NotBadge{Reason: reason, Detail: Sentence(reason, pairs), Params: pairs, Err: err}
}

// Read recognises and parses input: a PNG, an SVG, a PDF, JSON, a compact JWS, a data: URI of one of these, or an http(s)
// address, which may answer with any of them and is followed at most three times. The error is a *[NotBadge].
func Read(ctx context.Context, input []byte, fetch Fetch) (*Credential, error) {
	r := reader{visit: newVisit(fetch), credential: &Credential{}}
	if err := r.read(ctx, input); err != nil {
		return nil, err
	}
	r.credential.fetched = r.visit.recorded
	return r.credential, nil
}

type reader struct {
	visit      *visit
	credential *Credential
	address    string // where the text now being read was fetched from
	hops       int
}

var (
	byteOrderMark = []byte("\xef\xbb\xbf")
	pngSignature  = []byte("\x89PNG\r\n\x1a\n")
)

func (r *reader) read(ctx context.Context, input []byte) error {
	if bytes.HasPrefix(input, pngSignature) {
		return r.readPicture(ctx, input, ContainerPNG, "image/png", bake.FromPNG)
	}
	text := bytes.TrimSpace(bytes.TrimPrefix(bytes.TrimSpace(input), byteOrderMark))
	switch {
	case len(text) == 0:
		return notBadge(ReasonEmpty, nil)
	case text[0] == '<' && bytes.Contains(text, []byte("<svg")) || text[0] == '<' && bytes.Contains(text, []byte(":svg")):
		return r.readPicture(ctx, input, ContainerSVG, "image/svg+xml", bake.FromSVG)
	case pdf.Is(text):
		return r.readPDF(ctx, text)
	case len(text) > maxText:
		return notBadge(ReasonTooLarge, nil)
	case text[0] == '{':
		return r.readJSON(text)
	case hasPrefixFold(text, "http://") || hasPrefixFold(text, "https://"):
		return r.readAddress(ctx, string(text))
	case hasPrefixFold(text, "data:"):
		return r.readData(ctx, string(text))
	}
	return r.readSigned(text, ReasonNotRecognised)
}

// readHere reads a text that must be the credential itself.
func (r *reader) readHere(text []byte) error {
	if len(text) > 0 && text[0] == '{' {
		return r.readJSON(text)
	}
	return r.readJWS(text)
}

func hasPrefixFold(text []byte, prefix string) bool {
	return len(text) >= len(prefix) && strings.EqualFold(string(text[:len(prefix)]), prefix)
}

// came records the outermost container only.
func (r *reader) came(in Container) {
	if r.credential.Container == "" {
		r.credential.Container = in
	}
}

func (r *reader) readPicture(ctx context.Context, input []byte, in Container, mediaType string, unbake func([]byte) ([]byte, error)) error {
	r.came(in)
	if r.credential.Picture != nil {
		return notBadge(ReasonTooManyHops, nil)
	}
	r.credential.Picture, r.credential.PictureType = input, mediaType
	baked, err := unbake(input)
	switch {
	case errors.Is(err, bake.ErrNothing):
		return notBadge(ReasonNotBaked, err)
	case errors.Is(err, bake.ErrTooLarge):
		return notBadge(ReasonTooLarge, err)
	case err != nil:
		return notBadge(ReasonBrokenPicture, err)
	}
	r.address = ""
	return r.read(ctx, baked)
}

// readPDF reads the first of the texts in a document that is a credential: other files may be attached before it.
func (r *reader) readPDF(ctx context.Context, input []byte) error {
	r.came(ContainerPDF)
	if r.hops++; r.hops > maxHops {
		return notBadge(ReasonTooManyHops, nil)
	}
	found, err := pdf.Credentials(input)
	switch {
	case errors.Is(err, pdf.ErrNothing):
		return notBadge(ReasonNotInPDF, err)
	case errors.Is(err, pdf.ErrLocked):
		return notBadge(ReasonLockedPDF, err)
	case errors.Is(err, pdf.ErrTooLarge):
		return notBadge(ReasonTooLarge, err)
	case err != nil:
		return notBadge(ReasonBrokenPDF, err)
	}
	var first error
	before, hops := *r.credential, r.hops
	for _, text := range found {
		*r.credential, r.hops, r.address = before, hops, ""
		err := r.read(ctx, text)
		if err == nil {
			return nil
		}
		if first == nil {
			first = err
		}
	}
	return first
}

// readAddress follows an address; a picture or a text that points further is read in its turn.
func (r *reader) readAddress(ctx context.Context, address string) error {
	r.came(ContainerURL)
	if r.hops++; r.hops > maxHops {
		return notBadge(ReasonTooManyHops, nil)
	}
	doc, err := r.visit.load(ctx, address)
	if err != nil {
		return notBadge(ReasonAddressSilent, err, "address", address)
	}
	if doc.Status != 200 {
		return notBadge(ReasonAddressFailed, nil, "address", address, "status", strconv.Itoa(doc.Status))
	}
	r.address = address
	return r.read(ctx, doc.Body)
}

func (r *reader) readData(ctx context.Context, uri string) error {
	kind, data, found := strings.Cut(uri[len("data:"):], ",")
	if !found || strings.HasPrefix(data, "data:") {
		return notBadge(ReasonNotRecognised, nil)
	}
	decoded, err := dataOf(kind, data)
	if err != nil {
		return notBadge(ReasonNotRecognised, err)
	}
	if r.hops++; r.hops > maxHops {
		return notBadge(ReasonTooManyHops, nil)
	}
	return r.read(ctx, decoded)
}

// dataOf decodes either form of data (RFC 2397).
func dataOf(kind, data string) ([]byte, error) {
	if strings.HasSuffix(kind, ";base64") {
		return base64.StdEncoding.DecodeString(strings.Join(strings.Fields(data), ""))
	}
	plain, err := url.PathUnescape(data)
	return []byte(plain), err
}

func (r *reader) readJSON(text []byte) error {
	r.came(ContainerJSON)
	doc, err := parse(text)
	if err != nil {
		return err
	}
	if token, found := strings.CutPrefix(asID(doc), "data:application/vc+jwt,"); found && hasType(doc, "EnvelopedVerifiableCredential") {
		return r.readJWS([]byte(token)) // VC 2.0 §4.13
	}
	r.credential.Raw, r.credential.doc = text, doc
	if r.credential.Standard, err = standardOf(doc); err != nil {
		return err
	}
	r.credential.Proof = proofOf(doc, r.credential.Standard)
	r.settle()
	return nil
}

func (r *reader) readJWS(text []byte) error { return r.readSigned(text, ReasonBrokenJWS) }

// readSigned answers with the reason otherwise what has not even the form of a compact JWS. What opens without objection has
// it, so that the form is looked at only of what does not.
func (r *reader) readSigned(text []byte, otherwise Reason) error {
	r.came(ContainerJWS)
	envelope, err := openJWT(text)
	if (err != nil || envelope.refused != nil) && !strict.IsCompact(text) {
		return notBadge(otherwise, nil)
	}
	if err != nil {
		return err
	}
	r.credential.Raw, r.credential.doc, r.credential.jwt = text, envelope.credential, envelope
	if r.credential.Standard, err = standardOf(envelope.credential); err != nil {
		return err
	}
	switch {
	case isVC(r.credential.Standard):
		r.credential.Proof = ProofJWT
	case verificationType(envelope.credential) == "hosted":
		r.credential.Proof = ProofHosted // some sign what is hosted too; the copy at its host is what counts
	default:
		r.credential.Proof = ProofJWS
	}
	r.settle()
	return nil
}

// settle fills what follows from the parsed document.
func (r *reader) settle() {
	c := r.credential
	c.URL = r.address
	if c.URL == "" && c.Proof == ProofHosted {
		c.URL = hostedAt(c.doc)
	}
	c.said = badgeOf(c.Standard, c.doc)
	c.Badge = c.said
}

// parse decodes one JSON object, refusing what two readers could read differently.
func parse(text []byte) (node, error) { return parseText(string(text)) }

func parseText(text string) (node, error) {
	value, err := strict.DecodeString(text)
	switch {
	case errors.Is(err, strict.ErrSyntax):
		return nil, notBadge(ReasonNotJSON, err)
	case err != nil:
		return nil, notBadge(ReasonAmbiguousJSON, err)
	}
	if n := asNode(value); n != nil {
		return n, nil
	}
	return nil, notBadge(ReasonNotABadge, nil)
}
