package main

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/pkg/backpack"
	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/pkg/parcel"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// canary is in everything there is of the person who leaves, and in nothing else.
const canary = "zanzibarcanary"

// lockedLog is a log that may be written while it is read.
type lockedLog struct {
	mu  sync.Mutex
	out bytes.Buffer
}

func (l *lockedLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.out.Write(p)
}

func (l *lockedLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.out.String()
}

// onEachDatabase gives a test a house of its own, its settings and its log.
func onEachDatabase(t *testing.T, test func(t *testing.T, h *house, log *lockedLog)) {
	t.Helper()
	for name, database := range map[string]func(*testing.T) string{
		"sqlite":   func(*testing.T) string { return "" },
		"postgres": func(t *testing.T) string { return storetest.Bare(t) },
	} {
		t.Run(name, func(t *testing.T) {
			log := &lockedLog{}
			test(t, newHouse(t, t.TempDir(), database(t), log), log)
		})
	}
}

func newHouse(t *testing.T, folder, url string, log *lockedLog) *house {
	t.Helper()
	c, err := readConfig([]string{"CARNET_DATA=" + folder, "CARNET_DATABASE_URL=" + url})
	ok(t, err)
	h, err := openHouse(t.Context(), c, slog.New(slog.NewTextHandler(log, nil)))
	ok(t, err)
	t.Cleanup(h.close)
	return h
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// works does jobs until done says so, for a minute at most.
func (h *house) works(t *testing.T, done func() bool) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- h.work(ctx) }()
	defer func() {
		stop()
		ok(t, <-ended)
	}()
	for range 600 {
		if done() {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal("the jobs do not end")
}

// joins makes somebody who has confirmed their address by its letter.
func (h *house) joins(t *testing.T, name, email string) store.Person {
	t.Helper()
	p, err := h.accounts.Join(t.Context(), account.Joining{Name: name, Email: email, Password: "quinze vaches bleues", Language: "en"})
	ok(t, err)
	addresses, err := h.store.Addresses(t.Context(), p.ID)
	ok(t, err)
	ok(t, h.store.VerifyAddress(t.Context(), p.ID, addresses[0].ID, time.Now()))
	return p
}

// TestNothingIsLeftOfWhoHasLeft seeds a canary in every text and in all bytes that a person has anywhere: in every table
// that is theirs, in files, archives, letters and jobs. They leave, and it is nowhere: not in the database's files with
// their log, not in any other file, not in a row of PostgreSQL's, not in the log. A table that is new is seeded too.
func TestNothingIsLeftOfWhoHasLeft(t *testing.T) {
	storetest.Dear(t)
	onEachDatabase(t, func(t *testing.T, h *house, log *lockedLog) {
		ctx := t.Context()
		p, other := h.joins(t, "Zanzibarcanary Diop", canary+"@savoirs.example"), h.joins(t, "Moussa Ba", "moussa@medina.example")
		theirs := h.brings(t, p, canary+" original.json", badgeFor(t, canary+"@savoirs.example", "Gardener "+canary))
		kept := h.brings(t, other, "kept.json", badgeFor(t, "moussa@medina.example", "Weaver"))
		h.dropsInVain(t, p, canary+".txt", "no badge but "+canary)
		second := h.joins(t, "Second Zanzibarcanary", "second-"+canary+"@savoirs.example")
		_, err := h.accounts.Merge(ctx, account.Joined{Into: p.ID, From: second.ID})
		ok(t, err)
		_, err = h.accounts.TakeOut(ctx, p.ID)
		ok(t, err)
		dead := store.Job{ID: store.NewID(), Kind: "letter", Payload: []byte(`{}`)}
		ok(t, h.store.Enqueue(ctx, dead))
		ok(t, h.store.Bury(ctx, dead.ID, "550 <"+canary+"@savoirs.example> unknown", time.Now()))
		h.works(t, func() bool {
			a, err := h.store.ArchiveOf(ctx, p.ID, store.Out)
			return err == nil && a.State == store.Ready && h.waiting(t) == 0
		})
		filled := storetest.Fill(t, h.config.DatabaseURL, h.config.Data, p.ID, other.ID, canary, "merges", "merge_changes")
		for _, table := range []string{"addresses", "badges", "verifications", "former_documents", "news", "sessions", "audit", "archives", "imports", "import_items"} {
			if !slices.Contains(filled, table) {
				t.Errorf("%s is not seeded", table)
			}
		}
		if places := h.searches(t, log); len(places) < len(filled) {
			t.Fatalf("the canary is seen only in %q: the search does not find what is there", places)
		}

		_, err = h.accounts.Leave(ctx, p.ID, "")
		ok(t, err)
		ok(t, h.accounts.LeaveNow(ctx, p.ID))
		h.works(t, func() bool {
			_, err := h.store.Person(ctx, p.ID)
			unclean, failed := h.store.Unscrubbed(ctx)
			return errors.Is(err, store.ErrNotFound) && failed == nil && !unclean && h.waiting(t) == 0
		})
		if places := h.searches(t, log); len(places) > 0 {
			t.Errorf("the canary is still in %q", places)
		}
		if _, err := h.store.AnyBadge(ctx, theirs.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the badge is still there: %v", err)
		}
		still, err := h.store.AnyBadge(ctx, kept.ID)
		ok(t, err)
		if _, _, _, err := h.backpack.Original(ctx, still); err != nil {
			t.Errorf("somebody else's file went too: %v", err)
		}
		t.Logf("%d tables seeded: %s", len(filled), strings.Join(filled, " "))
	})
}

// waiting is how many jobs are ready now.
func (h *house) waiting(t *testing.T) int {
	t.Helper()
	ready, _, err := h.store.Jobs(t.Context(), store.JobQuery{State: "ready", Limit: 100})
	ok(t, err)
	return len(slices.DeleteFunc(ready, func(j store.ListedJob) bool { return j.RunAt.After(time.Now()) }))
}

// searches tells wherever the canary is.
func (h *house) searches(t *testing.T, log *lockedLog) (places []string) {
	t.Helper()
	ok(t, filepath.WalkDir(h.config.Data, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if bytes.Contains(bytes.ToLower(content), []byte(canary)) || strings.Contains(strings.ToLower(path), canary) {
			places = append(places, strings.TrimPrefix(path, h.config.Data))
		}
		if strings.Contains(path, "/archives/") {
			places = append(places, strings.TrimPrefix(path, h.config.Data)) // what is squeezed cannot be searched: it must be gone
		}
		return err
	}))
	places = append(places, storetest.Search(t, h.config.DatabaseURL, h.config.Data, canary)...)
	if strings.Contains(strings.ToLower(log.String()), canary) {
		places = append(places, "the log")
	}
	return places
}

