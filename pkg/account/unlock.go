package account

import "context"

// HashPassword is the PHC string of a password that locks something other than an account. Mistakes: "password":
// too-short, too-long; ErrBusy.
func (d *Desk) HashPassword(ctx context.Context, password string) (string, error) {
	typed := asTyped(password)
	switch {
	case len([]rune(typed)) < shortestLock:
		return "", Mistakes{"password": "too-short"}
	case len(typed) > mostTyped:
		return "", Mistakes{"password": "too-long"}
	}
	return d.hasher.hash(ctx, typed)
}

// shortestLock is how many characters a password has that locks a share link: whoever guesses is slowed, and the link
// is a secret already.
const shortestLock = 4

// Unlock tells whether a password is that of a hash. Tries are slowed for the thing it locks, named by an id. Errors:
// ErrWrong, *SlowDown, ErrBusy.
func (d *Desk) Unlock(ctx context.Context, id, password, hash string) error {
	key := keyFor("unlock " + id)
	if wait := d.guesses.take(key); wait > 0 {
		return &SlowDown{After: wait}
	}
	opens, err := d.hasher.opens(ctx, asTyped(password), hash)
	switch {
	case err != nil:
		d.guesses.giveBack(key)
		return err
	case !opens:
		return ErrWrong
	}
	d.guesses.forget(key)
	return nil
}
