package openbadges

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"io"
	"slices"
	"strings"
)

const (
	minEntries    = 131_072 // VC Bitstring Status List §3.3, so that an index tells nobody who is asked about
	toleratedSize = 100_000 // what a widespread issuer program makes; shorter lists are not accepted
	maxListBytes  = 4 << 20 // of an inflated list
)

// statusBits is a list of states, the left-most bit first.
type statusBits struct {
	bits        []byte
	issuerKnown bool
}

func (s *statusBits) entries(size int) int {
	if size < 1 {
		return 0
	}
	return len(s.bits) * 8 / size
}

func (s *statusBits) shortResult(size int) Result {
	if s.entries(size) >= toleratedSize {
		return Pass
	}
	return Unknown
}

// value reads one state; ok is false outside the list (RANGE_ERROR).
func (s *statusBits) value(index, size int) (value uint64, ok bool) {
	if index < 0 || size < 1 || size > 32 || index >= s.entries(size) {
		return 0, false
	}
	for i := index * size; i < (index+1)*size; i++ {
		bit := s.bits[i/8] >> (7 - i%8) & 1
		value = value<<1 | uint64(bit)
	}
	return value, true
}

// readStatusBits reads the subject of a proved list (VC Bitstring Status List §2.2, Status List 2021 §2.2).
func readStatusBits(doc node, purpose string) (*statusBits, Reason) {
	subject := subjectOf(doc)
	if !hasType(doc, "BitstringStatusListCredential", "StatusList2021Credential") || !hasType(subject, "BitstringStatusList", "StatusList2021") {
		return nil, ReasonStatusMalformed
	}
	if !slices.Contains(asStrings(subject["statusPurpose"]), purpose) {
		return nil, ReasonStatusPurpose
	}
	bits, err := inflateList(asString(subject["encodedList"]))
	if err != nil {
		return nil, ReasonStatusMalformed
	}
	return &statusBits{bits: bits}, ""
}

var errListTooLarge = errors.New("a status list inflates to more than 4 MiB")

// inflateList undoes multibase base64url (whose prefix the older standard lacks) and gzip, within bounds.
func inflateList(encoded string) ([]byte, error) {
	// A gzip stream begins with H4sI in base64: the prefix u can not be part of it.
	packed, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(strings.TrimPrefix(encoded, "u"), "="))
	if err != nil {
		return nil, err
	}
	unzip, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	bits, err := io.ReadAll(io.LimitReader(unzip, maxListBytes+1))
	if err != nil {
		return nil, err
	}
	if len(bits) > maxListBytes {
		return nil, errListTooLarge
	}
	return bits, nil
}
