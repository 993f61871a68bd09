package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/pkg/archive"
	"github.com/carnetbadges/carnet/pkg/backpack"
	"github.com/carnetbadges/carnet/pkg/jobs"
	"github.com/carnetbadges/carnet/pkg/passport"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

const (
	outSlice = 35 * time.Second // of a job that writes an archive; then another goes on
	inSlice  = 10 * time.Second // of one that takes an archive in: the badge begun last may ask the web for longer
	stuck    = 24 * time.Hour   // after which an archive nobody has finished is given up
)

// archive does an ArchiveJob: it goes on where the one before it was stopped.
func (h *house) archive(ctx context.Context, payload []byte) error {
	var job account.Archiving
	if err := json.Unmarshal(payload, &job); err != nil {
		return errors.Join(jobs.ErrGiveUp, err)
	}
	a, err := h.store.Archive(ctx, job.Archive)
	switch {
	case errors.Is(err, store.ErrNotFound), err == nil && a.State != store.Making:
		return h.shelf.Remove(job.Archive)
	case err != nil:
		return err
	case a.Direction == store.In:
		return h.bringIn(ctx, a)
	}
	return h.writeOut(ctx, a)
}

// writeOut goes on with an archive until it is finished or the slice is over.
func (h *house) writeOut(ctx context.Context, a store.Archive) error {
	size, finished := h.shelf.Finished(a.ID)
	if !finished {
		draft, err := h.shelf.Draft(a.ID)
		if err != nil {
			return err
		}
		w := scribe{house: h, draft: draft, person: a.PersonID, made: a.CreatedAt, until: time.Now().Add(outSlice)}
		w.told = func(done, total int) error { return h.store.AdvanceArchive(ctx, a.ID, done, total, nil) }
		size, err = w.write(ctx)
		switch {
		case errors.Is(err, store.ErrNotFound):
			return errors.Join(draft.Close(), h.shelf.Remove(a.ID)) // called off, or its person is gone
		case err != nil:
			return errors.Join(err, draft.Close())
		}
	}
	a.State, a.Size = store.Ready, size
	if err := h.accounts.EndArchive(ctx, a); !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return h.shelf.Remove(a.ID)
}

// scribe writes the archive of one passport.
type scribe struct {
	*house
	draft  *archive.Draft
	person string
	made   time.Time
	until  time.Time                   // when it stops, to go on later; zero: it does not
	told   func(done, total int) error // hears how far it is
}

// The steps of an archive after those of its badges.
const (
	stepToFix  = "to-fix"
	stepPapers = "papers"
	stepPages  = "pages"
)

// comingFiles are the files that later versions add to archives.
var comingFiles = []string{"endorsements", "discussion"}

// write goes on until the archive is finished, and tells its size; *jobs.Later where it stopped in between.
func (s scribe) write(ctx context.Context) (size int64, err error) {
	holder, err := s.store.Person(ctx, s.person)
	if err != nil {
		return 0, err
	}
	ctx = views.WithLanguage(ctx, holder.Language)
	if err := s.badges(ctx, holder); err != nil {
		return 0, err
	}
	all, err := s.written()
	if err != nil {
		return 0, err
	}
	if err := s.leftToFix(ctx); err != nil {
		return 0, err
	}
	if err := s.papers(ctx); err != nil {
		return 0, err
	}
	if err := s.pages(ctx, holder, all); err != nil {
		return 0, err
	}
	m := archive.Manifest{Made: s.made, By: s.config.PublicURL, Language: holder.Language, Badges: []string{}, Others: comingFiles}
	for _, p := range all {
		m.Badges = append(m.Badges, p.ID)
	}
	return s.draft.Finish(m)
}

