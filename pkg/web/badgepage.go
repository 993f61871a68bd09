package web

import (
	"context"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/backpack"
	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/pkg/passport"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// badgePage gathers what the page of a badge shows to this viewer.
func (s *Site) badgePage(c echo.Context, badge store.Badge, holder store.Person) (views.BadgePage, error) {
	ctx := c.Request().Context()
	viewer, err := s.viewer(c)
	if err != nil {
		return views.BadgePage{}, err
	}
	report, err := s.Backpack.Report(ctx, badge)
	if err != nil {
		return views.BadgePage{}, err
	}
	frame, err := s.frame(c, "title.badge", "")
	if err != nil {
		return views.BadgePage{}, err
	}
	page := s.saidBy(ctx, report.Badge, badge)
	page.Frame = s.badgeFrame(ctx, frame, badge, holder, viewer.PersonID)
	if report.LastKnown() == openbadges.Contradicted {
		page.Frame.NoIndex = true
	}
	if !page.Frame.NoIndex && report.WasProved() { // else the name of the issuer would be anybody's word
		page.Frame.Data = s.schemaOfBadge(badge, page)
	}
	if page.Frame.OG != nil {
		if page.Frame.OG.Creator, err = s.Passports.Creator(ctx, badge.PersonID); err != nil {
			return views.BadgePage{}, err
		}
	}
	page.Standing, page.Since = standing(badge), since(badge)
	page.Holder = views.HolderView{Name: holder.Name, Handle: holder.Handle, Confirmed: badge.State == store.Accepted && matched(report.Verification)}
	page.Verdict = s.verdictView(report, badge)
	page.Verdict.History = pasts(report.Past, viewer.PersonID == badge.PersonID)
	page.Files = files(badge)
	page.Endorsed, page.OwnWords = endorsed(report.Findings)
	switch viewer.PersonID {
	case badge.PersonID:
		if err := s.forOwner(ctx, &page, badge); err != nil {
			return views.BadgePage{}, err
		}
	case "":
		s.cached(c, badge)
	}
	if report.WasProved() {
		if err := s.others(ctx, &page, badge, viewer); err != nil {
			return views.BadgePage{}, err
		}
	}
	return page, s.beside(ctx, &page, report.Badge, badge, viewer, func(e store.Evidence) string { return evidenceAt(badge.ID, e.ID) + "/file" })
}

// endorsed are the endorsements that the credential carries and that were found genuine, and those by who issued or received
// it. One found before it was asked what proves its endorser is shown when it was checked again.
func endorsed(findings []openbadges.Finding) (all, own []views.EndorsementView) {
	for _, f := range findings {
		e := views.EndorsementView{Endorser: f.Params["endorser"], By: f.Params["by"], Comment: f.Params["comment"]}
		switch {
		case f.Reason == openbadges.ReasonEndorsed && f.Result == openbadges.Pass && e.By != "":
			all = append(all, e)
		case f.Reason == openbadges.ReasonEndorsementOwn:
			own = append(own, e)
		}
	}
	return all, own
}

// othersListed is how many who hold the same a badge's page lists.
const othersListed = 12

// others lists who else holds the same, as far as this viewer may know.
func (s *Site) others(ctx context.Context, page *views.BadgePage, badge store.Badge, viewer passport.Viewer) error {
	found, err := s.Passports.Holders(ctx, viewer, badge, othersListed+1)
	for i, one := range found {
		if page.More = i == othersListed; page.More {
			break
		}
		page.Others = append(page.Others, views.OtherHolder{Name: one.Name, Handle: one.Handle, Badge: one.BadgeID, IssuedOn: one.IssuedAt})
	}
	return err
}

// versions lists what a badge was, for its holder.
func (s *Site) versions(ctx context.Context, page *views.BadgePage, badge store.Badge) error {
	all, err := s.Backpack.Versions(ctx, badge)
	for _, one := range all {
		view := views.FormerView{Until: one.ReplacedAt, Document: "/b/" + badge.ID + "/former/" + one.ID}
		if one.OriginalKey != "" {
			view.Original = view.Document + "/original"
		}
		page.Former = append(page.Former, view)
	}
	return err
}

// saidBy is what the credential says, made safe to show.
func (s *Site) saidBy(ctx context.Context, said openbadges.Badge, badge store.Badge) views.BadgePage {
	texts := s.clean.texts(ctx)
	a := said.Achievement
	page := views.BadgePage{
		ID: badge.ID, Name: badge.Name, Description: a.Description, Lang: badge.Language,
		Picture: pictureAddress(badge), PictureAlt: a.ImageCaption,
		Issuer: party(said.Issuer), IssuedOn: badge.IssuedAt, Expires: badge.ExpiresAt,
		Ended:    badge.ExpiresAt != nil && badge.ExpiresAt.Before(s.Now()),
		Criteria: texts.prose(a.CriteriaText), CriteriaURL: weblink(a.CriteriaURL), Narrative: texts.prose(said.Narrative),
		Tags: atMost(a.Tags), Credential: said.ID, Achievement: brief(a.ID), IssuerID: brief(said.Issuer.ID),
	}
	if page.Issuer.Name == "" {
		page.Issuer.Name = badge.IssuerName
	}
	if said.Creator != nil {
		creator := party(*said.Creator)
		page.Creator = &creator
	}
	if !said.ValidFrom.IsZero() && !said.ValidFrom.Equal(said.IssuedOn) {
		page.ValidFrom = &said.ValidFrom
	}
	for _, one := range atMost(a.Alignments) {
		page.Alignments = append(page.Alignments, views.AlignmentView{Name: brief(one.Name), URL: weblink(one.URL), Framework: brief(one.Framework), Code: brief(one.Code), Description: brief(one.Description)})
	}
	for _, one := range atMost(said.Evidence) {
		page.Evidence = append(page.Evidence, views.EvidenceView{Name: brief(one.Name), Description: brief(one.Description), Genre: brief(one.Genre), URL: weblink(one.ID), Narrative: texts.evidence(one.Narrative)})
	}
	return page
}

// listed is how many tags, alignments or pieces of evidence a page lists; no honest badge has more.
const listed = 100

func atMost[T any](list []T) []T { return list[:min(len(list), listed)] }

// brief cuts a text that stands on one line of a page to what one reads there.
func brief(text string) string {
	const most = 1000
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}

// badgeFrame announces a public badge to search engines and to pages that show links; all others to nobody.
func (s *Site) badgeFrame(ctx context.Context, f views.Frame, badge store.Badge, holder store.Person, viewer string) views.Frame {
	f.Title = badge.Name + " · " + holder.Name
	f.Description = badge.Description
	if viewer == badge.PersonID {
		f.Nav = "passport"
	}
	address := s.PublicURL + "/b/" + badge.ID
	f.Alternates = []views.Link{{Href: "/b/" + badge.ID + "." + ending(badge), Type: badge.DocumentType}}
	if !passport.OpenToAll(badge) {
		f.NoIndex = true
		return f
	}
	f.NoIndex = holder.Name == "@"+holder.Handle // whose name is kept from this viewer is not for search engines either
	f.Canonical = address
	f.Alternates = append(f.Alternates, views.Link{Href: s.oEmbedAddress(address), Type: oEmbedType})
	verdict, _ := views.VerdictSaid(ctx, badge.Verdict, standing(badge))
	f.OG = s.drawnFor(ctx, "/b/"+badge.ID, views.T(ctx, "badge.alt", "Name", badge.Name, "Issuer", badge.IssuerName)+". "+verdict,
		&views.OpenGraph{Title: badge.Name, Description: badge.Description, URL: address, Type: "article"})
	return f
}

// forOwner adds what only the holder sees.
func (s *Site) forOwner(ctx context.Context, page *views.BadgePage, badge store.Badge) error {
	page.Source = weblink(badge.SourceURL)
	page.Verdict.CheckAt = "/b/" + badge.ID + "/check"
	owner := &views.OwnerView{Visibility: badge.Visibility, Link: s.PublicURL + "/b/" + badge.ID, AddedAt: badge.CreatedAt, DeletedAt: badge.DeletedAt, IssuerBlocked: badge.IssuerBlocked}
	if badge.DeletedAt == nil {
		marks, err := s.marksOf(ctx, badge)
		if err != nil {
			return err
		}
		owner.Marks = &marks
	}
	if badge.DeletedAt != nil {
		owner.DaysLeft = daysLeft(*badge.DeletedAt, s.Now())
		page.Verdict.CheckAt = ""
	}
	if badge.State == store.Pending {
		addresses, err := s.claimedEver(ctx, badge.PersonID)
		if err != nil {
			return err
		}
		wait := s.wait(badge, addresses)
		owner.Waiting = &wait
	}
	if badge.OriginalKey != "" {
		page.Files = append([]views.FileView{{Kind: "original", Href: "/b/" + badge.ID + "/original", Name: badge.OriginalName}}, page.Files...)
	}
	if badge.CheckedAt != nil && badge.DeletedAt == nil {
		page.Files = append(page.Files, views.FileView{Kind: "archive", Href: "/b/" + badge.ID + "/archive"})
	}
	page.Owner = owner
	if badge.DeletedAt != nil {
		return nil
	}
	return s.versions(ctx, page, badge)
}

// verdictView is a report in the words of the views.
func (s *Site) verdictView(report backpack.Report, badge store.Badge) views.VerdictView {
	v := views.VerdictView{
		Verdict: string(report.Verdict), Reason: badge.VerdictReason, Standing: standing(badge),
		At: report.At, Now: s.Now(), Standard: badge.Standard, Proof: badge.Proof,
	}
	for _, f := range report.Findings {
		if f.Result == openbadges.Skipped {
			continue
		}
		v.Findings = append(v.Findings, views.FindingView{Check: string(f.Check), Result: string(f.Result), Reason: string(f.Reason), Detail: f.Detail, Params: f.Params})
		if string(f.Reason) == badge.VerdictReason {
			v.Detail, v.Params = f.Detail, f.Params
		}
	}
	v.Known = known(report.Known)
	v.Again = report.Again
	return v
}

// pasts is what has happened to a badge: all of it for its holder, the verdicts for everybody who sees it.
func pasts(events []backpack.Event, own bool) (all []views.Past) {
	for _, e := range events {
		if (e.Changed || e.Brought) && !own {
			continue
		}
		all = append(all, views.Past{
			At: e.At, What: e.What, Changed: e.Changed, Before: e.Before, After: e.After, Ended: e.Ended,
			Reason: string(e.Finding.Reason), Detail: e.Finding.Detail, Params: e.Finding.Params, Brought: e.Brought,
		})
	}
	return all
}

func known(k *backpack.Known) *views.Known {
	if k == nil {
		return nil
	}
	return &views.Known{Verdict: string(k.Verdict), Standing: standingOf(k.Reason), At: k.At}
}

// matched says whether the credential names somebody whose address this person has confirmed.
func matched(v openbadges.Verification) bool {
	for _, f := range v.Findings {
		if f.Check == openbadges.CheckRecipient {
			return f.Result == openbadges.Pass
		}
	}
	return false
}

// party is an issuer or creator as it is shown: by name, and by what proves the name.
func party(p openbadges.Profile) views.PartyView {
	view := views.PartyView{Name: p.Name, Host: p.ProvenBy(), URL: weblink(p.URL)}
	if view.URL == "" {
		view.URL = weblink(p.ID)
	}
	if view.Host == "" {
		view.Host = p.Host()
	}
	return view
}

// files are the forms in which anybody who may see a badge can take it away.
func files(b store.Badge) []views.FileView { return filesAt("/b/"+url.PathEscape(b.ID), b) }

// filesAt are those forms at an address of the badge.
func filesAt(at string, b store.Badge) []views.FileView {
	return []views.FileView{
		{Kind: "certificate", Href: at + "/certificate.pdf"},
		{Kind: "png", Href: at + "/baked.png"},
		{Kind: "svg", Href: at + "/baked.svg"},
		{Kind: ending(b), Href: at + "." + ending(b), Size: int64(len(b.Document))},
	}
}
