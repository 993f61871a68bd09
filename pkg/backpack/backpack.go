// Package backpack is where badges are held: taken in, verified again, shown to whom their holder says, and given up.
// It knows nothing of pages or of who is looking; what it needs of the web and of the disk is handed in.
package backpack

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/store"
)

// MaxItem is how many bytes one thing brought in may have.
const MaxItem = 10 << 20

// KeptDeleted is how long a deleted badge can be restored.
const KeptDeleted = 30 * 24 * time.Hour

var (
	// ErrTooLarge is said of what is larger than MaxItem, or too large to be baked.
	ErrTooLarge = errors.New("backpack: too large")
	// ErrVisibility is said of a visibility that is none of private, link, members and public.
	ErrVisibility = errors.New("backpack: no such visibility")
	// ErrForm is said of a form to bake that is neither png nor svg.
	ErrForm = errors.New("backpack: no such form of picture")
)

// SomebodyElse refuses a badge that was given to an address the person does not have.
type SomebodyElse struct {
	Names []string // the addresses it states in plain; none when they are hashed
}

// Error names the addresses where the badge does.
func (s *SomebodyElse) Error() string {
	if len(s.Names) == 0 {
		return "this badge was given to another address, which is none of yours"
	}
	return "this badge was given to " + strings.Join(s.Names, ", ") + ", which is none of your addresses"
}

// Files keeps bytes under the hash of their content. Reading what is not there is an error.
type Files interface {
	Put(ctx context.Context, content []byte) (key string, err error)
	Read(ctx context.Context, key string) ([]byte, error)
	Delete(ctx context.Context, key string) error
	Size(ctx context.Context) (files int, bytes int64, whole bool, err error)

	// For files that nothing speaks of: see blob.Store.
	Old(ctx context.Context, turn uint64, now time.Time, most int) ([]string, error)
	SetAside(ctx context.Context, key string, now time.Time) (bool, error)
	Aside(ctx context.Context) ([]string, error)
	DeleteAside(ctx context.Context, key string, now time.Time) (bool, error)
}

// Options are what a Backpack works with.
type Options struct {
	Store   *store.Store
	Files   Files
	Fetch   openbadges.Fetch // documents; nil: nothing can be reached
	Picture openbadges.Fetch // pictures; nil: none can be had
	Now     func() time.Time // nil: time.Now
	Log     *slog.Logger     // hears of items of an import that fail by our own fault; nil: nobody does
}

// Backpack holds everybody's badges. It is safe for use by many goroutines.
type Backpack struct {
	store   *store.Store
	files   Files
	fetch   openbadges.Fetch
	picture openbadges.Fetch
	now     func() time.Time
	filing  sync.RWMutex // read: files are being written whose badge is not kept yet; write: unused files are deleted
	hosts   *hosts       // checks under way at each host, of those that were planned
	drawing *easel
	log     *slog.Logger

	checking  singleflight.Group // a badge that is shown is checked once at a time
	importing chan struct{}      // a place for each import that is being gone on with
}

// New opens the backpack.
func New(o Options) *Backpack {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Backpack{
		store: o.Store, files: o.Files, fetch: o.Fetch, picture: o.Picture, now: o.Now,
		hosts: newHosts(), drawing: newEasel(), log: o.Log, importing: make(chan struct{}, importsAtOnce),
	}
}
