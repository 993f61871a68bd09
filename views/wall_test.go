package views

import (
	"maps"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"
)

func walls() []Card {
	return []Card{
		{ID: "1", Name: "Facilitatrice", Lang: "fr", Issuer: "Maison des Savoirs", Picture: "/b/1/picture", Visibility: "public", Verdict: "genuine"},
		{ID: "2", Name: "Radio host", Issuer: "Radio", Visibility: "private", Verdict: "genuine", New: true},
		{ID: "3", Name: "Fixer", Issuer: "Repair Café", Picture: "/b/3/picture", Visibility: "members", Verdict: "not-current", Standing: "expired", Since: day(2026, 6, 30)},
		{ID: "4", Name: "Bees", Issuer: "Toits", Picture: "/b/4/picture", Visibility: "members", Verdict: "not-current", Standing: "revoked"},
		{ID: "5", Name: "Leader", Issuer: "Alps", Picture: "/b/5/picture", Visibility: "members", Verdict: "unknown"},
		{ID: "6", Name: "Sky", Issuer: "Pic", Picture: "/b/6/picture", LightPlate: true, Visibility: "public", Verdict: "contradicted"},
		{ID: "7", Name: "Aid", Issuer: "Croix", Picture: "/b/7/picture", Visibility: "public", Verdict: "genuine", Expires: day(2027, 1, 3)},
		{ID: "8", Name: "Water", Issuer: "River", Picture: "/b/8/picture", Visibility: "public"},
		{ID: "9", Name: "Winter", Issuer: "River", Visibility: "public", Verdict: "not-current", Standing: "not-yet"},
		{ID: "10", Name: "Pause", Issuer: "River", Visibility: "public", Verdict: "not-current", Standing: "suspended"},
	}
}

func wall() WallPage {
	return WallPage{
		Frame: amina, Identity: Identity{Name: "Amina Diallo", Handle: "amina", Initials: "AD", Since: 2026, Badges: 24, Public: 4, Own: true},
		Counts: WallCounts{All: 24, Private: 5, Public: 4, Attention: 3, Deleted: 2}, Ask: WallAsk{Show: "public", Sort: "name"}, Found: 24,
		Filters: WallFilters{Issuers: []Choice{{"Lab", "Lab", 2}, {"École", "École", 9}}, Tags: []Choice{{"Été", "Été", 1}}, Favourite: 1},
		Waiting: []Waits{{AddressID: "A2", Address: "a@univ.example", Cards: []Card{{ID: "11", Name: "Mentor", Issuer: "Réseau"}}}},
		News:    []NewsView{{Badge: "4", Name: "Bees", Lang: "fr", Issuer: "Toits", What: "revoked", Why: "twice", At: noon}, {Badge: "7", Name: "Aid", What: "ends", At: noon, About: *day(2027, 1, 3)}},
		Cards:   walls(), Next: "a/b+c",
	}
}

