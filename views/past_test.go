package views

import (
	"strings"
	"testing"
	"time"
)

func TestWhatHappenedIsSaidInSentences(t *testing.T) {
	at := time.Date(2026, 5, 4, 23, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		past   Past
		en, fr string
	}{
		{Past{What: "revoked", Params: map[string]string{"why": "issued twice"}}, "Revoked on 4 May 2026: “issued twice”.", "Révoqué le 4 mai 2026\u00a0: «\u00a0issued twice\u00a0»."},
		{Past{What: "revoked"}, "Revoked on 4 May 2026.", "Révoqué le 4 mai 2026."},
		{Past{What: "expired", Ended: at.AddDate(0, 0, -3)}, "Expired on 1 May 2026.", "Expiré le 1er mai 2026."},
		{Past{What: "unknown", Reason: "host-silent", Params: map[string]string{"address": "https://x.example/a"}}, "Could not be told on 4 May 2026: The issuer’s site did not answer: x.example.", "Impossible à dire le 4 mai 2026\u00a0: Le site de l’émetteur n’a pas répondu\u00a0: x.example."},
		{Past{What: "criteria", Changed: true}, "The issuer changed the criteria, found on 4 May 2026.", "L’émetteur a changé les critères, constaté le 4 mai 2026."},
		{Past{What: "name", Changed: true, Before: "Sailor", After: "Skipper"}, "The issuer changed the name from “Sailor” to “Skipper”, found on 4 May 2026.", "L’émetteur a changé le nom de «\u00a0Sailor\u00a0» en «\u00a0Skipper\u00a0», constaté le 4 mai 2026."},
		{Past{What: "end", Changed: true, After: "2027-01-31T00:00:00Z"}, "The issuer changed the end to 31 January 2027, found on 4 May 2026.", "L’émetteur a changé la fin au 31 janvier 2027, constaté le 4 mai 2026."},
		{Past{What: "end", Changed: true, Before: "2027-01-31T00:00:00Z"}, "The issuer changed the end from 31 January 2027 to none, found on 4 May 2026.", "L’émetteur a changé la fin, du 31 janvier 2027 à aucune, constaté le 4 mai 2026."},
		{Past{What: "of-tomorrow", Changed: true}, "Something changed, found on 4 May 2026.", "Quelque chose a changé, constaté le 4 mai 2026."},
	} {
		c.past.At = at
		for lang, want := range map[string]string{"en": c.en, "fr": c.fr} {
			if got := c.past.sentence(WithLanguage(t.Context(), lang)); got != want {
				t.Errorf("%s, %s:\n%q\n%q", c.past.What, lang, got, want)
			}
		}
	}
}

func TestEverythingThatHappensHasASentenceAndASymbol(t *testing.T) {
	for _, lang := range Languages() {
		said := map[string]bool{}
		for _, what := range append(pasts, changes...) {
			p := Past{At: noon, What: what, Changed: !strings.Contains(strings.Join(pasts, " ")+" ", what+" ")}
			sentence := p.sentence(WithLanguage(t.Context(), lang))
			if said[sentence] || strings.Contains(sentence, "history.") || strings.Contains(sentence, "<no value>") || p.icon() == "" || p.tone() == "" {
				t.Errorf("%s in %s: %q %s", what, lang, sentence, p.icon())
			}
			said[sentence] = true
		}
	}
}

func TestALetterOfNewsTellsEachBadgeWithItsLink(t *testing.T) {
	news := []NewsView{
		{Link: "https://carnet.example/b/1", Name: "Weaver <b>", Issuer: "Atelier", Lang: "en", What: "revoked", Why: "issued twice", At: noon},
		{Link: "https://carnet.example/b/2", Name: "Sailor", Issuer: "Harbour", What: "ends", At: noon, About: noon.AddDate(0, 0, 30)},
		{Link: "https://carnet.example/b/3", Name: "Baker", Issuer: "Oven", What: "contradicted", At: noon},
	}
	for lang, want := range map[string][]string{
		"en": {"Revoked on 23 November 2026: “issued twice”.", "Ends on 23 December 2026.", "Contradicted on 23 November 2026: A check speaks against it.", "And 2 more."},
		"fr": {"Révoqué le 23 novembre 2026\u00a0: «\u00a0issued twice\u00a0».", "Prend fin le 23 décembre 2026.", "Et 2 autres."},
	} {
		_, text, html := Letter(WithLanguage(t.Context(), lang), "verdict", LetterParams{Name: "Amina", Link: "https://carnet.example/badges", Site: "https://carnet.example", News: news, More: 2})
		for _, sentence := range append(want, "https://carnet.example/b/2", "Sailor", "Harbour") {
			if !strings.Contains(text, sentence) || !strings.Contains(html, sentence) {
				t.Errorf("%s: %q is not in\n%s\n%s", lang, sentence, text, html)
			}
		}
		if strings.Contains(html, "<b>\"") || strings.Contains(html, "Weaver <b>") {
			t.Errorf("markup in a name: %s", html)
		}
	}
}

func TestAnArchivesNoteGivesTheCommandToType(t *testing.T) {
	at := time.Date(2026, 5, 4, 23, 0, 0, 123456000, time.UTC)
	for _, lang := range Languages() {
		note := ArchiveNote(WithLanguage(t.Context(), lang), "Weaver", "https://x.example/a?b='; rm -r", at)
		want := "\n    carnet verify --web web.json --at 2026-05-04T23:00:00.123456Z --recipient somebody@example.org 'https://x.example/a?b='\\''; rm -r'\n"
		if !strings.Contains(note, want) || unspoken.MatchString(strings.ReplaceAll(note, "web.json", "")) && strings.Contains(note, "archive.") {
			t.Errorf("%s: %s", lang, note)
		}
	}
}
