package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/pkg/backpack"
	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/pkg/passport"
	"github.com/carnetbadges/carnet/pkg/pixels"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// beside puts what a viewer sees beside a badge on its page, with files at the address that led there.
func (s *Site) beside(ctx context.Context, page *views.BadgePage, said openbadges.Badge, badge store.Badge, viewer passport.Viewer, fileAt func(store.Evidence) string) error {
	all, err := s.Passports.Beside(ctx, viewer, badge)
	if err != nil {
		return err
	}
	own := page.Owner != nil
	shown := page.Evidence[:0]
	for i, e := range page.Evidence { // as many, and in the order, of what the credential says
		piece := backpack.PieceOf(said.Evidence[i])
		if e.Hidden = all.Hidden[piece]; e.Hidden && !own {
			continue
		}
		if own {
			e.Piece = piece
		}
		shown = append(shown, e)
	}
	page.Evidence = shown
	texts := s.clean.ownTexts(ctx)
	for _, e := range all.Own {
		view := ownEvidence(e, texts, fileAt(e))
		if own {
			view.At = evidenceAt(badge.ID, e.ID)
		}
		if e.DeletedAt == nil {
			page.Beside = append(page.Beside, view)
		} else if page.Owner != nil {
			view.DaysLeft = daysLeft(*e.DeletedAt, s.Now())
			page.Removed = append(page.Removed, view)
		}
	}
	return nil
}

// ownEvidence is a piece of a holder's evidence as it is shown.
func ownEvidence(e store.Evidence, texts *texts, file string) views.EvidenceView {
	view := views.EvidenceView{Name: e.Title, URL: weblink(e.Link), Narrative: texts.evidence(e.Words), Hidden: e.Hidden}
	if e.FileKey != "" {
		view.File = &views.FileView{Href: file, Name: e.FileName, Size: e.FileSize}
		view.IsPicture = isPicture(e)
	}
	return view
}

func isPicture(e store.Evidence) bool {
	return slices.Contains([]string{pixels.PNG, pixels.JPEG}, e.FileType)
}

func evidenceAt(badge, id string) string {
	return "/b/" + url.PathEscape(badge) + "/evidence/" + url.PathEscape(id)
}

// evidenceForm is where evidence is put beside a badge of one's own.
func (s *Site) evidenceForm(c echo.Context, me store.Person) error {
	return s.showEvidence(c, http.StatusOK, me, backpack.Piece{}, store.Evidence{}, nil)
}

// evidencePiece is where a piece of one's own evidence is changed.
func (s *Site) evidencePiece(c echo.Context, me store.Person) error {
	e, err := s.ownPiece(c, me)
	if err != nil {
		return err
	}
	return s.showEvidence(c, http.StatusOK, me, backpack.Piece{Title: e.Title, Words: e.Words, Link: e.Link}, e, nil)
}

// ownPiece is the piece that an address names, of a badge of one's own, not in the trash.
func (s *Site) ownPiece(c echo.Context, me store.Person) (store.Evidence, error) {
	ctx := c.Request().Context()
	badge, err := s.Store.Badge(ctx, me.ID, c.Param("id"))
	if err != nil {
		return store.Evidence{}, err
	}
	e, err := s.Passports.Piece(ctx, passport.Viewer{PersonID: me.ID}, badge, c.Param("evidence"))
	if err == nil && e.DeletedAt != nil {
		err = store.ErrNotFound
	}
	return e, err
}

func (s *Site) showEvidence(c echo.Context, status int, me store.Person, typed backpack.Piece, kept store.Evidence, mistakes map[string]string) error {
	badge, err := s.Store.Badge(c.Request().Context(), me.ID, c.Param("id"))
	if err != nil {
		return err
	}
	page := views.EvidencePage{
		Badge: badge.ID, Name: badge.Name, Lang: badge.Language, At: "/b/" + badge.ID + "/evidence", Fresh: kept.ID == "", Hidden: kept.Hidden,
		Title: typed.Title, Words: typed.Words, Link: typed.Link, Largest: backpack.MaxEvidenceFile, Mistakes: mistakes,
	}
	if kept.ID != "" {
		page.At = evidenceAt(badge.ID, kept.ID)
	}
	if kept.FileKey != "" {
		page.File = &views.FileView{Href: page.At + "/file", Name: kept.FileName, Size: kept.FileSize}
	}
	if page.Frame, err = s.frame(c, "title.evidence", "passport"); err != nil {
		return err
	}
	return s.show(c, status, views.Evidence(page))
}

