package backpack

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/pkg/pixels"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

func (r *room) weaver(t *testing.T) store.Badge {
	t.Helper()
	return r.brings(t, Item{Name: "weaver.png", Data: baked(t, made{email: "ada@example.org"}.signed(t))}, Added)
}

func TestAHoldersOwnEvidenceIsWordsALinkOrAFile(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		ctx, b, eve := t.Context(), r.weaver(t), r.person(t, "eve", "eve@example.org", true)
		for name, one := range map[string]struct {
			piece Piece
			want  string // the mistake, or ""
		}{
			"words":        {Piece{Words: "I wove *this*."}, ""},
			"a link":       {Piece{Link: "https://weaving.example/ada"}, ""},
			"a PDF":        {Piece{File: []byte("%PDF-1.7 x"), FileName: "C:\\Scans\\Cloth.final.docx"}, ""},
			"a text":       {Piece{File: []byte("Élan\n"), FileName: "notes.md"}, ""},
			"a title only": {Piece{Title: "Cloth"}, "words required"},
			"nothing":      {Piece{Words: " \r\n "}, "words required"},
			"a script":     {Piece{Link: "javascript:alert(1)"}, "link malformed"},
			"with a name":  {Piece{Link: "https://bank@evil.example/"}, "link malformed"},
			"long words":   {Piece{Words: strings.Repeat("é", MaxEvidenceWords+1)}, "words too-long"},
			"long title":   {Piece{Title: strings.Repeat("é", MaxEvidenceTitle+1), Words: "x"}, "title too-long"},
			"a program":    {Piece{File: []byte("MZ\x00\x01"), FileName: "cloth.pdf"}, "file unknown"},
			"a page":       {Piece{File: []byte("<script>alert(1)</script>"), FileName: "cloth.html"}, ""}, // text, which is never run
			"half a PNG":   {Piece{File: square(t, 9)[:20], FileName: "x.png"}, "file damaged"},
			"a huge text":  {Piece{File: bytes.Repeat([]byte("x"), MaxEvidenceFile+1)}, "file too-large"},
		} {
			e, err := r.AddEvidence(ctx, r.ada.ID, b.ID, one.piece)
			var mistake *EvidenceMistake
			got := ""
			if errors.As(err, &mistake) {
				got = mistake.Field + " " + mistake.Why
			} else if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if got != one.want {
				t.Errorf("%s: %q, want %q", name, got, one.want)
			}
			switch name {
			case "a PDF":
				if e.FileName != "Cloth.final.pdf" || e.FileType != "application/pdf" {
					t.Errorf("it is called %s and is %s", e.FileName, e.FileType)
				}
			case "a page":
				if e.FileName != "cloth.txt" || !strings.HasPrefix(e.FileType, "text/plain") {
					t.Errorf("it is called %s and is %s", e.FileName, e.FileType)
				}
			}
		}
		_, err := r.AddEvidence(ctx, eve.ID, b.ID, Piece{Words: "I was here"})
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("somebody else's badge: %v", err)
		}
		for range MaxEvidence {
			_, err = r.AddEvidence(ctx, r.ada.ID, b.ID, Piece{Words: "again"})
		}
		if mistake := (*EvidenceMistake)(nil); !errors.As(err, &mistake) || mistake.Why != "too-many" {
			t.Errorf("one too many: %v", err)
		}
	})
}

func TestAPictureOfEvidenceLosesWhatACameraHides(t *testing.T) {
	r := newRoom(t, storetest.Open(t))
	b := r.weaver(t)
	picture := jpegOf(t, 30)
	hides := append(append([]byte("\xff\xd8\xff\xfe\x00\x08CANARY"), picture[2:]...), "CANARY"...)
	e, err := r.AddEvidence(t.Context(), r.ada.ID, b.ID, Piece{File: hides, FileName: "IMG_2041.JPG"})
	if err != nil {
		t.Fatal(err)
	}
	content, err := r.EvidenceFile(t.Context(), e)
	if err != nil || bytes.Contains(content, []byte("CANARY")) || e.FileType != pixels.JPEG || e.FileName != "IMG_2041.JPG" || int64(len(content)) != e.FileSize {
		t.Errorf("%d bytes of %+v, %v", len(content), e, err)
	}
	drawing, err := pixels.EncodePNG(image.NewGray(image.Rect(0, 0, 3000, 20)))
	if err != nil {
		t.Fatal(err)
	}
	e, err = r.AddEvidence(t.Context(), r.ada.ID, b.ID, Piece{File: drawing})
	if err != nil || e.FileType != pixels.PNG || e.FileName != "evidence.png" {
		t.Errorf("%+v, %v", e, err)
	}
}

