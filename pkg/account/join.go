package account

import (
	"context"
	"strings"

	"github.com/carnetbadges/carnet/store"
)

// Joining is what somebody types who wants a passport.
type Joining struct {
	Name     string
	Email    string
	Password string // may be empty: then letters let in
	Language string // BCP 47; French when it begins with fr, else English
	From     string // the network it came from: each has its own letters to spend

	Invitation string // the secret of one; needed where one joins by invitation
}

// checked is a Joining that may be kept, or the Mistakes in it.
func (d *Desk) checked(j Joining) (Joining, error) {
	j, mistakes := claimed(j)
	if reason := d.passwordMistake(j.Password, j.Name, j.Email); j.Password != "" && reason != "" {
		mistakes["password"] = reason
	}
	return j, mistakes.orNil()
}

// claimed is a Joining as it may be kept, and what is wrong with its name and address.
func claimed(j Joining) (Joining, Mistakes) {
	mistakes := Mistakes{}
	j.Name, j.Language = cleanName(j.Name), languageOf(j.Language)
	if reason := nameMistake(j.Name); reason != "" {
		mistakes["name"] = reason
	}
	email, ok := parseEmail(j.Email)
	switch {
	case strings.TrimSpace(j.Email) == "":
		mistakes["email"] = "required"
	case !ok:
		mistakes["email"] = "malformed"
	}
	j.Email = email
	return j, mistakes
}

func languageOf(tag string) string {
	if strings.HasPrefix(strings.ToLower(tag), "fr") {
		return "fr"
	}
	return "en"
}

// Join makes a passport and writes the letter that proves the address; nobody sees it, and nobody signs in to it, before
// that. So it can answer alike whether the address was known: when somebody has proved it theirs, they get a letter
// instead and the error is ErrAlreadyHere; as much is written, a claim that nobody can prove. Other errors: ErrClosed, ErrUninvited, Mistakes, ErrBusy, *SlowDown when enough letters went to this
// address, known or not; the store's.
func (d *Desk) Join(ctx context.Context, j Joining) (store.Person, error) {
	defer d.alike(ctx)()
	j, err := d.checked(j)
	if err != nil {
		return store.Person{}, err
	}
	hash, err := d.hashOf(ctx, j.Password)
	if err != nil {
		return store.Person{}, err
	}
	if err := d.mayClaim(j.From, j.Email); err != nil {
		return store.Person{}, err
	}
	var person store.Person
	err = d.store.Tx(ctx, func(tx *store.Store) error {
		if err := d.letJoin(ctx, tx, j.Email, j.Invitation); err != nil {
			return err
		}
		owner, err := tx.Owner(ctx, j.Email)
		if err != nil {
			return err
		}
		if owner.ID != "" {
			return d.admitNobody(ctx, tx, j, hash, owner)
		}
		person, err = d.admit(ctx, tx, j, hash, "member")
		return err
	})
	if err != nil {
		return store.Person{}, err
	}
	if person.ID == "" {
		return store.Person{}, ErrAlreadyHere
	}
	return person, nil
}

// hashOf is the hash of a password that may have been left out: then there is none.
func (d *Desk) hashOf(ctx context.Context, password string) (string, error) {
	if password == "" {
		return "", nil
	}
	return d.hasher.hash(ctx, asTyped(password))
}

// tellOwner writes to whoever has the address that it was used to join.
func tellOwner(ctx context.Context, tx *store.Store, owner store.Claim, link string) error {
	if owner.DisabledAt != nil {
		return post(ctx, tx, Letter{Kind: LetterNone})
	}
	return post(ctx, tx, Letter{Kind: LetterAlready, To: owner.Email, Language: owner.Language, Name: owner.Name, Link: link})
}

// admitNobody writes what admit does, for nobody, and to the owner of the address, so that the clock does not tell.
func (d *Desk) admitNobody(ctx context.Context, tx *store.Store, j Joining, hash string, owner store.Claim) error {
	person, address, err := d.create(ctx, tx, j, hash, "member")
	if err != nil {
		return err
	}
	if _, err := d.issue(ctx, tx, tokenVerify, person.ID, address.ID, 0); err != nil {
		return err
	}
	return tellOwner(ctx, tx, owner, d.public+"/sign-in")
}

// admit keeps a new person with their address, not proved yet, and writes the letter that proves it.
func (d *Desk) admit(ctx context.Context, tx *store.Store, j Joining, hash, role string) (store.Person, error) {
	person, address, err := d.create(ctx, tx, j, hash, role)
	if err != nil {
		return store.Person{}, err
	}
	return person, d.askToConfirm(ctx, tx, person, address)
}

// create keeps a new person with their address, not proved yet. Their handle is one that nobody guesses until takeHandle.
func (d *Desk) create(ctx context.Context, tx *store.Store, j Joining, hash, role string) (store.Person, store.Address, error) {
	now, id := d.now(), store.NewID()
	person := store.Person{
		ID: id, Handle: unnamed(id), Name: j.Name, Language: j.Language, Theme: "auto", PasswordHash: hash, Role: role,
		CreatedAt: now, UpdatedAt: now,
	}
	if err := tx.CreatePerson(ctx, &person); err != nil {
		return store.Person{}, store.Address{}, err
	}
	address := store.Address{PersonID: person.ID, Email: j.Email, Primary: true, CreatedAt: now}
	return person, address, tx.AddAddress(ctx, &address)
}
