package web

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/pkg/backpack"
	"github.com/carnetbadges/carnet/pkg/paper"
	"github.com/carnetbadges/carnet/pkg/passport"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// tooMany is the refusal of a request whose address has asked for too much.
type tooMany struct{ after time.Duration }

func (t tooMany) Error() string { return "too many requests" }

// errMalformed is said of a form that was not sent as forms are.
var errMalformed = errors.New("web: a malformed form")

// errForeign is said of a form that another site's page sent.
var errForeign = errors.New("web: a form of another site")

// faults is the one table from error to status; the status has its sentence in views/locales/*/fault.json.
// What is not here is a fault of ours: 500.
var faults = []struct {
	err    error
	status int
}{
	{store.ErrNotFound, http.StatusNotFound},
	{store.ErrTaken, http.StatusConflict},
	{store.ErrUnavailable, http.StatusServiceUnavailable},
	{account.ErrBusy, http.StatusServiceUnavailable},
	{errBusy, http.StatusServiceUnavailable},
	{account.ErrSecret, http.StatusNotFound},
	{account.ErrClosed, http.StatusForbidden},
	{account.ErrUninvited, http.StatusForbidden},
	{account.ErrLastAdmin, http.StatusConflict},
	{account.ErrNoLooking, http.StatusForbidden},
	{account.ErrNotNeeded, http.StatusConflict},
	{backpack.ErrBlocked, http.StatusForbidden},
	{errLooking, http.StatusForbidden},
	{account.ErrLastWay, http.StatusConflict},
	{account.ErrOneself, http.StatusBadRequest},
	{account.ErrNeeded, http.StatusConflict},
	{account.ErrOver, http.StatusConflict},
	{account.ErrCode, http.StatusUnprocessableEntity},
	{account.ErrPasskey, http.StatusUnprocessableEntity},
	{account.ErrNoPasskeys, http.StatusNotFound},
	{passport.ErrEnded, http.StatusGone},
	{passport.ErrLocked, http.StatusNotFound},
	{passport.ErrTooMany, http.StatusTooManyRequests},
	{account.ErrWrong, http.StatusForbidden},
	{backpack.ErrBusy, http.StatusServiceUnavailable},
	{paper.ErrTooLarge, http.StatusRequestEntityTooLarge},
	{backpack.ErrTooLarge, http.StatusRequestEntityTooLarge},
	{errMalformed, http.StatusBadRequest},
	{errForeign, http.StatusForbidden},
}

// said are the faults of which there is more to say than their status does; the words are at fault.<name> in the locales.
var said = []struct {
	err  error
	name string
}{
	{errLooking, "looking"},
	{passport.ErrTooMany, "links"},
}

// statusOf finds the status for an error.
func statusOf(err error) int {
	var ours *echo.HTTPError
	var large *http.MaxBytesError
	var many tooMany
	var slow *account.SlowDown
	switch {
	case errors.As(err, &many), errors.As(err, &slow):
		return http.StatusTooManyRequests
	case errors.As(err, &large), errors.As(err, &ours) && ours.Code == http.StatusRequestEntityTooLarge:
		return http.StatusRequestEntityTooLarge
	}
	for _, row := range faults {
		if errors.Is(err, row.err) {
			return row.status
		}
	}
	if errors.As(err, &ours) {
		return ours.Code
	}
	return http.StatusInternalServerError
}

// fault answers a request that failed: a page for people, a problem document for programs (RFC 9457).
func (s *Site) fault(err error, c echo.Context) {
	status := statusOf(err)
	if status >= http.StatusInternalServerError {
		s.Log.Error("fault", "request", c.Response().Header().Get(echo.HeaderXRequestID), "method", c.Request().Method, "route", c.Path(), "fault", err)
	}
	if c.Response().Committed {
		return
	}
	if err := s.showFault(c, status, err); err != nil {
		s.Log.Error("showing a fault", "fault", err)
	}
}

