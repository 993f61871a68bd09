package proof

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/sha512"
	"fmt"
	"math/big"

	"github.com/carnetbadges/carnet/pkg/openbadges/did"
	"github.com/carnetbadges/carnet/pkg/openbadges/rdf"
)

const dataIntegrity = "DataIntegrityProof"

// suite is one way of making proofs.
type suite struct {
	named  bool // by cryptosuite of a DataIntegrityProof, not by the proof's type
	jcs    bool // canonical JSON instead of canonical RDF
	key    func(crypto.PublicKey) (key, error)
	verify func(*verifier, map[string]any, did.Method) error // for suites of another build
}

// suites are those that are supported. eddsa-2022 is the draft name under which eddsa-rdfc-2022 was first deployed.
var suites = map[string]suite{
	"eddsa-rdfc-2022":      {named: true, key: edwardsKey},
	"eddsa-2022":           {named: true, key: edwardsKey},
	"eddsa-jcs-2022":       {named: true, jcs: true, key: edwardsKey},
	"ecdsa-rdfc-2019":      {named: true, key: curveKey},
	"ecdsa-jcs-2019":       {named: true, jcs: true, key: curveKey},
	"ecdsa-sd-2023":        {named: true, verify: verifySelective},
	"Ed25519Signature2020": {key: edwardsKey},
	"Ed25519Signature2018": {verify: verify2018},
}

// key is a public key together with the hash its suite uses with it.
type key struct {
	hash   rdf.Hash
	verify func(data, signature []byte) error
}

func (k key) digest(data []byte) []byte {
	if k.hash == rdf.SHA384 {
		sum := sha512.Sum384(data)
		return sum[:]
	}
	sum := sha256.Sum256(data)
	return sum[:]
}

func edwardsKey(public crypto.PublicKey) (key, error) {
	k, ok := public.(ed25519.PublicKey)
	if !ok || len(k) != ed25519.PublicKeySize {
		return key{}, fmt.Errorf("a %T for EdDSA: %w", public, ErrKeyType)
	}
	return key{verify: func(data, signature []byte) error {
		if len(signature) != ed25519.SignatureSize {
			return fmt.Errorf("a signature of %d bytes: %w", len(signature), ErrMalformed)
		}
		if !verifyEdwards(k, data, signature) {
			return ErrSignature
		}
		return nil
	}}, nil
}

// curveKey takes P-256 with SHA-256 and P-384 with SHA-384 throughout (Data Integrity ECDSA Cryptosuites 1.0 §3.2).
func curveKey(public crypto.PublicKey) (key, error) {
	k, ok := public.(*ecdsa.PublicKey)
	switch {
	case ok && k.Curve == elliptic.P256():
		return key{hash: rdf.SHA256, verify: curveVerify(k, rdf.SHA256, 32)}, nil
	case ok && k.Curve == elliptic.P384():
		return key{hash: rdf.SHA384, verify: curveVerify(k, rdf.SHA384, 48)}, nil
	}
	return key{}, fmt.Errorf("a %T for ECDSA: %w", public, ErrKeyType)
}

func curveVerify(k *ecdsa.PublicKey, hash rdf.Hash, size int) func(data, signature []byte) error {
	return func(data, signature []byte) error {
		if len(signature) != 2*size {
			return fmt.Errorf("a signature of %d bytes: %w", len(signature), ErrMalformed)
		}
		r, s := new(big.Int).SetBytes(signature[:size]), new(big.Int).SetBytes(signature[size:])
		if !ecdsa.Verify(k, key{hash: hash}.digest(data), r, s) {
			return ErrSignature
		}
		return nil
	}
}
