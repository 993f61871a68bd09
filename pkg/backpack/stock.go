package backpack

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/carnetbadges/carnet/store"
)

// StorageTested is what the audit says of TryFiles; Detail is "good" or "failed".
const StorageTested = "storage-tested"

// countingFor is how long files are counted.
const countingFor = 2 * time.Second

// errDifferent is said of a file that comes back as another.
var errDifferent = errors.New("backpack: a file did not come back as it was written")

// Stock is how many files are kept and how many bytes they have; not Whole: there are more, and counting them all would
// take too long. Astray are files that lie aside because nothing in the database speaks of them, from leastAstray on; Stopped:
// so many that SweepFiles does nothing more until somebody has looked.
type Stock struct {
	Files   int
	Bytes   int64
	Whole   bool
	Astray  int
	Stopped bool
}

// Stock counts the files. Whether sweeping has stopped is read from them, so that every process knows, also one just begun.
func (b *Backpack) Stock(ctx context.Context) (s Stock, err error) {
	counting, cancel := context.WithTimeout(ctx, countingFor)
	defer cancel()
	s.Files, s.Bytes, s.Whole, err = b.files.Size(counting)
	if err != nil {
		return s, err
	}
	aside, err := b.files.Aside(ctx)
	if err != nil || len(aside) < leastAstray {
		return s, err
	}
	unused, err := b.store.UnusedBlobs(ctx, aside)
	s.Astray = len(unused)
	s.Stopped = s.Whole && s.Astray >= max(leastAstray, s.Files/partAstray)
	return s, err
}

// TryFiles writes a file, reads it back and deletes it, and writes into the database how that went. By is who asks, empty
// for whoever runs the machine. What failed is told, also where it could be written down.
func (b *Backpack) TryFiles(ctx context.Context, by string) error {
	entry := store.AuditEntry{What: StorageTested, Detail: "good", At: b.now()}
	if by != "" {
		entry.ActorID = &by
	}
	failed := b.tryFiles(ctx)
	if failed != nil {
		entry.Detail = "failed"
	}
	return errors.Join(failed, b.store.Audit(ctx, entry))
}

func (b *Backpack) tryFiles(ctx context.Context) error {
	b.filing.Lock() // nobody may come to use the file that is deleted again
	defer b.filing.Unlock()
	written := []byte("Carnet tries whether files can be kept here. " + rand.Text())
	key, err := b.files.Put(ctx, written)
	if err != nil {
		return fmt.Errorf("write a file: %w", err)
	}
	read, err := b.files.Read(ctx, key)
	if err == nil && !bytes.Equal(read, written) {
		err = errDifferent
	}
	if err != nil {
		return errors.Join(fmt.Errorf("read a file: %w", err), b.files.Delete(ctx, key))
	}
	if err := b.files.Delete(ctx, key); err != nil {
		return fmt.Errorf("delete a file: %w", err)
	}
	return nil
}
