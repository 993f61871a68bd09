package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/pkg/backpack"
	"github.com/carnetbadges/carnet/pkg/blob"
	"github.com/carnetbadges/carnet/pkg/fetch"
	"github.com/carnetbadges/carnet/pkg/jobs"
	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// desk is a backpack on a test's database with a person in it.
type desk struct {
	*backpack.Backpack
	store *store.Store
	ada   store.Person
	ahead atomic.Int64 // how far its clock is ahead of the machine's
}

func newDesk(t *testing.T, s *store.Store, ask openbadges.Fetch) *desk {
	t.Helper()
	files, err := blob.Folder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{store: s}
	d.Backpack = backpack.New(backpack.Options{Store: s, Files: files, Fetch: ask, Picture: ask, Now: d.clock})
	d.ada = store.Person{Handle: "ada", Name: "Ada", Language: "en", Theme: "auto", Role: "member"}
	if err := s.CreatePerson(t.Context(), &d.ada); err != nil {
		t.Fatal(err)
	}
	proved := d.clock()
	if err := s.AddAddress(t.Context(), &store.Address{PersonID: d.ada.ID, Email: "ada@example.org", VerifiedAt: &proved, Primary: true}); err != nil {
		t.Fatal(err)
	}
	return d
}

func (d *desk) clock() time.Time { return time.Now().Add(time.Duration(d.ahead.Load())) }

func (d *desk) pass(by time.Duration) { d.ahead.Add(int64(by)) }

