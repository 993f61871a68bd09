package demo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/carnetbadges/carnet/pkg/backpack"
	"github.com/carnetbadges/carnet/store"
)

// ErrNotEmpty means that the database has people in it; a demo world is never mixed with real ones.
var ErrNotEmpty = errors.New("the demo only fills an empty passport, and this one has people in it; give it a folder of its own with CARNET_DATA")

// Planted is one badge as it came to stand in the database.
type Planted struct {
	Badge  Badge
	Stored store.Badge
}

// Pack gives a backpack that writes to the store it is handed and lives at one moment.
type Pack func(tx *store.Store, at time.Time) *backpack.Backpack

// Plant puts the world into an empty database, whole or not at all: the pages of its web, the people with the demo
// password, and every badge by the same road as a person's own, on the day it was brought; today each is verified
// again. The errors are [ErrNotEmpty] and whatever goes wrong on that road.
func (w World) Plant(ctx context.Context, s *store.Store, now time.Time, pack Pack) ([]Planted, error) {
	var planted []Planted
	err := s.Tx(ctx, func(tx *store.Store) error {
		people, err := tx.CountPersons(ctx)
		if err != nil {
			return err
		}
		if people > 0 {
			return ErrNotEmpty
		}
		if err := tx.KeepPages(ctx, w.pages()); err != nil {
			return err
		}
		ids, err := w.settle(ctx, tx)
		if err != nil {
			return err
		}
		planted, err = w.bring(ctx, tx, now, pack, ids)
		return err
	})
	return planted, err
}

// pages are the world's web in the words of the store.
func (w World) pages() []store.RecordedPage {
	pages := make([]store.RecordedPage, 0, len(w.Web))
	for _, address := range slices.Sorted(maps.Keys(w.Web)) {
		answer := w.Web[address]
		pages = append(pages, store.RecordedPage{URL: address, Status: answer.Status, ContentType: answer.ContentType, Body: answer.Body})
	}
	return pages
}

// settle makes the people and their addresses; it answers with their ids by handle.
func (w World) settle(ctx context.Context, tx *store.Store) (map[string]string, error) {
	ids := map[string]string{}
	for _, p := range w.People {
		row := store.Person{Handle: p.Handle, Name: p.Name, Language: p.Language, Theme: "auto", PasswordHash: p.hash(), Role: "member", CreatedAt: p.Joined, UpdatedAt: p.Joined}
		if p.Admin {
			row.Role = "admin"
		}
		if err := tx.CreatePerson(ctx, &row); err != nil {
			return nil, fmt.Errorf("%s: %w", p.Handle, err)
		}
		ids[p.Handle] = row.ID
		if err := tx.AddAddress(ctx, &store.Address{PersonID: row.ID, Email: p.Email, Primary: true, VerifiedAt: &p.Joined, CreatedAt: p.Joined}); err != nil {
			return nil, fmt.Errorf("%s: %w", p.Email, err)
		}
		if p.Unproved == "" {
			continue
		}
		if err := tx.AddAddress(ctx, &store.Address{PersonID: row.ID, Email: p.Unproved, CreatedAt: p.Joined}); err != nil {
			return nil, fmt.Errorf("%s: %w", p.Unproved, err)
		}
	}
	return ids, nil
}

// bring brings in every badge as its holder would.
func (w World) bring(ctx context.Context, tx *store.Store, now time.Time, pack Pack, ids map[string]string) ([]Planted, error) {
	today := pack(tx, now)
	planted := make([]Planted, 0, len(w.Badges))
	for _, b := range w.Badges {
		id, err := b.into(ctx, pack(tx, b.Brought), ids[b.Holder])
		if err != nil {
			return nil, fmt.Errorf("bringing in %s%s of %s: %w", b.File, b.Link, b.Holder, err)
		}
		if _, err := today.Check(ctx, ids[b.Holder], id); err != nil {
			return nil, fmt.Errorf("verifying %s%s of %s: %w", b.File, b.Link, b.Holder, err)
		}
		stored, err := tx.Badge(ctx, ids[b.Holder], id)
		if err != nil {
			return nil, err
		}
		planted = append(planted, Planted{b, stored})
	}
	return planted, nil
}

// into puts the badge into its holder's passport and shows it to whom they want; it answers with its id there.
func (b Badge) into(ctx context.Context, pack *backpack.Backpack, holder string) (string, error) {
	imported, err := pack.Import(ctx, holder, backpack.Item{Name: b.File, Data: b.Data, Text: b.Link})
	if err != nil || imported.Badge.Visibility == b.Visibility {
		return imported.Badge.ID, err
	}
	return imported.Badge.ID, pack.SetVisibility(ctx, holder, imported.Badge.ID, b.Visibility)
}
