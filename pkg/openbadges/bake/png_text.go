package bake

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"unicode/utf8"
)

// text is a PNG text chunk, taken apart as far as its keyword.
type text struct {
	kind    string // iTXt, tEXt or zTXt
	keyword string
	rest    []byte // what follows the keyword's zero byte
}

// splitText takes the keyword off a text chunk; found is false for all other chunks.
func splitText(c chunk) (t text, found bool) {
	if c.name != "iTXt" && c.name != "tEXt" && c.name != "zTXt" {
		return text{}, false
	}
	keyword, rest, found := bytes.Cut(c.data, []byte{0})
	return text{kind: c.name, keyword: string(keyword), rest: rest}, found
}

// content is the text itself. Compression is forbidden to badges, yet old files have it: it is undone up to a limit.
func (t text) content() ([]byte, error) {
	switch t.kind {
	case "tEXt":
		return fromLatin1(t.rest)
	case "zTXt":
		if len(t.rest) < 1 || t.rest[0] != 0 {
			return nil, t.malformed()
		}
		said, err := inflate(t.rest[1:])
		if err != nil {
			return nil, err
		}
		return fromLatin1(said)
	}
	return t.international()
}

// international reads the rest of an iTXt chunk: flag, method, language tag, translated keyword, text.
func (t text) international() ([]byte, error) {
	if len(t.rest) < 2 {
		return nil, t.malformed()
	}
	_, afterLanguage, found := bytes.Cut(t.rest[2:], []byte{0})
	if !found {
		return nil, t.malformed()
	}
	_, said, found := bytes.Cut(afterLanguage, []byte{0})
	if !found {
		return nil, t.malformed()
	}
	if t.rest[0] == 0 {
		return checkSize(said)
	}
	return inflate(said)
}

func (t text) malformed() error {
	return fmt.Errorf("%w: the %s chunk %q is malformed", ErrNotImage, t.kind, t.keyword)
}

func inflate(squeezed []byte) ([]byte, error) {
	reader, err := zlib.NewReader(bytes.NewReader(squeezed))
	if err != nil {
		return nil, fmt.Errorf("%w: a compressed badge chunk: %w", ErrNotImage, err)
	}
	said, err := io.ReadAll(io.LimitReader(reader, maxInflated+1))
	if len(said) > maxInflated {
		return nil, fmt.Errorf("%w: a compressed badge chunk inflates to more than %d bytes", ErrTooLarge, maxInflated)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: a compressed badge chunk: %w", ErrNotImage, err)
	}
	return said, reader.Close()
}

// fromLatin1 returns tEXt and zTXt as UTF-8. By the PNG standard they are Latin-1, but tools write UTF-8 into them.
func fromLatin1(said []byte) ([]byte, error) {
	if utf8.Valid(said) {
		return checkSize(said)
	}
	letters := make([]rune, len(said))
	for i, b := range said {
		letters[i] = rune(b)
	}
	return checkSize([]byte(string(letters)))
}

func checkSize(said []byte) ([]byte, error) {
	if len(said) > MaxCredential {
		return nil, fmt.Errorf("%w: a credential of %d bytes, at most %d", ErrTooLarge, len(said), MaxCredential)
	}
	return bytes.Clone(said), nil
}
