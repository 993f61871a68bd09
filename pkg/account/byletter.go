package account

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/carnetbadges/carnet/store"
)

const (
	byLetterLasts = 10 * time.Minute // a letter's link and code (ASVS V6.5.5: ten minutes at most)
	mostCodeTries = 5                // at one letter's code; its link still opens, else whoever asks in another's name could spoil their letters
	codeDigits    = 6
)

// Asking is what somebody types who wants to be let in by letter, and from where.
type Asking struct {
	Email    string
	Language string // BCP 47; French when it begins with fr, else English
	From     string // the network it came from: each has its own letters to spend
	Onward   string // the path to go on to afterwards
	Browser  string // by name, such as Firefox; may be empty
	System   string // such as Linux; may be empty
}

// AskByLetter writes one letter with a link and a code, good once and for ten minutes, to any address: where nobody has
// proved it theirs, the letter makes a passport. So all is the same for known and unknown addresses: what is answered,
// read and written. The request it returns is for the asking browser alone to hold; the code is worth nothing without it.
// Errors: Mistakes ("email"); *SlowDown when enough letters went to this address, known or not; the store's.
//
// When strangers have spent all letters of an address, its owner has those very letters, and their links let in whoever
// reads them.
func (d *Desk) AskByLetter(ctx context.Context, a Asking) (request string, err error) {
	defer d.alike(ctx)()
	email, ok := parseEmail(a.Email)
	switch {
	case strings.TrimSpace(a.Email) == "":
		return "", Mistakes{"email": "required"}
	case !ok:
		return "", Mistakes{"email": "malformed"}
	}
	if err := d.mayWrite(a.From, email); err != nil {
		return "", err
	}
	owner, err := d.store.Owner(ctx, email)
	if err != nil {
		return "", err
	}
	if a.Email = email; owner.ID != "" {
		a.Email = owner.Email // never as it was typed: another mailbox might be called almost the same
	}
	return d.writeCode(ctx, LetterSignIn, owner.Person, a)
}

// AskToProve writes a letter with a code by which somebody who is signed in proves again who they are; it goes to the
// address we write to. ErrLastWay when they have confirmed none; otherwise as AskByLetter.
func (d *Desk) AskToProve(ctx context.Context, person store.Person, a Asking) (request string, err error) {
	addresses, err := d.store.Addresses(ctx, person.ID)
	if err != nil {
		return "", err
	}
	a.Email = ""
	for _, one := range addresses {
		if one.VerifiedAt != nil && a.Email == "" {
			a.Email = one.Email
		}
	}
	if a.Email == "" {
		return "", ErrLastWay
	}
	if err := d.mayWrite(person.ID, a.Email); err != nil {
		return "", err
	}
	return d.writeCode(ctx, LetterProve, person, a)
}

// writeCode keeps and posts a letter. A person without an id is nobody yet.
func (d *Desk) writeCode(ctx context.Context, kind string, person store.Person, a Asking) (request string, err error) {
	err = d.store.Tx(ctx, func(tx *store.Store) error {
		var letter Letter
		if request, letter, err = d.newCodeLetter(ctx, tx, kind, person, a); err != nil {
			return err
		}
		return post(ctx, tx, letter)
	})
	return request, err
}

// newCodeLetter keeps what a letter is good for, and is that letter.
func (d *Desk) newCodeLetter(ctx context.Context, tx *store.Store, kind string, person store.Person, a Asking) (request string, letter Letter, err error) {
	request, err = d.newSecret()
	if err != nil {
		return "", Letter{}, err
	}
	link, err := d.newSecret()
	if err != nil {
		return "", Letter{}, err
	}
	code, err := d.newCode()
	if err != nil {
		return "", Letter{}, err
	}
	now := d.now()
	kept := store.SignInLetter{
		Request: hashed(request), Link: hashed(link), Code: hashedCode(request, code), Purpose: store.ToProveAgain, PersonID: orNone(person.ID),
		Email: a.Email, Onward: a.Onward, Browser: a.Browser, System: a.System, CreatedAt: now, ExpiresAt: now.Add(byLetterLasts),
	}
	letter = Letter{
		Kind: kind, To: a.Email, Language: languageOf(a.Language), Name: person.Name, Link: d.public + "/sign-in/letter/" + link,
		Code: code, Browser: a.Browser, System: a.System, Until: kept.ExpiresAt,
	}
	switch kind {
	case LetterSignIn, LetterHelped:
		kept.Purpose = store.ToSignIn
		if kind == LetterHelped {
			break
		}
		settings, err := tx.SiteSettings(ctx)
		if err != nil {
			return "", Letter{}, err
		}
		if house := houseIn(settings); house.SignUp != SignUpOpen {
			letter.Detail = house.SignUp
		}
	case LetterProve:
		letter.Link = d.public + "/sign-in/again"
	case LetterJoin:
		letter.Link = d.public + "/you/data"
		if person.ID == "" {
			letter = Letter{Kind: LetterNone}
		}
	}
	return request, letter, tx.CreateSignInLetter(ctx, &kept)
}

