package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/backpack"
	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

const bringTime = 60 * time.Second // for one badge, asked about while one waits

// addForm is where badges are brought in.
func (s *Site) addForm(c echo.Context, me store.Person) error {
	page, err := s.addPage(c, me)
	if err != nil {
		return err
	}
	return s.show(c, http.StatusOK, views.Add(page))
}

// bring takes files, links and pasted text. One badge is answered at once; many are brought in while a page tells of each.
func (s *Site) bring(c echo.Context, me store.Person) error {
	d, err := s.receive(c, me)
	if d != nil {
		defer d.tidy()
	}
	switch {
	case err != nil:
		return err
	case d.mistake != "":
		return s.bringMistake(c, me, http.StatusUnprocessableEntity, d.mistake, d.text)
	case d.many.ID != "":
		return s.bringMany(c, d)
	case len(d.passports) == 1 && d.first == nil:
		return s.takeBack(c, me, d.passports[0].id, d.passports[0].size, false)
	case d.first == nil:
		return s.bringMistake(c, me, http.StatusUnprocessableEntity, "import.mistake.nothing", d.text)
	}
	return s.bringOne(c, me, d)
}

func (s *Site) bringMistake(c echo.Context, me store.Person, status int, mistake, text string) error {
	page, err := s.addPage(c, me)
	if err != nil {
		return err
	}
	page.Mistake, page.Text = mistake, text
	return s.show(c, status, views.Add(page))
}

// bringOne imports the only thing that came, and says what became of it.
func (s *Site) bringOne(c echo.Context, me store.Person, d *delivery) error {
	one := brought{item: backpack.Item{Name: d.first.Name, Data: d.first.Data, Text: d.first.Link}, trouble: d.first.Trouble, size: d.first.Size}
	if d.first.Name == "" && d.first.Link == "" {
		one.item = backpack.Item{Text: string(d.first.Data)}
	}
	if one.trouble == "" {
		one = s.importOne(c.Request().Context(), me, one)
		s.Kick()
	}
	if one.imported.Badge.ID != "" && one.err == nil {
		return seeOther(c, "/b/"+url.PathEscape(one.imported.Badge.ID)+"?done="+one.imported.Outcome)
	}
	addresses, err := s.claimedEver(c.Request().Context(), me.ID)
	if err != nil {
		return err
	}
	page, err := s.addPage(c, me)
	if err != nil {
		return err
	}
	view := s.importView(c, one, addresses)
	if view.Kept, err = s.Backpack.KeepToFix(c.Request().Context(), me.ID, *d.first, one.err); err != nil {
		return err
	}
	page.Results, page.Text = []views.ImportView{view}, d.text
	return s.show(c, http.StatusUnprocessableEntity, views.Add(page))
}

// brought is what became of one item.
type brought struct {
	item     backpack.Item
	trouble  string // why there was nothing to import; of size bytes
	size     int64
	imported backpack.Imported
	err      error
}

// importOne imports one item; a panic on the way is this item's fault alone.
func (s *Site) importOne(ctx context.Context, me store.Person, one brought) (done brought) {
	ctx, cancel := context.WithTimeout(ctx, bringTime)
	defer cancel()
	done = one
	defer func() {
		if cause := recover(); cause != nil {
			done.err = fmt.Errorf("import: panic: %v\n%s", cause, debug.Stack())
		}
	}()
	done.imported, done.err = s.Backpack.Import(ctx, me.ID, one.item)
	return done
}

// addPage is the form, with nothing sent yet.
func (s *Site) addPage(c echo.Context, me store.Person) (page views.AddPage, err error) {
	page = views.AddPage{Limit: backpack.MaxItem, Together: backpack.MostTogether, Most: backpack.MostItems, Waits: backpack.MostToFix}
	if page.Bringing, err = s.bringingNow(c.Request().Context(), me); err != nil {
		return page, err
	}
	if page.Addresses, err = s.addresses(c.Request().Context(), me); err != nil {
		return page, err
	}
	page.Frame, err = s.frame(c, "title.add", "add")
	return page, err
}

// importView says what became of one item, in the words of the views.
func (s *Site) importView(c echo.Context, one brought, addresses []store.Address) views.ImportView {
	v := views.ImportView{Item: one.item.Name, Size: max(one.size, int64(len(one.item.Data))), Outcome: one.imported.Outcome}
	if v.Item == "" {
		v.Item = shortened(one.item.Text)
	}
	var notBadge *openbadges.NotBadge
	var somebody *backpack.SomebodyElse
	switch {
	case one.trouble != "":
		v.Outcome, v.Reason = backpack.ResultOf(one.trouble), one.trouble
	case one.err == nil:
		v.Detail, v.Params = s.spoken(c, one.imported.Badge)
		wait := s.wait(one.imported.Badge, addresses)
		v.Card, v.Reason, v.AddressID, v.Address = &wait.Card, one.imported.Badge.VerdictReason, wait.AddressID, wait.Address
		v.Removed = wait.Removed
	case errors.As(one.err, &notBadge):
		v.Outcome, v.Reason, v.Detail, v.Params = "not-badge", string(notBadge.Reason), notBadge.Detail, notBadge.Params
	case errors.As(one.err, &somebody):
		v.Outcome, v.Names = "somebody-else", somebody.Names
	case errors.Is(one.err, backpack.ErrTooLarge):
		v.Outcome = "too-large"
	case errors.Is(one.err, backpack.ErrBlocked):
		v.Outcome = "blocked"
	default:
		v.Outcome = "failed"
		s.Log.Error("import", "request", c.Response().Header().Get(echo.HeaderXRequestID), "fault", one.err)
	}
	return v
}

// spoken is the sentence of the finding a fresh badge's verdict rests on, with what it speaks of.
func (s *Site) spoken(c echo.Context, badge store.Badge) (string, map[string]string) {
	report, err := s.Backpack.Report(c.Request().Context(), badge)
	if err != nil {
		s.Log.Error("import", "request", c.Response().Header().Get(echo.HeaderXRequestID), "fault", err)
		return "", nil
	}
	for _, f := range report.Findings {
		if f.Reason == report.Reason {
			return f.Detail, f.Params
		}
	}
	return "", nil
}

// fileItem reads one file, at most one byte past the limit, so that a larger one is refused by its size alone.
func fileItem(header *multipart.FileHeader) (backpack.Item, error) {
	file, err := header.Open()
	if err != nil {
		return backpack.Item{}, err
	}
	data, err := io.ReadAll(io.LimitReader(file, backpack.MaxItem+1))
	return backpack.Item{Name: shortened(header.Filename), Data: data}, errors.Join(err, file.Close())
}

// shortened cuts a name to what fits a table, on a letter's edge.
func shortened(name string) string {
	const most = 80
	name = strings.ToValidUTF8(strings.Map(printable, name), "")
	if utf8.RuneCountInString(name) <= most {
		return name
	}
	return string([]rune(name)[:most-1]) + "…"
}

// printable drops control characters and those that turn the direction of writing.
func printable(r rune) rune {
	if r < ' ' || r == 0x7f || (r >= 0x202a && r <= 0x202e) || (r >= 0x2066 && r <= 0x2069) {
		return -1
	}
	return r
}
