// Package pdf finds the credentials that travel in a PDF: attached files, XMP metadata and document information
// (ISO 32000-2 §7.11.4, §14.3). It knows nothing of pages, fonts or badges, and executes and decrypts nothing.
package pdf

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/carnetbadges/carnet/pkg/openbadges/strict"
)

// The limits, in bytes and counts. What a reader of attachments needs is small, however long the document is.
const (
	MaxFile       = 10 << 20
	MaxCredential = 1 << 20

	maxInflated = 16 << 20 // of all streams together
	maxWork     = 64 << 20 // read while parsing
	nearby      = 4 << 10  // of an object, in which its end is looked for before it is parsed
	maxObjects  = 200_000
	maxValues   = 1_000_000 // parsed, of all objects together
	maxDepth    = 32        // of values in values
	maxNodes    = 1_000     // of the tree of attached files
	maxFound    = 256
)

// ErrNothing means that the document is sound and that no credential travels in it.
var ErrNothing = errors.New("pdf: no badge travels in this document")

// ErrNotPDF means that the bytes are no PDF, or one too damaged to be read.
var ErrNotPDF = errors.New("pdf: not a sound document")

// ErrLocked means that the document is encrypted, be it with an empty password.
var ErrLocked = errors.New("pdf: the document is encrypted")

// ErrTooLarge means that the document is over the limits of this package.
var ErrTooLarge = errors.New("pdf: too large")

// Is tells a PDF by its beginning.
func Is(data []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(data[:min(len(data), 1024)], spaces+"\ufeff"), []byte("%PDF-"))
}

// Credentials returns, in the order in which to try them, the texts in a document that may be credentials: attached
// files that are a JSON object or a compact JWS, and what XMP (openbadges:assertion@verify) and the document information
// (the key openbadges) say, which may be an address too. There are at most 256, each of at most [MaxCredential] bytes.
// The errors are [ErrNothing], [ErrNotPDF], [ErrLocked] and [ErrTooLarge].
func Credentials(data []byte) (found [][]byte, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			found, err = nil, fmt.Errorf("%w: %v", ErrNotPDF, fault)
		}
	}()
	return credentials(data)
}

func credentials(data []byte) ([][]byte, error) {
	if !Is(data) {
		return nil, fmt.Errorf("%w: no PDF header", ErrNotPDF)
	}
	if len(data) > MaxFile {
		return nil, fmt.Errorf("%w: %d bytes, at most %d", ErrTooLarge, len(data), MaxFile)
	}
	d, err := open(data)
	if err != nil {
		return nil, err
	}
	if d.trailer["Encrypt"] != nil {
		return nil, ErrLocked
	}
	s := search{document: d}
	s.look()
	switch {
	case len(s.found) > 0:
		return s.found, nil
	case d.spent():
		return nil, fmt.Errorf("%w: more objects or more compressed data than is read", ErrTooLarge)
	}
	return nil, ErrNothing
}

// mayBe tells what may be a credential from other attachments.
func mayBe(text []byte) bool {
	text = bytes.TrimSpace(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")))
	return bytes.HasPrefix(text, []byte("{")) && bytes.HasSuffix(text, []byte("}")) || strict.IsCompact(text)
}

func isAddress(text []byte) bool {
	text = bytes.TrimSpace(text)
	return bytes.HasPrefix(text, []byte("https://")) || bytes.HasPrefix(text, []byte("http://"))
}
