package passport

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/carnetbadges/carnet/store"
)

// CollectionsPaper is the file of a passport's archive that holds its collections and how it is laid out.
const CollectionsPaper = "collections.json"

// archived is collections.json.
type archived struct {
	Look        string               `json:"look"`
	Sections    map[string]int       `json:"sections"` // the places of those that are no collections
	Collections []archivedCollection `json:"collections"`
}

type archivedCollection struct {
	Title      string          `json:"title"`
	Note       string          `json:"note,omitempty"`
	Cover      string          `json:"cover"`
	CoverBadge string          `json:"cover_badge,omitempty"` // the id of one of its badges here
	Layout     string          `json:"layout"`
	Visibility string          `json:"visibility"`
	Place      *int            `json:"place,omitempty"` // among the sections; none: it is no section
	CreatedAt  time.Time       `json:"created_at"`
	ChangedAt  time.Time       `json:"changed_at"`
	DeletedAt  *time.Time      `json:"deleted_at,omitempty"`
	Badges     []archivedPlace `json:"badges"`            // those in the trash too
	Removed    []archivedPlace `json:"removed,omitempty"` // that were taken out, and can be put back
}

// archivedPlace is a badge in a collection: by the id of its folder here, and by the credential, which is the same anywhere.
type archivedPlace struct {
	Badge      string `json:"badge"`
	Credential string `json:"credential"`
	Text       string `json:"text,omitempty"`

	RemovedAt *time.Time `json:"removed_at,omitempty"`
	Behind    int        `json:"behind,omitempty"` // of one that was taken out: behind how many of the others it was
}

// Papers are a person's collections and how their passport is laid out, as they go out with the archive: CollectionsPaper.
func (o *Office) Papers(ctx context.Context, person string) ([]byte, error) {
	face, collections, err := o.face(ctx, person)
	if err != nil {
		return nil, err
	}
	out := archived{Look: face.Look, Sections: map[string]int{About: face.AboutPlace, Favourites: face.FavouritesPlace, AllBadges: face.BadgesPlace}}
	slices.Reverse(collections) // as they were made
	for _, c := range collections {
		one := archivedCollection{
			Title: c.Title, Note: c.Note, Cover: c.Cover, Layout: c.Layout, Visibility: c.Visibility, Place: c.Place,
			CreatedAt: c.CreatedAt, ChangedAt: c.UpdatedAt, DeletedAt: c.DeletedAt,
		}
		if c.CoverBadgeID != nil {
			one.CoverBadge = *c.CoverBadgeID
		}
		if err := o.archivePlaces(ctx, c, &one); err != nil {
			return nil, err
		}
		out.Collections = append(out.Collections, one)
	}
	text, err := json.MarshalIndent(out, "", " ")
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", CollectionsPaper, err)
	}
	return append(text, '\n'), nil
}

// archivePlaces tells which badges are in a collection, and which were until they were taken out.
func (o *Office) archivePlaces(ctx context.Context, c store.Collection, into *archivedCollection) error {
	places, err := o.store.PlacesIn(ctx, c.ID)
	if err != nil {
		return err
	}
	ids := make([]string, len(places))
	for i, p := range places {
		ids[i] = p.BadgeID
	}
	badges, err := o.store.BadgesOf(ctx, c.PersonID, ids)
	if err != nil {
		return err
	}
	for _, p := range places {
		one := archivedPlace{Badge: p.BadgeID, Credential: badges[p.BadgeID].CredentialKey, Text: p.Text}
		switch {
		case one.Credential == "": // it is somebody else's by now
		case p.RemovedAt == nil:
			into.Badges = append(into.Badges, one)
		default:
			one.RemovedAt, one.Behind = p.RemovedAt, len(into.Badges)
			into.Removed = append(into.Removed, one)
		}
	}
	return nil
}

// TakeCollections gives a person the collections of an archive, of those of its badges that they hold now. What is none, or
// is more than anybody may have, is left out, and one that is there already stays as it is.
func (o *Office) TakeCollections(ctx context.Context, person string, papers []byte) error {
	var in archived
	if json.Unmarshal(papers, &in) != nil {
		return nil //nolint:nilerr // an archive that says nothing that can be read brings none
	}
	for _, one := range in.Collections[:min(len(in.Collections), MostCollections)] {
		if err := o.takeCollection(ctx, person, one); err != nil {
			return err
		}
	}
	return nil
}

