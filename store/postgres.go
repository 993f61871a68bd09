package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
)

const (
	postgresConnections = 20
	postgresIdle        = 10
	postgresAge         = 30 * time.Minute
	postgresPatience    = 10 * time.Second
)

func openPostgres(ctx context.Context, url string) (*Store, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, errors.New("open the database: its URL cannot be read") // the parser's own words quote the password
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = postgresPatience
	}
	pool := stdlib.OpenDB(*config, stdlib.OptionAfterConnect(atHome))
	pool.SetMaxOpenConns(postgresConnections)
	pool.SetMaxIdleConns(postgresIdle)
	pool.SetConnMaxLifetime(postgresAge)
	if err := pool.PingContext(ctx); err != nil {
		return nil, errors.Join(failed("open the database", err), pool.Close())
	}
	db, err := wrap(postgres.New(postgres.Config{Conn: pool}))
	if err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	return &Store{write: db, read: db, kind: "postgres", url: url}, nil
}

// atHome makes times come back in UTC instead of the machine's own zone, and tells of each type we ask with what it is
// there: where a URL says that nothing is prepared (default_query_exec_mode=exec, as some poolers need), pgx has to know,
// and the program is built without its own list (nopgxregisterdefaulttypes), which is for 60 types and takes 1.4 MB.
func atHome(ctx context.Context, c *pgx.Conn) error {
	m := c.TypeMap()
	m.RegisterType(&pgtype.Type{
		Name: "timestamptz", OID: pgtype.TimestamptzOID, Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
	})
	for _, known := range []struct {
		one, held any
		name      string
	}{
		{"", new(string), "text"},
		{false, new(bool), "bool"},
		{0, new(int), "int8"},
		{int64(0), new(int64), "int8"},
		{float64(0), new(float64), "float8"},
		{[]byte(nil), new([]byte), "bytea"},
		{time.Time{}, new(time.Time), "timestamptz"},
	} {
		m.RegisterDefaultPgType(known.one, known.name)
		m.RegisterDefaultPgType(known.held, known.name)
	}
	// Our questions take milliseconds; where PostgreSQL takes one for a long one it would compile it for a second first.
	_, err := c.Exec(ctx, "SET jit = off")
	return err
}

// awayPostgres tells whether the server cannot be used now. By class of SQLSTATE: 08 connection, 53 resources,
// 57P shut-down; 40 is a lost race with another transaction.
func awayPostgres(err error) bool {
	var fault *pgconn.PgError
	if errors.As(err, &fault) {
		for _, class := range []string{"08", "53", "57P", "40"} {
			if strings.HasPrefix(fault.Code, class) {
				return true
			}
		}
		return false
	}
	var refused *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &refused) || errors.As(err, &network) && !isDeadline(err) ||
		errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF)
}

// illegible tells that PostgreSQL was handed what is no text to it: NUL or broken UTF-8 (22021, 22P05). No row has such,
// so whoever asks for it finds nothing.
func illegible(err error) bool {
	var fault *pgconn.PgError
	return errors.As(err, &fault) && (fault.Code == "22021" || fault.Code == "22P05")
}

// isDeadline tells the caller's own deadline, which is a net.Error too, from the network's.
func isDeadline(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
}

// The store speaks two dialects in only a few places; this is where they differ in words.
func (s *Store) skipLocked() string {
	if s.kind == "postgres" {
		return "FOR UPDATE SKIP LOCKED"
	}
	return ""
}
