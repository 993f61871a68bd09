package web

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/paper"
	"github.com/carnetbadges/carnet/pkg/passport"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// sharePassportAt is where one gives one's whole passport to others.
const sharePassportAt = "/you/passport/share"

// sharePassport is where somebody gives their whole passport to others.
func (s *Site) sharePassport(c echo.Context, me store.Person) error {
	return s.showSharePassport(c, http.StatusOK, me, views.ShareForm{}, nil, nil)
}

// makePassportLink makes a share link, or gives the form back with a word beside the mistake or what it would tell.
func (s *Site) makePassportLink(c echo.Context, me store.Person) error {
	typed, n, wrong, err := s.newLink(c)
	if err != nil {
		return err
	}
	if wrong != nil {
		return s.showSharePassport(c, http.StatusUnprocessableEntity, me, typed, wrong, nil)
	}
	n.Knowing = knowing(c)
	link, err := s.Passports.MakePassportLink(c.Request().Context(), me.ID, n, s.Now())
	if _, joins, _ := mendable(err); len(joins) > 0 {
		return s.showSharePassport(c, http.StatusUnprocessableEntity, me, typed, nil, joins)
	}
	if err != nil {
		return err
	}
	return seeOther(c, sharePassportAt+"?done=link-made&link="+link.ID+"#give")
}

// withdrawPassportLink ends a share link to a passport at once.
func (s *Site) withdrawPassportLink(c echo.Context, me store.Person) error {
	if err := s.Passports.WithdrawLink(c.Request().Context(), me.ID, c.FormValue("link"), s.Now()); err != nil {
		return err
	}
	return seeOther(c, sharePassportAt+"?done=link-withdrawn")
}

func (s *Site) showSharePassport(c echo.Context, status int, me store.Person, typed views.ShareForm, wrong map[string]string, joins []string) error {
	ctx := c.Request().Context()
	links, err := s.Passports.PassportLinks(ctx, me.ID)
	if err != nil {
		return err
	}
	shows, err := s.Passports.ByLink(ctx, me.ID)
	if err != nil {
		return err
	}
	page := views.SharePage{
		At: "/you/passport", Kind: "passport", Name: me.Name, Public: s.PublicURL + "/@" + me.Handle, Form: typed, Mistakes: wrong, Joins: joins,
		Mastodon: mastodonServer(c.QueryParam("mastodon")),
		Shows:    views.LinkShows{Public: shows[store.Public], Members: shows[store.Members], Link: shows[store.Link]},
	}
	s.askMastodon(c, &page)
	for _, l := range links {
		page.Links = append(page.Links, s.linkView(l))
	}
	s.targets(c, &page, views.Given{Name: me.Name}, shows[store.Public] > 0, true)
	if page.Frame, err = s.frame(c, "title.share", "passport"); err != nil {
		return err
	}
	return s.show(c, status, views.Share(page))
}

// secretAndViewer are of a request below a share link.
func (s *Site) secretAndViewer(c echo.Context) (passport.Viewer, error) {
	s.secretPage(c)
	viewer, err := s.viewer(c)
	viewer.Unlocked = s.sessions.GetString(c.Request().Context(), sessionUnlocked)
	return viewer, err
}

// sharedPassport shows the passport that a share link leads to.
func (s *Site) sharedPassport(c echo.Context, shared passport.Shared) error {
	ctx := c.Request().Context()
	viewer, err := s.secretAndViewer(c)
	if err != nil {
		return err
	}
	after, err := placed(shared.Link, c.QueryParam("after"))
	if err != nil {
		return err
	}
	shown, err := s.Passports.SharedPassport(ctx, viewer, shared.Link.Secret, after, s.Now())
	if err != nil {
		return err
	}
	at := "/s/" + shared.Link.Secret
	page := s.passportView(shown)
	page.At, page.Shared, page.Address = at, true, s.PublicURL+at
	page.Next = placeUnder(shared.Link, shown.Next)
	page.More, page.Tab = after != "", choice(c.QueryParam("tab"), "all", "collections", "about")
	if page.Frame, err = s.frame(c, "title.passport", ""); err != nil {
		return err
	}
	page.Frame.Look, page.Frame.Title, page.Frame.NoIndex = shown.Look, shown.Person.Name, true
	page.Identity = identity(shown.Person, shown.Count, shown.Public, false)
	if shown.Told.Portrait != "" {
		page.Identity.Portrait = at + "/portrait"
	}
	cardsUnder(shared.Link, page.Cards)
	for i := range page.Sections {
		sectionUnder(shared.Link, &page.Sections[i])
	}
	s.count(c, shared.Link)
	return s.show(c, http.StatusOK, views.Passport(page))
}

