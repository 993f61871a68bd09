package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/pkg/openbadges/bake"
	"github.com/carnetbadges/carnet/pkg/openbadges/pdf"
	"github.com/carnetbadges/carnet/pkg/openbadges/rdf"
)

// exitTooCostly is the exit status of canonicalize for a graph made to be slow.
const exitTooCostly status = 4

// bakeCmd puts a credential into a picture.
type bakeCmd struct {
	Into       string `required:"" help:"The PNG or SVG picture to put it into." placeholder:"IMAGE" type:"existingfile"`
	Credential string `arg:"" help:"The credential: JSON, JWS or JWT; - for the standard input."`
}

// Run writes the baked picture to the standard output.
func (b bakeCmd) Run(ctx context.Context, std streams) error {
	credential, err := read(b.Credential, std.in)
	if err != nil {
		return err
	}
	picture, err := os.ReadFile(b.Into)
	if err != nil {
		return err
	}
	c, err := openbadges.Read(ctx, credential, openbadges.RecordedWeb{}.Fetch)
	if err != nil {
		return err
	}
	into := bake.SVG
	if isPNG(picture) {
		into = bake.PNG
	}
	baked, err := into(picture, credential, keyword(c.Standard))
	if err != nil {
		return fmt.Errorf("baking into %s: %w", b.Into, err)
	}
	_, err = std.out.Write(baked)
	return err
}

// unbakeCmd takes the credential out of a picture or a PDF.
type unbakeCmd struct {
	File string `arg:"" help:"A PNG or SVG picture, or a PDF; - for the standard input."`
}

// Run writes the credential, byte for byte, to the standard output; status 3 when the file holds none.
func (u unbakeCmd) Run(ctx context.Context, std streams) error {
	picture, err := read(u.File, std.in)
	if err != nil {
		return err
	}
	from := bake.FromSVG
	switch {
	case isPNG(picture):
		from = bake.FromPNG
	case pdf.Is(picture):
		from = func(document []byte) ([]byte, error) { return fromPDF(ctx, document) }
	}
	credential, err := from(picture)
	if err != nil {
		fmt.Fprintln(std.err, "carnet:", u.File+":", err)
		return exitNotBadge
	}
	_, err = std.out.Write(credential)
	return err
}

// fromPDF answers the first text of a document that is a credential, or else the first that might lead to one.
func fromPDF(ctx context.Context, document []byte) ([]byte, error) {
	found, err := pdf.Credentials(document)
	if err != nil {
		return nil, err
	}
	for _, text := range found {
		if _, err := openbadges.Read(ctx, text, openbadges.RecordedWeb{}.Fetch); err == nil {
			return text, nil
		}
	}
	return found[0], nil
}

// canonicalizeCmd writes the canonical form of a set of N-Quads.
type canonicalizeCmd struct {
	Hash string `default:"sha256" enum:"sha256,sha384" help:"The hash of the algorithm."`
	File string `arg:"" help:"A file of N-Quads; - for the standard input."`
}

// Run writes canonical N-Quads to the standard output; status 4 when the graph is refused as too costly.
func (c canonicalizeCmd) Run(ctx context.Context, std streams) error {
	content, err := read(c.File, std.in)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	quads, err := rdf.Parse(content)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	hash := rdf.SHA256
	if c.Hash == "sha384" {
		hash = rdf.SHA384
	}
	canonical, err := rdf.Canonicalize(ctx, quads, hash, rdf.Budget)
	if errors.Is(err, rdf.ErrTooCostly) {
		fmt.Fprintln(std.err, "carnet:", c.File+":", err)
		return exitTooCostly
	}
	if err != nil {
		return err
	}
	_, err = std.out.Write([]byte(canonical))
	return err
}

func isPNG(picture []byte) bool { return bytes.HasPrefix(picture, []byte("\x89PNG")) }

// keyword is the name under which a credential of this standard lies in a picture.
func keyword(standard openbadges.Standard) bake.Keyword {
	if standard == openbadges.V30 || standard == openbadges.VC {
		return bake.Credential
	}
	return bake.Assertion
}
