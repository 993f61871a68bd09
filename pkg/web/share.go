package web

import (
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/pkg/passport"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// shareLasts are the times after which a share link may run out.
var shareLasts = map[string]time.Duration{"week": 7 * 24 * time.Hour, "month": 30 * 24 * time.Hour, "year": 365 * 24 * time.Hour}

// shareForm is where the holder of a badge gives it to others.
func (s *Site) shareForm(c echo.Context, me store.Person) error {
	return s.showShare(c, http.StatusOK, me, views.ShareForm{}, nil)
}

// makeLink makes a share link, or gives the form back with a word beside the mistake.
func (s *Site) makeLink(c echo.Context, me store.Person) error {
	typed, n, wrong, err := s.newLink(c)
	if err != nil {
		return err
	}
	if wrong != nil {
		return s.showShare(c, http.StatusUnprocessableEntity, me, typed, wrong)
	}
	link, err := s.Passports.MakeLink(c.Request().Context(), me.ID, c.Param("id"), n, s.Now())
	if err != nil {
		return err
	}
	return seeOther(c, "/b/"+url.PathEscape(c.Param("id"))+"/share?done=link-made&link="+link.ID+"#give")
}

// newLink is the link that a form asks for, as it was typed too, and what is wrong with it.
func (s *Site) newLink(c echo.Context) (typed views.ShareForm, n passport.NewLink, wrong map[string]string, err error) {
	typed = views.ShareForm{Label: c.FormValue("label"), Expires: c.FormValue("expires")}
	n.Label = typed.Label
	if lasts, known := shareLasts[typed.Expires]; known {
		ends := s.Now().Add(lasts)
		n.Expires = &ends
	} else if typed.Expires != "" {
		return typed, n, nil, echo.ErrBadRequest // a form of ours cannot send another
	}
	if password := c.FormValue("password"); password != "" {
		n.PasswordHash, err = s.Accounts.HashPassword(c.Request().Context(), password)
		if mistakes, ok := mistakesOf(err); ok {
			return typed, n, mistakes, nil
		}
	}
	return typed, n, nil, err
}

// withdrawLink ends a share link at once.
func (s *Site) withdrawLink(c echo.Context, me store.Person) error {
	ctx, id := c.Request().Context(), c.Param("id")
	if _, err := s.Store.Badge(ctx, me.ID, id); err != nil {
		return err
	}
	if err := s.Passports.WithdrawLink(ctx, me.ID, c.FormValue("link"), s.Now()); err != nil {
		return err
	}
	return seeOther(c, "/b/"+url.PathEscape(id)+"/share?done=link-withdrawn")
}

var linkedInPage = regexp.MustCompile(`^[0-9]{1,15}$`)

// setLinkedInPage remembers the number of an issuer's page on LinkedIn.
func (s *Site) setLinkedInPage(c echo.Context, me store.Person) error {
	ctx, id, page := c.Request().Context(), c.Param("id"), strings.TrimSpace(c.FormValue("page"))
	badge, err := s.Store.Badge(ctx, me.ID, id)
	if err != nil {
		return err
	}
	if page != "" && !linkedInPage.MatchString(page) {
		return s.showShare(c, http.StatusUnprocessableEntity, me, views.ShareForm{}, map[string]string{"page": "malformed"})
	}
	if err := s.Store.SetLinkedInPage(ctx, me.ID, issuerOf(badge), page); err != nil {
		return err
	}
	return seeOther(c, "/b/"+url.PathEscape(id)+"/share?done=saved")
}

// issuerOf is by what a badge's issuer is remembered.
func issuerOf(badge store.Badge) string {
	for _, known := range []string{badge.IssuerID, badge.IssuerURL, badge.IssuerName} {
		if known != "" {
			return known
		}
	}
	return "?"
}

func (s *Site) showShare(c echo.Context, status int, me store.Person, typed views.ShareForm, mistakes map[string]string) error {
	ctx := c.Request().Context()
	badge, err := s.Store.Badge(ctx, me.ID, c.Param("id"))
	if err != nil {
		return err
	}
	if badge.State != store.Accepted || badge.DeletedAt != nil {
		return echo.ErrNotFound
	}
	links, err := s.Passports.Links(ctx, me.ID, badge.ID)
	if err != nil {
		return err
	}
	page := views.SharePage{
		ID: badge.ID, At: "/b/" + badge.ID, Name: badge.Name, Lang: badge.Language, Picture: pictureAddress(badge), Visibility: badge.Visibility,
		Public: s.PublicURL + "/b/" + badge.ID, Form: typed, Mistakes: mistakes, Mastodon: mastodonServer(c.QueryParam("mastodon")),
	}
	if page.LinkedIn, err = s.Store.LinkedInPage(ctx, me.ID, issuerOf(badge)); err != nil {
		return err
	}
	if mistakes["page"] != "" {
		page.LinkedIn = c.FormValue("page")
	}
	s.askMastodon(c, &page)
	for _, l := range links {
		page.Links = append(page.Links, s.linkView(l))
	}
	if page.Whole, err = s.Passports.IsSharedWhole(ctx, me.ID, s.Now()); err != nil {
		return err
	}
	s.target(c, &page, badge)
	if passport.OpenToAll(badge) {
		page.Embed = s.embedOf(badge)
	}
	if page.Frame, err = s.frame(c, "title.share", "passport"); err != nil {
		return err
	}
	return s.show(c, status, views.Share(page))
}

// askMastodon says where what was typed as a server is none.
func (s *Site) askMastodon(c echo.Context, page *views.SharePage) {
	if asked := c.QueryParam("mastodon"); asked != "" && page.Mastodon == "" {
		page.Mistakes = map[string]string{"mastodon": "malformed"}
		page.Mastodon = brief(asked)
	}
}

// target is what is given away of a badge.
func (s *Site) target(c echo.Context, page *views.SharePage, badge store.Badge) {
	given := views.Given{
		Name: badge.Name, Issuer: badge.IssuerName, Credential: badge.CredentialID, Organization: page.LinkedIn,
		IssuedOn: badge.IssuedAt, Expires: badge.ExpiresAt,
	}
	if !linkedInPage.MatchString(page.LinkedIn) {
		given.Organization = ""
	}
	s.targets(c, page, given, passport.OpenToAll(badge), passport.MayShare(badge))
}

// targets gives away the link that was chosen, the address of what is open to all, or the newest link there is; only
// where links show it.
func (s *Site) targets(c echo.Context, page *views.SharePage, given views.Given, open, byLink bool) {
	chosen := c.QueryParam("link")
	if open {
		given.Address = page.Public
	}
	for _, l := range page.Links {
		if l.Ended || !byLink {
			continue
		}
		if l.ID == chosen || given.Address == "" {
			page.Chosen, given.Address = l.ID, l.Address
		}
	}
	if given.Address == "" {
		return
	}
	qr := strings.TrimPrefix(given.Address, s.PublicURL) + "/qr"
	say := views.T(c.Request().Context(), page.Word("share.say"), "Name", given.Name)
	page.Targets = views.GiveTo(given, say, mastodonServer(page.Mastodon))
	page.Targets.QR = qr
}

var hostName = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$`)

// mastodonServer is the host of what was typed as a server, or empty where it is none.
func mastodonServer(typed string) string {
	host := strings.ToLower(strings.TrimSpace(typed))
	host = strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(host, "https://"), "http://"), "/")
	if at := strings.LastIndex(host, "@"); at >= 0 { // as people write their name there
		host = host[at+1:]
	}
	if _, err := netip.ParseAddr(host); err == nil || len(host) > 253 || !hostName.MatchString(host) {
		return ""
	}
	return host
}

func (s *Site) linkView(l passport.Link) views.ShareLinkView {
	v := views.ShareLinkView{
		ID: l.ID, Address: s.PublicURL + "/s/" + l.Secret, Label: l.Label, Locked: l.PasswordHash != "", Expires: l.ExpiresAt,
		Ended: l.ExpiresAt != nil && !s.Now().Before(*l.ExpiresAt), CreatedAt: l.CreatedAt, Opens: l.Opens.Opens, Downloads: l.Opens.Downloads,
	}
	most := 1
	for _, d := range l.Days {
		most = max(most, d.Opens)
	}
	for _, d := range l.Days {
		day, err := time.Parse(time.DateOnly, d.Day)
		if err == nil {
			v.Days = append(v.Days, views.OpensView{Day: day, Opens: d.Opens, Downloads: d.Downloads, Share: (d.Opens*10 + most - 1) / most})
		}
	}
	return v
}

// sessionUnlocked is the share link whose password this browser has given.
const sessionUnlocked = "unlocked"

// shared is what a share link leads to, with the answer where it leads nowhere.
func (s *Site) shared(c echo.Context) (passport.Shared, error) {
	viewer, err := s.secretAndViewer(c)
	if err != nil {
		return passport.Shared{}, err
	}
	secret, _, _ := strings.Cut(c.Param("secret"), ".")
	shared, err := s.Passports.Shared(c.Request().Context(), viewer, secret, s.Now())
	c.Set(sharedLink, shared.Link)
	return shared, err
}

// secretPage tells browsers to say nobody from which address one comes, search engines to forget it, and all to keep
// nothing. From such a page they also keep back the Origin of forms, and http.CrossOriginProtection refuses what comes from
// nowhere, unless Sec-Fetch-Site tells it better; which they send only where nobody can listen. On plain http, where
// languages could not be changed else, they say where one comes from to this site, which knows it, and to no other.
func (s *Site) secretPage(c echo.Context) {
	h := c.Response().Header()
	h.Set("Referrer-Policy", "no-referrer")
	if s.public.Scheme != "https" && !ownName(s.public.Host) {
		h.Set("Referrer-Policy", "same-origin")
	}
	h.Set("X-Robots-Tag", "noindex, nofollow")
	h.Set(echo.HeaderCacheControl, "private, no-store")
}

// sharedBadge shows what a share link leads to; with the ending of its form, the credential itself.
func (s *Site) sharedBadge(c echo.Context) error {
	if _, form, asked := strings.Cut(c.Param("secret"), "."); asked {
		return s.takenAway(s.sharedFile(sharedCredential(form)))(c)
	}
	shared, err := s.shared(c)
	switch {
	case errors.Is(err, passport.ErrLocked):
		return s.showLocked(c, http.StatusOK, shared.Link.Secret, "")
	case errors.Is(err, passport.ErrEnded):
		return s.showEnded(c)
	case err != nil:
		return err
	}
	switch {
	case shared.Collection != nil:
		return s.sharedCollection(c, shared)
	case shared.Link.Passport:
		return s.sharedPassport(c, shared)
	}
	page, err := s.sharedPage(c, shared, "/s/"+shared.Link.Secret)
	if err != nil {
		return err
	}
	s.count(c, shared.Link)
	return s.show(c, http.StatusOK, views.SharedBadge(page, shared.Link.Secret))
}

// count notes that a link was opened: once, whatever part of it is looked at then, and not again for what is done there.
func (s *Site) count(c echo.Context, link store.ShareLink) {
	asked := c.QueryParams()
	for _, part := range []string{"tab", "after", "done"} {
		if asked.Has(part) {
			return
		}
	}
	s.tally(c, link, s.Passports.Opened)
}

// sharedLink marks a request with the share link by which it came.
const sharedLink = "shared-link"

// takenAway notes which files are taken away by a share link, once they are sent.
func (s *Site) takenAway(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		err := next(c)
		if link, shared := c.Get(sharedLink).(store.ShareLink); shared && err == nil && c.Response().Status == http.StatusOK {
			s.tally(c, link, s.Passports.Downloaded)
		}
		return err
	}
}

// tally notes something that people do, not programs.
func (s *Site) tally(c echo.Context, link store.ShareLink, note func(passport.Viewer, store.ShareLink)) {
	if r := c.Request(); isHead(r) || isAhead(r.Header) || previews.MatchString(r.UserAgent()) {
		return
	}
	if viewer, err := s.viewer(c); err == nil {
		note(viewer, link)
	}
}

// isAhead says whether a browser fetches something before anybody has asked for it.
func isAhead(h http.Header) bool {
	said := h.Get("Sec-Purpose") + h.Get("Purpose") + h.Get("X-Purpose") + h.Get("X-Moz")
	return strings.Contains(said, "prefetch") || strings.Contains(said, "preview")
}

// previews are programs that draw a link for whoever is written to, or list it: they look at a link before any person does.
// They say who they are; one that does not is counted.
var previews = regexp.MustCompile(`(?i)bot\b|bot/|crawl|spider|preview|externalhit|slackbot|whatsapp|mastodon|cardyb|http\.rb`)

// sharedPage gathers what the page of a shared badge shows: as its own page does, at an address under the link.
func (s *Site) sharedPage(c echo.Context, shared passport.Shared, at string) (views.BadgePage, error) {
	ctx, badge := c.Request().Context(), shared.Badge
	report, err := s.Backpack.Report(ctx, badge)
	if err != nil {
		return views.BadgePage{}, err
	}
	page := s.saidBy(ctx, report.Badge, badge)
	if page.Frame, err = s.frame(c, "title.badge", ""); err != nil {
		return views.BadgePage{}, err
	}
	page.Frame.Title, page.Frame.NoIndex = badge.Name+" · "+shared.Person.Name, true
	page.Picture = at + "/picture"
	page.Standing, page.Since = standing(badge), since(badge)
	page.Holder = views.HolderView{Name: shared.Person.Name, Confirmed: matched(report.Verification)}
	page.Verdict = s.verdictView(report, badge)
	page.Verdict.History = pasts(report.Past, false)
	page.Files = filesAt(at, badge)
	page.Endorsed, page.OwnWords = endorsed(report.Findings)
	return page, s.beside(ctx, &page, report.Badge, badge, passport.Viewer{}.ByLink(), func(e store.Evidence) string { return at + "/evidence/" + e.ID })
}

// unlock takes the password of a share link.
func (s *Site) unlock(c echo.Context) error {
	shared, err := s.shared(c)
	if errors.Is(err, passport.ErrEnded) {
		return s.showEnded(c)
	}
	if err != nil && !errors.Is(err, passport.ErrLocked) {
		return err
	}
	ctx := c.Request().Context()
	if errors.Is(err, passport.ErrLocked) {
		err := s.Accounts.Unlock(ctx, shared.Link.ID, c.FormValue("password"), shared.Link.PasswordHash)
		var slow *account.SlowDown
		switch {
		case errors.As(err, &slow):
			return s.showLocked(c, http.StatusTooManyRequests, shared.Link.Secret, "slow-down")
		case errors.Is(err, account.ErrWrong):
			return s.showLocked(c, http.StatusUnprocessableEntity, shared.Link.Secret, "wrong")
		case err != nil:
			return err
		}
		if err := s.newToken(ctx); err != nil {
			return err
		}
		s.sessions.Put(ctx, sessionUnlocked, shared.Link.ID)
	}
	return seeOther(c, "/s/"+shared.Link.Secret)
}

func (s *Site) unlockAgain(c echo.Context) error {
	s.secretPage(c)
	secret, _, _ := strings.Cut(c.Param("secret"), ".")
	if !secretLike.MatchString(secret) {
		return echo.ErrNotFound
	}
	return s.showLocked(c, http.StatusTooManyRequests, secret, "slow-down")
}

var secretLike = regexp.MustCompile(`^[a-z2-7]{26}$`)

// showLocked asks for the password of a link. It leads to no other site and shows nothing; that the form is sent matters
// more, also by browsers that know no Sec-Fetch-Site (see secretPage).
func (s *Site) showLocked(c echo.Context, status int, secret, mistake string) error {
	c.Response().Header().Set("Referrer-Policy", "same-origin")
	frame, err := s.frame(c, "title.shared", "")
	if err != nil {
		return err
	}
	frame.NoIndex = true
	return s.show(c, status, views.SharedLocked(views.SharedPage{Frame: frame, Secret: secret, Mistake: mistake}))
}

func (s *Site) showEnded(c echo.Context) error {
	frame, err := s.frame(c, "title.shared-ended", "")
	if err != nil {
		return err
	}
	frame.NoIndex = true
	return s.show(c, http.StatusGone, views.SharedEnded(views.SharedPage{Frame: frame}))
}

// sharedFile answers with one file of a shared badge.
func (s *Site) sharedFile(send func(c echo.Context, badge store.Badge) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		shared, err := s.shared(c)
		if err != nil {
			return notThere(err)
		}
		if !shared.OneBadge() {
			return echo.ErrNotFound
		}
		return send(c, shared.Badge)
	}
}

func (s *Site) sharedPicture(c echo.Context, badge store.Badge) error {
	body, kind, err := s.pictureOf(c, badge)
	if err != nil {
		return err
	}
	return sendFile(c, kind, body, "")
}

func (s *Site) sharedBaked(form string) func(c echo.Context, badge store.Badge) error {
	return func(c echo.Context, badge store.Badge) error { return s.sendBaked(c, badge, form) }
}

func sharedCredential(form string) func(c echo.Context, badge store.Badge) error {
	return func(c echo.Context, badge store.Badge) error {
		if form != ending(badge) {
			return echo.ErrNotFound
		}
		c.Response().Header().Set("Content-Security-Policy", sandboxed)
		return c.Blob(http.StatusOK, badge.DocumentType, badge.Document)
	}
}

// sharedQR is the QR code of a share link, whatever it leads to.
func (s *Site) sharedQR(form string) echo.HandlerFunc {
	return func(c echo.Context) error {
		shared, err := s.shared(c)
		if err != nil {
			return notThere(err)
		}
		name := shared.Badge.Name
		switch {
		case shared.Collection != nil:
			name = shared.Collection.Collection.Title
		case shared.Link.Passport:
			name = shared.Person.Name
		}
		return sendQR(c, form, s.PublicURL+"/s/"+shared.Link.Secret, fileName(name))
	}
}

// badgeQR is the QR code of a badge's address, for whoever may see it.
func (s *Site) badgeQR(form string) echo.HandlerFunc {
	return func(c echo.Context) error {
		badge, _, err := s.seen(c, c.Param("id"))
		if err != nil {
			return err
		}
		s.cached(c, badge)
		return sendQR(c, form, s.PublicURL+"/b/"+badge.ID, fileName(badge.Name))
	}
}
