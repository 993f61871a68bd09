package strict

import (
	"strings"
	"unicode"
)

// manyKeys is from when on a map is quicker than comparing each with each.
const manyKeys = 16

// keys are the keys of one object so far.
type keys struct {
	few   [manyKeys]string
	count int
	many  map[string]struct{} // folded, unless the case counts
}

// add reports whether the key is new. Keys that differ only in case are not, unless the case counts: some readers match
// names without case.
func (k *keys) add(key string, caseCounts bool) bool {
	if k.many != nil {
		return k.addToMany(key, caseCounts)
	}
	for _, other := range k.few[:k.count] {
		if len(other) == len(key) && other == key || !caseCounts && mayFold(other, key) && strings.EqualFold(other, key) {
			return false
		}
	}
	k.few[k.count] = key
	if k.count++; k.count == manyKeys {
		k.many = make(map[string]struct{}, 2*manyKeys)
		for _, other := range k.few {
			k.addToMany(other, caseCounts)
		}
	}
	return true
}

// mayFold is a quick look before strings.EqualFold: beyond ASCII anything may be, but two ASCII keys that are equal but for
// case have one length and one first letter.
func mayFold(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	return a[0]|0x20 == b[0]|0x20 || a[0] >= 0x80 || b[0] >= 0x80
}

func (k *keys) addToMany(key string, caseCounts bool) bool {
	if !caseCounts {
		key = strings.Map(fold, key)
	}
	_, seen := k.many[key]
	k.many[key] = struct{}{}
	return !seen
}

// fold maps all letters that strings.EqualFold holds equal to the least of them.
func fold(r rune) rune {
	if 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' {
		return r
	}
	least := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		least = min(least, next)
	}
	return least
}
