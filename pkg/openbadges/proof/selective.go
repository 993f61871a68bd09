package proof

import (
	"fmt"
	"slices"
	"strings"

	"github.com/carnetbadges/carnet/pkg/openbadges/did"
	"github.com/carnetbadges/carnet/pkg/openbadges/jsonld"
	"github.com/carnetbadges/carnet/pkg/openbadges/rdf"
)

// verifySelective checks a derived ecdsa-sd-2023 proof (Data Integrity ECDSA Cryptosuites 1.0 §3.5.8): the issuer's key has
// signed the mandatory statements and a key made for this credential, and that key each of the others that are shown.
// A base proof is refused: it is for the holder alone.
func verifySelective(v *verifier, p map[string]any, method did.Method) error {
	d, err := readDisclosure(text(p, "proofValue"))
	if err != nil {
		return err
	}
	issuer, err := p256(method.PublicKey)
	if err != nil {
		return err
	}
	shown, err := p256(d.public)
	if err != nil {
		return err
	}
	options, err := v.options(suite{}, p)
	if err != nil {
		return err
	}
	stated, err := issuer.canonical(v.ctx, false, options)
	if err != nil {
		return fmt.Errorf("the proof's options: %w", err)
	}
	statements, err := v.relabelled(p, d.labels)
	if err != nil {
		return err
	}
	mandatory, others, err := d.split(statements)
	if err != nil {
		return err
	}
	signed := slices.Concat(stated, d.publicBytes, issuer.digest([]byte(strings.Join(mandatory, ""))))
	if err := issuer.verify(signed, d.base); err != nil {
		return err
	}
	for i, statement := range others {
		if err := shown.verify([]byte(statement), d.signatures[i]); err != nil {
			return err
		}
	}
	return nil
}

func p256(public any) (key, error) {
	k, err := curveKey(public)
	if err == nil && k.hash != rdf.SHA256 {
		err = fmt.Errorf("another curve than P-256: %w", ErrKeyType)
	}
	return k, err
}

// relabelled are the document's statements in order, its blank nodes named as the issuer's secret names them (§3.4.5).
func (v *verifier) relabelled(p map[string]any, labels map[string]string) ([]string, error) {
	if _, chained := p["previousProof"]; chained {
		return nil, fmt.Errorf("a chained ecdsa-sd-2023 proof: %w", ErrUnknownSuite)
	}
	quads, err := jsonld.ToRDF(v.document)
	if err != nil {
		return nil, fmt.Errorf("the document: %w", err)
	}
	text, _, err := rdf.CanonicalizeMap(v.ctx, quads, rdf.SHA256, 0)
	if err != nil {
		return nil, fmt.Errorf("the document: %w", err)
	}
	canonical, err := rdf.Parse([]byte(text))
	if err != nil {
		return nil, err
	}
	statements := make([]string, len(canonical))
	for i, q := range canonical {
		for _, term := range []*rdf.Term{&q.Subject, &q.Object, &q.Graph} {
			if term.Kind != rdf.Blank {
				continue
			}
			label, known := labels[term.Value]
			if !known {
				return nil, fmt.Errorf("a node without a label: %w", ErrMalformed)
			}
			term.Value = label
		}
		statements[i] = rdf.Serialize([]rdf.Quad{q})
	}
	slices.Sort(statements)
	return statements, nil
}
