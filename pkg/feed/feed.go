// Package feed writes what is new somewhere as Atom (RFC 4287), RSS 2.0 and JSON Feed 1.1. It knows nothing of badges,
// of people or of HTTP.
package feed

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"time"
)

// Feed is what a reader follows. All addresses are absolute; what is empty is left out.
type Feed struct {
	ID        string // for ever the same; see Tag
	Title     string
	Subtitle  string
	Lang      string // BCP 47
	Home      string // the page it speaks of
	Self      string // where it is
	Next      string // where its older entries are
	Icon      string // a picture of what it speaks of
	Author    string
	AuthorURL string
	Updated   time.Time // of the latest entry; of an empty feed, when what it speaks of began
	Entries   []Entry   // the newest first
}

// Entry is one thing that is new.
type Entry struct {
	ID        string // for ever the same; see Tag
	Title     string
	Lang      string // BCP 47, of the title
	URL       string
	Summary   string // in plain words
	HTML      string // in whole: markup that is safe to show
	Author    string
	AuthorURL string
	Image     string
	ImageType string // its media type
	Published time.Time
	Updated   time.Time
	Tags      []string
}

// Tag is an id that stays when an address changes (RFC 4151): of something of a kind which a host named on a day.
func Tag(host string, day time.Time, kind, name string) string {
	return "tag:" + host + "," + day.UTC().Format(time.DateOnly) + ":" + kind + "/" + url.PathEscape(name)
}

// Hidden is a name for what has one that is nobody's to know.
func Hidden(name string) string {
	sum := sha256.Sum256([]byte("feed " + name))
	return hex.EncodeToString(sum[:10])
}

// Media are the media types of the forms.
const (
	AtomType = "application/atom+xml"
	RSSType  = "application/rss+xml"
	JSONType = "application/feed+json"
)

// generator is what the feeds say they were made by.
const generator = "Carnet"

func rfc3339(t time.Time) string { return t.UTC().Truncate(time.Second).Format(time.RFC3339) }

// rfc822 is how RSS writes times, with the year in four digits as everybody does.
func rfc822(t time.Time) string { return t.UTC().Format("Mon, 02 Jan 2006 15:04:05 ") + "GMT" }
