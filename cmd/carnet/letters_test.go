package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/pkg/backpack"
	"github.com/carnetbadges/carnet/views"
)

// sorting is a real mail server on this machine that keeps what arrives.
type sorting struct {
	mu      sync.Mutex
	arrived []arrival
}

type arrival struct {
	to      []string
	content []byte
}

func (p *sorting) NewSession(*smtp.Conn) (smtp.Session, error) { return &counter{office: p}, nil }

func (p *sorting) take() []arrival {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := p.arrived
	p.arrived = nil
	return all
}

// counter takes one letter after another.
type counter struct {
	office *sorting
	now    arrival
}

func (c *counter) Reset()                               { c.now = arrival{} }
func (c *counter) Logout() error                        { return nil }
func (c *counter) Mail(string, *smtp.MailOptions) error { return nil }
func (c *counter) Rcpt(to string, _ *smtp.RcptOptions) error {
	c.now.to = append(c.now.to, to)
	return nil
}

func (c *counter) Data(r io.Reader) (err error) {
	if c.now.content, err = io.ReadAll(r); err != nil {
		return err
	}
	c.office.mu.Lock()
	defer c.office.mu.Unlock()
	c.office.arrived = append(c.office.arrived, c.now)
	return nil
}

// openPost is a house whose letters go to a mail server of this test.
func openPost(t *testing.T) (*house, *sorting) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	office := &sorting{}
	server := smtp.NewServer(office)
	server.Domain, server.EnableSMTPUTF8 = "localhost", true
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	house, err := openHouse(t.Context(), Config{
		Data: t.TempDir(), PublicURL: "https://carnet.example", Addr: ":8080", LogFormat: "text",
		SMTPURL: "smtp://" + listener.Addr().String() + "?from=Carnet%20%3Cpost@carnet.example%3E",
	}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(house.close)
	return house, office
}

// hostile is in every word of a letter that people chose.
const hostile = "Eve\r\nBcc: evil@example.org\r\n\r\n<script>alert(1)</script> =?utf-8?q?=0ASubject:_x?="

// unsaid is a key where a sentence should stand, or a gap in one.
var unsaid = regexp.MustCompile(`\b(letter|log|device)\.[a-z-]+(\.[a-z-]+)?\b|<no value>|\{\{`)

// TestEveryKindOfLetterArrivesWholeInBothLanguages lets every kind go through a real conversation with a mail server and
// reads what came out: one recipient, only the headers there should be, text and HTML that say the same and lead to the
// same address, and the headers of one click (RFC 8058) where a letter is not about the account itself.
//
// ASVS: V1.2.1, V1.3.11
func TestEveryKindOfLetterArrivesWholeInBothLanguages(t *testing.T) {
	house, office := openPost(t)
	subjects := map[string]string{}
	for _, kind := range views.LetterKinds() {
		for _, language := range []string{"en", "fr"} {
			link := "https://carnet.example/" + kind + "/s3cret"
			deliver := house.sendLetter
			payload, err := json.Marshal(account.Letter{
				Kind: kind, To: "ada@example.org", Language: language, Name: hostile, Link: link, What: "signed-in", Detail: hostile,
				Code: "123456", Browser: "Firefox", System: "Linux",
			})
			if kind == backpack.LetterJob {
				link, deliver = "https://carnet.example/badges", house.sendNews
				payload, err = json.Marshal(backpack.Letter{To: "ada@example.org", Language: language, Name: hostile, More: 2, Leave: "unsubscribing-secret", News: []backpack.News{
					{Badge: "01J", Name: hostile, Issuer: hostile, Lang: "en", What: "revoked", Why: hostile, At: time.Now()},
				}})
			}
			if err != nil {
				t.Fatal(err)
			}
			if err := deliver(t.Context(), payload); err != nil {
				t.Fatalf("%s in %s: %v", kind, language, err)
			}
			got := office.take()
			if len(got) != 1 || !slices.Equal(got[0].to, []string{"ada@example.org"}) {
				t.Fatalf("%s in %s: arrived %d, for %v", kind, language, len(got), got[0].to)
			}
			l := readBack(t, got[0].content)
			l.expect(t, kind+" in "+language, language, link, kind == backpack.LetterJob)
			if other := subjects[kind]; language == "fr" && other == l.subject {
				t.Errorf("%s has one subject in both languages: %q", kind, other)
			}
			subjects[kind] = l.subject
		}
	}
}

