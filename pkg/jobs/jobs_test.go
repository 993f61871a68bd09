package jobs_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/pkg/jobs"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

var (
	ctx  = context.Background()
	noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
)

// clock is a time that only moves when told to.
type clock struct{ seconds atomic.Int64 }

func (c *clock) now() time.Time               { return noon.Add(time.Duration(c.seconds.Load()) * time.Second) }
func (c *clock) pass(d time.Duration)         { c.seconds.Add(int64(d / time.Second)) }
func (c *clock) runner(s *store.Store) *bench { return newBench(s, c) }
func (c *clock) twoRunners(s *store.Store, t *testing.T) [2]*bench {
	return [2]*bench{newBench(s, c), newBench(storetest.Beside(t, s), c)}
}

// bench is a runner at work, with what it wrote into the log.
type bench struct {
	*jobs.Runner
	log  safeBuffer
	stop context.CancelFunc
	done chan error
}

func newBench(s *store.Store, c *clock) *bench {
	b := &bench{done: make(chan error, 1)}
	b.Runner = jobs.New(s, c.now, slog.New(slog.NewTextHandler(&b.log, nil)))
	return b
}

func (b *bench) start(t *testing.T) {
	running, stop := context.WithCancel(ctx)
	b.stop = stop
	go func() { b.done <- b.Run(running) }()
	t.Cleanup(stop)
}

func (b *bench) end(t *testing.T) {
	t.Helper()
	b.stop()
	select {
	case err := <-b.done:
		if err != nil {
			t.Errorf("Run: %v", err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the runner did not stop")
	}
}

type safeBuffer struct {
	sync.Mutex
	text bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.Lock()
	defer b.Unlock()
	return b.text.Write(p)
}

func (b *safeBuffer) String() string {
	b.Lock()
	defer b.Unlock()
	return b.text.String()
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func put(t testing.TB, s *store.Store, payload string) {
	t.Helper()
	must(t, s.Enqueue(ctx, store.Job{Kind: "letter", Payload: []byte(payload), RunAt: noon, CreatedAt: noon}))
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for began := time.Now(); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Since(began) > 15*time.Second {
			t.Fatalf("never: %s", what)
		}
	}
}

func TestRunnersOfTwoProcessesDoEachJobOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		const many = 60
		var done sync.Map
		var count, doubled atomic.Int64
		for _, b := range new(clock).twoRunners(s, t) {
			b.Handle("letter", func(_ context.Context, payload []byte) error {
				if _, again := done.LoadOrStore(string(payload), true); again {
					doubled.Add(1)
				}
				count.Add(1)
				return nil
			})
			b.start(t)
			defer b.end(t)
		}
		for i := range many {
			put(t, s, fmt.Sprint(i))
		}
		eventually(t, "all jobs done", func() bool { return count.Load() >= many })
		if doubled.Load() != 0 {
			t.Errorf("%d jobs were done twice", doubled.Load())
		}
	})
}

// dead are the jobs that were given up: id, attempts and reason.
func dead(t *testing.T, s *store.Store) []string {
	t.Helper()
	return storetest.Ask(t, s, "SELECT id, attempts, last_error FROM jobs WHERE state = 'dead'")
}

func TestFailedJobComesBackLaterAndIsBuriedInTheEnd(t *testing.T) {
	s, c := storetest.Open(t), new(clock)
	b := c.runner(s)
	var tries atomic.Int64
	b.Handle("letter", func(context.Context, []byte) error {
		tries.Add(1)
		return errors.New("no way to ada@example.org")
	})
	put(t, s, "secret-payload")
	b.start(t)
	for want := int64(1); want <= 12; want++ {
		eventually(t, fmt.Sprint("try ", want), func() bool { b.Kick(); return tries.Load() >= want })
		c.pass(6*time.Hour + time.Second)
	}
	var buried []string
	eventually(t, "buried", func() bool {
		buried = dead(t, s)
		return len(buried) == 1
	})
	b.end(t)
	if tries.Load() != 12 || !strings.HasSuffix(buried[0], " 12 no way to ada@example.org") {
		t.Errorf("%d tries, dead: %q", tries.Load(), buried[0])
	}
	if log := b.log.String(); strings.Contains(log, "secret") || strings.Contains(log, "ada@") || !strings.Contains(log, strings.Fields(buried[0])[0]) {
		t.Errorf("log: %s", log)
	}
}

// ASVS: V16.5.3, V16.5.4
func TestGivingUpBuriesAtOnceAndPanicsAreSurvived(t *testing.T) {
	s, c := storetest.Open(t), new(clock)
	b := c.runner(s)
	b.Handle("letter", func(_ context.Context, payload []byte) error {
		if string(payload) == "panic" {
			panic("secret-word")
		}
		return fmt.Errorf("malformed: %w", jobs.ErrGiveUp)
	})
	put(t, s, "panic")
	put(t, s, "hopeless")
	b.start(t)
	eventually(t, "one given up", func() bool {
		buried := dead(t, s)
		return len(buried) == 1 && strings.Fields(buried[0])[1] == "1"
	})
	eventually(t, "the other put off", func() bool { return strings.Contains(b.log.String(), "tried again") })
	b.end(t)
	if strings.Contains(b.log.String(), "secret-word") {
		t.Errorf("log: %s", b.log.String())
	}
}

