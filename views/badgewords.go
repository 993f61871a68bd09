package views

import (
	"context"
	"net/url"
	"strconv"
	"strings"
)

// seen are the choices of visibility, from closed to open.
var seen = []struct{ Visibility, Icon string }{{"private", "lock"}, {"link", "link"}, {"members", "people"}, {"public", "globe"}}

func pressed(is bool) string { return strconv.FormatBool(is) }

func (p BadgePage) width() string  { return pixels(p.PictureSize[0]) }
func (p BadgePage) height() string { return pixels(p.PictureSize[1]) }

// pixels leaves room for a picture of unknown size: a square, as badges mostly are.
func pixels(n int) string {
	if n <= 0 {
		return "480"
	}
	return strconv.Itoa(n)
}

func (p BadgePage) alt(ctx context.Context) string {
	if p.PictureAlt != "" {
		return p.PictureAlt
	}
	return T(ctx, "badge.alt", "Name", p.Name, "Issuer", p.Issuer.Name)
}

func (p BadgePage) toldWhat() bool {
	return p.Criteria != "" || p.CriteriaURL != "" || p.Narrative != "" || len(p.Tags) > 0
}

func (p BadgePage) tabs() []filter {
	tabs := []filter{}
	if p.toldWhat() {
		tabs = append(tabs, filter{"done", 0})
	}
	if n := len(p.Evidence) + len(p.Beside); n > 0 || p.mayAdd() {
		tabs = append(tabs, filter{"evidence", n})
	}
	if n := len(p.Alignments); n > 0 {
		tabs = append(tabs, filter{"alignments", n})
	}
	if n := len(p.Endorsed); n+len(p.OwnWords) > 0 {
		tabs = append(tabs, filter{"endorsements", n})
	}
	if n := len(p.Others); n > 0 {
		tabs = append(tabs, filter{"people", n})
	}
	if len(p.Former) > 0 {
		tabs = append(tabs, filter{"versions", len(p.Former) + 1})
	}
	return append(tabs, filter{"files", 0})
}

// technicality is a word key and what stands beside it.
type technicality struct{ Word, Value string }

// technical are the ids in the credential, and where it was fetched from: what programs know a badge by.
func (p BadgePage) technical() (facts []technicality) {
	for _, one := range []technicality{
		{"badge.credential", p.Credential}, {"badge.achievement", p.Achievement}, {"badge.issuer", p.IssuerID}, {"badge.source", p.Source},
	} {
		if one.Value != "" {
			facts = append(facts, one)
		}
	}
	return facts
}

// standard is the word key of the badge's standard and proof, in a line for those who want to know.
func (p BadgePage) standard() string {
	switch p.Verdict.Standard {
	case "0.5", "1.0", "1.1":
		return "1"
	case "2.0":
		return "2"
	case "3.0":
		return "3"
	}
	return "vc"
}

// mayAdd says whether whoever looks may put evidence beside the badge.
func (p BadgePage) mayAdd() bool { return p.Owner != nil && p.Owner.DeletedAt == nil }

// evidenceAt is where evidence is put beside the badge.
func (p BadgePage) evidenceAt() string { return "/b/" + p.ID + "/evidence" }

func (e EvidenceView) icon() string {
	switch {
	case e.IsPicture:
		return "picture"
	case e.File != nil:
		return "file"
	case e.URL != "":
		return "link"
	case e.Narrative != "":
		return "quote"
	}
	return "file"
}

// link is where the title of a piece leads: to its file, else to where it points.
func (e EvidenceView) link() string {
	if e.File != nil {
		return e.File.Href
	}
	return e.URL
}

// meta is what is said below a piece, besides where it points.
func (e EvidenceView) meta(ctx context.Context) (words []string) {
	if e.Genre != "" {
		words = append(words, e.Genre)
	}
	if e.File != nil && e.File.Size > 0 {
		words = append(words, fileSize(ctx, e.File.Size))
	}
	return words
}

func (e EvidenceView) title(ctx context.Context) string {
	switch {
	case e.Name != "":
		return e.Name
	case e.File != nil:
		return e.File.Name
	case e.URL != "":
		return host(e.URL)
	}
	return T(ctx, "badge.evidence.unnamed")
}

func (a AlignmentView) title() string {
	switch {
	case a.Name != "":
		return a.Name
	case a.Code != "":
		return a.Code
	}
	return host(a.URL)
}

func (f FileView) isCertificate() bool { return f.Kind == "certificate" }

func (f FileView) icon() string {
	switch f.Kind {
	case "png", "svg":
		return "picture"
	case "original", "certificate":
		return "file"
	}
	return "link"
}

// say is the second line of a file: its own name where it has one, else what it is good for.
func (f FileView) say(ctx context.Context) string {
	words := []string{}
	if f.Name != "" {
		words = append(words, f.Name)
	} else {
		words = append(words, T(ctx, "file."+f.Kind+".what"))
	}
	if f.Size > 0 {
		words = append(words, fileSize(ctx, f.Size))
	}
	return strings.Join(words, " · ")
}

// host is where a link leads, without the "www." nobody reads.
func host(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return address
	}
	return strings.TrimPrefix(u.Host, "www.")
}

// fileSize writes a number of bytes as people do, in steps of a thousand, rounded down so that a limit is never overstated.
func fileSize(ctx context.Context, n int64) string {
	switch {
	case n < 1000:
		return T(ctx, "size.b", "Count", int(n))
	case n < 1000*1000:
		return T(ctx, "size.kb", "Number", Number(ctx, int(n/1000)))
	}
	return T(ctx, "size.mb", "Number", Number(ctx, int(n/1000/1000)))
}
