package web

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"

	"github.com/oklog/ulid/v2"

	"github.com/carnetbadges/carnet/store"
)

// underLink is what a badge or a collection is called in the addresses under a share link: its id, enciphered with what
// only the house knows of the link. So these addresses tell nothing of its own, and another link has others.
func underLink(link store.ShareLink, id string) string {
	plain, err := ulid.ParseStrict(id)
	if err != nil {
		return "none"
	}
	var name [len(plain)]byte
	blockOf(link, "").Encrypt(name[:], plain[:])
	return hex.EncodeToString(name[:])
}

// named is the id of what is called so under a share link; empty where nothing can be.
func named(link store.ShareLink, name string) string {
	var id ulid.ULID
	cut, err := hex.DecodeString(name)
	if err != nil || len(cut) != len(id) || hex.EncodeToString(cut) != name {
		return ""
	}
	blockOf(link, "").Decrypt(id[:], cut)
	return id.String()
}

// placeUnder is a place in the list of a shared passport as the addresses under its link tell it: sealed, since it names a
// badge by its own id and the moment it came. That of the first page is empty.
func placeUnder(link store.ShareLink, place string) string {
	if place == "" {
		return ""
	}
	sealed := sealOf(link).Seal(nil, nil, []byte(place), nil) //nolint:gosec // G407: this seal chooses its nonces itself, and takes none
	return base64.RawURLEncoding.EncodeToString(sealed)
}

// placed opens what placeUnder sealed for the same link; anything else is a page that is not there.
func placed(link store.ShareLink, sealed string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	cut, err := base64.RawURLEncoding.Strict().DecodeString(sealed)
	if err != nil {
		return "", store.ErrNotFound
	}
	place, err := sealOf(link).Open(nil, nil, cut, nil)
	if err != nil {
		return "", store.ErrNotFound
	}
	return string(place), nil
}

func sealOf(link store.ShareLink) cipher.AEAD {
	seal, _ := cipher.NewGCMWithRandomNonce(blockOf(link, "\x00place")) // a block of AES is one
	return seal
}

// blockOf is the cipher of a link's addresses, for a purpose of its own; an id is one block of it. The link's own id is
// shown to nobody but its maker.
func blockOf(link store.ShareLink, purpose string) cipher.Block {
	key := sha256.Sum256([]byte(link.ID + "\x00" + link.Secret + purpose))
	block, _ := aes.NewCipher(key[:]) // a key of 32 bytes is one
	return block
}
