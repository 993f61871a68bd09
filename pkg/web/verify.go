package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/mail"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/backpack"
	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/views"
)

// How much of this house anybody may have for a verification.
const (
	verifyTime     = 60 * time.Second
	verifyAtOnce   = 8               // verifications side by side
	verifyPatience = 5 * time.Second // a turn is waited for so long
)

// errBusy refuses a verification because too many others are under way.
var errBusy = errors.New("web: too many verifications at once")

// given is what somebody wants verified.
type given struct {
	item  backpack.Item
	email string // to compare with; may be empty
}

// verifyForm is where anybody has a badge verified.
func (s *Site) verifyForm(c echo.Context) error {
	page, err := s.verifyPage(c)
	if err != nil {
		return err
	}
	page.Frame.Canonical, page.Frame.Description = s.PublicURL+"/verify", views.T(c.Request().Context(), "verify.lead")
	return s.show(c, http.StatusOK, views.Verify(page))
}

// verify answers about one badge and keeps nothing of it: as a page, as a page that grows, or as JSON.
func (s *Site) verify(c echo.Context) error {
	c.Response().Header().Add(echo.HeaderVary, echo.HeaderAccept)
	c.Response().Header().Set(echo.HeaderCacheControl, "private, no-store")
	g, err := gave(c.Request())
	if err != nil {
		return err
	}
	accept := c.Request().Header.Get(echo.HeaderAccept)
	if wantsCredential(accept, false) || c.FormValue("as") == "json" {
		return s.verifyForPrograms(c, g)
	}
	if mistakes := g.mistakes(); mistakes != nil {
		return s.verifyAgain(c, http.StatusUnprocessableEntity, g, mistakes)
	}
	if accept == growing {
		return s.verifyGrowing(c, g)
	}
	return s.verifyWhole(c, g)
}

// verifyForPrograms answers with the report itself: 200 with a verdict, 422 when it is no badge.
func (s *Site) verifyForPrograms(c echo.Context, g given) error {
	if !g.comparable() {
		return echo.NewHTTPError(http.StatusBadRequest)
	}
	judged, err := s.judge(c, g, nil)
	if err != nil {
		return err
	}
	report, err := openbadges.Report(judged.Verification)
	if err != nil {
		return err
	}
	return c.JSONBlob(verifiedStatus(judged), report)
}

// verifyWhole answers with the finished page.
func (s *Site) verifyWhole(c echo.Context, g given) error {
	judged, err := s.judge(c, g, nil)
	if err != nil {
		return s.verifyRefused(c, g, err)
	}
	page, err := s.verifyPage(c)
	if err != nil {
		return err
	}
	report, err := s.verifyReport(c, g, judged)
	if err != nil {
		return err
	}
	page.Report = &report
	if report.Subject == nil {
		page.Text, page.Email = g.typed(), g.email
	} else {
		page.Frame.Title = report.Subject.Name + " · " + page.Frame.Title
	}
	return s.show(c, verifiedStatus(judged), views.Verify(page))
}

// growing is the media type by which the page's own script asks for findings as they are made: one JSON object a
// line, each with one fragment of the page.
const growing = "application/x-ndjson"

// verifyGrowing sends every finding as it is made, and the report at the end.
func (s *Site) verifyGrowing(c echo.Context, g given) error {
	told := func(f openbadges.Finding) {
		if f.Result != openbadges.Skipped {
			// A reader who went away is found out by the last line.
			_ = grow(c, "finding", views.Found(findingView(f)))
		}
	}
	judged, err := s.judge(c, g, told)
	if err != nil {
		return s.verifyRefused(c, g, err)
	}
	report, err := s.verifyReport(c, g, judged)
	if err != nil {
		return err
	}
	return grow(c, "report", views.Report(report))
}

// grow sends one line and does not wait for more.
func grow(c echo.Context, part string, fragment templ.Component) error {
	var html strings.Builder
	if err := fragment.Render(c.Request().Context(), &html); err != nil {
		return err
	}
	line, err := json.Marshal(map[string]string{part: html.String()})
	if err != nil {
		return err
	}
	w := c.Response()
	if !w.Committed {
		w.Header().Set(echo.HeaderContentType, growing)
		w.Header().Set("X-Accel-Buffering", "no") // or a proxy would collect what is to be seen at once
		w.WriteHeader(http.StatusOK)
	}
	if _, err := w.Write(append(line, '\n')); err != nil {
		return err
	}
	return http.NewResponseController(w).Flush()
}

