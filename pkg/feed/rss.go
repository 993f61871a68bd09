package feed

import "encoding/xml"

type rss struct {
	XMLName xml.Name   `xml:"rss"`
	Version string     `xml:"version,attr"`
	Atom    string     `xml:"xmlns:atom,attr"`
	Content string     `xml:"xmlns:content,attr"`
	DC      string     `xml:"xmlns:dc,attr"`
	Media   string     `xml:"xmlns:media,attr"`
	Channel rssChannel `xml:"channel"`
}

type rssChannel struct {
	Title         string     `xml:"title"`
	Link          string     `xml:"link"`
	Description   string     `xml:"description"`
	Language      string     `xml:"language,omitempty"`
	LastBuildDate string     `xml:"lastBuildDate"`
	Generator     string     `xml:"generator"`
	Docs          string     `xml:"docs"`
	TTL           string     `xml:"ttl"`
	Image         *rssImage  `xml:"image"`
	Links         []atomLink `xml:"atom:link"`
	Items         []rssItem  `xml:"item"`
}

type rssImage struct {
	URL   string `xml:"url"`
	Title string `xml:"title"`
	Link  string `xml:"link"`
}

type rssItem struct {
	Title       string    `xml:"title"`
	Link        string    `xml:"link"`
	Description string    `xml:"description"`
	GUID        rssGUID   `xml:"guid"`
	PubDate     string    `xml:"pubDate"`
	Creator     string    `xml:"dc:creator,omitempty"`
	Categories  []string  `xml:"category"`
	Picture     *rssMedia `xml:"media:content"`
	Whole       string    `xml:"content:encoded,omitempty"`
}

type rssGUID struct {
	Permanent bool   `xml:"isPermaLink,attr"`
	ID        string `xml:",chardata"`
}

type rssMedia struct {
	URL    string `xml:"url,attr"`
	Type   string `xml:"type,attr,omitempty"`
	Medium string `xml:"medium,attr"`
}

// RSS is the feed as the specification of RSS 2.0.11 and the profile of its advisory board have it.
func (f Feed) RSS() ([]byte, error) {
	channel := rssChannel{
		Title: f.Title, Link: f.Home, Description: f.Subtitle, Language: f.Lang, LastBuildDate: rfc822(f.Updated),
		Generator: generator, Docs: "https://www.rssboard.org/rss-specification", TTL: "60",
		Links: []atomLink{{"self", RSSType, f.Self}},
	}
	if channel.Description == "" {
		channel.Description = f.Title
	}
	if f.Next != "" {
		channel.Links = append(channel.Links, atomLink{"next", RSSType, f.Next})
	}
	if f.Icon != "" {
		channel.Image = &rssImage{f.Icon, f.Title, f.Home}
	}
	for _, e := range f.Entries {
		channel.Items = append(channel.Items, e.rss())
	}
	return document(rss{
		Version: "2.0", Atom: "http://www.w3.org/2005/Atom", Content: "http://purl.org/rss/1.0/modules/content/",
		DC: "http://purl.org/dc/elements/1.1/", Media: "http://search.yahoo.com/mrss/", Channel: channel,
	})
}

func (e Entry) rss() rssItem {
	item := rssItem{
		Title: e.Title, Link: e.URL, Description: e.Summary, GUID: rssGUID{ID: e.ID}, PubDate: rfc822(e.Published),
		Creator: e.Author, Categories: e.Tags, Whole: e.HTML,
	}
	if e.Image != "" {
		item.Picture = &rssMedia{e.Image, e.ImageType, "image"}
	}
	return item
}
