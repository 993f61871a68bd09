package web

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/backpack"
	"github.com/carnetbadges/carnet/pkg/passport"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// wallPage is how many badges a page of a wall shows.
const wallPage = 24

// waitingMost is how many waiting badges a wall shows.
const waitingMost = 200

// wall shows a person their own passport.
func (s *Site) wall(c echo.Context, me store.Person) error {
	ctx := c.Request().Context()
	ask := wallAsk(c.QueryParams())
	page := views.WallPage{Ask: ask, More: c.QueryParam("after") != "", Pick: choice(c.QueryParam("pick"), "", "some", "page")}
	if err := s.fill(c, me, &page); err != nil {
		return err
	}
	var err error
	if page.Counts, err = s.counts(ctx, me); err != nil {
		return err
	}
	if page.Waiting, err = s.waiting(ctx, me); err != nil {
		return err
	}
	if page.Filters, err = s.filters(ctx, me, howManyWait(page.Waiting)); err != nil {
		return err
	}
	page.Ask.Issuer, page.Ask.Tag = asWritten(ask.Issuer, page.Filters.Issuers), asWritten(ask.Tag, page.Filters.Tags)
	page.Suggestions = suggestions(page.Filters)
	if page.News, err = s.news(ctx, me); err != nil {
		return err
	}
	out, err := s.goingOut(c, me)
	if err != nil {
		return err
	}
	page.ArchiveReady = out.State == store.Ready
	if page.Bringing, err = s.bringingNow(ctx, me); err != nil {
		return err
	}
	if page.OfferPasskey, err = s.offersPasskey(ctx, me); err != nil {
		return err
	}
	if page.Frame, err = s.frame(c, "title.wall", "passport"); err != nil {
		return err
	}
	page.Identity = identity(me, page.Counts.All, page.Counts.Public, true)
	return s.show(c, http.StatusOK, views.Wall(page))
}

// fill puts the badges on a page of a wall.
func (s *Site) fill(c echo.Context, me store.Person, page *views.WallPage) error {
	ctx, query := c.Request().Context(), s.query(me, page.Ask)
	query.After = c.QueryParam("after")
	badges, next, err := s.Store.Wall(ctx, query)
	if err != nil {
		return err
	}
	if page.Found, err = s.Store.Found(ctx, query); err != nil {
		return err
	}
	ids := make([]string, 0, len(badges))
	for _, b := range badges {
		ids = append(ids, b.ID)
	}
	marks, err := s.Store.Marks(ctx, me.ID, ids...)
	if err != nil {
		return err
	}
	year := c.QueryParam("since")
	for i, b := range badges {
		card := s.ownCard(b, marks[b.ID])
		card.Eager = i < eagerPictures && !page.More
		if y := yearOfCard(card); page.Ask.View == "timeline" && y != year {
			card.Year, year = y, y
		}
		page.Cards = append(page.Cards, card)
	}
	page.Next = next
	if page.Ask.View == "timeline" {
		page.LastYear = year
	}
	return nil
}

// eagerPictures are those that are in sight when a wall is opened.
const eagerPictures = 8

func yearOfCard(card views.Card) string {
	at := card.Came
	if card.Issued != nil {
		at = *card.Issued
	}
	return at.UTC().Format("2006")
}

func howManyWait(list []views.Waits) (n int) {
	for _, w := range list {
		n += len(w.Cards)
	}
	return n
}

// What of the news about a person's badges stands on their wall.
const (
	newsFor  = 7 * 24 * time.Hour
	newsMost = 5
)

// news is what was found lately about a person's badges.
func (s *Site) news(ctx context.Context, me store.Person) ([]views.NewsView, error) {
	found, err := s.Backpack.News(ctx, me.ID, s.Now().Add(-newsFor), newsMost)
	var list []views.NewsView
	for _, n := range found {
		list = append(list, views.NewsView{Badge: n.Badge, Name: n.Name, Issuer: n.Issuer, Lang: n.Lang, What: n.What, Why: n.Why, At: n.At, About: n.About})
	}
	return list, err
}

// deleted shows what can still be brought back.
func (s *Site) deleted(c echo.Context, me store.Person) error {
	ctx := c.Request().Context()
	badges, err := s.Store.DeletedBadges(ctx, me.ID)
	if err != nil {
		return err
	}
	page := views.DeletedPage{}
	for _, one := range badges {
		view := views.DeletedView{Card: s.card(one, true)}
		if one.DeletedAt != nil {
			view.DeletedAt, view.DaysLeft = *one.DeletedAt, daysLeft(*one.DeletedAt, s.Now())
		}
		page.Badges = append(page.Badges, view)
	}
	if page.Counts, err = s.counts(ctx, me); err != nil {
		return err
	}
	if page.Frame, err = s.frame(c, "title.deleted", "passport"); err != nil {
		return err
	}
	page.Identity = identity(me, page.Counts.All, page.Counts.Public, true)
	return s.show(c, http.StatusOK, views.Deleted(page))
}

