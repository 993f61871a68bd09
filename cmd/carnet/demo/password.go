package demo

import (
	"encoding/base64"
	"fmt"

	"golang.org/x/crypto/argon2"
)

// Password opens every account of the demo.
const Password = "baobab tram sourdough" //nolint:gosec // printed for whoever tries the demo

// hash is the demo password as accounts keep it: argon2id (RFC 9106) in the PHC string format, at the cost that
// OWASP names first. Its salt follows from the handle: a password that is printed has nothing to hide.
func (p Person) hash() string {
	const passes, memory, lanes, length = 2, 19 << 10, 1, 32
	salt := newLuck(0, "salt of "+p.Handle).bytes(16)
	key := argon2.IDKey([]byte(Password), salt, passes, memory, lanes, length)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memory, passes, lanes,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key))
}
