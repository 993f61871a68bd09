package web

import (
	"context"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/expirable"
	"github.com/labstack/echo/v4"
	"golang.org/x/time/rate"

	"github.com/carnetbadges/carnet/pkg/backpack"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// limits bound what one address may ask for; each kind of deed has its own allowance.
type limits struct {
	doors   *allowance // passwords, letters, secrets
	joins   *allowance // passports made: a whole class may sit behind one address
	letters *allowance // letters to sign in by, asked for and answered: so may it here, twice and mistyping
	imports *allowance // badges brought in, checks asked for
	visits  *allowance // what is gathered for whoever comes: maps of the site, all files of a collection
	scripts *allowance // challenges for passkeys: every look at the door asks for one

	papers *allowance    // documents to print
	sheets chan struct{} // turns at making one, for the whole house
	prints *allowance    // those of many badges
	sets   chan struct{} // turns at making one of those
	cards  *allowance    // pictures of links, each drawn once

	bundles chan struct{} // turns at packing a badge into a ZIP, for the whole house
	sending int64         // bytes of badges that are sent at once

	verifies *allowance    // badges of anybody verified for anybody
	turns    chan struct{} // at doing so, for the whole house
}

func newLimits(now func() time.Time) limits {
	return limits{
		doors:   newAllowance(now, rate.Every(6*time.Second), 20),
		joins:   newAllowance(now, rate.Every(6*time.Second), 40),
		letters: newAllowance(now, rate.Every(3*time.Second), 80),
		imports: newAllowance(now, rate.Every(2*time.Second), 30),
		visits:  newAllowance(now, rate.Every(2*time.Second), 30),
		scripts: newAllowance(now, rate.Every(time.Second), 60),

		papers: newAllowance(now, rate.Every(time.Second), 60),
		sheets: make(chan struct{}, papersAtOnce),
		prints: newAllowance(now, rate.Every(3*time.Second), 30),
		sets:   make(chan struct{}, printsAtOnce),
		cards:  newAllowance(now, rate.Every(time.Second/2), 120),

		bundles: make(chan struct{}, bundlesAtOnce),
		sending: backpack.MostTogether + 1<<20,

		verifies: newAllowance(now, rate.Every(3*time.Second), 20),
		turns:    make(chan struct{}, verifyAtOnce),
	}
}

// allowance is a token bucket for each address; IPv6 counts by its /64, since one household has them all.
type allowance struct {
	mu      sync.Mutex
	now     func() time.Time
	every   rate.Limit
	burst   int
	buckets *expirable.LRU[netip.Prefix, *rate.Limiter]
}

func newAllowance(now func() time.Time, every rate.Limit, burst int) *allowance {
	return &allowance{now: now, every: every, burst: burst, buckets: expirable.NewLRU[netip.Prefix, *rate.Limiter](50_000, nil, time.Hour)}
}

// spend takes one from the address's bucket; when it is empty it says how long to wait.
func (a *allowance) spend(address string) (wait time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	key := household(address)
	bucket, ok := a.buckets.Get(key)
	if !ok {
		bucket = rate.NewLimiter(a.every, a.burst)
		a.buckets.Add(key, bucket)
	}
	now := a.now()
	booking := bucket.ReserveN(now, 1)
	if wait = booking.DelayFrom(now); wait > 0 {
		booking.CancelAt(now)
	}
	return wait
}

// household is the network an address stands for in counting.
func household(address string) netip.Prefix {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return netip.Prefix{}
	}
	ip = ip.Unmap().WithZone("")
	bits := 64
	if ip.Is4() {
		bits = 32
	}
	network, err := ip.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return network
}

// limited keeps a request from being done whose address has spent its allowance; again answers it instead, with the
// form as it was typed where there is one.
func limited(a *allowance, again echo.HandlerFunc) echo.MiddlewareFunc {
	return limitedBy(func(echo.Context) *allowance { return a }, again)
}

// limitedBy is limited where what is asked decides which allowance it is taken from.
func limitedBy(which func(echo.Context) *allowance, again echo.HandlerFunc) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			wait := which(c).spend(c.RealIP())
			if wait == 0 {
				return next(c)
			}
			c.Set(slowed, wait)
			c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(int(wait.Seconds())+1))
			return again(c)
		}
	}
}

// turn waits for a turn at what the whole house does few of at a time; done lets the next one in. errBusy.
func turn(ctx context.Context, turns chan struct{}, patience time.Duration) (done func(), err error) {
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	select {
	case turns <- struct{}{}:
		return func() { <-turns }, nil
	case <-waiting.Done():
		return nil, errBusy
	}
}

// slowed marks a request that was not done because its address asks too much; its page says so.
const slowed = "slowed"

// refused is the answer where no form was filled in.
func refused(c echo.Context) error {
	wait, _ := c.Get(slowed).(time.Duration)
	return tooMany{after: wait}
}

func (s *Site) joinAgain(c echo.Context) error {
	return s.showJoin(c, http.StatusTooManyRequests, joining(c), nil)
}

func (s *Site) signInAgain(c echo.Context) error {
	return s.showSignIn(c, http.StatusTooManyRequests, views.SignInPage{Email: c.FormValue("email")})
}

func (s *Site) forgotAgain(c echo.Context) error {
	return s.showForgot(c, http.StatusTooManyRequests, c.FormValue("email"), nil)
}

func (s *Site) resetAgain(c echo.Context) error {
	return s.showReset(c, http.StatusTooManyRequests, views.ResetPage{})
}

func (s *Site) confirmAgain(c echo.Context) error {
	return s.showConfirm(c, http.StatusTooManyRequests, views.ConfirmPage{AskPassword: c.FormValue("password") != ""})
}

func (s *Site) setupAgain(c echo.Context) error {
	typed := joining(c)
	return s.showSetup(c, http.StatusTooManyRequests, views.SetupPage{Name: typed.Name, Email: typed.Email})
}

func (s *Site) bringAgain(c echo.Context, me store.Person) error {
	page, err := s.addPage(c, me)
	if err != nil {
		return err
	}
	if size := c.Request().ContentLength; size >= 0 && size <= formMost { // more is not read for being refused
		page.Text = c.FormValue("text")
	}
	return s.show(c, http.StatusTooManyRequests, views.Add(page))
}