// cardsUnder lets cards lead where they lead below a share link, and tell nothing of the badges' own addresses.
func cardsUnder(link store.ShareLink, cards []views.Card) {
	for i := range cards {
		cardUnder(link, &cards[i])
	}
}

func cardUnder(link store.ShareLink, card *views.Card) {
	card.Href = "/s/" + link.Secret + "/b/" + underLink(link, card.ID)
	card.Picture, card.ID = card.Href+"/picture", ""
}

func sectionUnder(link store.ShareLink, section *views.PassportSection) {
	cardsUnder(link, section.Cards)
	kept := section.Collection
	if kept == nil {
		return
	}
	kept.ID = underLink(link, kept.ID)
	kept.Href = "/s/" + link.Secret + "/c/" + kept.ID
	for i := range kept.Pictures {
		kept.Pictures[i] = section.Cards[i].Picture
	}
	section.Name = kept.ID
}

// sharedPortrait is the portrait in a shared passport.
func (s *Site) sharedPortrait(c echo.Context) error {
	viewer, err := s.secretAndViewer(c)
	if err != nil {
		return err
	}
	picture, err := s.Passports.SharedPortrait(c.Request().Context(), viewer, c.Param("secret"), s.Now())
	if err != nil {
		return notThere(err)
	}
	return sendPortrait(c, picture, "private, no-store")
}

// notThere says of whatever a share link does not show that it is not there.
func notThere(err error) error {
	if errors.Is(err, passport.ErrEnded) || errors.Is(err, passport.ErrLocked) {
		return echo.ErrNotFound
	}
	return err
}

// sectionWithin is the collection in a shared passport that an address is about, with the address of its page.
func (s *Site) sectionWithin(c echo.Context) (passport.Shared, passport.Collected, string, error) {
	shared, err := s.shared(c)
	if err != nil {
		return shared, passport.Collected{}, "", notThere(err)
	}
	viewer, err := s.secretAndViewer(c)
	if err != nil {
		return shared, passport.Collected{}, "", err
	}
	name := c.Param("collection")
	shown, err := s.Passports.SharedCollection(c.Request().Context(), viewer, shared.Link.Secret, named(shared.Link, name), s.Now())
	return shared, shown, "/s/" + shared.Link.Secret + "/c/" + name, notThere(err)
}

// collectionWithin shows a collection of a shared passport.
func (s *Site) collectionWithin(c echo.Context) error {
	shared, shown, at, err := s.sectionWithin(c)
	if err != nil {
		return err
	}
	shared.Collection = &shown
	page, err := s.collectionUnder(c, shared, at)
	if err != nil {
		return err
	}
	page.Back, page.BackTo = "/s/"+shared.Link.Secret, shared.Person.Name
	return s.show(c, http.StatusOK, views.SharedCollection(page))
}

// collectionWithinPaper is that collection on paper.
func (s *Site) collectionWithinPaper(c echo.Context) error {
	shared, shown, at, err := s.sectionWithin(c)
	if err != nil {
		return err
	}
	return s.printCollection(c, shown, s.PublicURL+at, s.pageUnder(shared.Link))
}

// sharedPassportPaper is a shared passport on paper: what the link shows of it.
func (s *Site) sharedPassportPaper(c echo.Context) error {
	ctx := c.Request().Context()
	shared, err := s.shared(c)
	if err != nil {
		return notThere(err)
	}
	viewer, err := s.secretAndViewer(c)
	if err != nil {
		return err
	}
	pages := func(after string) (passport.Shown, error) {
		return s.Passports.SharedPassport(ctx, viewer, shared.Link.Secret, after, s.Now())
	}
	shown, err := pages("")
	if err != nil {
		return notThere(err)
	}
	p := print{holder: shown.Person, count: shown.Count, made: shown.Person.CreatedAt, at: s.pageUnder(shared.Link)}
	if p.badges, err = allShown(shown, pages); err != nil {
		return notThere(err)
	}
	p.cover = paper.Cover{Title: paper.Text{Said: shown.Person.Name}, Note: paper.Text{Said: shown.Told.About}, Address: s.PublicURL + "/s/" + shared.Link.Secret, Seed: shown.Person.Handle}
	return s.sendPrint(c, p, "paper.passport", fileName(shown.Person.Name))
}

// pageUnder is the address of a badge's page below a share link.
func (s *Site) pageUnder(link store.ShareLink) func(store.Badge) string {
	return func(b store.Badge) string { return s.PublicURL + "/s/" + link.Secret + "/b/" + underLink(link, b.ID) }
}
