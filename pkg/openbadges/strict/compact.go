package strict

// IsCompact tells the form of a compact JWS (RFC 7515 §7.1): three parts of base64url, only the last may be empty.
// Whether the parts decode, and to what, is for whoever opens it.
func IsCompact(text []byte) bool {
	parts, length := 1, 0
	for _, c := range text {
		switch {
		case c == '.' && length == 0:
			return false
		case c == '.':
			parts, length = parts+1, 0
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_':
			length++
		default:
			return false
		}
	}
	return parts == 3
}
