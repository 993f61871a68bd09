package parcel

import (
	"bytes"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// inText are the badges in a text; alone says that the text as a whole is one thing, be it a badge or a link.
func inText(text []byte) (found []Find, alone bool) {
	text = bytes.TrimSpace(bytes.TrimPrefix(bytes.TrimSpace(text), []byte("\xef\xbb\xbf")))
	switch {
	case len(text) == 0:
		return nil, true
	case text[0] == '{' || text[0] == '[':
		if json.Valid(text) {
			return inJSON(text)
		}
	case text[0] == '<' && (bytes.Contains(text, []byte("<svg")) && !bytes.Contains(text, []byte("<html")) || bytes.Contains(text, []byte(":svg"))):
		return nil, true
	case bytes.HasPrefix(text, []byte("%PDF")), bytes.HasPrefix(text, []byte("data:")):
		return nil, true
	}
	words := strings.Fields(string(text))
	if len(words) == 1 && (isLink(words[0]) || isToken(words[0])) {
		return nil, true
	}
	if list := onlyLinks(words); list != nil {
		return list, false
	}
	return inLetter(string(text)), false
}

// onlyLinks are the links and signed badges of a list that has nothing else; they are all meant.
func onlyLinks(words []string) (found []Find) {
	for _, word := range words {
		switch {
		case isLink(word):
			found = append(found, Find{Link: word})
		case isToken(word):
			found = append(found, Find{Data: []byte(word)})
		default:
			return nil
		}
	}
	return found
}

// inLetter are the badges in words that somebody wrote: JSON, signed tokens, and the links that look as if they led to one;
// where none does, those that are left when the links every letter has are taken away.
func inLetter(text string) []Find {
	text, found := takeJSON(text)
	text = token.ReplaceAllStringFunc(text, func(t string) string {
		if !isToken(t) {
			return t
		}
		found = append(found, Find{Data: []byte(t)})
		return " "
	})
	for _, link := range chosen(linksIn(text)) {
		found = append(found, Find{Link: link})
	}
	return found
}

// takeJSON takes the JSON out of a text in which there are badges. What is scanned in vain is bounded.
func takeJSON(text string) (rest string, found []Find) {
	var kept strings.Builder
	tries := 8 * len(text)
	for {
		begins := strings.IndexByte(text, '{')
		if begins < 0 || tries <= 0 {
			kept.WriteString(text)
			return kept.String(), found
		}
		length := objectAt(text[begins:])
		tries -= max(length, -length)
		if length > 0 {
			raw := []byte(text[begins : begins+length])
			more, alone := inJSON(raw)
			if alone {
				more = []Find{{Data: raw}}
			}
			if len(more) > 0 {
				found = append(found, more...)
				kept.WriteString(text[:begins] + " ")
				text = text[begins+length:]
				continue
			}
		}
		kept.WriteString(text[:begins+1])
		text = text[begins+1:]
	}
}

// objectAt is how long the JSON object is that a text begins with; less than nothing, by what was looked at, where it ends
// nowhere.
func objectAt(text string) int {
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return -len(text)
}

var (
	token = regexp.MustCompile(`eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+`)
	link  = regexp.MustCompile(`(?i)https?://[^\s<>"'\x60\\^{}|]+`)
)

// isToken tells a compact JWS that is long enough to be a badge.
func isToken(text string) bool {
	const shortest = 120
	return len(text) >= shortest && strings.HasPrefix(text, "eyJ") && token.FindString(text) == text
}

const longestLink = 2000

// isLink tells an address of the web, alone.
func isLink(text string) bool {
	if len(text) > longestLink || len(text) < 10 || strings.ContainsAny(text, " \t\r\n<>\"") {
		return false
	}
	lower := strings.ToLower(text[:8])
	if !strings.HasPrefix(lower, "https://") && !strings.HasPrefix(lower, "http://") {
		return false
	}
	u, err := url.Parse(text)
	return err == nil && u.Host != ""
}

// linksIn are the links of a text, in order, each once: those of HTML by what they lead to. Pictures are told apart.
func linksIn(text string) (links, pictures []string) {
	seen := map[string]bool{}
	add := func(to *[]string, one string) {
		one = unwrapped(strings.TrimSpace(one))
		if isLink(one) && !seen[one] && len(seen) < mostLinks {
			seen[one] = true
			*to = append(*to, one)
		}
	}
	words := text
	if looksHTML(text) {
		words = readHTML(text, func(tag, key, value string) {
			switch {
			case tag == "a" && key == "href":
				add(&links, value)
			case tag == "img" && key == "src":
				add(&pictures, value)
			}
		})
	}
	for _, one := range link.FindAllString(words, 4*mostLinks) {
		add(&links, trimmed(one))
	}
	return links, pictures
}

// readHTML tells of every attribute, and gives back the words between the tags.
func readHTML(text string, tell func(tag, key, value string)) string {
	var words strings.Builder
	reader := html.NewTokenizer(strings.NewReader(text))
	for kind := reader.Next(); kind != html.ErrorToken; kind = reader.Next() {
		switch part := reader.Token(); kind {
		case html.TextToken:
			words.WriteString(" " + part.Data)
		case html.StartTagToken, html.SelfClosingTagToken:
			for _, a := range part.Attr {
				tell(part.Data, a.Key, a.Val)
			}
		}
	}
	return words.String()
}

const mostLinks = 2000

func looksHTML(text string) bool {
	lower := strings.ToLower(text)
	for _, tag := range []string{"<html", "<a ", "<body", "<p>", "<div", "<img "} {
		if strings.Contains(lower, tag) {
			return true
		}
	}
	return false
}

// trimmed is a link without what closes the sentence or the bracket around it.
func trimmed(one string) string {
	for one != "" {
		last := one[len(one)-1]
		switch {
		case strings.IndexByte(".,;:!?*_", last) >= 0:
		case last == ')' && strings.Count(one, ")") > strings.Count(one, "("):
		case last == ']' && strings.Count(one, "]") > strings.Count(one, "["):
		default:
			return strings.TrimRight(one, "»”’…")
		}
		one = one[:len(one)-1]
	}
	return one
}

// unwrapped is the link itself where a mail program has wrapped it in one of its own.
func unwrapped(one string) string {
	u, err := url.Parse(one)
	if err != nil {
		return one
	}
	host := strings.ToLower(u.Hostname())
	for suffix, key := range map[string]string{"safelinks.protection.outlook.com": "url", "www.google.com": "q", "urldefense.com": "u"} {
		if inner := u.Query().Get(key); strings.HasSuffix(host, suffix) && isLink(inner) {
			return inner
		}
	}
	return one
}

// What links of a letter lead to: badges by these words, and by those what nobody means to bring, and what must not be
// opened for having been pasted.
var (
	promising = regexp.MustCompile(`(?i)badge|assertion|credential|award|certif|openbadge|diploma|microcert|/ob[23]?/|\.(png|svg|jws|jwt|json|jsonld)(\?|$)`)
	avoided   = regexp.MustCompile(`(?i)unsubscri|opt-?out|desinscri|désinscri|abbestell|preferences|/privacy|/terms|/legal|/imprint|/help|/support|/contact|list-manage|` +
		`/open\?|/track|pixel|spacer|/logo|footer|facebook\.|twitter\.|//x\.com|linkedin\.|instagram\.|youtube\.|apple\.com/DTDs|w3\.org/|schemas?\.|xmlns|` +
		`sign-?out|log-?out|/delete|/remove|/confirm|/reset|/verify-email`)
)

// chosen are the links that are meant: those that look like a badge's, else the pictures that do, else all that are not
// avoided.
func chosen(links, pictures []string) []string {
	all := slices.DeleteFunc(links, avoided.MatchString)
	dull := func(l string) bool { return !promising.MatchString(l) }
	if likely := slices.DeleteFunc(slices.Clone(all), dull); len(likely) > 0 {
		return likely
	}
	if likely := slices.DeleteFunc(slices.DeleteFunc(pictures, avoided.MatchString), dull); len(likely) > 0 {
		return likely
	}
	return all
}
