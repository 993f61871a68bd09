package bake

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

const (
	maxDepth    = 64
	maxElements = 10_000
)

// drawing is an SVG that has been read through once: where its root and its badges lie in source.
type drawing struct {
	source []byte
	root   struct {
		start, nameEnd, end int    // of the opening tag
		selfClosing         bool   // <svg …/>
		prefixDeclared      bool   // whether the root declares the prefix openbadges,
		prefixNamespace     string // and to be what
	}
	badges []badgeElement
}

// badgeElement is one badge element of a drawing.
type badgeElement struct {
	start, end int
	verify     string
	inCDATA    []byte // the CDATA sections, byte for byte
	asText     []byte // the text outside of them, as XML reads it
}

// FromSVG returns the credential in the first badge element of picture, found by namespace and local name. Its body
// counts before its attribute verify; a body in CDATA comes byte for byte. The errors are [ErrNotImage],
// [ErrTooLarge] and [ErrNothing].
func FromSVG(picture []byte) ([]byte, error) {
	if err := checkDrawing(picture); err != nil {
		return nil, err
	}
	source, err := inUTF8(picture)
	if err != nil {
		return nil, err
	}
	s := newScanner(source)
	s.decoder.CharsetReader = func(_ string, input io.Reader) (io.Reader, error) { return input, nil }
	if err := s.until(s.foundSomething); err != nil {
		return nil, err
	}
	if len(s.badges) == 0 {
		return nil, ErrNothing
	}
	return checkSize(s.badges[0].credential())
}

// look reads a whole drawing that is to be baked. It must be UTF-8, for so is the credential that will stand in it.
func look(picture []byte) (drawing, error) {
	if !utf8.Valid(picture) {
		return drawing{}, fmt.Errorf("%w: an SVG that is not UTF-8", ErrNotImage)
	}
	s := newScanner(picture)
	err := s.until(func() bool { return false })
	return s.drawing, err
}

func (b badgeElement) credential() []byte {
	if !blank(b.asText) && !blank(b.inCDATA) {
		return bytes.TrimSpace(append(bytes.Clone(b.asText), b.inCDATA...))
	}
	if !blank(b.inCDATA) {
		return b.inCDATA
	}
	if !blank(b.asText) {
		return bytes.TrimSpace(b.asText)
	}
	return []byte(strings.TrimSpace(b.verify))
}

// until reads tokens to the end of the drawing, or until enough is known.
func (s *scanner) until(enough func() bool) error {
	if err := checkDrawing(s.source); err != nil {
		return err
	}
	for {
		switch err := s.next(); {
		case errors.Is(err, io.EOF) && s.root.end > 0:
			return nil
		case errors.Is(err, ErrTooLarge):
			return err
		case err != nil:
			return fmt.Errorf("%w: %w", ErrNotImage, err)
		case s.inside == nil && enough():
			return nil
		}
	}
}

// checkDrawing comes before everything that would read a drawing, or make a copy of it.
func checkDrawing(source []byte) error {
	if len(source) > maxBaked {
		return fmt.Errorf("%w: an SVG of %d bytes, at most %d", ErrTooLarge, len(source), maxBaked)
	}
	return nil
}

// inUTF8 gives the drawing as UTF-8: the one other encoding in which real drawings come is Latin-1.
func inUTF8(source []byte) ([]byte, error) {
	if utf8.Valid(source) {
		return source, nil
	}
	head := strings.ToLower(string(source[:min(len(source), 100)]))
	if !strings.Contains(head, "iso-8859-1") && !strings.Contains(head, "latin1") {
		return nil, fmt.Errorf("%w: an SVG that is neither UTF-8 nor Latin-1", ErrNotImage)
	}
	letters := make([]rune, len(source))
	for i, b := range source {
		letters[i] = rune(b)
	}
	return []byte(string(letters)), nil
}
