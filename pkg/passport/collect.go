package passport

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/carnetbadges/carnet/store"
)

const (
	longestTitle = 120  // characters
	longestNote  = 5000 // of a collection, or of a badge in it
)

// Mistakes are what is wrong with a form, a word for each field.
type Mistakes map[string]string

func (m Mistakes) Error() string {
	return "passport: mistakes in " + strings.Join(slices.Sorted(maps.Keys(m)), ", ")
}

// Joins is said of a deed by which others would see in one place badges made out to different addresses, and so learn that
// these are one person's. Whoever knows that may do it all the same.
type Joins struct{ Addresses []string } // as typed, sorted

func (*Joins) Error() string {
	return "passport: this joins badges made out to different addresses"
}

// Wish is how a collection is to be. Knowing is set by whoever was told what Joins says.
type Wish struct {
	Title, Note               string
	Cover, CoverBadge, Layout string // CoverBadge is the id of a badge, or empty for the first
	Visibility                string
	InPassport                bool // it is a section of the passport
	Knowing                   bool
}

// clean is a wish as it is kept, and what is wrong with it.
func (w Wish) clean() (Wish, error) {
	mistakes := Mistakes{}
	w.Title = strings.Join(strings.Fields(w.Title), " ")
	w.Note = lines(w.Note)
	switch {
	case w.Title == "":
		mistakes["title"] = "empty"
	case utf8.RuneCountInString(w.Title) > longestTitle:
		mistakes["title"] = "too-long"
	}
	if utf8.RuneCountInString(w.Note) > longestNote {
		mistakes["note"] = "too-long"
	}
	for field, choice := range map[string]struct {
		is string
		of []string
	}{
		"cover":      {w.Cover, []string{store.CoverPattern, store.CoverBadge, store.CoverNone}},
		"layout":     {w.Layout, []string{store.LayoutWall, store.LayoutPages}},
		"visibility": {w.Visibility, []string{store.Private, store.Link, store.Members, store.Public}},
	} {
		if !slices.Contains(choice.of, choice.is) {
			mistakes[field] = "unknown"
		}
	}
	if len(mistakes) > 0 {
		return w, mistakes
	}
	return w, nil
}

// lines is a text with the line ends of this house.
func lines(text string) string {
	return strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n"))
}

// MakeCollection makes a collection of a person's badges. Mistakes; ErrFull; *Joins; ErrNotFound when one of the badges is
// not theirs to show.
func (o *Office) MakeCollection(ctx context.Context, person string, w Wish, badges []string, now time.Time) (c store.Collection, err error) {
	if w, err = w.clean(); err != nil {
		return c, err
	}
	err = o.store.Tx(ctx, func(tx *store.Store) error {
		if _, err := tx.Person(ctx, person); err != nil { // held: nobody makes two at once beyond what they may have
			return err
		}
		all, err := tx.Collections(ctx, person)
		if err != nil {
			return err
		}
		if len(all) >= MostCollections {
			return ErrFull
		}
		c = store.Collection{PersonID: person, Visibility: store.Private, CreatedAt: now}
		w.fill(&c, all, now)
		if err := tx.CreateCollection(ctx, &c); err != nil {
			return err
		}
		if _, err := place(ctx, tx, c, badges); err != nil {
			return err
		}
		return joins(ctx, tx, store.Collection{PersonID: person, Visibility: store.Private}, nil, c, w.Knowing)
	})
	return c, err
}

// fill changes a collection into what is wished; all are those of the same person.
func (w Wish) fill(c *store.Collection, all []store.Collection, now time.Time) {
	c.Title, c.Note, c.Cover, c.Layout, c.Visibility, c.UpdatedAt = w.Title, w.Note, w.Cover, w.Layout, w.Visibility, now
	c.CoverBadgeID = nil
	if w.CoverBadge != "" {
		c.CoverBadgeID = &w.CoverBadge
	}
	switch {
	case !w.InPassport:
		c.Place = nil
	case c.Place == nil:
		next := 2
		for _, one := range all {
			if one.Place != nil {
				next = max(next, *one.Place+1)
			}
		}
		c.Place = &next
	}
}