// passport shows what a person's passport holds for whoever looks.
func (s *Site) passport(c echo.Context) error {
	viewer, err := s.viewer(c)
	if err != nil {
		return err
	}
	shown, err := s.Passports.Person(c.Request().Context(), viewer, c.Param("handle"), c.QueryParam("after"))
	if err != nil {
		return err
	}
	if !strings.EqualFold(shown.Person.Handle, c.Param("handle")) {
		c.Response().Header().Set(echo.HeaderCacheControl, "private, no-store")
		return c.Redirect(http.StatusFound, "/@"+shown.Person.Handle)
	}
	page := s.passportView(shown)
	page.At, page.More, page.SignedIn = "/@"+shown.Person.Handle, c.QueryParam("after") != "", viewer.PersonID != ""
	nav := ""
	if viewer.PersonID == shown.Person.ID {
		nav = "passport"
	}
	if page.Frame, err = s.frame(c, "title.passport", nav); err != nil {
		return err
	}
	page.Frame.Look = shown.Look
	page.Tab, page.Address = choice(c.QueryParam("tab"), "all", "collections", "about"), s.PublicURL+"/@"+shown.Person.Handle
	page.Frame.Title, page.Frame.NoIndex = shown.Person.Name, shown.Count == 0 || !shown.Told.Indexed
	if !page.Frame.NoIndex {
		page.Frame.Data = s.schemaOfPassport(shown)
	}
	page.Frame.OG = s.passportGraph(c.Request().Context(), shown)
	page.Frame.Alternates = feedsOf(c.Request().Context(), "/@"+shown.Person.Handle, views.T(c.Request().Context(), "feed.title", "Name", shown.Person.Name))
	page.Frame.Alternates = append(page.Frame.Alternates, views.Link{Href: s.oEmbedAddress(s.PublicURL + "/@" + shown.Person.Handle), Type: oEmbedType})
	page.Identity = identity(shown.Person, shown.Count, shown.Public, viewer.PersonID == shown.Person.ID)
	page.Identity.Portrait = portraitAddress(shown.Person.Handle, shown.Told.Portrait)
	page.Identity.MayBlock = viewer.PersonID != "" && viewer.PersonID != shown.Person.ID
	if viewer.PersonID == "" {
		c.Response().Header().Set(echo.HeaderCacheControl, mayBeKept)
	}
	return s.show(c, http.StatusOK, views.Passport(page))
}

// passportView is a passport as it is drawn, whoever looks and by which address.
func (s *Site) passportView(shown passport.Shown) views.PassportPage {
	page := views.PassportPage{
		Cards: s.cards(shown.Badges, false), Next: shown.Next, Sections: s.passportSections(shown),
		About: shown.Told.About, Languages: shown.Told.Languages,
	}
	for _, l := range shown.Told.Links {
		page.Links = append(page.Links, views.LinkRow{Label: l.Label, URL: l.URL})
	}
	return page
}

// waiting are the badges made out to addresses this person has not confirmed yet, by address.
func (s *Site) waiting(ctx context.Context, me store.Person) ([]views.Waits, error) {
	badges, _, err := s.Store.Wall(ctx, store.WallQuery{Owner: me.ID, State: store.Pending, Filter: "all", Sort: "newest", Limit: waitingMost})
	if err != nil || len(badges) == 0 {
		return nil, err
	}
	addresses, err := s.claimedEver(ctx, me.ID)
	if err != nil {
		return nil, err
	}
	var list []views.Waits
	for _, address := range addresses {
		waits := views.Waits{AddressID: address.ID, Address: address.Email, Removed: address.RemovedAt != nil}
		for _, one := range badges {
			if one.AddressID != nil && *one.AddressID == address.ID {
				waits.Cards = append(waits.Cards, s.card(one, true))
			}
		}
		if len(waits.Cards) > 0 {
			list = append(list, waits)
		}
	}
	return list, nil
}

// claimedEver are the addresses a person claims, then those they have removed, as far as they are known.
func (s *Site) claimedEver(ctx context.Context, person string) ([]store.Address, error) {
	claimed, err := s.Store.Addresses(ctx, person)
	if err != nil {
		return nil, err
	}
	removed, err := s.Store.RemovedAddresses(ctx, person)
	return append(claimed, removed...), err
}

// wait says for which address a badge waits.
func (s *Site) wait(badge store.Badge, addresses []store.Address) views.Wait {
	w := views.Wait{Card: s.card(badge, true)}
	for _, one := range addresses {
		if badge.AddressID != nil && one.ID == *badge.AddressID {
			w.AddressID, w.Address, w.Removed = one.ID, one.Email, one.RemovedAt != nil
		}
	}
	return w
}

// counts are the figures of a person's wall.
func (s *Site) counts(ctx context.Context, me store.Person) (views.WallCounts, error) {
	var n views.WallCounts
	var err error
	n.All, n.Private, n.Public, n.Attention, n.Deleted, err = s.Store.WallCounts(ctx, me.ID)
	return n, err
}

func identity(p store.Person, badges, public int, own bool) views.Identity {
	return views.Identity{Name: p.Name, Handle: p.Handle, Initials: initials(p.Name), Since: p.CreatedAt.Year(), Badges: badges, Public: public, Own: own}
}

// daysLeft are the whole days a deleted badge is still kept.
func daysLeft(deleted, now time.Time) int {
	return max(0, int(deleted.Add(backpack.KeptDeleted).Sub(now).Hours()/24))
}

// choice is word when it is one of the options, else the first of them.
func choice(word string, options ...string) string {
	if oneOf(word, options) {
		return word
	}
	return options[0]
}
