package passport

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/carnetbadges/carnet/store"
)

// The sections of a passport that are no collections.
const (
	About      = "about"
	Favourites = "favourites"
	AllBadges  = "badges"
)

// Looks are the colours a passport may have, the first unless its holder chooses another.
func Looks() []string { return []string{"navy", "moss", "plum", "clay", "lagoon", "slate"} }

// Section is one part of a passport: About, Favourites, AllBadges or, where that is not nil, a collection, with the first
// badges of it that the viewer sees, and how many they see in all.
type Section struct {
	Name       string // one of the names, or the id of the collection
	Collection *store.Collection
	Badges     []store.Badge
	Count      int
}

// How much of a section stands on the first page of a passport.
const (
	mostSections   = 20 // collections
	mostInSection  = 12
	mostFavourites = 12
)

// order is a passport's sections in the order its holder gave them, of all collections those that are sections.
func order(f store.Face, collections []store.Collection) []Section {
	type placed struct {
		Section
		place, kind int
	}
	all := []placed{
		{Section{Name: About}, f.AboutPlace, 0}, {Section{Name: Favourites}, f.FavouritesPlace, 1}, {Section{Name: AllBadges}, f.BadgesPlace, 3},
	}
	for i, c := range collections {
		if c.Place != nil && c.DeletedAt == nil {
			all = append(all, placed{Section{Name: c.ID, Collection: &collections[i]}, *c.Place, 2})
		}
	}
	slices.SortFunc(all, func(a, b placed) int {
		return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(a.kind, b.kind), cmp.Compare(a.Name, b.Name))
	})
	sections := make([]Section, len(all))
	for i, one := range all {
		sections[i] = one.Section
	}
	return sections
}

// sections are those of a passport that this viewer sees, filled; the badges of AllBadges are the caller's to fill.
func (o *Office) sections(ctx context.Context, v Viewer, person string) (look string, shown []Section, err error) {
	face, collections, err := o.face(ctx, person)
	if err != nil {
		return "", nil, err
	}
	may := func(s Section) bool {
		return s.Collection == nil || slices.Contains(visibilities(v), s.Collection.Visibility)
	}
	var ids []string
	for _, one := range order(face, collections) {
		if !may(one) || one.Collection != nil && len(ids) == mostSections {
			continue
		}
		if one.Collection != nil {
			ids = append(ids, one.Name)
		}
		shown = append(shown, one)
	}
	counts, err := o.store.CountPlaced(ctx, ids, visibilities(v))
	if err != nil {
		return "", nil, err
	}
	for i := range shown {
		if err := o.fillSection(ctx, v, person, counts, &shown[i]); err != nil {
			return "", nil, err
		}
	}
	empty := func(s Section) bool { return s.Name != About && s.Name != AllBadges && s.Count == 0 }
	return face.Look, slices.DeleteFunc(shown, empty), nil
}

func (o *Office) fillSection(ctx context.Context, v Viewer, person string, counts map[string]int, s *Section) (err error) {
	switch {
	case s.Collection != nil && counts[s.Name] > 0:
		s.Count = counts[s.Name]
		first, err := o.store.FirstPlaced(ctx, s.Name, visibilities(v), mostInSection)
		for _, one := range first {
			s.Badges = append(s.Badges, one.Badge)
		}
		return err
	case s.Name == Favourites:
		s.Badges, err = o.store.ShownFavourites(ctx, person, visibilities(v), mostFavourites)
		s.Count = len(s.Badges)
	}
	return err
}

func (o *Office) face(ctx context.Context, person string) (store.Face, []store.Collection, error) {
	face, err := o.store.Face(ctx, person)
	if err != nil {
		return face, nil, err
	}
	collections, err := o.store.Collections(ctx, person)
	return face, collections, err
}

// Layout is how a person's own passport is laid out, whoever sees what of it, and the collections that are no part of it.
type Layout struct {
	Look     string
	Sections []Section // without badges
	Others   []store.Collection
}

// Layout is for its holder.
func (o *Office) Layout(ctx context.Context, person string) (Layout, error) {
	face, collections, err := o.face(ctx, person)
	if err != nil {
		return Layout{}, err
	}
	l := Layout{Look: face.Look, Sections: order(face, collections)}
	for _, c := range collections {
		if c.Place == nil && c.DeletedAt == nil {
			l.Others = append(l.Others, c)
		}
	}
	return l, nil
}

// SetLook gives a passport its colours. Mistakes when there are none of this name.
func (o *Office) SetLook(ctx context.Context, person, look string) error {
	if !slices.Contains(Looks(), look) {
		return Mistakes{"look": "unknown"}
	}
	return o.store.Tx(ctx, func(tx *store.Store) error {
		face, err := tx.Face(ctx, person)
		if err != nil {
			return err
		}
		face.Look = look
		return tx.SaveFace(ctx, face)
	})
}

// MoveSection moves a section of a passport: Up, Down, First or Last. ErrNotFound when it has no such section.
func (o *Office) MoveSection(ctx context.Context, person, section, where string, now time.Time) error {
	return o.store.Tx(ctx, func(tx *store.Store) error {
		face, err := tx.Face(ctx, person)
		if err != nil {
			return err
		}
		collections, err := tx.Collections(ctx, person)
		if err != nil {
			return err
		}
		is := func(s Section) bool { return s.Name == section }
		sections := order(face, collections)
		if !slices.ContainsFunc(sections, is) {
			return fmt.Errorf("move a section: %w", ErrNotFound)
		}
		return renumber(ctx, tx, face, moved(sections, is, where), now)
	})
}

// renumber writes an order of sections down.
func renumber(ctx context.Context, tx *store.Store, face store.Face, sections []Section, now time.Time) error {
	for i, one := range sections {
		switch one.Name {
		case About:
			face.AboutPlace = i
		case Favourites:
			face.FavouritesPlace = i
		case AllBadges:
			face.BadgesPlace = i
		default:
			if *one.Collection.Place == i {
				continue
			}
			c := *one.Collection
			c.Place, c.UpdatedAt = &i, now
			if err := tx.UpdateCollection(ctx, &c); err != nil {
				return err
			}
		}
	}
	return tx.SaveFace(ctx, face)
}

// ShowCollection makes a collection a section of the passport, behind the others but above all badges where these are
// last, or makes it none when place is empty. What is seen of it does not change. ErrNotFound.
func (o *Office) ShowCollection(ctx context.Context, person, id, place string, now time.Time) error {
	return o.change(ctx, person, id, true, now, func(tx *store.Store, c *store.Collection) error {
		all, err := tx.Collections(ctx, person)
		if err != nil {
			return err
		}
		w := Wish{Title: c.Title, Note: c.Note, Cover: c.Cover, Layout: c.Layout, Visibility: c.Visibility, InPassport: place != ""}
		if c.CoverBadgeID != nil {
			w.CoverBadge = *c.CoverBadgeID
		}
		w.fill(c, all, now)
		return nil
	})
}
