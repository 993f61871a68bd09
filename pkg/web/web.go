// Package web is the front door: every page, form and file that Carnet answers over HTTP.
// It knows no rules and no queries; it reads requests, asks the rooms or the store, and shows views.
package web

import (
	"compress/gzip"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/hashicorp/golang-lru/v2/expirable"
	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/pkg/archive"
	"github.com/carnetbadges/carnet/pkg/backpack"
	"github.com/carnetbadges/carnet/pkg/jobs"
	"github.com/carnetbadges/carnet/pkg/mail"
	"github.com/carnetbadges/carnet/pkg/passport"
	"github.com/carnetbadges/carnet/store"
)

// Options are the parts a Site is made of.
type Options struct {
	Store           *store.Store
	Accounts        *account.Desk
	Backpack        *backpack.Backpack
	Passports       *passport.Office
	Archives        *archive.Shelf   // passports on their way out or in
	Kept            *mail.Folder     // the letters shown at /dev/mail; nil where letters are really sent
	PublicURL       string           // scheme://host of every link that leaves this house
	TrustedProxies  []netip.Prefix   // whose X-Forwarded-For is believed
	CountryHeader   string           // a proxy's, by which it names the country of a request; empty: none does
	SecurityContact string           // mailto: or https: whom to tell of a hole; empty: nobody
	Providers       []Provider       // by which people may sign in, in the order they are shown
	ProviderClient  *http.Client     // asks them; see NewProviderClient
	Jobs            *jobs.Runner     // what happens later, and can be hurried
	Post            mail.Post        // by which letters go out; it is tried
	Log             *slog.Logger     //
	Now             func() time.Time //
	Kick            func()           // wakes the runner of jobs after a deed that wrote one
}

// Site answers every request.
type Site struct {
	Options
	public   *url.URL
	sessions *scs.SessionManager
	echo     *echo.Echo
	limits   limits
	bringing sync.Map // the ids of those who are sending a passport's archive at this moment
	sending  sync.Map // the ids of those who are sending badges at this moment
	checking sync.Map // the ids of the collections whose badges are all being checked at this moment
	gates    []gate
	noted    *expirable.LRU[string, struct{}] // sessions whose use was just written down
	clean    sanitizer
	editions *editions // since when feeds are as they are
	drawn    *cards    // the pictures of links
	printed  *expirable.LRU[string, []byte]
	drafts   sync.Pool // of *bytes.Buffer, in which pages are drawn
	packs    packer    // of pages that are asked for once
}

// New builds the site and all its routes.
func New(o Options) (*Site, error) {
	public, err := url.Parse(o.PublicURL)
	if err != nil || public.Host == "" {
		return nil, errors.New("web: the public address is not an address")
	}
	s := &Site{Options: o, public: public, limits: newLimits(o.Now), gates: gates(o), clean: newSanitizer(), noted: newNoted(), editions: newEditions(), drawn: newCards(), printed: newPrints(), packs: packer{level: gzip.BestSpeed}}
	s.sessions = newSessions(o.Store.Sessions(), public.Scheme == "https")
	s.sessions.ErrorFunc = s.sessionFault
	s.echo = echo.New()
	s.echo.HideBanner, s.echo.HidePort = true, true
	s.echo.HTTPErrorHandler = s.fault
	s.echo.IPExtractor = clientAddress(o.TrustedProxies)
	s.furnish()
	s.routes()
	return s, nil
}

// Handler is the whole site; requests that change something from another origin are refused before anything sees them.
func (s *Site) Handler() http.Handler {
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(s.refuseForeign))
	return headers(s.public.Scheme == "https", s.keeping(s.heardOut(guard.Handler(s.sessions.LoadAndSave(s.echo)))))
}

// Serve answers on server until ctx ends, then lets what is under way finish for at most ten seconds.
func Serve(ctx context.Context, server *http.Server, listen func() error) error {
	failed := make(chan error, 1)
	go func() { failed <- listen() }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return server.Shutdown(ending)
}

// clientAddress trusts X-Forwarded-For only from the proxies named; by default nobody.
func clientAddress(proxies []netip.Prefix) echo.IPExtractor {
	if len(proxies) == 0 {
		return echo.ExtractIPDirect()
	}
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, one := range proxies {
		options = append(options, echo.TrustIPRange(ipNet(one)))
	}
	return echo.ExtractIPFromXFFHeader(options...)
}

// within says whether a path stays on this site when sent as a redirect: one slash, no host, no control characters.
func within(path string) bool {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n\t\x00") {
		return false
	}
	parsed, err := url.Parse(path)
	return err == nil && parsed.Host == "" && parsed.Scheme == "" && !strings.HasPrefix(parsed.Path, "//")
}
