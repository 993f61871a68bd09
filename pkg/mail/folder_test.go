package mail

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func newFolder(t *testing.T) *Folder {
	t.Helper()
	f, err := NewFolder(filepath.Join(t.TempDir(), "letters"))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestKeptLettersReadAsTheyWereWritten(t *testing.T) {
	f := newFolder(t)
	if err := f.Send(t.Context(), welcome); err != nil {
		t.Fatal(err)
	}
	kept, err := f.Kept(t.Context(), 10)
	if err != nil || len(kept) != 1 {
		t.Fatalf("%d letters, %v", len(kept), err)
	}
	one := kept[0]
	if one.To != welcome.To || one.Subject != welcome.Subject || one.Text != welcome.Text || one.HTML != welcome.HTML || time.Since(one.At) > time.Minute {
		t.Errorf("%+v", one)
	}
	again, err := f.Letter(t.Context(), one.ID)
	if err != nil || again != one {
		t.Errorf("%+v, %v", again, err)
	}
}

func TestNewestLettersComeFirstAndOldOnesGo(t *testing.T) {
	f := newFolder(t)
	still := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	f.now = func() time.Time { return still } // a clock that stands or is set back must not mix letters up
	for n := range keptMost + 20 {
		still = still.Add(-time.Second)
		if err := f.Send(t.Context(), Letter{To: "a@example.org", Subject: fmt.Sprint("letter ", n), Text: "t"}); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := f.Kept(t.Context(), 1000)
	if err != nil || len(kept) != keptMost {
		t.Fatalf("%d letters, %v", len(kept), err)
	}
	for n, one := range kept {
		if want := fmt.Sprint("letter ", keptMost+19-n); one.Subject != want {
			t.Fatalf("place %d has %q, want %q", n, one.Subject, want)
		}
	}
	if few, err := f.Kept(t.Context(), 3); err != nil || len(few) != 3 || few[0] != kept[0] {
		t.Errorf("%d letters, %v", len(few), err)
	}
	if none, err := f.Kept(t.Context(), -1); err != nil || len(none) != 0 {
		t.Errorf("%d letters, %v", len(none), err)
	}
}

func TestManyMayWriteAndReadAtOnce(t *testing.T) {
	f := newFolder(t)
	var all sync.WaitGroup
	for n := range 20 {
		all.Go(func() {
			if err := f.Send(t.Context(), Letter{To: "a@example.org", Subject: fmt.Sprint(n), Text: "t"}); err != nil {
				t.Error(err)
			}
			if _, err := f.Kept(t.Context(), 100); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if entries, err := os.ReadDir(f.dir); err != nil || len(entries) != 20 {
		t.Errorf("%d files, %v", len(entries), err)
	}
}

// ASVS: V5.3.2
func TestIDsAreNoPaths(t *testing.T) {
	f := newFolder(t)
	if err := os.WriteFile(filepath.Join(filepath.Dir(f.dir), "secret.eml"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"", ".", "..", "../secret", "..%2fsecret", "/secret", "nothing", "a\x00", strings.Repeat("a", 300)[:200]} {
		if _, err := f.Letter(t.Context(), id); !errors.Is(err, ErrNotFound) {
			t.Errorf("%q: %v", id, err)
		}
	}
}

func TestUnfinishedAndForeignFilesAreNoLetters(t *testing.T) {
	f := newFolder(t)
	for _, name := range []string{".writing-1", "notes.txt", ".hidden.eml"} {
		if err := os.WriteFile(filepath.Join(f.dir, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if kept, err := f.Kept(t.Context(), 10); err != nil || len(kept) != 0 {
		t.Errorf("%v, %v", kept, err)
	}
	if err := os.WriteFile(filepath.Join(f.dir, "broken.eml"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Letter(t.Context(), "broken"); err == nil || errors.Is(err, ErrNotFound) {
		t.Errorf("a broken letter: %v", err)
	}
}

func TestTheFolderRefusesWhatAServerWould(t *testing.T) {
	f := newFolder(t)
	if err := f.Send(t.Context(), Letter{To: "nobody", Subject: "s", Text: "t"}); !errors.Is(err, ErrRefusedForGood) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := f.Send(ctx, welcome); !errors.Is(err, ErrNotNow) {
		t.Error(err)
	}
	if err := os.RemoveAll(f.dir); err != nil {
		t.Fatal(err)
	}
	if err := f.Send(t.Context(), welcome); !errors.Is(err, ErrNotNow) {
		t.Error(err)
	}
}

func FuzzParse(f *testing.F) {
	from, err := newSender("", publicURL)
	if err != nil {
		f.Fatal(err)
	}
	m, err := from.compose(welcome, time.Now())
	if err != nil {
		f.Fatal(err)
	}
	content, err := written(m)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(content)
	f.Add([]byte("To: a@b\nDate: Sun, 01 Nov 2026 12:00:00 GMT\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n--b--"))
	f.Fuzz(func(_ *testing.T, content []byte) { _, _ = parse(content) })
}

func FuzzSubjectsStayOneHeader(f *testing.F) {
	f.Add("x\r\nBcc: evil@example.org")
	f.Add("ü\u2028\xff=?utf-8?Q?=0A?=")
	from, err := newSender("", publicURL)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, subject string) {
		m, err := from.compose(Letter{To: "a@example.org", Subject: subject, Text: "t"}, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		content, err := written(m)
		if err != nil {
			t.Fatal(err)
		}
		head, _, _ := strings.Cut(string(content), "\r\n\r\n")
		headers := 0
		for line := range strings.SplitSeq(head, "\r\n") {
			if line != "" && line[0] != ' ' && line[0] != '\t' {
				headers++
			}
		}
		if headers != 9 || strings.ContainsAny(strings.ReplaceAll(head, "\r\n", ""), "\r\n") {
			t.Errorf("%q made %d headers:\n%q", subject, headers, head)
		}
	})
}

func TestLettersOfWhoHasLeftAreForgotten(t *testing.T) {
	f, err := NewFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range []Letter{
		{To: "Amina@example.org", Subject: "Confirm", Text: "Hello"},
		{To: "bob@example.org", Subject: "Joined", Text: "amina@example.org has asked you"},
		{To: "old@example.org", Subject: "News", Text: "Hello Amina Diallo,"},
		{To: "bob@example.org", Subject: "News", Text: "Hello Bob,"},
	} {
		if err := f.Send(t.Context(), l); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Forget(t.Context(), []string{"amina@example.org", "Amina Diallo", "B"}); err != nil {
		t.Fatal(err)
	}
	left, err := f.Kept(t.Context(), 10)
	if err != nil || len(left) != 1 || left[0].Text != "Hello Bob,\n" && left[0].Text != "Hello Bob," {
		t.Errorf("%+v, %v", left, err)
	}
}