func TestJobWhoseWorkersDieIsBuriedNotTriedForever(t *testing.T) {
	s, c := storetest.Open(t), new(clock)
	must(t, s.Enqueue(ctx, store.Job{Kind: "letter", MaxAttempts: 2, RunAt: noon, CreatedAt: noon}))
	for range 2 { // two workers that took it and were killed
		if j, err := s.Lease(ctx, []string{"letter"}, c.now(), time.Minute); j == nil || err != nil {
			t.Fatal(j, err)
		}
		c.pass(time.Minute)
	}
	b := c.runner(s)
	b.Handle("letter", func(context.Context, []byte) error { t.Error("tried a third time"); return nil })
	b.start(t)
	eventually(t, "buried", func() bool {
		return len(dead(t, s)) == 1
	})
	b.end(t)
}

func TestRunnerLeavesOtherKindsAlone(t *testing.T) {
	s, c := storetest.Open(t), new(clock)
	must(t, s.Enqueue(ctx, store.Job{Kind: "other", RunAt: noon, CreatedAt: noon}))
	put(t, s, "x")
	b := c.runner(s)
	done := make(chan struct{})
	b.Handle("letter", func(context.Context, []byte) error { close(done); return nil })
	b.start(t)
	<-done
	b.end(t)
	if j, err := s.Lease(ctx, []string{"other"}, noon, time.Minute); err != nil || j == nil || j.Attempts != 1 {
		t.Errorf("%+v, %v", j, err)
	}
}

func TestStoppingLetsARunningJobFinish(t *testing.T) {
	s, c := storetest.Open(t), new(clock)
	b := c.runner(s)
	began, goOn := make(chan struct{}), make(chan struct{})
	b.Handle("letter", func(ctx context.Context, _ []byte) error {
		close(began)
		<-goOn
		return ctx.Err()
	})
	put(t, s, "x")
	b.start(t)
	<-began
	b.stop()
	time.AfterFunc(50*time.Millisecond, func() { close(goOn) })
	b.end(t)
	if j, err := s.Lease(ctx, []string{"letter"}, noon.Add(time.Hour), time.Minute); j != nil || err != nil {
		t.Errorf("not noted as finished: %+v, %v", j, err)
	}
}

func TestStoppedRunnerTakesNoMoreJobs(t *testing.T) {
	s, c := storetest.Open(t), new(clock)
	b := c.runner(s)
	b.Handle("letter", func(context.Context, []byte) error { return nil })
	b.start(t)
	b.end(t)
	put(t, s, "x")
	if j, err := s.Lease(ctx, []string{"letter"}, noon, time.Minute); j == nil || err != nil || j.Attempts != 1 {
		t.Errorf("%+v, %v", j, err)
	}
}

func TestTurnsAreTakenByOneOfTwoProcesses(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := new(clock)
		var turns atomic.Int64
		both := c.twoRunners(s, t)
		for _, b := range both {
			b.Every("purge", time.Hour, func(context.Context) error { turns.Add(1); return errors.New("failed") })
			b.Handle("letter", func(context.Context, []byte) error { return nil })
			b.start(t)
			defer b.end(t)
		}
		for want := int64(1); want <= 3; want++ {
			eventually(t, fmt.Sprint("turn ", want), func() bool {
				both[0].Kick()
				both[1].Kick()
				return turns.Load() == want
			})
			time.Sleep(100 * time.Millisecond)
			if turns.Load() != want {
				t.Errorf("%d turns, want %d", turns.Load(), want)
			}
			c.pass(time.Hour)
		}
	})
}

func TestBackOffDoublesToSixHours(t *testing.T) {
	for attempt, want := range map[int]time.Duration{
		0: 10 * time.Second, 1: 10 * time.Second, 2: 20 * time.Second, 5: 160 * time.Second, 11: 10240 * time.Second, 12: 20480 * time.Second,
		13: 6 * time.Hour, 40: 6 * time.Hour, 1 << 40: 6 * time.Hour,
	} {
		seen := map[time.Duration]bool{}
		for range 100 {
			got := jobs.BackOff(store.NewID(), attempt)
			if got < want*3/4 || got > want*5/4 || got > 6*time.Hour {
				t.Errorf("attempt %d: %v, want about %v", attempt, got, want)
			}
			seen[got] = true
		}
		if len(seen) < 20 {
			t.Errorf("attempt %d: only %d different waits", attempt, len(seen))
		}
	}
}

// ASVS: V16.5.2
func TestRunnerOutlivesADatabaseThatIsAway(t *testing.T) {
	s, err := store.Open(ctx, "", t.TempDir())
	must(t, err)
	b := new(clock).runner(s)
	b.Handle("letter", func(context.Context, []byte) error { return nil })
	must(t, s.Close())
	b.start(t)
	eventually(t, "two complaints", func() bool { b.Kick(); return strings.Count(b.log.String(), "no job could be leased") > 1 })
	b.end(t)
}
