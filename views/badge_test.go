package views

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"

	"github.com/carnetbadges/carnet/pkg/openbadges"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func day(y int, m time.Month, d int) *time.Time {
	t := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	return &t
}

func genuine() VerdictView {
	v := VerdictView{Verdict: "genuine", At: noon.Add(-2 * time.Minute), Now: noon, Standard: "3.0", Proof: "data-integrity"}
	for _, f := range []FindingView{
		{Check: "structure", Reason: "well-made", Params: map[string]string{"standard": "3.0"}},
		{Check: "proof", Reason: "signed", Params: map[string]string{"suite": "eddsa-rdfc-2022"}},
		{Check: "issuer", Reason: "key-is-issuers", Params: map[string]string{"issuer": "did:web:savoirs.example"}},
		{Check: "recipient", Reason: "recipient-matches"},
		{Check: "revocation", Reason: "not-revoked", Params: map[string]string{"address": "https://savoirs.example/status/3"}},
		{Check: "dates", Reason: "in-force", Params: map[string]string{"until": "2029-09-03T00:00:00Z"}},
	} {
		f.Result = "pass"
		v.Findings = append(v.Findings, f)
	}
	return v
}

func spoiled(verdict, standing, check, result, reason string, params map[string]string) VerdictView {
	v := genuine()
	v.Verdict, v.Standing, v.Reason, v.Detail, v.Params = verdict, standing, reason, "In English.", params
	v.Findings = append(v.Findings, FindingView{Check: check, Result: result, Reason: reason, Detail: "In English.", Params: params})
	return v
}

func shown() BadgePage {
	return BadgePage{
		Frame: Frame{Title: "Facilitatrice", Path: "/b/1", OG: &OpenGraph{Title: "Facilitatrice", URL: "https://carnet.example/b/1", Type: "article"}},
		ID:    "01JDBX3Z8K0Q2V9W4T7N5M1R6P", Name: "Facilitatrice", Description: "Tient un espace où l’on apprend.", Lang: "fr",
		Picture: "/b/1/picture", Issuer: PartyView{Name: "Maison des Savoirs", Host: "savoirs.example", URL: "https://savoirs.example"},
		Holder: HolderView{Name: "Amina Diallo", Handle: "amina", Confirmed: true}, IssuedOn: day(2026, 9, 3), Expires: day(2029, 9, 3),
		Verdict: genuine(), Criteria: "<p>Dix séances menées.</p>", CriteriaURL: "https://www.savoirs.example/criteria", Tags: []string{"écoute"},
		Alignments: []AlignmentView{{Name: "enseigner", URL: "https://esco.example/1", Framework: "ESCO", Code: "S1.3"}},
		Evidence:   []EvidenceView{{Name: "Carnet des séances", URL: "https://savoirs.example/log.pdf", Genre: "PDF"}, {Narrative: "<p>Un silence.</p>"}},
		Files:      []FileView{{Kind: "original", Href: "/b/1/original", Name: "f.png", Size: 84213}, {Kind: "png", Href: "/b/1/baked.png"}, {Kind: "json", Href: "/b/1.json"}},
		Credential: "urn:uuid:7f3a91c2", Source: "https://savoirs.example/a/1",
	}
}

func held(visibility string) BadgePage {
	p := shown()
	p.Frame = amina
	p.Verdict.CheckAt = "/b/1/check"
	p.Owner = &OwnerView{Visibility: visibility, Link: "https://carnet.example/b/1", AddedAt: noon}
	return p
}

var amina = Frame{Title: "Amina", Path: "/badges", Person: &Me{Name: "Amina Diallo", Handle: "amina", Initials: "AD"}}

func heads() map[string]templ.Component {
	pages := map[string]templ.Component{"visitor": Badge(shown())}
	for _, v := range []string{"private", "members", "public"} {
		pages["held "+v] = Badge(held(v))
	}
	bare := BadgePage{Frame: amina, ID: "1", Name: "Bare", Issuer: PartyView{Name: "did:key:z6Mk"}, Holder: HolderView{Name: "Amina"}}
	pages["bare"] = Badge(bare)
	ended := held("private")
	ended.Standing, ended.Since, ended.Ended = "expired", day(2026, 6, 30), true
	ended.Verdict = spoiled("not-current", "expired", "dates", "fail", "expired", map[string]string{"until": "2026-06-30"})
	ended.Verdict.History = []Past{{What: "expired", At: noon, Ended: *day(2026, 6, 30)}, {What: "genuine", At: noon.AddDate(0, -6, 0)}}
	pages["ended"] = Badge(ended)
	waits, gone := held("private"), held("private")
	waits.Owner.Waiting = &Wait{Card: walls()[0], AddressID: "A2", Address: "a@univ.example"}
	gone.Owner.DeletedAt, gone.Owner.DaysLeft = &noon, 1
	pages["waiting"], pages["trashed"] = Badge(waits), Badge(gone)
	for name, page := range rooms() {
		pages[name] = page
	}
	return pages
}

