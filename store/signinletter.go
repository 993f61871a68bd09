package store

import (
	"context"
	"time"

	"gorm.io/gorm"
)

// What a letter with a code is asked for; SignInLetter.Purpose.
const (
	ToSignIn     = "sign-in"
	ToProveAgain = "again"
)

// SignInLetter is a letter by which somebody signs in, or proves again who they are. Request, Link and Code are SHA-256 in
// 64 hex digits: of what only the asking browser holds, of the secret in the letter's link, of the code. PersonID is whose
// address Email was when it was asked for, nil when nobody's. Onward is where to go once signed in; Browser and System
// name what asked. Tries counts the codes that were tried.
type SignInLetter struct {
	Request   string `gorm:"primaryKey"`
	Link      string
	Code      string
	Purpose   string
	PersonID  *string
	Email     string
	Onward    string
	Browser   string
	System    string
	Tries     int
	ExpiresAt time.Time
	UsedAt    *time.Time
	CreatedAt time.Time `gorm:"autoCreateTime:false"`
}

// TableName is where such letters are kept.
func (SignInLetter) TableName() string { return "sign_in_letters" }

const letterIsGood = "used_at IS NULL AND expires_at > ?"

// CreateSignInLetter keeps a new letter; a zero CreatedAt is filled.
func (s *Store) CreateSignInLetter(ctx context.Context, l *SignInLetter) error {
	born(&l.CreatedAt, &l.CreatedAt)
	stampAll(&l.ExpiresAt, &l.CreatedAt, l.UsedAt)
	return s.create(ctx, "keep a letter for signing in", l)
}

// SignInLetterByLink is the unused, unexpired letter with this link; ErrNotFound. It stays unused.
func (s *Store) SignInLetterByLink(ctx context.Context, link string, now time.Time) (SignInLetter, error) {
	var l SignInLetter
	err := s.reader(ctx).Take(&l, "link = ? AND "+letterIsGood, link, stamp(now)).Error
	return l, failed("find a letter by its link", err)
}

// SignInLetterByRequest is the unused, unexpired letter a browser asked for; ErrNotFound. It stays unused.
func (s *Store) SignInLetterByRequest(ctx context.Context, request string, now time.Time) (SignInLetter, error) {
	var l SignInLetter
	err := s.reader(ctx).Take(&l, "request = ? AND "+letterIsGood, request, stamp(now)).Error
	return l, failed("find a letter by who asked", err)
}

// CountTry counts a try at a letter's code before it is made, and is the letter as it is then. ErrNotFound when it is used
// or expired, or when most tries were made.
func (s *Store) CountTry(ctx context.Context, request string, most int, now time.Time) (SignInLetter, error) {
	return s.signInLetter(ctx, "count a try", "UPDATE sign_in_letters SET tries = tries + 1 WHERE request = ? AND tries < ? AND "+letterIsGood+" RETURNING *",
		request, most, stamp(now))
}

// UseSignInLetter uses a letter up: of any number of tries one gets it, all others ErrNotFound.
func (s *Store) UseSignInLetter(ctx context.Context, request string, now time.Time) (SignInLetter, error) {
	return s.signInLetter(ctx, "use a letter", "UPDATE sign_in_letters SET used_at = ? WHERE request = ? AND "+letterIsGood+" RETURNING *",
		stamp(now), request, stamp(now))
}

// RelinkSignInLetter puts another link in the place of the one in the letter, which is worth nothing from now on, and so
// is its code. ErrNotFound when the letter is used or expired.
func (s *Store) RelinkSignInLetter(ctx context.Context, request, link string, most int, now time.Time) error {
	return one("give a letter another link", s.writer(ctx).Exec("UPDATE sign_in_letters SET link = ?, tries = ? WHERE request = ? AND "+letterIsGood,
		link, most, request, stamp(now)))
}

// DropSignInLetters forgets the letters asked for a person's addresses.
func (s *Store) DropSignInLetters(ctx context.Context, person string) error {
	return failed("drop letters for signing in", s.writer(ctx).Delete(&SignInLetter{}, "person_id = ?", person).Error)
}

// PurgeSignInLetters forgets letters that expired before a time, used or not.
func (s *Store) PurgeSignInLetters(ctx context.Context, before time.Time) error {
	return failed("purge letters for signing in", s.writer(ctx).Delete(&SignInLetter{}, "expires_at < ?", stamp(before)).Error)
}

// signInLetter is the one letter that an UPDATE … RETURNING touched.
func (s *Store) signInLetter(ctx context.Context, doing, update string, values ...any) (SignInLetter, error) {
	var found []SignInLetter
	err := s.writer(ctx).Raw(update, values...).Scan(&found).Error
	if err == nil && len(found) == 0 {
		err = gorm.ErrRecordNotFound
	}
	if err != nil {
		return SignInLetter{}, failed(doing, err)
	}
	return found[0], nil
}