func (s *Site) showFault(c echo.Context, status int, cause error) error {
	h := c.Response().Header()
	h.Set(echo.HeaderCacheControl, "no-store")
	wait := waitFor(status, cause)
	if wait > 0 {
		h.Set(echo.HeaderRetryAfter, strconv.Itoa(int(wait/time.Second)))
	}
	request := h.Get(echo.HeaderXRequestID)
	if wantsCredential(c.Request().Header.Get(echo.HeaderAccept), false) {
		h.Set(echo.HeaderContentType, "application/problem+json")
		return c.JSON(status, map[string]any{"title": http.StatusText(status), "status": status, "instance": request})
	}
	page := views.FaultPage{Frame: s.faultFrame(c, status, cause), Status: status, RequestID: request, Wait: wait}
	page.Frame.NoIndex = true
	if path := c.Request().URL.RequestURI(); c.Request().Method == http.MethodGet && within(path) {
		page.Again = path
	}
	for _, row := range said {
		if errors.Is(cause, row.err) {
			page.Said = row.name
		}
	}
	return s.show(c, status, views.Fault(page))
}

// waitFor is after how long, in whole seconds, what failed may be tried again; 0 where that is not for the clock to say.
func waitFor(status int, cause error) time.Duration {
	var many tooMany
	var slow *account.SlowDown
	switch {
	case errors.As(cause, &many):
		return many.after.Truncate(time.Second) + time.Second
	case errors.As(cause, &slow):
		return slow.After.Truncate(time.Second) + time.Second
	case status == http.StatusServiceUnavailable:
		return 5 * time.Second
	}
	return 0
}

// faultFrame surrounds a fault: whoever is signed in stays so to the eye, and finds the way back to their passport; where
// it is the instance that fails, or is asked too much, nothing is asked of it. Of a form of another site nobody has asked yet
// who sends it.
func (s *Site) faultFrame(c echo.Context, status int, cause error) views.Frame {
	if status < http.StatusInternalServerError && status != http.StatusTooManyRequests && !errors.Is(cause, errForeign) {
		if frame, err := s.frame(c, "", ""); err == nil {
			frame.Notice = nil // it was told of another page
			return frame
		}
	}
	return s.bareFrame(c, "")
}

// refuseForeign answers a request that another site's page tried to make in a person's name.
func (s *Site) refuseForeign(w http.ResponseWriter, r *http.Request) {
	s.Log.Info("refused", "method", r.Method, "why", "sent from another site", "status", http.StatusForbidden)
	s.fault(errForeign, s.outside(w, r))
}

// panicked turns a panic into a fault of ours; where it happened goes to the log, nothing of it to the page.
func (s *Site) panicked(c echo.Context, err error, stack []byte) error {
	s.Log.Error("panic", "request", c.Response().Header().Get(echo.HeaderXRequestID), "route", c.Path(), "fault", err, "stack", string(stack))
	return err
}

func isNotFound(err error) bool { return errors.Is(err, store.ErrNotFound) }

// mistakesOf are the mistakes of a form, when that is what went wrong.
func mistakesOf(err error) (map[string]string, bool) {
	var mistakes account.Mistakes
	if errors.As(err, &mistakes) {
		return mistakes, true
	}
	return nil, false
}

// numbered gives every request an id of ours, by which its line in the log is found; one that it brought would be a word
// of somebody's in the log.
func numbered(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Set(echo.HeaderXRequestID, requestID())
		return next(c)
	}
}

// heardOut lets whoever sends something say all of it, also what is not taken: a browser reads no answer before, and shows a
// broken connection instead of the page that says why. Who asks first whether to send (RFC 9110 §10.1.1) has been answered.
func (s *Site) heardOut(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent, asks := r.Body, r.Header.Get("Expect") != ""
		next.ServeHTTP(w, r)
		if sent != nil && !asks {
			_, _ = io.CopyN(io.Discard, sent, s.limits.sending)
		}
	})
}

// sessionFault answers where a session could not be read or kept.
func (s *Site) sessionFault(w http.ResponseWriter, r *http.Request, err error) {
	s.fault(fmt.Errorf("a session: %w", err), s.outside(w, r))
}

// outside is what a fault needs that happens before any route is looked for: a number, and the reader's language.
func (s *Site) outside(w http.ResponseWriter, r *http.Request) echo.Context {
	c := s.echo.NewContext(r, w)
	language := views.BestLanguage(s.chosen(r, languageCookie), r.Header.Get("Accept-Language"))
	c.SetRequest(r.WithContext(views.WithLanguage(r.Context(), language)))
	c.Response().Header().Set(echo.HeaderXRequestID, requestID())
	return c
}

// requestID is short enough to be read out over the telephone.
func requestID() string { return rand.Text()[:12] }
