package web

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"net/http"
	"strings"
	"time"

	"github.com/hashicorp/golang-lru/v2/expirable"
	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/backpack"
	"github.com/carnetbadges/carnet/pkg/passport"
	"github.com/carnetbadges/carnet/pkg/pixels"
	"github.com/carnetbadges/carnet/pkg/postcard"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

const (
	cardsAtOnce   = 2 // each takes some ten megabytes
	cardPatience  = 5 * time.Second
	cardsKept     = 64 // of at most postcard.MaxBytes
	cardPictures  = 9
	cardPicture   = 360 // pixels a side
	cardSaysAbout = 160 // bytes
	cardsWay      = 2   // in which they are drawn; another one makes all cards other ones
)

// cards are where the pictures of links are drawn: few at a time; those drawn last are kept in memory, by all that is on
// them. Whether somebody may see one is asked before, each time.
type cards struct {
	turns chan struct{}
	kept  *expirable.LRU[string, []byte]
}

func newCards() *cards {
	return &cards{turns: make(chan struct{}, cardsAtOnce), kept: expirable.NewLRU[string, []byte](cardsKept, nil, time.Hour)}
}

// picturedCard is a card with what its pictures are made of.
type picturedCard struct {
	postcard.Card
	Badges   []store.Badge
	Portrait []byte // a JPEG; nil: none
}

// badgeCard is the picture by which other programs show a link to a public badge.
func (s *Site) badgeCard(c echo.Context) error {
	badge, holder, err := s.openBadge(c, c.Param("id"))
	if err != nil {
		return err
	}
	ctx := feedLanguage(c)
	card := picturedCard{Badges: []store.Badge{badge}}
	card.Seed, card.Title, card.Lang = badge.IssuerName+badge.Name, badge.Name, badge.Language
	card.Verdict, card.Tone = views.VerdictSaid(ctx, badge.Verdict, standing(badge))
	card.Lines = []string{views.T(ctx, "feed.by", "Issuer", badge.IssuerName), views.T(ctx, "card.held", "Name", holder.Name)}
	return s.sendCard(c, ctx, card)
}

// collectionCard is the same of a collection.
func (s *Site) collectionCard(c echo.Context) error {
	shown, err := s.openCollection(c, c.Param("id"))
	if err != nil {
		return err
	}
	ctx, card := feedLanguage(c), picturedCard{}
	for _, one := range shown.Badges[:min(len(shown.Badges), cardPictures)] {
		card.Badges = append(card.Badges, one.Badge)
	}
	card.Seed, card.Title = shown.Collection.ID, shown.Collection.Title
	card.Lines = []string{views.T(ctx, "embed.collection", "Holder", shown.Person.Name, "Count", len(shown.Badges))}
	return s.sendCard(c, ctx, card)
}

// passportCard is the same of a passport.
func (s *Site) passportCard(c echo.Context) error {
	ctx := c.Request().Context()
	shown, err := s.Passports.Person(ctx, passport.Viewer{}, c.Param("handle"), "")
	if err != nil {
		return err
	}
	card := picturedCard{Badges: shown.Badges[:min(len(shown.Badges), cardPictures)]}
	if shown.Told.Portrait != "" {
		if card.Portrait, _, err = s.Passports.Portrait(ctx, passport.Viewer{}, shown.Person.Handle); err != nil {
			return err
		}
		card.Card.Portrait, card.Badges = true, nil
	}
	ctx = feedLanguage(c)
	card.Seed, card.Title = shown.Person.Handle, shown.Person.Name
	card.Lines = []string{views.T(ctx, "card.badges", "Count", shown.Count)}
	if about := strings.TrimSpace(shown.Told.About); about != "" {
		card.Lines = append(card.Lines, strings.ToValidUTF8(about[:min(len(about), cardSaysAbout)], ""))
	}
	return s.sendCard(c, ctx, card)
}

