package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"sync"
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

// safe is a log that may be read while it is written.
type safe struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (s *safe) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all.Write(p)
}

func (s *safe) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all.String()
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

			log := &safe{}
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