func eachHead(t *testing.T, test func(t *testing.T, doc *goquery.Document, markup, lang string)) {
	t.Helper()
	for name, page := range heads() {
		for _, lang := range Languages() {
			t.Run(name+" in "+lang, func(t *testing.T) {
				doc, markup := drawn(t, lang, page)
				test(t, doc, markup, lang)
			})
		}
	}
}

func TestPagesOfBadgesSpeakTheReadersLanguage(t *testing.T) {
	key := regexp.MustCompile(`>\s*[a-z]+(\.[a-z][a-z0-9-]*)+\s*<|<no value>`)
	eachHead(t, func(t *testing.T, doc *goquery.Document, _, lang string) {
		doc.Find("code, bdi").Remove()
		markup, err := doc.Html()
		if err != nil {
			t.Fatal(err)
		}
		if found := key.FindString(markup); found != "" {
			t.Errorf("an untranslated word in %s: %q", lang, found)
		}
	})
}

func TestPagesOfBadgesAreWellBuilt(t *testing.T) {
	eachHead(t, func(t *testing.T, doc *goquery.Document, markup, _ string) {
		if n := doc.Find("h1").Length(); n != 1 {
			t.Errorf("%d headings of the first order", n)
		}
		if strings.Contains(markup, " style=") || strings.Contains(markup, "javascript:") {
			t.Error("the policy forbids what this page needs")
		}
		ids := map[string]bool{}
		doc.Find("main [id]").Each(func(_ int, s *goquery.Selection) {
			id := s.AttrOr("id", "")
			if ids[id] && s.Closest("svg").Length() == 0 {
				t.Errorf("%q stands twice", id)
			}
			ids[id] = true
		})
		doc.Find("[aria-labelledby], [aria-describedby], label[for]").Each(func(_ int, s *goquery.Selection) {
			for id := range strings.FieldsSeq(s.AttrOr("aria-labelledby", "") + " " + s.AttrOr("aria-describedby", "") + " " + s.AttrOr("for", "")) {
				if doc.Find("#"+id).Length() == 0 {
					t.Errorf("%q is named but nowhere", id)
				}
			}
		})
		doc.Find("main img").Each(func(_ int, s *goquery.Selection) {
			for _, needed := range []string{"alt", "width", "height"} {
				if _, there := s.Attr(needed); !there {
					t.Errorf("a picture without %s", needed)
				}
			}
		})
	})
}

func TestEveryReasonIsSaidInEveryLanguage(t *testing.T) {
	for _, reason := range openbadges.AllReasons() {
		for _, lang := range Languages() {
			if Say(WithLanguage(t.Context(), lang), "finding."+string(reason), "") == "" {
				t.Errorf("%s has no sentence for %q", lang, reason)
			}
		}
	}
}

func TestNoSentenceIsSaidForAReasonThatIsGone(t *testing.T) {
	known := map[string]bool{}
	for _, reason := range openbadges.AllReasons() {
		known["finding."+string(reason)] = true
	}
	for key := range spokenWords(t, "en") {
		if strings.HasPrefix(key, "finding.") && !known[key] {
			t.Errorf("%q is no reason", key)
		}
	}
	for reason := range fixes {
		if !known["finding."+reason] {
			t.Errorf("%q can be mended but is no reason", reason)
		}
	}
}

func TestSentencesSpeakOfWhatTheirFindingKnows(t *testing.T) {
	for _, reason := range openbadges.AllReasons() {
		for _, match := range regexp.MustCompile(`{(\w+)}`).FindAllStringSubmatch(openbadges.Template(reason), -1) {
			if !strings.Contains(strings.Join(spokenOf, " ")+" ", match[1]+" ") {
				t.Errorf("%s speaks of %q, which no page passes on", reason, match[1])
			}
		}
	}
}

func TestVerdictsAreNamedExactly(t *testing.T) {
	for _, c := range []struct{ verdict, en, fr string }{
		{"genuine", "Genuine and current", "Authentique et en vigueur"},
		{"not-current", "Not current", "Plus en vigueur"},
		{"unknown", "Cannot tell now", "Impossible à dire pour l’instant"},
		{"contradicted", "Contradicted", "Contredit"},
	} {
		for lang, want := range map[string]string{"en": c.en, "fr": c.fr} {
			v := genuine()
			v.Verdict = c.verdict
			doc, _ := drawn(t, lang, Verdict(v))
			if got := doc.Find("#verdict-h").Text(); got != want {
				t.Errorf("%s in %s: %q", c.verdict, lang, got)
			}
		}
	}
}

