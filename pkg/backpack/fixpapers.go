package backpack

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/carnetbadges/carnet/pkg/parcel"
	"github.com/carnetbadges/carnet/store"
)

// FixPapers is the file of an archive that lists what is left to fix; beside it lie the bytes, each under its item's id.
const FixPapers = "to-fix/items.json"

const mostFixPapers = 4 << 20 // bytes of FixPapers

// FixPaper is one thing left to fix as an archive tells of it. File is empty for a link, and where the bytes never were.
type FixPaper struct {
	Name   string `json:"name,omitempty"`
	Size   int64  `json:"size,omitempty"`
	Link   string `json:"link,omitempty"`
	File   string `json:"file,omitempty"`
	Result string `json:"result"`
	Reason string `json:"reason,omitempty"`
}

// ExportToFix writes what is left to fix of a person into an archive; nothing where there is nothing.
func (b *Backpack) ExportToFix(ctx context.Context, person string, put func(name string, content []byte) error) error {
	var papers []FixPaper
	for after := ""; ; {
		items, err := b.store.OpenItems(ctx, person, after, matchedAtOnce)
		if err != nil {
			return err
		}
		for _, item := range items {
			paper, err := b.exportItem(ctx, item, put)
			if err != nil {
				return err
			}
			papers, after = append(papers, paper), item.ID
		}
		if len(items) < matchedAtOnce {
			break
		}
	}
	if len(papers) == 0 {
		return nil
	}
	slices.Reverse(papers) // the oldest first, as they came
	text, err := json.MarshalIndent(papers, "", " ")
	if err != nil {
		return fmt.Errorf("tell what is left to fix: %w", err)
	}
	return put(FixPapers, text)
}

func (b *Backpack) exportItem(ctx context.Context, item store.ImportItem, put func(string, []byte) error) (FixPaper, error) {
	paper := FixPaper{Name: item.Name, Size: item.Size, Link: item.Link, Result: item.Result, Reason: item.Reason}
	if item.BlobKey == "" {
		return paper, nil
	}
	content, err := b.files.Read(ctx, item.BlobKey)
	if err != nil {
		return paper, fmt.Errorf("read what is left to fix: %w", err)
	}
	paper.File = "to-fix/" + item.ID
	return paper, put(paper.File, content)
}

// TakeToFix brings in once more what an archive says was left to fix: what becomes of it is found out here. What is left to
// fix here already stays as it is. Errors: ErrPapers, those of take and the store's.
func (b *Backpack) TakeToFix(ctx context.Context, person string, take Take) error {
	text, err := take(FixPapers, mostFixPapers)
	if err != nil {
		return err
	}
	var papers []FixPaper
	if err := json.Unmarshal(text, &papers); err != nil {
		return fmt.Errorf("%w: %w", ErrPapers, err)
	}
	known, err := b.knownToFix(ctx, person)
	if err != nil {
		return err
	}
	var i store.Import
	for at, paper := range papers {
		find, err := paper.find(take)
		if err != nil {
			return err
		}
		if known[same(find)] {
			continue
		}
		if i.ID == "" || i.Total >= MostItems {
			before := i
			i, err = b.BeginImport(ctx, person)
			full := errors.Is(err, ErrFull)
			if err != nil && !full {
				return err
			}
			if before.ID != "" {
				err = b.StartImport(ctx, before, leftOut(full, len(papers)-at))
			}
			if full || err != nil {
				return ignore(err, ErrFull)
			}
		}
		if err := b.AddItem(ctx, &i, find); err != nil {
			return err
		}
	}
	if i.ID == "" {
		return nil
	}
	return b.StartImport(ctx, i, 0)
}

func leftOut(full bool, rest int) int {
	if full {
		return rest
	}
	return 0
}

func ignore(err, known error) error {
	if errors.Is(err, known) {
		return nil
	}
	return err
}

// sameFind is by what a thing is known again.
type sameFind struct{ name, link, content, trouble string }

func same(f parcel.Find) sameFind {
	s := sameFind{name: f.Name, link: f.Link, trouble: f.Trouble}
	if len(f.Data) > 0 {
		s.content = fmt.Sprintf("%x", sha256.Sum256(f.Data)) // as files are kept
	}
	return s
}

func (b *Backpack) knownToFix(ctx context.Context, person string) (map[sameFind]bool, error) {
	items, err := b.store.OpenItems(ctx, person, "", 2*MostItems)
	known := map[sameFind]bool{}
	for _, item := range items {
		s := sameFind{name: item.Name, link: item.Link, content: item.BlobKey}
		if item.BlobKey == "" && item.Link == "" {
			s.trouble = item.Reason
		}
		known[s] = true
	}
	return known, err
}

// find is what a paper tells of, as if it were dropped anew.
func (p FixPaper) find(take Take) (f parcel.Find, err error) {
	f = parcel.Find{Name: fileName(p.Name), Size: max(0, p.Size), Link: line(p.Link)}
	switch {
	case p.File != "":
		f.Link = ""
		f.Data, err = take(p.File, MaxItem)
		f.Size = int64(len(f.Data))
	case f.Link == "":
		f.Trouble = parcel.Damaged
		if slices.Contains([]string{parcel.TooLarge, parcel.Locked, parcel.Nested, PassportBusy}, p.Reason) {
			f.Trouble = p.Reason
		}
	}
	return f, err
}
