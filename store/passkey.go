package store

import (
	"context"
	"time"
)

// Passkey is a key by which somebody signs in (WebAuthn): CredentialID is what the device calls it, PublicKey a
// COSE_Key (RFC 9052 §7), SignCount how often it says it signed (0 for ever: it does not count), Backup whether it may be
// copied to other devices, Transports how it is reached, separated by spaces. Nobody else can have the same one.
type Passkey struct {
	ID           string `gorm:"primaryKey"`
	PersonID     string
	CredentialID []byte
	PublicKey    []byte
	SignCount    int64
	Backup       bool
	Transports   string
	Name         string
	CreatedAt    time.Time `gorm:"autoCreateTime:false"`
	LastUsedAt   *time.Time
}

// TableName is where passkeys are kept.
func (Passkey) TableName() string { return "passkeys" }

// AddPasskey keeps a new passkey; an empty ID and a zero CreatedAt are filled. ErrTaken when anybody has it already.
func (s *Store) AddPasskey(ctx context.Context, p *Passkey) error {
	if p.ID == "" {
		p.ID = NewID()
	}
	born(&p.CreatedAt, &p.CreatedAt)
	stampAll(&p.CreatedAt, p.LastUsedAt)
	return s.create(ctx, "add a passkey", p)
}

// Passkeys are all that a person has, the oldest first.
func (s *Store) Passkeys(ctx context.Context, person string) ([]Passkey, error) {
	var found []Passkey
	err := s.reader(ctx).Where("person_id = ?", person).Order("created_at, id").Find(&found).Error
	return found, failed("list a person's passkeys", err)
}

// PasskeyByCredential is the passkey a device calls by these bytes, held while a Tx lasts; ErrNotFound.
func (s *Store) PasskeyByCredential(ctx context.Context, credential []byte) (Passkey, error) {
	var p Passkey
	err := s.holder(ctx).Take(&p, "credential_id = ?", credential).Error
	return p, failed("find a passkey", err)
}

// UsePasskey keeps how often a passkey has signed and that it was used now; ErrNotFound.
func (s *Store) UsePasskey(ctx context.Context, id string, count int64, now time.Time) error {
	return one("use a passkey", s.writer(ctx).Model(&Passkey{}).Where("id = ?", id).
		Updates(map[string]any{"sign_count": count, "last_used_at": stamp(now)}))
}

// RenamePasskey gives one of a person's passkeys another name; ErrNotFound.
func (s *Store) RenamePasskey(ctx context.Context, person, id, name string) error {
	return one("rename a passkey", s.writer(ctx).Model(&Passkey{}).Where("id = ? AND person_id = ?", id, person).Update("name", name))
}

// DropPasskey forgets one of a person's passkeys; ErrNotFound.
func (s *Store) DropPasskey(ctx context.Context, person, id string) error {
	return one("drop a passkey", s.writer(ctx).Where("id = ? AND person_id = ?", id, person).Delete(&Passkey{}))
}

// declinedOffer is something a person does not want to be offered again.
type declinedOffer struct {
	PersonID string `gorm:"primaryKey"`
	Offer    string `gorm:"primaryKey"`
	At       time.Time
}

// TableName is where declined offers are kept.
func (declinedOffer) TableName() string { return "declined_offers" }

const offerOfPasskey = "passkey"

// DeclinePasskey remembers that a person does not want to be offered a passkey; said twice is no error.
func (s *Store) DeclinePasskey(ctx context.Context, person string, now time.Time) error {
	return failed("decline an offer", s.writer(ctx).Exec(`INSERT INTO declined_offers (person_id, offer, at) VALUES (?, ?, ?)
		ON CONFLICT (person_id, offer) DO NOTHING`, person, offerOfPasskey, stamp(now)).Error)
}

// WantsPasskeyOffer tells whether a person has no passkey and has not declined to be offered one.
func (s *Store) WantsPasskeyOffer(ctx context.Context, person string) (bool, error) {
	var wants bool
	err := s.reader(ctx).Raw(`SELECT NOT EXISTS (SELECT 1 FROM passkeys WHERE person_id = ?)
		AND NOT EXISTS (SELECT 1 FROM declined_offers WHERE person_id = ? AND offer = ?)`, person, person, offerOfPasskey).
		Scan(&wants).Error
	return wants, failed("look for what to offer", err)
}