// addEvidence puts evidence beside a badge of one's own.
func (s *Site) addEvidence(c echo.Context, me store.Person) error {
	return s.putEvidence(c, me, store.Evidence{}, "evidence-added", func(ctx context.Context, p backpack.Piece) error {
		_, err := s.Backpack.AddEvidence(ctx, me.ID, c.Param("id"), p)
		return err
	})
}

// changeEvidence changes a piece that is there.
func (s *Site) changeEvidence(c echo.Context, me store.Person) error {
	e, err := s.ownPiece(c, me)
	if err != nil {
		return err
	}
	return s.putEvidence(c, me, e, "evidence-changed", func(ctx context.Context, p backpack.Piece) error {
		return s.Backpack.ChangeEvidence(ctx, me.ID, c.Param("id"), e.ID, p)
	})
}

func (s *Site) putEvidence(c echo.Context, me store.Person, kept store.Evidence, done string, put func(context.Context, backpack.Piece) error) error {
	p, err := pieceIn(c)
	if form := c.Request().MultipartForm; form != nil {
		defer form.RemoveAll() //nolint:errcheck // the server's own copy of the request does not know of these files
	}
	if err == nil {
		err = put(c.Request().Context(), p)
	}
	mistakes, typed := mistakesOf(err)
	var mistake *backpack.EvidenceMistake
	if errors.As(err, &mistake) {
		mistakes, typed = account.Mistakes{mistake.Field: mistake.Why}, true
	}
	if typed {
		return s.showEvidence(c, http.StatusUnprocessableEntity, me, p, kept, mistakes)
	}
	if err != nil {
		return err
	}
	return s.toEvidence(c, done)
}

// pieceIn is the piece of evidence that a form brings.
func pieceIn(c echo.Context) (p backpack.Piece, err error) {
	err = c.Request().ParseMultipartForm(formMost)
	p = backpack.Piece{Title: c.FormValue("title"), Words: c.FormValue("words"), Link: c.FormValue("link")}
	if errors.Is(err, http.ErrNotMultipart) {
		return p, nil
	}
	if err != nil {
		return p, errors.Join(errMalformed, err)
	}
	header, err := c.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) || err == nil && header.Size == 0 {
		return p, nil
	}
	if err != nil {
		return p, errors.Join(errMalformed, err)
	}
	p.FileName = header.Filename
	p.File, err = uploaded(c, "file", backpack.MaxEvidenceFile)
	return p, err
}

// toEvidence leads back to the evidence on the badge's page.
func (s *Site) toEvidence(c echo.Context, done string, more ...string) error {
	query := url.Values{"done": {done}}
	for i := 0; i+1 < len(more); i += 2 {
		query.Set(more[i], more[i+1])
	}
	return seeOther(c, "/b/"+url.PathEscape(c.Param("id"))+"?"+query.Encode())
}

// hideEvidence hides a piece of one's own evidence, or shows it again.
func (s *Site) hideEvidence(c echo.Context, me store.Person) error {
	hidden := c.FormValue("hidden") != "no"
	if err := s.Backpack.ShowEvidence(c.Request().Context(), me.ID, c.Param("id"), c.Param("evidence"), hidden); err != nil {
		return err
	}
	return s.toEvidence(c, hiddenOrShown(hidden))
}

// hideIssuerEvidence does so with a piece of the issuer's.
func (s *Site) hideIssuerEvidence(c echo.Context, me store.Person) error {
	hidden := c.FormValue("hidden") != "no"
	if err := s.Backpack.HideIssuerEvidence(c.Request().Context(), me.ID, c.Param("id"), c.FormValue("piece"), hidden); err != nil {
		return err
	}
	return s.toEvidence(c, hiddenOrShown(hidden))
}

