package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// row is a requirement, or the title of a chapter (Kind empty). The words are ours: ASVS's own are CC BY-SA.
type row struct {
	ID, Level string
	Kind      string // "A" shown by a test, "D" by documentation, "N" does not apply
	Words     string
	Note      string // why it does not apply, or is not met
	Proofs    []proof
}

// met says whether something shows that the row holds.
func (r row) met() bool { return len(r.Proofs) > 0 }

// readRows reads the table: id, level, kind, words and note, with a tab between.
func readRows(path string) ([]row, error) {
	text, err := os.ReadFile(filepath.Clean(path))
	if err != nil {
		return nil, err
	}
	var rows []row
	for i, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		cells := strings.Split(line, "\t")
		if len(cells) == 4 && cells[1] == "" {
			cells = append(cells, "")
		}
		if len(cells) != 5 || cells[3] == "" || !slices.Contains([]string{"", "A", "D", "N"}, cells[2]) {
			return nil, fmt.Errorf("%s:%d: want id, level, kind, words and note", path, i+1)
		}
		if cells[2] == "N" && cells[4] == "" {
			return nil, fmt.Errorf("%s:%d: %s does not apply: why?", path, i+1, cells[0])
		}
		rows = append(rows, row{ID: cells[0], Level: cells[1], Kind: cells[2], Words: cells[3], Note: cells[4]})
	}
	return rows, nil
}

// settle gives every row its proofs. What names no row, or one that does not apply, is an error.
func settle(rows []row, proofs []proof) error {
	places := map[string]int{}
	for i, r := range rows {
		if r.Kind != "" {
			places[r.ID] = i
		}
	}
	for _, p := range proofs {
		i, known := places[p.id]
		if !known {
			return fmt.Errorf("%s: there is no row %s; one of level 3 is added to docs/asvs/rows.tsv in words of ours", p.file, p.id)
		}
		if rows[i].Kind == "N" {
			return fmt.Errorf("%s: %s does not apply here (%s)", p.file, p.id, rows[i].Note)
		}
		rows[i].Proofs = append(rows[i].Proofs, p)
	}
	return nil
}
