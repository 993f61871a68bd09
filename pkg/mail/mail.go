// Package mail lets letters out: through a mail server, or into a folder where they can be read.
// It knows nothing of why a letter is written or what it says.
package mail

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	netmail "net/mail"
	"net/url"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

var (
	// ErrRefusedForGood means that sending the same letter again will not help: the server said so (RFC 5321 §4.2.1, 5yz),
	// or the address is none.
	ErrRefusedForGood = errors.New("mail: the letter was refused for good")
	// ErrNotNow means that the letter may be sent later: no connection, a time-out, or an answer of 4yz.
	ErrNotNow = errors.New("mail: the letter could not be sent now")
	// ErrNotFound means that no kept letter has this ID.
	ErrNotFound = errors.New("mail: no such letter")
)

// Letter is one letter to one person.
type Letter struct {
	To      string // the bare address, such as maria@example.org
	Subject string // one line
	Text    string // the plain body; never empty
	HTML    string // the same as HTML, or empty
	Leave   string // the address by which its recipient ends such letters with one click (RFC 8058), https or http; empty: none
	ID      string // letters, digits, dots and hyphens: the left side of the Message-ID; empty: a random one
}

// Post sends letters. The error is [ErrRefusedForGood] or [ErrNotNow] and tells no address.
type Post interface {
	Send(ctx context.Context, letter Letter) error
	// Try is Send that tells what the two sides said to each other, a line each ("C: " ours, "S: " the server's), without
	// passwords and the letter itself: for whoever sets the mail server up.
	Try(ctx context.Context, letter Letter) (said []string, err error)
}

// sender is whom the letters are from.
type sender struct {
	from *netmail.Address
	host string // the right side of the Message-ID
}

// newSender makes from, or "Carnet" at the public host when it is empty, the sender.
func newSender(from, publicURL string) (sender, error) {
	u, err := url.Parse(publicURL)
	if err != nil || u.Hostname() == "" || strings.Trim(strings.ToLower(u.Hostname()), "abcdefghijklmnopqrstuvwxyz0123456789.-:") != "" {
		return sender{}, fmt.Errorf("mail: the public address %q names no host", publicURL)
	}
	host := u.Hostname()
	if strings.Contains(host, ":") {
		host = "[IPv6:" + host + "]" // RFC 5321 §4.1.3
	}
	if from == "" {
		return sender{&netmail.Address{Name: "Carnet", Address: "carnet@" + host}, host}, nil
	}
	address, err := netmail.ParseAddress(from)
	if err != nil || hasControl(from) {
		return sender{}, fmt.Errorf("mail: %q is no sender's address", from)
	}
	return sender{address, host}, nil
}

// compose builds the message of RFC 5322. Nothing in a letter can make a header of its own.
func (s sender) compose(letter Letter, at time.Time) (*gomail.Msg, error) {
	to, err := recipient(letter.To)
	if err != nil {
		return nil, err
	}
	id := letter.ID
	if id == "" {
		id = rand.Text()
	}
	if len(id) > 100 || !plain(id) {
		return nil, fmt.Errorf("%w: its ID is malformed", ErrRefusedForGood)
	}
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	m.FromMailAddress(s.from)
	m.ToMailAddress(to)
	m.Subject(oneLine(letter.Subject))
	m.SetDateWithValue(at)
	m.SetMessageIDWithValue(id + "@" + s.host)
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834 §5: no holiday notices in return
	if letter.Leave != "" {
		if err := leave(m, letter.Leave); err != nil {
			return nil, err
		}
	}
	m.SetBodyString(gomail.TypeTextPlain, letter.Text)
	if letter.HTML != "" {
		m.AddAlternativeString(gomail.TypeTextHTML, letter.HTML)
	}
	return m, nil
}

// leave writes the headers of RFC 8058 §3.1.
func leave(m *gomail.Msg, address string) error {
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || hasControl(address) || strings.ContainsAny(address, " <>,") {
		return fmt.Errorf("%w: the address to end such letters is malformed", ErrRefusedForGood)
	}
	m.SetGenHeader(gomail.HeaderListUnsubscribe, "<"+address+">")
	m.SetGenHeader(gomail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	return nil
}

// recipient reads one bare address; lists, names and comments are refused.
func recipient(to string) (*netmail.Address, error) {
	address, err := netmail.ParseAddress(to)
	if err != nil || address.Address != to || len(to) > 254 || hasControl(to) || strings.ContainsAny(to, " \"<>") {
		return nil, fmt.Errorf("%w: the address is malformed", ErrRefusedForGood)
	}
	return &netmail.Address{Address: to}, nil
}

// plain says whether text consists of letters, digits, dots and hyphens, and begins with no dot.
func plain(text string) bool {
	return text != "" && text[0] != '.' &&
		strings.Trim(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") == ""
}

// oneLine turns every run of white space and control characters into one space.
func oneLine(text string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(text, "\ufffd"), func(r rune) bool { return r == ' ' || isControl(r) }), " ")
}

func hasControl(text string) bool { return strings.ContainsFunc(text, isControl) }

func isControl(r rune) bool {
	return r < ' ' || (r >= 0x7f && r < 0xa0) || r == 0x2028 || r == 0x2029
}

// written is the message as bytes.
func written(m *gomail.Msg) ([]byte, error) {
	var buffer bytes.Buffer
	if _, err := m.WriteTo(&buffer); err != nil {
		return nil, fmt.Errorf("write a letter: %w", err)
	}
	return buffer.Bytes(), nil
}
