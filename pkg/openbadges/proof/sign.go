package proof

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges/strict"
	"github.com/mr-tron/base58"
)

// SignEdDSARDFC2022 returns the document, otherwise byte for byte as it came, with an eddsa-rdfc-2022 proof as its
// last member (Data Integrity EdDSA Cryptosuites 1.0 §3.2.1). The same input yields the same bytes; created is written in
// UTC to the second. A VC 1.1 document must name the data-integrity/v2 context itself.
// Errors: ErrMalformed when it is no object or has a proof already; those of strict, jsonld, contexts and rdf.
func SignEdDSARDFC2022(ctx context.Context, document []byte, key ed25519.PrivateKey, verificationMethod string, created time.Time) ([]byte, error) {
	return sign(ctx, document, key, options{Type: dataIntegrity, Suite: "eddsa-rdfc-2022", Method: verificationMethod}, created)
}

// SignEd25519Signature2020 does the same with the older suite (Ed25519Signature2020, Data Integrity EdDSA Cryptosuites
// 1.0 §4); the document must name the ed25519-2020/v1 context itself.
func SignEd25519Signature2020(ctx context.Context, document []byte, key ed25519.PrivateKey, verificationMethod string, created time.Time) ([]byte, error) {
	return sign(ctx, document, key, options{Type: "Ed25519Signature2020", Method: verificationMethod}, created)
}

// options are a proof as it is written.
type options struct {
	Type    string `json:"type"`
	Suite   string `json:"cryptosuite,omitempty"`
	Created string `json:"created"`
	Method  string `json:"verificationMethod"`
	Purpose string `json:"proofPurpose"`
	Value   string `json:"proofValue,omitempty"`
}

func (o options) members() map[string]any {
	members := map[string]any{"type": o.Type, "created": o.Created, "verificationMethod": o.Method, "proofPurpose": o.Purpose}
	if o.Suite != "" {
		members["cryptosuite"] = o.Suite
	}
	return members
}

func sign(ctx context.Context, document []byte, private ed25519.PrivateKey, o options, created time.Time) ([]byte, error) {
	value, err := strict.Decode(document)
	if err != nil {
		return nil, fmt.Errorf("signing: %w", err)
	}
	members, isObject := value.(map[string]any)
	if _, has := members["proof"]; has || !isObject || len(members) == 0 {
		return nil, fmt.Errorf("signing what is no object without a proof: %w", ErrMalformed)
	}
	o.Created, o.Purpose = created.UTC().Format("2006-01-02T15:04:05Z"), "assertionMethod"
	k, err := edwardsKey(private.Public())
	if err != nil {
		return nil, err
	}
	v := &verifier{ctx: ctx, document: members, digests: map[string][]byte{}}
	data, err := v.hashed(suite{}, k, o.members())
	if err != nil {
		return nil, fmt.Errorf("signing: %w", err)
	}
	o.Value = "z" + base58.Encode(ed25519.Sign(private, data))
	return attach(document, o)
}

// attach writes the proof before the document's last brace.
func attach(document []byte, o options) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(o); err != nil {
		return nil, fmt.Errorf("writing a proof: %w", err)
	}
	end := bytes.LastIndexByte(document, '}')
	head := bytes.TrimRight(document[:end], " \t\r\n")
	signed := append(bytes.Clone(head), `,"proof":`...)
	signed = append(signed, bytes.TrimSpace(text.Bytes())...)
	return append(signed, document[end:]...), nil
}