// newCode is six random digits, each as likely as any other.
func (d *Desk) newCode() (string, error) {
	n, err := rand.Int(d.random, big.NewInt(1_000_000))
	if err != nil {
		return "", fmt.Errorf("make a code: %w", err)
	}
	return fmt.Sprintf("%0*d", codeDigits, n), nil
}

// hashedCode is how a code is kept: keyed by what only the asking browser holds, since a million codes are quickly tried.
func hashedCode(request, code string) string {
	mac := hmac.New(sha256.New, []byte(request))
	mac.Write([]byte(code))
	return hex.EncodeToString(mac.Sum(nil))
}

// readCode is a code as it was meant: people write it in groups.
func readCode(typed string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ', r == '-', r == '.', r == '\u00a0', r == '\u202f', r == '\t':
			return -1
		case r >= '０' && r <= '９': // full-width, as some keyboards write them
			return r - '０' + '0'
		}
		return r
	}, strings.TrimSpace(typed))
}

// Arrival is what a letter's link would do, for the page that asks before it is done.
type Arrival struct {
	Person          store.Person // whom it lets in; without an id: it makes a passport
	Email           string       // the address the letter went to
	Browser, System string       // what asked for it; may be empty
	AskedAt         time.Time
	Onward          string

	request string
}

// AskedBy says whether a request is the one this letter was written for: then it is the same browser.
func (a Arrival) AskedBy(request string) bool {
	return subtle.ConstantTimeCompare([]byte(hashed(request)), []byte(a.request)) == 1
}

// Arrive tells whom the link of a letter would let in, and changes nothing. ErrSecret.
func (d *Desk) Arrive(ctx context.Context, secret string) (Arrival, error) {
	letter, err := d.store.SignInLetterByLink(ctx, hashed(secret), d.now())
	if err != nil {
		return Arrival{}, secretOr(err)
	}
	return d.arrival(ctx, d.store, letter)
}

// arrival is whom a letter lets in now: whoever has proved the address theirs, whatever was so when it was asked for,
// since the letter proves that one reads what is sent there. ErrSecret where the account is disabled.
func (d *Desk) arrival(ctx context.Context, from *store.Store, l store.SignInLetter) (Arrival, error) {
	a := Arrival{Email: l.Email, Browser: l.Browser, System: l.System, AskedAt: l.CreatedAt, Onward: l.Onward, request: l.Request}
	if l.Purpose != store.ToSignIn {
		return Arrival{}, ErrSecret
	}
	owner, err := from.Owner(ctx, l.Email)
	if err != nil {
		return Arrival{}, err
	}
	a.Person = owner.Person
	if a.Person.DisabledAt != nil {
		return Arrival{}, ErrSecret
	}
	return a, nil
}

