package strict

import (
	"strings"
	"testing"
)

func TestTheFormOfACompactJWSIsKnown(t *testing.T) {
	for text, want := range map[string]bool{
		"a.b.c": true, "a.b.": true, "eyJh-_9.Zm9v.c2ln": true,
		"": false, "a": false, "a.b": false, ".b.c": false, "a..c": false, "..": false, "a.b.c.d": false, "a.b..": false,
		"a.b.c=": false, "a.b.c+": false, "a. b.c": false, "a.b.é": false, "a.b.c\n": false, strings.Repeat("a.", 5): false,
	} {
		if got := IsCompact([]byte(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
