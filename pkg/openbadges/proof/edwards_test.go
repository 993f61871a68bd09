package proof

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha512"
	"encoding/binary"
	"math/big"
	"slices"
	"sync"
	"testing"

	"filippo.io/edwards25519"
)

// agree holds the laid-up multiples of a key, nil for what is none, against crypto/ed25519, whatever the answer is.
func agree(t *testing.T, laid *edwardsMultiples, key, signed, signature []byte) bool {
	t.Helper()
	want, got := ed25519.Verify(key, signed, signature), laid != nil && laid.verify(key, signed, signature)
	if got != want {
		t.Errorf("key %x, text %x, signature %x: %v, want %v", key, signed, signature, got, want)
	}
	return want
}

// oddPoints are spellings of points that no honest key or signature has: those of small order, and y not below the prime.
func oddPoints(t testing.TB) [][]byte {
	t.Helper()
	prime := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 255), big.NewInt(19))
	var all [][]byte
	for y := range int64(19) {
		for _, number := range []*big.Int{big.NewInt(y), new(big.Int).Add(prime, big.NewInt(y)), new(big.Int).Sub(prime, big.NewInt(y+1))} {
			text := number.FillBytes(make([]byte, 32))
			slices.Reverse(text)
			signed := bytes.Clone(text)
			signed[31] |= 0x80
			all = append(all, text, signed)
		}
	}
	for _, text := range all {
		if p, err := new(edwards25519.Point).SetBytes(text); err == nil {
			all = append(all, new(edwards25519.Point).MultByCofactor(p).Bytes(), p.Bytes())
		}
	}
	return append(all, ofOrderEight(t)...)
}

// ofOrderEight clears the great factor of points until a point of order eight is left, and adds its multiples.
func ofOrderEight(t testing.TB) [][]byte {
	order, _ := new(big.Int).SetString("27742317777372353535851937790883648493", 10)
	order.Add(order, new(big.Int).Lsh(big.NewInt(1), 252))
	for seed := range uint64(1000) {
		digest := sha512.Sum512(binary.LittleEndian.AppendUint64(nil, seed))
		p, err := new(edwards25519.Point).SetBytes(digest[:32])
		if err != nil {
			continue
		}
		small := edwards25519.NewIdentityPoint()
		for bit := order.BitLen() - 1; bit >= 0; bit-- {
			small.Add(small, small)
			if order.Bit(bit) == 1 {
				small.Add(small, p)
			}
		}
		var all [][]byte
		for sum := new(edwards25519.Point).Set(small); len(all) == 0 || sum.Equal(small) == 0; sum.Add(sum, small) {
			all = append(all, sum.Bytes())
		}
		if len(all) == 8 {
			return all
		}
	}
	t.Fatal("no point of order eight")
	return nil
}

// ASVS: V11.6.1
func TestMultiplesLaidUpAcceptWhatTheStandardLibraryAcceptsAndNoMore(t *testing.T) {
	private := seed(bytes.Repeat([]byte{9}, 32))
	key, accepted := private.Public().(ed25519.PublicKey), 0
	odd, laid := oddPoints(t), layUp(key)
	for i := range 40 {
		text := bytes.Repeat([]byte{byte(i)}, i*7)
		signature := ed25519.Sign(private, text)
		if !agree(t, laid, key, text, signature) {
			t.Fatal("a good signature was refused")
		}
		for bit := i % 8; bit < 8*len(signature); bit += 8 {
			changed := bytes.Clone(signature)
			changed[bit/8] ^= 1 << (bit % 8)
			agree(t, laid, key, text, changed)
		}
	}
	for _, a := range odd {
		laid := layUp(a)
		for _, r := range odd[len(odd)-8:] {
			for _, s := range [][]byte{make([]byte, 32), bytes.Repeat([]byte{0x0f}, 32), bytes.Repeat([]byte{0xff}, 32)} {
				for text := range byte(3) {
					if agree(t, laid, a, []byte{text}, slices.Concat(r, s)) {
						accepted++
					}
				}
			}
		}
	}
	if accepted == 0 {
		t.Error("nothing odd was accepted, so that nothing odd was compared")
	}
}

// TestASignatureIsNotAcceptedWithAnotherSpelling adds the order to S, which keeps the equation true (RFC 8032 §8.4).
// ASVS: V11.6.1
func TestASignatureIsNotAcceptedWithAnotherSpelling(t *testing.T) {
	private := seed(bytes.Repeat([]byte{9}, 32))
	key := private.Public().(ed25519.PublicKey)
	order, _ := new(big.Int).SetString("27742317777372353535851937790883648493", 10)
	order.Add(order, new(big.Int).Lsh(big.NewInt(1), 252))
	signature := ed25519.Sign(private, nil)
	slices.Reverse(signature[32:])
	s := new(big.Int).SetBytes(signature[32:])
	s.Add(s, order).FillBytes(signature[32:])
	slices.Reverse(signature[32:])
	if agree(t, layUp(key), key, nil, signature) {
		t.Error("accepted")
	}
}

func TestAKeyThatKeepsComingBackIsLaidUpAndAnswersAlike(t *testing.T) {
	var keys edwardsKeys
	private := seed(bytes.Repeat([]byte{9}, 32))
	key := [32]byte(private.Public().(ed25519.PublicKey))
	for use := 1; use < worthwhile; use++ {
		if keys.multiples(key) != nil {
			t.Fatalf("laid up at use %d", use)
		}
	}
	laid := keys.multiples(key)
	if laid == nil || keys.multiples(key) != laid {
		t.Fatal("not laid up, or twice")
	}
	for other := range 1000 {
		if keys.multiples([32]byte{byte(other), byte(other >> 8), 1}) != nil {
			t.Fatal("a key that came once was laid up")
		}
	}
	if keys.multiples(key) != nil {
		t.Error("a key is kept though a thousand came since")
	}
}

func TestManyMayVerifyAtOnce(t *testing.T) {
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			private := seed(bytes.Repeat([]byte{byte(i % 3)}, 32))
			signature := ed25519.Sign(private, []byte("text"))
			for range 40 {
				if !verifyEdwards(private.Public().(ed25519.PublicKey), []byte("text"), signature) {
					t.Error("a good signature was refused")
				}
				if verifyEdwards(private.Public().(ed25519.PublicKey), []byte("Text"), signature) {
					t.Error("a changed text was accepted")
				}
			}
		})
	}
	all.Wait()
}

func FuzzMultiplesAgreeWithTheStandardLibrary(f *testing.F) {
	private := seed(bytes.Repeat([]byte{9}, 32))
	f.Add([]byte(private.Public().(ed25519.PublicKey)), []byte("text"), ed25519.Sign(private, []byte("text")))
	for _, odd := range oddPoints(f) {
		f.Add(odd, []byte("text"), slices.Concat(odd, make([]byte, 32)))
	}
	f.Fuzz(func(t *testing.T, key, text, signature []byte) {
		if len(key) == ed25519.PublicKeySize && len(signature) == ed25519.SignatureSize {
			agree(t, layUp(key), key, text, signature)
		}
	})
}
