package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// handlesOf are those of all persons, as a connection is asked for them.
func handlesOf(t *testing.T, c interface {
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
}, query string, args ...any,
) (all []string) {
	t.Helper()
	rows, err := c.QueryContext(ctx, query, args...)
	must(t, err)
	defer rows.Close()
	for rows.Next() {
		var one string
		must(t, rows.Scan(&one))
		all = append(all, one)
	}
	must(t, rows.Err())
	return all
}

const byHandle = "SELECT handle FROM persons WHERE handle >= ? ORDER BY handle"

func TestAQuestionIsAskedAgainWithOtherValuesAndAnotherAnswer(t *testing.T) {
	s := storetest.Open(t)
	person(t, s, "ada")
	c, err := s.Readers().Conn(ctx)
	must(t, err)
	defer c.Close()
	for i, want := range []string{"[ada]", "[ada ben]", "[ada ben ben2]"} {
		if got := fmt.Sprint(handlesOf(t, c, byHandle, "a")); got != want {
			t.Errorf("%s, not %s", got, want)
		}
		if got := handlesOf(t, c, byHandle, "x"); len(got) != 0 {
			t.Errorf("found %v", got)
		}
		person(t, s, []string{"ben", "ben2", "cleo"}[i])
	}
}

func TestAQuestionWithinItsOwnAnswerIsAQuestionOfItsOwn(t *testing.T) {
	s := storetest.Open(t)
	person(t, s, "ada")
	person(t, s, "ben")
	tx, err := s.SQL().BeginTx(ctx, nil)
	must(t, err)
	defer func() { _ = tx.Rollback() }()
	outer, err := tx.QueryContext(ctx, byHandle, "a")
	must(t, err)
	defer outer.Close()
	seen := 0
	for ; outer.Next(); seen++ {
		var handle string
		must(t, outer.Scan(&handle))
		if got := fmt.Sprint(handlesOf(t, tx, byHandle, handle)); got != []string{"[ada ben]", "[ben]"}[seen] {
			t.Errorf("within: %s", got)
		}
	}
	if must(t, outer.Err()); seen != 2 {
		t.Errorf("%d rows", seen)
	}
}

func TestMoreQuestionsThanAreKeptAreAnsweredToo(t *testing.T) {
	s := storetest.Open(t)
	person(t, s, "ada")
	c, err := s.Readers().Conn(ctx)
	must(t, err)
	defer c.Close()
	open, err := c.QueryContext(ctx, byHandle, "a") //nolint:rowserrcheck,sqlclosecheck // is let go of while its answer is being read
	must(t, err)
	for range 2 {
		for i := range store.KeptStatements + 10 {
			if got := fmt.Sprint(handlesOf(t, c, fmt.Sprintf("SELECT handle || %d FROM persons", i))); got != fmt.Sprintf("[ada%d]", i) {
				t.Fatal(got)
			}
		}
	}
	if !open.Next() {
		t.Error("the answer is gone")
	}
	must(t, open.Close()) //nolint:sqlclosecheck // it is asked again
	if got := fmt.Sprint(handlesOf(t, c, byHandle, "a")); got != "[ada]" {
		t.Error(got)
	}
}

func TestAQuestionOutlivesATableThatChangesAndOneThatFails(t *testing.T) {
	s := storetest.Open(t)
	person(t, s, "ada")
	c, err := s.Readers().Conn(ctx)
	must(t, err)
	defer c.Close()
	handlesOf(t, c, byHandle, "a")
	_, err = s.SQL().ExecContext(ctx, "ALTER TABLE persons ADD COLUMN shoe text")
	must(t, err)
	if got := fmt.Sprint(handlesOf(t, c, byHandle, "a")); got != "[ada]" {
		t.Error(got)
	}
	for range 2 {
		var n int64
		if err := c.QueryRowContext(ctx, "SELECT abs(?)", int64(-1<<63)).Scan(&n); err == nil { // an overflow, when it is asked
			t.Error("it did not fail", n)
		}
		if got := fmt.Sprint(handlesOf(t, c, "SELECT abs(?)", -7)); got != "[7]" {
			t.Error(got)
		}
	}
	if _, err := c.QueryContext(ctx, "SELECT nothing FROM nowhere"); err == nil { //nolint:rowserrcheck,sqlclosecheck // there are none
		t.Error("that was understood")
	}
}

func TestAQuestionThatIsGivenUpIsAskedAgain(t *testing.T) {
	s := storetest.Open(t)
	person(t, s, "ada")
	for range 3 {
		given, giveUp := context.WithCancel(ctx)
		rows, err := s.Readers().QueryContext(given, byHandle, "a") //nolint:rowserrcheck // it may fail or not
		must(t, err)
		giveUp()
		for rows.Next() { //nolint:revive // until it ends
		}
		_ = rows.Close()                                                                                 //nolint:sqlclosecheck // it is asked again
		if _, err := s.Readers().QueryContext(given, byHandle, "a"); !errors.Is(err, context.Canceled) { //nolint:rowserrcheck,sqlclosecheck // there are none
			t.Error(err)
		}
		if got := fmt.Sprint(handlesOf(t, s.Readers(), byHandle, "a")); got != "[ada]" {
			t.Error(got)
		}
	}
}

func TestManyAskAtOnce(t *testing.T) {
	s := storetest.Open(t)
	p := person(t, s, "ada")
	var wait sync.WaitGroup
	for range 32 {
		wait.Go(func() {
			for range 20 {
				if found, err := s.Person(ctx, p.ID); err != nil || found.Handle != "ada" {
					t.Error(found, err)
				}
			}
		})
	}
	wait.Wait()
}