func TestEvidenceIsHiddenRemovedAndPutBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		ctx, b, eve := t.Context(), r.weaver(t), r.person(t, "eve", "eve@example.org", true)
		e, err := r.AddEvidence(ctx, r.ada.ID, b.ID, Piece{File: []byte("first"), FileName: "a.txt"})
		if err != nil {
			t.Fatal(err)
		}
		first := e.FileKey
		is := func(want string) {
			t.Helper()
			e, err := s.EvidenceOf(ctx, b.ID, e.ID)
			if got := fmt.Sprintf("hidden %v, gone %v, %q", e.Hidden, e.DeletedAt != nil, e.Words); err != nil || got != want {
				t.Errorf("%s, want %s (%v)", got, want, err)
			}
		}
		can := func(what string, err error, want error) {
			t.Helper()
			if !errors.Is(err, want) {
				t.Errorf("%s: %v, want %v", what, err, want)
			}
		}
		for _, who := range []struct {
			id   string
			want error
		}{{eve.ID, store.ErrNotFound}, {r.ada.ID, nil}} {
			can("hide", r.ShowEvidence(ctx, who.id, b.ID, e.ID, true), who.want)
			can("change", r.ChangeEvidence(ctx, who.id, b.ID, e.ID, Piece{Words: "new", File: []byte("second"), FileName: "b.txt"}), who.want)
			can("remove", r.RemoveEvidence(ctx, who.id, b.ID, e.ID), who.want)
		}
		is(`hidden true, gone true, "new"`)
		can("remove twice", r.RemoveEvidence(ctx, r.ada.ID, b.ID, e.ID), nil)
		can("change what is gone", r.ChangeEvidence(ctx, r.ada.ID, b.ID, e.ID, Piece{Words: "no"}), store.ErrNotFound)
		can("restore another's", r.RestoreEvidence(ctx, eve.ID, b.ID, e.ID), store.ErrNotFound)
		can("restore", r.RestoreEvidence(ctx, r.ada.ID, b.ID, e.ID), nil)
		can("show", r.ShowEvidence(ctx, r.ada.ID, b.ID, e.ID, false), nil)
		can("remove", r.RemoveEvidence(ctx, r.ada.ID, b.ID, e.ID), nil)
		can("undo", r.RestoreEvidence(ctx, r.ada.ID, b.ID, e.ID), nil)
		is(`hidden false, gone false, "new"`)
		can("remove", r.RemoveEvidence(ctx, r.ada.ID, b.ID, e.ID), nil)
		r.pass(time.Hour)
		can("restore late", r.RestoreEvidence(ctx, r.ada.ID, b.ID, e.ID), nil)
		is(`hidden true, gone false, "new"`)

		can("remove", r.RemoveEvidence(ctx, r.ada.ID, b.ID, e.ID), nil)
		kept, err := s.EvidenceOf(ctx, b.ID, e.ID)
		can("read", err, nil)
		r.pass(KeptEvidence + time.Hour)
		can("purge", r.Purge(ctx), nil)
		if _, err := r.files.Read(ctx, kept.FileKey); err == nil {
			t.Error("the file is still there")
		}
		if _, err := r.files.Read(ctx, first); err == nil {
			t.Error("the file that was there first is still there")
		}
		_, err = s.EvidenceOf(ctx, b.ID, e.ID)
		can("find", err, store.ErrNotFound)
	})
}