func (o *Office) takeCollection(ctx context.Context, person string, a archivedCollection) error {
	w, err := Wish{Title: a.Title, Note: a.Note, Cover: a.Cover, Layout: a.Layout, Visibility: a.Visibility}.clean()
	if err != nil || a.Place != nil && (*a.Place < 0 || *a.Place > 1_000_000) {
		return nil //nolint:nilerr // nobody may have such a collection
	}
	return o.store.Tx(ctx, func(tx *store.Store) error {
		if _, err := tx.Person(ctx, person); err != nil {
			return err
		}
		all, err := tx.Collections(ctx, person)
		there := func(c store.Collection) bool { return c.Title == w.Title && c.CreatedAt.Equal(a.CreatedAt) }
		if err != nil || len(all) >= MostCollections || slices.ContainsFunc(all, there) {
			return err
		}
		c := store.Collection{
			ID: store.NewID(), PersonID: person, Title: w.Title, Note: w.Note, Cover: w.Cover, Layout: w.Layout, Visibility: w.Visibility,
			Place: a.Place, CreatedAt: a.CreatedAt, UpdatedAt: a.ChangedAt, DeletedAt: a.DeletedAt,
		}
		places, err := placesHere(ctx, tx, &c, a)
		if err != nil {
			return err
		}
		if err := tx.CreateCollection(ctx, &c); err != nil {
			return err
		}
		return tx.SetPlaces(ctx, places)
	})
}

// placesHere are the places of an archived collection's badges, of those that its person holds here or has in the trash.
func placesHere(ctx context.Context, tx *store.Store, c *store.Collection, a archivedCollection) (places []store.CollectionBadge, err error) {
	all := a.inOrder()
	keys := make([]string, len(all))
	for i, one := range all {
		keys[i] = one.Credential
	}
	here, err := tx.BadgesByKeys(ctx, c.PersonID, keys)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for _, one := range all {
		id := here[one.Credential]
		if id == "" || known[id] {
			continue
		}
		known[id] = true
		text := lines(one.Text)
		if len([]rune(text)) > longestNote {
			text = ""
		}
		places = append(places, store.CollectionBadge{CollectionID: c.ID, BadgeID: id, Position: len(places), Text: text, RemovedAt: one.RemovedAt})
		if one.Badge != "" && one.Badge == a.CoverBadge && one.RemovedAt == nil {
			c.CoverBadgeID = &id
		}
	}
	return places, nil
}

// inOrder are all places of an archived collection as they were, as many as there may be.
func (a archivedCollection) inOrder() (all []archivedPlace) {
	removed := a.Removed[:min(len(a.Removed), MostCollected)]
	for i, one := range a.Badges[:min(len(a.Badges), MostCollected)] {
		for len(removed) > 0 && removed[0].Behind <= i {
			all, removed = append(all, removed[0]), removed[1:]
		}
		one.RemovedAt = nil
		all = append(all, one)
	}
	all = append(all, removed...)
	return slices.DeleteFunc(all, func(p archivedPlace) bool { return p.Behind > 0 && p.RemovedAt == nil })
}

// TakeFace lays a person's passport out as an archive says. What nobody may have is left as it is.
func (o *Office) TakeFace(ctx context.Context, person string, papers []byte) error {
	var in archived
	if json.Unmarshal(papers, &in) != nil || !slices.Contains(Looks(), in.Look) {
		return nil //nolint:nilerr // so is one that says so of the layout
	}
	for _, name := range []string{About, Favourites, AllBadges} {
		if place, told := in.Sections[name]; !told || place < 0 || place > 1_000_000 {
			return nil
		}
	}
	return o.store.SaveFace(ctx, store.Face{
		PersonID: person, Look: in.Look, AboutPlace: in.Sections[About], FavouritesPlace: in.Sections[Favourites], BadgesPlace: in.Sections[AllBadges],
	})
}
