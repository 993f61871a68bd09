package main

import (
	"bytes"
	"encoding/json"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/pkg/backpack"
	"github.com/carnetbadges/carnet/store/storetest"
	"github.com/carnetbadges/carnet/views"
)

// deskOf is the command line of one house.
type deskOf struct {
	t       *testing.T
	environ []string
}

// does runs carnet admin with these words, which must end with this status, and is what it said on both streams.
func (d deskOf) does(status int, words ...string) string {
	d.t.Helper()
	var out, complaint bytes.Buffer
	if code := run(d.t.Context(), append([]string{"admin"}, words...), d.environ, streams{out: &out, err: &complaint}); code != status {
		d.t.Fatalf("carnet admin %s: status %d, want %d: %s%s", strings.Join(words, " "), code, status, out.String(), complaint.String())
	}
	if said := strings.TrimSpace(complaint.String()); strings.Count(said, "\n") > 0 {
		d.t.Errorf("carnet admin %s complains in several lines: %s", strings.Join(words, " "), said)
	}
	return out.String() + complaint.String()
}

// says demands that a command ends well and says all of this.
func (d deskOf) says(wants []string, words ...string) string {
	d.t.Helper()
	said := d.does(0, words...)
	for _, want := range wants {
		if !strings.Contains(said, want) {
			d.t.Errorf("carnet admin %s does not say %q: %s", strings.Join(words, " "), want, said)
		}
	}
	return said
}

func eachDesk(t *testing.T, test func(t *testing.T, d deskOf)) {
	t.Helper()
	for name, database := range map[string]func(*testing.T) string{
		"sqlite":   func(*testing.T) string { return "" },
		"postgres": func(t *testing.T) string { return storetest.Bare(t) },
	} {
		t.Run(name, func(t *testing.T) {
			test(t, deskOf{t, []string{"CARNET_DATA=" + t.TempDir(), "CARNET_PUBLIC_URL=https://carnet.example", "CARNET_DATABASE_URL=" + database(t)}})
		})
	}
}

func TestAdminTendsPeopleFromTheCommandLine(t *testing.T) {
	eachDesk(t, func(t *testing.T, d deskOf) {
		made := d.says([]string{"https://carnet.example/reset/"}, "user", "create", "eeva@savoirs.example", "--name", "Eeva Korhonen", "--admin")
		id := regexp.MustCompile(`[0-9A-Z]{26}`).FindString(made)
		d.says([]string{"https://carnet.example/reset/"}, "user", "create", "amina@savoirs.example", "--name", "Amina Diallo", "--language", "fr")
		d.says([]string{id, "admin", "Eeva Korhonen", "Amina Diallo"}, "user", "list")
		if said := d.says([]string{"Amina Diallo"}, "user", "list", "dial"); strings.Contains(said, "Eeva") {
			t.Errorf("it finds too many: %s", said)
		}
		d.says([]string{"Eeva Korhonen"}, "user", "list", "--only", "admin")
		d.says([]string{id, "eeva@savoirs.example (not confirmed)", "password false"}, "user", "show", id)
		if said := d.does(1, "user", "disable", id); !strings.Contains(said, "last administrator") {
			t.Errorf("the last administrator: %s", said)
		}
		for _, deed := range []string{"promote", "demote", "disable", "enable"} {
			d.says([]string{deed + ": Amina Diallo"}, "user", deed, "amina@savoirs.example")
		}
		if said := d.does(1, "user", "reset-second", "amina@savoirs.example"); !strings.Contains(said, "nothing to help with") {
			t.Errorf("no second step: %s", said)
		}
		d.says([]string{"https://carnet.example/"}, "user", "sign-in-link", "amina@savoirs.example")
		if said := d.does(1, "user", "show", "nobody@savoirs.example"); !strings.Contains(said, `nobody here is called "nobody@savoirs.example"`) {
			t.Errorf("a stranger: %s", said)
		}
		if said := d.does(1, "user", "create", "amina@", "--name", "X"); !strings.Contains(said, "email malformed") {
			t.Errorf("a malformed address: %s", said)
		}
		d.says([]string{"promoted", "demoted", "disabled", "enabled", "made member", "helped-in link"}, "audit", "--person", "amina@savoirs.example")
		d.says([]string{"disabled"}, "audit", "--what", "disabled", "--limit", "1")
	})
}

