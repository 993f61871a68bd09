package archive

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// writeStep puts three files, one of them of a kind that is stored as it is.
func writeStep(d *Draft, i int) error {
	name := fmt.Sprintf("01HZ%022d", i)
	return d.Step(name, func(put Put) (any, error) {
		for _, file := range []string{"badge.json", "picture.png", "empty.txt"} {
			content := []byte(strings.Repeat(file+name, i*50))
			if file == "empty.txt" {
				content = nil
			}
			if err := put("badges/"+name+"/"+file, noon, content); err != nil {
				return nil, err
			}
		}
		return map[string]int{"n": i}, nil
	})
}

func finished(t testing.TB, folder string, badges int) []byte {
	t.Helper()
	d, err := Continue(folder)
	must(t, err)
	m := Manifest{Made: noon, By: "https://carnet.example", Language: "en", Badges: []string{}}
	for _, step := range d.Steps() {
		m.Badges = append(m.Badges, step.Name)
	}
	if len(m.Badges) != badges {
		t.Fatalf("%d steps, want %d", len(m.Badges), badges)
	}
	size, err := d.Finish(m)
	must(t, err)
	content, err := os.ReadFile(filepath.Join(folder, DoneFile))
	must(t, err)
	if int64(len(content)) != size {
		t.Fatalf("%d bytes, told %d", len(content), size)
	}
	return content
}

func whole(t testing.TB, folder string, badges int) []byte {
	t.Helper()
	d, err := Continue(folder)
	must(t, err)
	for i := range badges {
		must(t, writeStep(d, i))
	}
	must(t, d.Close())
	return finished(t, folder, badges)
}

func opened(content []byte) (*Archive, error) {
	return Open(bytes.NewReader(content), int64(len(content)))
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	content := whole(t, t.TempDir(), 7)
	a, err := opened(content)
	must(t, err)
	if len(a.Badges) != 7 || len(a.Files) != 21 || a.By != "https://carnet.example" {
		t.Fatalf("%+v", a.Manifest)
	}
	for _, f := range a.Files {
		got, err := a.Read(f.Name, MaxFile)
		must(t, err)
		if int64(len(got)) != f.Size {
			t.Errorf("%s: %d bytes, want %d", f.Name, len(got), f.Size)
		}
	}
	if _, err := a.Read("badges/"+a.Badges[6]+"/badge.json", 10); WordOf(err) != TooLarge {
		t.Errorf("more than was allowed: %v", err)
	}
	if _, err := a.Read("nothing", 10); WordOf(err) != Unlisted || a.Has("nothing") || !a.Has(a.Files[0].Name) {
		t.Errorf("what is not there: %v", err)
	}
	plain, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	must(t, err)
	if _, err := fs.ReadFile(plain, ManifestName); err != nil {
		t.Errorf("an ordinary reader of ZIPs: %v", err)
	}
}

func TestADraftStoppedAnywhereEndsInTheSameBytes(t *testing.T) {
	want := whole(t, t.TempDir(), 5)
	for stop := range 5 {
		for name, harm := range map[string]func(t *testing.T, folder string){
			"between two steps":  func(*testing.T, string) {},
			"in a file":          func(t *testing.T, folder string) { tack(t, folder, draftFile, "half a fi") },
			"in the journal":     func(t *testing.T, folder string) { tack(t, folder, journalFile, `{"name":"hal`) },
			"before the journal": func(t *testing.T, folder string) { tack(t, folder, draftFile, strings.Repeat("x", 9000)) },
		} {
			folder := t.TempDir()
			d, err := Continue(folder)
			must(t, err)
			for i := range stop {
				must(t, writeStep(d, i))
			}
			must(t, d.Close())
			harm(t, folder)
			d, err = Continue(folder)
			must(t, err)
			if len(d.Steps()) != stop {
				t.Fatalf("%s: %d steps, want %d", name, len(d.Steps()), stop)
			}
			for i := stop; i < 5; i++ {
				must(t, writeStep(d, i))
			}
			must(t, d.Close())
			if got := finished(t, folder, 5); !bytes.Equal(got, want) {
				t.Errorf("stopped %s after %d: other bytes", name, stop)
			}
		}
	}
}

