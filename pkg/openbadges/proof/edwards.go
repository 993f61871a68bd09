package proof

import (
	"crypto/ed25519"
	"sync"
)

// edwardsKeys remembers the keys that keep coming back, so that their signatures cost less; what it answers is what
// crypto/ed25519 answers. A token's whole verification is little else than its signature, and one issuer signs many.
type edwardsKeys struct {
	mutex sync.Mutex
	slots [16]edwardsSlot // 16 × 96 KiB at most
	turn  uint64
}

type edwardsSlot struct {
	key  [ed25519.PublicKeySize]byte
	uses int
	last uint64 // the turn in which it was used last
	laid *edwardsMultiples
}

// worthwhile is how often a key comes until laying up its multiples costs no more than was lost without them: whoever sends
// a thousand keys has a thousand signatures checked, and nothing laid up.
const worthwhile = 16

var edwardsSeen edwardsKeys

// verifyEdwards checks a signature of Ed25519 (RFC 8032 §5.1.7). A no is always that of crypto/ed25519 itself.
func verifyEdwards(key ed25519.PublicKey, signed, signature []byte) bool {
	if len(key) != ed25519.PublicKeySize || len(signature) != ed25519.SignatureSize {
		return false
	}
	if laid := edwardsSeen.multiples([ed25519.PublicKeySize]byte(key)); laid != nil && laid.verify(key, signed, signature) {
		return true
	}
	return ed25519.Verify(key, signed, signature)
}

// multiples are those of a key, nil until it has come often enough.
func (k *edwardsKeys) multiples(key [ed25519.PublicKeySize]byte) *edwardsMultiples {
	laid, due := k.seen(key)
	if !due {
		return laid
	}
	laid = layUp(key[:])
	k.mutex.Lock()
	defer k.mutex.Unlock()
	if slot := k.slot(key); slot != nil {
		slot.laid = laid
	}
	return laid
}

// seen counts a use; due says that it is time to lay up, to one caller only.
func (k *edwardsKeys) seen(key [ed25519.PublicKeySize]byte) (laid *edwardsMultiples, due bool) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	k.turn++
	slot := k.slot(key)
	if slot == nil {
		slot = k.oldest()
		*slot = edwardsSlot{key: key}
	}
	slot.last = k.turn
	slot.uses++
	return slot.laid, slot.uses == worthwhile
}

func (k *edwardsKeys) slot(key [ed25519.PublicKeySize]byte) *edwardsSlot {
	for i := range k.slots {
		if k.slots[i].uses > 0 && k.slots[i].key == key {
			return &k.slots[i]
		}
	}
	return nil
}

func (k *edwardsKeys) oldest() *edwardsSlot {
	oldest := &k.slots[0]
	for i := range k.slots {
		if k.slots[i].last < oldest.last {
			oldest = &k.slots[i]
		}
	}
	return oldest
}
