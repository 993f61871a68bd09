package feed_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/carnetbadges/carnet/pkg/feed"
)

var noon = time.Date(2026, time.November, 26, 12, 0, 0, 5, time.FixedZone("CET", 3600))

// some is a feed of what issuers call their badges, well and badly.
func some(names ...string) feed.Feed {
	f := feed.Feed{
		ID: feed.Tag("carnet.example", noon, "passport", feed.Hidden("01K")), Title: "Amina · badges", Subtitle: "All of them", Lang: "fr",
		Home: "https://carnet.example/@amina", Self: "https://carnet.example/@amina/feed", Next: "https://carnet.example/@amina/feed?after=x&lang=fr",
		Icon: "https://carnet.example/@amina/portrait", Author: "Amina", AuthorURL: "https://carnet.example/@amina", Updated: noon,
	}
	for i, name := range names {
		f.Entries = append(f.Entries, feed.Entry{
			ID: feed.Tag("carnet.example", noon, "badge", fmt.Sprint(i)), Title: name, Lang: "ar", URL: "https://carnet.example/b/" + fmt.Sprint(i),
			Summary: name, HTML: "<p>" + name + "</p>", Author: name, AuthorURL: "https://issuer.example/?a=1&b=2",
			Image: "https://carnet.example/b/1/picture?v=1", ImageType: "image/png", Published: noon, Updated: noon, Tags: []string{name},
		})
	}
	return f
}

func hostile() []string {
	return []string{"Gardener", "R&D <b>\"tea\"</b>", "]]>", "<!--", "بستاني", "\x00\x0b", "\xff", "a\r\nb", "&amp;", strings.Repeat("茶", 3000), "\u2028", "\ufffe"}
}

// node is any element of XML.
type node struct {
	XMLName xml.Name
	Attrs   []xml.Attr `xml:",any,attr"`
	Text    string     `xml:",chardata"`
	Nodes   []node     `xml:",any"`
}

func (n node) all(space, name string) (found []node) {
	for _, one := range n.Nodes {
		if one.XMLName.Local == name && one.XMLName.Space == space {
			found = append(found, one)
		}
	}
	return found
}