// issuer is everything one host says of its badge.
func issuer(host string) openbadges.RecordedWeb {
	web := openbadges.RecordedWeb{}
	for path, body := range map[string]string{
		"/i": `{"@context":"https://w3id.org/openbadges/v2","type":"Issuer","id":"http://HOST/i","name":"HOST","url":"http://HOST","email":"badges@HOST"}`,
		"/b": `{"@context":"https://w3id.org/openbadges/v2","type":"BadgeClass","id":"http://HOST/b","name":"Sailor","description":"Sails","image":"http://HOST/p.svg","criteria":{"narrative":"Sail"},"issuer":"http://HOST/i"}`,
		"/a": `{"@context":"https://w3id.org/openbadges/v2","type":"Assertion","id":"http://HOST/a","recipient":{"type":"email","hashed":false,"identity":"ada@example.org"},"badge":"http://HOST/b","verification":{"type":"HostedBadge"},"issuedOn":"2026-03-04T05:06:07Z"}`,
	} {
		web["http://"+host+path] = openbadges.Recording{Status: 200, ContentType: "application/ld+json", Body: []byte(strings.ReplaceAll(body, "HOST", host))}
	}
	web["http://"+host+"/p.svg"] = openbadges.Recording{Status: 200, ContentType: "image/svg+xml", Body: []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>`)}
	return web
}

func TestABadgeIsVerifiedAgainFromItsArchiveWhenItsIssuerIsGone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		web, gone := issuer("issuer.example"), false
		d := newDesk(t, s, func(ctx context.Context, url string) (openbadges.Document, error) {
			if gone {
				return openbadges.Document{}, openbadges.ErrUnreachable
			}
			return web.Fetch(ctx, url)
		})
		came, err := d.Import(t.Context(), d.ada.ID, backpack.Item{Text: "http://issuer.example/a"})
		if err != nil {
			t.Fatal(err)
		}
		d.pass(24 * time.Hour)
		web["http://issuer.example/a"] = openbadges.Recording{Status: 410, ContentType: "application/json", Body: []byte(`{"revoked":true,"revocationReason":"issued twice"}`)}
		check(t, d, came.Badge.ID, openbadges.NotCurrent)
		d.pass(24 * time.Hour)
		gone = true
		check(t, d, came.Badge.ID, openbadges.CannotTell)

		folder := unzipped(t, d, came.Badge.ID)
		folders, err := filepath.Glob(filepath.Join(folder, "2*Z"))
		if err != nil || len(folders) != 2 {
			t.Fatalf("%d other verifications: %v", len(folders), err)
		}
		verdicts := []string{}
		for _, at := range append([]string{folder}, folders...) {
			verdicts = append(verdicts, verifiedFrom(t, folder, at))
		}
		if slices.Sort(verdicts[1:]); !slices.Equal(verdicts, []string{"not-current", "genuine", "unknown"}) {
			t.Errorf("verdicts %q", verdicts)
		}
	})
}

func check(t *testing.T, d *desk, id string, want openbadges.Verdict) {
	t.Helper()
	if v, err := d.Check(t.Context(), d.ada.ID, id); err != nil || v.Verdict != want {
		t.Fatalf("%s %v, want %s", v.Verdict, err, want)
	}
}

// unzipped is the folder a badge's archive was opened into.
func unzipped(t *testing.T, d *desk, id string) string {
	t.Helper()
	badge, err := d.store.Badge(t.Context(), d.ada.ID, id)
	if err != nil {
		t.Fatal(err)
	}
	archive, err := d.Archive(t.Context(), badge)
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := archive.Zip(t.Context(), "A note.", &file); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.CopyFS(folder, z); err != nil {
		t.Fatal(err)
	}
	if document, err := os.ReadFile(filepath.Join(folder, archive.Document)); err != nil || !bytes.Equal(document, badge.Document) {
		t.Fatalf("the credential is another: %v", err)
	}
	return folder
}

// verifiedFrom runs the command on what an archive holds of one verification, and demands what was found then, to the letter.
func verifiedFrom(t *testing.T, folder, at string) string {
	t.Helper()
	written, err := os.ReadFile(filepath.Join(at, "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	var report map[string]any
	if err := json.Unmarshal(written, &report); err != nil {
		t.Fatal(err)
	}
	var out, complaint bytes.Buffer
	words := []string{
		"verify", "--json", "--web", filepath.Join(at, "web.json"), "--at", fmt.Sprint(report["at"]), "--recipient", "ada@example.org",
		filepath.Join(folder, "credential.json"),
	}
	run(t.Context(), words, nil, streams{out: &out, err: &complaint})
	var again map[string]any
	if err := json.Unmarshal(out.Bytes(), &again); err != nil {
		t.Fatalf("%v: %s %s", err, out.String(), complaint.String())
	}
	delete(report, "at")
	if !reflect.DeepEqual(again, report) {
		t.Errorf("%s:\nnow  %v\nthen %v", at, again, report)
	}
	return fmt.Sprint(again["verdict"])
}

// town is a web of real servers: every host is up, until the dead one takes every connection and never answers.
type town struct {
	good, dead *httptest.Server
	asleep     atomic.Bool
	hanging    atomic.Int64
	most       atomic.Int64
}

func newTown(t *testing.T) *town {
	w := &town{}
	w.good = httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		answer := issuer(r.Host)["http://"+r.Host+r.URL.Path]
		out.Header().Set("Content-Type", answer.ContentType)
		_, _ = out.Write(answer.Body)
	}))
	w.dead = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		w.most.Store(max(w.most.Load(), w.hanging.Add(1)))
		<-r.Context().Done()
		w.hanging.Add(-1)
	}))
	t.Cleanup(func() { w.good.Close(); w.dead.CloseClientConnections(); w.dead.Close() })
	return w
}

func (w *town) dial(ctx context.Context, network, address string) (net.Conn, error) {
	to := w.good
	if strings.HasPrefix(address, "dead.") && w.asleep.Load() {
		to = w.dead
	}
	return (&net.Dialer{}).DialContext(ctx, network, to.Listener.Addr().String())
}

// TestADeadHostWithManyBadgesDelaysNobodyElse has 200 badges of a host that hangs due before those of 20 good hosts, with
// the real fetcher and the real runner at work.
// ASVS: V15.2.2
func TestADeadHostWithManyBadgesDelaysNobodyElse(t *testing.T) {
	s, w := storetest.Open(t), newTown(t)
	var d *desk
	fetcher := fetch.New(fetch.Options{AllowPrivate: true, Dial: w.dial, Now: func() time.Time { return d.clock() }})
	t.Cleanup(fetcher.Close)
	d = newDesk(t, s, document(fetcher.Page))
	late := copies(t, d, brought(t, d, "dead.example"), 200)
	var others []string
	for i := range 20 {
		others = append(others, brought(t, d, fmt.Sprintf("good%d.example", i)).ID)
	}
	fetcher.Close()
	w.asleep.Store(true)
	d.pass(8 * 24 * time.Hour)
	began, launched := d.clock(), time.Now()
	due(t, d, late, began.Add(-time.Minute))
	due(t, d, others, began.Add(-time.Second))

	runner := jobs.New(s, d.clock, slog.New(slog.DiscardHandler))
	runner.Handle(backpack.RecheckJob, waiting(d.Recheck))
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- runner.Run(ctx) }()
	done := 0
	for ; done < len(others) && time.Since(launched) < 40*time.Second; time.Sleep(50 * time.Millisecond) {
		done = 0
		for _, id := range others {
			if b, err := s.AnyBadge(t.Context(), id); err == nil && !b.CheckedAt.Before(began) && b.Verdict == "genuine" {
				done++
			}
		}
	}
	took := d.clock().Sub(began)
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if done != len(others) || took > 20*time.Second {
		t.Errorf("%d of %d verified in %s while a host hangs", done, len(others), took)
	}
	if most := w.most.Load(); most < 1 || most > 2 {
		t.Errorf("%d requests at once hung at the dead host", most)
	}
	t.Logf("%d good hosts verified in %s beside %d badges of a host that hangs, asked by %d at once", done, took, len(late), w.most.Load())
}

func brought(t *testing.T, d *desk, host string) store.Badge {
	t.Helper()
	got, err := d.Import(t.Context(), d.ada.ID, backpack.Item{Text: "http://" + host + "/a"})
	if err != nil || got.Badge.Verdict != "genuine" {
		t.Fatalf("%s: %s %v", host, got.Badge.Verdict, err)
	}
	badge, err := d.store.Badge(t.Context(), d.ada.ID, got.Badge.ID)
	if err != nil {
		t.Fatal(err)
	}
	return badge
}

// copies are so many other badges of the same host, each at an address of its own.
func copies(t *testing.T, d *desk, badge store.Badge, n int) (ids []string) {
	t.Helper()
	document := badge.Document
	for i := range n {
		badge.ID, badge.CredentialKey = "", fmt.Sprint(i)
		badge.SourceURL = fmt.Sprintf("http://dead.example/a/%d", i)
		badge.Document = bytes.Replace(document, []byte(`"http://dead.example/a"`), fmt.Appendf(nil, "%q", badge.SourceURL), 1)
		if err := d.store.CreateBadge(t.Context(), &badge); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, badge.ID)
	}
	return ids
}

func due(t *testing.T, d *desk, ids []string, at time.Time) {
	t.Helper()
	for _, id := range ids {
		payload := fmt.Appendf(nil, `{"Person":%q,"Badge":%q}`, d.ada.ID, id)
		if err := d.store.Enqueue(t.Context(), store.Job{Kind: backpack.RecheckJob, Payload: payload, RunAt: at}); err != nil {
			t.Fatal(err)
		}
	}
}
