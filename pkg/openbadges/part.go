package openbadges

import (
	"bytes"
	"context"
)

// part is an object that a badge consists of: embedded, or loaded from its address.
type part struct {
	node     node   // nil when there is none, or it could not be loaded and was not embedded
	named    node   // what the address answered that was named first, when that named another
	address  string // where it is kept; empty when it is embedded without an address of its own
	standard Standard
	silent   bool // it could not be loaded
	broken   bool // what was loaded is not it
}

// part loads an object by its address. What its address answers counts, not what is embedded: whoever made the badge
// could write anything there. Only an object without an address of its own is taken as it is.
func (q *inquiry) part(ctx context.Context, v any, standard Standard) part {
	embedded := asNode(v)
	address := asID(v)
	if !isWeb(address) {
		if embedded == nil {
			return part{address: address, standard: standard, silent: address != ""}
		}
		return part{node: embedded, address: address, standard: standardOfPart(embedded, standard)}
	}
	p := q.loaded(ctx, address, standard)
	if p.silent && embedded != nil {
		p.node = embedded
	}
	return p
}

// loaded follows an id that differs from the address once (OB 2.0 §Verification, "Hosted").
func (q *inquiry) loaded(ctx context.Context, address string, standard Standard) part {
	p := q.loadedOnce(ctx, address, standard)
	id := asID(p.node)
	if p.node == nil || !isWeb(id) || id == address {
		return p
	}
	other := q.loadedOnce(ctx, id, standard)
	if other.node != nil && asID(other.node) != id {
		other.broken = true
	}
	other.named = p.node
	return other
}

func (q *inquiry) loadedOnce(ctx context.Context, address string, standard Standard) part {
	doc, err := q.load(ctx, address)
	if err != nil || doc.Status != 200 {
		return part{address: address, standard: standard, silent: true}
	}
	n, err := parse(bytes.TrimSpace(bytes.TrimPrefix(doc.Body, byteOrderMark)))
	if err != nil {
		return part{node: node{}, address: address, standard: standard, broken: true}
	}
	return part{node: n, address: address, standard: standardOfPart(n, standard)}
}

// isPicture knows a PNG or SVG by its beginning.
func isPicture(data []byte) bool {
	if bytes.HasPrefix(data, pngSignature) {
		return true
	}
	text := bytes.TrimSpace(bytes.TrimPrefix(data, byteOrderMark))
	return bytes.HasPrefix(text, []byte("<")) && bytes.Contains(text, []byte("<svg"))
}
