package openbadges_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"log"
	"strings"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/pkg/openbadges/bake"
)

// credential is an Open Badge 3.0, still to be signed. Its issuer is nothing but a key.
func credential(key openbadges.Key) []byte {
	return []byte(strings.ReplaceAll(onVC20, "ISSUER", key.DIDKey()))
}

func seeded() openbadges.Key {
	key, err := openbadges.NewKey(bytes.Repeat([]byte{7}, 32)) // of crypto/rand, and kept secret, in earnest
	if err != nil {
		log.Fatal(err)
	}
	return key
}

// badgeFile is a PNG picture with a signed badge inside, as it may come from anywhere.
func badgeFile() []byte {
	key := seeded()
	signed, err := openbadges.SignDataIntegrity(context.Background(), credential(key), key, key.VerificationMethod(), signed)
	if err != nil {
		log.Fatal(err)
	}
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		log.Fatal(err)
	}
	baked, err := bake.PNG(picture.Bytes(), signed, bake.Credential)
	if err != nil {
		log.Fatal(err)
	}
	return baked
}

// A file is read, whatever it is, and verified. This one needs nothing of the web.
func ExampleVerify() {
	ctx := context.Background()
	c, err := openbadges.Read(ctx, badgeFile(), nil)
	var not *openbadges.NotBadge
	if errors.As(err, &not) {
		fmt.Println("not a badge:", not.Detail)
		return
	}
	v := openbadges.Verify(ctx, c, openbadges.Options{At: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)})
	fmt.Println(v.Verdict, "-", v.Badge.Achievement.Name, "from", v.Badge.Issuer.Name)
	for _, f := range v.Findings {
		fmt.Println(f.Check, f.Result, f.Reason)
	}
	// Output:
	// genuine - Weaver from Atelier
	// parse pass read
	// structure pass well-made
	// proof pass signed
	// issuer pass key-is-issuers
	// recipient skipped recipient-not-asked
	// revocation skipped no-status
	// dates pass in-force
	// achievement pass achievement-found
}

// A hosted badge is worth what its issuer's site says. The web that answered can be kept, and the badge verified again
// when that site is gone.
func ExampleRecordedWeb() {
	ctx := context.Background()
	say := func(body string) openbadges.Recording {
		return openbadges.Recording{Status: 200, ContentType: "application/ld+json", Body: []byte(body)}
	}
	live := openbadges.RecordedWeb{
		"https://a.example/1":     say(`{"@context":"https://w3id.org/openbadges/v2","type":"Assertion","id":"https://a.example/1","recipient":{"type":"email","hashed":false,"identity":"amina@example.org"},"badge":"https://a.example/b","issuedOn":"2025-03-14T00:00:00Z","verification":{"type":"HostedBadge"}}`),
		"https://a.example/b":     say(`{"@context":"https://w3id.org/openbadges/v2","type":"BadgeClass","id":"https://a.example/b","name":"Weaver","description":"Weaves.","image":"https://a.example/b.png","criteria":{"narrative":"Weave."},"issuer":"https://a.example/i"}`),
		"https://a.example/i":     say(`{"@context":"https://w3id.org/openbadges/v2","type":"Profile","id":"https://a.example/i","name":"Atelier","url":"https://a.example","email":"hello@a.example"}`),
		"https://a.example/b.png": {Status: 200, ContentType: "image/png", Body: []byte("\x89PNG\r\n\x1a\n")},
	}
	verify := func(web openbadges.RecordedWeb) openbadges.Verification {
		c, err := openbadges.Read(ctx, []byte("https://a.example/1"), web.Fetch)
		if err != nil {
			log.Fatal(err)
		}
		return openbadges.Verify(ctx, c, openbadges.Options{Fetch: web.Fetch, Recipients: []string{"amina@example.org"}, At: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)})
	}
	first := verify(live)
	again := verify(first.Web)
	fmt.Println(first.Verdict, again.Verdict, len(first.Web))
	// Output: genuine genuine 4
}

// What is baked comes out byte for byte; what is not baked is said so.
func Example_bake() {
	drawing := []byte(`<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>`)
	baked, err := bake.SVG(drawing, []byte("https://a.example/1"), bake.Assertion)
	if err != nil {
		log.Fatal(err)
	}
	credential, err := bake.FromSVG(baked)
	fmt.Println(string(credential), err)
	_, err = bake.FromSVG(drawing)
	fmt.Println(errors.Is(err, bake.ErrNothing))
	// Output:
	// https://a.example/1 <nil>
	// true
}

// A badge is issued by signing it; here with an embedded proof, and as a token.
func ExampleSignDataIntegrity() {
	ctx, key := context.Background(), seeded()
	embedded, err := openbadges.SignDataIntegrity(ctx, credential(key), key, key.VerificationMethod(), signed)
	if err != nil {
		log.Fatal(err)
	}
	token, err := openbadges.SignJWT(credential(key), key, key.VerificationMethod())
	if err != nil {
		log.Fatal(err)
	}
	for _, input := range [][]byte{embedded, token} {
		c, err := openbadges.Read(ctx, input, nil)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(c.Proof, openbadges.Verify(ctx, c, openbadges.Options{At: signed}).Verdict)
	}
	// Output:
	// data-integrity genuine
	// vc-jwt genuine
}
