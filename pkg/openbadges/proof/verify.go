package proof

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges/did"
)

// maxProofs bounds the work one document can ask for.
const maxProofs = 16

// VerifyDataIntegrity checks every proof of a document decoded by strict.Decode (VC Data Integrity 1.0 §4.4 and §4.5) and
// answers for each, in document order. Expires is the caller's to compare. A proof that names a previousProof holds
// only if the previous ones do. Errors of the whole: ErrNoProof; ErrMalformed when the proofs are not objects or too many.
func VerifyDataIntegrity(ctx context.Context, document map[string]any, resolve Resolve) ([]Result, error) {
	proofs, err := proofsOf(document)
	if err != nil {
		return nil, err
	}
	v := &verifier{ctx: ctx, document: without(document, "proof"), proofs: proofs, resolve: resolve, failed: map[string]error{}, digests: map[string][]byte{}}
	results := make([]Result, len(proofs))
	for i, p := range proofs {
		results[i] = v.verify(p)
		v.note(results[i])
	}
	v.chain(results)
	return results, nil
}

func proofsOf(document map[string]any) ([]map[string]any, error) {
	stated := document["proof"]
	if stated == nil {
		return nil, ErrNoProof
	}
	list, isArray := stated.([]any)
	if !isArray {
		list = []any{stated}
	}
	if len(list) == 0 {
		return nil, ErrNoProof
	}
	if len(list) > maxProofs {
		return nil, fmt.Errorf("%d proofs: %w", len(list), ErrMalformed)
	}
	proofs := make([]map[string]any, len(list))
	for i, item := range list {
		p, isObject := item.(map[string]any)
		if !isObject {
			return nil, fmt.Errorf("proof %d is no object: %w", i+1, ErrMalformed)
		}
		proofs[i] = p
	}
	return proofs, nil
}

// verifier checks the proofs of one document.
type verifier struct {
	ctx      context.Context
	document map[string]any // without its proofs
	proofs   []map[string]any
	resolve  Resolve
	failed   map[string]error  // proofs that are known not to hold
	digests  map[string][]byte // canonicalisation and hash -> the digest of the document alone
}

func (v *verifier) verify(p map[string]any) Result {
	r, err := read(p)
	if err == nil {
		err = v.check(p, &r)
	}
	if err != nil {
		r.Err = fmt.Errorf("checking a proof %.60q: %w", r.Suite, err)
	}
	return r
}

func (v *verifier) check(p map[string]any, r *Result) error {
	s, known := suites[r.Suite]
	if !known || s.named != (r.Type == dataIntegrity) {
		return ErrUnknownSuite
	}
	if err := v.ctx.Err(); err != nil {
		return err
	}
	if err := v.doomed(p); err != nil {
		return err
	}
	method, err := v.resolve(v.ctx, r.VerificationMethod)
	if err != nil {
		return err
	}
	r.Method = method
	if s.verify != nil {
		return s.verify(v, p, method)
	}
	return v.plain(s, p, method)
}

// plain checks a suite that signs the digests of the proof's options and of the document.
func (v *verifier) plain(s suite, p map[string]any, method did.Method) error {
	signature, err := did.DecodeMultibase(text(p, "proofValue"))
	if err != nil || text(p, "proofValue")[0] != 'z' {
		return fmt.Errorf("proofValue: %w", ErrMalformed)
	}
	k, err := s.key(method.PublicKey)
	if err != nil {
		return err
	}
	data, err := v.hashed(s, k, p)
	if err != nil {
		return err
	}
	return k.verify(data, signature)
}

// read takes the members that every proof has (VC Data Integrity 1.0 §2.1).
func read(p map[string]any) (r Result, err error) {
	r = Result{
		ID: text(p, "id"), Type: text(p, "type"), Suite: text(p, "cryptosuite"), Purpose: text(p, "proofPurpose"),
		VerificationMethod: text(p, "verificationMethod"),
	}
	if r.Type != dataIntegrity {
		r.Suite = r.Type
	}
	if r.Created, err = moment(p, "created"); err != nil {
		return r, err
	}
	if r.Expires, err = moment(p, "expires"); err != nil {
		return r, err
	}
	for _, required := range []string{"type", "proofPurpose", "verificationMethod"} {
		if text(p, required) == "" {
			return r, fmt.Errorf("%s is missing: %w", required, ErrMalformed)
		}
	}
	if r.Suite == "" {
		return r, fmt.Errorf("cryptosuite is missing: %w", ErrMalformed)
	}
	if r.Purpose != "assertionMethod" {
		return r, fmt.Errorf("%.60q: %w", r.Purpose, ErrPurpose)
	}
	return r, nil
}

func text(p map[string]any, name string) string {
	value, _ := p[name].(string)
	return value
}

func moment(p map[string]any, name string) (time.Time, error) {
	value, stated := p[name]
	if !stated {
		return time.Time{}, nil
	}
	stamp, _ := value.(string)
	at, err := time.Parse(time.RFC3339, stamp)
	if err != nil {
		return at, fmt.Errorf("%s is no dateTimeStamp: %w", name, ErrMalformed)
	}
	return at, nil
}

// without copies an object, less some of its members.
func without(object map[string]any, names ...string) map[string]any {
	rest := maps.Clone(object)
	for _, name := range names {
		delete(rest, name)
	}
	return rest
}
