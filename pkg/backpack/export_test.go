package backpack

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// folder is a badge's folder in an archive.
type folder map[string][]byte

func (f folder) put(name string, _ time.Time, content []byte) error {
	if f[name] != nil {
		return fmt.Errorf("%s twice", name)
	}
	f[name] = append([]byte{}, content...)
	return nil
}

func (f folder) take(name string, most int64) ([]byte, error) {
	content, there := f[name]
	if !there || int64(len(content)) > most {
		return nil, errNoFile
	}
	return content, nil
}

func (f folder) papers(t *testing.T) Papers {
	t.Helper()
	var p Papers
	if err := json.Unmarshal(f[BadgePapers], &p); err != nil {
		t.Fatal(err)
	}
	return p
}

// changed is the folder with other papers.
func (f folder) changed(t *testing.T, change func(*Papers)) folder {
	t.Helper()
	p := f.papers(t)
	change(&p)
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	other := maps.Clone(f)
	other[BadgePapers] = text
	return other
}

func (r *room) exported(t *testing.T, owner, id string) folder {
	t.Helper()
	b, err := r.store.AnyBadge(t.Context(), id)
	if err != nil || b.PersonID != owner {
		t.Fatal(err)
	}
	f := folder{}
	if _, err := r.Export(t.Context(), b, f.put); err != nil {
		t.Fatal(err)
	}
	return f
}

// another is a Carnet without badges, where ada lives too, on the same web and at the same time.
func (r *room) another(t *testing.T, s *store.Store, proved bool) *room {
	t.Helper()
	other := &room{store: s, files: &files{kept: map[string][]byte{}}, now: r.now, web: r.web}
	other.Backpack = New(Options{Store: s, Files: other.files, Fetch: other.load, Picture: other.load, Now: other.Now})
	other.ada = other.person(t, "ada-2", "ada@elsewhere.example", true)
	other.address(t, other.ada, "ada@example.org", proved)
	return other
}

func (r *room) takesIn(t *testing.T, f folder, outcome string) store.Badge {
	t.Helper()
	got, err := r.TakeIn(t.Context(), r.ada.ID, f.take)
	if err != nil || got.Outcome != outcome {
		t.Fatalf("%s, %v; want %s", got.Outcome, err, outcome)
	}
	return got.Badge
}

func TestABadgeTakenAlongIsTheSameElsewhere(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, storetest.Open(t))
		var b store.Badge
		for i, month := range []string{"03", "04", "05"} {
			picture := baked(t, made{email: "ada@example.org", from: "2026-" + month + "-06T07:08:09Z"}.signed(t))
			b = r.brings(t, Item{Name: "weaver.png", Data: picture}, []string{Added, Updated, Updated}[i])
			r.pass(time.Hour)
		}
		if err := r.SetVisibility(t.Context(), r.ada.ID, b.ID, Public); err != nil {
			t.Fatal(err)
		}
		for _, tag := range []string{"#Été", "work"} {
			if err := r.Tag(t.Context(), r.ada.ID, b.ID, tag); err != nil {
				t.Fatal(err)
			}
		}
		if err := r.store.SetFavourite(t.Context(), r.ada.ID, b.ID, true); err != nil {
			t.Fatal(err)
		}
		r.pass(72 * time.Hour)
		f := r.exported(t, r.ada.ID, b.ID)
		if again := r.exported(t, r.ada.ID, b.ID); !maps.EqualFunc(f, again, bytes.Equal) {
			t.Error("a second export has other bytes")
		}

		there := r.another(t, s, true)
		taken := there.takesIn(t, f, Added)
		there.takesIn(t, f, Already)
		before, err := r.store.AnyBadge(t.Context(), b.ID)
		if err != nil {
			t.Fatal(err)
		}
		after, err := s.AnyBadge(t.Context(), taken.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range []*store.Badge{&before, &after} {
			one.ID, one.PersonID, one.AddressID, one.CheckedAt = "", "", nil, nil
		}
		if a, b := fmt.Sprintf("%+v", before), fmt.Sprintf("%+v", after); a != b {
			t.Errorf("here  %s\nthere %s", a, b)
		}
		second := there.exported(t, there.ada.ID, taken.ID)
		p, q := f.papers(t), second.papers(t)
		if len(p.Checks)+1 != len(q.Checks) || !q.Checks[1].Brought || q.Checks[0].Brought {
			t.Fatalf("%d verifications here, %d there", len(p.Checks), len(q.Checks))
		}
		if !q.Favourite || !slices.Equal(q.Tags, []string{"Été", "work"}) || !slices.Equal(p.Tags, q.Tags) {
			t.Errorf("marked %v %q here, %v %q there", p.Favourite, p.Tags, q.Favourite, q.Tags)
		}
		for i, c := range p.Checks {
			d := q.Checks[i+1]
			if !c.At.Equal(d.At) || c.Verdict != d.Verdict || !sameJSON(c.Findings, d.Findings) || !sameJSON(c.Badge, d.Badge) {
				t.Errorf("verification %d: %+v, there %+v", i, c, d)
			}
		}
		for name, content := range f {
			if !strings.HasPrefix(name, "checks/") && name != BadgePapers && !bytes.Equal(content, second[name]) {
				t.Errorf("%s is another there", name)
			}
		}
	})
}

