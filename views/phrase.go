package views

import (
	"fmt"
	"strings"
)

// phrase is a sentence of a translator, taken apart once: a page has a hundred of them, and is drawn thousands of times a
// second. It knows what our words need of text/template: {{.Name}}, and {{if .Name}} with {{else}} and {{end}}.
type phrase []bit

// bit is a text, the value of a name or, where it asks, what is said when that value is something and when it is nothing.
type bit struct {
	text, name  string
	asks        bool
	then, other phrase
}

// takenApart reads a sentence, or says what in it is neither text nor known.
func takenApart(text string) (phrase, error) {
	s, end, rest, err := bits(text)
	if err == nil && (end != "" || rest != "") {
		err = fmt.Errorf("{{%s}} without an if before it", end)
	}
	return s, err
}

// bits reads up to the end of the text, or to the {{else}} or {{end}} that closes what it stands in.
func bits(text string) (s phrase, end, rest string, err error) {
	for {
		before, after, found := strings.Cut(text, "{{")
		if before != "" {
			s = append(s, bit{text: before})
		}
		if !found {
			return s, "", "", nil
		}
		action, after, found := strings.Cut(after, "}}")
		if !found {
			return nil, "", "", fmt.Errorf("{{ without its }}: %q", text)
		}
		text = after
		action = strings.TrimSpace(action)
		if action == "else" || action == "end" {
			return s, action, text, nil
		}
		name, asks := strings.CutPrefix(action, "if ")
		name, named := strings.CutPrefix(strings.TrimSpace(name), ".")
		if !named || name == "" || strings.ContainsAny(name, " .|(") {
			return nil, "", "", fmt.Errorf("no word of ours: {{%s}}", action)
		}
		p := bit{name: name, asks: asks}
		if asks {
			if p.then, p.other, text, err = choices(text); err != nil {
				return nil, "", "", err
			}
		}
		s = append(s, p)
	}
}

// choices reads what stands between an {{if}} and its {{end}}.
func choices(text string) (then, other phrase, rest string, err error) {
	then, end, rest, err := bits(text)
	if err == nil && end == "else" {
		other, end, rest, err = bits(rest)
	}
	if err == nil && end != "end" {
		err = fmt.Errorf("{{if}} without its {{end}}: %q", text)
	}
	return then, other, rest, err
}

// said is the sentence with the values of its names.
func (s phrase) said(value func(name string) (text string, is bool)) string {
	if len(s) == 1 && s[0].name == "" {
		return s[0].text
	}
	var out strings.Builder
	s.write(&out, value)
	return out.String()
}

func (s phrase) write(out *strings.Builder, value func(name string) (text string, is bool)) {
	for _, p := range s {
		if p.name == "" {
			out.WriteString(p.text)
			continue
		}
		text, is := value(p.name)
		switch {
		case p.asks && is:
			p.then.write(out, value)
		case p.asks:
			p.other.write(out, value)
		default:
			out.WriteString(text)
		}
	}
}
