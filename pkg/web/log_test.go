package web

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

func TestTheLogSaysWhatWasDoneNewestFirstAndOnlyOnesOwn(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	amina, moussa := town.member("Amina Diallo", "amina@savoirs.example"), town.member("Moussa Ba", "moussa@medina.example")
	ctx := t.Context()
	for i := range logShown {
		must(t, town.store.Audit(ctx, store.AuditEntry{PersonID: &amina.person.ID, ActorID: &amina.person.ID, What: "password-changed", At: town.now.Add(-time.Duration(i+1) * time.Hour)}))
	}
	must(t, town.store.Audit(ctx, store.AuditEntry{PersonID: &amina.person.ID, ActorID: &moussa.person.ID, What: "of-tomorrow", Detail: "<script>x", At: town.now.Add(time.Hour)}))
	must(t, town.store.Audit(ctx, store.AuditEntry{PersonID: &moussa.person.ID, ActorID: &moussa.person.ID, What: "password-removed", At: town.now.Add(time.Hour)}))

	page := amina.get("/you/log")
	rows := page.find(t, ".log > li")
	if n := rows.Length(); n != logShown {
		t.Fatalf("%d entries", n)
	}
	first := strings.Join(strings.Fields(rows.First().Text()), " ")
	if !strings.Contains(first, "Something about this account was changed.") || !strings.Contains(first, "somebody who looks after this Carnet") || strings.Contains(page.body, "<script>x") {
		t.Errorf("the first entry says %q", first)
	}
	second := strings.Join(strings.Fields(rows.Eq(1).Text()), " ")
	if !strings.Contains(second, "Signed in with the password.") || strings.Contains(second, "looks after") {
		t.Errorf("the second entry says %q", second)
	}
	older := ""
	page.find(t, `main a[href^="/you/log?after="]`).Each(func(_ int, a *goquery.Selection) { older = a.AttrOr("href", "") })
	rest := amina.get(older)
	if n := rest.find(t, ".log > li").Length(); n != 2 || rest.find(t, `main a[href="/you/log"].button`).Length() != 1 {
		t.Errorf("%d older entries at %s: %s", n, older, fmt.Sprint(rest.status))
	}
	if strings.Contains(page.body+rest.body, "password was removed") {
		t.Error("somebody else's entry is shown")
	}
	french := amina.get("/you/log", "Accept-Language", "fr")
	if strings.Contains(french.find(t, ".log").Text(), "log.") {
		t.Error("a key stands where a sentence should")
	}
}
