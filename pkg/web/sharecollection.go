package web

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/passport"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// A ZIP is made badge by badge, of all that are made together few at a time.
const (
	bundlesAtOnce  = 2
	bundlePatience = 5 * time.Second // its first turn is waited for so long
)

// shareCollection is where the maker of a collection gives it to others.
func (s *Site) shareCollection(c echo.Context, me store.Person) error {
	return s.showShareCollection(c, http.StatusOK, me, views.ShareForm{}, nil, nil)
}

// makeCollectionLink makes a share link, or gives the form back with a word beside the mistake or what it would tell.
func (s *Site) makeCollectionLink(c echo.Context, me store.Person) error {
	typed, n, wrong, err := s.newLink(c)
	if err != nil {
		return err
	}
	if wrong != nil {
		return s.showShareCollection(c, http.StatusUnprocessableEntity, me, typed, wrong, nil)
	}
	n.Knowing = knowing(c)
	link, err := s.Passports.MakeCollectionLink(c.Request().Context(), me.ID, c.Param("id"), n, s.Now())
	if _, joins, _ := mendable(err); len(joins) > 0 {
		return s.showShareCollection(c, http.StatusUnprocessableEntity, me, typed, nil, joins)
	}
	if err != nil {
		return err
	}
	return seeOther(c, collectionAt(c.Param("id"))+"/share?done=link-made&link="+link.ID+"#give")
}

// withdrawCollectionLink ends a share link to a collection at once.
func (s *Site) withdrawCollectionLink(c echo.Context, me store.Person) error {
	shown, err := s.mine(c, me)
	if err != nil {
		return err
	}
	if err := s.Passports.WithdrawLink(c.Request().Context(), me.ID, c.FormValue("link"), s.Now()); err != nil {
		return err
	}
	return seeOther(c, collectionAt(shown.Collection.ID)+"/share?done=link-withdrawn")
}

func (s *Site) showShareCollection(c echo.Context, status int, me store.Person, typed views.ShareForm, wrong map[string]string, joins []string) error {
	shown, err := s.mine(c, me)
	if err != nil {
		return err
	}
	ctx, kept := c.Request().Context(), shown.Collection
	links, err := s.Passports.CollectionLinks(ctx, me.ID, kept.ID)
	if err != nil {
		return err
	}
	page := views.SharePage{
		ID: kept.ID, At: collectionAt(kept.ID), Kind: "collection", Name: kept.Title, Visibility: kept.Visibility,
		Public: s.PublicURL + collectionAt(kept.ID), Form: typed, Mistakes: wrong, Joins: joins, Mastodon: mastodonServer(c.QueryParam("mastodon")),
	}
	s.askMastodon(c, &page)
	for _, l := range links {
		page.Links = append(page.Links, s.linkView(l))
	}
	s.targets(c, &page, views.Given{Name: kept.Title}, passport.CollectionOpenToAll(kept), passport.MayShareCollection(kept))
	if passport.CollectionOpenToAll(kept) {
		page.Embed = s.embedOfCollection(kept)
	}
	if page.Frame, err = s.frame(c, "title.share", "passport"); err != nil {
		return err
	}
	return s.show(c, status, views.Share(page))
}

// sharedCollection shows the collection that a share link leads to.
func (s *Site) sharedCollection(c echo.Context, shared passport.Shared) error {
	page, err := s.collectionUnder(c, shared, "/s/"+shared.Link.Secret)
	if err != nil {
		return err
	}
	s.count(c, shared.Link)
	return s.show(c, http.StatusOK, views.SharedCollection(page))
}

// collectionUnder is a collection as it is drawn at an address under a share link.
func (s *Site) collectionUnder(c echo.Context, shared passport.Shared, at string) (views.CollectionPage, error) {
	page := s.collectedView(c.Request().Context(), *shared.Collection, false)
	page.ID, page.At, page.Secret, page.Address = "", at, shared.Link.Secret, s.PublicURL+at
	if shared.Collection.Cover != nil {
		page.Picture = "/s/" + shared.Link.Secret + "/b/" + underLink(shared.Link, shared.Collection.Cover.ID) + "/picture"
	}
	for i := range page.Items {
		cardUnder(shared.Link, &page.Items[i].Card)
	}
	var err error
	if page.Frame, err = s.frame(c, "title.collection", ""); err != nil {
		return page, err
	}
	page.Frame.Title, page.Frame.NoIndex = page.Title+" · "+shared.Person.Name, true
	return page, nil
}

// within is the badge that an address under a share link to a collection or a passport is about, with its Document.
func (s *Site) within(c echo.Context) (passport.Shared, string, error) {
	viewer, err := s.secretAndViewer(c)
	if err != nil {
		return passport.Shared{}, "", err
	}
	name, form, _ := strings.Cut(c.Param("badge"), ".")
	which := func(link store.ShareLink) string { return named(link, name) }
	shared, err := s.Passports.SharedIn(c.Request().Context(), viewer, c.Param("secret"), which, s.Now())
	c.Set(sharedLink, shared.Link)
	return shared, form, notThere(err)
}

