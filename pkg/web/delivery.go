package web

import (
	"bufio"
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/archive"
	"github.com/carnetbadges/carnet/pkg/backpack"
	"github.com/carnetbadges/carnet/pkg/parcel"
	"github.com/carnetbadges/carnet/store"
)

const (
	formMost    = 20 << 20          // bytes of a form that is read whole
	textMost    = 8 << 20           // of what is pasted
	sendingTime = 30 * time.Minute  // for a slow line
	peeked      = len("PK\x03\x04") // bytes by which a ZIP is known
)

// delivery is what somebody sends at once, taken apart as it comes. The first thing is held back: it may be the only one.
// With the second begins an import, and both lie on the disk from then on.
type delivery struct {
	site    *Site
	ctx     context.Context // outlives the request: what has come is kept
	me      store.Person
	opening *parcel.Opening

	first     *parcel.Find
	many      store.Import // begun where it has an ID
	passports []laid       // archives of whole passports
	text      string       // what was pasted, to be given back
	mistake   string       // word key
	cut       bool         // more was sent than is taken at once
}

// laid is a file on the shelf of archives.
type laid struct {
	id   string
	size int64
}

// receive reads what is sent. An import that was begun when something went wrong starts with what had come.
func (s *Site) receive(c echo.Context, me store.Person) (*delivery, error) {
	d := &delivery{site: s, ctx: context.WithoutCancel(c.Request().Context()), me: me}
	d.opening = parcel.New(backpack.ImportLimits(), d.take)
	if _, sends := s.sending.LoadOrStore(me.ID, true); sends {
		d.mistake = "import.mistake.busy"
		_, _ = io.CopyN(io.Discard, c.Request().Body, s.limits.sending)
		return d, nil
	}
	defer s.sending.Delete(me.ID)
	err := d.read(c)
	var large *http.MaxBytesError
	switch {
	case errors.Is(err, backpack.ErrFull):
		d.mistake, err = "import.mistake.full", nil
	case errors.As(err, &large):
		d.cut, err = true, nil
	}
	if d.many.ID != "" {
		return d, errors.Join(err, d.start())
	}
	if d.cut && d.first == nil {
		d.mistake = "import.mistake.large"
	}
	return d, err
}

func (d *delivery) start() error {
	left := d.opening.LeftOut()
	if d.cut {
		left++
	}
	defer d.site.Kick()
	return d.site.Backpack.StartImport(d.ctx, d.many, left)
}

func (d *delivery) read(c echo.Context) (err error) {
	control, deadline := http.NewResponseController(c.Response()), time.Now().Add(sendingTime)
	if err := errors.Join(control.SetReadDeadline(deadline), control.SetWriteDeadline(deadline)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	r := c.Request()
	whole := r.Body
	defer func() { // a browser reads no answer before it has sent all, unless that is far too much
		if err != nil || d.mistake != "" {
			_, _ = io.CopyN(io.Discard, whole, d.site.limits.sending)
		}
	}()
	r.Body = http.MaxBytesReader(c.Response(), whole, d.site.limits.sending)
	parts, err := r.MultipartReader()
	if errors.Is(err, http.ErrNotMultipart) {
		return d.paste(r.PostFormValue("text"))
	}
	if err != nil {
		return errors.Join(errMalformed, err)
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return d.passportsToo()
		}
		if err != nil {
			return errors.Join(errMalformed, err)
		}
		if err := d.part(part); err != nil {
			return err
		}
	}
}

func (d *delivery) part(part *multipart.Part) error {
	switch part.FormName() {
	case "text":
		text, err := io.ReadAll(io.LimitReader(part, textMost))
		if err != nil {
			return errors.Join(errMalformed, err)
		}
		return d.paste(strings.ToValidUTF8(string(text), "�"))
	case "file":
		return d.file(part)
	}
	return nil
}

func (d *delivery) paste(text string) error {
	d.text = text
	return d.opening.Text(text)
}