func sameJSON(a, b json.RawMessage) bool {
	return sameCredential(a, b)
}

func TestNothingTakenAlongBecomesMorePublicThanItsHolderMayMakeIt(t *testing.T) {
	s := storetest.Open(t)
	r := newRoom(t, storetest.Open(t))
	b := r.brings(t, Item{Text: string(made{email: "ada@example.org"}.signed(t))}, Added)
	nameless := r.brings(t, Item{Text: string(made{id: "urn:uuid:nameless"}.signed(t))}, Added)
	for _, id := range []string{b.ID, nameless.ID} {
		if err := r.SetVisibility(t.Context(), r.ada.ID, id, Public); err != nil {
			t.Fatal(err)
		}
	}
	there := r.another(t, s, false)
	if got := there.takesIn(t, r.exported(t, r.ada.ID, b.ID), Waiting); got.Visibility != Private || got.State != store.Pending {
		t.Errorf("made out to an address not proved: %s, %s", got.Visibility, got.State)
	}
	if got := there.takesIn(t, r.exported(t, r.ada.ID, nameless.ID), Added); got.Visibility != Private {
		t.Errorf("made out to no address: %s", got.Visibility)
	}
	bob := there.person(t, "bob", "bob@example.org", true)
	_, err := there.TakeIn(t.Context(), bob.ID, r.exported(t, r.ada.ID, b.ID).take)
	var somebody *SomebodyElse
	if !errors.As(err, &somebody) {
		t.Errorf("another's: %v", err)
	}
	fifth := r.another(t, storetest.Open(t), true)
	held := fifth.brings(t, Item{Text: string(made{email: "ada@example.org"}.signed(t))}, Added)
	fifth.takesIn(t, r.exported(t, r.ada.ID, b.ID), Already)
	if got, err := fifth.store.AnyBadge(t.Context(), held.ID); err != nil || got.Visibility != Private {
		t.Errorf("held already, private: %s, %v", got.Visibility, err)
	}
	hidden := r.exported(t, r.ada.ID, b.ID).changed(t, func(p *Papers) { p.Visibility = "everybody" })
	if got := r.another(t, storetest.Open(t), true).takesIn(t, hidden, Added); got.Visibility != Private {
		t.Errorf("a visibility there is not: %s", got.Visibility)
	}
}

// TestAnArchiveIsNoWitness brings a history that says what is not so: it is never the verdict, nor the last known one.
func TestAnArchiveIsNoWitness(t *testing.T) {
	s := storetest.Open(t)
	r := newRoom(t, storetest.Open(t))
	b := r.brings(t, Item{Text: r.hosts(t, "ada@example.org")}, Added)
	f := r.exported(t, r.ada.ID, b.ID)
	there := r.another(t, s, true)
	there.down = true
	taken := there.takesIn(t, f, Added)
	report, err := there.Report(t.Context(), taken)
	if err != nil {
		t.Fatal(err)
	}
	if report.Verdict != openbadges.CannotTell || report.Known != nil {
		t.Errorf("verdict %s, known %+v", report.Verdict, report.Known)
	}
	if n := len(report.Past); n != 2 || report.Past[0].Brought || !report.Past[1].Brought || report.Past[1].What != EventGenuine {
		t.Errorf("past: %+v", report.Past)
	}
	archive, err := there.Archive(t.Context(), taken)
	if err != nil || !archive.At.Equal(r.now) {
		t.Errorf("what verifies it when its issuer is gone is of %s, %v", archive.At, err)
	}
}

