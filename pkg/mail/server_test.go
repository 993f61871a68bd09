package mail

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// mailServer is a real mail server on this machine that keeps what arrives.
type mailServer struct {
	address string
	roots   *x509.CertPool

	mu      sync.Mutex
	arrived []arrival
	refuse  map[string]*smtp.SMTPError // by command: MAIL, RCPT, DATA, AUTH
	quits   bool                       // hangs up after taking a letter
}

type arrival struct {
	from, to, hello, user string
	encrypted             bool
	content               []byte
}

// serve starts a mail server: "plain", "starttls" or "tls".
func serve(t *testing.T, mode string) *mailServer {
	t.Helper()
	m := &mailServer{refuse: map[string]*smtp.SMTPError{}}
	server := smtp.NewServer(m)
	server.Domain, server.AllowInsecureAuth = "mx.example.org", mode == "plain"
	server.EnableSMTPUTF8 = true
	server.ErrorLog = log.New(io.Discard, "", 0)
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m.address = listener.Addr().String()
	if mode != "plain" {
		server.TLSConfig, m.roots = certificate(t)
	}
	if mode == "tls" {
		listener = tls.NewListener(listener, server.TLSConfig)
	}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return m
}

func certificate(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, form, form, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, roots
}

func (m *mailServer) NewSession(c *smtp.Conn) (smtp.Session, error) {
	return &session{server: m, conn: c}, nil
}

func (m *mailServer) letters() []arrival {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]arrival(nil), m.arrived...)
}

// answer is what the server says to a command.
func (m *mailServer) answer(command string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if refusal := m.refuse[command]; refusal != nil {
		return refusal
	}
	return nil
}

type session struct {
	server *mailServer
	conn   *smtp.Conn
	now    arrival
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.now.from, s.now.hello = from, s.conn.Hostname()
	_, s.now.encrypted = s.conn.TLSConnectionState()
	return s.server.answer("MAIL")
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.now.to = to
	return s.server.answer("RCPT")
}

func (s *session) Data(r io.Reader) (err error) {
	if s.now.content, err = io.ReadAll(r); err != nil {
		return err
	}
	if err := s.server.answer("DATA"); err != nil {
		return err
	}
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.arrived = append(s.server.arrived, s.now)
	if s.server.quits {
		time.AfterFunc(10*time.Millisecond, func() { _ = s.conn.Close() })
	}
	return nil
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if err := s.server.answer("AUTH"); err != nil {
			return err
		}
		if password != "p:ss/w@rd" {
			return errors.New("wrong")
		}
		s.now.user = user
		return nil
	}), nil
}
