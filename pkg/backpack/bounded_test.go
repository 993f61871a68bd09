package backpack

import (
	"encoding/json"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// immense says as much as it can in every word and list.
func immense(text string) openbadges.Badge {
	b := openbadges.Badge{ID: "urn:1", Narrative: text, Creator: &openbadges.Profile{Name: text, Description: text}}
	b.Achievement = openbadges.Achievement{Name: "Weaver", Description: text, CriteriaText: text, CriteriaURL: "https://a.example/" + text}
	b.Issuer = openbadges.Profile{ID: "https://issuer.example", Name: "Atelier", Description: text}
	for range 1000 {
		b.Evidence = append(b.Evidence, openbadges.Evidence{ID: "https://e.example", Narrative: text})
		b.Achievement.Tags = append(b.Achievement.Tags, text)
		b.Achievement.Alignments = append(b.Achievement.Alignments, openbadges.Alignment{Name: "N", URL: "https://f.example", Description: text})
		b.Recipient.Identities = append(b.Recipient.Identities, openbadges.Identity{Type: "email", Value: "ada@example.org"})
	}
	return b
}

func TestVerificationKeepsOfABadgeAtMostAQuarterOfAMegabyte(t *testing.T) {
	for _, letter := range []string{"a", "é", "\x00", "<", "\xff", "😀", "\""} {
		whole := immense(strings.Repeat(letter, 1<<20))
		kept := bounded(whole)
		text, err := json.Marshal(kept)
		if err != nil || len(text) > 256<<10 {
			t.Errorf("%q: %d bytes %v", letter, len(text), err)
		}
		if len(kept.Evidence) > 100 || len(kept.Achievement.Tags) > 100 || len(kept.Achievement.Alignments) > 100 || len(kept.Recipient.Identities) > 100 {
			t.Errorf("%q: %d pieces of evidence, %d tags", letter, len(kept.Evidence), len(kept.Achievement.Tags))
		}
		said := kept.Achievement.Description
		if utf8.ValidString(letter) && (!utf8.ValidString(said) || !strings.HasSuffix(said, letter+"…")) || len(said) > longestKept {
			t.Errorf("%q: %d bytes of the description, %q", letter, len(said), said[max(0, len(said)-9):])
		}
		if kept.ID != whole.ID || kept.Achievement.Name != "Weaver" || kept.Issuer.Name != "Atelier" || kept.Achievement.CriteriaURL != "" {
			t.Errorf("%q: %s, %d bytes of an address", letter, kept.Achievement.Name, len(kept.Achievement.CriteriaURL))
		}
		if len(whole.Evidence[0].Narrative) != len(letter)<<20 || len(whole.Creator.Name) != len(letter)<<20 {
			t.Errorf("%q: the badge itself is cut", letter)
		}
	}
}

func TestVerificationKeepsAnOrdinaryBadgeWhole(t *testing.T) {
	b := openbadges.Badge{
		ID: "urn:1", Narrative: "Sews <well> & \"fast\"", Evidence: []openbadges.Evidence{{ID: "https://e.example", Name: "E"}},
		Achievement: openbadges.Achievement{Name: "Zoë", Tags: []string{"a"}, Alignments: []openbadges.Alignment{{Name: "N", URL: "u"}}},
		Recipient:   openbadges.Recipient{ID: "did:example:b", Identities: []openbadges.Identity{{Type: "email", Value: "v", Salt: "s"}}},
		Creator:     &openbadges.Profile{ID: "https://c.example"},
	}
	if got := bounded(b); !reflect.DeepEqual(got, b) {
		t.Errorf("%+v", got)
	}
	findings := []openbadges.Finding{{Check: openbadges.CheckRevocation, Reason: openbadges.ReasonRevoked, Detail: "D", Params: map[string]string{"why": "twice"}}, {}}
	if got := boundedFindings(findings); !reflect.DeepEqual(got, findings) {
		t.Errorf("%+v", got)
	}
}

func TestTextsAreCutOnARune(t *testing.T) {
	for most := range 40 {
		for _, text := range []string{"plain words, and more of them than fit", "é😀é😀é😀é😀é😀é😀", "<<<<<<<<<<<<<<", strings.Repeat(`"`, 20), "", "a"} {
			got, cost := cut(text, most)
			plain, err := json.Marshal(got)
			if err != nil || !utf8.ValidString(got) || len(plain)-2 > max(cost, 0) || cost > most {
				t.Errorf("%q in %d: %q takes %d, said %d, %v", text, most, got, len(plain)-2, cost, err)
			}
			if got != text && !strings.HasPrefix(text, strings.TrimSuffix(got, "…")) {
				t.Errorf("%q became %q", text, got)
			}
		}
	}
}

// TestReportOfAnEverChangingImmenseBadgeIsSmall lets an issuer say a megabyte of something else at every check.
func TestReportOfAnEverChangingImmenseBadgeIsSmall(t *testing.T) {
	storetest.Dear(t)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		b := r.brings(t, Item{Text: r.hosts(t, "ada@example.org")}, Added)
		const checks = 30
		for i := range checks {
			r.answers("a/1", 410, fmt.Sprintf(`{"revoked":true,"revocationReason":"%d %s"}`, i, strings.Repeat("r", 900<<10)))
			if i%2 == 0 {
				r.hosts(t, "ada@example.org")
				r.says(t, "class", `"description":"Sails"`, fmt.Sprintf(`"description":"%s %d"`, strings.Repeat("long ", 180<<10), i))
			}
			r.rechecks(t, b)
		}
		rows, err := s.Verifications(t.Context(), b.ID, 100)
		if err != nil || len(rows) != checks+1 {
			t.Fatalf("%d rows %v", len(rows), err)
		}
		for _, row := range rows {
			said, err := s.VerificationBadge(t.Context(), b.ID, row.ID)
			if err != nil || len(said) == 0 || len(said) > 256<<10 || len(row.Findings) > 96<<10 {
				t.Errorf("%d bytes of a badge, %d of findings: %v", len(said), len(row.Findings), err)
			}
		}
		changed := func(e Event) bool { return e.What == ChangedDescription }
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		report, err := r.Report(t.Context(), b)
		runtime.ReadMemStats(&after)
		if err != nil || report.Badge.Achievement.Name != "Sailor" || !slices.ContainsFunc(report.Past, changed) {
			t.Errorf("%s %v", report.Badge.Achievement.Name, err)
		}
		t.Logf("%d rows: %d KiB allocated for the report", len(rows), (after.TotalAlloc-before.TotalAlloc)>>10)
		if grown := after.TotalAlloc - before.TotalAlloc; grown > 8<<20 {
			t.Errorf("a report takes %d MiB", grown>>20)
		}
	})
}
