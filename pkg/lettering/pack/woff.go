package main

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/go-text/typesetting/font/opentype"
)

// unused are tables that drawing outlines does not need: programs that fit letters to coarse screens, names, signatures.
var unused = []string{"fpgm", "prep", "cvt ", "gasp", "hdmx", "VDMX", "LTSH", "DSIG", "name", "STAT", "FFTM", "meta"}

// unwrap is the font inside a WOFF file (W3C WOFF 1.0 §3–5), without what is unused.
func unwrap(file []byte) ([]byte, error) {
	if len(file) < 44 || string(file[:4]) != "wOFF" {
		return nil, errors.New("no WOFF file")
	}
	var tables []opentype.Table
	for i := range int(binary.BigEndian.Uint16(file[12:])) {
		at := 44 + 20*i
		if at+20 > len(file) {
			return nil, io.ErrUnexpectedEOF
		}
		entry := file[at : at+20]
		if slices.Contains(unused, string(entry[:4])) {
			continue
		}
		table, err := content(file, entry)
		if err != nil {
			return nil, fmt.Errorf("table %s: %w", entry[:4], err)
		}
		tables = append(tables, opentype.Table{Tag: opentype.MustNewTag(string(entry[:4])), Content: table})
	}
	return opentype.WriteTTF(tables), nil
}

// content is one table, inflated where it is compressed.
func content(file, entry []byte) ([]byte, error) {
	offset, size, length := int64(binary.BigEndian.Uint32(entry[4:])), int64(binary.BigEndian.Uint32(entry[8:])), int64(binary.BigEndian.Uint32(entry[12:]))
	if offset+size > int64(len(file)) {
		return nil, io.ErrUnexpectedEOF
	}
	data := file[offset : offset+size]
	if size == length {
		return data, nil
	}
	r, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(r, length))
}

func sorted(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }
