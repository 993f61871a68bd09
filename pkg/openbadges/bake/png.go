package bake

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"unicode/utf8"
)

const pngSignature = "\x89PNG\r\n\x1a\n"

// chunk is one chunk of a PNG file; whole and data point into the file.
type chunk struct {
	name  string
	data  []byte
	whole []byte // length, name, data and checksum
}

// critical chunks make the picture, and their checksum must hold. Old badge makers wrote text chunks with a wrong one;
// a credential is proved by other means, so those are read, and copied, as they are (PNG §13.1).
func (c chunk) critical() bool { return c.name[0]&0x20 == 0 }

// PNG returns picture with credential baked in: one uncompressed iTXt chunk right after IHDR, older badges
// removed, all other chunks byte for byte as they were (OB 3.0 §"Baking into PNG"). What follows IEND is dropped.
// The errors are [ErrNotImage], [ErrTooLarge] and [ErrNotText].
func PNG(picture, credential []byte, k Keyword) ([]byte, error) {
	if err := checkText(credential); err != nil {
		return nil, err
	}
	out := bytes.NewBuffer(make([]byte, 0, len(picture)+len(credential)+64))
	out.WriteString(pngSignature)
	err := walk(picture, MaxPicture+MaxCredential, func(c chunk) error {
		if text, found := splitText(c); found && isKeyword(text.keyword) {
			return nil
		}
		out.Write(c.whole)
		if c.name == "IHDR" {
			writeText(out, credential, k)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// FromPNG returns the credential in the first badge chunk of picture, byte for byte: iTXt, tEXt or zTXt under any
// keyword that is in use. The errors are [ErrNotImage], [ErrTooLarge] and [ErrNothing].
func FromPNG(picture []byte) ([]byte, error) {
	var credential []byte
	err := walk(picture, maxBaked, func(c chunk) error {
		text, found := splitText(c)
		if !found || !isKeyword(text.keyword) || credential != nil {
			return nil
		}
		said, err := text.content()
		if err == nil && !blank(said) {
			credential = said
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if credential == nil {
		return nil, ErrNothing
	}
	return credential, nil
}

// walk calls visit for each chunk up to and with IEND. It inflates nothing, and checks order, bounds, the checksums of critical chunks, and size.
func walk(picture []byte, limit int, visit func(chunk) error) error {
	rest, found := bytes.CutPrefix(picture, []byte(pngSignature))
	if !found {
		return fmt.Errorf("%w: no PNG signature", ErrNotImage)
	}
	if len(picture) > limit {
		return fmt.Errorf("%w: a PNG of %d bytes, at most %d", ErrTooLarge, len(picture), limit)
	}
	for first := true; ; first = false {
		c, after, err := nextChunk(rest)
		if err != nil {
			return err
		}
		if first {
			err = checkHeader(c)
		} else if c.name == "IHDR" {
			err = fmt.Errorf("%w: a second IHDR", ErrNotImage)
		}
		if err != nil {
			return err
		}
		if err := visit(c); err != nil {
			return err
		}
		if c.name == "IEND" {
			return nil
		}
		rest = after
	}
}

func nextChunk(rest []byte) (chunk, []byte, error) {
	if len(rest) < 12 {
		return chunk{}, nil, fmt.Errorf("%w: the PNG is cut off", ErrNotImage)
	}
	length := uint64(binary.BigEndian.Uint32(rest))
	if length+12 > uint64(len(rest)) {
		return chunk{}, nil, fmt.Errorf("%w: a PNG chunk of %d bytes runs over the end", ErrNotImage, length)
	}
	end := int(length) + 12
	c := chunk{name: string(rest[4:8]), data: rest[8 : end-4], whole: rest[:end]}
	if c.critical() && crc32.ChecksumIEEE(rest[4:end-4]) != binary.BigEndian.Uint32(rest[end-4:]) {
		return chunk{}, nil, fmt.Errorf("%w: wrong checksum in PNG chunk %q", ErrNotImage, c.name)
	}
	return c, rest[end:], nil
}

// checkHeader refuses pictures that would be dear to decode, without decoding them.
func checkHeader(c chunk) error {
	if c.name != "IHDR" || len(c.data) != 13 {
		return fmt.Errorf("%w: the PNG does not begin with IHDR", ErrNotImage)
	}
	width, height := uint64(binary.BigEndian.Uint32(c.data)), uint64(binary.BigEndian.Uint32(c.data[4:]))
	if width == 0 || height == 0 {
		return fmt.Errorf("%w: a PNG without size", ErrNotImage)
	}
	if width > MaxSide || height > MaxSide || width*height > MaxPixels {
		return fmt.Errorf("%w: a PNG of %d by %d pixels, at most %d by %d", ErrTooLarge, width, height, MaxSide, MaxSide)
	}
	return nil
}

// writeText writes an iTXt chunk: not compressed, no language, no translated keyword.
func writeText(out *bytes.Buffer, credential []byte, k Keyword) {
	body := make([]byte, 0, len(credential)+len(k)+9)
	body = append(body, "iTXt"...)
	body = append(body, k...)
	body = append(body, 0, 0, 0, 0, 0)
	body = append(body, credential...)
	frame := binary.BigEndian.AppendUint32(nil, uint32(len(body)-4))
	out.Write(frame)
	out.Write(body)
	out.Write(binary.BigEndian.AppendUint32(frame[:0], crc32.ChecksumIEEE(body)))
}

func checkText(credential []byte) error {
	if len(credential) > MaxCredential {
		return fmt.Errorf("%w: a credential of %d bytes, at most %d", ErrTooLarge, len(credential), MaxCredential)
	}
	if blank(credential) || !utf8.Valid(credential) || bytes.IndexByte(credential, 0) >= 0 {
		return ErrNotText
	}
	return nil
}
