package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"
)

// changes counts what was written of what others may see, by this process at once and by others as soon as it is heard.
type changes struct {
	n     atomic.Uint64
	heard atomic.Bool // other processes are listened to
	id    string      // of this process, so that it does not hear itself
}

// silent are the tables of which nobody but their owner sees anything, and that are written all the time.
var silent = []string{
	"archives", "audit", "invitations", "jobs", "letter_wishes", "news", "provider_visits", "recorded_pages", "sessions",
	"share_opens", "sign_in_letters", "tokens",
}

const (
	channel    = "carnet_changed"
	listens    = 100 * time.Millisecond // how soon another process's writing is heard on SQLite
	listenUp   = time.Second            // between two tries to listen again
	listenPing = 5 * time.Second        // between two proofs that PostgreSQL is heard
)

// Generation is a number that is another one after every writing of what others may see: what was made of the database
// while it was the same holds still. It is not known (false) while nobody hears what other processes write: see Listen.
func (s *Store) Generation() (n uint64, known bool) {
	return s.changes.n.Load(), s.changes.heard.Load()
}

// Listen hears what other processes write until ctx ends: PostgreSQL tells (LISTEN), SQLite is asked ten times a second.
// When the database is away it goes on trying.
func (s *Store) Listen(ctx context.Context) {
	for ctx.Err() == nil {
		_ = s.listen(ctx) // the generation is unknown meanwhile
		s.changes.heard.Store(false)
		select {
		case <-ctx.Done():
		case <-time.After(listenUp):
		}
	}
}

func (s *Store) listen(ctx context.Context) error {
	if s.kind == "postgres" {
		return s.listenPostgres(ctx)
	}
	return s.listenSQLite(ctx)
}

func (s *Store) listenPostgres(ctx context.Context) error {
	config, err := pgx.ParseConfig(s.url)
	if err != nil {
		return err
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, "LISTEN "+channel); err != nil {
		return err
	}
	for {
		if err := s.hearsItself(ctx, conn); err != nil {
			return err
		}
		if !s.changes.heard.Swap(true) {
			s.changes.n.Add(1)
		}
		if err := s.hear(ctx, conn, func(string) bool { return false }); !errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
			return err
		}
	}
}

// hearsItself demands that what is told comes back: a connection that is dead at the other end, or shared by a pooler, is
// as silent as one on which nobody writes.
func (s *Store) hearsItself(ctx context.Context, conn *pgx.Conn) error {
	ping := "ping " + s.changes.id
	asking, stop := context.WithTimeout(ctx, listenPing)
	defer stop()
	if _, err := conn.Exec(asking, "SELECT pg_notify('"+channel+"', $1)", ping); err != nil {
		return err
	}
	return s.hear(ctx, conn, func(told string) bool { return told == ping })
}

// hear counts what others tell, for a few seconds or until one of it is awaited.
func (s *Store) hear(ctx context.Context, conn *pgx.Conn, awaited func(told string) bool) error {
	ctx, stop := context.WithTimeout(ctx, listenPing)
	defer stop()
	for {
		told, err := conn.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		if awaited(told.Payload) {
			return nil
		}
		if told.Payload != s.changes.id && !strings.HasPrefix(told.Payload, "ping ") {
			s.changes.n.Add(1)
		}
	}
}

// listenSQLite asks one connection whether another one has written since (PRAGMA data_version).
func (s *Store) listenSQLite(ctx context.Context) error {
	pool, err := s.read.DB()
	if err != nil {
		return err
	}
	conn, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	s.changes.n.Add(1)
	clock := time.NewTicker(listens)
	defer clock.Stop()
	for last := int64(-1); ; {
		var version int64
		if err := conn.QueryRowContext(ctx, "PRAGMA data_version").Scan(&version); err != nil {
			return err
		}
		if version != last {
			s.changes.n.Add(1)
		}
		last = version
		s.changes.heard.Store(true)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-clock.C:
		}
	}
}

// count has every writing counted, whatever way it takes through GORM.
func (c *changes) count(db *gorm.DB, kind string) error {
	written := func(db *gorm.DB) {
		if db.Error != nil || db.DryRun || !loud(db.Statement) {
			return
		}
		c.n.Add(1)
		if _, inTx := db.Statement.ConnPool.(gorm.TxCommitter); kind == "postgres" && !inTx {
			c.tell(db.Statement.Context, db.Statement.ConnPool)
		}
	}
	callback := db.Callback()
	for _, err := range []error{
		callback.Create().After("*").Register("carnet:created", written), callback.Update().After("*").Register("carnet:updated", written),
		callback.Delete().After("*").Register("carnet:deleted", written), callback.Raw().After("*").Register("carnet:done", written),
		callback.Row().After("*").Register("carnet:returned", written), callback.Query().After("*").Register("carnet:asked", written),
	} {
		if err != nil {
			return fmt.Errorf("open the database: %w", err)
		}
	}
	return nil
}

// tell lets other processes know. When that cannot be said now, what they have made holds until its time is over.
func (c *changes) tell(ctx context.Context, pool gorm.ConnPool) {
	_, _ = pool.ExecContext(context.WithoutCancel(ctx), "SELECT pg_notify('"+channel+"', $1)", c.id)
}

// loud says whether a statement writes, and not only to silent tables; when in doubt it does.
func loud(s *gorm.Statement) bool {
	words := strings.Fields(strings.ToLower(strings.TrimLeft(head(s.SQL.String()), "( \n\t")))
	if len(words) == 0 {
		return false
	}
	table := ""
	switch words[0] {
	case "select", "with", "pragma", "vacuum", "explain":
		return false
	case "insert", "delete": // into, from
		table = word(words, 2)
	case "update":
		table = word(words, 1)
	}
	table, _, _ = strings.Cut(strings.Trim(table, "`\""), "(")
	return !slices.Contains(silent, strings.Trim(table, "`\""))
}

func head(sql string) string { return sql[:min(len(sql), 200)] }

func word(words []string, at int) string {
	if at < len(words) {
		return words[at]
	}
	return ""
}

func newChanges() *changes {
	return &changes{id: strconv.FormatInt(time.Now().UnixNano(), 36) + NewID()[16:]}
}
