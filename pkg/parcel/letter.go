package parcel

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"regexp"
	"strings"
)

const (
	mostParts    = 200
	deepestParts = 6
)

var (
	letterHead = regexp.MustCompile(`^(?i:(received|return-path|delivered-to|from|to|date|message-id|mime-version|subject|x-[a-z-]+|dkim-signature|arc-[a-z-]+|authentication-results|content-type)):[ \t]`)
	letterLine = regexp.MustCompile(`(?im)^(from|subject|date|message-id|mime-version):[ \t]`)
)

// isLetter tells a letter as mail programs keep it (RFC 5322): by its name, or by how it begins.
func isLetter(name string, data []byte) bool {
	head := data[:min(len(data), 16<<10)]
	if strings.HasSuffix(strings.ToLower(name), ".eml") {
		return true
	}
	return letterHead.Match(head) && len(letterLine.FindAll(head, 3)) >= 2
}

// letter takes a letter apart: what is attached, and the badges and links in its words.
func (o *Opening) letter(name string, data []byte, depth int) error {
	message, err := mail.ReadMessage(bytes.NewReader(data))
	if err != nil {
		return o.giveAll(orWhole(named(inLetter(string(data)), name), name, data))
	}
	l := reading{opening: o, depth: depth}
	if err := l.part(header(message.Header), message.Body, 0); err != nil {
		return err
	}
	found := named(inLetter(l.words.String()), name)
	if l.attached {
		return o.giveAll(found)
	}
	return o.giveAll(orWhole(found, name, data))
}

// orWhole is the letter itself where nothing was found in it, so that it is told of.
func orWhole(found []Find, name string, data []byte) []Find {
	if len(found) > 0 {
		return found
	}
	return []Find{{Name: name, Data: data}}
}

type header interface{ Get(string) string }

// reading is a letter of which the parts are being read.
type reading struct {
	opening  *Opening
	depth    int
	words    strings.Builder
	parts    int
	attached bool
}

func (l *reading) part(h header, body io.Reader, depth int) error {
	if l.parts++; l.parts > mostParts || depth > deepestParts {
		return nil
	}
	kind, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		kind = "text/plain"
	}
	if strings.HasPrefix(kind, "multipart/") {
		return l.several(body, params["boundary"], depth)
	}
	content, err := io.ReadAll(io.LimitReader(decoded(h.Get("Content-Transfer-Encoding"), body), l.opening.limits.Item+1))
	if err != nil && len(content) == 0 {
		return nil //nolint:nilerr // a part that cannot be read holds no badge
	}
	name := called(h, params)
	if name == "" && strings.HasPrefix(kind, "text/") {
		l.words.Write(content)
		l.words.WriteString("\n\n")
		return nil
	}
	if name == "" && kind == "message/rfc822" {
		name = "letter.eml"
	}
	if !worth(kind, name, content) {
		return nil
	}
	l.attached = true
	return l.opening.file(name, content, l.depth+1)
}

// worth says whether an attachment may be a badge: what is of no kind a badge comes in is left where it is, and so are
// pictures in which nothing is baked, which letters are adorned with.
func worth(kind, name string, content []byte) bool {
	lower := strings.ToLower(name)
	for _, one := range []string{"image/png", "image/svg+xml"} {
		if kind == one || strings.HasSuffix(lower, "."+one[6:9]) {
			return bytes.Contains(content, []byte("openbadge"))
		}
	}
	for _, one := range []string{"application/pdf", "json", "zip", "message/rfc822", "jose", "jwt", "text/"} {
		if strings.Contains(kind, one) {
			return true
		}
	}
	for _, one := range []string{".pdf", ".json", ".jsonld", ".jws", ".jwt", ".zip", ".eml", ".1ob"} {
		if strings.HasSuffix(lower, one) {
			return true
		}
	}
	return false
}

func (l *reading) several(body io.Reader, boundary string, depth int) error {
	if boundary == "" {
		return nil
	}
	parts := multipart.NewReader(body, boundary)
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) || err != nil {
			return nil //nolint:nilerr // what came before a letter is cut off is what there is
		}
		if err := l.part(part.Header, part, depth+1); err != nil {
			return err
		}
	}
}

func decoded(encoding string, body io.Reader) io.Reader {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		return quotedprintable.NewReader(body)
	}
	return body
}

// called is the name of an attachment; empty for what is a letter's text.
func called(h header, params map[string]string) string {
	_, disposition, err := mime.ParseMediaType(h.Get("Content-Disposition"))
	name := params["name"]
	if err == nil && disposition["filename"] != "" {
		name = disposition["filename"]
	}
	if plain, err := new(mime.WordDecoder).DecodeHeader(name); err == nil {
		name = plain
	}
	return name
}
