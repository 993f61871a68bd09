package fetch

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

const (
	freshUnsaid = time.Minute // how long an answer is good whose host does not say
	freshMost   = time.Hour   // how long at most, so that a revocation is seen
	entryCost   = 512         // bytes an answer costs besides its body
)

// cache keeps answers as long as they are fresh, the least recently used going first when their bytes exceed the cap.
type cache struct {
	mu    sync.Mutex
	most  int
	size  int
	pages *simplelru.LRU[string, entry]
}

type entry struct {
	page  Page
	until time.Time
}

func newCache(most int) *cache {
	c := &cache{most: most}
	pages, err := simplelru.NewLRU(most/entryCost, func(key string, e entry) { c.size -= cost(key, e.page) })
	if err != nil {
		panic(err) // only a size below 1 is an error
	}
	c.pages = pages
	return c
}

func cost(key string, p Page) int {
	return len(key) + len(p.URL) + len(p.ContentType) + len(p.Body) + entryCost
}

func (c *cache) page(key string, now time.Time) (Page, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, found := c.pages.Get(key)
	if found && !now.Before(e.until) {
		c.pages.Remove(key)
		return Page{}, false
	}
	return e.page, found
}

func (c *cache) keep(key string, page Page, fresh time.Duration, now time.Time) {
	if fresh <= 0 || cost(key, page) > c.most/2 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pages.Remove(key)
	page.Body = page.copy().Body // without the room the buffer had to grow
	c.pages.Add(key, entry{page, now.Add(fresh)})
	c.size += cost(key, page)
	for c.size > c.most {
		c.pages.RemoveOldest()
	}
}

// freshness is how long an answer may be given again (RFC 9111 §4.2), from 0 to one hour.
// Only what says that something is there or is gone is kept; a failing host is asked again.
func freshness(status int, header http.Header) time.Duration {
	switch status {
	case http.StatusOK, http.StatusNotFound, http.StatusGone:
	default:
		return 0
	}
	age, _ := seconds(header.Get("Age")) // an unreadable age is none
	return min(lifetime(header)-age, freshMost)
}

// lifetime reads Cache-Control, and Expires where that says nothing.
func lifetime(header http.Header) time.Duration {
	life, said := freshUnsaid, false
	for directive := range strings.SplitSeq(strings.ToLower(strings.Join(header.Values("Cache-Control"), ",")), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
		switch name {
		case "no-store", "no-cache", "private":
			return 0
		case "max-age":
			said = true
			life, _ = seconds(strings.Trim(value, `"`)) // unreadable is stale (RFC 9111 §4.2.1)
		}
	}
	if expires := header.Get("Expires"); expires != "" && !said {
		return untilExpires(expires, header.Get("Date"))
	}
	return life
}

func untilExpires(expires, date string) time.Duration {
	end, err := http.ParseTime(expires)
	if err != nil {
		return 0
	}
	start, err := http.ParseTime(date)
	if err != nil {
		return 0
	}
	return end.Sub(start)
}

func seconds(text string) (time.Duration, bool) {
	n, err := strconv.ParseUint(text, 10, 31)
	return time.Duration(n) * time.Second, err == nil
}
