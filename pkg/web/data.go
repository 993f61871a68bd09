package web

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"os"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/archive"
	"github.com/carnetbadges/carnet/pkg/backpack"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// What an archive that is brought may have, and how long it may take to come or to go.
const (
	bringWhole  = 2_000_000_000 // bytes
	archiveTime = 2 * time.Hour
	archivePath = "/you/data/archive.zip"
	bringPath   = "/you/data/bring"
)

// data is where a person takes everything out, brings it back, and leaves.
func (s *Site) data(c echo.Context, me store.Person) error {
	return s.showData(c, http.StatusOK, me, "")
}

func (s *Site) showData(c echo.Context, status int, me store.Person, mistake string) (err error) {
	page := views.OwnDataPage{Limit: bringWhole, Mistake: mistake}
	if page.Out, err = s.goingOut(c, me); err != nil {
		return err
	}
	if page.In, err = s.comingIn(c, me); err != nil {
		return err
	}
	if page.Joined, err = s.joined(c.Request().Context(), me); err != nil {
		return err
	}
	if page.Frame, err = s.frame(c, "title.data", "you"); err != nil {
		return err
	}
	return s.show(c, status, views.OwnData(page))
}

// goingOut is how far a person's archive is.
func (s *Site) goingOut(c echo.Context, me store.Person) (views.OutView, error) {
	a, err := s.Store.ArchiveOf(c.Request().Context(), me.ID, store.Out)
	if isNotFound(err) || err == nil && (a.State == store.Cancelled || s.expired(a)) {
		return views.OutView{}, nil
	}
	o := views.OutView{State: a.State, Done: a.Done, Total: a.Total, Size: a.Size, Fetch: archivePath}
	if a.FinishedAt != nil && a.ExpiresAt != nil {
		o.Ready, o.Expires = *a.FinishedAt, *a.ExpiresAt
	}
	return o, err
}

func (s *Site) expired(a store.Archive) bool {
	return a.ExpiresAt != nil && !a.ExpiresAt.After(s.Now())
}

// comingIn is what has become so far of an archive a person has brought.
func (s *Site) comingIn(c echo.Context, me store.Person) (views.InView, error) {
	a, err := s.Store.ArchiveOf(c.Request().Context(), me.ID, store.In)
	if isNotFound(err) || err == nil && (a.State == store.Cancelled || s.expired(a)) {
		return views.InView{}, nil
	}
	if err != nil {
		return views.InView{}, err
	}
	results, err := backpack.ArrivalsIn(a.Results)
	if err != nil {
		return views.InView{}, err
	}
	in := views.InView{
		State: a.State, Reason: a.Reason, Done: a.Done, Total: a.Total,
		Added: results.Added, Already: results.Already, Waiting: results.Waiting, More: results.More,
	}
	for _, one := range results.Refused {
		in.Refused = append(in.Refused, views.RefusedView{Name: one.Name, Why: one.Why, Names: one.Names})
	}
	return in, nil
}

// takeOut begins to make an archive.
func (s *Site) takeOut(c echo.Context, me store.Person) error {
	former, err := s.Accounts.TakeOut(c.Request().Context(), me.ID)
	if errors.Is(err, store.ErrTaken) {
		return seeOther(c, "/you/data?done=out-already")
	}
	if err != nil {
		return err
	}
	s.Kick()
	return errors.Join(s.putAway(former), seeOther(c, "/you/data"))
}

// putAway throws the file of an archive away that another has taken the place of.
func (s *Site) putAway(id string) error {
	if id == "" {
		return nil
	}
	return s.Archives.Remove(id)
}

// callOff ends the making of an archive.
func (s *Site) callOff(direction string) func(echo.Context, store.Person) error {
	return func(c echo.Context, me store.Person) error {
		if err := s.Accounts.CallOff(c.Request().Context(), me.ID, direction); err != nil && !isNotFound(err) {
			return err
		}
		s.Kick()
		return seeOther(c, "/you/data?done=called-off")
	}
}