// TestAGenuineBadgeSaysWhichOfItsChecksDoNotPass keeps the sentence under the heading from counting what could not be
// checked, such as an endorsement whose signer does not answer, among what passes.
func TestAGenuineBadgeSaysWhichOfItsChecksDoNotPass(t *testing.T) {
	v := spoiled("genuine", "", "endorsement", "unknown", "endorsement-unknown", map[string]string{"endorser": "Port of Ndar"})
	for lang, want := range map[string]string{
		"en": "6 checks pass. 1 does not, but decides nothing about the badge.",
		"fr": "6 vérifications sont bonnes. 1 ne l’est pas, mais ne décide de rien pour le badge.",
	} {
		doc, _ := drawn(t, lang, Verdict(v))
		if got := strings.TrimSpace(doc.Find("#verdict-h + p").Text()); got != want {
			t.Errorf("%s: %q", lang, got)
		}
	}
}

func TestABadgeNeverCheckedIsStampedWithNoDayAndCheckedForTheFirstTime(t *testing.T) {
	doc, markup := drawn(t, "en", Verdict(VerdictView{Now: noon, CheckAt: "/b/1/check"}))
	if strings.Contains(markup, "0001") || doc.Find("form button").Text() != "Check now" {
		t.Errorf("%.600s", markup)
	}
}

func TestFindingsAreOpenUnlessAllIsWell(t *testing.T) {
	doc, _ := drawn(t, "en", Verdict(genuine()))
	if _, open := doc.Find("details").Attr("open"); open {
		t.Error("a genuine badge explains itself unasked")
	}
	doc, _ = drawn(t, "en", Verdict(spoiled("contradicted", "", "proof", "fail", "altered", nil)))
	if _, open := doc.Find("details").Attr("open"); !open {
		t.Error("a contradicted badge hides why")
	}
}

func TestAFindingSaysInPlainWordsWhatIsWrongAndWhoCanMendIt(t *testing.T) {
	address := map[string]string{"address": "https://www.savoirs.example/status/3?x=1"}
	doc, _ := drawn(t, "fr", Verdict(spoiled("unknown", "", "revocation", "unknown", "status-silent", address)))
	said := doc.Find(".finding[data-result=unknown]")
	for _, want := range []string{"n’a pas pu être ouverte", "savoirs.example", "nous réessayons", address["address"]} {
		if !strings.Contains(said.Text(), want) {
			t.Errorf("%q is not in %q", want, said.Text())
		}
	}
	if strings.Contains(said.Find("p").First().Text(), "?x=1") {
		t.Error("the sentence spells out a whole address")
	}
	if doc.Find(".verdict").AttrOr("data-verdict", "") != "cannot-tell" {
		t.Error("the sheet does not know this verdict")
	}
}

func TestAReasonNobodyHasTranslatedIsSaidInEnglishAndMarkedSo(t *testing.T) {
	doc, _ := drawn(t, "fr", Verdict(spoiled("unknown", "", "extension", "unknown", "made-tomorrow", nil)))
	said := doc.Find(".finding[data-result=unknown] p").First()
	if said.Text() != "In English." || said.AttrOr("lang", "") != "en" {
		t.Errorf("%q in %q", said.Text(), said.AttrOr("lang", ""))
	}
}

// ASVS: V8.2.1
func TestOnlyTheOwnerIsGivenDeeds(t *testing.T) {
	doc, _ := drawn(t, "en", Badge(shown()))
	if n := doc.Find("main form").Length(); n != 0 {
		t.Errorf("a visitor is given %d forms", n)
	}
	doc, _ = drawn(t, "en", Badge(held("members")))
	for _, action := range []string{"/check", "/visibility", "/delete"} {
		if doc.Find(`form[method="post"][action$="`+action+`"]`).Length() != 1 {
			t.Errorf("the owner can not %s", action)
		}
	}
	if got := doc.Find(`[aria-pressed="true"]`).AttrOr("value", ""); got != "members" {
		t.Errorf("seen by %q", got)
	}
}

func TestTheLinkIsOnlyGivenWhereItWorksForEveryone(t *testing.T) {
	for visibility, want := range map[string]int{"private": 0, "members": 0, "public": 1} {
		doc, _ := drawn(t, "en", Badge(held(visibility)))
		if got := doc.Find("#link").Length(); got != want {
			t.Errorf("%s: %d", visibility, got)
		}
	}
}

func TestTextsOfABadgeCarryTheirLanguage(t *testing.T) {
	doc, _ := drawn(t, "en", Badge(shown()))
	for _, text := range []string{"h1", ".lead", ".prose", ".tag", ".evidence b"} {
		if got := doc.Find(text).First().AttrOr("lang", ""); got != "fr" {
			t.Errorf("%s is said to be in %q", text, got)
		}
	}
	if doc.Find("html").AttrOr("lang", "") != "en" {
		t.Error("the page itself changed its language")
	}
}

func TestAPublicBadgePageIsLight(t *testing.T) {
	_, markup := drawn(t, "fr", Badge(shown()))
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := fmt.Fprint(w, markup); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if packed.Len() > 8000 {
		t.Errorf("%d bytes", packed.Len())
	}
}
