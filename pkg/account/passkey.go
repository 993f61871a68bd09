package account

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/carnetbadges/carnet/store"
)

var (
	// ErrPasskey is said of a passkey that does not open, whatever the reason: unknown, removed, somebody else's, signed
	// for another site, without asking its holder, for a challenge that is used, too old or another browser's.
	ErrPasskey = errors.New("account: this passkey does not open")
	// ErrNoPasskeys is said where the address of the site is a number: passkeys belong to names.
	ErrNoPasskeys = errors.New("account: there are no passkeys at this address")
	// errCloned is ErrPasskey for one that has signed less often than it said before: somebody may have copied it.
	errCloned = errors.New("account: a passkey counts backwards")
)

// The kinds of tokens that are challenges. Their secret is the browser's and the challenge together.
const (
	tokenNewPasskey = "passkey-new"
	tokenPasskey    = "passkey"

	challengeLasts = 5 * time.Minute
	mostPasskeys   = 25 // of one person
)

// PasskeysWork tells whether there can be passkeys at the public address.
func (d *Desk) PasskeysWork() bool { return d.judge != nil }

// NewBrowser is a secret by which a browser is known to be the one that was given a challenge: keep it in a cookie.
func (d *Desk) NewBrowser() (string, error) { return d.newSecret() }

// challenge keeps a new challenge for this browser and person (empty: whoever they may be), good once and for five minutes.
func (d *Desk) challenge(ctx context.Context, kind, browser, person string) ([]byte, error) {
	fresh := make([]byte, 32)
	if _, err := io.ReadFull(d.random, fresh); err != nil {
		return nil, fmt.Errorf("make a challenge: %w", err)
	}
	now := d.now()
	token := store.Token{
		Hash: challengeHash(browser, protocol.URLEncodedBase64(fresh).String()), Kind: kind, PersonID: orNone(person),
		CreatedAt: now, ExpiresAt: now.Add(challengeLasts),
	}
	return fresh, d.store.CreateToken(ctx, &token)
}

func challengeHash(browser, challenge string) string { return hashed(browser + " " + challenge) }

// answered uses up the challenge an answer speaks of; ErrPasskey when it was not given to this browser for this, is used or too old.
func (d *Desk) answered(ctx context.Context, kind, browser, person, challenge string) error {
	token, err := d.store.UseToken(ctx, kind, challengeHash(browser, challenge), d.now())
	if errors.Is(err, store.ErrNotFound) || err == nil && deref(token.PersonID) != person {
		return ErrPasskey
	}
	return err
}

func deref(id *string) string {
	if id == nil {
		return ""
	}
	return *id
}

// AskNewPasskey is what a person's browser is asked to make a passkey by: a CredentialCreationOptions of WebAuthn in
// JSON (§5.4), to be answered within five minutes to AddPasskey. ErrNoPasskeys; Mistakes ("passkey": too-many).
func (d *Desk) AskNewPasskey(ctx context.Context, person store.Person, browser string) ([]byte, error) {
	if d.judge == nil {
		return nil, ErrNoPasskeys
	}
	holder, err := d.keyholder(ctx, person)
	if err != nil {
		return nil, err
	}
	if len(holder.keys) >= mostPasskeys {
		return nil, Mistakes{"passkey": "too-many"}
	}
	fresh, err := d.challenge(ctx, tokenNewPasskey, browser, person.ID)
	if err != nil {
		return nil, err
	}
	ask, _, err := d.judge.BeginRegistration(holder, webauthn.WithCredentialParameters(webauthn.CredentialParametersRecommendedL3()),
		webauthn.WithExclusions(webauthn.Credentials(holder.WebAuthnCredentials()).CredentialDescriptors()),
		func(o *protocol.PublicKeyCredentialCreationOptions) error { o.Challenge = fresh; return nil })
	if err != nil {
		return nil, fmt.Errorf("ask for a new passkey: %w", err)
	}
	return json.Marshal(ask)
}

// keyholder is a person with their passkeys and the address a passkey is listed under.
func (d *Desk) keyholder(ctx context.Context, person store.Person) (keyholder, error) {
	keys, err := d.store.Passkeys(ctx, person.ID)
	if err != nil {
		return keyholder{}, err
	}
	addresses, err := d.store.Addresses(ctx, person.ID)
	if err != nil {
		return keyholder{}, err
	}
	holder := keyholder{person: person, email: person.Name, keys: keys}
	if len(addresses) > 0 {
		holder.email = addresses[0].Email
	}
	return holder, nil
}