// SaveCollection changes a collection. Mistakes; *Joins; ErrNotFound, also for a cover that is none of its badges.
func (o *Office) SaveCollection(ctx context.Context, person, id string, w Wish, now time.Time) error {
	w, err := w.clean()
	if err != nil {
		return err
	}
	return o.change(ctx, person, id, w.Knowing, now, func(tx *store.Store, c *store.Collection) error {
		all, err := tx.Collections(ctx, person)
		if err != nil {
			return err
		}
		w.fill(c, all, now)
		places, err := tx.PlacesIn(ctx, id)
		in := func(p store.CollectionBadge) bool { return p.BadgeID == w.CoverBadge && p.RemovedAt == nil }
		if err == nil && w.CoverBadge != "" && !slices.ContainsFunc(places, in) {
			err = fmt.Errorf("choose a cover: %w", ErrNotFound)
		}
		return err
	})
}

// change does something with a collection that is held meanwhile, and undoes it where it joins what nobody was told of.
func (o *Office) change(ctx context.Context, person, id string, knowing bool, now time.Time, do func(*store.Store, *store.Collection) error) error {
	return o.store.Tx(ctx, func(tx *store.Store) error {
		c, err := tx.Collection(ctx, person, id)
		if err != nil {
			return err
		}
		before := c
		held, err := tx.PlacedBadges(ctx, id)
		if err != nil {
			return err
		}
		if err := do(tx, &c); err != nil {
			return err
		}
		c.UpdatedAt = now
		if err := tx.UpdateCollection(ctx, &c); err != nil {
			return err
		}
		return joins(ctx, tx, before, held, c, knowing)
	})
}

// joins is *Joins when others see more addresses together in a collection than they did before.
func joins(ctx context.Context, tx *store.Store, before store.Collection, held []store.Placed, after store.Collection, knowing bool) error {
	if knowing || after.Visibility == store.Private {
		return nil
	}
	if before.Visibility == store.Private {
		held = nil
	}
	now, err := tx.PlacedBadges(ctx, after.ID)
	if err != nil {
		return err
	}
	was, is := madeOutTo(held), madeOutTo(now)
	fresh := func(id string) bool { return !slices.Contains(was, id) }
	if len(is) < 2 || !slices.ContainsFunc(is, fresh) {
		return nil
	}
	typed, err := addresses(ctx, tx, after.PersonID, is)
	if err != nil {
		return err
	}
	return &Joins{Addresses: typed}
}

// madeOutTo are the ids of the addresses that badges are made out to.
func madeOutTo(badges []store.Placed) []string {
	var ids []string
	for _, b := range badges {
		if b.AddressID != nil && !slices.Contains(ids, *b.AddressID) {
			ids = append(ids, *b.AddressID)
		}
	}
	return ids
}

func addresses(ctx context.Context, s *store.Store, person string, ids []string) (typed []string, err error) {
	for _, id := range ids {
		a, err := s.AddressByID(ctx, person, id)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return nil, err
		}
		if err == nil {
			typed = append(typed, a.Email)
		}
	}
	slices.Sort(typed)
	return typed, nil
}

// AddressesIn are the addresses of its maker that the badges in a collection are made out to, as typed, sorted. For its
// maker alone.
func (o *Office) AddressesIn(ctx context.Context, person string, badges []store.Placed) ([]string, error) {
	return addresses(ctx, o.store, person, madeOutTo(badges))
}

// Adding is which badges go into a collection; Knowing as in Wish.
type Adding struct {
	Badges  []string
	Knowing bool
}

// AddBadges puts a person's badges into a collection of theirs, behind the others; those that are in it stay where they
// are. It tells how many came. ErrFull; *Joins; ErrNotFound when one of the badges is not theirs to show.
func (o *Office) AddBadges(ctx context.Context, person, id string, a Adding, now time.Time) (came int, err error) {
	err = o.change(ctx, person, id, a.Knowing, now, func(tx *store.Store, c *store.Collection) (err error) {
		came, err = place(ctx, tx, *c, a.Badges)
		return err
	})
	return came, err
}

