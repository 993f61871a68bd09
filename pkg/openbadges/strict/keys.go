package strict

import (
	"strings"
	"unicode"
)

// manyKeys is from when on a map is quicker than comparing each with each.
const manyKeys = 16

// keys are the keys of one object so far.
type keys struct {
	few    [manyKeys]string
	count  int
	folded map[string]struct{}
}

// add reports whether the key is new. Keys that differ only in case are not: some readers match names without case.
func (k *keys) add(key string) bool {
	if k.folded != nil {
		return k.addFolded(key)
	}
	for _, other := range k.few[:k.count] {
		if strings.EqualFold(other, key) {
			return false
		}
	}
	k.few[k.count] = key
	if k.count++; k.count == manyKeys {
		k.folded = make(map[string]struct{}, 2*manyKeys)
		for _, other := range k.few {
			k.addFolded(other)
		}
	}
	return true
}

func (k *keys) addFolded(key string) bool {
	folded := strings.Map(fold, key)
	_, seen := k.folded[folded]
	k.folded[folded] = struct{}{}
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
