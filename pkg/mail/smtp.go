package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// stage bounds each half of a conversation: greeting and signing in, then sending.
const stage = 15 * time.Second

// server is a mail server that takes our letters.
type server struct {
	sender
	host           string
	port           int
	implicit       bool // TLS from the first byte (RFC 8314 §3)
	user, password string
	roots          *x509.CertPool // nil: the system's
	stage          time.Duration
}

// SMTP makes the Post that hands letters to the server at address:
//
//	smtp://user:password@host:587?from=Carnet%20<carnet@example.org>   STARTTLS where offered; demanded when a password is given
//	smtps://user:password@host:465?from=…                              TLS from the start
//
// from is used when address names none, and carnet@ the host of publicURL when from is empty too.
// That host is also the right side of each Message-ID. Nothing is connected yet. The error never tells the password.
func SMTP(address, from, publicURL string) (Post, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("mail: the address of the mail server is malformed") // the parser's error would tell the password
	}
	s := &server{host: u.Hostname(), implicit: u.Scheme == "smtps", stage: stage}
	if (u.Scheme != "smtp" && !s.implicit) || s.host == "" || (u.Path != "" && u.Path != "/") {
		return nil, errors.New("mail: the mail server is written as smtp://user:password@host:port?from=… or smtps://…")
	}
	query := u.Query()
	for name := range query {
		if name != "from" {
			return nil, fmt.Errorf("mail: the address of the mail server knows only ?from=, not %q", name)
		}
	}
	if query.Has("from") {
		from = query.Get("from")
	}
	if s.sender, err = newSender(from, publicURL); err != nil {
		return nil, err
	}
	s.user = u.User.Username()
	s.password, _ = u.User.Password()
	if s.port, err = portOf(u); err != nil {
		return nil, err
	}
	return s, nil
}

func portOf(u *url.URL) (int, error) {
	if u.Port() == "" {
		return map[string]int{"smtp": 587, "smtps": 465}[u.Scheme], nil
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	if err != nil || port == 0 {
		return 0, errors.New("mail: the port of the mail server is no number from 1 to 65535")
	}
	return int(port), nil
}

// Send hands one letter over, within half a minute.
// An error after the server has taken the letter is none: sending it twice would be worse.
func (s *server) Send(ctx context.Context, letter Letter) error {
	return verdict(s.hand(ctx, letter))
}

// Try is Send that tells the conversation.
func (s *server) Try(ctx context.Context, letter Letter) ([]string, error) {
	heard := &ear{}
	err := s.hand(ctx, letter, gomail.WithDebugLog(), gomail.WithLogger(heard))
	if err != nil {
		heard.hear("S: ", err.Error()) // the library tells a refusal only so
	}
	return heard.lines(), verdict(err)
}

// hand is Send, with the library's own error.
func (s *server) hand(ctx context.Context, letter Letter, more ...gomail.Option) error {
	m, err := s.compose(letter, time.Now())
	if err != nil {
		return err
	}
	client, err := gomail.NewClient(s.host, append(s.options(), more...)...)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotNow, err)
	}
	err = client.DialAndSendWithContext(ctx, m)
	if err == nil || m.IsDelivered() {
		return nil
	}
	return err
}

func (s *server) options() []gomail.Option {
	options := []gomail.Option{
		gomail.WithPort(s.port), gomail.WithHELO(s.sender.host), gomail.WithTimeout(s.stage), gomail.WithoutNoop(),
		gomail.WithTLSConfig(&tls.Config{ServerName: s.host, RootCAs: s.roots, MinVersion: tls.VersionTLS12}),
	}
	switch {
	case s.implicit:
		options = append(options, gomail.WithSSL())
	case s.user == "" || isLoopback(s.host):
		options = append(options, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if s.user != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(s.user), gomail.WithPassword(s.password))
	}
	return options
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

// aboutUs are answers of 5yz that speak of our signing in, not of the letter (RFC 4954 §6): an operator can mend them.
var aboutUs = []int{530, 534, 535, 538}

// verdict tells a letter that is refused from a server that has no time for it. It leaves out what the server wrote
// about the letter, because that repeats the recipient's address.
func verdict(err error) error {
	if err == nil || errors.Is(err, ErrRefusedForGood) || errors.Is(err, ErrNotNow) {
		return err
	}
	var refusal *gomail.SendError
	if !errors.As(err, &refusal) {
		return fmt.Errorf("%w: %w", ErrNotNow, err)
	}
	code := refusal.ErrorCode()
	if code >= 500 && code < 600 && !slices.Contains(aboutUs, code) {
		return fmt.Errorf("%w: the server answered %d %s", ErrRefusedForGood, code, refusal.EnhancedStatusCode())
	}
	if code > 0 {
		return fmt.Errorf("%w: the server answered %d %s", ErrNotNow, code, refusal.EnhancedStatusCode())
	}
	return fmt.Errorf("%w: %s", ErrNotNow, refusal.Reason)
}
