package views

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/carnetbadges/carnet/static"
)

// SharePage is where the holder of a badge, a collection or a passport gives it to others (GET, POST /b/{id}/share,
// /c/{id}/share, /you/passport/share).
type SharePage struct {
	Frame      Frame
	ID, Name   string
	At         string // the address of what is given: /b/{id}, /c/{id} or /you/passport
	Kind       string // "collection" or "passport"; empty: it is a badge
	Lang       string
	Picture    string
	Visibility string
	Joins      []string // the addresses of the maker that making a link would show together; the form asks once more
	Public     string   // the public address of the badge; it opens for everybody where Visibility is public
	Links      []ShareLinkView
	Targets    Targets // of the public address or of the link chosen; empty: there is nothing to give yet
	Chosen     string  // the link whose address the targets take; empty: the public one
	Form       ShareForm
	Mistakes   map[string]string // field → reason: "password" → too-short, too-long; "expires" → unknown
	LinkedIn   string            // the number of the issuer's page, as remembered
	Mastodon   string            // the server typed
	Embed      Embed             // only of a public badge
	Shows      LinkShows         // of a passport
	Whole      bool              // of a badge: there are links to the whole passport, which show what is shown by link
}

// LinkShows counts the badges that one sees by a link to a passport, by who else sees them.
type LinkShows struct{ Public, Members, Link int }

func (l LinkShows) all() int { return l.Public + l.Members + l.Link }

// linkPart is how many badges of one visibility are seen by a link.
type linkPart struct {
	Visibility string
	Count      int
}

func (l LinkShows) parts() []linkPart {
	all := []linkPart{{"public", l.Public}, {"members", l.Members}, {"link", l.Link}}
	return slices.DeleteFunc(all, func(p linkPart) bool { return p.Count == 0 })
}

// Word is the word of a page that gives a badge, or of one that gives something else.
func (p SharePage) Word(word string) string {
	if p.Kind != "" {
		return word + "." + p.Kind
	}
	return word
}

// ShareForm is what makes a link, as it was typed. Expires is "", "week", "month" or "year".
type ShareForm struct{ Label, Expires string }

// ShareLinkView is a share link as its maker sees it.
type ShareLinkView struct {
	ID, Address, Label string
	Locked             bool
	Expires            *time.Time
	Ended              bool // it has run out
	CreatedAt          time.Time
	Opens, Downloads   int
	Days               []OpensView
}

// OpensView is how often a link was opened on a day; Share is of the busiest day's, in tenths from 0 to 10.
type OpensView struct {
	Day       time.Time
	Opens     int
	Downloads int
	Share     int
}

// Embed is what puts a badge on a page elsewhere.
type Embed struct{ HTML, Markdown, Image string }

// Given is what is given away: Credential is the badge's own id, Organization the number of its issuer's page on
// LinkedIn, or empty.
type Given struct {
	Name, Issuer, Address, Credential, Organization string
	IssuedOn, Expires                               *time.Time
}

// Targets are the addresses at which a badge is given to others; none of them is asked before somebody follows it.
type Targets struct {
	Address                                                          string
	LinkedInAdd, LinkedInPost, Mastodon, Bluesky, WhatsApp, Mail, QR string
}

// escaped writes a value into an address as RFC 3986 has it: a space is %20.
func escaped(value string) string { return strings.ReplaceAll(url.QueryEscape(value), "+", "%20") }

// addressed is an address with these pairs of names and values asked of it, in their order; empty values are left out.
func addressed(address string, pairs ...string) string {
	var q strings.Builder
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			continue
		}
		if q.Len() > 0 {
			q.WriteByte('&')
		}
		q.WriteString(pairs[i] + "=" + escaped(pairs[i+1]))
	}
	return address + "?" + q.String()
}

// LinkedInAdd is where LinkedIn asks to add a certification, all of it filled in. The issuer is told by the number of
// its page where that is known, which shows its picture, else by its name.
func LinkedInAdd(g Given) string {
	organization := []string{"organizationName", g.Issuer}
	if g.Organization != "" {
		organization = []string{"organizationId", g.Organization}
	}
	pairs := append([]string{"startTask", "CERTIFICATION_NAME", "name", g.Name}, organization...)
	pairs = append(pairs, monthOf("issue", g.IssuedOn)...)
	pairs = append(pairs, monthOf("expiration", g.Expires)...)
	return addressed("https://www.linkedin.com/profile/add", append(pairs, "certUrl", g.Address, "certId", g.Credential)...)
}

func monthOf(what string, t *time.Time) []string {
	if t == nil {
		return nil
	}
	return []string{what + "Year", strconv.Itoa(t.UTC().Year()), what + "Month", strconv.Itoa(int(t.UTC().Month()))}
}

// GiveTo are the targets of what is given; say is the sentence that goes with it, server a Mastodon server, or empty.
func GiveTo(g Given, say, server string) Targets {
	t := Targets{
		Address: g.Address, LinkedInAdd: LinkedInAdd(g),
		LinkedInPost: addressed("https://www.linkedin.com/sharing/share-offsite/", "url", g.Address),
		Bluesky:      addressed("https://bsky.app/intent/compose", "text", say+" "+g.Address),
		WhatsApp:     addressed("https://wa.me/", "text", say+" "+g.Address),
		Mail:         addressed("mailto:", "subject", g.Name, "body", say+"\r\n\r\n"+g.Address+"\r\n"), // RFC 6068 §5
	}
	if server != "" {
		t.Mastodon = addressed("https://"+server+"/share", "text", say+" "+g.Address)
	}
	return t
}

// SharedPage asks for the password of a share link (GET, POST /s/{secret}), or says that it has ended.
type SharedPage struct {
	Frame   Frame
	Secret  string
	Mistake string // wrong or slow-down
}

// EmbedPage is a badge in a frame of somebody else's page (GET /b/{id}/embed).
type EmbedPage struct {
	Address, Name, Lang, Issuer, Holder, Picture string
	Verdict, Standing                            string
}

// EmbedSheet is the sheet that embedded pages carry within them.
var EmbedSheet = sync.OnceValue(func() string {
	sheet, _, _, _ := static.Open(strings.TrimPrefix(static.Path("embed.css"), static.Prefix), "")
	return string(sheet)
})

// EmbedCollectionPage is a collection in a frame of somebody else's page (GET /c/{id}/embed): its first badges, of Count.
type EmbedCollectionPage struct {
	Address, Title, Holder string
	Count                  int
	Badges                 []EmbedPage
}

func orNever(expires string) string {
	if expires == "" {
		return "never"
	}
	return expires
}

// mistake is the sentence beside a field; empty: nothing is wrong there.
func (p SharePage) mistake(ctx context.Context, field string) string {
	if p.Mistakes[field] == "" {
		return ""
	}
	return T(ctx, "share."+field+"."+p.Mistakes[field])
}
