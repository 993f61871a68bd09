package web

import (
	"runtime"
	"sort"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/carnetbadges/carnet/views"
)

// hostileProse are texts of 60 KB that are dear to a reader of Markdown or HTML, by what makes them so.
func hostileProse() map[string]string {
	const size = 60_000
	full := func(s string) string { return strings.Repeat(s, size/len(s)) }
	var stairs, ticks strings.Builder
	for i := 0; stairs.Len() < size; i++ {
		stairs.WriteString(strings.Repeat("  ", i) + "- a\n")
	}
	for i := 1; ticks.Len() < size; i++ {
		ticks.WriteString(strings.Repeat("`", i) + "a")
	}
	return map[string]string{
		"wide table":        strings.Repeat("a|", 10_000) + "\n" + strings.Repeat("-|", 10_000) + "\n" + strings.Repeat("x\n", 5000),
		"many tables":       full("a|b\n-|-\n"),
		"narrow table":      "a|b\n-|-\n" + full("x\n"),
		"quotes":            full(">"),
		"quoted quotes":     full(">>>>> a\n"),
		"quotes of lists":   full("> - "),
		"lists in a line":   full("1. ") + "a",
		"lists with a text": full("- ") + "a",
		"lists of lists":    full("* - + "),
		"lists as stairs":   stairs.String(),
		"lists with tabs":   full("-\t") + "a",
		"long list":         full("-\n"),
		"links begun":       full("[a]("),
		"pictures begun":    full("![a]("),
		"brackets":          full("["),
		"bracket lines":     full("[a\n"),
		"definitions":       full("[a]: <\n"),
		"long definition":   "[a]: http://" + strings.Repeat("a", size-3000) + "\n\n" + strings.Repeat("[a]", 1000),
		"long title":        "[a]: b '" + strings.Repeat("a\n", 20_000) + "'\n\n" + strings.Repeat("[a]", 60),
		"stars and lines":   full("*a_ "),
		"stars":             full("a**b"),
		"stars both ways":   strings.Repeat("*a ", 10_000) + strings.Repeat("a* ", 10_000),
		"tildes":            full("~~a"),
		"ticks":             ticks.String(),
		"same ticks":        full("`a"),
		"fences":            full("```\n"),
		"tags begun":        full("<a "),
		"notes begun":       full("<!--"),
		"instructions":      full("<?"),
		"addresses":         full("a@b.c "),
		"links":             full("http://a "),
		"hosts":             full("www.a "),
		"entities":          full("&a;"),
		"backslashes":       full("\\"),
		"lines":             full("a\n"),
		"empty lines":       full("\n"),
		"titles":            full("a\n-\n"),
		"headings":          full("# a\n"),
		"letters":           full("a"),
		"quotation marks":   full("\""),
		"not text":          full("\xff"),
		"HTML":              "</p>" + full("<b>"),
		"HTML links":        "</p>" + full("<a href='http://a'>"),
		"HTML attributes":   "</p><a " + full("href=b "),
		"HTML lists":        full("<ul><li>") + "</ul>",
		"HTML tables":       full("<table><tr><td>") + "</table>",
		"HTML notes":        "</p>" + full("<!--"),
		"HTML scripts":      "</p>" + full("<script>"),
	}
}

// ASVS: V15.2.2
func TestNoProseCostsMuch(t *testing.T) {
	if raced {
		t.Skip("the race detector takes its own time and memory")
	}
	clean := newSanitizer()
	all := hostileProse()
	for name, text := range hostileProse() {
		most := sort.Search(len(text), func(n int) bool { return !formattable(text[:n+1]) })
		all["formatted "+name] = text[:most]
	}
	for name, text := range all {
		var before, after runtime.MemStats
		quickest, smallest := time.Hour, uint64(1)<<62
		for range 10 { // a busy machine is no fault of the text
			runtime.ReadMemStats(&before)
			began := time.Now()
			clean.prose(text)
			quickest = min(quickest, time.Since(began))
			runtime.ReadMemStats(&after)
			if smallest = min(smallest, after.TotalAlloc-before.TotalAlloc); quickest <= 50*time.Millisecond {
				break
			}
		}
		t.Logf("%-28s %8v %6d KiB", name, quickest.Round(100*time.Microsecond), smallest>>10)
		if quickest > 50*time.Millisecond || smallest > 16<<20 {
			t.Errorf("%s: %v and %d KiB", name, quickest, smallest>>10)
		}
	}
}