// badgeWithin shows one badge of a collection or a passport to whoever has a share link to that.
func (s *Site) badgeWithin(c echo.Context) error {
	if _, _, asked := strings.Cut(c.Param("badge"), "."); asked {
		return s.takenAway(s.credentialWithin)(c)
	}
	shared, _, err := s.within(c)
	if err != nil {
		return err
	}
	at := "/s/" + shared.Link.Secret
	page, err := s.sharedPage(c, shared, at+"/b/"+underLink(shared.Link, shared.Badge.ID))
	if err != nil {
		return err
	}
	page.Back, page.BackTo = at, shared.Title
	return s.show(c, http.StatusOK, views.SharedBadge(page, shared.Link.Secret))
}

// credentialWithin is that badge's credential itself.
func (s *Site) credentialWithin(c echo.Context) error {
	shared, form, err := s.within(c)
	if err != nil {
		return err
	}
	return sharedCredential(form)(c, shared.Badge)
}

// fileWithin answers with one file of a badge in a shared collection or passport.
func (s *Site) fileWithin(send func(c echo.Context, badge store.Badge) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		shared, _, err := s.within(c)
		if err != nil {
			return err
		}
		return send(c, shared.Badge)
	}
}

// certificateWithin is the sheet of one badge of a shared collection or passport.
func (s *Site) certificateWithin(c echo.Context) error {
	shared, _, err := s.within(c)
	if err != nil {
		return err
	}
	return s.sendCertificate(c, shared.Badge, shared.Person, s.pageUnder(shared.Link)(shared.Badge))
}

// collectedBy is the collection that an address is about: one of ours, or what a share link leads to.
func (s *Site) collectedBy(c echo.Context) (passport.Collected, string, error) {
	if c.Param("collection") != "" {
		_, shown, at, err := s.sectionWithin(c)
		return shown, at, err
	}
	if secret := c.Param("secret"); secret != "" {
		shared, err := s.shared(c)
		if errors.Is(err, passport.ErrEnded) || errors.Is(err, passport.ErrLocked) || err == nil && shared.Collection == nil {
			err = echo.ErrNotFound
		}
		if err != nil {
			return passport.Collected{}, "", err
		}
		return *shared.Collection, "/s/" + shared.Link.Secret, nil
	}
	viewer, err := s.viewer(c)
	if err != nil {
		return passport.Collected{}, "", err
	}
	shown, err := s.Passports.Collection(c.Request().Context(), viewer, c.Param("id"))
	return shown, collectionAt(c.Param("id")), err
}

// checkAll checks all badges of a collection again, for whoever sees them: one run at a time for each collection, in its
// turn among the verifications of the house.
func (s *Site) checkAll(c echo.Context) error {
	shown, at, err := s.collectedBy(c)
	if err != nil {
		return err
	}
	if _, busy := s.checking.LoadOrStore(shown.Collection.ID, true); busy {
		return seeOther(c, at+"?done=checking#badges")
	}
	defer s.checking.Delete(shown.Collection.ID)
	done, err := turn(c.Request().Context(), s.limits.turns, verifyPatience)
	if err != nil {
		return err
	}
	defer done()
	badges := make([]store.Badge, len(shown.Badges))
	for i, one := range shown.Badges {
		badges[i] = one.Badge
	}
	n, err := s.Backpack.CheckShown(c.Request().Context(), shown.Collection.PersonID, badges)
	if err != nil {
		return err
	}
	if n == 0 {
		return seeOther(c, at+"?done=checked-lately#badges")
	}
	return seeOther(c, at+"?done=checked-all&n="+strconv.Itoa(n)+"#badges")
}

// allFiles sends what can be taken away of all badges of a collection as one ZIP: each picture with the badge inside, and
// each credential as it came. What cannot be had now is named in it: the credential is the badge.
func (s *Site) allFiles(c echo.Context) error {
	shown, _, err := s.collectedBy(c)
	if err != nil {
		return err
	}
	if c.Param("secret") == "" {
		shown = handedOn(c, shown)
	}
	sees, err := s.stillSees(c)
	if err != nil {
		return err
	}
	deadline := time.Now().Add(sendingTime)
	if err := http.NewResponseController(c.Response()).SetWriteDeadline(deadline); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	b := bundle{Site: s, sees: sees, file: zip.NewWriter(c.Response())}
	err = b.send(c, shown)
	if err != nil && c.Response().Committed {
		if c.Request().Context().Err() == nil {
			s.fault(err, c)
		}
		panic(http.ErrAbortHandler) // a ZIP that was broken off must not seem whole
	}
	return err
}