// file takes one file apart. A ZIP goes to the disk first, whatever its size; of anything else at most one byte more is read
// than it may have.
func (d *delivery) file(part *multipart.Part) error {
	content := bufio.NewReader(part)
	begins, err := content.Peek(peeked)
	if err != nil && !errors.Is(err, io.EOF) {
		return errors.Join(errMalformed, err)
	}
	if parcel.IsZip(begins) {
		return d.zip(part.FileName(), content)
	}
	data, err := io.ReadAll(io.LimitReader(content, backpack.MaxItem+1))
	if err != nil {
		return errors.Join(errMalformed, err)
	}
	if len(data) == 0 && part.FileName() == "" {
		return nil // a field nobody has filled
	}
	return d.opening.File(part.FileName(), data)
}

func (d *delivery) zip(name string, content io.Reader) (err error) {
	id := store.NewID()
	size, err := d.site.Archives.Lay(id, content, backpack.MostTogether)
	if err != nil {
		if archive.WordOf(err) == archive.TooLarge {
			return d.take(parcel.Find{Name: name, Trouble: parcel.TooLarge})
		}
		return err
	}
	file, err := d.site.Archives.File(id)
	if err != nil {
		return err
	}
	if passportArchive(file, size) {
		d.passports = append(d.passports, laid{id, size})
		return file.Close()
	}
	return errors.Join(d.opening.Zip(name, file, size), file.Close(), d.site.Archives.Remove(id))
}

// passportsToo takes whole passports in that came with other things: one by itself, the others are told of.
func (d *delivery) passportsToo() error {
	if len(d.passports) == 0 || len(d.passports) == 1 && d.first == nil {
		return nil
	}
	for i, one := range d.passports {
		trouble := backpack.PassportBusy
		if i == 0 {
			var err error
			if trouble, err = d.takePassport(one); err != nil {
				return err
			}
		}
		if err := d.take(parcel.Find{Name: "carnet.zip", Size: one.size, Trouble: trouble}); err != nil {
			return err
		}
	}
	return nil
}

func (d *delivery) takePassport(one laid) (trouble string, err error) {
	file, err := d.site.Archives.File(one.id)
	if err != nil {
		return "", err
	}
	_, bad := archive.Open(file, one.size)
	if err := file.Close(); err != nil {
		return "", err
	}
	if bad != nil {
		return parcel.Damaged, nil //nolint:nilerr // it is told of as damaged
	}
	first := backpack.Arrivals{}
	former, err := d.site.Accounts.BringBack(d.ctx, d.me.ID, one.id, one.size, first.JSON())
	if errors.Is(err, store.ErrTaken) {
		return backpack.PassportBusy, nil
	}
	if err != nil {
		return "", err
	}
	d.passports = d.passports[1:] // it is the job's now
	return backpack.Passport, d.site.putAway(former)
}

// take keeps a find.
func (d *delivery) take(f parcel.Find) error {
	if d.many.ID == "" && d.first == nil {
		d.first = &f
		return nil
	}
	if d.many.ID == "" {
		begun, err := d.site.Backpack.BeginImport(d.ctx, d.me.ID)
		if err != nil {
			return err
		}
		d.many = begun
		if err := d.site.Backpack.AddItem(d.ctx, &d.many, *d.first); err != nil {
			return err
		}
		d.first = &parcel.Find{}
	}
	return d.site.Backpack.AddItem(d.ctx, &d.many, f)
}

// tidy throws away what lies on the shelf and was not handed on.
func (d *delivery) tidy() {
	if d.many.ID == "" && d.first == nil {
		return // a passport alone is taken back
	}
	for _, one := range d.passports {
		if err := d.site.Archives.Remove(one.id); err != nil {
			d.site.Log.Error("import", "fault", err)
		}
	}
}

// bringMany leads to the page on which an import is told of.
func (s *Site) bringMany(c echo.Context, d *delivery) error {
	address := "/badges/imports/" + url.PathEscape(d.many.ID)
	if d.cut {
		address += "?done=import-cut"
	}
	return seeOther(c, address)
}
