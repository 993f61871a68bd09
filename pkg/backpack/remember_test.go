package backpack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// says changes what an address of the issuer answers.
func (r *room) says(t *testing.T, path, old, fresh string) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	address := "https://issuer.example/" + path
	was := r.web[address]
	body := bytes.Replace(was.Body, []byte(old), []byte(fresh), 1)
	if bytes.Equal(body, was.Body) {
		t.Fatalf("%s does not say %q", path, old)
	}
	r.web[address] = openbadges.Recording{Status: 200, ContentType: was.ContentType, Body: body}
}

func (r *room) answers(path string, status int, body string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.web["https://issuer.example/"+path] = openbadges.Recording{Status: status, ContentType: "application/json", Body: []byte(body)}
}

// rechecks does what the scheduled job of a badge does, a day later.
func (r *room) rechecks(t *testing.T, b store.Badge) {
	t.Helper()
	r.pass(24 * time.Hour)
	payload, err := json.Marshal(recheck{Person: b.PersonID, Badge: b.ID})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Recheck(t.Context(), payload); err != nil {
		t.Fatal(err)
	}
}

// story is what a report says happened, the oldest first.
func (r *room) story(t *testing.T, b store.Badge) string {
	t.Helper()
	b, err := r.store.AnyBadge(t.Context(), b.ID)
	if err != nil {
		t.Fatal(err)
	}
	report, err := r.Report(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for _, e := range slices.Backward(report.Past) {
		words = append(words, e.What)
	}
	return strings.Join(words, " ")
}

// letters does the jobs that gather news until no more is due and answers the letters written meanwhile.
func (r *room) letters(t *testing.T) (letters []Letter) {
	t.Helper()
	for {
		job, err := r.store.Lease(t.Context(), []string{NewsJob, LetterJob}, r.Now(), time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		if job == nil {
			return letters
		}
		if job.Kind == NewsJob {
			err = r.Gather(t.Context(), job.Payload)
		} else {
			var l Letter
			err = json.Unmarshal(job.Payload, &l)
			letters = append(letters, l)
		}
		if err == nil {
			err = r.store.Finish(t.Context(), job.ID, r.Now())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhatAnIssuerChangesIsRemembered(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		b := r.brings(t, Item{Text: r.hosts(t, "ada@example.org")}, Added)
		r.rechecks(t, b)
		if got := r.story(t, b); got != "genuine" {
			t.Errorf("nothing has happened: %s", got)
		}
		r.says(t, "class", `"narrative":"Sail"`, `"narrative":"Sail twice"`)
		r.rechecks(t, b)
		r.says(t, "class", `"name":"Sailor"`, `"name":"Skipper"`)
		r.says(t, "class", `"description":"Sails"`, `"description":"Sails well"`)
		r.says(t, "issuer", `"name":"Issuer"`, `"name":"Harbour"`)
		r.rechecks(t, b)
		r.says(t, "a/1", `"issuedOn"`, `"expires":"2027-03-04T05:06:07Z","evidence":"https://issuer.example/e","issuedOn"`)
		r.rechecks(t, b)
		r.host("https://issuer.example/sailor.png", "image/png", square(t, 17))
		r.rechecks(t, b)
		want := "genuine criteria name issuer description end evidence picture"
		if got := r.story(t, b); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		report, err := r.Report(t.Context(), b)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(report.Past, func(e Event) bool { return e.What == ChangedName })
		if e := report.Past[i]; e.Before != "Sailor" || e.After != "Skipper" || !e.Changed || !e.At.Equal(time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)) {
			t.Errorf("%+v", e)
		}
		if e := report.Past[slices.IndexFunc(report.Past, func(e Event) bool { return e.What == ChangedEnd })]; e.Before != "" || e.After != "2027-03-04T05:06:07Z" {
			t.Errorf("%+v", e)
		}
		if letters := r.letters(t); len(letters) != 0 {
			t.Errorf("a badge as genuine as before is news: %+v", letters)
		}
	})
}

func TestAStoryIsToldInItsTurns(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		b := r.brings(t, Item{Text: r.hosts(t, "ada@example.org")}, Added)
		alive := string(r.web["https://issuer.example/a/1"].Body)
		for _, step := range []func(){
			func() { r.down = true },
			func() { r.down = false },
			func() { r.answers("a/1", 410, `{"revoked":true,"revocationReason":"issued twice"}`) },
			func() {},
			func() { r.down = true },
			func() { r.down = false },
			func() { r.answers("a/1", 200, alive) },
			func() {
				r.pass(365 * 24 * time.Hour)
				r.says(t, "a/1", `"issuedOn"`, `"expires":"2027-03-04T05:06:07Z","issuedOn"`)
			},
		} {
			step()
			r.rechecks(t, b)
		}
		want := "genuine unknown answers revoked unknown answers restored end expired"
		if got := r.story(t, b); got != want {
			t.Errorf("%q\nwant %q", got, want)
		}
		report, err := r.Report(t.Context(), b)
		if err != nil {
			t.Fatal(err)
		}
		revoked := report.Past[slices.IndexFunc(report.Past, func(e Event) bool { return e.What == EventRevoked })]
		if revoked.Finding.Params["why"] != "issued twice" {
			t.Errorf("%+v", revoked)
		}
		if last := report.Past[0]; last.What != EventExpired || last.Ended.Year() != 2027 {
			t.Errorf("%+v", last)
		}
	})
}