// TestABadgeTakenAlongKeepsItsNameWhenItsIssuerIsGone moves house after the issuer has vanished: what the badge is called comes
// along, as what it says of itself, and proves nothing.
func TestABadgeTakenAlongKeepsItsNameWhenItsIssuerIsGone(t *testing.T) {
	s := storetest.Open(t)
	r := newRoom(t, storetest.Open(t))
	b := r.brings(t, Item{Text: r.hosts(t, "ada@example.org")}, Added)
	there := r.another(t, s, true)
	there.down = true
	taken := there.takesIn(t, r.exported(t, r.ada.ID, b.ID), Added)
	if taken.Name != "Sailor" || taken.IssuerName != "Issuer" || taken.Description != "Sails" || taken.Verdict != string(openbadges.CannotTell) {
		t.Errorf("there it is %q by %q, %q: %s", taken.Name, taken.IssuerName, taken.Description, taken.Verdict)
	}
	report, err := there.Report(t.Context(), taken)
	if err != nil || report.Badge.Achievement.CriteriaText != "Sail" || report.WasProved() || report.Known != nil {
		t.Errorf("%+v %v", report, err)
	}
	other := r.exported(t, r.ada.ID, b.ID).changed(t, func(p *Papers) {
		p.Checks[0].Badge = bytes.ReplaceAll(p.Checks[0].Badge, []byte("https://issuer.example/class"), []byte("https://issuer.example/other"))
	})
	third := r.another(t, storetest.Open(t), true)
	third.down = true
	if got := third.takesIn(t, other, Added); got.Name == "Sailor" {
		t.Errorf("it is called what another achievement is: %q", got.Name)
	}
}

func TestPapersOutOfOrderAreRefused(t *testing.T) {
	r := newRoom(t, storetest.Open(t))
	b := r.brings(t, Item{Name: "b.png", Data: baked(t, made{email: "ada@example.org"}.signed(t))}, Added)
	f := r.exported(t, r.ada.ID, b.ID)
	long := json.RawMessage(`{"findings":[{"detail":"` + strings.Repeat("x", mostFindings) + `"}]}`)
	for name, other := range map[string]folder{
		"no papers":             {},
		"no JSON":               {BadgePapers: []byte("{")},
		"no document":           f.changed(t, func(p *Papers) { p.Document = "" }),
		"document elsewhere":    f.changed(t, func(p *Papers) { p.Document = "nowhere.json" }),
		"no badge":              f.changed(t, func(p *Papers) { p.Document = p.Picture }),
		"original elsewhere":    f.changed(t, func(p *Papers) { p.Original = "nowhere.png" }),
		"a verdict there isn't": f.changed(t, func(p *Papers) { p.Checks[0].Verdict = "splendid" }),
		"of tomorrow":           f.changed(t, func(p *Papers) { p.Checks[0].At = r.now.Add(48 * time.Hour) }),
		"findings without end":  f.changed(t, func(p *Papers) { p.Checks[0].Findings = long }),
		"findings of no form":   f.changed(t, func(p *Papers) { p.Checks[0].Findings = json.RawMessage(`[]`) }),
		"history without end":   f.changed(t, func(p *Papers) { p.Checks = slices.Repeat(p.Checks, remembered+1) }),
		"a former that is air":  f.changed(t, func(p *Papers) { p.Former = []FormerPapers{{Document: "nowhere"}} }),
	} {
		got, err := r.another(t, storetest.Open(t), true).TakeIn(t.Context(), r.ada.ID, other.take)
		if err == nil {
			t.Errorf("%s: %s", name, got.Outcome)
		}
	}
}

func TestTheTrashAndWhatWasRefusedComeAlong(t *testing.T) {
	s := storetest.Open(t)
	r := newRoom(t, storetest.Open(t))
	b := r.brings(t, Item{Text: string(made{email: "ada@example.org"}.signed(t))}, Added)
	if err := r.Delete(t.Context(), r.ada.ID, b.ID); err != nil {
		t.Fatal(err)
	}
	there := r.another(t, s, true)
	f := r.exported(t, r.ada.ID, b.ID)
	there.takesIn(t, f, Added)
	there.takesIn(t, f, Already)
	trash, err := s.DeletedBadges(t.Context(), there.ada.ID)
	if err != nil || len(trash) != 1 || !trash[0].DeletedAt.Equal(r.now) {
		t.Errorf("%d in the trash, %v", len(trash), err)
	}
}

// FuzzTakeIn brings papers that anybody may have written.
func FuzzTakeIn(f *testing.F) {
	s := storetest.Open(f)
	for _, seed := range []string{
		`{}`, `{"document":"credential.json"}`, `{"document":"credential.json","former":[{"document":"credential.json"}],"checks":[{"at":"2026-01-01T00:00:00Z","verdict":"genuine","findings":{},"web":"credential.json"}]}`,
	} {
		f.Add([]byte(seed), []byte(`{"id":"urn:x"}`))
	}
	room := &room{store: s, files: &files{kept: map[string][]byte{}}, now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), web: openbadges.RecordedWeb{}}
	room.Backpack = New(Options{Store: s, Files: room.files, Fetch: room.load, Now: room.Now})
	f.Fuzz(func(t *testing.T, papers, document []byte) {
		files := folder{BadgePapers: papers, "credential.json": document}
		_, _ = room.TakeIn(t.Context(), "nobody", files.take)
	})
}
