package backpack

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// TestWhatAnArchiveSaysWasBroughtInIsAListAndNothingElse: words of this house alone, no later than now, once, and of nobody
// else's badges.
func TestWhatAnArchiveSaysWasBroughtInIsAListAndNothingElse(t *testing.T) {
	r := newRoom(t, storetest.Open(t))
	begun := r.now.Add(-time.Hour)
	future := r.now.Add(1000 * time.Hour)
	theirs := store.Person{Handle: "eve", Name: "Eve", Language: "en", Theme: "auto", Role: "member"}
	if err := r.store.CreatePerson(t.Context(), &theirs); err != nil {
		t.Fatal(err)
	}
	hers := store.Badge{PersonID: theirs.ID, CredentialKey: "sha256:hers", State: store.Accepted, Visibility: store.Public, Name: "Hers", Document: []byte("{}")}
	if err := r.store.CreateBadge(t.Context(), &hers); err != nil {
		t.Fatal(err)
	}
	many := make([]ImportedPaper, MostItems+1)
	papers := []ImportPaper{
		{State: "filling", BegunAt: begun, LeftOut: -5, Items: []ImportedPaper{
			{Name: "../../etc/a.png\u202egnp", State: "settled", Result: "added", Reason: "genuine", Credential: "sha256:hers", Badge: hers.ID, DoneAt: &future},
			{Name: "b", State: "waiting", Result: "added"},
			{Name: "c", State: "open", Result: "silent", Link: "https://x.example"},
			{Name: "d", State: "settled", Result: "import.mistake.full"},
			{Name: "e", State: "dismissed", Result: "not-badge", Detail: strings.Repeat("é", 9000), Params: json.RawMessage(`["no","pairs"]`)},
		}},
		{State: "done", BegunAt: begun.Add(time.Minute), Items: many},
		{State: "done", BegunAt: begun.Add(2 * time.Minute)},
	}
	text, err := json.Marshal(papers)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := r.TakeImports(t.Context(), r.ada.ID, text); err != nil {
			t.Fatal(err)
		}
	}
	imports, err := r.store.Imports(t.Context(), r.ada.ID, 10)
	if err != nil || len(imports) != 1 || imports[0].State != store.ImportDone || imports[0].LeftOut != 0 || imports[0].Total != 2 || imports[0].FinishedAt == nil {
		t.Fatalf("%+v %v", imports, err)
	}
	items, err := r.store.ImportItems(t.Context(), store.ItemsQuery{Import: imports[0].ID, After: -1, Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, i := range items {
		got = append(got, fmt.Sprintf("%s %s %s %v", i.Name, i.State, i.Result, i.BadgeID != nil))
		if i.DoneAt == nil || i.DoneAt.After(r.now) || len([]rune(i.Detail)) > longestImport || len(i.Params) > 0 && !json.Valid(i.Params) {
			t.Errorf("%+v", i)
		}
	}
	if want := "a.pnggnp settled added false; e dismissed not-badge false"; strings.Join(got, "; ") != want {
		t.Errorf("%q, want %q", strings.Join(got, "; "), want)
	}
	if n, err := r.store.CountUnfinished(t.Context(), r.ada.ID); err != nil || n != 0 {
		t.Errorf("%d things are to be done: %v", n, err)
	}
	if err := r.TakeImports(t.Context(), r.ada.ID, []byte("{")); !errors.Is(err, ErrPapers) {
		t.Errorf("no JSON: %v", err)
	}
}