// badges writes a step for every badge that is not written yet.
func (s scribe) badges(ctx context.Context, holder store.Person) error {
	total, err := s.store.CountBadges(ctx, s.person)
	if err != nil {
		return err
	}
	after, done := "", 0
	for _, step := range s.draft.Steps() {
		if !ofBadge(step) {
			return nil
		}
		after, done = step.Name, done+1
	}
	for {
		ids, err := s.store.BadgesAfter(ctx, s.person, after, 100)
		if err != nil || len(ids) == 0 {
			return err
		}
		for _, id := range ids {
			if !s.until.IsZero() && time.Now().After(s.until) {
				return &jobs.Later{At: time.Now()}
			}
			if err := s.badge(ctx, holder, id); err != nil {
				return err
			}
			after, done = id, done+1
			if err := s.told(done, max(done, total)); err != nil {
				return err
			}
		}
	}
}

// badge writes all files of one badge; one that was erased meanwhile is a step without files.
func (s scribe) badge(ctx context.Context, holder store.Person, id string) error {
	badge, err := s.store.AnyBadge(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return s.draft.Step(id, func(archive.Put) (any, error) { return nil, nil })
	}
	if err != nil {
		return err
	}
	report, err := s.backpack.Report(ctx, badge)
	if err != nil {
		return err
	}
	err = s.draft.Step(id, func(put archive.Put) (any, error) {
		in := func(name string, at time.Time, content []byte) error { return put("badges/"+id+"/"+name, at, content) }
		papers, err := s.backpack.Export(ctx, badge, in)
		if err != nil {
			return nil, err
		}
		page, err := s.offline.Badge(ctx, holder, badge, report, papers, s.made)
		if err != nil {
			return nil, err
		}
		papers.Checks, papers.Former = nil, nil // the rest is what the first page and the table say
		return papers, in("index.html", s.made, page)
	})
	if errors.Is(err, backpack.ErrBusy) {
		return &jobs.Later{At: time.Now().Add(5 * time.Second)}
	}
	return err
}

// written are the papers of all badges that were written.
func (s scribe) written() ([]backpack.Papers, error) {
	var all []backpack.Papers
	for _, step := range s.draft.Steps() {
		if !ofBadge(step) || len(step.Files) == 0 {
			continue
		}
		var p backpack.Papers
		if err := json.Unmarshal(step.Note, &p); err != nil {
			return nil, fmt.Errorf("read a draft: %w", err)
		}
		all = append(all, p)
	}
	return all, nil
}

// ofBadge says whether a step is a badge's.
func ofBadge(step archive.Step) bool {
	return !slices.Contains([]string{stepToFix, stepPapers, stepPages}, step.Name)
}

// leftToFix writes what its person has brought in vain, so that it comes along.
func (s scribe) leftToFix(ctx context.Context) error {
	if s.has(stepToFix) {
		return nil
	}
	return s.draft.Step(stepToFix, func(put archive.Put) (any, error) {
		return nil, s.backpack.ExportToFix(ctx, s.person, func(name string, content []byte) error { return put(name, s.made, content) })
	})
}

func (s scribe) papers(ctx context.Context) error {
	if s.has(stepPapers) {
		return nil
	}
	papers, err := s.accounts.Papers(ctx, s.person)
	if err != nil {
		return err
	}
	collections, err := s.passports.Papers(ctx, s.person)
	if err != nil {
		return err
	}
	papers = append(papers, account.Paper{Name: passport.CollectionsPaper, Content: collections})
	imports, err := s.backpack.ImportPapers(ctx, s.person)
	if err != nil {
		return err
	}
	if imports != nil {
		papers = append(papers, account.Paper{Name: backpack.ImportsPaper, Content: imports})
	}
	return s.draft.Step(stepPapers, func(put archive.Put) (any, error) {
		for _, one := range papers {
			if err := put(one.Name, s.made, one.Content); err != nil {
				return nil, err
			}
		}
		return nil, nil
	})
}

func (s scribe) has(step string) bool {
	return slices.ContainsFunc(s.draft.Steps(), func(one archive.Step) bool { return one.Name == step })
}

