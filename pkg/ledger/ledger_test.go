package ledger

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"
)

func open(t *testing.T, path string) *Ledger {
	t.Helper()
	l, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestWhoHasLeftIsRememberedByAHash(t *testing.T) {
	path := filepath.Join(t.TempDir(), "departed.ledger")
	l := open(t, path)
	want := []Entry{}
	for _, id := range []string{"01A", "01B"} {
		e := Entry{ID: id, Handles: []string{l.Hash("Amina-" + id)}, At: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)}
		if err := l.Append(e); err != nil {
			t.Fatal(err)
		}
		want = append(want, e)
	}
	again := open(t, path)
	if got, err := again.Entries(); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	if again.Hash("AMINA-01A") != l.Hash("amina-01a") {
		t.Error("a hash depends on the case or on who made it")
	}
	if other := open(t, filepath.Join(t.TempDir(), "other")); other.Hash("amina") == l.Hash("amina") {
		t.Error("two ledgers share their salt")
	}
	if content, err := os.ReadFile(path); err != nil || strings.Contains(strings.ToLower(string(content)), "amina") {
		t.Errorf("the ledger names somebody: %s, %v", content, err)
	}
}

func TestALineThatWasCutOffIsDropped(t *testing.T) {
	path := filepath.Join(t.TempDir(), "departed.ledger")
	l := open(t, path)
	if err := l.Append(Entry{ID: "01A"}); err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteString(`{"id":"01`); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	l = open(t, path)
	if err := l.Append(Entry{ID: "01B"}); err != nil {
		t.Fatal(err)
	}
	if got, err := l.Entries(); err != nil || len(got) != 2 || got[1].ID != "01B" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestManyBeginOneLedger(t *testing.T) {
	path := filepath.Join(t.TempDir(), "departed.ledger")
	var wait sync.WaitGroup
	for range 20 {
		wait.Go(func() {
			l, err := Open(path)
			if err == nil {
				err = l.Append(Entry{ID: "01A", Handles: []string{l.Hash("a")}})
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	all, err := open(t, path).Entries()
	if err != nil || len(all) != 20 {
		t.Fatalf("%d, %v", len(all), err)
	}
	for _, e := range all {
		if e.Handles[0] != all[0].Handles[0] {
			t.Fatal("two salts")
		}
	}
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 1 {
		t.Errorf("left: %v, %v", left, err)
	}
}

func TestADamagedLedgerIsSaid(t *testing.T) {
	for name, content := range map[string]string{"nothing": "\n", "another": `{"ledger":2,"salt":""}` + "\n", "no salt": `{"ledger":1,"salt":"ab"}` + "\n"} {
		path := filepath.Join(t.TempDir(), "departed.ledger")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	var none *Ledger
	if all, err := none.Entries(); all != nil || err != nil || none.Append(Entry{}) != nil || none.Hash("a") == "" {
		t.Error("no ledger is none")
	}
}
