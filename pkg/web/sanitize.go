package web

import (
	"bytes"
	"html/template"
	"net/url"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
)

// proseLimit is the longest text of an issuer that is shown, in bytes.
const proseLimit = 64 << 10

// sanitizer turns what issuers wrote into HTML that can harm nobody. It is the only one.
type sanitizer struct {
	markdown goldmark.Markdown
	policy   *bluemonday.Policy
}

func newSanitizer() sanitizer {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "ul", "ol", "li", "blockquote", "code", "pre", "em", "strong", "b", "i", "del", "hr", "sub", "sup")
	p.AllowElements("table", "thead", "tbody", "tr", "th", "td")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto")
	p.RequireParseableURLs(true)
	p.AllowRelativeURLs(false)
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	return sanitizer{markdown: goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough, extension.Linkify)), policy: p}
}

// prose shows Markdown, or the HTML some issuers write instead, as safe HTML; pictures are left out, since
// loading them would tell the issuer who reads. Headings become bold lines: the page has its own outline. A text that
// would be dear to format is shown as it was typed; of one longer than proseLimit the beginning.
func (s sanitizer) prose(text string) template.HTML {
	text = beginning(strings.TrimSpace(text), proseLimit)
	if looksLikeHTML(text) {
		return s.harmless(text)
	}
	if !formattable(text) {
		return s.typed(text)
	}
	var out bytes.Buffer
	if err := s.markdown.Convert([]byte(text), &out); err != nil {
		return s.typed(text)
	}
	return s.harmless(out.String())
}

// typed shows a text as it was typed, line by line.
func (s sanitizer) typed(text string) template.HTML {
	return s.harmless("<p>" + strings.ReplaceAll(template.HTMLEscapeString(text), "\n", "<br>\n") + "</p>")
}

func (s sanitizer) harmless(source string) template.HTML {
	return template.HTML(strings.TrimSpace(s.policy.Sanitize(headings.Replace(source)))) //nolint:gosec // sanitised on this line
}

// headings turns every heading into a bold paragraph.
var headings = strings.NewReplacer(
	"<h1>", "<p><b>", "</h1>", "</b></p>", "<h2>", "<p><b>", "</h2>", "</b></p>", "<h3>", "<p><b>", "</h3>", "</b></p>",
	"<h4>", "<p><b>", "</h4>", "</b></p>", "<h5>", "<p><b>", "</h5>", "</b></p>", "<h6>", "<p><b>", "</h6>", "</b></p>",
)

// looksLikeHTML recognises text that was written as HTML, by a closing tag of a block or a paragraph.
func looksLikeHTML(text string) bool {
	lower := strings.ToLower(text)
	for _, tag := range []string{"</p>", "</ul>", "</ol>", "</div>", "<br>", "<br/>", "<br />", "</h2>", "</table>"} {
		if strings.Contains(lower, tag) {
			return true
		}
	}
	return false
}

// weblink is address when it is an http(s) link a person may follow, else empty.
func weblink(address string) string {
	parsed, err := url.Parse(strings.TrimSpace(address))
	if err != nil || parsed.Host == "" || parsed.User != nil || (parsed.Scheme != "http" && parsed.Scheme != "https") {
		return ""
	}
	return parsed.String()
}