func TestOfMonthsOfTheSameTheFirstAndTheLastAreKeptWithTheirWeb(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		b := r.brings(t, Item{Text: r.hosts(t, "ada@example.org")}, Added)
		first := r.now
		for range 5 {
			r.rechecks(t, b)
		}
		if _, err := r.Check(t.Context(), r.ada.ID, b.ID); err != nil {
			t.Fatal(err)
		}
		rows, err := s.Verifications(t.Context(), b.ID, 10)
		if err != nil || len(rows) != 2 || !rows[0].At.Equal(r.now) || !rows[1].At.Equal(first) {
			t.Fatalf("%d verifications %v", len(rows), err)
		}
		for _, row := range rows {
			packed, err := s.VerificationWeb(t.Context(), b.ID, row.ID)
			if err != nil {
				t.Fatal(err)
			}
			text, err := unpacked(packed)
			var web openbadges.RecordedWeb
			if err != nil || json.Unmarshal(text, &web) != nil || len(web) != 4 {
				t.Errorf("%d answers kept: %v", len(web), err)
			}
		}
	})
}

func TestTheHolderIsToldOfWhatACheckFindsThatNobodyAskedFor(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		r.address(t, r.ada, "first@example.org", false)
		b := r.brings(t, Item{Text: r.hosts(t, "ada@example.org")}, Added)
		alive := string(r.web["https://issuer.example/a/1"].Body)
		r.down = true
		r.rechecks(t, b)
		r.pass(time.Hour)
		if letters := r.letters(t); len(letters) != 0 {
			t.Fatalf("silence is news: %+v", letters)
		}
		r.down = false
		r.answers("a/1", 410, `{"revoked":true,"revocationReason":"issued twice"}`)
		r.rechecks(t, b)
		if letters := r.letters(t); len(letters) != 0 {
			t.Fatalf("it does not wait for others: %+v", letters)
		}
		r.pass(gathering)
		letters := r.letters(t)
		if len(letters) != 1 || letters[0].To != "ada@example.org" || letters[0].Language != "en" || len(letters[0].News) != 1 {
			t.Fatalf("%+v", letters)
		}
		if n := letters[0].News[0]; n.What != EventRevoked || n.Why != "issued twice" || n.Name != "Sailor" || n.Issuer != "Issuer" || n.Badge != b.ID {
			t.Errorf("%+v", n)
		}
		r.answers("a/1", 200, alive)
		r.rechecks(t, b)
		r.pass(gathering)
		if letters := r.letters(t); len(letters) != 1 || letters[0].News[0].What != EventRestored {
			t.Errorf("%+v", letters)
		}
		if news, err := r.News(t.Context(), r.ada.ID, r.now.AddDate(0, 0, -7), 5); err != nil || len(news) != 2 || news[0].What != EventRestored {
			t.Errorf("%+v %v", news, err)
		}
	})
}

func TestWhatTheHolderFoundThemselvesIsNotWrittenToThem(t *testing.T) {
	s := storetest.Open(t)
	r := newRoom(t, s)
	b := r.brings(t, Item{Text: r.hosts(t, "ada@example.org")}, Added)
	r.answers("a/1", 410, "")
	if v, err := r.Check(t.Context(), r.ada.ID, b.ID); err != nil || v.Verdict != openbadges.NotCurrent {
		t.Fatalf("%+v %v", v, err)
	}
	r.rechecks(t, b)
	r.pass(time.Hour)
	if letters := r.letters(t); len(letters) != 0 {
		t.Errorf("%+v", letters)
	}
}

