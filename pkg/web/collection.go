package web

import (
	"context"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/passport"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// fanned is how many pictures of a collection's badges stand on its card.
const fanned = 4

// collections shows a person all their collections.
func (s *Site) collections(c echo.Context, me store.Person) error {
	ctx := c.Request().Context()
	all, err := s.Store.Collections(ctx, me.ID)
	if err != nil {
		return err
	}
	page := views.CollectionsPage{Full: len(all) >= passport.MostCollections}
	cards, err := s.collectionCards(ctx, all, []string{store.Private, store.Link, store.Members, store.Public})
	if err != nil {
		return err
	}
	for i, one := range all {
		card := cards[i]
		card.Visibility, card.InPassport, card.DeletedAt = one.Visibility, one.Place != nil, one.DeletedAt
		if one.DeletedAt == nil {
			page.Kept = append(page.Kept, card)
			continue
		}
		card.DaysLeft = daysLeft(*one.DeletedAt, s.Now())
		page.Deleted = append(page.Deleted, card)
	}
	if page.Counts, err = s.counts(ctx, me); err != nil {
		return err
	}
	if page.Frame, err = s.frame(c, "title.collections", "passport"); err != nil {
		return err
	}
	page.Identity = identity(me, page.Counts.All, page.Counts.Public, true)
	return s.show(c, http.StatusOK, views.Collections(page))
}

// collectionCards draws collections small, with those of their badges that have one of these visibilities.
func (s *Site) collectionCards(ctx context.Context, all []store.Collection, visibilities []string) ([]views.CollectionCard, error) {
	ids := make([]string, len(all))
	for i, one := range all {
		ids[i] = one.ID
	}
	counts, err := s.Store.CountPlaced(ctx, ids, visibilities)
	if err != nil {
		return nil, err
	}
	cards := make([]views.CollectionCard, len(all))
	for i, one := range all {
		cards[i] = views.CollectionCard{ID: one.ID, Title: one.Title, Count: counts[one.ID]}
		if counts[one.ID] == 0 {
			continue
		}
		first, err := s.Store.FirstPlaced(ctx, one.ID, visibilities, fanned)
		if err != nil {
			return nil, err
		}
		for _, b := range first {
			cards[i].Pictures = append(cards[i].Pictures, pictureAddress(b.Badge))
		}
	}
	return cards, nil
}

// collection shows one collection to whoever may see it.
func (s *Site) collection(c echo.Context) error {
	viewer, err := s.viewer(c)
	if err != nil {
		return err
	}
	shown, err := s.Passports.Collection(c.Request().Context(), viewer, c.Param("id"))
	if err != nil {
		return err
	}
	page, err := s.collectionPage(c, viewer, shown)
	if err != nil {
		return err
	}
	if viewer.PersonID == "" && passport.CollectionOpenToAll(shown.Collection) {
		c.Response().Header().Set(echo.HeaderCacheControl, mayBeKept)
	}
	return s.show(c, http.StatusOK, views.Collection(page))
}

// collectionPage gathers what the page of a collection shows to this viewer.
func (s *Site) collectionPage(c echo.Context, viewer passport.Viewer, shown passport.Collected) (views.CollectionPage, error) {
	ctx, own := c.Request().Context(), viewer.PersonID == shown.Collection.PersonID
	page := s.collectedView(ctx, shown, own)
	page.At = "/c/" + page.ID
	page.Address = s.PublicURL + page.At
	page.Holder.Handle = shown.Person.Handle
	nav := ""
	if own {
		nav = "passport"
		owner, err := s.collectionOwner(ctx, shown)
		if err != nil {
			return page, err
		}
		page.Owner = &owner
	}
	frame, err := s.frame(c, "title.collection", nav)
	if err != nil {
		return page, err
	}
	page.Frame = s.collectionFrame(ctx, frame, shown)
	return page, nil
}

// collectedView is a collection as it is drawn; own says whether the viewer is its maker.
func (s *Site) collectedView(ctx context.Context, shown passport.Collected, own bool) views.CollectionPage {
	kept, texts := shown.Collection, s.clean.texts(ctx)
	page := views.CollectionPage{
		ID: kept.ID, Title: kept.Title, Note: texts.prose(kept.Note), Holder: views.HolderView{Name: shown.Person.Name},
		Cover: kept.Cover, Layout: kept.Layout,
	}
	if shown.Cover != nil {
		page.Picture = pictureAddress(*shown.Cover)
	}
	for _, one := range shown.Badges {
		item := views.CollectionItem{Card: s.card(one.Badge, own), CheckedAt: one.CheckedAt}
		if kept.Layout == store.LayoutPages {
			item.Text = texts.prose(one.Text)
		}
		if own {
			item.Typed = one.Text
		}
		page.Items = append(page.Items, item)
	}
	return page
}

// collectionOwner is what only its maker is told of a collection.
func (s *Site) collectionOwner(ctx context.Context, shown passport.Collected) (views.CollectionOwner, error) {
	kept := shown.Collection
	o := views.CollectionOwner{Visibility: kept.Visibility, Hidden: shown.Hidden, DeletedAt: kept.DeletedAt, InPassport: kept.Place != nil}
	for _, one := range passport.Unseen(kept, shown.Badges) {
		if one.Visibility == store.Private {
			o.Private++
		}
		if !one.IssuerBlocked {
			o.Raisable++
		}
	}
	if kept.DeletedAt != nil {
		o.DaysLeft = daysLeft(*kept.DeletedAt, s.Now())
	}
	var err error
	o.Addresses, err = s.Passports.AddressesIn(ctx, kept.PersonID, shown.Badges)
	return o, err
}

// collectionFrame announces a public collection to search engines and to pages that show links; all others to nobody.
func (s *Site) collectionFrame(ctx context.Context, f views.Frame, shown passport.Collected) views.Frame {
	f.Title = shown.Collection.Title + " · " + shown.Person.Name
	if !passport.CollectionOpenToAll(shown.Collection) || len(shown.Badges) == 0 {
		f.NoIndex = true
		return f
	}
	f.NoIndex = shown.Person.Name == "@"+shown.Person.Handle // as of a badge: whose name is kept is not for search engines
	f.Canonical = s.PublicURL + "/c/" + shown.Collection.ID
	f.Alternates = append(feedsOf(ctx, collectionAt(shown.Collection.ID), f.Title), views.Link{Href: s.oEmbedAddress(f.Canonical), Type: oEmbedType})
	said := views.T(ctx, "embed.collection", "Holder", shown.Person.Name, "Count", len(shown.Badges))
	f.OG = s.drawnFor(ctx, collectionAt(shown.Collection.ID), shown.Collection.Title+". "+said,
		&views.OpenGraph{Title: shown.Collection.Title, Description: said, URL: f.Canonical, Type: "article"})
	return f
}

// collectionAt is the address of a collection.
func collectionAt(id string) string { return "/c/" + url.PathEscape(id) }
