package web

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/hashicorp/golang-lru/v2/expirable"
	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/paper"
	"github.com/carnetbadges/carnet/pkg/passport"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

const (
	printsAtOnce = 1       // documents with many badges made at a time; certificates have other turns
	printsKept   = 4       // of at most paper.MaxFile
	cellPicture  = 200     // the side of a picture on a sheet of six, in pixels
	noteMost     = 2 << 10 // bytes of what is said of a badge that are read for its place on a sheet
)

// newPrints keeps the prints made last, by all that is on them. Whether somebody may see one is asked before, each time.
func newPrints() *expirable.LRU[string, []byte] {
	return expirable.NewLRU[string, []byte](printsKept, nil, time.Hour)
}

// print is several badges of one person that are put on paper together.
type print struct {
	holder store.Person
	badges []store.Placed // that the viewer may see, without their Documents
	count  int            // of all there are, where these are only the first
	cover  paper.Cover
	made   time.Time
	at     func(store.Badge) string // the address of one's page; empty: it has none for whoever reads the print
}

// collectionPaper is a collection on paper, for whoever may see it.
func (s *Site) collectionPaper(c echo.Context) error {
	viewer, err := s.viewer(c)
	if err != nil {
		return err
	}
	shown, err := s.Passports.Collection(c.Request().Context(), viewer, c.Param("id"))
	if err != nil {
		return err
	}
	keep := "private, no-store"
	if viewer.PersonID == "" && passport.CollectionOpenToAll(shown.Collection) {
		keep = mayBeKept
	}
	c.Response().Header().Set(echo.HeaderCacheControl, keep)
	address := ""
	if v := shown.Collection.Visibility; v == store.Public || v == store.Members {
		address = s.PublicURL + "/c/" + shown.Collection.ID
	}
	return s.printCollection(c, handedOn(c, shown), address, s.ownPage)
}

// sharedCollectionPaper is a collection on paper for whoever has a share link to it. Its codes lead to its badges under
// the link, and tell nothing of their own addresses.
func (s *Site) sharedCollectionPaper(c echo.Context) error {
	shared, err := s.shared(c)
	if errors.Is(err, passport.ErrEnded) || errors.Is(err, passport.ErrLocked) || err == nil && shared.Collection == nil {
		return echo.ErrNotFound
	}
	if err != nil {
		return err
	}
	return s.printCollection(c, *shared.Collection, s.PublicURL+"/s/"+shared.Link.Secret, s.pageUnder(shared.Link))
}

func (s *Site) printCollection(c echo.Context, shown passport.Collected, address string, at func(store.Badge) string) error {
	kept := shown.Collection
	p := print{holder: shown.Person, badges: shown.Badges, count: len(shown.Badges), made: kept.UpdatedAt, at: at}
	p.cover = paper.Cover{Title: paper.Text{Said: kept.Title}, By: paper.Text{Said: shown.Person.Name}, Note: paper.Text{Said: plain(s.clean.prose(kept.Note))}, Address: address, Seed: kept.ID}
	return s.sendPrint(c, p, "paper.collection", fileName(kept.Title))
}

// passportPaper is a passport on paper: what this viewer sees of it.
func (s *Site) passportPaper(c echo.Context) error {
	viewer, err := s.viewer(c)
	if err != nil {
		return err
	}
	shown, err := s.Passports.Person(c.Request().Context(), viewer, c.Param("handle"), "")
	if err != nil {
		return err
	}
	keep := "private, no-store"
	if viewer.PersonID == "" {
		keep = mayBeKept
	}
	c.Response().Header().Set(echo.HeaderCacheControl, keep)
	if !strings.EqualFold(shown.Person.Handle, c.Param("handle")) {
		c.Response().Header().Set(echo.HeaderCacheControl, "private, no-store")
		return c.Redirect(http.StatusFound, "/@"+shown.Person.Handle+"/passport.pdf")
	}
	p := print{holder: shown.Person, count: shown.Count, made: shown.Person.CreatedAt, at: s.ownPage}
	pages := func(after string) (passport.Shown, error) {
		return s.Passports.Person(c.Request().Context(), viewer, shown.Person.Handle, after)
	}
	if p.badges, err = allShown(shown, pages); err != nil {
		return err
	}
	p.cover = paper.Cover{Title: paper.Text{Said: shown.Person.Name}, Note: paper.Text{Said: shown.Told.About}, Address: s.PublicURL + "/@" + shown.Person.Handle, Seed: shown.Person.Handle}
	return s.sendPrint(c, p, "paper.passport", fileName(shown.Person.Name))
}

// allShown are the badges of all pages of a passport, as many as one print holds.
func allShown(shown passport.Shown, pages func(after string) (passport.Shown, error)) (list []store.Placed, err error) {
	for {
		for _, b := range shown.Badges {
			list = append(list, store.Placed{Badge: b})
		}
		if shown.Next == "" || len(list) >= paper.MaxBadges {
			return list, nil
		}
		if shown, err = pages(shown.Next); err != nil {
			return nil, err
		}
	}
}

