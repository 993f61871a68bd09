package account

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
)

// errSealed is said of what was not sealed here, or for something else.
var errSealed = errors.New("account: a seal that is not ours")

// seal keeps what must be read again, so that whoever gets hold of the database alone cannot: AES-256-GCM under a key
// that lies beside the database, not in it.
type seal struct {
	random io.Reader
	aead   cipher.AEAD
}

// newSeal makes a seal of the house's key, for one purpose. None of it can fail for a key of ours.
func newSeal(random io.Reader, key []byte, purpose string) seal {
	derived, err := hkdf.Key(sha256.New, key, nil, "carnet "+purpose, 32)
	if err != nil {
		panic("account: derive a key: " + err.Error())
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		panic("account: make a cipher: " + err.Error())
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic("account: make a seal: " + err.Error())
	}
	return seal{random: random, aead: aead}
}

// close seals a text for its owner: moved to another's row it opens no more.
func (s seal) close(owner string, text []byte) ([]byte, error) {
	nonce := make([]byte, s.aead.NonceSize())
	if _, err := io.ReadFull(s.random, nonce); err != nil {
		return nil, fmt.Errorf("make a nonce: %w", err)
	}
	return s.aead.Seal(nonce, nonce, text, []byte(owner)), nil
}

// open is the text that close sealed for this owner; errSealed.
func (s seal) open(owner string, sealed []byte) ([]byte, error) {
	size := s.aead.NonceSize()
	if len(sealed) < size {
		return nil, errSealed
	}
	text, err := s.aead.Open(nil, sealed[:size], sealed[size:], []byte(owner))
	if err != nil {
		return nil, errSealed
	}
	return text, nil
}
