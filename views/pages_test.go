package views

import (
	"context"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"
)

// doors are the pages before one is in, each as it is and each with something wrong.
func doors() map[string]templ.Component {
	frame := Frame{Title: "…", Path: "/somewhere?x=1"}
	amina := frame
	amina.Person = &Me{Name: "Amina Diallo", Handle: "amina", Initials: "AD"}
	amina.Notice = &Notice{Key: "password", UndoAction: "/b/1/restore", Undo: map[string]string{"to": "private"}}
	wrong := map[string]string{"name": "required", "email": "malformed", "password": "breached"}
	letters := []KeptLetter{{ID: "1", To: "amina@example.org", Subject: "…", Text: "http://localhost/x", At: time.Unix(0, 0)}}
	pages := map[string]templ.Component{
		"home":                Home(HomePage{Frame: frame, Joins: true}),
		"home, closed":        Home(HomePage{Frame: frame}),
		"join":                Join(JoinPage{Frame: frame}),
		"join, wrong":         Join(JoinPage{Frame: frame, Name: "Amina <b>", Email: "amina@", Mistakes: wrong}),
		"sign in":             SignIn(SignInPage{Frame: frame, Next: "/badges", Joins: true}),
		"sign in, wrong":      SignIn(SignInPage{Frame: frame, Email: "amina@example.org", Mistake: "wrong"}),
		"sign in, no address": SignIn(SignInPage{Frame: frame, Mistakes: wrong}),
		"code":                Code(CodePage{Frame: frame, Email: "amina@example.org", Kept: true}),
		"code, wrong":         Code(CodePage{Frame: frame, Email: "amina@example.org", Mistake: "wrong"}),
		"arrival":             Arrival(ArrivalPage{Frame: frame, Secret: "s3cret", Email: "amina@example.org", Name: "Amina", Asked: true}),
		"arrival elsewhere":   Arrival(ArrivalPage{Frame: amina, Secret: "s3cret", Email: "evil@example.org", Name: "Eve", Browser: "Firefox", SignedIn: "Amina"}),
		"arrival, new":        Arrival(ArrivalPage{Frame: frame, Secret: "s3cret", Email: "amina@example.org", Makes: true, Asked: true}),
		"arrival, no name":    Arrival(ArrivalPage{Frame: frame, Secret: "s3cret", Email: "amina@example.org", Makes: true, Mistakes: wrong}),
		"again":               Again(AgainPage{Frame: amina, Name: "Amina", Next: "/you", HasPassword: true}),
		"again, sent":         Again(AgainPage{Frame: amina, Name: "Amina", Next: "/you", Sent: true, CodeMistake: "over"}),
		"sign in, by":         SignIn(SignInPage{Frame: frame, Next: "/badges", Providers: []ProviderView{{"google", "Google"}, {"oidc", "École"}}}),
		"on the way":          OnTheWay(OnTheWayPage{Frame: frame, Title: "Google", Address: "https://accounts.google.com/x?y=z"}),
		"newcomer":            Newcomer(NewcomerPage{Frame: frame, Title: "Google", Account: "amina@example.org", Name: "Amina"}),
		"newcomer wrong":      Newcomer(NewcomerPage{Frame: frame, Title: "Google", Mistakes: map[string]string{"name": "required", "email": "malformed"}}),
		"confirm, by":         Confirm(ConfirmPage{Frame: frame, Secret: "s3cret", Alone: true, Providers: []ProviderView{{"google", "Google"}}}),
		"forgot":              Forgot(ForgotPage{Frame: frame}),
		"forgot, wrong":       Forgot(ForgotPage{Frame: frame, Email: "amina@", Mistakes: wrong}),
		"reset":               Reset(ResetPage{Frame: frame, Secret: "s3cret"}),
		"reset, wrong":        Reset(ResetPage{Frame: frame, Secret: "s3cret", Mistakes: wrong}),
		"confirm":             Confirm(ConfirmPage{Frame: frame, Secret: "s3cret"}),
		"setup":               Setup(SetupPage{Frame: frame, Secret: "s3cret"}),
		"setup, wrong":        Setup(SetupPage{Frame: frame, Secret: "s3cret", Name: "Amina", Email: "amina@", Mistakes: wrong}),
		"sent, join":          LetterSent(LetterSentPage{Frame: frame, For: "join"}),
		"sent, forgot":        LetterSent(LetterSentPage{Frame: frame, For: "forgot", Kept: true}),
		"no letters":          DevMail(DevMailPage{Frame: frame}),
		"letters":             DevMail(DevMailPage{Frame: amina, Letters: letters}),
		"letter":              DevLetter(DevLetterPage{Frame: amina, Letter: letters[0]}),
	}
	for _, kind := range []string{"confirm", "reset", "setup", "letter"} {
		pages["stale "+kind] = Stale(StalePage{Frame: frame, Kind: kind})
	}
	for _, status := range []string{"400", "403", "404", "405", "409", "410", "413", "415", "429", "500", "503", "418", "502"} {
		number := int(status[0]-'0')*100 + int(status[1]-'0')*10 + int(status[2]-'0')
		pages["fault "+status] = Fault(FaultPage{Frame: frame, Status: number, RequestID: "K7QD2M9XWPLA"})
		pages["fault "+status+", once more"] = Fault(FaultPage{Frame: frame, Status: number, Wait: 3 * time.Minute, Again: "/b/1"})
	}
	for _, said := range []string{"looking", "links"} {
		pages["fault, "+said] = Fault(FaultPage{Frame: frame, Status: 429, Said: said})
	}
	return pages
}