// AddPasskey keeps the passkey an answer (RegistrationResponseJSON, WebAuthn §5.1.8) proves to be made for this person,
// in this browser, just now. Their other sessions than this one end, and they are told by letter. ErrPasskey; Mistakes
// of the name; store.ErrTaken when anybody has it already.
func (d *Desk) AddPasskey(ctx context.Context, person store.Person, browser, session, name string, answer []byte) (store.Passkey, error) {
	if d.judge == nil {
		return store.Passkey{}, ErrNoPasskeys
	}
	name = cleanName(name)
	if reason := nameMistake(name); reason != "" {
		return store.Passkey{}, Mistakes{"name": reason}
	}
	parsed, err := readNew(answer)
	if err != nil {
		return store.Passkey{}, err
	}
	challenge := parsed.Response.CollectedClientData.Challenge
	if err := d.answered(ctx, tokenNewPasskey, browser, person.ID, challenge); err != nil {
		return store.Passkey{}, err
	}
	made, err := d.judgeNew(keyholder{person: person}, challenge, parsed)
	if err != nil {
		return store.Passkey{}, err
	}
	made.Name, made.CreatedAt = name, d.now()
	err = d.store.Tx(ctx, func(tx *store.Store) error {
		present, err := tx.Person(ctx, person.ID)
		if err != nil {
			return err
		}
		if err := tx.AddPasskey(ctx, &made); err != nil {
			return err
		}
		return d.secured(ctx, tx, present, session, PasskeyAdded, "")
	})
	if err != nil {
		return store.Passkey{}, fmt.Errorf("add a passkey: %w", err)
	}
	return made, nil
}

// AskPasskey is what a browser is asked to sign in by: a CredentialRequestOptions of WebAuthn in JSON (§5.5), to be
// answered within five minutes to OpenByPasskey. It names nobody's passkeys: the device knows them. ErrNoPasskeys.
func (d *Desk) AskPasskey(ctx context.Context, browser string) ([]byte, error) {
	if d.judge == nil {
		return nil, ErrNoPasskeys
	}
	fresh, err := d.challenge(ctx, tokenPasskey, browser, "")
	if err != nil {
		return nil, err
	}
	ask, _, err := d.judge.BeginDiscoverableLogin(webauthn.WithChallenge(fresh))
	if err != nil {
		return nil, fmt.Errorf("ask for a passkey: %w", err)
	}
	return json.Marshal(ask)
}

// OpenByPasskey finds whose passkey an answer (AuthenticationResponseJSON, WebAuthn §5.1.8) was signed by, in this
// browser, just now, by its holder. ErrPasskey, also for one that counts backwards, which its holder's log then tells.
func (d *Desk) OpenByPasskey(ctx context.Context, browser string, answer []byte) (store.Person, error) {
	if d.judge == nil {
		return store.Person{}, ErrNoPasskeys
	}
	parsed, err := readSigned(answer)
	if err != nil {
		return store.Person{}, err
	}
	challenge := parsed.Response.CollectedClientData.Challenge
	if err := d.answered(ctx, tokenPasskey, browser, "", challenge); err != nil {
		return store.Person{}, err
	}
	var person store.Person
	cloned := false
	err = d.store.Tx(ctx, func(tx *store.Store) error {
		key, err := tx.PasskeyByCredential(ctx, parsed.RawID)
		if err != nil {
			return err
		}
		if person, err = tx.Person(ctx, key.PersonID); err != nil {
			return err
		}
		count, err := d.judgeSigned(keyholder{person: person, keys: []store.Passkey{key}}, challenge, parsed)
		if errors.Is(err, errCloned) {
			cloned = true
			return d.record(ctx, tx, person.ID, PasskeyRefused, key.ID)
		}
		if err != nil {
			return err
		}
		return tx.UsePasskey(ctx, key.ID, count, d.now())
	})
	switch {
	case errors.Is(err, store.ErrNotFound), err == nil && (cloned || person.DisabledAt != nil):
		return store.Person{}, ErrPasskey
	case err != nil:
		return store.Person{}, err
	}
	return person, nil
}

// RenamePasskey gives one of a person's passkeys another name. Mistakes; store.ErrNotFound.
func (d *Desk) RenamePasskey(ctx context.Context, person, id, name string) error {
	name = cleanName(name)
	if reason := nameMistake(name); reason != "" {
		return Mistakes{"name": reason}
	}
	return d.store.RenamePasskey(ctx, person, id, name)
}

// RemovePasskey forgets one of a person's passkeys, ends their other sessions than this one and tells them by letter.
// With their last second factor the second step goes off. ErrNeeded when they must have one; store.ErrNotFound.
func (d *Desk) RemovePasskey(ctx context.Context, person, session, id string) error {
	needed, err := d.needed(ctx, person)
	if err != nil {
		return err
	}
	return d.store.Tx(ctx, func(tx *store.Store) error {
		present, err := tx.Person(ctx, person)
		if err != nil {
			return err
		}
		if err := tx.DropPasskey(ctx, person, id); err != nil {
			return err
		}
		if err := d.secured(ctx, tx, present, session, PasskeyRemoved, ""); err != nil {
			return err
		}
		return d.offWithoutMeans(ctx, tx, present, session, needed)
	})
}

// DeclinePasskey remembers that a person does not want to be offered a passkey again.
func (d *Desk) DeclinePasskey(ctx context.Context, person string) error {
	return d.store.DeclinePasskey(ctx, person, d.now())
}
