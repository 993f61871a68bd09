package store_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
)

// The child is this very test binary, told where to write by these two.
const (
	killURL    = "STORE_TEST_KILL_URL"
	killFolder = "STORE_TEST_KILL_FOLDER"
)

// TestWriterToBeKilled writes badges, each with its job, and says so after each commit. It is only run as a child.
func TestWriterToBeKilled(t *testing.T) {
	url, folder := os.Getenv(killURL), os.Getenv(killFolder)
	if url == "" && folder == "" {
		t.Skip("only run by TestNothingThatWasSaidToBeKeptIsLostToAKill")
	}
	s, err := store.Open(ctx, url, folder)
	must(t, err)
	p := person(t, s, store.NewID())
	for {
		b := draft(p.ID, store.NewID())
		must(t, s.Tx(ctx, func(tx *store.Store) error {
			must(t, tx.CreateBadge(ctx, &b))
			return tx.Enqueue(ctx, store.Job{Kind: "recheck", UniqueKey: &b.ID})
		}))
		fmt.Println("kept", b.ID)
	}
}

// ASVS: V2.3.3
func TestNothingThatWasSaidToBeKeptIsLostToAKill(t *testing.T) {
	const kills = 12
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			s, url, folder := located(t, kind)
			kept := 0
			for i := range kills {
				kept += writeUntilKilled(t, s, url, folder, time.Duration(20+i*17)*time.Millisecond)
			}
			if kept < kills {
				t.Fatalf("only %d badges were kept in %d lives", kept, kills)
			}
			whole(t, s)
			t.Logf("%d kills, %d commits told, none lost", kills, kept)
		})
	}
}

// writeUntilKilled lets a child write for a while after its first commit, kills it and looks for all it told of.
func writeUntilKilled(t *testing.T, s *store.Store, url, folder string, life time.Duration) int {
	t.Helper()
	child := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestWriterToBeKilled$", "-test.timeout=1m")
	child.Env = append(os.Environ(), killURL+"="+url, killFolder+"="+folder)
	out, err := child.StdoutPipe()
	must(t, err)
	must(t, child.Start())
	var told []string
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var id string
		if n, _ := fmt.Sscanf(lines.Text(), "kept %s", &id); n == 1 && len(id) == 26 {
			told = append(told, id)
		}
		if len(told) == 1 {
			time.AfterFunc(life, func() { _ = child.Process.Kill() })
		}
	}
	_ = child.Wait() // it was killed
	for _, id := range told {
		if _, err := s.AnyBadge(ctx, id); err != nil {
			t.Fatalf("badge %s was told to be kept: %v", id, err)
		}
	}
	return len(told)
}

// whole demands that no badge is without its job nor a job without its badge, and that SQLite finds its file sound.
func whole(t *testing.T, s *store.Store) {
	t.Helper()
	var halves int
	must(t, s.SQL().QueryRowContext(ctx, `SELECT (SELECT COUNT(*) FROM badges WHERE id NOT IN (SELECT unique_key FROM jobs))
		+ (SELECT COUNT(*) FROM jobs WHERE unique_key NOT IN (SELECT id FROM badges))`).Scan(&halves))
	if halves != 0 {
		t.Errorf("%d half deeds", halves)
	}
	if s.Kind() != "sqlite" {
		return
	}
	var sound string
	must(t, s.SQL().QueryRowContext(ctx, "PRAGMA integrity_check").Scan(&sound))
	if sound != "ok" {
		t.Error(sound)
	}
}
