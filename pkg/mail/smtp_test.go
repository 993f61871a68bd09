package mail

import (
	"bytes"
	"context"
	"errors"
	"net"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

const publicURL = "https://carnet.example.net/"

var welcome = Letter{
	To: "maria@example.org", Subject: "Willkommen, Märía", ID: "letter-1",
	Text: "Grüße!\n.\nA line that begins with a dot ends nothing.\n" + strings.Repeat("long ", 400), HTML: "<p>Grüße!</p>",
}

// poster sends to m; scheme is smtp or smtps and may be followed by who signs in.
func poster(t *testing.T, m *mailServer, scheme, rest string) *server {
	t.Helper()
	post, err := SMTP(scheme+m.address+rest, "", publicURL)
	if err != nil {
		t.Fatal(err)
	}
	s := post.(*server)
	s.roots = m.roots
	return s
}

func TestLettersArriveAsTheyWereWritten(t *testing.T) {
	for _, row := range []struct {
		mode, scheme string
		encrypted    bool
		user         string
	}{
		{"plain", "smtp://", false, ""},
		{"starttls", "smtp://", true, ""},
		{"tls", "smtps://", true, ""},
		{"starttls", "smtp://carnet:p%3Ass%2Fw%40rd@", true, "carnet"},
		{"tls", "smtps://carnet:p%3Ass%2Fw%40rd@", true, "carnet"},
	} {
		m := serve(t, row.mode)
		if err := poster(t, m, row.scheme, "?from=Carnet%20%3Cpost@example.net%3E").Send(t.Context(), welcome); err != nil {
			t.Errorf("%s %s: %v", row.mode, row.scheme, err)
			continue
		}
		got := m.letters()
		if len(got) != 1 {
			t.Fatalf("%d letters", len(got))
		}
		a := got[0]
		if a.from != "post@example.net" || a.to != welcome.To || a.hello != "carnet.example.net" || a.encrypted != row.encrypted || a.user != row.user {
			t.Errorf("%s %s: from %s to %s, hello %s, encrypted %v, user %q", row.mode, row.scheme, a.from, a.to, a.hello, a.encrypted, a.user)
		}
		isWelcome(t, a.content)
	}
}

func isWelcome(t *testing.T, content []byte) {
	t.Helper()
	letter, err := parse(content)
	if err != nil {
		t.Fatalf("%v\n%s", err, content)
	}
	if letter.To != welcome.To || letter.Subject != welcome.Subject || strings.TrimRight(letter.Text, "\n ") != strings.TrimRight(welcome.Text, "\n ") ||
		strings.TrimSpace(letter.HTML) != welcome.HTML || time.Since(letter.At) > time.Minute {
		t.Errorf("%+v", letter)
	}
	m, err := netmail.ReadMessage(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"Message-Id": "<letter-1@carnet.example.net>", "From": `"Carnet" <post@example.net>`, "X-Mailer": "", "User-Agent": "",
		"Auto-Submitted": "auto-generated", "Mime-Version": "1.0",
	} {
		if got := m.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if !strings.HasPrefix(m.Header.Get("Content-Type"), "multipart/alternative;") {
		t.Errorf("Content-Type: %s", m.Header.Get("Content-Type"))
	}
}

func TestLettersWithoutHTMLAreOnePart(t *testing.T) {
	m := serve(t, "plain")
	if err := poster(t, m, "smtp://", "").Send(t.Context(), Letter{To: "a@example.org", Subject: "s", Text: "t"}); err != nil {
		t.Fatal(err)
	}
	a := m.letters()[0]
	head, err := netmail.ReadMessage(bytes.NewReader(a.content))
	if err != nil || !strings.HasPrefix(head.Header.Get("Content-Type"), "text/plain") {
		t.Errorf("%v: %s", err, a.content)
	}
	if a.from != "carnet@carnet.example.net" || !strings.HasSuffix(head.Header.Get("Message-Id"), "@carnet.example.net>") {
		t.Errorf("from %s, Message-ID %s", a.from, head.Header.Get("Message-Id"))
	}
}

func TestRefusalsAreToldApart(t *testing.T) {
	for _, row := range []struct {
		command string
		code    int
		kind    error
	}{
		{"MAIL", 450, ErrNotNow},
		{"MAIL", 550, ErrRefusedForGood},
		{"MAIL", 530, ErrNotNow}, // the server wants us to sign in: an operator mends that
		{"RCPT", 421, ErrNotNow},
		{"RCPT", 450, ErrNotNow},
		{"RCPT", 452, ErrNotNow},
		{"RCPT", 550, ErrRefusedForGood},
		{"RCPT", 553, ErrRefusedForGood},
		{"DATA", 451, ErrNotNow},
		{"DATA", 552, ErrRefusedForGood},
		{"DATA", 554, ErrRefusedForGood},
		{"AUTH", 535, ErrNotNow},
		{"AUTH", 454, ErrNotNow},
	} {
		m := serve(t, "starttls")
		m.refuse[row.command] = &smtp.SMTPError{Code: row.code, EnhancedCode: smtp.EnhancedCode{row.code / 100, 1, 1}, Message: "no <maria@example.org> here"}
		err := poster(t, m, "smtp://carnet:p%3Ass%2Fw%40rd@", "").Send(t.Context(), welcome)
		other := map[error]error{ErrNotNow: ErrRefusedForGood, ErrRefusedForGood: ErrNotNow}[row.kind]
		if !errors.Is(err, row.kind) || errors.Is(err, other) {
			t.Errorf("%s %d: %v", row.command, row.code, err)
		}
		if err != nil && row.command != "AUTH" && strings.Contains(err.Error(), "maria") {
			t.Errorf("the error tells the address: %v", err)
		}
		if n := len(m.letters()); n != 0 {
			t.Errorf("%s %d: %d letters arrived", row.command, row.code, n)
		}
	}
}

// ASVS: V16.5.2
func TestAServerThatIsAwayIsTriedLater(t *testing.T) {
	m := serve(t, "plain")
	s := poster(t, m, "smtp://", "")
	silent, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	s.port, s.stage = silent.Addr().(*net.TCPAddr).Port, 300*time.Millisecond
	begun := time.Now()
	if err := s.Send(t.Context(), welcome); !errors.Is(err, ErrNotNow) || time.Since(begun) > 5*time.Second {
		t.Errorf("a silent server: %v after %v", err, time.Since(begun))
	}
	silent.Close()
	if err := s.Send(t.Context(), welcome); !errors.Is(err, ErrNotNow) {
		t.Errorf("no server: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := poster(t, m, "smtp://", "").Send(ctx, welcome); !errors.Is(err, ErrNotNow) || len(m.letters()) != 0 {
		t.Errorf("nobody waits: %v", err)
	}
}

func TestALetterThatWasTakenIsNotSentAgain(t *testing.T) {
	m := serve(t, "plain")
	m.quits = true
	for range 5 {
		if err := poster(t, m, "smtp://", "").Send(t.Context(), welcome); err != nil {
			t.Error(err)
		}
	}
	if n := len(m.letters()); n != 5 {
		t.Errorf("%d letters", n)
	}
}

// ASVS: V12.3.2
func TestPasswordsAndCertificatesAreGuarded(t *testing.T) {
	m := serve(t, "starttls")
	s := poster(t, m, "smtp://", "")
	s.roots = nil
	if err := s.Send(t.Context(), welcome); !errors.Is(err, ErrNotNow) {
		t.Errorf("an unknown certificate was believed: %v", err)
	}
	for host, here := range map[string]bool{"localhost": true, "127.0.0.1": true, "::1": true, "localhost.example.org": false, "127.0.0.1.example.org": false, "mail": false} {
		if isLoopback(host) != here {
			t.Errorf("%s is on this machine: %v", host, !here)
		}
	}
	plain := serve(t, "plain")
	s = poster(t, plain, "smtp://carnet:p%3Ass%2Fw%40rd@", "")
	if err := s.Send(t.Context(), welcome); !errors.Is(err, ErrNotNow) || len(plain.letters()) != 0 {
		t.Errorf("a password was sent in the clear: %v", err)
	}
}

// ASVS: V1.2.1, V1.3.11
func TestNoHeaderCanBeInjected(t *testing.T) {
	m := serve(t, "plain")
	s := poster(t, m, "smtp://", "")
	subjects := []string{
		"x\r\nBcc: evil@example.org", "x\nBcc: evil@example.org", "x\rBcc: evil@example.org", "x\r\n\r\n<script>", "x\u2028Bcc: evil@example.org", "x\x00y", "x\u0085Bcc: e@example.org",
		"ü\r\nBcc: evil@example.org", "=?utf-8?Q?x=0D=0ABcc:_evil@example.org?=", "x\r\n Bcc: evil@example.org", "\r\n.\r\nMAIL FROM:<x@y>", strings.Repeat("long ", 300) + "\r\nBcc: e@example.org", "\xff\r\nBcc: e@example.org",
	}
	for _, subject := range subjects {
		if err := s.Send(t.Context(), Letter{To: "a@example.org", Subject: subject, Text: "body\r\n.\r\nRCPT TO:<evil@example.org>"}); err != nil {
			t.Errorf("%q: %v", subject, err)
		}
	}
	got := m.letters()
	if len(got) != len(subjects) {
		t.Fatalf("%d letters of %d", len(got), len(subjects))
	}
	allowed := map[string]bool{"Date": true, "Message-Id": true, "Mime-Version": true, "Subject": true, "From": true, "To": true, "Auto-Submitted": true, "Content-Type": true, "Content-Transfer-Encoding": true}
	for n, a := range got {
		head, err := netmail.ReadMessage(bytes.NewReader(a.content))
		if err != nil {
			t.Fatal(err)
		}
		for name := range head.Header {
			if !allowed[name] {
				t.Errorf("%q made a header %s", subjects[n], name)
			}
		}
		if len(head.Header) != len(allowed) || a.to != "a@example.org" {
			t.Errorf("%q: %d headers, to %s", subjects[n], len(head.Header), a.to)
		}
	}
	t.Logf("MAIL-1: %d subjects, 0 headers injected", len(subjects))
}

// ASVS: V1.3.11
func TestOddRecipientsAreRefusedForGood(t *testing.T) {
	m := serve(t, "plain")
	s := poster(t, m, "smtp://", "")
	odd := []string{
		"", "maria", "@example.org", "maria@", "a@example.org, b@example.org", "Maria <maria@example.org>", "<maria@example.org>", "a@example.org\r\nBcc: b@example.org",
		"a@example.org\nRCPT TO:<b@example.org>", "a\x00@example.org", `"a b"@example.org`, "a@example.org (comment)", " a@example.org", "a@b@example.org", strings.Repeat("a", 250) + "@example.org", "a@exa\u2028mple.org",
	}
	for _, to := range odd {
		if err := s.Send(t.Context(), Letter{To: to, Subject: "s", Text: "t"}); !errors.Is(err, ErrRefusedForGood) {
			t.Errorf("%q: %v", to, err)
		}
	}
	for _, id := range []string{"a b", "a@b", "a>\r\nX: y", ".a", strings.Repeat("a", 101)} {
		if err := s.Send(t.Context(), Letter{To: "a@example.org", Subject: "s", Text: "t", ID: id}); !errors.Is(err, ErrRefusedForGood) {
			t.Errorf("ID %q: %v", id, err)
		}
	}
	if n := len(m.letters()); n != 0 {
		t.Errorf("%d letters arrived", n)
	}
}

func TestAddressesOfServersAreReadStrictly(t *testing.T) {
	for address, want := range map[string]string{
		"smtp://mail.example.org":       "mail.example.org:587",
		"smtps://mail.example.org":      "mail.example.org:465",
		"smtp://mail.example.org:25/":   "mail.example.org:25",
		"smtp://u:p@[2001:db8::1]:2525": "2001:db8::1:2525",
	} {
		post, err := SMTP(address, "", publicURL)
		if err != nil {
			t.Errorf("%s: %v", address, err)
			continue
		}
		if s := post.(*server); s.host+":"+portText(s.port) != want {
			t.Errorf("%s became %s:%d", address, s.host, s.port)
		}
	}
	for _, bad := range []string{
		"", "mail.example.org", "mail.example.org:25", "http://mail.example.org", "smtp://", "smtp://:25", "smtp://u:secret@mail.example.org:0", "smtp://u:secret@mail.example.org:99999",
		"smtp://u:secret@mail.example.org:x", "smtp://u:sec%zzret@mail.example.org", "smtp://u:secret@mail.example.org/path", "smtp://u:secret@mail.example.org?form=x@y", "smtp://u:secret@mail.example.org?from=nobody", "smtp://mail.example.org?from=a@b%0d%0aX:y",
	} {
		_, err := SMTP(bad, "", publicURL)
		if err == nil {
			t.Errorf("%q was taken", bad)
			continue
		}
		if strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "sec%zzret") {
			t.Errorf("the error tells the password: %v", err)
		}
	}
	for _, bad := range []string{"", "nowhere", "https://", "https://a b/", "https://ü.example/"} {
		if _, err := SMTP("smtp://mail.example.org", "", bad); err == nil {
			t.Errorf("public address %q was taken", bad)
		}
	}
}

func portText(port int) string {
	_, text, _ := net.SplitHostPort((&net.TCPAddr{Port: port}).String())
	return text
}
