package mail

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"time"
)

// KeptLetter is a letter that was kept instead of sent.
type KeptLetter struct {
	ID      string // its name in the folder
	To      string
	Subject string
	Text    string
	HTML    string // as it would have been sent: show it in a sandbox
	At      time.Time
}

// parse reads a message of RFC 5322 whose body is text, HTML or both (RFC 2046 §5.1.4).
func parse(content []byte) (KeptLetter, error) {
	m, err := netmail.ReadMessage(bytes.NewReader(content))
	if err != nil {
		return KeptLetter{}, fmt.Errorf("its header: %w", err)
	}
	var letter KeptLetter
	if letter.Subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		return KeptLetter{}, fmt.Errorf("its subject: %w", err)
	}
	if letter.At, err = m.Header.Date(); err != nil {
		return KeptLetter{}, fmt.Errorf("its date: %w", err)
	}
	to, err := m.Header.AddressList("To")
	if err != nil {
		return KeptLetter{}, fmt.Errorf("its recipient: %w", err)
	}
	letter.To = to[0].Address
	return letter, letter.take(m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), m.Body, 0)
}

// take reads one part of the body, and the parts in it.
func (l *KeptLetter) take(contentType, encoding string, body io.Reader, depth int) error {
	media, parameters, err := mime.ParseMediaType(contentType)
	if err != nil {
		return fmt.Errorf("its media type: %w", err)
	}
	if strings.HasPrefix(media, "multipart/") {
		return l.takeParts(multipart.NewReader(body, parameters["boundary"]), depth+1)
	}
	text, err := decoded(encoding, body)
	switch {
	case err != nil:
		return fmt.Errorf("its body: %w", err)
	case media == "text/html":
		l.HTML = text
	case media == "text/plain":
		l.Text = text
	}
	return nil
}

func (l *KeptLetter) takeParts(parts *multipart.Reader, depth int) error {
	if depth > 3 {
		return errors.New("its parts are nested too deeply")
	}
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("its parts: %w", err)
		}
		if err := l.take(part.Header.Get("Content-Type"), part.Header.Get("Content-Transfer-Encoding"), part, depth); err != nil {
			return err
		}
	}
}

// decoded undoes the transfer encoding (RFC 2045 §6) and ends lines as the letter was written.
func decoded(encoding string, body io.Reader) (string, error) {
	switch strings.ToLower(encoding) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	text, err := io.ReadAll(body)
	return strings.ReplaceAll(string(text), "\r\n", "\n"), err
}
