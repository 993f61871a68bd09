package backpack

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/carnetbadges/carnet/store"
)

// ImportsPaper is the file of a passport's archive that tells what was brought in when, and what became of it. What is left
// to fix has a file of its own: FixPapers.
const ImportsPaper = "imports.json"

const (
	mostImports    = 1000   // told of in an archive
	mostImported   = 20_000 // things of all these
	longestImport  = 2000   // characters of anything that is said of a thing
	itemsInArchive = 500    // read at once
)

// ImportPaper is one import as an archive tells of it.
type ImportPaper struct {
	State      string          `json:"state"` // done, stopped or undone
	LeftOut    int             `json:"left_out,omitempty"`
	BegunAt    time.Time       `json:"begun_at"`
	FinishedAt *time.Time      `json:"finished_at,omitempty"`
	Items      []ImportedPaper `json:"items"`
}

// ImportedPaper is one thing that was brought in, in the words of its result; Badge is the id of a badge of the archive, and
// Credential that badge's key, which is the same anywhere.
type ImportedPaper struct {
	Name       string          `json:"name,omitempty"`
	Size       int64           `json:"size,omitempty"`
	Link       string          `json:"link,omitempty"`
	State      string          `json:"state"` // settled or dismissed
	Result     string          `json:"result"`
	Reason     string          `json:"reason,omitempty"`
	Detail     string          `json:"detail,omitempty"`
	Params     json.RawMessage `json:"params,omitempty"`
	Badge      string          `json:"badge,omitempty"`
	Credential string          `json:"credential,omitempty"`
	DoneAt     *time.Time      `json:"done_at,omitempty"`
}

// ImportPapers are what a person has brought in and what became of it, the oldest first; nil where there is nothing.
func (b *Backpack) ImportPapers(ctx context.Context, person string) ([]byte, error) {
	imports, err := b.store.Imports(ctx, person, mostImports)
	if err != nil {
		return nil, err
	}
	var papers []ImportPaper
	for _, i := range slices.Backward(imports) {
		paper := ImportPaper{State: i.State, LeftOut: i.LeftOut, BegunAt: i.CreatedAt, FinishedAt: i.FinishedAt}
		if paper.Items, err = b.importedPapers(ctx, i); err != nil {
			return nil, err
		}
		if len(paper.Items) > 0 {
			papers = append(papers, paper)
		}
	}
	if len(papers) == 0 {
		return nil, nil
	}
	text, err := json.MarshalIndent(papers, "", " ")
	if err != nil {
		return nil, fmt.Errorf("tell what was brought in: %w", err)
	}
	return append(text, '\n'), nil
}

// importedPapers are those things of an import about which nothing is left to do.
func (b *Backpack) importedPapers(ctx context.Context, i store.Import) (papers []ImportedPaper, err error) {
	for after := -1; ; {
		items, err := b.store.ImportItems(ctx, store.ItemsQuery{Import: i.ID, After: after, Limit: itemsInArchive})
		if err != nil {
			return nil, err
		}
		var ids []string
		for _, item := range items {
			if item.BadgeID != nil {
				ids = append(ids, *item.BadgeID)
			}
		}
		badges, err := b.store.BadgesOf(ctx, i.PersonID, ids)
		if err != nil {
			return nil, err
		}
		for _, item := range items {
			after = item.Position
			if item.State != store.ItemSettled && item.State != store.ItemDismissed {
				continue
			}
			paper := ImportedPaper{
				Name: item.Name, Size: item.Size, Link: item.Link, State: item.State, Result: item.Result, Reason: item.Reason,
				Detail: item.Detail, Params: item.Params, DoneAt: item.DoneAt,
			}
			if item.BadgeID != nil {
				paper.Badge, paper.Credential = *item.BadgeID, badges[*item.BadgeID].CredentialKey
			}
			papers = append(papers, paper)
		}
		if len(items) < itemsInArchive {
			return papers, nil
		}
	}
}

// TakeImports gives a person the list of what an archive says was brought in, once its badges are here; nothing is brought
// in by it. An import that is there already stays as it is, and what nobody could have is left out. ErrPapers.
func (b *Backpack) TakeImports(ctx context.Context, person string, text []byte) error {
	var papers []ImportPaper
	if err := json.Unmarshal(text, &papers); err != nil {
		return fmt.Errorf("%w: %w", ErrPapers, err)
	}
	return b.store.Tx(ctx, func(tx *store.Store) error {
		if _, err := tx.Person(ctx, person); err != nil { // held: nobody brings the same twice at once
			return err
		}
		present, err := tx.Imports(ctx, person, mostImports)
		if err != nil {
			return err
		}
		left := mostImported
		for _, paper := range papers[:min(len(papers), max(0, mostImports-len(present)))] {
			there := func(i store.Import) bool { return i.CreatedAt.Equal(paper.BegunAt.UTC().Truncate(time.Microsecond)) }
			if len(paper.Items) == 0 || len(paper.Items) > min(left, MostItems) || slices.ContainsFunc(present, there) {
				continue
			}
			left -= len(paper.Items)
			if err := b.takeImport(ctx, tx, person, paper); err != nil {
				return err
			}
		}
		return nil
	})
}

func (b *Backpack) takeImport(ctx context.Context, tx *store.Store, person string, paper ImportPaper) error {
	now := b.now()
	var items []store.ImportItem
	var keys []string // of their badges
	for _, one := range paper.Items {
		if item, known := one.item(now); known {
			items, keys = append(items, item), append(keys, one.Credential)
		}
	}
	if len(items) == 0 {
		return nil
	}
	i := store.Import{
		PersonID: person, State: store.ImportDone, Total: len(items), LeftOut: min(max(0, paper.LeftOut), MostTogether),
		CreatedAt: *notAfter(&paper.BegunAt, now), FinishedAt: notAfter(paper.FinishedAt, now),
	}
	if paper.State == store.ImportUndone {
		i.State = store.ImportUndone
	}
	if err := tx.CreateImport(ctx, &i); err != nil {
		return err
	}
	here, err := tx.BadgesByKeys(ctx, person, keys)
	if err != nil {
		return err
	}
	for at, item := range items {
		item.ImportID, item.PersonID, item.Position = i.ID, person, at
		if id := here[keys[at]]; id != "" {
			item.BadgeID = &id
		}
		if err := tx.AddImportItem(ctx, &item); err != nil {
			return err
		}
	}
	return nil
}

// item is what a paper tells of, with nothing that could not have been written here.
func (p ImportedPaper) item(now time.Time) (store.ImportItem, bool) {
	results := []string{Added, Updated, Already, Waiting, NotABadge, NotYours, Oversized, Blocked, Silent, Broken, Unopened, Passport}
	if !slices.Contains(results, p.Result) || p.State != store.ItemSettled && p.State != store.ItemDismissed {
		return store.ImportItem{}, false
	}
	item := store.ImportItem{
		Name: fileName(p.Name), Size: max(0, p.Size), Link: line(p.Link), State: p.State, Result: p.Result, DoneAt: notAfter(p.DoneAt, now),
		Reason: clean(p.Reason, longestImport), Detail: clean(p.Detail, longestImport),
	}
	var params map[string]string
	if json.Unmarshal(p.Params, &params) == nil && len(p.Params) <= 4*longestImport {
		item.Params = p.Params
	}
	return item, true
}

// notAfter is a time, but not later than now; no time is now, so that what came so is forgotten in its turn.
func notAfter(t *time.Time, now time.Time) *time.Time {
	if t == nil || t.After(now) {
		return &now
	}
	return t
}