// handedOn is a collection as it goes into a file: for its maker without what others do not see, unless they ask for it.
func handedOn(c echo.Context, shown passport.Collected) passport.Collected {
	if shown.Hidden == 0 || c.QueryParam("all") != "" {
		return shown
	}
	unseen := passport.Unseen(shown.Collection, shown.Badges)
	shown.Badges = slices.DeleteFunc(slices.Clone(shown.Badges), func(p store.Placed) bool {
		return slices.ContainsFunc(unseen, func(u store.Placed) bool { return u.ID == p.ID })
	})
	return shown
}

// stillSees is how a badge of a collection is asked for again: what is withdrawn while others are sent is not sent.
func (s *Site) stillSees(c echo.Context) (func(id string) (store.Badge, error), error) {
	viewer, err := s.viewer(c)
	ctx := c.Request().Context()
	viewer.Unlocked = s.sessions.GetString(ctx, sessionUnlocked)
	return func(id string) (store.Badge, error) {
		if secret := c.Param("secret"); secret != "" {
			shared, err := s.Passports.SharedIn(ctx, viewer, secret, func(store.ShareLink) string { return id }, s.Now())
			return shared.Badge, err
		}
		return s.Passports.InCollection(ctx, viewer, c.Param("id"), id)
	}, err
}

// bundle is a ZIP while it is sent. It waits for its turn with each badge anew: who reads slowly keeps nobody waiting.
type bundle struct {
	*Site
	sees    func(id string) (store.Badge, error)
	file    *zip.Writer
	missing []string // what is not in it, a line each
	gone    int      // badges that were not seen any more
}

// piece is one file in a ZIP.
type piece struct {
	name    string
	content []byte
}

func (b *bundle) send(c echo.Context, shown passport.Collected) error {
	ctx, patience := c.Request().Context(), bundlePatience
	for i, one := range shown.Badges {
		pieces, err := b.pieces(ctx, patience, i+1, one.ID)
		if err != nil {
			return err
		}
		patience = sendingTime
		beginZip(c, shown.Collection.Title)
		for _, p := range pieces {
			if err := b.put(p.name, p.content); err != nil {
				return err
			}
		}
	}
	beginZip(c, shown.Collection.Title)
	if b.gone > 0 {
		b.missing = append(b.missing, views.T(ctx, "zip.gone", "Count", b.gone))
	}
	if len(b.missing) > 0 {
		said := append([]string{views.T(ctx, "zip.missing"), ""}, b.missing...)
		if err := b.put("MISSING.txt", []byte(strings.Join(said, "\r\n")+"\r\n")); err != nil {
			return err
		}
	}
	return b.file.Close()
}

// beginZip answers with a ZIP from now on.
func beginZip(c echo.Context, title string) {
	if c.Response().Committed {
		return
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "application/zip")
	h.Set("Content-Security-Policy", sandboxed)
	h.Set(echo.HeaderContentDisposition, attachment(fileName(title)+".zip"))
	h.Set(echo.HeaderCacheControl, "private, no-store")
	c.Response().WriteHeader(http.StatusOK)
}

// pieces are the files of one badge.
func (b *bundle) pieces(ctx context.Context, patience time.Duration, number int, id string) ([]piece, error) {
	done, err := turn(ctx, b.limits.bundles, patience)
	if err != nil {
		return nil, err
	}
	defer done()
	badge, err := b.sees(id)
	if isNotFound(err) || errors.Is(err, passport.ErrEnded) || errors.Is(err, passport.ErrLocked) {
		b.gone++
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	name := fmt.Sprintf("%03d-%s", number, fileName(badge.Name))
	pieces := []piece{{name + "." + ending(badge), badge.Document}}
	picture, err := b.Backpack.Baked(ctx, badge, "png")
	switch {
	case err == nil:
		pieces = append(pieces, piece{name + ".png", picture})
	case ctx.Err() != nil:
		return nil, err
	default:
		b.Log.Warn("a picture is missing in a ZIP", "badge", badge.ID, "fault", err)
		b.missing = append(b.missing, views.T(ctx, "zip.picture", "Name", name+".png", "Badge", pieces[0].name))
	}
	return pieces, nil
}

// put adds a file, as of now: one without a date is of no day that some programs can unpack.
func (b *bundle) put(name string, content []byte) error {
	into, err := b.file.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: b.Now()})
	if err == nil {
		_, err = into.Write(content)
	}
	return err
}

// collectionQR is the QR code of a collection's address, for whoever may see it.
func (s *Site) collectionQR(form string) echo.HandlerFunc {
	return func(c echo.Context) error {
		shown, at, err := s.collectedBy(c)
		if err != nil {
			return err
		}
		c.Response().Header().Set(echo.HeaderCacheControl, "private, no-store")
		return sendQR(c, form, s.PublicURL+at, fileName(shown.Collection.Title))
	}
}