func TestAdminTendsTheHouseFromTheCommandLine(t *testing.T) {
	eachDesk(t, func(t *testing.T, d deskOf) {
		d.says([]string{"open"}, "signup")
		for _, mode := range []string{"closed", "invitation"} {
			d.says([]string{mode}, "signup", mode)
		}
		d.does(1, "signup", "ajar")
		d.says([]string{"https://carnet.example/join/"}, "invite")
		d.says([]string{"https://carnet.example/join/"}, "invite", "amina@savoirs.example", "--days", "3", "--language", "fr")
		d.does(1, "invite", "--uses", "0")
		d.says([]string{"blocked xn--bcher-kva.example"}, "block", "domain", "Bücher.example", "--reason", "spam")
		d.does(1, "block", "domain", "bücher.example")
		d.says([]string{"blocked badges.evil.example; 0 badges"}, "block", "issuer", "badges.evil.example")
		if said := d.does(1, "block", "issuer", "badges.evil.example"); !strings.Contains(said, "blocked already") {
			t.Errorf("twice: %s", said)
		}
		d.says([]string{"domain  xn--bcher-kva.example  spam", "issuer  badges.evil.example"}, "block", "list")
		if said := d.does(1, "invite", "x@mail.bücher.example"); !strings.Contains(said, "email blocked") {
			t.Errorf("inviting somebody blocked: %s", said)
		}
		d.says([]string{"unblocked"}, "unblock", "domain", "BÜCHER.example")
		d.says([]string{"unblocked"}, "unblock", "issuer", "badges.evil.example")
		if said := d.does(1, "unblock", "issuer", "badges.evil.example"); !strings.Contains(said, "is not blocked") {
			t.Errorf("twice: %s", said)
		}
		d.says([]string{"can be written and read"}, "storage-test")
		d.says([]string{"sign-up-set closed", "domain-blocked", "issuer-unblocked", "invited", "storage-tested good"}, "audit")
	})
}

func TestAdminTendsJobsAndCountsFromTheCommandLine(t *testing.T) {
	eachDesk(t, func(t *testing.T, d deskOf) {
		d.does(0, "invite", "amina@savoirs.example")
		list := d.says([]string{"letter", "0/12"}, "jobs", "list", "--state", "ready")
		id := regexp.MustCompile(`[0-9A-Z]{26}`).FindString(list)
		d.says([]string{"retry: " + id}, "jobs", "retry", id)
		d.says([]string{"people          0", "jobs            1 letter, ready", "database"}, "stats")
		var counted stats
		if err := json.Unmarshal([]byte(d.does(0, "stats", "--json")), &counted); err != nil || len(counted.Jobs) != 1 || counted.Schema < 9 || len(counted.JoinedByWeek) != statsWeeks {
			t.Errorf("for programs: %+v, %v", counted, err)
		}
		d.says([]string{"delete: " + id}, "jobs", "delete", id)
		for _, deed := range []string{"delete", "retry"} {
			if said := d.does(1, "jobs", deed, id); !strings.Contains(said, "there is no job") {
				t.Errorf("%s what is gone: %s", deed, said)
			}
		}
		if said := d.does(0, "jobs", "list"); said != "" {
			t.Errorf("nothing was given up: %s", said)
		}
		d.says([]string{"job-deleted letter", "job-retried letter"}, "audit")
	})
}

// TestAdminTriesTheMailServerFromTheCommandLine with a real one, and without any.
func TestAdminTriesTheMailServerFromTheCommandLine(t *testing.T) {
	post := startPost(t)
	d := deskOf{t, []string{"CARNET_DATA=" + t.TempDir(), "CARNET_PUBLIC_URL=https://carnet.example", "CARNET_SMTP_URL=smtp://" + post.address}}
	d.says([]string{"C: MAIL FROM:", "C: RCPT TO:<amina@savoirs.example>", "has taken the letter"}, "mail-test", "amina@savoirs.example")
	if letter := post.next(t); !strings.Contains(letter, "amina@savoirs.example") {
		t.Errorf("the letter: %s", letter)
	}
	d.says([]string{"mail-tested taken"}, "audit")
	away := deskOf{t, append(d.environ[:2:2], "CARNET_SMTP_URL=smtp://127.0.0.1:1")}
	if said := away.does(1, "mail-test", "amina@savoirs.example"); !strings.Contains(said, "carnet: ") {
		t.Errorf("a server that is away: %s", said)
	}
	kept := deskOf{t, d.environ[:2]}
	kept.says([]string{"the letter is kept"}, "mail-test", "amina@savoirs.example")
}

// TestEveryKindOfJobHasItsWord in both languages, where administrators read it.
func TestEveryKindOfJobHasItsWord(t *testing.T) {
	c, err := readConfig([]string{"CARNET_DATA=" + t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	h, err := openHouse(t.Context(), c, newLog(c, io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	defer h.close()
	for _, kind := range h.runner.Kinds() {
		for _, language := range views.Languages() {
			if views.Say(views.WithLanguage(t.Context(), language), "job."+kind, "") == "" {
				t.Errorf("%s has no word for %s", language, kind)
			}
		}
	}
	for _, secret := range []string{account.LetterJob, backpack.LetterJob} {
		if h.runner.Revivable(secret) {
			t.Errorf("%s may hold a secret, and is kept when it was given up", secret)
		}
	}
}