// rooms are the pages beside the badge's own, in every state they can be in.
func rooms() map[string]templ.Component {
	empty, further := wall(), wall()
	empty.Counts, empty.Cards, empty.Waiting, empty.Next = WallCounts{}, nil, nil, ""
	further.More = true
	pages := map[string]templ.Component{"wall": Wall(wall()), "first day": Wall(empty), "further": Wall(further)}
	picking, list, timeline, nothing := wall(), wall(), wall(), wall()
	picking.Pick, list.Ask.View, timeline.Ask.View = "page", "list", "timeline"
	timeline.Cards[0].Year, timeline.LastYear, timeline.Cards[0].Tags, timeline.Cards[1].Issued = "2026", "2026", []string{"Été"}, day(2026, 1, 2)
	nothing.Ask = WallAsk{Search: "xyz", Issuer: "Lab", Tag: "Été", Lang: "en", Year: 2026, Favourite: true, SelfMade: true, Endorsed: true}
	nothing.Cards, nothing.Next, nothing.Suggestions, nothing.Open = nil, "", nothing.Filters.Issuers, true
	pages["picking"], pages["list"], pages["timeline"], pages["nothing found"] = Wall(picking), Wall(list), Wall(timeline), Wall(nothing)
	for _, do := range []string{"public", "members", "link"} {
		pages["sure "+do] = Sure(SurePage{Frame: amina, Ask: WallAsk{Search: "x"}, Do: do, Badges: []string{"1"}, All: true, Count: 9, Cards: walls()[:2]})
	}
	pages["tags"] = Tags(TagsPage{Frame: amina, Tags: []Choice{{"Été", "1", 2}}})
	pages["no tags"] = Tags(TagsPage{Frame: amina})
	for _, show := range []string{"all", "private", "public", "attention"} {
		none := wall()
		none.Ask, none.Cards, none.Next = WallAsk{Show: show}, nil, ""
		if show == "attention" {
			none.Ask = WallAsk{State: show}
		}
		pages["no "+show] = Wall(none)
	}
	trash := DeletedPage{Frame: amina, Counts: wall().Counts}
	pages["no trash"] = Deleted(trash)
	trash.Badges = []DeletedView{{Card: walls()[0], DeletedAt: noon, DaysLeft: 1}, {Card: walls()[1], DeletedAt: noon, DaysLeft: 30}}
	pages["trash"] = Deleted(trash)
	public := PassportPage{Frame: Frame{Title: "Amina", Path: "/@amina"}, Identity: Identity{Name: "Amina Diallo", Handle: "amina", Initials: "AD", Since: 2026}}
	pages["empty passport"] = Passport(public)
	own := public
	own.Frame, own.Identity.Own, own.SignedIn = amina, true, true
	pages["own empty passport"] = Passport(own)
	public.Cards, public.Next = walls()[:1], "z"
	public.About, public.Languages, public.Links = "I grow\ngardens.\n\nAnd more.", []string{"fr", "wo"}, []LinkRow{{"", "https://www.example.org/x"}, {"Mine", "https://example.org"}}
	public.Identity.Portrait, public.Identity.MayBlock = "/@amina/portrait?v=1", true
	pages["passport"] = Passport(public)
	you := YouPage{
		Frame: amina, Profile: ProfileForm{Name: "Amina Diallo", Handle: "amina", Shown: map[string]string{"name": "public"}, Initials: "AD"}, Language: "fr", Theme: "dark", Handle: "amina", PublicURL: "https://carnet.example/@amina", Role: "admin", Since: noon,
	}
	pages["you"] = You(you)
	you.Role, you.Mistakes = "member", map[string]string{"name": "too-long", "handle": "taken", "about": "too-long", "languages": "unknown", "links": "malformed"}
	you.Profile.Portrait, you.Blocked = "/@amina/portrait?v=1", []BlockedView{{ID: "B", Handle: "moussa"}}
	you.Profile.Links = []LinkRow{{"Mine", "https://example.org"}}
	pages["you mistaken"] = You(you)
	pages["portrait"] = Portrait(PortraitPage{Frame: amina})
	pages["portrait to cut"] = Portrait(PortraitPage{Frame: amina, Draft: "abc", Zoom: 100, Across: 50, Down: 35, Mistake: "too-large"})
	maps.Copy(pages, addressPages())
	maps.Copy(pages, unionPages())
	pages["add"] = Add(bringing())
	pages["add mistaken"] = Add(AddPage{Frame: amina, Mistake: "import.mistake.large", Most: 20, Limit: 10 << 20, Together: 20 << 20})
	pages["brought"] = Add(brought())
	return pages
}

