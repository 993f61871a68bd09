package archive

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"
	"time"
)

// killedSteps is how many steps the child writes.
const killedSteps = 150

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
	for {
		child := exec.Command(os.Args[0], "-test.run=^TestADraftSurvivesBeingKilled$") //nolint:gosec // this very test
		child.Env = append(os.Environ(), "CARNET_TEST_DRAFT="+folder)
		must(t, child.Start())
		late := time.AfterFunc(time.Duration(5+rand.IntN(60))*time.Millisecond, func() { _ = child.Process.Kill() })
		err := child.Wait()
		late.Stop()
		if err == nil {
			break
		}
		if killed++; killed > 500 {
			t.Fatal("it never comes to its end")
		}
	}
	if got := finished(t, folder, killedSteps); !bytes.Equal(got, want) {
		t.Error("other bytes")
	}
	t.Logf("killed %d times", killed)
}