// place puts badges behind those of a collection.
func place(ctx context.Context, tx *store.Store, c store.Collection, badges []string) (came int, err error) {
	places, err := tx.PlacesIn(ctx, c.ID)
	if err != nil {
		return 0, err
	}
	known, held, last := map[string]store.CollectionBadge{}, 0, -1
	for _, p := range places {
		known[p.BadgeID], last = p, max(last, p.Position)
		if p.RemovedAt == nil {
			held++
		}
	}
	var more []store.CollectionBadge
	for _, id := range badges {
		p, there := known[id]
		if there && p.RemovedAt == nil {
			continue
		}
		b, err := tx.Badge(ctx, c.PersonID, id)
		if err != nil {
			return 0, err
		}
		if b.State != store.Accepted {
			return 0, fmt.Errorf("collect a badge: %w", ErrNotFound)
		}
		last++
		p = store.CollectionBadge{CollectionID: c.ID, BadgeID: id, Position: last, Text: p.Text}
		known[id], more = p, append(more, p)
	}
	if held+len(more) > MostCollected {
		return 0, ErrFull
	}
	return len(more), tx.SetPlaces(ctx, more)
}

// Where a badge of a collection, or a section of a passport, goes.
const (
	Up    = "up"
	Down  = "down"
	First = "first"
	Last  = "last"
)

// moved is a list with one of it gone elsewhere; what is not in it goes nowhere.
func moved[T any](list []T, is func(T) bool, where string) []T {
	i := slices.IndexFunc(list, is)
	if i < 0 {
		return list
	}
	to := map[string]int{Up: i - 1, Down: i + 1, First: 0, Last: len(list) - 1}
	j, known := to[where]
	if !known {
		return list
	}
	j = min(max(j, 0), len(list)-1)
	one := list[i]
	return slices.Insert(slices.Delete(slices.Clone(list), i, i+1), j, one)
}

// MoveBadge moves a badge within a collection: Up, Down, First or Last among those that are there. ErrNotFound.
func (o *Office) MoveBadge(ctx context.Context, person, id, badge, where string, now time.Time) error {
	return o.reorder(ctx, person, id, now, func(order []string) ([]string, error) {
		is := func(one string) bool { return one == badge }
		if !slices.ContainsFunc(order, is) {
			return nil, fmt.Errorf("move a badge: %w", ErrNotFound)
		}
		return moved(order, is, where), nil
	})
}

// OrderBadges puts the badges of a collection into an order. What is not named stays behind those that are, in the order it
// had; what is not there counts for nothing.
func (o *Office) OrderBadges(ctx context.Context, person, id string, badges []string, now time.Time) error {
	return o.reorder(ctx, person, id, now, func(order []string) ([]string, error) {
		rank := func(one string) int {
			if i := slices.Index(badges, one); i >= 0 {
				return i
			}
			return len(badges)
		}
		slices.SortStableFunc(order, func(a, b string) int { return cmp.Compare(rank(a), rank(b)) })
		return order, nil
	})
}

// reorder gives the badges that its maker sees in a collection another order; the others follow them.
func (o *Office) reorder(ctx context.Context, person, id string, now time.Time, do func(order []string) ([]string, error)) error {
	return o.change(ctx, person, id, true, now, func(tx *store.Store, _ *store.Collection) error {
		places, err := tx.PlacesIn(ctx, id)
		if err != nil {
			return err
		}
		seen, err := tx.PlacedBadges(ctx, id)
		if err != nil {
			return err
		}
		var order []string
		for _, one := range seen {
			order = append(order, one.ID)
		}
		if order, err = do(order); err != nil {
			return err
		}
		for i := range places {
			places[i].Position += len(order)
			if at := slices.Index(order, places[i].BadgeID); at >= 0 {
				places[i].Position = at
			}
		}
		return tx.SetPlaces(ctx, places)
	})
}

