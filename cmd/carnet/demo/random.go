package demo

import (
	"crypto/rsa"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/big"

	"github.com/carnetbadges/carnet/pkg/openbadges"
)

// luck is a stream of bytes that follows from a seed and a purpose: the same two, the same bytes, on every machine.
// It is SHA-256 over a counter. Nobody may use what comes of it outside of the demo: who knows the seed knows the keys.
type luck struct {
	seed  [32]byte
	count uint64
}

func newLuck(seed int64, purpose string) *luck {
	return &luck{seed: sha256.Sum256(fmt.Appendf(nil, "carnet demo %d %s", seed, purpose))}
}

// Read fills all of p; it never errs.
func (l *luck) Read(p []byte) (int, error) {
	for filled := 0; filled < len(p); {
		block := sha256.Sum256(binary.BigEndian.AppendUint64(l.seed[:], l.count))
		l.count++
		filled += copy(p[filled:], block[:])
	}
	return len(p), nil
}

func (l *luck) bytes(n int) []byte {
	out := make([]byte, n)
	_, _ = l.Read(out) // never errs
	return out
}

// word is some letters and digits, for salts and addresses.
func (l *luck) word() string { return hex.EncodeToString(l.bytes(8)) }

// urn is a random UUID (RFC 9562 §5.4) as a URN.
func (l *luck) urn() string {
	b := l.bytes(16)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func (l *luck) ed25519() (openbadges.Key, error) { return openbadges.NewKey(l.bytes(32)) }

// rsa derives a key of 2048 bits. crypto/rsa.GenerateKey is random on purpose, whatever reader it is given, so the two
// primes are looked for here: odd numbers of the stream with both top bits set, until one is prime. Demo only.
func (l *luck) rsa() (*rsa.PrivateKey, error) {
	const exponent = 65537
	one, e := big.NewInt(1), big.NewInt(exponent)
	for {
		p, q := l.prime(1024), l.prime(1024)
		phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
		d := new(big.Int).ModInverse(e, phi)
		if d == nil || p.Cmp(q) == 0 {
			continue
		}
		key := &rsa.PrivateKey{
			PublicKey: rsa.PublicKey{N: new(big.Int).Mul(p, q), E: exponent},
			D:         d,
			Primes:    []*big.Int{p, q},
		}
		key.Precompute()
		return key, key.Validate()
	}
}

func (l *luck) prime(bits int) *big.Int {
	for {
		candidate := l.bytes(bits / 8)
		candidate[0] |= 0xc0
		candidate[len(candidate)-1] |= 1
		if p := new(big.Int).SetBytes(candidate); p.ProbablyPrime(20) {
			return p
		}
	}
}