// sendCard answers with a card, from memory where it was drawn before, or with 304 to whoever has it.
func (s *Site) sendCard(c echo.Context, ctx context.Context, card picturedCard) error {
	house, err := s.Accounts.House(ctx)
	if err != nil {
		return err
	}
	card.House, card.Host, card.WordsLang = house.Name, s.public.Host, views.Language(ctx)
	if card.House == "" {
		card.House = views.T(ctx, "carnet.name")
	}
	key, err := card.key()
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set(echo.HeaderCacheControl, mayBeKept)
	h.Set("ETag", `"`+key+`"`)
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	if hasAlready(c.Request().Header, `"`+key+`"`) {
		return c.NoContent(http.StatusNotModified)
	}
	drawn, kept := s.drawn.kept.Get(key)
	if !kept {
		if drawn, err = s.draw(ctx, card); err != nil {
			return err
		}
		s.drawn.kept.Add(key, drawn)
	}
	return sendFile(c, pixels.PNG, drawn, "")
}

// key names all that is on a card.
func (p picturedCard) key() (string, error) {
	pictures := []string{string(p.Portrait)}
	for _, b := range p.Badges {
		pictures = append(pictures, b.PictureKey, b.Name)
	}
	whole, err := json.Marshal([]any{p.Card, pictures, cardsWay})
	if err != nil {
		return "", fmt.Errorf("name a card: %w", err)
	}
	sum := sha256.Sum256(whole)
	return base64.RawURLEncoding.EncodeToString(sum[:15]), nil
}

// draw makes a card in its turn. A picture that cannot be painted is left out.
func (s *Site) draw(ctx context.Context, card picturedCard) ([]byte, error) {
	waiting, cancel := context.WithTimeout(ctx, cardPatience)
	defer cancel()
	select {
	case s.drawn.turns <- struct{}{}:
		defer func() { <-s.drawn.turns }()
	case <-waiting.Done():
		return nil, fmt.Errorf("draw a card: %w", errBusy)
	}
	side := cardPicture
	if len(card.Badges) > 1 {
		side /= 2
	}
	for _, b := range card.Badges {
		picture, err := s.Backpack.Pixels(ctx, b, side)
		if busy(ctx, err) {
			return nil, err
		}
		if err != nil {
			s.Log.Error("a card without a picture", "badge", b.ID, "fault", err)
			continue
		}
		card.Pictures = append(card.Pictures, picture)
	}
	if card.Portrait != nil {
		portrait, err := pixels.Decode(ctx, pixels.Picture{Data: card.Portrait, Kind: pixels.JPEG})
		if busy(ctx, err) {
			return nil, err
		}
		if err != nil {
			s.Log.Error("a card without a portrait", "fault", err)
			card.Card.Portrait = false
			return card.PNG()
		}
		card.Pictures = []image.Image{portrait}
	}
	return card.PNG()
}

// busy says whether a picture was not painted for want of time, so that it can be painted later.
func busy(ctx context.Context, err error) bool {
	return err != nil && (ctx.Err() != nil || errors.Is(err, backpack.ErrBusy))
}

// cardAt is where the card of an address is, in the language of the page that names it.
func (s *Site) cardAt(ctx context.Context, path string) string {
	return feedPage(s.PublicURL+path+"/og.png", views.Language(ctx), "")
}

// drawnFor gives what is said of a page to others its picture, with the words for whoever does not see it.
func (s *Site) drawnFor(ctx context.Context, path, alt string, og *views.OpenGraph) *views.OpenGraph {
	og.Image, og.ImageAlt, og.Width, og.Height = s.cardAt(ctx, path), alt, postcard.Width, postcard.Height
	return og
}

// passportGraph is how a passport is shown by programs that show links: as everybody sees it, whoever looks.
func (s *Site) passportGraph(ctx context.Context, shown passport.Shown) *views.OpenGraph {
	at := "/@" + shown.Person.Handle
	said := views.T(ctx, "card.badges", "Count", shown.Public)
	og := s.drawnFor(ctx, at, shown.Person.Name+". "+said, &views.OpenGraph{Title: shown.Person.Name, Description: said, URL: s.PublicURL + at, Type: "profile"})
	og.Creator = passport.CreatorOf(shown.Told.Links)
	return og
}
