// Package proof checks and makes the cryptographic proofs of credentials: W3C Data Integrity and JOSE.
// It knows nothing of badges, dates or trust: whether a key is the issuer's is for the caller to ask of its did.Method.
package proof

import (
	"context"
	"errors"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges/did"
)

// The reasons why a proof does not hold or cannot be judged. Errors of did, rdf, jsonld and contexts come through
// wrapped as they are: did.ErrUnreachable, did.ErrAbsent, rdf.ErrTooCostly, contexts.ErrUnknownContext, jsonld.ErrUnsafe.
var (
	ErrSignature    = errors.New("the signature does not match")                     // tampered with, or another key
	ErrUnknownSuite = errors.New("a proof of a kind that is not supported")          // nothing can be said about it
	ErrMalformed    = errors.New("the proof is malformed")                           // a member is missing or of the wrong form
	ErrNoProof      = errors.New("there is no proof")                                // nothing to check
	ErrKeyType      = errors.New("the key does not fit the algorithm")               // e.g. ES256 with an RSA key, RSA below 2048 bits
	ErrPurpose      = errors.New("the proof serves another purpose than assertions") // proofPurpose
	ErrRefused      = errors.New("the signature's header asks for what is refused")  // none, HS*, crit, b64, jku, x5u
)

// Resolve finds the key a proof names; usually did.Resolve with the caller's web.
type Resolve func(ctx context.Context, verificationMethod string) (did.Method, error)

// Result is what one proof of a document proves.
type Result struct {
	ID                 string     // the proof's id; often empty
	Type               string     // DataIntegrityProof, Ed25519Signature2020 …
	Suite              string     // the cryptosuite, or Type where the type is the suite
	Purpose            string     // proofPurpose as stated
	VerificationMethod string     // as stated
	Created, Expires   time.Time  // zero when not stated
	Method             did.Method // the key; its zero value when it could not be resolved
	Err                error      // nil: the document is what was signed with this key
}