func drawn(t *testing.T, lang string, page templ.Component) (*goquery.Document, string) {
	t.Helper()
	var out strings.Builder
	if err := page.Render(WithLanguage(t.Context(), lang), &out); err != nil {
		t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(out.String()))
	if err != nil {
		t.Fatal(err)
	}
	return doc, out.String()
}

func eachDoor(t *testing.T, test func(t *testing.T, doc *goquery.Document, markup, lang string)) {
	t.Helper()
	for name, page := range doors() {
		for _, lang := range Languages() {
			t.Run(name+" in "+lang, func(t *testing.T) {
				doc, markup := drawn(t, lang, page)
				test(t, doc, markup, lang)
			})
		}
	}
}

var unspoken = regexp.MustCompile(`(?m)(^|\s)[a-z]+(\.[a-z][a-z0-9-]*)+(\s|$)|<no value>`)

func TestDoorsSpeakTheReadersLanguage(t *testing.T) {
	eachDoor(t, func(t *testing.T, doc *goquery.Document, _, lang string) {
		root := doc.Find("html")
		if root.AttrOr("lang", "") != lang || root.AttrOr("dir", "") != "ltr" {
			t.Errorf("lang=%q dir=%q", root.AttrOr("lang", ""), root.AttrOr("dir", ""))
		}
		doc.Find("style, code, bdi, .letter-text").Remove()
		if key := unspoken.FindString(doc.Text()); key != "" {
			t.Errorf("a key stands where a sentence should: %q", key)
		}
	})
}

func TestDoorsAreWellBuilt(t *testing.T) {
	sprite, err := os.ReadFile("../static/icons.svg")
	if err != nil {
		t.Fatal(err)
	}
	eachDoor(t, func(t *testing.T, doc *goquery.Document, markup, _ string) {
		if n := doc.Find("h1").Length(); n != 1 {
			t.Errorf("%d first headings", n)
		}
		if doc.Find("main#main").Length() != 1 || doc.Find("title").Text() == "" || doc.Find("a.skip[href='#main']").Length() != 1 {
			t.Error("main, title or the way to it is missing")
		}
		if doc.Find("[style]").Length() > 0 || strings.Contains(markup, "http://www.w3.org/1999/xlink") {
			t.Error("style= is forbidden by the policy")
		}
		seen := map[string]bool{}
		doc.Find("[id]").Each(func(_ int, s *goquery.Selection) {
			if id := s.AttrOr("id", ""); seen[id] {
				t.Errorf("id %q twice", id)
			} else {
				seen[id] = true
			}
		})
		doc.Find("input:not([type=hidden]):not([type=radio]), textarea").Each(func(_ int, s *goquery.Selection) {
			id := s.AttrOr("id", "")
			if doc.Find("label[for='"+id+"']").Length() != 1 {
				t.Errorf("%q has no label", id)
			}
			if s.AttrOr("autocomplete", "") == "" {
				t.Errorf("%q does not say what it asks (WCAG 1.3.5)", id)
			}
			for by := range strings.FieldsSeq(s.AttrOr("aria-describedby", "")) {
				if !seen[by] {
					t.Errorf("%q is described by %q, which is not there", id, by)
				}
			}
		})
		doc.Find("svg.icon use").Each(func(_ int, s *goquery.Selection) {
			_, id, _ := strings.Cut(s.AttrOr("href", ""), "#")
			if !strings.Contains(string(sprite), `id="`+id+`"`) {
				t.Errorf("no %q in the sprite", id)
			}
		})
	})
}

func TestAMistakeStandsBesideItsFieldAndInTheSummary(t *testing.T) {
	doc, _ := drawn(t, "en", doors()["join, wrong"])
	if n := doc.Find(".summary li a").Length(); n != 3 {
		t.Fatalf("%d mistakes in the summary, want 3", n)
	}
	for _, field := range []string{"name", "email", "password"} {
		input := doc.Find("#" + field)
		if input.AttrOr("aria-invalid", "") != "true" || !strings.Contains(input.AttrOr("aria-describedby", ""), field+"-mistake") {
			t.Errorf("%s is not marked", field)
		}
		said := strings.TrimSpace(doc.Find("#" + field + "-mistake").Text())
		if said == "" || doc.Find(".summary a[href='#"+field+"']").Text() != said {
			t.Errorf("%s: beside %q, above %q", field, said, doc.Find(".summary a[href='#"+field+"']").Text())
		}
	}
}

