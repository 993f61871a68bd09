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
	"sync"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/backpack"
	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// What one sending may hold; the body as a whole is bounded by routes.go.
const (
	bringMost     = 20       // files
	bringTogether = 20 << 20 // bytes of one sending
	bringInMemory = 20 << 20 // bytes of it that are not put aside on the disk
	bringAtOnce   = 4        // imports side by side
	bringTime     = 60 * time.Second
)

// addForm is where badges are brought in.
func (s *Site) addForm(c echo.Context, me store.Person) error {
	page, err := s.addPage(c, me)
	if err != nil {
		return err
	}
	return s.show(c, http.StatusOK, views.Add(page))
}

// bring takes files, links and pasted text and says of each what became of it.
func (s *Site) bring(c echo.Context, me store.Person) error {
	page, err := s.addPage(c, me)
	if err != nil {
		return err
	}
	items, mistake, err := items(c.Request())
	if form := c.Request().MultipartForm; form != nil {
		defer form.RemoveAll() //nolint:errcheck // the server's own copy of the request does not know of these files
	}
	if err != nil {
		return err
	}
	if mistake != "" || len(items) == 0 {
		page.Mistake, page.Text = mistake, c.FormValue("text")
		if mistake == "" {
			page.Mistake = "import.mistake.nothing"
		}
		return s.show(c, http.StatusUnprocessableEntity, views.Add(page))
	}
	if len(items) == 1 && passportArchive(items[0]) {
		return s.bringArchive(c, me, items[0])
	}
	results := s.importAll(c.Request().Context(), me, items)
	s.Kick()
	if len(results) == 1 && results[0].imported.Badge.ID != "" && results[0].err == nil {
		return seeOther(c, "/b/"+url.PathEscape(results[0].imported.Badge.ID)+"?done="+results[0].imported.Outcome)
	}
	addresses, err := s.claimedEver(c.Request().Context(), me.ID)
	if err != nil {
		return err
	}
	page.Text = textGivenBack(items, results)
	status := http.StatusUnprocessableEntity
	for _, one := range results {
		page.Results = append(page.Results, s.importView(c, one, addresses))
		if one.err == nil {
			status = http.StatusOK
		}
	}
	return s.show(c, status, views.Add(page))
}

// brought is what became of one item.
type brought struct {
	item     backpack.Item
	imported backpack.Imported
	err      error
}

// importAll imports a few items side by side and answers in the order they came. One that fails harms no other.
func (s *Site) importAll(ctx context.Context, me store.Person, list []backpack.Item) []brought {
	ctx, cancel := context.WithTimeout(ctx, bringTime)
	defer cancel()
	results := make([]brought, len(list))
	var group sync.WaitGroup
	turns := make(chan struct{}, bringAtOnce)
	for i, item := range list {
		group.Go(func() {
			turns <- struct{}{}
			defer func() { <-turns }()
			results[i] = s.importOne(ctx, me, item)
		})
	}
	group.Wait()
	return results
}

// importOne imports one item; a panic on the way is this item's fault alone.
func (s *Site) importOne(ctx context.Context, me store.Person, item backpack.Item) (one brought) {
	one.item = item
	defer func() {
		if cause := recover(); cause != nil {
			one.err = fmt.Errorf("import: panic: %v\n%s", cause, debug.Stack())
		}
	}()
	one.imported, one.err = s.Backpack.Import(ctx, me.ID, item)
	return one
}

// addPage is the form, with nothing sent yet.
func (s *Site) addPage(c echo.Context, me store.Person) (page views.AddPage, err error) {
	page = views.AddPage{Limit: backpack.MaxItem, Together: bringTogether, Most: bringMost}
	if page.Addresses, err = s.addresses(c.Request().Context(), me); err != nil {
		return page, err
	}
	page.Frame, err = s.frame(c, "title.add", "add")
	return page, err
}

// importView says what became of one item, in the words of the views.
func (s *Site) importView(c echo.Context, one brought, addresses []store.Address) views.ImportView {
	v := views.ImportView{Item: one.item.Name, Size: int64(len(one.item.Data)), Outcome: one.imported.Outcome}
	if v.Item == "" {
		v.Item = shortened(one.item.Text)
	}
	var notBadge *openbadges.NotBadge
	var somebody *backpack.SomebodyElse
	switch {
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

// items reads what was sent; a mistake is a word key, an error is a broken request.
func items(r *http.Request) ([]backpack.Item, string, error) {
	if err := r.ParseMultipartForm(bringInMemory); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return nil, "", fmt.Errorf("%w: %w", errMalformed, err)
	}
	var list []backpack.Item
	if r.MultipartForm != nil {
		files := r.MultipartForm.File["file"]
		if len(files) > bringMost {
			return nil, "import.mistake.many", nil
		}
		for _, header := range files {
			item, err := fileItem(header)
			if err != nil {
				return nil, "", err
			}
			if item.Name != "" || len(item.Data) > 0 {
				list = append(list, item)
			}
		}
	}
	list = append(list, textItems(r.FormValue("text"))...)
	if len(list) > bringMost {
		return nil, "import.mistake.many", nil
	}
	return list, "", nil
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

// textItems are the links of a text that is nothing but links, one a line; else the text itself.
func textItems(text string) []backpack.Item {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil
	}
	lines := strings.Fields(text)
	for _, line := range lines {
		if weblink(line) == "" {
			return []backpack.Item{{Text: text}}
		}
	}
	var list []backpack.Item
	for _, line := range lines {
		list = append(list, backpack.Item{Text: line})
	}
	return list
}

// textGivenBack is the pasted text whose badges could not be kept, so that nothing typed is lost.
func textGivenBack(list []backpack.Item, results []brought) string {
	var lost []string
	for i, item := range list {
		if item.Text != "" && results[i].err != nil {
			lost = append(lost, item.Text)
		}
	}
	return strings.Join(lost, "\n")
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
