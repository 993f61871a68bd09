package views

import (
	"testing"
	"time"
)

func TestDaysAreWrittenAsTheLanguageWritesThem(t *testing.T) {
	for _, c := range []struct {
		lang string
		day  time.Time
		want string
	}{
		{"en", time.Date(2026, 9, 3, 0, 0, 0, 0, time.UTC), "3 September 2026"},
		{"en", time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), "1 January 2026"},
		{"fr", time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC), "1er août 2026"},
		{"fr", time.Date(2026, 12, 31, 23, 30, 0, 0, time.FixedZone("Dakar", -3600)), "1er janvier 2027"},
		{"fr", time.Time{}, ""},
	} {
		if got := Day(WithLanguage(t.Context(), c.lang), c.day); got != c.want {
			t.Errorf("%s: %q, want %q", c.lang, got, c.want)
		}
	}
}

func TestAgoGrowsFromMinutesToDays(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		passed time.Duration
		en, fr string
	}{
		{0, "just now", "à l’instant"},
		{-5 * time.Second, "just now", "à l’instant"},
		{time.Minute, "1 minute ago", "il y a 1 minute"},
		{59 * time.Minute, "59 minutes ago", "il y a 59 minutes"},
		{time.Hour, "1 hour ago", "il y a 1 heure"},
		{26 * time.Hour, "yesterday", "hier"},
		{6 * 24 * time.Hour, "6 days ago", "il y a 6 jours"},
		{8 * 24 * time.Hour, "on 15 November 2026", "le 15 novembre 2026"},
	} {
		if got := Ago(WithLanguage(t.Context(), "en"), now.Add(-c.passed), now); got != c.en {
			t.Errorf("%v: %q, want %q", c.passed, got, c.en)
		}
		if got := Ago(WithLanguage(t.Context(), "fr"), now.Add(-c.passed), now); got != c.fr {
			t.Errorf("%v: %q, want %q", c.passed, got, c.fr)
		}
	}
}

func TestDateInsideAFindingIsInTheReadersLanguage(t *testing.T) {
	for _, written := range []string{"2025-11-19", "2025-11-19T10:30:00Z", "19 November 2025"} {
		got := sentence(WithLanguage(t.Context(), "fr"), "expired", "x", map[string]string{"until": written})
		if want := "Il s’est terminé le 19 novembre 2025."; got != want {
			t.Errorf("%s: %q, want %q", written, got, want)
		}
	}
}