func (r *room) news(t *testing.T, b store.Badge, what string) {
	t.Helper()
	err := r.store.Tx(t.Context(), func(tx *store.Store) error {
		return r.keepNews(t.Context(), tx, store.News{PersonID: b.PersonID, BadgeID: b.ID, What: what, At: r.Now()})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAPersonGetsOneLetterADayWithAllThatIsNew(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		b := r.brings(t, Item{Text: string(made{email: "ada@example.org"}.signed(t))}, Added)
		for range 3 {
			r.news(t, b, EventRevoked)
			r.pass(time.Minute)
		}
		r.pass(gathering)
		if letters := r.letters(t); len(letters) != 1 || len(letters[0].News) != 3 {
			t.Fatalf("%+v", letters)
		}
		written := r.now
		for r.now.Before(written.Add(apart - time.Hour)) {
			r.news(t, b, EventRestored)
			r.pass(50 * time.Minute)
			if letters := r.letters(t); len(letters) != 0 {
				t.Fatalf("a second letter after %s", r.now.Sub(written))
			}
		}
		r.pass(2 * time.Hour)
		letters := r.letters(t)
		if len(letters) != 1 || len(letters[0].News) != mostNews || letters[0].More != 8 {
			t.Fatalf("%d letters: %+v", len(letters), letters)
		}
		r.pass(10 * 24 * time.Hour)
		if letters := r.letters(t); len(letters) != 0 {
			t.Errorf("told twice: %+v", letters)
		}
	})
}

func TestNobodyIsWrittenToWithoutAConfirmedAddressOrWithADisabledAccount(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		grace := r.person(t, "grace", "grace@example.org", false)
		got, err := r.Import(t.Context(), grace.ID, Item{Text: string(made{}.signed(t))})
		if err != nil {
			t.Fatal(err)
		}
		r.news(t, got.Badge, EventRevoked)
		b := r.brings(t, Item{Text: string(made{email: "ada@example.org"}.signed(t))}, Added)
		r.news(t, b, EventRevoked)
		r.ada.DisabledAt = &r.now
		if err := s.UpdatePerson(t.Context(), &r.ada); err != nil {
			t.Fatal(err)
		}
		r.news(t, b, EventRestored)
		r.pass(time.Hour)
		if letters := r.letters(t); len(letters) != 0 {
			t.Errorf("%+v", letters)
		}
	})
}

func TestAnEndIsAnnouncedOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		address := r.hosts(t, "ada@example.org")
		r.says(t, "a/1", `"issuedOn"`, `"expires":"2027-01-31T00:00:00Z","issuedOn"`)
		b := r.brings(t, Item{Text: address}, Added)
		end, told := time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC), 0
		for r.now.Before(end.Add(-time.Hour)) {
			r.pass(24 * time.Hour)
			if err := r.PlanEnds(t.Context()); err != nil {
				t.Fatal(err)
			}
			for _, l := range r.letters(t) {
				told++
				if n := l.News[0]; n.What != NewsEnds || !n.About.Equal(end) || n.Badge != b.ID || end.Sub(n.At) > EndsWithin || end.Sub(n.At) < EndsWithin-25*time.Hour {
					t.Errorf("%+v", n)
				}
			}
		}
		if told != 1 {
			t.Errorf("told %d times", told)
		}
	})
}

func TestAnEventAndALetterAtTheSameMomentLoseNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		b := r.brings(t, Item{Text: string(made{email: "ada@example.org"}.signed(t))}, Added)
		ctx, total := context.WithoutCancel(t.Context()), 0
		for range 8 {
			r.news(t, b, EventRevoked)
			r.pass(apart + time.Hour)
			done := make(chan error, 1)
			go func() {
				done <- s.Tx(ctx, func(tx *store.Store) error {
					return r.keepNews(ctx, tx, store.News{PersonID: b.PersonID, BadgeID: b.ID, What: EventRestored, At: r.Now()})
				})
			}()
			for _, l := range r.letters(t) {
				total += len(l.News)
			}
			if err := <-done; err != nil {
				t.Fatal(err)
			}
		}
		for range 3 {
			r.pass(apart + time.Hour)
			for _, l := range r.letters(t) {
				total += len(l.News)
			}
		}
		if total != 16 {
			t.Errorf("%d of 16 told", total)
		}
	})
}

func TestWhoWantsNoLettersGetsNoneAndIsNotToldLaterOfWhatWasThen(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		b := r.brings(t, Item{Text: string(made{email: "ada@example.org"}.signed(t))}, Added)
		r.news(t, b, EventRevoked)
		r.pass(time.Hour)
		first := r.letters(t)
		if len(first) != 1 || len(first[0].Leave) != 43 {
			t.Fatalf("%+v", first)
		}
		if err := r.Unsubscribe(t.Context(), first[0].Leave); err != nil {
			t.Fatal(err)
		}
		r.news(t, b, EventRestored)
		r.pass(apart + time.Hour)
		if letters := r.letters(t); len(letters) != 0 {
			t.Errorf("written to all the same: %+v", letters)
		}
		if err := r.SetWish(t.Context(), b.PersonID, LettersDaily); err != nil {
			t.Fatal(err)
		}
		r.pass(apart)
		if letters := r.letters(t); len(letters) != 0 {
			t.Errorf("told of what was then: %+v", letters)
		}
		r.news(t, b, EventRevoked)
		r.pass(apart)
		if letters := r.letters(t); len(letters) != 1 || letters[0].Leave != first[0].Leave {
			t.Errorf("not written to again: %+v", letters)
		}
		if err := r.Unsubscribe(t.Context(), "another secret"); !errors.Is(err, ErrWish) {
			t.Errorf("another secret: %v", err)
		}
	})
}
