package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/pkg/backpack"
	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/pkg/paper"
	"github.com/carnetbadges/carnet/pkg/parcel"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// demoHouse is a house with the demo world in it.
func demoHouse(t *testing.T) *house {
	t.Helper()
	folder := t.TempDir()
	var out, complaint bytes.Buffer
	if code := run(t.Context(), []string{"demo"}, []string{"CARNET_DATA=" + folder, "CARNET_PUBLIC_URL=http://localhost:8080"}, streams{out: &out, err: &complaint}); code != 0 {
		t.Fatalf("exit status %d: %s", code, complaint.String())
	}
	return newHouse(t, folder, "", &lockedLog{})
}

// held is every accepted badge of the demo world, made public.
func (h *house) held(t *testing.T) (badges []store.Badge) {
	t.Helper()
	for _, handle := range []string{
		"aminata-diop", "camille-perrin", "daniel-mensah", "eeva-korhonen", "fatou-sarr", "giulia-fabbri", "ingrid-haugen",
		"joke-vandenbroucke", "marta-kovacs", "mateus-oliveira", "moussa-ndiaye", "nadia-benali", "teo-lindqvist", "zofia-wisniewska",
	} {
		person, err := h.store.WhoHas(t.Context(), handle)
		ok(t, err)
		ids, err := h.store.BadgesAfter(t.Context(), person, "", 1000)
		ok(t, err)
		for _, id := range ids {
			badge, err := h.store.Badge(t.Context(), person, id)
			ok(t, err)
			if badge.State != store.Accepted || badge.DeletedAt != nil {
				continue
			}
			ok(t, h.store.SetVisibility(t.Context(), person, id, store.Public, time.Now()))
			badges = append(badges, badge)
		}
	}
	return badges
}

// asks answers what a visitor from an address of their own gets.
func asks(t *testing.T, door http.Handler, n int, path string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "http://localhost:8080"+path, nil)
	r.RemoteAddr = fmt.Sprintf("192.0.2.%d:1000", n%250)
	answer := httptest.NewRecorder()
	door.ServeHTTP(answer, r)
	return answer
}

// TestEveryBadgeOfTheDemoWorldComesBackOutOfItsPDF: in carnet unbake, in carnet verify and in an import, byte for byte,
// whichever language the sheet is in.
func TestEveryBadgeOfTheDemoWorldComesBackOutOfItsPDF(t *testing.T) {
	storetest.Dear(t)
	h := demoHouse(t)
	site, err := h.site()
	ok(t, err)
	badges := h.held(t)
	if len(badges) < 45 {
		t.Fatalf("only %d badges", len(badges))
	}
	sheets := map[string][]byte{}
	for i, badge := range badges {
		answer := asks(t, site.Handler(), i, "/b/"+badge.ID+"/certificate.pdf?lang="+[]string{"en", "fr"}[i%2])
		sheet := answer.Body.Bytes()
		if answer.Code != 200 || !bytes.HasPrefix(sheet, []byte("%PDF-1.7")) {
			t.Fatalf("%s: %d %.200s", badge.Name, answer.Code, sheet)
		}
		if again := asks(t, site.Handler(), i, "/b/"+badge.ID+"/certificate.pdf?lang="+[]string{"en", "fr"}[i%2]); again.Header().Get("ETag") != answer.Header().Get("ETag") {
			t.Errorf("%s: not the same bytes twice", badge.Name)
		}
		comesBack(t, badge.Name, sheet, badge.Document)
		sheets[badge.ID] = sheet
	}
	h.passportComesBack(t, site.Handler(), "aminata-diop", badges)
	for _, badge := range badges {
		ok(t, h.backpack.Delete(t.Context(), badge.PersonID, badge.ID))
	}
	_, err = h.store.PurgeDeleted(t.Context(), time.Now().Add(time.Hour))
	ok(t, err)
	for _, badge := range badges {
		came, err := h.backpack.Import(t.Context(), badge.PersonID, backpack.Item{Name: "certificate.pdf", Data: sheets[badge.ID]})
		if err != nil || came.Outcome != backpack.Added || !bytes.Equal(came.Badge.Document, badge.Document) || came.Badge.DocumentType != badge.DocumentType {
			t.Errorf("%s: %v, %v", badge.Name, came.Outcome, err)
		}
	}
	t.Logf("%d badges", len(badges))
}

