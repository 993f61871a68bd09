package drawing

import (
	"fmt"
	"strings"
)

// rule is one selector of a style sheet with what it declares.
type rule struct {
	chain    []step // the last is the element itself
	weight   int    // specificity, then order
	declared []declaration
}

// step is one element of a selector, and whether it must be the parent of the next one.
type step struct {
	name, id string
	classes  []string
	parent   bool
}

type declaration struct {
	name, value string
	important   bool
}

// sheet reads a style sheet (CSS 2.2 §4, §5). What is asked of the outer world is passed over, as in a browser that shows a
// drawing as a picture; what is not understood is refused.
func sheet(text string, before int) (rules []rule, err error) {
	text = uncommented(text)
	for {
		text = strings.TrimSpace(text)
		if text == "" {
			return rules, nil
		}
		if text[0] == '@' {
			if text, err = at(text); err != nil {
				return nil, err
			}
			continue
		}
		head, rest, found := strings.Cut(text, "{")
		if !found {
			return rules, nil
		}
		var body string
		body, text = block(rest)
		more, err := rulesOf(head, body, before+len(rules))
		if err != nil {
			return nil, err
		}
		if rules = append(rules, more...); len(rules) > maxRules {
			return nil, fmt.Errorf("%w: more than %d rules of style", ErrTooDear, maxRules)
		}
	}
}

func uncommented(text string) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, "/*")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		out.WriteByte(' ')
		if _, text, found = strings.Cut(rest, "*/"); !found {
			return out.String()
		}
	}
}

// at passes over a rule that begins with @, if it changes nothing of a picture on a light ground.
func at(text string) (rest string, err error) {
	end := strings.IndexAny(text, ";{")
	if end < 0 {
		return "", nil
	}
	head := strings.ToLower(text[:end])
	rest = text[end+1:]
	if text[end] == '{' {
		_, rest = block(rest)
	}
	for _, harmless := range []string{"@charset", "@namespace", "@import", "@font-face"} {
		if strings.HasPrefix(head, harmless) {
			return rest, nil
		}
	}
	if strings.Join(strings.Fields(head), "") == "@media(prefers-color-scheme:dark)" {
		return rest, nil
	}
	return "", fmt.Errorf("%w: the rule %s", ErrUnfaithful, shortened(head))
}

// block is what stands before the brace that closes, and what behind it.
func block(text string) (body, rest string) {
	depth, quote := 1, byte(0)
	for i := range len(text) {
		switch c := text[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth == 0 {
				return text[:i], text[i+1:]
			}
		}
	}
	return text, ""
}

func rulesOf(head, body string, before int) (rules []rule, err error) {
	declared := declarations(body)
	for _, selector := range strings.Split(head, ",") {
		one, err := selected(strings.TrimSpace(selector))
		if err != nil {
			return nil, err
		}
		if one == nil {
			continue
		}
		r := rule{chain: one, declared: declared}
		for _, s := range one {
			r.weight += weightOf(s)
		}
		r.weight = r.weight<<12 + before + len(rules)
		rules = append(rules, r)
	}
	return rules, nil
}

func weightOf(s step) (w int) {
	if s.id != "" {
		w += 400
	}
	w += 20 * len(s.classes)
	if s.name != "" {
		w++
	}
	return w
}

// selected reads a selector; none for one that a still picture never meets.
func selected(text string) ([]step, error) {
	var chain []step
	for _, word := range strings.Fields(strings.ReplaceAll(text, ">", " > ")) {
		if word == ">" {
			if len(chain) == 0 {
				return nil, fmt.Errorf("%w: the selector %s", ErrUnfaithful, shortened(text))
			}
			chain[len(chain)-1].parent = true
			continue
		}
		if strings.HasSuffix(word, ":hover") || strings.HasSuffix(word, ":focus") || strings.HasSuffix(word, ":active") {
			return nil, nil
		}
		one, known := stepOf(word)
		if !known || len(chain) > 8 {
			return nil, fmt.Errorf("%w: the selector %s", ErrUnfaithful, shortened(text))
		}
		chain = append(chain, one)
	}
	return chain, nil
}

// stepOf reads one element of a selector: its name, its id, its classes.
func stepOf(word string) (s step, known bool) {
	if word == ":root" {
		return step{name: "svg"}, true
	}
	rest, kind := word, byte(0)
	for {
		end := strings.IndexAny(rest, ".#")
		part := rest
		if end >= 0 {
			part = rest[:end]
		}
		if strings.ContainsAny(part, `:[]+~*\()`) && part != "*" || part == "" && kind != 0 {
			return step{}, false
		}
		switch {
		case kind == '.':
			s.classes = append(s.classes, part)
		case kind == '#':
			s.id = part
		case part != "*":
			s.name = part
		}
		if end < 0 {
			return s, len(s.classes) <= 8
		}
		kind, rest = rest[end], rest[end+1:]
	}
}

func (s step) means(n *node) bool {
	if s.name != "" && s.name != n.name || s.id != "" && s.id != n.attributes["id"] {
		return false
	}
	for _, class := range s.classes {
		if !hasWord(n.attributes["class"], class) {
			return false
		}
	}
	return true
}

func hasWord(list, word string) bool {
	for one := range strings.FieldsSeq(list) {
		if one == word {
			return true
		}
	}
	return false
}

// meansOf says whether a rule is about an element.
func (p *painter) meansOf(r rule, n *node) bool {
	last := len(r.chain) - 1
	return last >= 0 && r.chain[last].means(n) && p.above(r.chain[:last], n.parent)
}

// above says whether the rest of a selector stands above an element. It may look in many ways, so each look is work.
func (p *painter) above(chain []step, n *node) bool {
	if len(chain) == 0 {
		return true
	}
	last := chain[len(chain)-1]
	for ; n != nil && p.spend(10); n = n.parent {
		if last.means(n) && p.above(chain[:len(chain)-1], n.parent) {
			return true
		}
		if last.parent {
			return false
		}
	}
	return false
}

// declarations reads what stands between the braces of a rule, or in an attribute style.
func declarations(text string) (list []declaration) {
	for _, one := range pieces(text) {
		name, value, found := strings.Cut(one, ":")
		if !found {
			continue
		}
		d := declaration{name: strings.ToLower(strings.TrimSpace(name)), value: strings.TrimSpace(value)}
		if before, important := strings.CutSuffix(d.value, "important"); important {
			if before, important = strings.CutSuffix(strings.TrimSpace(before), "!"); important {
				d.value, d.important = strings.TrimSpace(before), true
			}
		}
		list = append(list, d)
	}
	return list
}

// pieces are what semicolons part, but those in quotes and brackets.
func pieces(text string) (list []string) {
	depth, quote, from := 0, byte(0), 0
	for i := range len(text) {
		switch c := text[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ';' && depth <= 0:
			list, from = append(list, text[from:i]), i+1
		}
	}
	return append(list, text[from:])
}