func TestProseBeyondMeasureIsShownAsItWasTyped(t *testing.T) {
	clean := newSanitizer()
	for source, want := range map[string]string{
		strings.Repeat(">", 40) + "a\n*b* & <c>":    "<p>" + strings.Repeat("&gt;", 40) + "a<br>\n*b* &amp; &lt;c&gt;</p>",
		strings.Repeat("1. ", 30) + "a":             "<p>" + strings.Repeat("1. ", 30) + "a</p>",
		strings.Repeat("- ", 12) + "a":              "<li>a</li>",
		"a|b\n-|-\n1|2":                             "<td>1</td>",
		strings.Repeat("----------\n", 3):           "<hr>",
		strings.Repeat("See [a](https://b.c). ", 9): `href="https://b.c"`,
		"[a][1]\n\n[1]: https://b.c":                `href="https://b.c"`,
	} {
		if got := string(clean.prose(source)); !strings.Contains(got, want) {
			t.Errorf("%.40q\n gives %q\n want  %q", source, got, want)
		}
	}
}

// ASVS: V1.3.3, V15.2.2
func TestTextsOfAPageShareOneAllowance(t *testing.T) {
	page := newSanitizer().texts(t.Context())
	note := "<p><em>" + views.T(t.Context(), "badge.shortened") + "</em></p>"
	if got := string(page.prose("*a*")); got != "<p><em>a</em></p>" {
		t.Errorf("a short text is shown as %q", got)
	}
	total := 0
	for range 5 {
		got := string(page.prose(strings.Repeat("é ", 10_000)))
		if !utf8.ValidString(got) || strings.ContainsRune(got, utf8.RuneError) {
			t.Error("a letter was cut in two")
		}
		total += len(strings.TrimSuffix(got, note))
	}
	if total > proseLimit+100 {
		t.Errorf("%d bytes are shown", total)
	}
	for _, text := range []string{"what came too late", "and later"} {
		if got := string(page.prose(text)); got != note {
			t.Errorf("a text for which nothing is left is shown as %q", got)
		}
	}
	if got := page.prose(" "); got != "" {
		t.Errorf("no text is shown as %q", got)
	}
}

func TestOnlyTheFirstPiecesOfEvidenceAreFormatted(t *testing.T) {
	page := newSanitizer().texts(t.Context())
	for i := range 30 {
		got := string(page.evidence("*a*"))
		if want := map[bool]string{true: "<p><em>a</em></p>", false: "<p>*a*</p>"}[i < 20]; got != want {
			t.Errorf("piece %d is shown as %q", i, got)
		}
	}
	got := string(page.evidence(strings.Repeat("é<", 1000)))
	if len(got) > 2000 || !strings.HasSuffix(got, "…</p><p><em>"+views.T(t.Context(), "badge.shortened")+"</em></p>") || !utf8.ValidString(got) {
		t.Errorf("a long piece is shown as %q", got)
	}
}

// ASVS: V1.3.1, V1.3.5
func FuzzProse(f *testing.F) {
	for _, text := range hostileProse() {
		f.Add(text[:min(len(text), 500)])
	}
	for _, text := range []string{
		"# Aim\n\nTo **learn**\n\n1. a\n2. b", "<p>a</p>", "a < b & c", "a|b\n-|-\n1|2", "<scr<script>ipt></p>", "<a href=http://a></p>",
		"[a](mailto:b)", "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">", "</p><svg><style>", "</p><a href='http://a\"'>",
	} {
		f.Add(text)
	}
	clean := newSanitizer()
	f.Fuzz(func(t *testing.T, text string) {
		got := string(clean.prose(text))
		if again := clean.policy.Sanitize(got); again != got {
			t.Errorf("%q\n gives %q\n then  %q", text, got, again)
		}
		if len(got) > 128*len(text)+1024 {
			t.Errorf("%d bytes give %d", len(text), len(got))
		}
		if !utf8.ValidString(got) && utf8.ValidString(text) {
			t.Errorf("%q gives %q", text, got)
		}
	})
}
