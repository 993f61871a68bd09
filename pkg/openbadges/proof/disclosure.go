package proof

import (
	"bytes"
	"crypto"
	"encoding/base64"
	"fmt"
	"strconv"

	"github.com/carnetbadges/carnet/pkg/openbadges/did"
	"github.com/mr-tron/base58"
)

// disclosure is the value of a derived ecdsa-sd-2023 proof (§3.5.7).
type disclosure struct {
	base        []byte            // the issuer's signature
	publicBytes []byte            // the multikey of the key made for the credential
	public      crypto.PublicKey  // the same, decoded
	signatures  [][]byte          // by that key, of each statement that is not mandatory
	labels      map[string]string // canonical blank node label -> the issuer's
	mandatory   []int             // which statements are mandatory
}

// maxPublicBytes is more than the multikey of any key has.
const maxPublicBytes = 64

var derivedHeader = []byte{0xd9, 0x5d, 0x01}

func readDisclosure(value string) (disclosure, error) {
	var d disclosure
	data, err := did.DecodeMultibase(value)
	if err != nil {
		return d, fmt.Errorf("proofValue: %w", ErrMalformed)
	}
	body, derived := bytes.CutPrefix(data, derivedHeader)
	if value[0] != 'u' || !derived {
		return d, fmt.Errorf("no derived proof: %w", ErrMalformed)
	}
	c := &cbor{data: body}
	if c.head(4) != 5 {
		c.failed = true
	}
	d.base, d.publicBytes = c.bytes(), c.bytes()
	for range c.head(4) {
		d.signatures = append(d.signatures, c.bytes())
	}
	d.labels = map[string]string{}
	for range c.head(5) {
		d.labels["c14n"+strconv.Itoa(c.head(0))] = "u" + base64.RawURLEncoding.EncodeToString(c.bytes())
	}
	for range c.head(4) {
		d.mandatory = append(d.mandatory, c.head(0))
	}
	if c.failed || len(c.data) > 0 || len(d.publicBytes) > maxPublicBytes {
		return d, fmt.Errorf("proofValue: %w", ErrMalformed)
	}
	d.public, err = did.DecodeMultikey("z" + base58.Encode(d.publicBytes))
	return d, err
}

// split parts the statements into the mandatory and the others, of which each must have its signature.
func (d disclosure) split(statements []string) (mandatory, others []string, err error) {
	compulsory := map[int]bool{}
	for _, at := range d.mandatory {
		compulsory[at] = true
		if at >= len(statements) {
			return nil, nil, fmt.Errorf("mandatory statement %d of %d: %w", at, len(statements), ErrMalformed)
		}
	}
	for i, statement := range statements {
		if compulsory[i] {
			mandatory = append(mandatory, statement)
		} else {
			others = append(others, statement)
		}
	}
	if len(others) != len(d.signatures) {
		return nil, nil, fmt.Errorf("%d signatures of %d statements: %w", len(d.signatures), len(others), ErrSignature)
	}
	return mandatory, others, nil
}

// cbor reads the few forms of RFC 8949 that a proof is made of; once failed it yields nothing more.
type cbor struct {
	data   []byte
	failed bool
}

// head reads the number in the head of an item of the major type; never more than there are bytes left.
func (c *cbor) head(major byte) int {
	if c.failed || len(c.data) == 0 || c.data[0]>>5 != major {
		c.failed = true
		return 0
	}
	info := int(c.data[0] & 31)
	c.data = c.data[1:]
	if info < 24 {
		return c.within(info, major)
	}
	width := info - 23 // 24: one byte, 25: two
	if width > 2 || len(c.data) < width {
		c.failed = true
		return 0
	}
	number := 0
	for _, b := range c.data[:width] {
		number = number<<8 | int(b)
	}
	c.data = c.data[width:]
	return c.within(number, major)
}

func (c *cbor) within(number int, major byte) int {
	if major != 0 && number > len(c.data) {
		c.failed = true
		return 0
	}
	return number
}

func (c *cbor) bytes() []byte {
	size := c.head(2)
	if c.failed {
		return nil
	}
	item := c.data[:size]
	c.data = c.data[size:]
	return item
}
