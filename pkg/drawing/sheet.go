package drawing

import (
	"fmt"
	"iter"
	"slices"
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
	root     bool // whether it must be the outermost
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
	said := 0
	for {
		text = strings.TrimSpace(text)
		if after, marked := strings.CutPrefix(text, "<!--"); marked { // which means nothing there
			text = after
			continue
		}
		if after, marked := strings.CutPrefix(text, "-->"); marked {
			text = after
			continue
		}
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
		rules = append(rules, more...)
		for _, r := range more {
			said += len(r.declared)
		}
		if said > maxSheet {
			return nil, fmt.Errorf("%w: more than %d declarations", ErrTooDear, maxSheet)
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
	declared, err := declarations(body)
	if err != nil {
		return nil, err
	}
	for selector := range strings.SplitSeq(head, ",") {
		if before+len(rules) >= maxRules {
			return nil, fmt.Errorf("%w: more than %d rules of style", ErrTooDear, maxRules)
		}
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
		w += 2000 // more than all classes of the longest selector
	}
	w += 20 * len(s.classes)
	if s.root {
		w += 20
	}
	if s.name != "" {
		w++
	}
	return w
}

// selected reads a selector; none for one that a still picture never meets.
func selected(text string) ([]step, error) {
	var chain []step
	if len(text) > maxSelector {
		return nil, fmt.Errorf("%w: a selector of %d bytes", ErrTooDear, len(text))
	}
	for _, word := range strings.Fields(strings.ReplaceAll(text, ">", " > ")) {
		if word == ">" {
			if len(chain) == 0 || chain[len(chain)-1].parent {
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
	if len(chain) == 0 || chain[len(chain)-1].parent { // by which a browser drops the rule
		return nil, fmt.Errorf("%w: half a selector", ErrUnfaithful)
	}
	return chain, nil
}

// stepOf reads one element of a selector: its name, its id, its classes.
func stepOf(word string) (s step, known bool) {
	rest, kind := word, byte(0)
	if before, root := strings.CutSuffix(word, ":root"); root {
		rest, s.root = before, true
	}
	for {
		end := strings.IndexAny(rest, ".#")
		part := rest
		if end >= 0 {
			part = rest[:end]
		}
		if part != "" && (part != "*" || kind != 0) && !isName(part) || part == "" && kind != 0 || kind == '#' && s.id != "" {
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

// isName says whether a text is a name as CSS has them, without escapes.
func isName(text string) bool {
	if text[0] >= '0' && text[0] <= '9' {
		return false
	}
	for _, r := range text {
		if r < 0x80 && r != '-' && r != '_' && (r < '0' || r > '9') && (r|0x20 < 'a' || r|0x20 > 'z') {
			return false
		}
	}
	return true
}

func (s step) means(n *node) bool {
	if s.root && n.parent != nil || s.name != "" && s.name != n.name || s.id != "" && s.id != n.attributes["id"] {
		return false
	}
	for _, class := range s.classes {
		if !slices.Contains(n.classes, class) {
			return false
		}
	}
	return true
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
	for ; n != nil && p.spend(10+2*len(n.classes)); n = n.parent {
		if last.means(n) && p.above(chain[:len(chain)-1], n.parent) {
			return true
		}
		if last.parent {
			return false
		}
	}
	return false
}

// declarations reads what stands between the braces of a rule, or in an attribute style: what counts here of it.
func declarations(text string) (list []declaration, err error) {
	if strings.Contains(text, "{") {
		return nil, fmt.Errorf("%w: a rule within a rule", ErrUnfaithful)
	}
	for one := range pieces(text) {
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
		if !counts(d.name) {
			continue
		}
		if len(d.value) > maxValue || len(list) >= maxBody {
			return nil, fmt.Errorf("%w: too long a style", ErrTooDear)
		}
		list = append(list, d)
	}
	return list, nil
}

// counts says whether a property makes a difference to what is painted, or might.
func counts(name string) bool {
	_, known := properties[name]
	return known || harmless[name] != nil || geometry[name]
}

// pieces are what semicolons part, but those in quotes and brackets.
func pieces(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
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
				if !yield(text[from:i]) {
					return
				}
				from = i + 1
			}
		}
		yield(text[from:])
	}
}