// Say keeps what the maker of a collection says of a badge in it. Mistakes; ErrNotFound.
func (o *Office) Say(ctx context.Context, person, id, badge, text string, now time.Time) error {
	if text = lines(text); utf8.RuneCountInString(text) > longestNote {
		return Mistakes{"text": "too-long"}
	}
	return o.changePlaces(ctx, person, id, Adding{[]string{badge}, true}, now, func(p *store.CollectionBadge) { p.Text = text })
}

// RemoveBadge takes a badge out of a collection, and of nothing else; PutBack undoes it. ErrNotFound.
func (o *Office) RemoveBadge(ctx context.Context, person, id, badge string, now time.Time) error {
	return o.changePlaces(ctx, person, id, Adding{[]string{badge}, true}, now, func(p *store.CollectionBadge) { p.RemovedAt = &now })
}

// PutBack puts badges back into a collection, where they were. Others may have come to see it meanwhile. ErrFull; *Joins;
// ErrNotFound.
func (o *Office) PutBack(ctx context.Context, person, id string, a Adding, now time.Time) error {
	return o.changePlaces(ctx, person, id, a, now, func(p *store.CollectionBadge) { p.RemovedAt = nil })
}

func (o *Office) changePlaces(ctx context.Context, person, id string, a Adding, now time.Time, do func(*store.CollectionBadge)) error {
	return o.change(ctx, person, id, a.Knowing, now, func(tx *store.Store, _ *store.Collection) error {
		places, err := tx.PlacesIn(ctx, id)
		if err != nil {
			return err
		}
		var changed []store.CollectionBadge
		for _, badge := range a.Badges {
			i := slices.IndexFunc(places, func(p store.CollectionBadge) bool { return p.BadgeID == badge })
			if i < 0 {
				return fmt.Errorf("find a badge in a collection: %w", ErrNotFound)
			}
			do(&places[i])
			changed = append(changed, places[i])
		}
		held := 0
		for _, p := range places {
			if p.RemovedAt == nil {
				held++
			}
		}
		if held > MostCollected {
			return ErrFull
		}
		return tx.SetPlaces(ctx, changed)
	})
}

// RaiseBadges lets all who see a collection see its badges too, wherever they are; nothing but this does. It tells how many
// badges are seen by more people than before. ErrNotFound.
func (o *Office) RaiseBadges(ctx context.Context, person, id string, now time.Time) (raised int, err error) {
	err = o.store.Tx(ctx, func(tx *store.Store) error {
		c, err := tx.Collection(ctx, person, id)
		if err != nil {
			return err
		}
		badges, err := tx.PlacedBadges(ctx, id)
		if err != nil {
			return err
		}
		for _, one := range Unseen(c, badges) {
			if !narrower(one.Visibility, c.Visibility) {
				continue // only the house's block hides it
			}
			if err := tx.SetVisibility(ctx, person, one.ID, c.Visibility, now); err != nil {
				return err
			}
			raised++
		}
		return nil
	})
	return raised, err
}

// DeleteCollection puts a collection into the trash, with its order and texts; its badges stay. One that is there stays as
// it is, since buttons are pressed twice. ErrNotFound.
func (o *Office) DeleteCollection(ctx context.Context, person, id string, now time.Time) error {
	return o.orTheirs(ctx, person, id, o.store.DeleteCollection(ctx, person, id, now))
}

// RestoreCollection takes a collection out of the trash, if it is there. ErrNotFound.
func (o *Office) RestoreCollection(ctx context.Context, person, id string) error {
	return o.orTheirs(ctx, person, id, o.store.RestoreCollection(ctx, person, id))
}

// orTheirs lets it pass that there was nothing to do to a collection of theirs.
func (o *Office) orTheirs(ctx context.Context, person, id string, err error) error {
	if !errors.Is(err, ErrNotFound) {
		return err
	}
	c, err := o.store.AnyCollection(ctx, id)
	if err == nil && c.PersonID != person {
		err = fmt.Errorf("find a collection: %w", ErrNotFound)
	}
	return err
}
