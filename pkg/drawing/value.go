package drawing

import (
	"slices"
	"strings"
)

// Setters of values: each says whether it understood.

func setPaint(to *paint, v string) bool {
	one, known := paintOf(v)
	if known {
		*to = one
	}
	return known
}

func setRatio(to *float64, v string) bool {
	value, known := ratio(v)
	if known {
		*to = value
	}
	return known
}

// setLength lets a length count that is none below zero.
func setLength(to *float64, v string, s sizes, whole float64) bool {
	value, known := s.length(v, whole)
	if known && value >= 0 {
		*to = value
	}
	return known
}

func setAnyLength(to *float64, v string, s sizes, whole float64) bool {
	value, known := s.length(v, whole)
	if known {
		*to = value
	}
	return known
}

func choose(to *bool, v, yes, no string) bool {
	if v == yes || v == no {
		*to = v == yes
	}
	return v == yes || v == no
}

func oneOf(to *string, v string, values ...string) bool {
	if slices.Contains(values, v) {
		*to = v
		return true
	}
	return false
}

func setRef(to *string, v string) bool {
	if v == "none" {
		*to = ""
		return true
	}
	ref, rest, found := urlOf(v)
	if found && rest == "" {
		*to = ref
	}
	return found && rest == ""
}

func setDashes(st *style, v string, s sizes) bool {
	if v == "none" {
		st.dashes = nil
		return true
	}
	var list []float64
	for _, one := range strings.FieldsFunc(v, func(r rune) bool { return r == ' ' || r == ',' || r == '\t' || r == '\n' }) {
		value, known := s.length(one, s.both())
		if !known || value < 0 || len(list) > 100 {
			return false
		}
		list = append(list, value)
	}
	st.dashes = list
	return true
}

// setFont reads the short form: style and weight, size, family.
func setFont(st *style, v string, s sizes) bool {
	words := strings.Fields(v)
	next := st.letters
	next.bold, next.slanted = false, false
	for i, word := range words {
		size, _, _ := strings.Cut(word, "/")
		if value, known := s.length(size, s.em); known && strings.ContainsAny(size, "px%emtcin") {
			next.size, next.serif = value, serif(strings.Join(words[i+1:], " "))
			st.letters = next
			return true
		}
		switch word {
		case "italic", "oblique":
			next.slanted = true
		case "bold", "600", "700", "800", "900":
			next.bold = true
		}
	}
	return false
}

// serif says whether a list of fonts asks for letters with serifs. Those of the house stand in for all of them.
func serif(families string) bool {
	looked := 0
	for one := range strings.SplitSeq(families, ",") {
		if looked++; looked > 32 {
			break
		}
		one = strings.ToLower(strings.Trim(strings.TrimSpace(one), `"'`))
		switch {
		case one == "serif", strings.Contains(one, "georgia"), strings.Contains(one, "times"), strings.Contains(one, "garamond"), strings.Contains(one, "palatino"),
			strings.Contains(one, "baskerville"), strings.Contains(one, "playfair"), strings.Contains(one, "merriweather"), strings.Contains(one, "source serif"):
			return true
		case one == "sans-serif", one == "system-ui", strings.Contains(one, "sans"), strings.Contains(one, "arial"), strings.Contains(one, "helvetica"), strings.Contains(one, "verdana"):
			return false
		}
	}
	return false
}
