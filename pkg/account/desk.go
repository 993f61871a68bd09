// Package account is the desk at which people say who they are: joining, signing in, proving an address theirs.
// It knows nothing of badges, of pages or of how a letter is carried; letters are jobs, written with the deed.
package account

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/carnetbadges/carnet/pkg/ledger"
	"github.com/carnetbadges/carnet/store"
)

// What a deed at the desk fails with, besides Mistakes, SlowDown and the errors of the store.
var (
	// ErrWrong is said of an address and password that do not go together; never which of them is unknown.
	ErrWrong = errors.New("account: address or password are wrong")
	// ErrAlreadyHere is said when an address that somebody has proved theirs joins again: its owner has been written to,
	// and whoever asked must be shown what everybody is shown.
	ErrAlreadyHere = errors.New("account: somebody has this address already")
	// ErrSecret is said of a secret that is unknown, used, too old, or was overtaken by another.
	ErrSecret = errors.New("account: this link is used or too old")
	// ErrBusy is said when too many passwords are waiting to be checked; later there may be room.
	ErrBusy = errors.New("account: too many people are at the door")
	// ErrStranger is said of a provider's account nobody has a passport under.
	ErrStranger = errors.New("account: nobody signs in by this identity")
	// ErrUnproved is said of somebody who has joined and not proved an address yet.
	ErrUnproved = errors.New("account: no address is proved yet")
)

// SlowDown refuses a try that came too early after others for the same address. No address is ever locked: after at
// most a minute the next try is heard, and a reset letter opens the door at once.
type SlowDown struct {
	After time.Duration // how long to wait
}

// Error says how long to wait.
func (s *SlowDown) Error() string {
	return fmt.Sprintf("account: too many tries; wait %s", s.After.Round(time.Second))
}

// Mistakes are what is wrong in a form: from the field's name to the reason.
// "name": required, too-long · "email": required, malformed, taken (only in Setup), yours and too-many (in AddAddress) ·
// "passkey": too-many · "password": too-short, too-long, breached, like-your-name · "language", "theme": unknown; SaveProfile and
// BringPortrait name theirs.
type Mistakes map[string]string

// Error names the fields, never what was typed.
func (m Mistakes) Error() string {
	words := make([]string, 0, len(m))
	for _, field := range slices.Sorted(maps.Keys(m)) {
		words = append(words, field+" "+m[field])
	}
	return "account: " + strings.Join(words, ", ")
}

// orNil is nil when there is no mistake.
func (m Mistakes) orNil() error {
	if len(m) == 0 {
		return nil
	}
	return m
}

// Options are what a Desk works with.
type Options struct {
	Store     *store.Store
	Now       func() time.Time // nil: time.Now
	Random    io.Reader        // secrets and salts; nil: crypto/rand
	PublicURL string           // scheme://host, the beginning of every link in a letter, and the origin of passkeys
	Key       []byte           // 32 bytes kept beside the database, which seal what is in it; nil: some that die with the desk
	Ledger    *ledger.Ledger   // of who has left; nil: nowhere but in the database

	AnswerAfter time.Duration // how long answers about an address take at least; 0: as long as they do
	HashMemory  uint32        // KiB that the hash of one password takes; 0: what OWASP asks. Less is for tests alone.

	AdminsNeedFactor func(context.Context) (bool, error) // whether administrators must have a second factor; nil: as is set for the house
}

// Desk is where people join and sign in. It is safe for use by many goroutines.
type Desk struct {
	store       *store.Store
	now         func() time.Time
	answerAfter time.Duration
	random      io.Reader
	public      string
	ledger      *ledger.Ledger
	hasher      hasher
	common      commonPasswords
	guesses     *tries // of passwords, by address
	codes       *tries // of codes after the first of each letter, by address
	mailings    *tries // of letters, by who asks and address
	floods      *tries // of letters, by address, whoever asks
	seconds     *tries // of codes of the second step, by person and kind

	judge        *webauthn.WebAuthn // of passkeys; nil where there can be none
	apps         seal               // of the secrets of authenticator apps
	adminsNeed   func(context.Context) (bool, error)
	addressCodes *tries    // of the codes that prove one more address, by claim
	house        lastHouse // what is set for the house
}

// New opens a desk. The slowing down of guesses is remembered in memory, and its lock holds in it: for one machine.
func New(o Options) *Desk {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	if o.Key == nil {
		o.Key = make([]byte, 32)
		if _, err := io.ReadFull(o.Random, o.Key); err != nil {
			panic("account: no randomness: " + err.Error())
		}
	}
	public := strings.TrimRight(o.PublicURL, "/")
	d := &Desk{
		store: o.Store, now: o.Now, answerAfter: o.AnswerAfter, random: o.Random, public: public, ledger: o.Ledger,
		hasher:   newHasher(o.Random, o.HashMemory),
		common:   readCommonPasswords(),
		guesses:  newTries(o.Now, pace{free: 5, first: time.Second, most: time.Minute, memory: time.Hour}),
		codes:    newTries(o.Now, pace{free: 5, first: time.Second, most: time.Minute, memory: time.Hour}),
		mailings: newTries(o.Now, pace{free: 3, first: 5 * time.Minute, most: time.Hour, memory: 6 * time.Hour}),
		floods:   newTries(o.Now, pace{free: 12, first: 5 * time.Minute, most: time.Hour, memory: 6 * time.Hour}),
		// Six digits can be guessed by whoever has years; a passkey and a recovery code are heard meanwhile.
		seconds: newTries(o.Now, pace{free: 5, first: time.Second, most: 15 * time.Minute, memory: 24 * time.Hour}),

		judge: newJudge(public), apps: newSeal(o.Random, o.Key, "authenticator apps"), adminsNeed: o.AdminsNeedFactor,
		addressCodes: newTries(o.Now, pace{free: 5, first: codeLasts, most: codeLasts, memory: codeLasts}),
	}
	if d.adminsNeed == nil {
		d.adminsNeed = d.adminsNeedFactor
	}
	return d
}