// readLetter is a letter as a mail program reads it.
type readLetter struct {
	header        netmail.Header
	subject       string
	text, html    string
	names, parted []string
}

func readBack(t *testing.T, content []byte) (l readLetter) {
	t.Helper()
	m, err := netmail.ReadMessage(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	l.header = m.Header
	for name := range m.Header {
		l.names = append(l.names, name)
	}
	if l.subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		t.Fatal(err)
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("Content-Type %s: %v", kind, err)
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for {
		part, err := parts.NextRawPart()
		if err == io.EOF {
			return l
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		kind := part.Header.Get("Content-Type")
		l.parted = append(l.parted, kind)
		if strings.HasPrefix(kind, "text/html") {
			l.html = string(body)
		} else {
			l.text = string(body)
		}
	}
}

func (l readLetter) expect(t *testing.T, what, language, link string, leave bool) {
	t.Helper()
	allowed := []string{"From", "To", "Subject", "Date", "Message-Id", "Mime-Version", "Auto-Submitted", "Content-Type"}
	if leave {
		allowed = append(allowed, "List-Unsubscribe", "List-Unsubscribe-Post")
	}
	slices.Sort(allowed)
	slices.Sort(l.names)
	if !slices.Equal(l.names, allowed) {
		t.Errorf("%s has the headers %v, want %v", what, l.names, allowed)
	}
	if len(l.parted) != 2 || !strings.HasPrefix(l.parted[0], "text/plain") || !strings.HasPrefix(l.parted[1], "text/html") {
		t.Errorf("%s has the parts %v", what, l.parted)
	}
	if strings.TrimSpace(l.subject) == "" || strings.Contains(l.subject, "\n") {
		t.Errorf("%s has the subject %q", what, l.subject)
	}
	for form, body := range map[string]string{"text": l.text, "HTML": l.html} {
		if !strings.Contains(body, link) {
			t.Errorf("%s, %s: does not lead to %s", what, form, link)
		}
		if gap := unsaid.FindString(body); gap != "" {
			t.Errorf("%s, %s: a key or a gap stands in it: %q", what, form, gap)
		}
		if leave && !strings.Contains(body, "https://carnet.example/unsubscribe/unsubscribing-secret") {
			t.Errorf("%s, %s: has no way to end such letters", what, form)
		}
	}
	if !strings.Contains(l.html, `<html lang="`+language+`"`) || strings.Contains(l.html, "<script") || !strings.Contains(l.html, "&lt;script") {
		t.Errorf("%s: the HTML is of another language, or lets markup through", what)
	}
	if leave && (l.header.Get("List-Unsubscribe") != "<https://carnet.example/unsubscribe/unsubscribing-secret>" || l.header.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click") {
		t.Errorf("%s: %q, %q", what, l.header.Get("List-Unsubscribe"), l.header.Get("List-Unsubscribe-Post"))
	}
}

func TestALetterWhoseTimeIsOverIsNotSent(t *testing.T) {
	house, office := openPost(t)
	for _, l := range []account.Letter{
		{Kind: account.LetterSignIn, To: "ada@example.org", Code: "123456", Link: "https://carnet.example/x", Until: time.Now().Add(-time.Second)},
		{Kind: account.LetterNone},
	} {
		payload, err := json.Marshal(l)
		if err != nil {
			t.Fatal(err)
		}
		if err := house.sendLetter(t.Context(), payload); (err == nil) != (l.Kind == account.LetterNone) {
			t.Errorf("%s: %v", l.Kind, err)
		}
	}
	if n := len(office.take()); n != 0 {
		t.Errorf("%d letters went out", n)
	}
}
