package web

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/net/html"

	"github.com/carnetbadges/carnet/pkg/backpack"
	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/pkg/paper"
	"github.com/carnetbadges/carnet/pkg/passport"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

const (
	papersAtOnce  = 2               // certificates made at a time, each of which takes some tens of megabytes
	paperPatience = 8 * time.Second // a turn is waited for so long
	paperPicture  = 640             // pixels a side: 270 to the inch on a certificate
	criteriaMost  = 8 << 10         // bytes of criteria that are read for a sheet
)

// certificate is a badge on a sheet to print, with the badge itself inside.
func (s *Site) certificate(c echo.Context) error {
	badge, holder, err := s.seen(c, c.Param("id"))
	if err != nil {
		return err
	}
	viewer, err := s.viewer(c)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderCacheControl, "private, no-store")
	if viewer.PersonID == "" {
		s.cached(c, badge)
	}
	address := ""
	if badge.Visibility == store.Public || badge.Visibility == store.Members {
		address = s.PublicURL + "/b/" + badge.ID
	}
	return s.sendCertificate(c, badge, holder, address)
}

// sharedCertificate is that sheet for whoever has a share link; its code leads where they came from.
func (s *Site) sharedCertificate(c echo.Context) error {
	shared, err := s.shared(c)
	if errors.Is(err, passport.ErrEnded) || errors.Is(err, passport.ErrLocked) || err == nil && !shared.OneBadge() {
		return echo.ErrNotFound
	}
	if err != nil {
		return err
	}
	return s.sendCertificate(c, shared.Badge, shared.Person, s.PublicURL+"/s/"+shared.Link.Secret)
}

func (s *Site) sendCertificate(c echo.Context, badge store.Badge, holder store.Person, address string) error {
	return s.sendPaper(c, fileName(badge.Name), s.limits.sheets, func(ctx context.Context) ([]byte, error) {
		report, err := s.Backpack.Report(ctx, badge)
		if err != nil {
			return nil, err
		}
		sheet := s.onPaper(ctx, report, badge, holder)
		sheet.Address = address
		if sheet.Picture, err = s.Backpack.Pixels(ctx, badge, paperPicture); err != nil {
			return nil, err
		}
		words := paperWords(ctx)
		words.RightSide = views.Direction(badge.Language) == "rtl" || paper.RunsRight(badge.Name)
		return paper.Certificate(sheet, words, lastChanged(badge, report))
	})
}

// lastChanged is when what a sheet says of a badge was last changed, as far as the house knows.
func lastChanged(badge store.Badge, report backpack.Report) time.Time {
	if report.At.After(badge.CreatedAt) {
		return report.At
	}
	return badge.CreatedAt
}

// sendPaper makes a document in its turn, in the language that is asked for or the reader's own, and answers with it:
// 304 to whoever has these very bytes.
func (s *Site) sendPaper(c echo.Context, name string, turns chan struct{}, draw func(context.Context) ([]byte, error)) error {
	ctx := c.Request().Context()
	if asked := c.QueryParam("lang"); slices.Contains(views.Languages(), asked) {
		ctx = views.WithLanguage(ctx, asked)
	}
	done, err := turn(ctx, turns, paperPatience)
	if err != nil {
		return err
	}
	defer done()
	document, err := draw(ctx)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(document)
	tag := `"` + base64.RawURLEncoding.EncodeToString(sum[:15]) + `"`
	c.Response().Header().Set("ETag", tag)
	if hasAlready(c.Request().Header, tag) {
		return c.NoContent(http.StatusNotModified)
	}
	return sendFile(c, "application/pdf", document, name+".pdf")
}

// onPaper is a badge as it is shown on a sheet.
func (s *Site) onPaper(ctx context.Context, report backpack.Report, badge store.Badge, holder store.Person) paper.Badge {
	said, verdict := report.Badge, s.verdictView(report, badge)
	written := func(text string) paper.Text { return paper.Text{Said: text, Language: badge.Language} }
	issuer := party(said.Issuer)
	if issuer.Name == "" {
		issuer.Name = badge.IssuerName
	}
	sheet := paper.Badge{
		Name: written(badge.Name), Issuer: written(issuer.Name), Host: issuer.Host, Recipient: paper.Text{Said: holder.Name},
		Criteria:   written(plain(s.clean.prose(beginning(said.Achievement.CriteriaText, criteriaMost)))),
		PictureAlt: views.T(ctx, "paper.alt", "Name", badge.Name), Facts: s.dates(ctx, badge),
		Verdict: paper.Verdict{Tone: toneOf(badge)},
		File:    credentialFile(badge),
	}
	sheet.Verdict.Heading, sheet.Verdict.Sentence, sheet.Verdict.Day = verdict.OnPaper(ctx)
	return sheet
}

// credentialFile is the credential as it travels in a document.
func credentialFile(badge store.Badge) paper.File {
	return paper.File{Name: fileName(badge.Name) + "." + ending(badge), Kind: badge.DocumentType, Content: badge.Document, About: badge.Name + " · " + badge.IssuerName}
}

// dates are when a badge was issued and until when it counts.
func (s *Site) dates(ctx context.Context, badge store.Badge) (list []string) {
	if badge.IssuedAt != nil {
		list = append(list, views.T(ctx, "paper.on", "Day", views.Day(ctx, *badge.IssuedAt)))
	}
	if badge.ExpiresAt != nil {
		key := "badge.until"
		if badge.ExpiresAt.Before(s.Now()) {
			key = "badge.ended"
		}
		list = append(list, views.T(ctx, key, "Day", views.Day(ctx, *badge.ExpiresAt)))
	}
	return list
}

// toneOf is the colour in which a badge's verdict is printed.
func toneOf(badge store.Badge) paper.Tone {
	switch openbadges.Verdict(badge.Verdict) {
	case openbadges.Genuine:
		return paper.Green
	case openbadges.NotCurrent:
		if standing(badge) == "revoked" {
			return paper.Red
		}
		return paper.Amber
	case openbadges.Contradicted:
		return paper.Red
	}
	return paper.Plain
}

func paperWords(ctx context.Context) paper.Words {
	return paper.Words{
		Language: views.Language(ctx), Kind: views.T(ctx, "paper.kind"), Received: views.T(ctx, "paper.received"), By: views.T(ctx, "paper.by"),
		Criteria: views.T(ctx, "paper.criteria"), Inside: views.T(ctx, "paper.inside"), CodeAlt: views.T(ctx, "paper.code"), Producer: "Carnet",
	}
}

// plain is the text of sanitised markup, its blocks as paragraphs.
func plain(markup template.HTML) string {
	var out strings.Builder
	tokens := html.NewTokenizer(strings.NewReader(string(markup)))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return inLines(out.String())
		case html.TextToken:
			out.WriteString(strings.ReplaceAll(string(tokens.Text()), "\n", " ")) // a line that was broken between two words
		case html.StartTagToken, html.SelfClosingTagToken:
			switch name, _ := tokens.TagName(); string(name) {
			case "li":
				out.WriteString("\n• ")
			case "p", "br", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre":
				out.WriteString("\n")
			}
		}
	}
}

// inLines are the lines of a text without the room around them; a bullet stands before what it is for.
func inLines(text string) string {
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSpace(line)
		last := len(lines) - 1
		switch {
		case line == "":
		case last >= 0 && lines[last] == "•":
			lines[last] = "• " + strings.TrimPrefix(line, "• ")
		default:
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}