func tack(t *testing.T, folder, name, more string) {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(folder, name), os.O_APPEND|os.O_WRONLY, 0o600)
	must(t, err)
	_, err = f.WriteString(more)
	must(t, errors.Join(err, f.Close()))
}

func TestAStepThatFailsLeavesNothing(t *testing.T) {
	folder := t.TempDir()
	d, err := Continue(folder)
	must(t, err)
	must(t, writeStep(d, 0))
	lost := errors.New("the issuer's file is gone")
	err = d.Step("bad", func(put Put) (any, error) {
		must(t, put("badges/bad/x.txt", noon, []byte("half")))
		return nil, lost
	})
	if !errors.Is(err, lost) || d.Last() != "01HZ0000000000000000000000" {
		t.Fatalf("%v, last %q", err, d.Last())
	}
	if err := d.Step("bad", func(put Put) (any, error) { return nil, put("../out", noon, nil) }); WordOf(err) != UnsafeName {
		t.Errorf("a name that leads out: %v", err)
	}
	must(t, writeStep(d, 1))
	must(t, d.Close())
	if got, want := finished(t, folder, 2), whole(t, t.TempDir(), 2); !bytes.Equal(got, want) {
		t.Error("the step that failed left something")
	}
}

// entry is one file of a hostile ZIP.
type entry struct {
	name, content string
	change        func(*zip.FileHeader)
}

// zipOf is a ZIP of entries, with a manifest that lists them truly unless it is given.
func zipOf(t testing.TB, manifest *string, entries ...entry) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	m := Manifest{Carnet: 1, Kind: Passport, Made: noon}
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate}
		if e.change != nil {
			e.change(h)
		}
		w, err := z.CreateHeader(h)
		must(t, err)
		if !strings.HasSuffix(e.name, "/") {
			_, err = w.Write([]byte(e.content))
			must(t, err)
		}
		sum := sha256.Sum256([]byte(e.content))
		m.Files = append(m.Files, File{Name: e.name, Size: int64(len(e.content)), SHA256: hex.EncodeToString(sum[:])})
	}
	text, err := json.Marshal(m)
	must(t, err)
	if manifest != nil {
		text = []byte(*manifest)
	}
	if string(text) != "" {
		w, err := z.Create(ManifestName)
		must(t, err)
		_, err = w.Write(text)
		must(t, err)
	}
	must(t, z.Close())
	return out.Bytes()
}