// TestFilesOfEvidenceThatNothingNamesAreNotKept refuses, replaces and leaves: of each file that is not beside a badge in the
// end nothing is on the shelf.
func TestFilesOfEvidenceThatNothingNamesAreNotKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		ctx, b, eve := t.Context(), r.weaver(t), r.person(t, "eve", "eve@example.org", true)
		shelf := countedFiles{r.files, map[string]bool{}}
		r.Backpack.files = shelf
		kept := func(after string, want int) {
			t.Helper()
			there := 0
			for key := range shelf.put {
				if _, err := shelf.Read(ctx, key); err == nil {
					there++
				}
			}
			if there != want {
				t.Errorf("after %s there are %d files, want %d", after, there, want)
			}
		}
		file := func(words string) Piece { return Piece{File: []byte(words), FileName: "a.txt"} }
		e, err := r.AddEvidence(ctx, r.ada.ID, b.ID, file("first"))
		if err != nil {
			t.Fatal(err)
		}
		twin, err := r.AddEvidence(ctx, r.ada.ID, b.ID, file("first"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.AddEvidence(ctx, eve.ID, b.ID, file("not hers")); !errors.Is(err, store.ErrNotFound) || len(shelf.put) != 1 {
			t.Errorf("somebody else's badge: %v, %d files were written", err, len(shelf.put))
		}
		for who, id := range map[string]string{eve.ID: e.ID, r.ada.ID: "nothing"} {
			if err := r.ChangeEvidence(ctx, who, b.ID, id, file("not there")); !errors.Is(err, store.ErrNotFound) || len(shelf.put) != 1 {
				t.Errorf("what is not theirs: %v, %d files were written", err, len(shelf.put))
			}
		}
		if err := r.ChangeEvidence(ctx, r.ada.ID, b.ID, e.ID, Piece{Link: "javascript:x", File: []byte("refused"), FileName: "a.txt"}); err == nil {
			t.Error("a script is a link")
		}
		kept("a refusal", 1)
		if err := r.ChangeEvidence(ctx, r.ada.ID, b.ID, e.ID, file("second")); err != nil {
			t.Fatal(err)
		}
		kept("a change, while another piece has the file", 2)
		if err := r.ChangeEvidence(ctx, r.ada.ID, b.ID, twin.ID, file("second")); err != nil {
			t.Fatal(err)
		}
		kept("a change of that", 1)
		if err := r.ChangeEvidence(ctx, r.ada.ID, b.ID, twin.ID, Piece{Words: "the file stays"}); err != nil {
			t.Fatal(err)
		}
		kept("other words", 1)
		full := e
		full.ID, full.FileKey, full.FileSize = "", "", MaxEvidenceBytes
		if err := s.AddEvidence(ctx, &full); err != nil {
			t.Fatal(err)
		}
		var mistake *EvidenceMistake
		if _, err := r.AddEvidence(ctx, r.ada.ID, b.ID, file("no room")); !errors.As(err, &mistake) || mistake.Why != "full" || len(shelf.put) != 3 {
			t.Errorf("no room: %v, %d files were written", err, len(shelf.put))
		}
		left, err := s.Erase(ctx, r.ada.ID, nil, r.Now())
		if err == nil {
			err = r.Forget(ctx, left.Blobs)
		}
		if err != nil {
			t.Fatal(err)
		}
		kept("leaving", 0)
	})
}

// countedFiles remembers what was put on a shelf.
type countedFiles struct {
	Files
	put map[string]bool
}

func (f countedFiles) Put(ctx context.Context, content []byte) (string, error) {
	key, err := f.Files.Put(ctx, content)
	f.put[key] = true
	return key, err
}

func TestAPieceOfTheIssuersIsKnownByItsIdOrByWhatItSays(t *testing.T) {
	r := newRoom(t, storetest.Open(t))
	ctx, b, eve := t.Context(), r.weaver(t), r.person(t, "eve", "eve@example.org", true)
	said, same := openbadges.Evidence{ID: "https://a.example", Narrative: "x"}, openbadges.Evidence{ID: "https://a.example", Narrative: "y"}
	if PieceOf(said) != PieceOf(same) || PieceOf(openbadges.Evidence{Name: "x"}) == PieceOf(openbadges.Evidence{Description: "x"}) {
		t.Error("pieces are mistaken for one another")
	}
	for _, one := range []struct {
		who, piece string
		hidden     bool
		want       error
	}{
		{eve.ID, PieceOf(said), true, store.ErrNotFound},
		{r.ada.ID, "short", true, store.ErrNotFound},
		{r.ada.ID, PieceOf(said), true, nil},
		{r.ada.ID, PieceOf(said), true, nil},
		{eve.ID, PieceOf(said), false, store.ErrNotFound},
	} {
		if err := r.HideIssuerEvidence(ctx, one.who, b.ID, one.piece, one.hidden); !errors.Is(err, one.want) {
			t.Errorf("%+v: %v", one, err)
		}
	}
	if hidden, err := r.store.HiddenEvidence(ctx, b.ID); err != nil || len(hidden) != 1 {
		t.Errorf("hidden: %q, %v", hidden, err)
	}
}