func TestTheWallKeepsItsFilterAndSortInEveryLink(t *testing.T) {
	doc, _ := drawn(t, "en", Wall(wall()))
	for selector, want := range map[string]string{
		`.chip[aria-current="true"]`:  "/badges?show=public&sort=name",
		`.seg.inline a:last-child`:    "/badges?show=public&sort=name&view=timeline",
		`.toolbar .seg a:first-child`: "/badges?show=public&sort=name",
		`.chips a:first-child`:        "/badges?sort=name",
		`.more a`:                     "/badges?show=public&sort=name&after=a%2Fb%2Bc",
		`.tabs [aria-current="page"]`: "/badges",
		`.tabs a:nth-child(2)`:        "/collections",
		`.tabs a:last-child`:          "/badges/deleted",
	} {
		if got := doc.Find("main").Find(selector).First().AttrOr("href", ""); got != want {
			t.Errorf("%s leads to %q, want %q", selector, got, want)
		}
	}
}

func TestACardSaysItsStandingInAWord(t *testing.T) {
	doc, _ := drawn(t, "en", Wall(wall()))
	for id, want := range map[string]string{
		"1": "Genuine", "3": "Expired", "4": "Revoked", "5": "Cannot tell now", "6": "Contradicted", "7": "Genuine", "8": "Not checked yet", "9": "Not begun yet", "10": "Suspended",
	} {
		card := doc.Find(`.badge-card:has(a[href="/b/` + id + `"])`)
		if got := strings.TrimSpace(card.Find(".marks .mark").First().Text()); got != want {
			t.Errorf("card %s says %q, want %q", id, got, want)
		}
		if n := card.Find(".marks .mark").Length(); n > 2 {
			t.Errorf("card %s has %d marks", id, n)
		}
	}
}

func TestAPrivateBadgeLooksIt(t *testing.T) {
	doc, _ := drawn(t, "fr", Wall(wall()))
	private := doc.Find(`[data-visibility="private"]`)
	if private.Length() != 1 || !strings.Contains(private.Find(".seen").Text(), "Privé") {
		t.Error("nobody can tell that it is private")
	}
}

// ASVS: V8.2.3
func TestStrangersAreNotToldWhoElseSeesABadge(t *testing.T) {
	page := PassportPage{Frame: Frame{Path: "/@amina"}, Identity: Identity{Name: "Amina", Handle: "amina", Badges: 1, Public: 4}, Cards: []Card{{ID: "1", Name: "A", Verdict: "genuine"}}}
	doc, markup := drawn(t, "en", Passport(page))
	if doc.Find("[data-visibility=private], [data-visibility=members], .identity .actions a").Length() != 0 || strings.Contains(markup, "PUBLIC") {
		t.Error("a stranger learns what is the holder's")
	}
}

func TestAWaitingBadgeAsksForItsAddress(t *testing.T) {
	doc, _ := drawn(t, "en", Wall(wall()))
	form := doc.Find(`.offer form[action="/you/confirm"]`)
	if form.Find(`[name="address"]`).AttrOr("value", "") != "A2" {
		t.Error("the offer does not say which address to confirm")
	}
	if doc.Find(".offer bdi").Text() != "a@univ.example" {
		t.Error("the offer does not name the address")
	}
}

func TestTheMachineLineIsMadeOfBasicLettersOnly(t *testing.T) {
	for _, c := range []struct{ name, handle, want string }{
		{"Éloïse d’Arc", "eloise", "P<CARNET<ELOISE<D<ARC<<"},
		{"أمينة", "amina-2", "P<CARNET<AMINA<2<<"},
		{"", "", "P<CARNET<<<"},
	} {
		got := Identity{Name: c.name, Handle: c.handle, Badges: 7}.machineLine()
		if !strings.HasPrefix(got, c.want) || len(got) != 2*lineLength+1 {
			t.Errorf("%q gives %q", c.name, got)
		}
	}
}

func TestThePassportOfAStrangerOffersNoEdit(t *testing.T) {
	var links []string
	doc, _ := drawn(t, "en", rooms()["passport"])
	doc.Find("main a").Each(func(_ int, s *goquery.Selection) { links = append(links, s.AttrOr("href", "")) })
	for _, link := range links {
		if link == "/you" || link == "/badges" {
			t.Errorf("a stranger is led to %s", link)
		}
	}
}
