package proof

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/carnetbadges/carnet/pkg/openbadges/did"
	"github.com/carnetbadges/carnet/pkg/openbadges/strict"
)

// securityV2 is the context in which early implementations wrote the options of their proofs.
const securityV2 = "https://w3id.org/security/v2"

// verify2018 checks Ed25519Signature2018: as its successor, but with a detached, unencoded JWS (RFC 7797) for a value.
// Implementations disagree about the context of the proof's options, so both are tried; either commits to the same words.
func verify2018(v *verifier, p map[string]any, method did.Method) error {
	k, err := edwardsKey(method.PublicKey)
	if err != nil {
		return err
	}
	header, signature, err := detached(text(p, "jws"))
	if err != nil {
		return err
	}
	document, err := v.documentDigest(suite{}, k, p)
	if err != nil {
		return err
	}
	for _, context := range []any{v.document["@context"], securityV2} {
		options := without(p, "jws")
		options["@context"] = context
		stated, problem := k.canonical(v.ctx, false, options)
		if problem != nil {
			err = errors.Join(err, problem)
			continue
		}
		input := slices.Concat([]byte(header+"."), stated, document)
		if err = k.verify(input, signature); err == nil {
			return nil
		}
	}
	return err
}

// detached takes a JWS without payload apart; its header may say only what this suite says.
func detached(jws string) (header string, signature []byte, err error) {
	parts := strings.Split(jws, ".")
	if len(parts) != 3 || parts[1] != "" {
		return "", nil, fmt.Errorf("jws is not detached: %w", ErrMalformed)
	}
	data, err := did.DecodeBase64(parts[0])
	if err != nil {
		return "", nil, fmt.Errorf("the header of jws: %w", ErrMalformed)
	}
	value, err := strict.Decode(data)
	if want := map[string]any{"alg": "EdDSA", "b64": false, "crit": []any{"b64"}}; err != nil || !reflect.DeepEqual(value, want) {
		return "", nil, fmt.Errorf("the header of jws: %w", ErrRefused)
	}
	if signature, err = did.DecodeBase64(parts[2]); err != nil {
		return "", nil, fmt.Errorf("the signature of jws: %w", ErrMalformed)
	}
	return parts[0], signature, nil
}