// TestHostileZipsAreRefusedWithAWord brings what people make to harm readers of ZIPs.
//
// ASVS: V5.2.1, V5.2.3
func TestHostileZipsAreRefusedWithAWord(t *testing.T) {
	none, text := "", func(s string) *string { return &s }
	good := entry{name: "profile.json", content: "{}"}
	many := make([]entry, 65_535)
	for i := range many {
		many[i] = entry{name: fmt.Sprintf("f%d", i)}
	}
	bomb := entry{name: "bomb.txt", content: strings.Repeat("0", MaxFile+1)}
	for name, row := range map[string]struct {
		content []byte
		word    string
	}{
		"nothing":             {nil, NotZip},
		"a picture":           {[]byte("\x89PNG\r\n\x1a\n" + strings.Repeat("x", 300)), NotZip},
		"a ZIP of others":     {zipOf(t, &none, good), NoManifest},
		"an empty ZIP":        {zipOf(t, &none), NoManifest},
		"a ZIP of ZIPs":       {zipOf(t, &none, entry{name: "lib0.zip", content: "PK"}), NoManifest},
		"65,535 files":        {zipOf(t, &none, many...), NoManifest},
		"65,535 unlisted":     {zipOf(t, text(`{"carnet":1,"kind":"passport"}`), many...), Unlisted},
		"a way out":           {zipOf(t, nil, entry{name: "../../etc/passwd", content: "x"}), UnsafeName},
		"a way out, Windows":  {zipOf(t, nil, entry{name: `..\..\x`, content: "x"}), UnsafeName},
		"an absolute name":    {zipOf(t, nil, entry{name: "/etc/passwd", content: "x"}), UnsafeName},
		"a drive":             {zipOf(t, nil, entry{name: "C:/x", content: "x"}), UnsafeName},
		"a NUL":               {zipOf(t, nil, entry{name: "a\x00b", content: "x"}), UnsafeName},
		"one name twice":      {zipOf(t, nil, good, good), UnsafeName},
		"one name in capital": {zipOf(t, nil, good, entry{name: "PROFILE.json", content: "{}"}), UnsafeName},
		"a folder":            {zipOf(t, nil, entry{name: "folder/"}), UnsafeName},
		"a link": {zipOf(t, nil, entry{name: "link", content: "/etc/passwd", change: func(h *zip.FileHeader) {
			h.SetMode(fs.ModeSymlink | 0o777)
		}}), NoPlainFile},
		"a device":          {zipOf(t, nil, entry{name: "null", change: func(h *zip.FileHeader) { h.SetMode(fs.ModeDevice | 0o666) }}), NoPlainFile},
		"encrypted":         {zipOf(t, nil, entry{name: "x", content: "x", change: func(h *zip.FileHeader) { h.Flags |= 1 }}), NoPlainFile},
		"a bomb":            {zipOf(t, nil, bomb), TooLarge},
		"a manifest of air": {zipOf(t, text(strings.Repeat(" ", maxManifest+1)), good), TooLarge},
		"no JSON":           {zipOf(t, text("{"), good), Malformed},
		"another kind":      {zipOf(t, text(`{"carnet":1,"kind":"course"}`), good), Malformed},
		"of tomorrow":       {zipOf(t, text(`{"carnet":2,"kind":"passport"}`), good), Newer},
		"one unlisted":      {zipOf(t, text(`{"carnet":1,"kind":"passport","files":[]}`), good), Unlisted},
		"another listed":    {zipOf(t, text(`{"carnet":1,"kind":"passport","files":[{"name":"x","size":2}]}`), good), Unlisted},
		"another size":      {zipOf(t, text(`{"carnet":1,"kind":"passport","files":[{"name":"profile.json","size":3}]}`), good), Damaged},
		"a badge of a path": {zipOf(t, text(`{"carnet":1,"kind":"passport","badges":["../x"],"files":[{"name":"profile.json","size":2}]}`), good), Malformed},
	} {
		_, err := opened(row.content)
		if got := WordOf(err); got != row.word {
			t.Errorf("%s: %q (%v), want %q", name, got, err, row.word)
		}
	}
}

func TestFilesThatShareBytesAreRefused(t *testing.T) {
	content := zipOf(t, nil, entry{name: "aaaa.json", content: "{}"}, entry{name: "bbbb.json", content: "{}"})
	// The directory's second header is made to point to the first file, as in a bomb of overlapping files.
	at := bytes.LastIndex(content, []byte("bbbb.json")) - 4
	copy(content[at:at+4], []byte{0, 0, 0, 0})
	if _, err := opened(content); WordOf(err) != Overlap {
		t.Errorf("%v", err)
	}
}

func TestAFileThatWasChangedIsRefusedWhenItIsRead(t *testing.T) {
	sum := strings.Repeat("0", 64)
	manifest := `{"carnet":1,"kind":"passport","files":[{"name":"profile.json","size":2,"sha256":"` + sum + `"}]}`
	a, err := opened(zipOf(t, &manifest, entry{name: "profile.json", content: "{}"}))
	must(t, err)
	if _, err := a.Read("profile.json", 10); WordOf(err) != Damaged {
		t.Errorf("%v", err)
	}
	content := whole(t, t.TempDir(), 3)
	plain := bytes.Clone(content)
	at := bytes.Index(plain, []byte("picture.png01HZ"))
	plain[at] ^= 1
	a, err = opened(plain)
	must(t, err)
	damaged := 0
	for _, f := range a.Files {
		if _, err := a.Read(f.Name, MaxFile); WordOf(err) == Damaged {
			damaged++
		}
	}
	if damaged != 1 {
		t.Errorf("%d files are damaged, want 1", damaged)
	}
}