func (n node) attr(name string) string {
	for _, a := range n.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// parsed reads a document; it must be well-formed, in UTF-8, and hold no character that XML does not.
func parsed(t *testing.T, document []byte) (root node) {
	t.Helper()
	if !utf8.Valid(document) {
		t.Fatal("not UTF-8")
	}
	d := xml.NewDecoder(strings.NewReader(string(document)))
	d.Strict = true
	if err := d.Decode(&root); err != nil {
		t.Fatalf("%v: %s", err, document)
	}
	return root
}

// counted demands how often a child stands in its parent: once ("1"), at most once ("?") or as often as it likes ("*");
// others of that space may not.
func counted(t *testing.T, parent node, space string, rules map[string]string) {
	t.Helper()
	for name, rule := range rules {
		n := len(parent.all(space, name))
		if rule == "1" && n != 1 || rule == "?" && n > 1 {
			t.Errorf("%s has %d %s", parent.XMLName.Local, n, name)
		}
	}
	for _, one := range parent.Nodes {
		if _, known := rules[one.XMLName.Local]; !known && one.XMLName.Space == space {
			t.Errorf("%s may not stand in %s", one.XMLName.Local, parent.XMLName.Local)
		}
	}
}

func absolute(t *testing.T, address string) {
	t.Helper()
	if u, err := url.Parse(address); err != nil || !u.IsAbs() {
		t.Errorf("%q is no IRI: %v", address, err)
	}
}

var tagURI = regexp.MustCompile(`^tag:[a-z0-9.-]+,\d{4}(-\d{2}(-\d{2})?)?:[A-Za-z0-9._~/%-]+$`)

const atomSpace = "http://www.w3.org/2005/Atom"

// TestAtomObeysItsStandard holds the rules of RFC 4287 §4.1.1, §4.1.2, §4.2.6, §4.2.7 and §3.3.
func TestAtomObeysItsStandard(t *testing.T) {
	for _, f := range []feed.Feed{some(), some(hostile()...)} {
		document, err := f.Atom()
		if err != nil {
			t.Fatal(err)
		}
		root := parsed(t, document)
		if root.XMLName.Space != atomSpace || root.XMLName.Local != "feed" || root.attr("lang") != "fr" {
			t.Errorf("%v %v", root.XMLName, root.Attrs)
		}
		counted(t, root, atomSpace, map[string]string{
			"id": "1", "title": "1", "updated": "1", "author": "1", "subtitle": "?", "logo": "?", "icon": "?", "generator": "?", "rights": "?", "link": "*", "entry": "*", "category": "*",
		})
		links(t, root)
		ids := []string{root.all(atomSpace, "id")[0].Text}
		for i, e := range root.all(atomSpace, "entry") {
			counted(t, e, atomSpace, map[string]string{"id": "1", "title": "1", "updated": "1", "published": "?", "author": "1", "summary": "?", "content": "?", "link": "*", "category": "*"})
			links(t, e)
			ids = append(ids, e.all(atomSpace, "id")[0].Text)
			if content := e.all(atomSpace, "content")[0]; content.attr("type") != "html" || content.attr("src") != "" {
				t.Errorf("content: %v", content.Attrs)
			}
			if got := e.all(atomSpace, "title")[0].Text; i == 1 && got != hostile()[1] {
				t.Errorf("the title is read as %q", got)
			}
			for _, when := range append(e.all(atomSpace, "updated"), e.all(atomSpace, "published")...) {
				if at, err := time.Parse(time.RFC3339, when.Text); err != nil || !at.Equal(noon.Truncate(time.Second)) {
					t.Errorf("%s: %v", when.Text, err)
				}
			}
		}
		for i, id := range ids {
			if !tagURI.MatchString(id) || slices.Contains(ids[:i], id) {
				t.Errorf("the id %q", id)
			}
		}
		if self, next := rel(root, "self"), rel(root, "next"); self != f.Self || next != f.Next {
			t.Errorf("self %q, next %q", self, next)
		}
	}
}

func rel(parent node, of string) string {
	for _, l := range parent.all(atomSpace, "link") {
		if l.attr("rel") == of {
			return l.attr("href")
		}
	}
	return ""
}

// links may be of one kind, type and language only once where they lead to the same in another form.
func links(t *testing.T, parent node) {
	t.Helper()
	alternates := 0
	for _, l := range parent.all(atomSpace, "link") {
		absolute(t, l.attr("href"))
		if l.attr("rel") == "alternate" {
			alternates++
		}
	}
	if alternates != 1 {
		t.Errorf("%d alternates", alternates)
	}
}

// TestRSSObeysItsStandard holds the rules of RSS 2.0 and of the profile of its advisory board.
func TestRSSObeysItsStandard(t *testing.T) {
	for _, f := range []feed.Feed{some(), some(hostile()...), {Title: "t", Home: "https://h.example/", Self: "https://h.example/f", Updated: noon}} {
		document, err := f.RSS()
		if err != nil {
			t.Fatal(err)
		}
		root := parsed(t, document)
		if root.XMLName.Local != "rss" || root.attr("version") != "2.0" || len(root.Nodes) != 1 {
			t.Errorf("%v %v", root.XMLName, root.Attrs)
		}
		channel := root.all("", "channel")[0]
		counted(t, channel, "", map[string]string{
			"title": "1", "link": "1", "description": "1", "language": "?", "lastBuildDate": "?", "generator": "?", "docs": "?", "ttl": "?", "image": "?", "item": "*",
		})
		absolute(t, channel.all("", "link")[0].Text)
		if rel(channel, "self") != f.Self {
			t.Error("it does not say where it is")
		}
		for _, image := range channel.all("", "image") {
			counted(t, image, "", map[string]string{"url": "1", "title": "1", "link": "1"})
			if image.all("", "title")[0].Text != channel.all("", "title")[0].Text || image.all("", "link")[0].Text != channel.all("", "link")[0].Text {
				t.Error("the picture is of something else")
			}
		}
		var guids []string
		for _, item := range channel.all("", "item") {
			counted(t, item, "", map[string]string{"title": "1", "link": "1", "description": "1", "guid": "1", "pubDate": "1", "category": "*"})
			guid := item.all("", "guid")[0]
			if guid.attr("isPermaLink") != "false" || !tagURI.MatchString(guid.Text) || slices.Contains(guids, guid.Text) {
				t.Errorf("%+v", guid)
			}
			guids = append(guids, guid.Text)
			if at, err := time.Parse(time.RFC1123, item.all("", "pubDate")[0].Text); err != nil || !at.Equal(noon.Truncate(time.Second)) {
				t.Errorf("%s: %v", item.all("", "pubDate")[0].Text, err)
			}
			if picture := item.all("http://search.yahoo.com/mrss/", "content"); len(picture) != 1 || picture[0].attr("url") != "https://carnet.example/b/1/picture?v=1" {
				t.Errorf("%+v", picture)
			}
		}
	}
}

// TestJSONFeedObeysItsStandard holds the rules of JSON Feed 1.1.
func TestJSONFeedObeysItsStandard(t *testing.T) {
	for _, f := range []feed.Feed{some(), some(hostile()...), {Title: "t", Home: "https://h.example/", Self: "https://h.example/f"}} {
		document, err := f.JSON()
		if err != nil {
			t.Fatal(err)
		}
		var whole map[string]any
		if err := json.Unmarshal(document, &whole); err != nil {
			t.Fatal(err)
		}
		items, listed := whole["items"].([]any)
		if whole["version"] != "https://jsonfeed.org/version/1.1" || whole["title"] != f.Title || !listed || len(items) != len(f.Entries) {
			t.Errorf("%v", whole)
		}
		for key := range whole {
			if !slices.Contains([]string{"version", "title", "home_page_url", "feed_url", "description", "next_url", "icon", "authors", "language", "items"}, key) {
				t.Errorf("it has a %s", key)
			}
		}
		ids := []any{}
		for _, one := range items {
			item := one.(map[string]any)
			if id := item["id"]; id == "" || slices.Contains(ids, id) || item["content_html"] == nil || item["authors"] == nil {
				t.Errorf("%v", item)
			}
			ids = append(ids, item["id"])
			for _, when := range []string{"date_published", "date_modified"} {
				if _, err := time.Parse(time.RFC3339, item[when].(string)); err != nil {
					t.Error(err)
				}
			}
		}
	}
}

func TestIdsStayAndTellNoId(t *testing.T) {
	if got := feed.Tag("carnet.example", noon, "badge", "a/b c"); got != "tag:carnet.example,2026-11-26:badge/a%2Fb%20c" {
		t.Error(got)
	}
	if one := feed.Hidden("01K"); one != feed.Hidden("01K") || one == feed.Hidden("01L") || strings.Contains(one, "01K") {
		t.Error(one)
	}
}