func TestWhoeverDoesNotWantToProveItAgainFindsTheWayBack(t *testing.T) {
	doc, _ := drawn(t, "en", Again(AgainPage{Frame: amina, Name: "Amina", Next: "/you/leave"}))
	if doc.Find(`main a[href="/badges"]`).Length() != 1 {
		t.Error("there is no way back")
	}
}

func TestWhatWasTypedIsGivenBackExceptThePassword(t *testing.T) {
	doc, markup := drawn(t, "en", doors()["join, wrong"])
	if doc.Find("#name").AttrOr("value", "") != "Amina <b>" || doc.Find("#email").AttrOr("value", "") != "amina@" {
		t.Error("what was typed is lost")
	}
	if _, has := doc.Find("#password").Attr("value"); has || strings.Contains(markup, "<b>") {
		t.Error("a password was given back, or markup let through")
	}
	typed, _ := drawn(t, "en", Field(Input{Name: "password", Type: "password", Value: "hunter2hunter2"}))
	if _, has := typed.Find("#password").Attr("value"); has {
		t.Error("a password was given back")
	}
}

func TestAReasonNobodyKnowsIsStillAMistake(t *testing.T) {
	if said := mistake(t.Context(), "email", map[string]string{"email": "of-tomorrow"}); said == "" || strings.Contains(said, ".of-") {
		t.Errorf("said %q", said)
	}
}

func TestTheFormsComeBackToThisSiteOnly(t *testing.T) {
	for path, want := range map[string]string{"/b/1?x=2": "/b/1?x=2", "//evil.example": "/", "https://evil.example": "/", "": "/", `/\evil.example`: "/"} {
		if got := (Frame{Path: path}).back(); got != want {
			t.Errorf("%q: back to %q, want %q", path, got, want)
		}
	}
}

func TestVisitorsAreGivenWhatNeedsNoAccountAndMembersTheRest(t *testing.T) {
	visitor, _ := drawn(t, "en", Page(Frame{Title: "…"}))
	if visitor.Find("nav a").Length() != 1 || visitor.Find("nav a[href='/verify']").Length() != 1 || visitor.Find(".tab-bar").Length() != 0 || visitor.Find(".site-footer a[href='/verify']").Length() != 1 || visitor.Find("a[href='/sign-in']").Length() != 1 || visitor.Find("script[src*=htmx]").Length() != 0 {
		t.Error("a visitor is shown more or less than the way in and where to verify")
	}
	member, _ := drawn(t, "en", Page(Frame{Title: "…", Nav: "add", Person: &Me{Name: "Amina", Initials: "A"}}))
	if member.Find(".tab-bar a[aria-current=page][href='/badges/add']").Length() != 1 || member.Find("script[src*=htmx]").Length() != 1 {
		t.Error("a member does not see where they are")
	}
}

func TestTheSavedThemeIsOnThePage(t *testing.T) {
	for theme, want := range map[string]string{"dark": "dark", "light": "light", "": "auto", "pink": "auto"} {
		doc, _ := drawn(t, "en", Page(Frame{Title: "…", Theme: theme}))
		if got := doc.Find("html").AttrOr("data-theme", ""); got != want {
			t.Errorf("%q is drawn as %q", theme, got)
		}
		if doc.Find("input[name=theme][checked]").AttrOr("value", "") != want {
			t.Errorf("%q is not chosen in the footer", theme)
		}
	}
}

func TestEveryLetterSaysItsLinkInTextAndMarkup(t *testing.T) {
	link := "https://carnet.example/confirm/abc?x=1&y=2"
	for _, lang := range Languages() {
		subjects := map[string]bool{}
		for _, kind := range LetterKinds() {
			ctx := WithLanguage(t.Context(), lang)
			subject, text, html := Letter(ctx, kind, LetterParams{Name: "Amina <Diallo>", Link: link, Site: "carnet.example"})
			doc, err := goquery.NewDocumentFromReader(strings.NewReader(html))
			if err != nil {
				t.Fatal(err)
			}
			if subjects[subject] || strings.Contains(subject, "letter.") {
				t.Errorf("%s, %s: subject %q", lang, kind, subject)
			}
			subjects[subject] = true
			if !strings.Contains(text, "\n"+link+"\n") || !strings.Contains(text, "carnet.example") || unspoken.MatchString(strings.ReplaceAll(text, "carnet.example", "")) {
				t.Errorf("%s, %s: %s", lang, kind, text)
			}
			if doc.Find("a[href='"+link+"']").Length() != 2 || doc.Find("[style], img, script").Length() != 0 || strings.Contains(html, "<Diallo>") {
				t.Errorf("%s, %s: %s", lang, kind, html)
			}
			if doc.Find("html").AttrOr("lang", "") != lang {
				t.Errorf("%s, %s: lang=%q", lang, kind, doc.Find("html").AttrOr("lang", ""))
			}
		}
	}
}

func TestALetterIsWrittenEvenWhenTheRequestIsOver(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, html := Letter(ctx, "reset", LetterParams{Link: "https://carnet.example/reset/x"}); !strings.Contains(html, "</html>") {
		t.Error("the letter was cut")
	}
}
