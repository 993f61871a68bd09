package account

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"

	"github.com/carnetbadges/carnet/pkg/pixels"
	"github.com/carnetbadges/carnet/store"
)

// The portrait of a passport has 35 parts across and 45 down, twice the largest size at which it is shown.
const (
	portraitWidth  = 280
	portraitHeight = 360
	draftSide      = 1200 // pixels a picture keeps until it is cut to size
	mostZoom       = 400  // percent
)

// Crop is the part of a picture that becomes the portrait: Zoom in percent (100 takes as much of the picture as fits),
// Across and Down say where the part lies, from 0 (the left, the top) to 100.
type Crop struct{ Zoom, Across, Down int }

// Whole is a crop as it begins: as much as fits, from the middle, a little above it, where faces are.
func Whole() Crop { return Crop{Zoom: 100, Across: 50, Down: 35} }

func (c Crop) within() Crop {
	return Crop{Zoom: min(max(c.Zoom, 100), mostZoom), Across: min(max(c.Across, 0), 100), Down: min(max(c.Down, 0), 100)}
}

// BringPortrait keeps a picture that is to be cut to size: read within a budget, turned as its camera says, and written
// anew, so that nothing of what a camera hides in it stays. Mistakes: "portrait": not-a-picture, too-large.
func (d *Desk) BringPortrait(ctx context.Context, person string, file []byte) error {
	recognised, err := pixels.Recognise(file)
	if err == nil {
		var decoded image.Image
		if decoded, err = pixels.Decode(ctx, recognised); err == nil {
			return d.keepDraft(ctx, person, pixels.Shrink(pixels.Upright(decoded, recognised), draftSide))
		}
	}
	switch {
	case errors.Is(err, pixels.ErrTooLarge):
		return Mistakes{"portrait": "too-large"}
	case errors.Is(err, pixels.ErrNotPicture):
		return Mistakes{"portrait": "not-a-picture"}
	}
	return err
}

func (d *Desk) keepDraft(ctx context.Context, person string, picture image.Image) error {
	draft, err := pixels.EncodeJPEG(picture)
	if err != nil {
		return err
	}
	return d.store.SetPortraitDraft(ctx, person, draft)
}

// PortraitDraft is the picture a person has brought, as a JPEG; store.ErrNotFound.
func (d *Desk) PortraitDraft(ctx context.Context, person string) ([]byte, error) {
	return d.store.PortraitDraft(ctx, person)
}

// CutPortrait is the portrait that a crop would make of the picture a person has brought; nothing is kept.
// store.ErrNotFound where there is none.
func (d *Desk) CutPortrait(ctx context.Context, person string, c Crop) ([]byte, error) {
	draft, err := d.store.PortraitDraft(ctx, person)
	if err != nil {
		return nil, err
	}
	picture, err := pixels.Decode(ctx, pixels.Picture{Data: draft, Kind: pixels.JPEG})
	if err != nil {
		return nil, fmt.Errorf("read a draft of a portrait: %w", err)
	}
	return pixels.EncodeJPEG(cut(picture, c.within()))
}

// SetPortrait makes a crop of the picture a person has brought their portrait. store.ErrNotFound where there is none.
func (d *Desk) SetPortrait(ctx context.Context, person string, c Crop) error {
	portrait, err := d.CutPortrait(ctx, person, c)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(portrait)
	return d.keepPortrait(ctx, person, hex.EncodeToString(sum[:12]), portrait)
}

// RemovePortrait takes a person's portrait away, and what they brought for another.
func (d *Desk) RemovePortrait(ctx context.Context, person string) error {
	return d.keepPortrait(ctx, person, "", nil)
}

func (d *Desk) keepPortrait(ctx context.Context, person, key string, portrait []byte) error {
	return d.store.Tx(ctx, func(tx *store.Store) error {
		profile, err := tx.Profile(ctx, person)
		if err != nil {
			return err
		}
		profile.PortraitKey, profile.UpdatedAt = key, d.now()
		if err := tx.SaveProfile(ctx, profile); err != nil {
			return err
		}
		return tx.SetPortrait(ctx, person, portrait)
	})
}

// cut takes a crop out of a picture and brings it to the size of a portrait.
func cut(picture image.Image, c Crop) image.Image {
	all := picture.Bounds()
	width, height := all.Dx(), all.Dx()*portraitHeight/portraitWidth
	if height > all.Dy() {
		width, height = all.Dy()*portraitWidth/portraitHeight, all.Dy()
	}
	width, height = max(1, width*100/c.Zoom), max(1, height*100/c.Zoom)
	corner := all.Min.Add(image.Pt((all.Dx()-width)*c.Across/100, (all.Dy()-height)*c.Down/100))
	return pixels.Scale(picture, image.Rectangle{Min: corner, Max: corner.Add(image.Pt(width, height))}, portraitWidth, portraitHeight)
}
