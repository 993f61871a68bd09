package main

import (
	"bytes"
	"fmt"
	"strings"
)

// write is the page: the counts, what is not met, and every row by chapter.
func write(rows []row) []byte {
	var out bytes.Buffer
	applicable, met, none, beyond := 0, 0, 0, 0
	var open []row
	for _, r := range rows {
		switch {
		case r.Kind == "":
		case r.Level == "3":
			if r.met() {
				beyond++
			}
		case r.Kind == "N":
			none++
		case r.met():
			applicable, met = applicable+1, met+1
		default:
			applicable++
			open = append(open, r)
		}
	}
	fmt.Fprintf(&out, "# ASVS 5.0, level 2\n\n"+
		"**%d of the %d rows that apply are met**; %d do not apply; %d rows of level 3 are met besides. Written by `make asvs` from the annotations beside the tests\n"+
		"(`// ASVS: V1.2.4`) and in the documentation; do not edit it. The ids are those of the OWASP Application Security\n"+
		"Verification Standard 5.0.0; the words are ours and say only what a row is about: its own text counts.\n", met, applicable, none, beyond)
	fmt.Fprintf(&out, "\n## Not met (%d)\n\n", len(open))
	for _, r := range open {
		fmt.Fprintf(&out, "- **%s** %s: %s\n", r.ID, r.Words, reason(r))
	}
	for _, r := range rows {
		if r.Kind == "" {
			fmt.Fprintf(&out, "\n## %s %s\n\n| row | level | what it is about | met by |\n|---|---|---|---|\n", r.ID, r.Words)
			continue
		}
		if r.Level == "3" && !r.met() {
			continue // of level 3 only what is met is named
		}
		fmt.Fprintf(&out, "| %s | %s | %s | %s |\n", r.ID, r.Level, r.Words, verdict(r))
	}
	return out.Bytes()
}

// verdict is the last cell of a row.
func verdict(r row) string {
	switch {
	case r.Kind == "N":
		return "does not apply: " + r.Note
	case !r.met():
		return "**not met**: " + reason(r)
	}
	var by []string
	for _, p := range r.Proofs {
		by = append(by, fmt.Sprintf("[%s](%s)", p.name, link(p.file)))
	}
	return strings.Join(by, ", ")
}

// reason is why a row is not met; what has none is still to be done.
func reason(r row) string {
	if r.Note == "" {
		return "nothing shows it yet"
	}
	return r.Note
}

// link is the way from docs/ to a file of the repository.
func link(file string) string {
	if inside, ok := strings.CutPrefix(file, "docs/"); ok {
		return inside
	}
	return "../" + file
}
