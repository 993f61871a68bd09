package web

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
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
	blockOf(link).Encrypt(name[:], plain[:])
	return hex.EncodeToString(name[:])
}

// named is the id of what is called so under a share link; empty where nothing can be.
func named(link store.ShareLink, name string) string {
	var id ulid.ULID
	cut, err := hex.DecodeString(name)
	if err != nil || len(cut) != len(id) || hex.EncodeToString(cut) != name {
		return ""
	}
	blockOf(link).Decrypt(id[:], cut)
	return id.String()
}

// blockOf is the cipher of a link's addresses: an id is one block of it. The link's own id is shown to nobody but its maker.
func blockOf(link store.ShareLink) cipher.Block {
	key := sha256.Sum256([]byte(link.ID + "\x00" + link.Secret))
	block, _ := aes.NewCipher(key[:]) // a key of 32 bytes is one
	return block
}