func hiddenOrShown(hidden bool) string {
	if hidden {
		return "evidence-hidden"
	}
	return "evidence-shown"
}

// removeEvidence puts a piece in the trash, with a way back.
func (s *Site) removeEvidence(c echo.Context, me store.Person) error {
	id := c.Param("evidence")
	if err := s.Backpack.RemoveEvidence(c.Request().Context(), me.ID, c.Param("id"), id); err != nil {
		return err
	}
	return s.toEvidence(c, "evidence-removed", "badge", c.Param("id"), "piece", id)
}

// restoreEvidence takes a piece back out of the trash.
func (s *Site) restoreEvidence(c echo.Context, me store.Person) error {
	ctx, badge, id := c.Request().Context(), c.Param("id"), c.Param("evidence")
	err := s.Backpack.RestoreEvidence(ctx, me.ID, badge, id)
	var mistake *backpack.EvidenceMistake
	if errors.As(err, &mistake) { // there is no room any more
		return s.showEvidence(c, http.StatusConflict, me, backpack.Piece{}, store.Evidence{}, account.Mistakes{mistake.Field: mistake.Why})
	}
	if err != nil {
		return err
	}
	e, err := s.Store.EvidenceOf(ctx, badge, id)
	if err != nil {
		return err
	}
	if e.Hidden {
		return s.toEvidence(c, "evidence-restored-hidden")
	}
	return s.toEvidence(c, "evidence-restored")
}

// evidenceFile is the file of a piece of evidence, for whoever may see that.
func (s *Site) evidenceFile(c echo.Context) error {
	ctx := c.Request().Context()
	viewer, err := s.viewer(c)
	if err != nil {
		return err
	}
	badge, _, err := s.Passports.Badge(ctx, viewer, c.Param("id"))
	if err != nil {
		return err
	}
	e, err := s.Passports.Piece(ctx, viewer, badge, c.Param("evidence"))
	if err != nil {
		return err
	}
	if passport.OpenToAll(badge) && !e.Hidden && e.DeletedAt == nil {
		s.cached(c, badge)
		if tagged(c, e.FileKey, badge.Visibility) {
			return c.NoContent(http.StatusNotModified)
		}
	}
	return s.sendEvidence(c, e)
}

// sharedEvidence is such a file at the address of a share link.
func (s *Site) sharedEvidence(c echo.Context, badge store.Badge) error {
	e, err := s.Passports.Piece(c.Request().Context(), passport.Viewer{}.ByLink(), badge, c.Param("evidence"))
	if err != nil {
		return err
	}
	return s.sendEvidence(c, e)
}

// sendEvidence answers with a file of somebody's: a picture to be looked at, all else to be taken away.
func (s *Site) sendEvidence(c echo.Context, e store.Evidence) error {
	content, err := s.Backpack.EvidenceFile(c.Request().Context(), e)
	if err != nil {
		return err
	}
	if isPicture(e) {
		return sendFile(c, e.FileType, content, "")
	}
	return sendFile(c, e.FileType, content, fileName(strings.TrimSuffix(e.FileName, fileEnding(e)))+fileEnding(e))
}

func fileEnding(e store.Evidence) string {
	if dot := strings.LastIndex(e.FileName, "."); dot >= 0 {
		return e.FileName[dot:]
	}
	return ""
}

// former is what a badge of one's own was until a newer version took its place: the credential, or the file it came in.
func (s *Site) former(part string) func(echo.Context, store.Person) error {
	return func(c echo.Context, me store.Person) error {
		ctx := c.Request().Context()
		badge, err := s.Store.Badge(ctx, me.ID, c.Param("id"))
		if err != nil {
			return err
		}
		one, content, kind, ending, err := s.Backpack.Former(ctx, badge, c.Param("former"), part)
		if err != nil {
			return err
		}
		c.Response().Header().Set(echo.HeaderCacheControl, "private, no-store")
		return sendFile(c, kind, content, fileName(badge.Name)+" "+one.ReplacedAt.UTC().Format(time.DateOnly)+"."+ending)
	}
}
