package strict

import "bytes"

// IsCompact tells the form of a compact JWS (RFC 7515 §7.1): three parts of base64url, only the last may be empty.
// Whether the parts decode, and to what, is for whoever opens it.
func IsCompact(text []byte) bool {
	first := bytes.IndexByte(text, '.')
	if first < 1 {
		return false
	}
	second := bytes.IndexByte(text[first+1:], '.')
	return second >= 1 && isBase64URL(text[:first]) && isBase64URL(text[first+1:first+1+second]) && isBase64URL(text[first+second+2:])
}

func isBase64URL(text []byte) bool {
	foreign := byte(0)
	for ; len(text) >= 8; text = text[8:] {
		foreign |= foreignTo64[text[0]] | foreignTo64[text[1]] | foreignTo64[text[2]] | foreignTo64[text[3]] |
			foreignTo64[text[4]] | foreignTo64[text[5]] | foreignTo64[text[6]] | foreignTo64[text[7]]
	}
	for _, c := range text {
		foreign |= foreignTo64[c]
	}
	return foreign == 0
}

// foreignTo64 is 1 for the bytes that are not of the alphabet of base64url (RFC 4648 §5).
var foreignTo64 = func() (table [256]byte) {
	for c := range table {
		table[c] = 1
	}
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") {
		table[c] = 0
	}
	return table
}()
