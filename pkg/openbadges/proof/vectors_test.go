package proof

import (
	"context"
	"encoding/hex"
	"errors"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges/did"
	"github.com/carnetbadges/carnet/pkg/openbadges/jsonld"
	"github.com/carnetbadges/carnet/pkg/openbadges/rdf"
	"github.com/carnetbadges/carnet/pkg/openbadges/strict"
)

func object(t testing.TB, data []byte) map[string]any {
	t.Helper()
	value, err := strict.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	return value.(map[string]any)
}

// canonicalize writes the text that key.canonical only hashes.
func canonicalize(ctx context.Context, jcs bool, hash rdf.Hash, document map[string]any) ([]byte, error) {
	if jcs {
		return strict.Canonical(document)
	}
	quads, err := jsonld.ToRDF(document)
	if err != nil {
		return nil, err
	}
	text, err := rdf.Canonicalize(ctx, quads, hash, 0)
	return []byte(text), err
}

// offline resolves what needs no web.
func offline(ctx context.Context, method string) (did.Method, error) {
	return did.Resolve(ctx, method, nil)
}

// vectors are the W3C's: folder, the end of its files' names.
var vectors = []struct{ folder, suffix string }{
	{"w3c-di-eddsa/eddsa-rdfc-2022", "DataInt"},
	{"w3c-di-eddsa/eddsa-jcs-2022", "JCS"},
	{"w3c-di-eddsa/Ed25519Signature2020", "EdSig"},
	{"w3c-di-ecdsa/ecdsa-rdfc-2019-p256", "ECDSAP256"},
	{"w3c-di-ecdsa/ecdsa-rdfc-2019-p256/employ", "ECDSAP256"},
	{"w3c-di-ecdsa/ecdsa-rdfc-2019-p384", "ECDSAP384"},
	{"w3c-di-ecdsa/ecdsa-rdfc-2019-p384/employ", "ECDSAP384"},
	{"w3c-di-ecdsa/ecdsa-jcs-2019-p256", "JCSECDSAP256"},
	{"w3c-di-ecdsa/ecdsa-jcs-2019-p384", "JCSECDSAP384"},
}

func TestEveryStepOfTheW3CVectorsIsReached(t *testing.T) {
	for _, vector := range vectors {
		t.Run(vector.folder, func(t *testing.T) {
			file := func(name, extension string) string {
				return string(corpus(t, path.Join(vector.folder, name+vector.suffix+extension)))
			}
			signed := object(t, []byte(file("signed", ".json")))
			p := signed["proof"].(map[string]any)
			r, err := read(p)
			if err != nil {
				t.Fatal(err)
			}
			s := suites[r.Suite]
			method, err := offline(context.Background(), r.VerificationMethod)
			if err != nil {
				t.Fatal(err)
			}
			k, err := s.key(method.PublicKey)
			if err != nil {
				t.Fatal(err)
			}
			v := &verifier{ctx: context.Background(), document: without(signed, "proof"), proofs: []map[string]any{p}, digests: map[string][]byte{}}
			same := func(step, got, want string) {
				if strings.TrimSpace(got) != strings.TrimSpace(want) {
					t.Errorf("%s is\n%s\nwant\n%s", step, got, want)
				}
			}
			options, err := v.options(s, p)
			if err != nil {
				t.Fatal(err)
			}
			config, err := canonicalize(v.ctx, s.jcs, k.hash, options)
			if err != nil {
				t.Fatal(err)
			}
			same("the canonical proof configuration", string(config), file("proofCanon", ".txt"))
			same("its hash", hex.EncodeToString(k.digest(config)), file("proofHash", ".txt"))
			document, err := canonicalize(v.ctx, s.jcs, k.hash, v.document)
			if err != nil {
				t.Fatal(err)
			}
			same("the canonical document", string(document), file("canonDoc", ".txt"))
			same("its hash", hex.EncodeToString(k.digest(document)), file("docHash", ".txt"))
			combined, err := v.hashed(s, k, p)
			if err != nil {
				t.Fatal(err)
			}
			same("what is signed", hex.EncodeToString(combined), file("combinedHash", ".txt"))
			signature, err := did.DecodeMultibase(text(p, "proofValue"))
			if err != nil {
				t.Fatal(err)
			}
			same("the signature", hex.EncodeToString(signature), file("sigHex", ".txt"))
			same("its base58", text(p, "proofValue"), file("sigBTC58", ".txt"))
			if results, err := VerifyDataIntegrity(v.ctx, signed, offline); err != nil || results[0].Err != nil {
				t.Error(err, results)
			}
		})
	}
}