func TestADirectoryWithoutEndIsNotRead(t *testing.T) {
	// Headers of 46 bytes and a name: 26 MB, which would become hundreds in memory.
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for i := range 250_000 {
		_, err := z.CreateRaw(&zip.FileHeader{Name: fmt.Sprintf("%060d", i)})
		must(t, err)
	}
	must(t, z.Close())
	began := time.Now()
	if _, err := opened(out.Bytes()); WordOf(err) != TooMany {
		t.Errorf("%v", err)
	}
	t.Logf("refused after %s", time.Since(began))
}

func TestAWideZipEndsAsReadersExpect(t *testing.T) {
	for _, n := range []int64{1, 1<<16 - 2} {
		if len(ending(n, 9, 9)) != 22 {
			t.Errorf("%d files need no wide form", n)
		}
	}
	var out bytes.Buffer
	z := packer{Writer: zip.NewWriter(&out)}
	const files = 70_000
	for i := range files {
		_, err := z.add(fmt.Sprintf("f%d.json", i), noon, nil)
		must(t, err)
	}
	must(t, z.Flush())
	begins := out.Len()
	must(t, z.Close())
	directory, err := headers(out.Bytes()[begins:], files)
	must(t, err)
	content := slices.Concat(out.Bytes()[:begins], directory, ending(files, int64(len(directory)), int64(begins)))
	if !bytes.Equal(content, out.Bytes()) {
		t.Error("its end is not as the library writes it")
	}
}

func TestAShelfKeepsWhatIsLaidOnItWhole(t *testing.T) {
	s, err := NewShelf(filepath.Join(t.TempDir(), "archives"))
	must(t, err)
	content := whole(t, t.TempDir(), 2)
	size, err := s.Lay("01HZ", bytes.NewReader(content), 1<<20)
	must(t, err)
	if known, done := s.Finished("01HZ"); size != int64(len(content)) || known != size || !done {
		t.Errorf("%d bytes, then %d, %v", size, known, done)
	}
	if _, err := s.Lay("02HZ", bytes.NewReader(content), 10); WordOf(err) != TooLarge {
		t.Errorf("too large: %v", err)
	}
	ids, err := s.Before(time.Now().Add(time.Hour))
	must(t, err)
	if !slices.Equal(ids, []string{"01HZ"}) {
		t.Errorf("on the shelf: %q", ids)
	}
	for _, id := range []string{"", "..", "../x", "a/b", "x", strings.Repeat("A", 65)} {
		if _, err := s.File(id); !errors.Is(err, ErrID) {
			t.Errorf("%q: %v", id, err)
		}
	}
	must(t, s.Remove("01HZ"))
	if _, err := s.File("01HZ"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("after it was removed: %v", err)
	}
}

// FuzzOpen reads anything as an archive: it answers with a word, or every file can be read or is refused with one.
func FuzzOpen(f *testing.F) {
	f.Add(whole(f, f.TempDir(), 2))
	f.Add(zipOf(f, nil, entry{name: "profile.json", content: "{}"}))
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Fuzz(func(t *testing.T, content []byte) {
		a, err := opened(content)
		if err != nil {
			if WordOf(err) == "" {
				t.Fatalf("no word: %v", err)
			}
			return
		}
		for _, file := range a.Files {
			got, err := a.Read(file.Name, 1<<20)
			if err != nil && WordOf(err) == "" {
				t.Fatalf("no word: %v", err)
			}
			if err == nil && int64(len(got)) != file.Size {
				t.Fatalf("%s has %d bytes", file.Name, len(got))
			}
		}
	})
}