// pages writes the first page, the table of all badges, and what the pages are drawn with.
func (s scribe) pages(ctx context.Context, holder store.Person, all []backpack.Papers) error {
	if s.has(stepPages) {
		return nil
	}
	table, err := badgeTable(all)
	if err != nil {
		return err
	}
	files := views.OfflineFiles()
	files["badges.csv"] = table
	names := []string{"badges.csv"}
	for _, step := range s.draft.Steps() {
		if step.Name == stepPapers {
			for _, f := range step.Files {
				names = append(names, f.Name)
			}
		}
	}
	if files["index.html"], err = s.offline.Index(ctx, holder, all, s.made, append(names, archive.ManifestName)); err != nil {
		return err
	}
	return s.draft.Step(stepPages, func(put archive.Put) (any, error) {
		for _, name := range slices.Sorted(maps.Keys(files)) {
			if err := put(name, s.made, files[name]); err != nil {
				return nil, err
			}
		}
		return nil, nil
	})
}

// badgeTable is badges.csv (RFC 4180), with a mark that lets spreadsheets read it as UTF-8.
func badgeTable(all []backpack.Papers) ([]byte, error) {
	var out bytes.Buffer
	out.WriteString("\ufeff")
	w := csv.NewWriter(&out)
	w.UseCRLF = true
	rows := [][]string{{
		"folder", "name", "issuer", "issued", "expires", "standard", "verdict", "reason", "checked", "state", "visibility", "added", "deleted",
		"address", "source", "credential",
	}}
	for _, p := range all {
		rows = append(rows, []string{
			"badges/" + p.ID, p.Name, p.Issuer, csvTime(p.IssuedAt), csvTime(p.ExpiresAt), p.Standard, p.Verdict, p.Reason, csvTime(p.CheckedAt),
			p.State, p.Visibility, csvTime(&p.AddedAt), csvTime(p.DeletedAt), p.Address, p.Source, p.CredentialID,
		})
	}
	for _, row := range rows {
		for i, cell := range row {
			row[i] = inert(cell)
		}
		if err := w.Write(row); err != nil {
			return nil, fmt.Errorf("write a table: %w", err)
		}
	}
	w.Flush()
	return out.Bytes(), w.Error()
}

// inert keeps a spreadsheet from taking a cell, whose words an issuer chose, for a formula.
func inert(cell string) string {
	if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
		return "'" + cell
	}
	return cell
}

