package web

import (
	"net/netip"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/expirable"
	"github.com/labstack/echo/v4"
	"golang.org/x/time/rate"
)

// limits bound what one address may ask for; each kind of deed has its own allowance.
type limits struct {
	doors   *allowance // passwords, letters, secrets
	imports *allowance // badges brought in, checks asked for
}

func newLimits(now func() time.Time) limits {
	return limits{
		doors:   newAllowance(now, rate.Every(6*time.Second), 10),
		imports: newAllowance(now, rate.Every(2*time.Second), 30),
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

// limited refuses a request whose address has spent its allowance.
func limited(a *allowance) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if wait := a.spend(c.RealIP()); wait > 0 {
				return tooMany{after: wait}
			}
			return next(c)
		}
	}
}