// ownPage is the address of a badge's page, where it leads others than its holder somewhere.
func (s *Site) ownPage(b store.Badge) string {
	if b.Visibility == store.Public || b.Visibility == store.Members {
		return s.PublicURL + "/b/" + b.ID
	}
	return ""
}

// sendPrint puts badges on paper and answers with them; where they are too large together, with the first half.
func (s *Site) sendPrint(c echo.Context, p print, kind, name string) error {
	return s.sendPaper(c, name, s.limits.sets, func(ctx context.Context) ([]byte, error) {
		words := paperWords(ctx)
		words.RightSide = paper.RunsRight(p.cover.Title.Said)
		p.cover.Kind = views.T(ctx, kind)
		sheets, badges, err := s.cells(ctx, &p)
		if err != nil {
			return nil, err
		}
		key, err := p.key(sheets, badges, words)
		if err != nil {
			return nil, err
		}
		if document, kept := s.printed.Get(key); kept {
			return document, nil
		}
		document, err := s.sheets(ctx, p, sheets, badges, words)
		if err == nil {
			s.printed.Add(key, document)
		}
		return document, err
	})
}

// key names all that is on a print.
func (p print) key(sheets []paper.Badge, badges []store.Badge, words paper.Words) (string, error) {
	pictures := make([]string, len(badges))
	for i, b := range badges {
		pictures[i] = b.PictureKey
	}
	whole, err := json.Marshal([]any{p.cover, p.count, p.made, sheets, pictures, words})
	if err != nil {
		return "", fmt.Errorf("name a print: %w", err)
	}
	sum := sha256.Sum256(whole)
	return string(sum[:]), nil
}

// sheets puts as many of the badges on paper as find room in one file.
func (s *Site) sheets(ctx context.Context, p print, sheets []paper.Badge, badges []store.Badge, words paper.Words) (document []byte, err error) {
	for i := range sheets {
		if sheets[i].Picture, err = s.Backpack.Pixels(ctx, badges[i], cellPicture); err != nil {
			return nil, err
		}
	}
	for {
		p.cover.Count = views.T(ctx, "collection.count", "Count", len(sheets))
		if len(sheets) < p.count {
			p.cover.Count = views.T(ctx, "paper.first", "Most", len(sheets), "Of", p.count)
		}
		document, err := paper.Sheets(ctx, p.cover, sheets, words, p.made)
		if !errors.Is(err, paper.ErrTooLarge) || len(sheets) < 2 {
			return document, err
		}
		fit := len(sheets) / 2
		var full *paper.Full
		if errors.As(err, &full) {
			fit = max(1, full.Fit)
		}
		sheets = sheets[:fit]
	}
}

// cells are the badges of a print with what is inside them but their pictures; the print is as old as the last of them. One
// that is shown to others since the list was made is left out.
func (s *Site) cells(ctx context.Context, p *print) (list []paper.Badge, badges []store.Badge, err error) {
	for _, one := range p.badges[:min(len(p.badges), paper.MaxBadges)] {
		badge, err := s.Store.Badge(ctx, p.holder.ID, one.ID)
		if isNotFound(err) || err == nil && (badge.Visibility != one.Visibility || badge.State != one.State || badge.DeletedAt != nil) {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		cell := s.cell(ctx, badge, p.holder)
		cell.Address, cell.Note = p.at(badge), paper.Text{Said: plain(s.clean.prose(beginning(one.Text, noteMost)))}
		if badge.CheckedAt != nil && badge.CheckedAt.After(p.made) {
			p.made = *badge.CheckedAt
		}
		list, badges = append(list, cell), append(badges, badge)
	}
	return list, badges, nil
}

// cell is a badge as it is shown among others, from what the list of badges knows.
func (s *Site) cell(ctx context.Context, badge store.Badge, holder store.Person) paper.Badge {
	written := func(text string) paper.Text { return paper.Text{Said: text, Language: badge.Language} }
	verdict := views.VerdictView{Verdict: badge.Verdict}
	if badge.CheckedAt != nil {
		verdict.At = *badge.CheckedAt
	}
	cell := paper.Badge{
		Name: written(badge.Name), Issuer: written(badge.IssuerName), Recipient: paper.Text{Said: holder.Name},
		PictureAlt: views.T(ctx, "paper.alt", "Name", badge.Name), Facts: s.dates(ctx, badge), Verdict: paper.Verdict{Tone: toneOf(badge)}, File: credentialFile(badge),
	}
	cell.Verdict.Heading, _, cell.Verdict.Day = verdict.OnPaper(ctx)
	if why := standing(badge); why != "" {
		cell.Verdict.Heading = views.T(ctx, "standing."+why)
	}
	return cell
}
