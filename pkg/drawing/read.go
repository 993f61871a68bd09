package drawing

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

const (
	nameSVG   = "http://www.w3.org/2000/svg"
	nameXLink = "http://www.w3.org/1999/xlink"
)

// node is an element of a drawing, or a text in one: then only text is set.
type node struct {
	name       string
	attributes map[string]string
	children   []*node
	parent     *node
	text       string
	classes    []string
	bytes      int           // of its attributes, but those that are charged where they are read: outlines, pictures
	said       []declaration // what is said of it, once it was asked for
	heard      bool          // whether it was
}

// file is a drawing that was read: its elements, those with an id, and its style sheets.
type file struct {
	root  *node
	ids   map[string]*node
	rules []rule
	odd   string // what is in it that is not painted here, wherever it stands; empty: nothing
}

// reader builds the tree. encoding/xml has no limits of its own, so they are kept here.
type reader struct {
	file
	at    *node
	skip  int // how deep within something that is no SVG
	depth int
	nodes int
	text  int // bytes of what is shown as letters
}

func read(ctx context.Context, source []byte) (*file, error) {
	if len(source) > MaxBytes {
		return nil, fmt.Errorf("%w: %d bytes", ErrTooDear, len(source))
	}
	if !utf8.Valid(source) {
		return nil, fmt.Errorf("%w: it is not UTF-8", ErrUnfaithful)
	}
	decoder := xml.NewDecoder(bytes.NewReader(source)) //nolint:gosec // tokens only, counted and bounded
	decoder.CharsetReader = func(_ string, input io.Reader) (io.Reader, error) { return input, nil }
	r := &reader{file: file{ids: map[string]*node{}}}
	for {
		if err := ctx.Err(); err != nil {
			return nil, gone(ctx)
		}
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrNotDrawing, err)
		}
		if err := r.take(token); err != nil {
			return nil, err
		}
	}
	if r.root == nil {
		return nil, ErrNotDrawing
	}
	if r.odd != "" {
		return nil, fmt.Errorf("%w: %s", ErrUnfaithful, shortened(r.odd))
	}
	return &r.file, r.sheets(r.root)
}

func (r *reader) take(token xml.Token) error {
	switch token := token.(type) {
	case xml.StartElement:
		return r.open(token)
	case xml.EndElement:
		r.close()
	case xml.CharData:
		return r.say(string(token))
	case xml.Directive:
		if bytes.Contains(bytes.ToUpper(token), []byte("ENTITY")) {
			return fmt.Errorf("%w: it declares entities", ErrNotDrawing)
		}
	}
	return r.count()
}

func (r *reader) count() error {
	if r.nodes++; r.nodes > maxNodes {
		return fmt.Errorf("%w: more than %d nodes", ErrTooDear, maxNodes)
	}
	return nil
}

func (r *reader) open(token xml.StartElement) error {
	if r.depth++; r.depth > maxDepth {
		return fmt.Errorf("%w: nested more than %d deep", ErrTooDear, maxDepth)
	}
	if err := r.count(); err != nil {
		return err
	}
	if r.skip > 0 || token.Name.Space != nameSVG && r.at != nil {
		r.skip++
		return nil
	}
	if r.at == nil && (token.Name.Space != nameSVG || token.Name.Local != "svg" || r.root != nil) {
		return fmt.Errorf("%w: the root is not one svg element", ErrNotDrawing)
	}
	n := &node{name: token.Name.Local, parent: r.at}
	if err := n.take(token.Attr); err != nil {
		return err
	}
	if r.at == nil {
		r.root = n
	} else {
		r.at.children = append(r.at.children, n)
	}
	if id := n.attributes["id"]; id != "" && r.ids[id] == nil {
		r.ids[id] = n
	}
	switch n.name {
	case "animate", "animateTransform", "animateMotion", "animateColor", "set":
		r.odd = n.name
	}
	r.at = n
	return nil
}

// take keeps the attributes SVG knows: those of no namespace, where links lead, and what becomes of spaces. They are read
// again each time the element is painted, so none may be without a measure.
func (n *node) take(list []xml.Attr) error {
	n.attributes = make(map[string]string, min(len(list), maxAttributes))
	for _, a := range list {
		switch {
		case a.Name.Space == "" && a.Name.Local == "href":
			n.attributes["href"] = strings.TrimSpace(a.Value)
		case a.Name.Space == "":
			n.attributes[a.Name.Local] = a.Value
		case a.Name.Space == nameXLink && a.Name.Local == "href" && n.attributes["href"] == "":
			n.attributes["href"] = strings.TrimSpace(a.Value)
		case a.Name.Local == "space" && strings.Contains(a.Name.Space, "XML"):
			n.attributes["xml:space"] = a.Value
		}
		if len(n.attributes) > maxAttributes {
			return fmt.Errorf("%w: more than %d attributes", ErrTooDear, maxAttributes)
		}
	}
	for name, value := range n.attributes {
		most := longest(name, value)
		if len(value) > most {
			return fmt.Errorf("%w: %d bytes of %s", ErrTooDear, len(value), name)
		}
		if most < MaxBytes {
			n.bytes += len(value)
		}
	}
	for class := range strings.FieldsSeq(n.attributes["class"]) {
		if n.classes = append(n.classes, class); len(n.classes) > maxClasses {
			return fmt.Errorf("%w: more than %d classes", ErrTooDear, maxClasses)
		}
	}
	return nil
}

// longest is how many bytes an attribute may have.
func longest(name, value string) int {
	switch {
	case name == "d", name == "points", name == "href" && len(value) > 5 && strings.EqualFold(value[:5], "data:"):
		return MaxBytes
	case name == "href":
		return maxLink
	}
	return maxAttribute
}

func (r *reader) close() {
	r.depth--
	if r.skip > 0 {
		r.skip--
		return
	}
	if r.at != nil {
		r.at = r.at.parent
	}
}

// say keeps texts where they are shown or are a style sheet.
func (r *reader) say(text string) error {
	if r.skip > 0 || r.at == nil {
		return nil
	}
	switch r.at.name {
	case "text", "tspan", "textPath", "a", "style":
		if r.at.name != "style" {
			r.text += len(text)
		}
		if r.text > maxText {
			return fmt.Errorf("%w: more than %d bytes of text", ErrTooDear, maxText)
		}
		r.at.children = append(r.at.children, &node{text: text, parent: r.at})
		return r.count()
	}
	return nil
}

// sheets reads the style sheets of a drawing.
func (r *reader) sheets(n *node) error {
	if n.name == "style" {
		var text strings.Builder
		for _, c := range n.children {
			text.WriteString(c.text)
		}
		if kind := n.attributes["type"]; kind == "" || kind == "text/css" {
			rules, err := sheet(text.String(), len(r.rules))
			if err != nil {
				return err
			}
			if r.rules = append(r.rules, rules...); len(r.rules) > maxRules {
				return fmt.Errorf("%w: more than %d rules of style", ErrTooDear, maxRules)
			}
		}
		return nil
	}
	for _, c := range n.children {
		if err := r.sheets(c); err != nil {
			return err
		}
	}
	return nil
}

// refers is the element a link or url(#…) names; nil where there is none.
func (f *file) refers(link string) *node {
	id, local := strings.CutPrefix(strings.TrimSpace(link), "#")
	if !local {
		return nil
	}
	return f.ids[id]
}

// within says whether an element stands inside another, or is it.
func (n *node) within(other *node) bool {
	for ; n != nil; n = n.parent {
		if n == other {
			return true
		}
	}
	return false
}