func csvTime(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// bringIn goes on with taking an archive in, badge by badge, until it is through or the slice is over.
func (h *house) bringIn(ctx context.Context, a store.Archive) error {
	file, err := h.shelf.File(a.ID)
	if err != nil {
		return h.endIn(ctx, a, "stuck")
	}
	defer file.Close() //nolint:errcheck // it was only read
	from, word, err := opened(file)
	if err != nil {
		return err
	}
	if word != "" {
		return h.endIn(ctx, a, word)
	}
	results, err := backpack.ArrivalsIn(a.Results)
	if err != nil {
		return errors.Join(jobs.ErrGiveUp, err)
	}
	until := time.Now().Add(inSlice)
	for done := a.Done; done < len(from.Badges); done++ {
		if time.Now().After(until) {
			return &jobs.Later{At: time.Now()}
		}
		if err := h.bringOne(ctx, a.PersonID, from, from.Badges[done], &results); err != nil {
			return err
		}
		err := h.store.AdvanceArchive(ctx, a.ID, done+1, len(from.Badges), results.JSON())
		if errors.Is(err, store.ErrNotFound) {
			return h.shelf.Remove(a.ID) // called off
		}
		if err != nil {
			return err
		}
	}
	if err := h.takeCollections(ctx, a.PersonID, from, results.Profile); err != nil {
		return err
	}
	if results.Profile {
		read := func(name string) ([]byte, error) { return from.Read(name, archive.MaxFile) }
		var mistakes account.Mistakes
		if err := h.accounts.TakeProfile(ctx, a.PersonID, read); err != nil && !errors.As(err, &mistakes) && archive.WordOf(err) == "" {
			return err
		}
	}
	if err := h.takeImports(ctx, a.PersonID, from); err != nil {
		return err
	}
	if err := h.bringToFix(ctx, a.PersonID, from); err != nil {
		return err
	}
	return h.endIn(ctx, a, "")
}

// takeImports takes in what an archive says was brought in when; what of it is not in order is left where it is.
func (h *house) takeImports(ctx context.Context, person string, from *archive.Archive) error {
	papers, err := from.Read(backpack.ImportsPaper, archive.MaxFile)
	if err != nil {
		return nil //nolint:nilerr // it has none, or none that can be read
	}
	if err := h.backpack.TakeImports(ctx, person, papers); err != nil && !errors.Is(err, backpack.ErrPapers) {
		return err
	}
	return nil
}

// bringToFix takes in what an archive says was left to fix; what of it is not in order is left where it is.
func (h *house) bringToFix(ctx context.Context, person string, from *archive.Archive) error {
	if !from.Has(backpack.FixPapers) {
		return nil
	}
	err := h.backpack.TakeToFix(ctx, person, from.Read)
	if err != nil && (backpack.IsRefusal(err) || archive.WordOf(err) != "") {
		return nil
	}
	h.runner.Kick()
	return err
}

// takeCollections takes in the collections of an archive, once its badges are here, and how the passport is laid out where
// the profile comes too. Older archives have none.
func (h *house) takeCollections(ctx context.Context, person string, from *archive.Archive, profile bool) error {
	papers, err := from.Read(passport.CollectionsPaper, archive.MaxFile)
	if err != nil {
		return nil //nolint:nilerr // it has none, or none that can be read
	}
	err = h.passports.TakeCollections(ctx, person, papers)
	if err == nil && profile {
		err = h.passports.TakeFace(ctx, person, papers)
	}
	return err
}

// opened is the archive in a file; a word says why it is none.
func opened(file *os.File) (a *archive.Archive, word string, err error) {
	info, err := file.Stat()
	if err != nil {
		return nil, "", err
	}
	a, err = archive.Open(file, info.Size())
	if word := archive.WordOf(err); word != "" {
		return nil, word, nil
	}
	return a, "", err
}

// bringOne takes one badge in and notes what became of it; an error is one that may pass.
func (h *house) bringOne(ctx context.Context, person string, from *archive.Archive, id string, results *backpack.Arrivals) error {
	take := func(name string, most int64) ([]byte, error) { return from.Read("badges/"+id+"/"+name, most) }
	got, err := h.backpack.TakeIn(ctx, person, take)
	if err != nil && !backpack.IsRefusal(err) && archive.WordOf(err) == "" {
		return err
	}
	results.Note(got, err, take)
	return nil
}

// endIn notes that an archive was taken in, or why not, and throws the file away.
func (h *house) endIn(ctx context.Context, a store.Archive, reason string) error {
	a.State, a.Reason = store.Ready, reason
	if reason != "" {
		a.State = store.Failed
	}
	if err := h.accounts.EndArchive(ctx, a); err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return h.shelf.Remove(a.ID)
}

// tidyArchives gives up archives nobody has finished, and throws away those that can no longer be fetched.
func (h *house) tidyArchives(ctx context.Context) error {
	now := time.Now()
	err := h.store.GiveUpArchives(ctx, now.Add(-stuck), now)
	gone, failed := h.store.PurgeArchives(ctx, now)
	err = errors.Join(err, failed)
	left, failed := h.shelf.Before(now.Add(-stuck))
	err = errors.Join(err, failed)
	for _, id := range left {
		if _, failed := h.store.Archive(ctx, id); errors.Is(failed, store.ErrNotFound) {
			gone = append(gone, id)
		}
	}
	for _, id := range gone {
		err = errors.Join(err, h.shelf.Remove(id))
	}
	return err
}