// fetchArchive hands a finished archive over, to whoever has just proved who they are.
func (s *Site) fetchArchive(c echo.Context, me store.Person) error {
	a, err := s.Store.ArchiveOf(c.Request().Context(), me.ID, store.Out)
	if err != nil {
		return err
	}
	if a.State != store.Ready || s.expired(a) {
		return store.ErrNotFound
	}
	file, err := s.Archives.File(a.ID)
	if errors.Is(err, os.ErrNotExist) {
		return store.ErrNotFound
	}
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // it was only read
	if err := http.NewResponseController(c.Response()).SetWriteDeadline(time.Now().Add(archiveTime)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	name := "carnet-" + me.Handle + "-" + a.CreatedAt.UTC().Format(time.DateOnly) + ".zip"
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "application/zip")
	h.Set(echo.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	h.Set(echo.HeaderCacheControl, "private, no-store")
	h.Set("Content-Security-Policy", sandboxed)
	http.ServeContent(c.Response(), c.Request(), name, a.CreatedAt, file)
	return nil
}

// bringBack takes in an archive of another Carnet. It goes to the disk as it comes, whatever its size.
func (s *Site) bringBack(c echo.Context, me store.Person) error {
	if _, sends := s.bringing.LoadOrStore(me.ID, true); sends {
		return s.showData(c, http.StatusConflict, me, "busy")
	}
	defer s.bringing.Delete(me.ID)
	a, err := s.Store.ArchiveOf(c.Request().Context(), me.ID, store.In)
	if err == nil && a.State == store.Making {
		return s.showData(c, http.StatusConflict, me, "busy")
	}
	if err != nil && !isNotFound(err) {
		return err
	}
	deadline := time.Now().Add(archiveTime)
	control := http.NewResponseController(c.Response())
	if err := errors.Join(control.SetReadDeadline(deadline), control.SetWriteDeadline(deadline)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	id := store.NewID()
	profile, size, err := s.lay(c.Request(), id)
	if word := archive.WordOf(err); word != "" {
		return s.showData(c, http.StatusUnprocessableEntity, me, word)
	}
	if err != nil {
		return err
	}
	if size == 0 {
		return errors.Join(s.Archives.Remove(id), s.showData(c, http.StatusUnprocessableEntity, me, "nothing"))
	}
	return s.takeBack(c, me, id, size, profile)
}

// takeBack looks whether what lies under id is an archive and begins to take it in, or says why not.
func (s *Site) takeBack(c echo.Context, me store.Person, id string, size int64, profile bool) error {
	file, err := s.Archives.File(id)
	if err != nil {
		return err
	}
	_, err = archive.Open(file, size)
	if err := errors.Join(err, file.Close()); err != nil {
		word := archive.WordOf(err)
		if gone := s.Archives.Remove(id); gone != nil || word == "" {
			return errors.Join(err, gone)
		}
		return s.showData(c, http.StatusUnprocessableEntity, me, word)
	}
	first := backpack.Arrivals{Profile: profile}
	former, err := s.Accounts.BringBack(c.Request().Context(), me.ID, id, size, first.JSON())
	if errors.Is(err, store.ErrTaken) {
		return errors.Join(s.Archives.Remove(id), s.showData(c, http.StatusConflict, me, "busy"))
	}
	if err != nil {
		return errors.Join(err, s.Archives.Remove(id))
	}
	s.Kick()
	return errors.Join(s.putAway(former), seeOther(c, "/you/data"))
}

// lay puts the file of a form on the shelf, under id; a size of 0 means that there was none.
func (s *Site) lay(r *http.Request, id string) (profile bool, size int64, err error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return false, 0, nil //nolint:nilerr // a form without a file
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return profile, size, nil
		}
		if err != nil {
			return false, 0, errors.Join(errMalformed, s.Archives.Remove(id))
		}
		switch part.FormName() {
		case "profile":
			profile = true
		case "file":
			if size > 0 {
				continue // one archive is enough
			}
			if size, err = s.layPart(id, part); err != nil {
				return false, 0, err
			}
		}
	}
}

func (s *Site) layPart(id string, part *multipart.Part) (int64, error) {
	if part.FileName() == "" {
		return 0, nil
	}
	size, err := s.Archives.Lay(id, part, bringWhole)
	if err != nil && archive.WordOf(err) == "" && errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.Join(errMalformed, err)
	}
	return size, err
}

// passportArchive says whether a ZIP that is brought as a badge is a whole passport's archive.
func passportArchive(file io.ReaderAt, size int64) bool {
	_, err := archive.Open(file, size)
	return archive.WordOf(err) != archive.NoManifest && archive.WordOf(err) != archive.NotZip
}
