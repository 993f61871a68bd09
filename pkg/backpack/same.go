package backpack

import (
	"bytes"
	"encoding/json"
	"reflect"
)

// sameCredential tells whether two documents are one: the same bytes, or JSON that says the same in the same words,
// whatever the spaces and the order (hosted badges and baked ones often differ so).
func sameCredential(a, b []byte) bool {
	if bytes.Equal(a, b) {
		return true
	}
	first, ok := plainJSON(a)
	if !ok {
		return false
	}
	second, ok := plainJSON(b)
	return ok && reflect.DeepEqual(first, second)
}

func plainJSON(document []byte) (value map[string]any, ok bool) {
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber()
	return value, decoder.Decode(&value) == nil
}
