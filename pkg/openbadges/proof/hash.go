package proof

import (
	"context"
	"fmt"
	"slices"

	"github.com/carnetbadges/carnet/pkg/openbadges/jsonld"
	"github.com/carnetbadges/carnet/pkg/openbadges/rdf"
	"github.com/carnetbadges/carnet/pkg/openbadges/strict"
)

// hashed is what is signed: the digest of the proof's options, then that of the document
// (Data Integrity EdDSA Cryptosuites 1.0 §3.2.4).
func (v *verifier) hashed(s suite, k key, p map[string]any) ([]byte, error) {
	options, err := v.options(s, p)
	if err != nil {
		return nil, err
	}
	stated, err := k.canonical(v.ctx, s.jcs, options)
	if err != nil {
		return nil, fmt.Errorf("the proof's options: %w", err)
	}
	document, err := v.documentDigest(s, k, p)
	if err != nil {
		return nil, err
	}
	return slices.Concat(stated, document), nil
}

// options are the proof without its value, in the context of the document. The JCS suites sign the context that the
// proof itself states, which must be what the document's begins with (§3.3.2); without one there is none to sign.
func (v *verifier) options(s suite, p map[string]any) (map[string]any, error) {
	options := without(p, "proofValue")
	context, stated := v.document["@context"]
	if !s.jcs {
		if options["@context"] = context; !stated {
			delete(options, "@context")
		}
		return options, nil
	}
	if own, has := options["@context"]; has && !startsWith(list(context), list(own)) {
		return nil, fmt.Errorf("the proof's @context is not the document's: %w", ErrMalformed)
	}
	return options, nil
}

func (v *verifier) documentDigest(s suite, k key, p map[string]any) ([]byte, error) {
	before, err := v.previous(p)
	if err != nil {
		return nil, err
	}
	name := fmt.Sprint(s.jcs, k.hash)
	if digest, known := v.digests[name]; known && before == nil {
		return digest, nil
	}
	document := without(v.document)
	if before != nil {
		document["proof"] = before
	}
	if own, has := p["@context"]; has && s.jcs {
		document["@context"] = own
	}
	digest, err := k.canonical(v.ctx, s.jcs, document)
	if err != nil {
		return nil, fmt.Errorf("the document: %w", err)
	}
	if before == nil && !s.jcs {
		v.digests[name] = digest
	}
	return digest, nil
}

// canonical is the digest of a document's canonical JSON or RDF.
func (k key) canonical(ctx context.Context, jcs bool, document map[string]any) ([]byte, error) {
	if jcs {
		text, err := strict.Canonical(document)
		return k.digest(text), err
	}
	quads, err := jsonld.ToRDF(document)
	if err != nil {
		return nil, err
	}
	return rdf.Digest(ctx, quads, k.hash, 0)
}

func list(value any) []any {
	if items, isArray := value.([]any); isArray {
		return items
	}
	return []any{value}
}

// startsWith compares contexts by their canonical text.
func startsWith(whole, start []any) bool {
	if len(start) > len(whole) {
		return false
	}
	a, errA := strict.Canonical(whole[:len(start)])
	b, errB := strict.Canonical(start)
	return errA == nil && errB == nil && string(a) == string(b)
}
