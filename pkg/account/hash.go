package account

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"
)

// cost is what one argon2id hash takes (RFC 9106; OWASP's first choice: 19 MiB, two passes, one lane).
type cost struct {
	memory uint32 // KiB
	passes uint32
	lanes  uint8
}

// How passwords are hashed now, how many at once, and how long one waits for its turn.
const (
	saltLength   = 16
	keyLength    = 32
	atOnce       = 2
	longestQueue = 5 * time.Second
	costliest    = 256 << 10 // KiB; a stored hash that asks for more is not ours
)

func presentCost() cost { return cost{memory: 19 << 10, passes: 2, lanes: 1} }

// hasher hashes passwords, a few at a time: 19 MiB each would otherwise be anybody's lever on our memory.
type hasher struct {
	random io.Reader
	cost   cost
	turns  chan struct{}
	wait   time.Duration
}

// newHasher hashes at the present cost, but where other memory is asked for.
func newHasher(random io.Reader, memory uint32) hasher {
	cost := presentCost()
	if memory > 0 {
		cost.memory = memory
	}
	return hasher{random: random, cost: cost, turns: make(chan struct{}, atOnce), wait: longestQueue}
}

// phc is a password hash in its parts: $argon2id$v=19$m=…,t=…,p=…$salt$key.
type phc struct {
	cost      cost
	salt, key []byte
}

var errNotPHC = errors.New("account: not an argon2id hash")

// String writes the PHC string format.
func (p phc) String() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.cost.memory, p.cost.passes, p.cost.lanes,
		base64.RawStdEncoding.EncodeToString(p.salt), base64.RawStdEncoding.EncodeToString(p.key))
}

// parsePHC reads what String wrote; errNotPHC for anything else and for costs no hash of ours has.
func parsePHC(text string) (phc, error) {
	parts := strings.Split(text, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return phc{}, errNotPHC
	}
	var p phc
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.cost.memory, &p.cost.passes, &p.cost.lanes); err != nil {
		return phc{}, errNotPHC
	}
	var saltErr, keyErr error
	p.salt, saltErr = base64.RawStdEncoding.Strict().DecodeString(parts[4])
	p.key, keyErr = base64.RawStdEncoding.Strict().DecodeString(parts[5])
	if saltErr != nil || keyErr != nil || !p.sound() || p.String() != text {
		return phc{}, errNotPHC
	}
	return p, nil
}

func (p phc) sound() bool {
	c := p.cost
	return c.memory >= 8 && c.memory <= costliest && c.passes >= 1 && c.passes <= 16 && c.lanes >= 1 && c.lanes <= 16 &&
		len(p.salt) >= 8 && len(p.salt) <= 64 && len(p.key) == keyLength
}

// hash makes a new PHC string with a random salt. ErrBusy when no turn came.
func (h hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltLength)
	if _, err := io.ReadFull(h.random, salt); err != nil {
		return "", fmt.Errorf("make a salt: %w", err)
	}
	p := phc{cost: h.cost, salt: salt}
	var err error
	p.key, err = h.derive(ctx, password, p)
	return p.String(), err
}

// derive computes the key of a password under another hash's cost and salt, when its turn comes.
func (h hasher) derive(ctx context.Context, password string, like phc) ([]byte, error) {
	patience := time.NewTimer(h.wait)
	defer patience.Stop()
	select {
	case h.turns <- struct{}{}:
	case <-patience.C:
		return nil, ErrBusy
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for a turn: %w", ctx.Err())
	}
	defer func() { <-h.turns }()
	return argon2.IDKey([]byte(password), like.salt, like.cost.passes, like.cost.memory, like.cost.lanes, keyLength), nil
}

// opens tells whether a password is the one a hash was made of. It derives exactly one key, under a stranger's salt
// when the text is no hash of ours.
func (h hasher) opens(ctx context.Context, password, text string) (bool, error) {
	known, unreadable := parsePHC(text)
	if unreadable != nil {
		known = phc{cost: h.cost, salt: make([]byte, saltLength)}
	}
	key, err := h.derive(ctx, password, known)
	return err == nil && unreadable == nil && subtle.ConstantTimeCompare(known.key, key) == 1, err
}

// outdated tells whether a hash was made at another cost than the present one.
func (h hasher) outdated(text string) bool {
	p, err := parsePHC(text)
	return err == nil && p.cost != h.cost
}
