package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/store"
)

// gossip is a mail server that repeats, in its refusals, whom a letter is for and what is in it.
type gossip struct{ code int }

func (*gossip) Reset()                               {}
func (*gossip) Logout() error                        { return nil }
func (*gossip) Mail(string, *smtp.MailOptions) error { return nil }

func (g *gossip) Rcpt(to string, _ *smtp.RcptOptions) error {
	if strings.HasPrefix(to, "reader") {
		return nil
	}
	return &smtp.SMTPError{Code: g.code, EnhancedCode: smtp.EnhancedCode{g.code / 100, 1, 1}, Message: "nobody called <" + to + "> lives here"}
}

func (g *gossip) Data(r io.Reader) error {
	letter, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	return &smtp.SMTPError{Code: g.code, Message: "we do not want: " + strings.ReplaceAll(string(letter), "\r\n", " ")}
}

// TestNoRefusedLetterIsInTheLog lets a mail server refuse letters, for good and for now, while it repeats what is in
// them: the log and the table of jobs say that it refused, and nothing of whom or what.
// ASVS: V16.2.5, V16.5.2
func TestNoRefusedLetterIsInTheLog(t *testing.T) {
	for name, code := range map[string]int{"for good": 550, "for now": 451} {
		t.Run(name, func(t *testing.T) {
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &gossip{code}, nil }))
			server.Domain = "localhost"
			go server.Serve(listener)
			t.Cleanup(func() { server.Close() })

			log := &lockedLog{}
			data := t.TempDir()
			house, err := openHouse(t.Context(), Config{
				Data: data, PublicURL: "http://localhost:8080", Addr: ":8080", LogFormat: "json",
				SMTPURL: "smtp://" + listener.Addr().String() + "?from=carnet@savoirs.example",
			}, slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(house.close)
			for _, email := range []string{"canary@savoirs.example", "reader.canary@savoirs.example"} {
				if _, err := house.accounts.Join(t.Context(), account.Joining{Name: "Canary Personname", Email: email, Password: "quinze vaches bleues", Language: "en"}); err != nil {
					t.Fatal(err)
				}
			}
			ctx, stop := context.WithCancel(t.Context())
			done := make(chan error, 1)
			go func() { done <- house.work(ctx) }()
			for range 200 {
				if strings.Count(log.String(), `"kind":"letter"`) >= 2 {
					break
				}
				time.Sleep(25 * time.Millisecond)
			}
			stop()
			if err := <-done; err != nil {
				t.Error(err)
			}
			said := log.String()
			why := lastErrors(t, data)
			if strings.Count(said, `"kind":"letter"`) < 2 || code == 451 && !strings.Contains(why, "the server answered 451") {
				t.Errorf("nothing tells that two letters were refused: %s%s", said, why)
			}
			for what, kept := range map[string]string{"the log": said, "the table of jobs": why} {
				for _, word := range []string{"canary", "Canary", "@savoirs", "/confirm/", "lives here", "do not want"} {
					if strings.Contains(kept, word) {
						t.Errorf("%s holds %q: %s", what, word, kept)
					}
				}
			}
		})
	}
}

// lastErrors is why jobs that are to be tried again have failed, as the database keeps it.
func lastErrors(t *testing.T, data string) string {
	t.Helper()
	s, err := store.Open(t.Context(), "", filepath.Clean(data))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var all []string
	for {
		job, err := s.Lease(t.Context(), []string{account.LetterJob}, time.Now().Add(24*time.Hour), time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		if job == nil {
			return strings.Join(all, "\n")
		}
		all = append(all, job.LastError)
		if err := s.Bury(t.Context(), job.ID, "seen", time.Now()); err != nil {
			t.Fatal(err)
		}
	}
}

// TestRequestsWithoutMeasureAreRefused: a head of more than sixteen KiB, and ten thousand fields.
func TestRequestsWithoutMeasureAreRefused(t *testing.T) {
	carnet := startCarnet(t, []string{"CARNET_DATA=" + t.TempDir()})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, carnet.url+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Long", strings.Repeat("a", 40<<10))
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("40 KiB of head: %d", answer.StatusCode)
	}
	many := url.Values{}
	for i := range 10_000 {
		many.Set(fmt.Sprintf("field-%d", i), "x")
	}
	begin := time.Now()
	answer, err = http.PostForm(carnet.url+"/language", many)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if took := time.Since(begin); answer.StatusCode >= 500 || took > 2*time.Second {
		t.Errorf("ten thousand fields: %d after %s", answer.StatusCode, took)
	}
}
