package web

import (
	"bytes"
	"context"
	"net/url"
	"time"

	"github.com/carnetbadges/carnet/pkg/backpack"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// Offline draws the pages of a passport's archive, which open from a disk: the same words and fragments as the site's,
// and no request.
type Offline struct {
	site *Site
	By   string // scheme://host of this Carnet
}

// NewOffline is an Offline of the Carnet at this address.
func NewOffline(by string, now func() time.Time) Offline {
	return Offline{site: &Site{Options: Options{Now: now}, clean: newSanitizer()}, By: by}
}

// Badge is the page of a badge, index.html in its folder, whose files papers name. Words are in the language of ctx.
func (o Offline) Badge(ctx context.Context, holder store.Person, badge store.Badge, report backpack.Report, papers backpack.Papers, made time.Time) ([]byte, error) {
	page := o.site.saidBy(ctx, report.Badge, badge)
	page.Picture = pictureFile(papers)
	page.Standing, page.Since = standing(badge), since(badge)
	page.Ended = badge.ExpiresAt != nil && badge.ExpiresAt.Before(made)
	page.Holder = views.HolderView{Name: holder.Name, Confirmed: badge.State == store.Accepted && matched(report.Verification)}
	page.Verdict = o.site.verdictView(report, badge)
	page.Verdict.Now = report.At.AddDate(0, 1, 0) // the day itself is said, whenever the page is read
	page.Verdict.Again = nil
	page.Verdict.History = pasts(report.Past, true)
	page.Files = papersFiles(papers)
	page.Endorsed, page.OwnWords = endorsed(report.Findings)
	page.Beside = o.beside(ctx, papers)
	page.Source = weblink(badge.SourceURL)
	view := views.OfflineBadge{
		BadgePage: page, Home: "../../index.html", By: o.By, Made: made, Seen: badge.Visibility, AddedAt: badge.CreatedAt,
	}
	for _, c := range papers.Checks {
		if c.Web != "" {
			view.Checks = append(view.Checks, views.OfflineCheck{At: c.At, Web: c.Web, Input: papers.Verify})
		}
	}
	var out bytes.Buffer
	err := views.OfflineBadgePage(view).Render(views.Offline(ctx), &out)
	return out.Bytes(), err
}

// beside is what the holder put beside a badge and has not taken away.
func (o Offline) beside(ctx context.Context, papers backpack.Papers) (all []views.EvidenceView) {
	texts := o.site.clean.ownTexts(ctx)
	for _, p := range papers.Evidence {
		if p.DeletedAt != nil {
			continue
		}
		view := views.EvidenceView{Name: p.Title, URL: weblink(p.Link), Narrative: texts.evidence(p.Words)}
		if p.File != "" {
			view.File = &views.FileView{Href: (&url.URL{Path: p.File}).String(), Name: p.FileName}
		}
		all = append(all, view)
	}
	return all
}

// Index is the first page of an archive, of the badges that papers name, which lie in folders named by their ids.
func (o Offline) Index(ctx context.Context, holder store.Person, all []backpack.Papers, made time.Time, papers []string) ([]byte, error) {
	page := views.OfflinePassport{
		Name: holder.Name, Handle: holder.Handle, By: o.By, Made: made, Papers: papers,
		Identity: views.Identity{Name: holder.Name, Handle: holder.Handle, Initials: initials(holder.Name), Since: holder.CreatedAt.Year()},
	}
	for _, p := range all {
		card := o.card(p)
		switch {
		case p.DeletedAt != nil:
			page.Deleted = append(page.Deleted, card)
		case p.State == store.Accepted:
			page.Kept = append(page.Kept, card)
		default:
			page.Waiting = append(page.Waiting, card)
		}
	}
	page.Identity.Badges = len(page.Kept)
	var out bytes.Buffer
	err := views.OfflineIndex(page).Render(views.Offline(ctx), &out)
	return out.Bytes(), err
}

func (o Offline) card(p backpack.Papers) views.OfflineCard {
	folder := "badges/" + p.ID + "/"
	b := store.Badge{Verdict: p.Verdict, VerdictReason: p.Reason, ExpiresAt: p.ExpiresAt}
	card := views.OfflineCard{
		Card: views.Card{
			ID: p.ID, Name: p.Name, Issuer: p.Issuer, Lang: p.Language, Visibility: p.Visibility,
			Verdict: p.Verdict, Standing: standing(b), Since: since(b),
		},
		Page: folder + "index.html", CheckedAt: p.CheckedAt,
	}
	if picture := pictureFile(p); picture != "" {
		card.Picture = folder + picture
	}
	return card
}

// pictureFile is the file that shows a badge.
func pictureFile(p backpack.Papers) string {
	for _, name := range []string{p.Picture, p.SVG, p.PNG} {
		if name != "" {
			return name
		}
	}
	return ""
}

// papersFiles are a badge's files beside its page.
func papersFiles(p backpack.Papers) (list []views.FileView) {
	add := func(kind, name, called string) {
		if name != "" {
			list = append(list, views.FileView{Kind: kind, Href: (&url.URL{Path: name}).String(), Name: called})
		}
	}
	add("original", p.Original, p.OriginalName)
	add("png", p.PNG, "")
	add("svg", p.SVG, "")
	kind := "json"
	if isToken(store.Badge{DocumentType: p.DocumentType}) {
		kind = "jwt"
	}
	add(kind, p.Document, "")
	add("papers", backpack.BadgePapers, "")
	return list
}
