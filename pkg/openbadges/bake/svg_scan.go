package bake

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
)

// scanner walks the tokens of a drawing and keeps where they lie.
type scanner struct {
	drawing
	decoder  *xml.Decoder
	elements int
	depth    int
	inside   *badgeElement // the badge element being read
	within   int           // its depth
}

func newScanner(source []byte) *scanner {
	return &scanner{drawing: drawing{source: source}, decoder: xml.NewDecoder(bytes.NewReader(source))} //nolint:gosec // tokens only, counted and bounded
}

// next reads one token. encoding/xml has no limits of its own, so they are kept here.
func (s *scanner) next() error {
	start := int(s.decoder.InputOffset())
	token, err := s.decoder.Token()
	if err != nil {
		return err
	}
	end := int(s.decoder.InputOffset())
	switch token := token.(type) {
	case xml.StartElement:
		return s.open(token, start, end)
	case xml.EndElement:
		s.close(end)
	case xml.CharData:
		s.say(token, s.source[start:end])
	case xml.Directive:
		return checkDirective(token)
	case xml.Comment, xml.ProcInst:
		return s.count()
	}
	return nil
}

func (s *scanner) count() error {
	if s.elements++; s.elements > maxElements {
		return fmt.Errorf("%w: an SVG of more than %d nodes", ErrTooLarge, maxElements)
	}
	return nil
}

func (s *scanner) open(token xml.StartElement, start, end int) error {
	if err := s.count(); err != nil {
		return err
	}
	if s.depth++; s.depth > maxDepth {
		return fmt.Errorf("%w: an SVG nested more than %d deep", ErrTooLarge, maxDepth)
	}
	if s.depth == 1 {
		return s.openRoot(token, start, end)
	}
	if s.inside == nil && isBadge(token.Name) {
		s.inside, s.within = &badgeElement{start: start, verify: attribute(token, "verify")}, s.depth
	}
	return nil
}

func (s *scanner) openRoot(token xml.StartElement, start, end int) error {
	if token.Name.Local != "svg" || s.root.end > 0 {
		return errors.New("the root is not one svg element")
	}
	opening := s.source[start:end]
	s.root.start, s.root.end = start, end
	s.root.nameEnd = start + bytes.IndexAny(opening, " \t\r\n/>")
	s.root.selfClosing = bytes.HasSuffix(opening, []byte("/>"))
	for _, a := range token.Attr {
		if a.Name.Space == "xmlns" && a.Name.Local == "openbadges" {
			s.root.prefixDeclared, s.root.prefixNamespace = true, a.Value
		}
	}
	return nil
}

func (s *scanner) close(end int) {
	if s.inside != nil && s.depth == s.within {
		s.inside.end = end
		s.badges = append(s.badges, *s.inside)
		s.inside = nil
	}
	s.depth--
}

// say keeps what stands in a badge element. CDATA is taken from the source: XML reading would change its line ends.
func (s *scanner) say(decoded xml.CharData, raw []byte) {
	if s.inside == nil {
		return
	}
	if cdata, found := bytes.CutPrefix(raw, []byte("<![CDATA[")); found {
		s.inside.inCDATA = append(s.inside.inCDATA, bytes.TrimSuffix(cdata, []byte("]]>"))...)
		return
	}
	s.inside.asText = append(s.inside.asText, decoded...)
}

// foundSomething forgets empty badge elements: the first one that says something counts.
func (s *scanner) foundSomething() bool {
	for len(s.badges) > 0 && blank(s.badges[0].credential()) {
		s.badges = s.badges[1:]
	}
	return len(s.badges) > 0
}

// isBadge goes by namespace and local name, not by prefix; tools mix the names of the two standards, forget to
// declare the prefix, or end the namespace with a slash.
func isBadge(name xml.Name) bool {
	if name.Local != Assertion.tag() && name.Local != Credential.tag() {
		return false
	}
	_, space, hasScheme := strings.Cut(strings.TrimSuffix(name.Space, "/"), "://")
	if !hasScheme {
		return name.Space == "openbadges"
	}
	return space == "openbadges.org" || space == "purl.imsglobal.org/ob/v3p0"
}

func attribute(token xml.StartElement, name string) string {
	for _, a := range token.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// checkDirective allows a plain DOCTYPE and refuses one that declares entities.
func checkDirective(directive xml.Directive) error {
	if bytes.Contains(bytes.ToUpper(directive), []byte("ENTITY")) {
		return errors.New("the SVG declares entities")
	}
	return nil
}