func (h *house) brings(t *testing.T, p store.Person, name string, credential []byte) store.Badge {
	t.Helper()
	got, err := h.backpack.Import(t.Context(), p.ID, backpack.Item{Name: name, Data: credential})
	ok(t, err)
	return got.Badge
}

// dropsInVain leaves a file under what is to be fixed.
func (h *house) dropsInVain(t *testing.T, p store.Person, name, content string) {
	t.Helper()
	i, err := h.backpack.BeginImport(t.Context(), p.ID)
	ok(t, err)
	ok(t, h.backpack.AddItem(t.Context(), &i, parcel.Find{Name: name, Data: []byte(content), Size: int64(len(content))}))
	ok(t, h.backpack.StartImport(t.Context(), i, 0))
}

// badgeFor is a genuine badge made out to an address.
func badgeFor(t *testing.T, email, name string) []byte {
	t.Helper()
	key, err := openbadges.NewKey([]byte("a garden key of thirty-two bytes"))
	ok(t, err)
	credential := `{"@context":["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
		"id":"urn:uuid:` + store.NewID() + `","type":["VerifiableCredential","OpenBadgeCredential"],"issuer":{"id":"` + key.DIDKey() + `","type":["Profile"],"name":"Jardins de la Médina"},
		"validFrom":"2026-05-04T00:00:00Z","name":"` + name + `","credentialSubject":{"type":["AchievementSubject"],
		"identifier":[{"type":"IdentityObject","identityHash":"` + email + `","identityType":"emailAddress","hashed":false}],
		"achievement":{"id":"urn:uuid:a-1","type":["Achievement"],"name":"` + name + `","description":"Keeps a shared garden alive.","criteria":{"narrative":"Planned a bed."}}}}`
	signed, err := openbadges.SignDataIntegrity(t.Context(), []byte(credential), key, key.VerificationMethod(), time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC))
	ok(t, err)
	return signed
}
