package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/carnetbadges/carnet/store/storetest"
)

// TestWhatCannotStartSaysWhyInOneLine tries what a newcomer runs into.
func TestWhatCannotStartSaysWhyInOneLine(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	newer := t.TempDir()
	if err := os.WriteFile(filepath.Join(newer, "carnet.db"), []byte(strings.Repeat("this is no database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct {
		environ []string
		want    string
	}{
		"port taken":         {[]string{"CARNET_ADDR=" + taken.Addr().String(), "CARNET_DATA=" + t.TempDir()}, "is taken by another program"},
		"folder is a file":   {[]string{"CARNET_ADDR=127.0.0.1:0", "CARNET_DATA=" + file}, "CARNET_DATA"},
		"folder in a file":   {[]string{"CARNET_ADDR=127.0.0.1:0", "CARNET_DATA=" + filepath.Join(file, "data")}, "CARNET_DATA"},
		"unknown setting":    {[]string{"CARNET_PORT=8080"}, "did you mean"},
		"database away":      {[]string{"CARNET_ADDR=127.0.0.1:0", "CARNET_DATA=" + t.TempDir(), "CARNET_DATABASE_URL=postgres://carnet@127.0.0.1:1/carnet?connect_timeout=2"}, ""},
		"not a database":     {[]string{"CARNET_ADDR=127.0.0.1:0", "CARNET_DATA=" + newer}, ""},
		"malformed SMTP":     {[]string{"CARNET_ADDR=127.0.0.1:0", "CARNET_DATA=" + t.TempDir(), "CARNET_SMTP_URL=mail.example"}, "CARNET_SMTP_URL"},
		"port not allowed":   {[]string{"CARNET_ADDR=127.0.0.1:99999", "CARNET_DATA=" + t.TempDir()}, "CARNET_ADDR"},
		"public URL a path":  {[]string{"CARNET_PUBLIC_URL=/carnet"}, "CARNET_PUBLIC_URL"},
		"two of one setting": {[]string{"CARNET_DATA=x", "CARNET_DATA_FILE=" + file}, "keep one"},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			var out, complaint bytes.Buffer
			code := run(ctx, []string{"serve"}, row.environ, streams{out: &out, err: &complaint})
			said := strings.TrimSpace(complaint.String())
			if code != 1 || strings.Count(said, "\n") != 0 || len(said) < 20 || !strings.Contains(said, row.want) {
				t.Errorf("exit status %d, says %q", code, said)
			}
		})
	}
}

func TestUnknownCommandsAreRefused(t *testing.T) {
	var out, complaint bytes.Buffer
	if code := run(t.Context(), []string{"sevre"}, nil, streams{out: &out, err: &complaint}); code == 0 || complaint.Len() == 0 {
		t.Errorf("exit status %d, says %q", code, complaint.String())
	}
}

// TestTheWholeProgramLivesOnBothDatabases starts Carnet, joins over HTTP, reads the letter that a real mail server
// took, confirms, stops Carnet, starts it again and is still signed in.
func TestTheWholeProgramLivesOnBothDatabases(t *testing.T) {
	for name, database := range map[string]func(*testing.T) string{
		"sqlite":   func(*testing.T) string { return "" },
		"postgres": func(t *testing.T) string { return storetest.Bare(t) },
	} {
		t.Run(name, func(t *testing.T) {
			post := startPost(t)
			settings := []string{"CARNET_DATA=" + t.TempDir(), "CARNET_DATABASE_URL=" + database(t), "CARNET_SMTP_URL=smtp://" + post.address + "?from=carnet@savoirs.example"}
			first := startCarnet(t, settings)
			jar, err := cookiejar.New(nil)
			if err != nil {
				t.Fatal(err)
			}
			browser := &http.Client{Jar: jar, Timeout: 20 * time.Second}
			answer := send(t, browser, first.url+"/join", url.Values{"name": {"Amina Diallo"}, "email": {"amina@savoirs.example"}, "password": {"quinze vaches bleues"}})
			if !strings.HasSuffix(answer.Request.URL.Path, "/letter-sent") {
				t.Fatalf("joining ends at %s", answer.Request.URL)
			}
			letter := post.next(t)
			if !strings.Contains(letter, "To: <amina@savoirs.example>") || strings.Contains(letter, "X-Mailer") {
				t.Errorf("the letter's head: %.600s", letter)
			}
			link := regexp.MustCompile(`/confirm/[A-Za-z0-9_-]+`).FindString(strings.ReplaceAll(letter, "=\r\n", ""))
			answer = send(t, browser, first.url+link, nil)
			if answer.Request.URL.Path != "/badges" {
				t.Fatalf("confirming ends at %s", answer.Request.URL)
			}
			first.stop()

			second := startCarnet(t, append(settings, "CARNET_ADDR="+first.address))
			answer, err = browser.Get(second.url + "/badges")
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if answer.Request.URL.Path != "/badges" {
				t.Errorf("after a restart the browser is led to %s", answer.Request.URL)
			}
			answer, err = browser.Get(second.url + "/dev/mail")
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if answer.StatusCode != http.StatusNotFound {
				t.Errorf("/dev/mail answers %d though letters are sent", answer.StatusCode)
			}
			second.stop()
		})
	}
}

// running is a Carnet that was started as main starts it.
type running struct {
	url, address string
	stop         func()
}

func startCarnet(t *testing.T, settings []string) running {
	t.Helper()
	address := freeAddress(t)
	for _, line := range settings {
		if given, ok := strings.CutPrefix(line, "CARNET_ADDR="); ok {
			address = given
		}
	}
	environ := append([]string{"CARNET_PUBLIC_URL=http://" + address}, settings...)
	if !strings.Contains(strings.Join(settings, " "), "CARNET_ADDR=") {
		environ = append(environ, "CARNET_ADDR="+address)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var complaint bytes.Buffer
	ended := make(chan int, 1)
	go func() { ended <- run(ctx, []string{"serve"}, environ, streams{out: io.Discard, err: &complaint}) }()
	stop := sync.OnceFunc(func() {
		cancel()
		if code := <-ended; code != 0 {
			t.Errorf("it ended with status %d: %s", code, complaint.String())
		}
	})
	t.Cleanup(stop)
	for range 200 {
		if answer, err := http.Get("http://" + address + "/readyz"); err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return running{url: "http://" + address, address: address, stop: stop}
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("it does not start")
	return running{}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

func send(t *testing.T, browser *http.Client, address string, form url.Values) *http.Response {
	t.Helper()
	answer, err := browser.PostForm(address, form)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	return answer
}

// postOffice is a real mail server on loopback that keeps what it takes.
type postOffice struct {
	address string
	taken   chan string
}

func startPost(t *testing.T) *postOffice {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	office := &postOffice{address: listener.Addr().String(), taken: make(chan string, 16)}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &conversation{office}, nil }))
	server.Domain, server.AllowInsecureAuth = "localhost", true
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	return office
}

func (p *postOffice) next(t *testing.T) string {
	t.Helper()
	select {
	case letter := <-p.taken:
		return letter
	case <-time.After(20 * time.Second):
		t.Fatal("no letter came")
		return ""
	}
}

type conversation struct{ office *postOffice }

func (*conversation) Reset()                                    {}
func (*conversation) Logout() error                             { return nil }
func (*conversation) Mail(string, *smtp.MailOptions) error      { return nil }
func (*conversation) Rcpt(to string, _ *smtp.RcptOptions) error { return nil }
func (c *conversation) Data(r io.Reader) error {
	letter, err := io.ReadAll(r)
	c.office.taken <- string(letter)
	return err
}