func TestEvidenceTakenAlongIsTheSameElsewhere(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, storetest.Open(t))
		ctx, b := t.Context(), r.weaver(t)
		for i, p := range []Piece{
			{Title: "Cloth", Words: "I *wove* it", Link: "https://weaving.example"},
			{File: jpegOf(t, 30), FileName: "Loom.jpg"},
			{File: []byte("%PDF-1.4"), FileName: "a.pdf"},
		} {
			e, err := r.AddEvidence(ctx, r.ada.ID, b.ID, p)
			if err != nil {
				t.Fatal(err)
			}
			r.pass(time.Minute)
			switch i {
			case 1:
				err = r.ShowEvidence(ctx, r.ada.ID, b.ID, e.ID, true)
			case 2:
				err = r.RemoveEvidence(ctx, r.ada.ID, b.ID, e.ID)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := r.HideIssuerEvidence(ctx, r.ada.ID, b.ID, PieceOf(openbadges.Evidence{ID: "x"}), true); err != nil {
			t.Fatal(err)
		}
		f := r.exported(t, r.ada.ID, b.ID)
		there := r.another(t, s, true)
		taken := there.takesIn(t, f, Added)
		second := there.exported(t, there.ada.ID, taken.ID)
		p, q := f.papers(t), second.papers(t)
		if a, b := fmt.Sprintf("%+v %q", texts(p.Evidence), p.Hidden), fmt.Sprintf("%+v %q", texts(q.Evidence), q.Hidden); a != b || len(p.Evidence) != 3 || len(q.Hidden) != 1 {
			t.Errorf("here  %s\nthere %s", a, b)
		}
		for _, e := range p.Evidence {
			if e.File != "" && !bytes.Equal(f[e.File], second[e.File]) {
				t.Errorf("%s is another there", e.File)
			}
		}

		hostile := f.changed(t, func(p *Papers) {
			p.Evidence = append(p.Evidence, EvidencePapers{Link: "javascript:alert(1)"}, EvidencePapers{File: "evil", FileName: "x.pdf"})
		})
		hostile["evil"] = []byte("MZ\x00\x00")
		third := r.another(t, storetest.Open(t), true)
		taken = third.takesIn(t, hostile, Added)
		if all, err := third.store.Evidence(ctx, taken.ID); err != nil || len(all) != 3 {
			t.Errorf("%d pieces, %v", len(all), err)
		}
	})
}

// texts are papers with their times written out, wherever these were read.
func texts(all []EvidencePapers) (told []string) {
	for _, e := range all {
		deleted := ""
		if e.DeletedAt != nil {
			deleted = e.DeletedAt.UTC().String()
		}
		told = append(told, fmt.Sprint(e.Title, "|", e.Words, "|", e.Link, "|", e.File, "|", e.FileName, "|", e.Hidden, "|", e.AddedAt.UTC(), "|", e.ChangedAt.UTC(), "|", deleted))
	}
	return told
}

func FuzzCleanFile(f *testing.F) {
	f.Add([]byte("%PDF-1.7"), "a.pdf")
	f.Add([]byte("\xff\xd8\xff"), "..")
	f.Add([]byte("text"), "/../\u202etxt.exe")
	f.Fuzz(func(t *testing.T, data []byte, name string) {
		content, kind, err := cleanFile(context.Background(), data)
		if err != nil {
			return
		}
		if called := fileNamed(name, kind); len(content) == 0 || !strings.Contains(called, ".") || strings.ContainsAny(called, "/\\\x00\u202e") {
			t.Errorf("%d bytes of %s called %q", len(content), kind, called)
		}
	})
}