func TestSigningYieldsTheBytesOfTheVectors(t *testing.T) {
	keys := object(t, corpus(t, "w3c-di-eddsa/keyPair.json"))
	secret, err := did.DecodeMultibase(text(keys, "privateKeyMultibase"))
	if err != nil {
		t.Fatal(err)
	}
	key := seed(secret[2:34])
	for _, vector := range []struct {
		file string
		sign func(context.Context, []byte, privateKey, string, time.Time) ([]byte, error)
	}{
		{"w3c-di-eddsa/eddsa-rdfc-2022/signedDataInt.json", SignEdDSARDFC2022},
		{"w3c-di-eddsa/Ed25519Signature2020/signedEdSig.json", SignEd25519Signature2020},
	} {
		signed := object(t, corpus(t, vector.file))
		want := signed["proof"].(map[string]any)
		unsigned, err := strict.Canonical(without(signed, "proof"))
		if err != nil {
			t.Fatal(err)
		}
		created, err := time.Parse(time.RFC3339, text(want, "created"))
		if err != nil {
			t.Fatal(err)
		}
		got, err := vector.sign(context.Background(), unsigned, key, text(want, "verificationMethod"), created)
		if err != nil {
			t.Fatal(err)
		}
		p := object(t, got)["proof"].(map[string]any)
		if text(p, "proofValue") != text(want, "proofValue") || !strings.HasPrefix(string(got), string(unsigned[:len(unsigned)-1])) {
			t.Errorf("%s: %s", vector.file, got)
		}
	}
}

func TestProofSetsAndChainsHold(t *testing.T) {
	for file, proofs := range map[string]int{"signedProofSet1": 1, "signedProofChain1": 3, "signedProofChain2": 4} {
		t.Run(file, func(t *testing.T) {
			document := object(t, corpus(t, "w3c-di-eddsa/proof-set-chain/"+file+".json"))
			results, err := VerifyDataIntegrity(context.Background(), document, offline)
			if err != nil || len(results) < proofs {
				t.Fatal(err, len(results))
			}
			for i, r := range results {
				if r.Err != nil {
					t.Errorf("proof %d: %v", i, r.Err)
				}
			}
			list, isArray := document["proof"].([]any)
			if !isArray || proofs < 3 {
				return
			}
			list[0].(map[string]any)["created"] = "2023-02-24T23:36:39Z"
			results, err = VerifyDataIntegrity(context.Background(), document, offline)
			if err != nil {
				t.Fatal(err)
			}
			for i, r := range results {
				if fails := errors.Is(r.Err, ErrSignature); fails != !slices.Contains([]int{1}, i) {
					t.Errorf("with the first proof broken, proof %d: %v", i, r.Err)
				}
			}
		})
	}
}

func TestAChainWithoutItsLinkFails(t *testing.T) {
	document := object(t, corpus(t, "w3c-di-eddsa/proof-set-chain/signedProofChain2.json"))
	list := document["proof"].([]any)
	document["proof"] = list[3:]
	results, err := VerifyDataIntegrity(context.Background(), document, offline)
	if err != nil || !errors.Is(results[0].Err, ErrMalformed) {
		t.Error(err, results[0].Err)
	}
}
