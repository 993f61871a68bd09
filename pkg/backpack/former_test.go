package backpack

import (
	"archive/zip"
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// opened is an archive's files by their names.
func (r *room) opened(t *testing.T, b store.Badge) map[string][]byte {
	t.Helper()
	archive, err := r.Archive(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := archive.Zip(t.Context(), "A note.", &out); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]byte{}
	for _, f := range z.File {
		from, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if all[f.Name], err = io.ReadAll(from); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func TestEveryByteThatCameInIsKeptForEver(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		var credentials, pictures [][]byte
		var b store.Badge
		for i, month := range []string{"03", "04", "05"} {
			credential := made{email: "ada@example.org", from: "2026-" + month + "-06T07:08:09Z"}.signed(t)
			picture := baked(t, credential)
			credentials, pictures = append(credentials, credential), append(pictures, picture)
			outcome := Updated
			if i == 0 {
				outcome = Added
			}
			b = r.brings(t, Item{Name: "b.png", Data: picture}, outcome)
			r.pass(time.Hour)
		}
		all := r.opened(t, b)
		if !bytes.Equal(all["credential.json"], credentials[2]) {
			t.Error("the credential is another")
		}
		for i, at := range []string{"former/2026-11-23T100000.000000Z/", "former/2026-11-23T110000.000000Z/"} {
			if !bytes.Equal(all[at+"credential.json"], credentials[i]) || !bytes.Equal(all[at+"original.png"], pictures[i]) {
				t.Errorf("%s: %d and %d bytes", at, len(all[at+"credential.json"]), len(all[at+"original.png"]))
			}
		}
		if len(r.files.kept) != 3 {
			t.Errorf("%d files", len(r.files.kept))
		}
		if err := r.Delete(t.Context(), r.ada.ID, b.ID); err != nil {
			t.Fatal(err)
		}
		r.pass(KeptDeleted + time.Hour)
		if err := r.Purge(t.Context()); err != nil || len(r.files.kept) != 0 {
			t.Errorf("%d files stay when their badge is purged: %v", len(r.files.kept), err)
		}
	})
}

func TestArchiveNamesWhatItHasNoRoomFor(t *testing.T) {
	storetest.Dear(t)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		b := r.brings(t, Item{Text: string(made{email: "ada@example.org"}.signed(t))}, Added)
		for i := range archived + 2 {
			f := store.FormerDocument{BadgeID: b.ID, DocumentType: "application/jwt", Document: bytes.Repeat([]byte("."), 4<<20), ReplacedAt: r.now.Add(time.Duration(-i) * time.Hour)}
			if err := s.AddFormerDocument(t.Context(), &f); err != nil {
				t.Fatal(err)
			}
		}
		all := r.opened(t, b)
		names, size := 0, 0
		for name, content := range all {
			if strings.HasPrefix(name, "former/2") {
				names, size = names+1, size+len(content)
			}
		}
		left := strings.Fields(string(all["former/left-out.txt"]))
		if size > formerAtOnce || names+len(left) != archived+2 || !slices.Contains(left, "2026-11-21T080000.000000Z") {
			t.Errorf("%d former documents of %d bytes, without %q", names, size, left)
		}
	})
}