// OpenByLink lets in by the link of a letter, once: whoever has proved the address theirs or, where nobody has, a new
// person of this name and language, if they may join (with this invitation; empty: none); made tells which. ErrSecret;
// ErrClosed, ErrUninvited and Mistakes ("name"; "email": blocked), which leave the link good.
func (d *Desk) OpenByLink(ctx context.Context, secret, name, language, invitation string) (person store.Person, onward string, made bool, err error) {
	err = d.store.Tx(ctx, func(tx *store.Store) error {
		letter, err := tx.SignInLetterByLink(ctx, hashed(secret), d.now())
		if err != nil {
			return secretOr(err)
		}
		arrival, err := d.arrival(ctx, tx, letter)
		if err != nil {
			return err
		}
		person, onward, made = arrival.Person, arrival.Onward, arrival.Person.ID == ""
		if made {
			if err := d.letJoin(ctx, tx, letter.Email, invitation); err != nil {
				return err
			}
			if person, err = d.begin(ctx, tx, name, letter.Email, language); err != nil {
				return err
			}
		}
		_, err = tx.UseSignInLetter(ctx, letter.Request, d.now())
		return secretOr(err)
	})
	if err != nil {
		return store.Person{}, "", false, err
	}
	return person, onward, made, nil
}

// begin makes a passport for whoever has shown that they read an address.
func (d *Desk) begin(ctx context.Context, tx *store.Store, name, email, language string) (store.Person, error) {
	name = cleanName(name)
	if reason := nameMistake(name); reason != "" {
		return store.Person{}, Mistakes{"name": reason}
	}
	person, address, err := d.create(ctx, tx, Joining{Name: name, Email: email, Language: languageOf(language)}, "", "member")
	if err != nil {
		return store.Person{}, err
	}
	_, err = d.prove(ctx, tx, &person, &address)
	return person, err
}

// OpenByCode lets in by the code of a letter, once, in the browser that asked for it. Where nobody has proved the address
// theirs, person has no id and link is the secret of another link (OpenByLink), which makes a passport. ErrWrong for a wrong
// code; ErrSecret when the letter is used or too old, or five codes were wrong; *SlowDown when too many were tried for this
// address.
func (d *Desk) OpenByCode(ctx context.Context, request, code string) (person store.Person, onward, link string, err error) {
	letter, err := d.checkCode(ctx, store.ToSignIn, request, code)
	if err != nil {
		return store.Person{}, "", "", err
	}
	err = d.store.Tx(ctx, func(tx *store.Store) error {
		arrival, err := d.arrival(ctx, tx, letter)
		if err != nil {
			return err
		}
		person, onward = arrival.Person, arrival.Onward
		if person.ID != "" {
			_, err = tx.UseSignInLetter(ctx, letter.Request, d.now())
			return secretOr(err)
		}
		if link, err = d.newSecret(); err != nil {
			return err
		}
		return secretOr(tx.RelinkSignInLetter(ctx, letter.Request, hashed(link), mostCodeTries, d.now()))
	})
	if err != nil {
		return store.Person{}, "", "", err
	}
	return person, onward, link, nil
}

// ProveByCode takes the code of a letter to AskToProve from whoever is signed in. Errors as of OpenByCode.
func (d *Desk) ProveByCode(ctx context.Context, person store.Person, request, code string) error {
	letter, err := d.checkCode(ctx, store.ToProveAgain, request, code)
	if err != nil {
		return err
	}
	if letter.PersonID == nil || *letter.PersonID != person.ID {
		return ErrSecret
	}
	_, err = d.store.UseSignInLetter(ctx, letter.Request, d.now())
	return secretOr(err)
}

// checkCode counts a try, then tells whether the code is the letter's. The first try at a letter is always heard, so that
// nobody who guesses keeps out whoever has the letter; all further ones are slowed together for their address.
func (d *Desk) checkCode(ctx context.Context, purpose, request, code string) (store.SignInLetter, error) {
	letter, err := d.store.SignInLetterByRequest(ctx, hashed(request), d.now())
	if err != nil {
		return store.SignInLetter{}, secretOr(err)
	}
	key := keyFor(letter.Email)
	if letter.Tries > 0 {
		if wait := d.codes.take(key); wait > 0 {
			return store.SignInLetter{}, &SlowDown{After: wait}
		}
	}
	letter, err = d.store.CountTry(ctx, hashed(request), mostCodeTries, d.now())
	if err != nil {
		return store.SignInLetter{}, secretOr(err)
	}
	if letter.Purpose != purpose {
		return store.SignInLetter{}, ErrSecret
	}
	if subtle.ConstantTimeCompare([]byte(hashedCode(request, readCode(code))), []byte(letter.Code)) != 1 {
		return store.SignInLetter{}, ErrWrong
	}
	d.codes.forget(key)
	return letter, nil
}
