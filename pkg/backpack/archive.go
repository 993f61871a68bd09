package backpack

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/store"
)

// archived is how many verifications of a badge an archive holds.
const archived = 50

// maxWeb is how many bytes of one recorded web are taken into an archive: what 64 answers of 1 MiB can be in base64.
const maxWeb = 96 << 20

// Archive is everything by which a badge can be verified again, as of its day, when nobody answers for it any more.
type Archive struct {
	Input    string                 // what to verify: the name of the credential's file, or the address that it is known by
	At       time.Time              // the day of the last verification that could tell
	Document string                 // the name of the credential's file
	past     []kept                 // the one of At first
	former   []store.FormerDocument // the last replaced first
	badge    store.Badge
	from     *store.Store
	files    Files
}

// Archive opens a badge's archive; store.ErrNotFound when it was never verified.
func (b *Backpack) Archive(ctx context.Context, badge store.Badge) (Archive, error) {
	past, err := b.wholeHistory(ctx, b.store, badge.ID)
	if err != nil {
		return Archive{}, err
	}
	if len(past) == 0 {
		return Archive{}, fmt.Errorf("archive a badge: %w", store.ErrNotFound)
	}
	if told := slices.IndexFunc(past, tells); told > 0 {
		best := past[told]
		past = slices.Insert(slices.Delete(past, told, told+1), 0, best)
	}
	name := "credential." + ending(badge.DocumentType)
	former, err := b.store.FormerDocuments(ctx, badge.ID, mostFormer)
	if err != nil {
		return Archive{}, err
	}
	a := Archive{
		Input: inputOf(ctx, badge, name), At: past[0].At, Document: name, past: past[:min(len(past), archived)], former: former,
		badge: badge, from: b.store, files: b.files,
	}
	return a, nil
}

// inputOf is what verifies a badge: its credential's file or, where that is a copy that does not say where it is hosted,
// the address it was fetched from.
func inputOf(ctx context.Context, badge store.Badge, name string) string {
	if c, err := openbadges.Read(ctx, badge.Document, nil); err == nil && c.URL == "" && c.Proof == openbadges.ProofHosted {
		return firstOf(badge.SourceURL, name)
	}
	return name
}

// Zip writes the archive: a note on how to use it, the credential byte for byte, and of each verification the recorded
// web it saw (web.json) and what it found (report.json): of the one of At in the root, of all others in folders named
// by their moment. What the badge was before it was updated, and the files that came in, lie under former, in folders
// named by the moment they were replaced; those that there is no room for are named.
func (a Archive) Zip(ctx context.Context, note string, out io.Writer) error {
	z := zip.NewWriter(out)
	put := func(name string, content []byte) error {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: a.At})
		if err == nil {
			_, err = w.Write(content)
		}
		return err
	}
	err := errors.Join(put("READ-ME.txt", []byte(note)), put(a.Document, a.badge.Document))
	for i, k := range a.past {
		folder := ""
		if i > 0 {
			folder = folderOf(k.At)
		}
		err = errors.Join(err, a.verification(ctx, k, func(name string, content []byte) error { return put(folder+name, content) }))
	}
	err = errors.Join(err, a.formerOnes(ctx, put))
	if err = errors.Join(err, z.Close()); err != nil {
		return fmt.Errorf("archive a badge: %w", err)
	}
	return nil
}

func (a Archive) verification(ctx context.Context, k kept, put func(string, []byte) error) error {
	squeezed, err := a.from.VerificationWeb(ctx, a.badge.ID, k.ID)
	if err != nil {
		return err
	}
	web, err := unpacked(squeezed)
	if err != nil {
		return err
	}
	report, err := k.report()
	if err != nil {
		return err
	}
	return errors.Join(put("web.json", web), put("report.json", report))
}

// report is a verification as the command line writes it, with its moment.
func (k kept) report() ([]byte, error) {
	plain, err := openbadges.Report(openbadges.Verification{Verdict: k.Verdict, Standard: k.Standard, Proof: k.Proof, Findings: k.Findings})
	if err != nil {
		return nil, fmt.Errorf("write a report: %w", err)
	}
	at, err := json.Marshal(k.At.UTC())
	if err != nil {
		return nil, fmt.Errorf("write a report: %w", err)
	}
	return []byte(strings.TrimSuffix(string(plain), "}") + `,"at":` + string(at) + "}\n"), nil
}

// unpacked is a recorded web as it was before packed; an empty one where none was kept.
func unpacked(squeezed []byte) ([]byte, error) {
	if len(squeezed) == 0 {
		return []byte("{}"), nil
	}
	r, err := gzip.NewReader(bytes.NewReader(squeezed))
	if err != nil {
		return nil, fmt.Errorf("read a recorded web: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(r, maxWeb))
	if err != nil {
		return nil, fmt.Errorf("read a recorded web: %w", err)
	}
	return text, nil
}