// passportComesBack takes a whole passport apart as an import does: every badge that is shown is in its print, once.
func (h *house) passportComesBack(t *testing.T, door http.Handler, handle string, badges []store.Badge) {
	t.Helper()
	person, err := h.store.WhoHas(t.Context(), handle)
	ok(t, err)
	want := map[string]bool{}
	for _, badge := range badges {
		if badge.PersonID == person {
			want[string(badge.Document)] = true
		}
	}
	answer := asks(t, door, 0, "/@"+handle+"/passport.pdf")
	found := 0
	opening := parcel.New(backpack.ImportLimits(), func(f parcel.Find) error {
		if found++; !want[string(f.Data)] {
			t.Errorf("the print holds something else: %.100s", f.Data)
		}
		return nil
	})
	ok(t, opening.File("passport.pdf", answer.Body.Bytes()))
	if answer.Code != 200 || found != len(want) {
		t.Errorf("%d: %d of %d badges inside", answer.Code, found, len(want))
	}
	file := filepath.Join(t.TempDir(), "passport.pdf")
	ok(t, os.WriteFile(file, answer.Body.Bytes(), 0o600))
	var out, complaint bytes.Buffer
	run(t.Context(), []string{"verify", "--json", "--web", emptyWeb(t), file}, nil, streams{out: &out, err: &complaint})
	if got := strings.Count(out.String(), "\n"); got != len(want) {
		t.Errorf("carnet verify tells of %d badges of %d: %s", got, len(want), complaint.String())
	}
}

// emptyWeb is a recorded web in which there is nothing.
func emptyWeb(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "web.json")
	ok(t, os.WriteFile(file, []byte("{}"), 0o600))
	return file
}

// comesBack takes a credential out of a sheet in both ways in which the program does.
func comesBack(t *testing.T, name string, sheet, credential []byte) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "certificate.pdf")
	ok(t, os.WriteFile(file, sheet, 0o600))
	var out, complaint bytes.Buffer
	if code := run(t.Context(), []string{"unbake", file}, nil, streams{out: &out, err: &complaint}); code != 0 || !bytes.Equal(out.Bytes(), credential) {
		t.Errorf("%s: unbake ends with %d: %.100s%s", name, code, out.String(), complaint.String())
	}
	nowhere := openbadges.RecordedWeb{}.Fetch
	read, err := openbadges.Read(t.Context(), sheet, nowhere)
	bare, bareErr := openbadges.Read(t.Context(), credential, nowhere)
	if err != nil || bareErr != nil || !bytes.Equal(read.Raw, bare.Raw) || read.Container != openbadges.ContainerPDF {
		t.Errorf("%s: %v, %v", name, err, bareErr)
		return
	}
	options := openbadges.Options{Fetch: nowhere, At: time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)}
	if got, want := openbadges.Verify(t.Context(), read, options), openbadges.Verify(t.Context(), bare, options); got.Verdict != want.Verdict || len(got.Findings) != len(want.Findings) {
		t.Errorf("%s: %s in the sheet, %s alone", name, got.Verdict, want.Verdict)
	}
}

// TestEveryCredentialOfTheCorpusComesBackOutOfItsPDF: JSON and tokens, of every version, a hundred and more.
func TestEveryCredentialOfTheCorpusComesBackOutOfItsPDF(t *testing.T) {
	folder := os.Getenv("OPENBADGES_CORPUS")
	if folder == "" {
		folder = filepath.Join("..", "..", "..", "shared", "corpus")
	}
	if _, err := os.Stat(filepath.Join(folder, "MANIFEST.tsv")); err != nil {
		t.Skipf("the test corpus is not here (set OPENBADGES_CORPUS): %v", err)
	}
	count := map[string]int{}
	ok(t, filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil || len(content) > 200_000 {
			return err
		}
		content = bytes.TrimSpace(content)
		read, err := openbadges.Read(t.Context(), content, openbadges.RecordedWeb{}.Fetch)
		if err != nil || read.Container != openbadges.ContainerJSON && read.Container != openbadges.ContainerJWS || !bytes.Equal(read.Raw, content) {
			return nil //nolint:nilerr // what is no badge is not what this is about
		}
		kind := "application/jwt"
		if json.Valid(content) {
			kind = "application/json"
		}
		name := paper.Text{Said: read.Badge.Achievement.Name}
		sheet, err := paper.Certificate(paper.Badge{
			Name: name, Issuer: paper.Text{Said: read.Badge.Issuer.Name}, Criteria: paper.Text{Said: read.Badge.Achievement.CriteriaText},
			Picture: image.NewGray(image.Rect(0, 0, 8, 8)), File: paper.File{Name: "badge.json", Kind: kind, Content: content},
		}, paper.Words{Language: "en"}, time.Unix(0, 0))
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		comesBack(t, strings.TrimPrefix(path, folder), sheet, content)
		count[kind]++
		return nil
	}))
	t.Log(count)
	if count["application/json"] < 80 || count["application/jwt"] < 5 {
		t.Errorf("only %v", count)
	}
}
