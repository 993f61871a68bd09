package archive

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// killedSteps is how many steps the child writes.
const killedSteps = 150

// enough is how often it is killed at most: under the race detector a child takes long to begin.
const enough = 40

// TestADraftSurvivesBeingKilled has another process write, kills it hard at any moment, and has it go on, until it is
// done: the archive is the one that nobody disturbed.
func TestADraftSurvivesBeingKilled(t *testing.T) {
	if folder := os.Getenv("CARNET_TEST_DRAFT"); folder != "" {
		d, err := Continue(folder)
		must(t, err)
		for i := len(d.Steps()); i < killedSteps; i++ {
			must(t, writeStep(d, i))
		}
		must(t, d.Close())
		return
	}
	want, folder, killed := whole(t, t.TempDir(), killedSteps), t.TempDir(), 0
	before, lead := int64(0), 5*time.Millisecond
	for {
		child := exec.Command(os.Args[0], "-test.run=^TestADraftSurvivesBeingKilled$") //nolint:gosec // this very test
		child.Env = append(os.Environ(), "CARNET_TEST_DRAFT="+folder)
		must(t, child.Start())
		late := time.AfterFunc(time.Duration(rand.IntN(60))*time.Millisecond+lead, func() { _ = child.Process.Kill() })
		if killed == enough {
			late.Stop()
		}
		err := child.Wait()
		late.Stop()
		if now := journalSize(t, folder); now > before {
			before = now
		} else {
			lead += 20 * time.Millisecond // a slow machine kills it before it has begun
		}
		if err == nil {
			break
		}
		if killed++; killed > enough {
			t.Fatalf("nobody killed it: %v", err)
		}
	}
	if got := finished(t, folder, killedSteps); !bytes.Equal(got, want) {
		t.Error("other bytes")
	}
	t.Logf("killed %d times", killed)
}

func journalSize(t testing.TB, folder string) int64 {
	t.Helper()
	info, err := os.Stat(filepath.Join(folder, journalFile))
	if os.IsNotExist(err) {
		return 0
	}
	must(t, err)
	return info.Size()
}
