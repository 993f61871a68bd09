package store

import (
	"context"
	"time"
)

// Person is someone who has a passport here. Handle is the name in its address, unique whatever its case; Language is
// "en" or "fr"; Theme "auto", "light" or "dark"; Role "member" or "admin"; PasswordHash a PHC string or empty.
type Person struct {
	ID           string `gorm:"primaryKey"`
	Handle       string
	Name         string
	Language     string
	Theme        string
	PasswordHash string
	Role         string
	CreatedAt    time.Time `gorm:"autoCreateTime:false"`
	UpdatedAt    time.Time `gorm:"autoUpdateTime:false"`
	DisabledAt   *time.Time
	LeavingAt    *time.Time // when all of it is erased, unless they change their mind; nil: they stay
}

// TableName is where persons are kept.
func (Person) TableName() string { return "persons" }

// CreatePerson keeps a new person; an empty ID and zero times are filled. ErrTaken when the handle is somebody's.
func (s *Store) CreatePerson(ctx context.Context, p *Person) error {
	if p.ID == "" {
		p.ID = NewID()
	}
	born(&p.CreatedAt, &p.UpdatedAt)
	stampAll(&p.CreatedAt, &p.UpdatedAt, p.DisabledAt, p.LeavingAt)
	return s.Tx(ctx, func(tx *Store) error {
		if err := tx.create(ctx, "create a person", p); err != nil {
			return err
		}
		return tx.keepWords(ctx, p)
	})
}

// Person is the person with this id, held while a Tx lasts; ErrNotFound.
func (s *Store) Person(ctx context.Context, id string) (Person, error) {
	var p Person
	err := s.holder(ctx).Take(&p, "id = ?", id).Error
	return p, failed("find a person", err)
}

// Holding is a person with what decides who sees their passport.
type Holding struct {
	Person  Person
	Profile Profile
	Proved  bool // an address of theirs is
}

// Holding is the person with this id, as whoever looks at their passport needs to know them; ErrNotFound. It asks at once
// what Person, Profile and AnyVerifiedAddress ask one after another.
func (s *Store) Holding(ctx context.Context, id string) (Holding, error) {
	var row struct {
		Person         `gorm:"embedded"`
		About          string
		Languages      string
		PortraitKey    string
		NameShown      string
		AboutShown     string
		LanguagesShown string
		LinksShown     string
		PortraitShown  string
		Said           *time.Time
		Proved         bool
	}
	err := s.reader(ctx).Raw(`SELECT p.*, COALESCE(f.about, '') AS about, COALESCE(f.languages, '') AS languages, COALESCE(f.portrait_key, '') AS portrait_key,
		COALESCE(f.name_shown, 'public') AS name_shown, COALESCE(f.about_shown, 'private') AS about_shown, COALESCE(f.languages_shown, 'private') AS languages_shown,
		COALESCE(f.links_shown, 'private') AS links_shown, COALESCE(f.portrait_shown, 'private') AS portrait_shown, f.updated_at AS said,
		EXISTS (SELECT 1 FROM addresses a WHERE a.person_id = p.id AND a.verified_at IS NOT NULL AND a.removed_at IS NULL) AS proved
		FROM persons p LEFT JOIN profiles f ON f.person_id = p.id WHERE p.id = ?`, id).Take(&row).Error
	h := Holding{Person: row.Person, Proved: row.Proved, Profile: Profile{
		PersonID: id, About: row.About, Languages: row.Languages, PortraitKey: row.PortraitKey, NameShown: row.NameShown, AboutShown: row.AboutShown,
		LanguagesShown: row.LanguagesShown, LinksShown: row.LinksShown, PortraitShown: row.PortraitShown,
	}}
	if row.Said != nil {
		h.Profile.UpdatedAt = *row.Said
	}
	return h, failed("find whose passport it is", err)
}

// PersonByHandle is the person with this handle, whatever its case; ErrNotFound.
func (s *Store) PersonByHandle(ctx context.Context, handle string) (Person, error) {
	var p Person
	err := s.reader(ctx).Take(&p, "lower(handle) = lower(?)", handle).Error
	return p, failed("find a person by handle", err)
}

// UpdatePerson keeps every field but CreatedAt; UpdatedAt is the caller's to set. ErrNotFound; ErrTaken when the handle is somebody else's.
func (s *Store) UpdatePerson(ctx context.Context, p *Person) error {
	stampAll(&p.UpdatedAt, p.DisabledAt, p.LeavingAt)
	return s.Tx(ctx, func(tx *Store) error {
		if err := tx.update(ctx, "update a person", p, "id", "created_at"); err != nil {
			return err
		}
		return tx.keepWords(ctx, p)
	})
}

// AnyAdmin tells whether there is an administrator who is not disabled.
func (s *Store) AnyAdmin(ctx context.Context) (bool, error) {
	var n int64
	err := s.reader(ctx).Model(&Person{}).Where("role = 'admin' AND disabled_at IS NULL").Limit(1).Count(&n).Error
	return n > 0, failed("look for an administrator", err)
}

// Admins are the administrators who are neither disabled nor leaving, held while a Tx lasts: of two who would
// leave none, the second sees what the first has done.
func (s *Store) Admins(ctx context.Context) ([]Person, error) {
	var found []Person
	err := s.holder(ctx).Where("role = 'admin' AND disabled_at IS NULL AND leaving_at IS NULL").Order("id").Find(&found).Error
	return found, failed("list the administrators", err)
}

// CountPersons is how many people there are, disabled ones too.
func (s *Store) CountPersons(ctx context.Context) (int, error) {
	var n int64
	err := s.reader(ctx).Model(&Person{}).Count(&n).Error
	return int(n), failed("count the people", err)
}