// verifyRefused gives what was typed back when the house is full or its guest too quick.
func (s *Site) verifyRefused(c echo.Context, g given, err error) error {
	var many tooMany
	switch {
	case errors.As(err, &many):
		c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(int(many.after.Seconds())+1))
		return s.verifyAgain(c, http.StatusTooManyRequests, g, map[string]string{"file": "many"})
	case errors.Is(err, errBusy):
		c.Response().Header().Set(echo.HeaderRetryAfter, "5")
		return s.verifyAgain(c, http.StatusServiceUnavailable, g, map[string]string{"file": "busy"})
	}
	return err
}

// verifyAgain draws the form once more, with what was typed and what is wrong.
func (s *Site) verifyAgain(c echo.Context, status int, g given, mistakes map[string]string) error {
	page, err := s.verifyPage(c)
	if err != nil {
		return err
	}
	page.Text, page.Email, page.Mistakes = g.typed(), g.email, mistakes
	return s.show(c, status, views.Verify(page))
}

// command is how a program asks.
const command = `curl -H "Accept: application/json" -F file=@badge.png -F email=amina@example.org %s/verify`

// verifyPage is the form, with nothing given yet.
func (s *Site) verifyPage(c echo.Context) (views.VerifyPage, error) {
	frame, err := s.frame(c, "title.verify", "verify")
	frame.Path = "/verify"
	return views.VerifyPage{Frame: frame, Limit: backpack.MaxItem, Command: fmt.Sprintf(command, s.PublicURL)}, err
}

// judge verifies within the allowance of who asks, in its turn and in bounded time.
func (s *Site) judge(c echo.Context, g given, told func(openbadges.Finding)) (backpack.Judged, error) {
	if wait := s.limits.verifies.spend(c.RealIP()); wait > 0 {
		return backpack.Judged{}, tooMany{after: wait}
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), verifyTime)
	defer cancel()
	done, err := turn(ctx, s.limits.turns, verifyPatience)
	if err != nil {
		return backpack.Judged{}, err
	}
	defer done()
	asking := backpack.Judging{Told: told}
	if g.email != "" {
		asking.Recipients = []string{g.email}
	}
	return s.Backpack.Judge(ctx, g.item, asking), nil
}

func verifiedStatus(j backpack.Judged) int {
	if openbadges.ExitStatus(j.Verification) == openbadges.ExitNotBadge {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

// gave reads what was sent. A file counts before a text: no browser sends one that was not chosen just now.
func gave(r *http.Request) (given, error) {
	if err := r.ParseMultipartForm(formMost); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		var large *echo.HTTPError
		if errors.As(err, &large) {
			return given{}, err
		}
		return given{}, echo.NewHTTPError(http.StatusBadRequest).SetInternal(err)
	}
	g := given{email: strings.TrimSpace(r.FormValue("email"))}
	if r.MultipartForm != nil && len(r.MultipartForm.File["file"]) > 0 {
		item, err := fileItem(r.MultipartForm.File["file"][0])
		if g.item = item; err != nil || item.Name != "" || len(item.Data) > 0 {
			return g, err
		}
	}
	g.item = backpack.Item{Text: strings.TrimSpace(r.FormValue("text")), Name: shortened(r.FormValue("name"))}
	return g, nil
}

// mistakes are what is wrong with the form itself; nil when it can be asked.
func (g given) mistakes() map[string]string {
	switch {
	case len(g.item.Data) == 0 && g.item.Text == "" && g.item.Name == "":
		return map[string]string{"file": "nothing"}
	case !g.comparable():
		return map[string]string{"email": "malformed"}
	}
	return nil
}

// comparable says whether the address, if there is one, is one.
func (g given) comparable() bool {
	if g.email == "" {
		return true
	}
	parsed, err := mail.ParseAddress(g.email)
	return err == nil && parsed.Address == g.email && len(g.email) <= 254
}

// typed is what a person can be given back to type on: not a file that was carried along as text.
func (g given) typed() string {
	if carried(g.item.Text) {
		return ""
	}
	return g.item.Text
}
