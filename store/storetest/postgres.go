package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/stdlib"

	"github.com/carnetbadges/carnet/store"
)

// errNoPostgres names what is missing, because a test that cannot run must say how it could.
var errNoPostgres = errors.New("initdb was not found: apt-get install postgresql (or set CARNET_TEST_SQLITE_ONLY=1)")

const (
	template = "carnet_template"
	patience = 30 * time.Second
)

// server is a PostgreSQL cluster of this process's own, on a socket in a folder that goes with it.
type server struct {
	folder string
	admin  *sql.DB
	alive  io.Closer // the pipe whose closing ends the server: kept, or the garbage collector would close it

	lock sync.Mutex // CREATE DATABASE locks its template
	made int
	free []string
}

// cluster starts the server at the first call. It ends with the process: a shell holds the other end of a pipe and,
// when that closes, however the process ended, stops the server and removes its folder.
var cluster = sync.OnceValues(func() (*server, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "carnet-pg-")
	if err != nil {
		return nil, err
	}
	s := &server{folder: folder}
	if err := s.start(bin); err != nil {
		return nil, err
	}
	return s, s.prepare(context.Background())
})

// binaries is the folder with initdb and postgres: the newest of Debian's package, else where PATH has initdb.
func binaries() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	newest, version := "", -1
	for _, path := range found {
		folder := filepath.Dir(path)
		if n, err := strconv.Atoi(filepath.Base(filepath.Dir(folder))); err == nil && n > version {
			newest, version = folder, n
		}
	}
	if newest != "" {
		return newest, nil
	}
	path, err := exec.LookPath("initdb")
	if err != nil {
		return "", errNoPostgres
	}
	return filepath.Dir(path), nil
}

const script = `
"$1/initdb" -D "$2/data" -U carnet -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$2/log" 2>&1 || exit 1
"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=off -c synchronous_commit=off \
	-c full_page_writes=off -c max_connections=200 -c shared_buffers=32MB -c timezone=Europe/Paris >>"$2/log" 2>&1 &
server=$!
cat >/dev/null
kill -INT $server
wait $server
rm -rf "$2"
`

// start runs the server as the user postgres when we are root, for it refuses to be root.
func (s *server) start(bin string) error {
	command := exec.Command("/bin/sh", "-c", script, "sh", bin, s.folder) //nolint:gosec // paths found above
	command.Dir = s.folder
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if os.Geteuid() == 0 {
		uid, gid, err := postgresUser()
		if err != nil {
			return err
		}
		if err := os.Chown(s.folder, int(uid), int(gid)); err != nil {
			return err
		}
		command.SysProcAttr.Credential = &syscall.Credential{Uid: uid, Gid: gid}
	}
	alive, err := command.StdinPipe()
	if err != nil {
		return err
	}
	s.alive = alive
	return command.Start()
}

func postgresUser() (uid, gid uint32, err error) {
	u, err := user.Lookup("postgres")
	if err != nil {
		return 0, 0, fmt.Errorf("%w: %w", errNoPostgres, err)
	}
	id, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return 0, 0, err
	}
	group, err := strconv.ParseUint(u.Gid, 10, 32)
	return uint32(id), uint32(group), err
}

// prepare waits for the server and makes the template: an empty database with our schema.
func (s *server) prepare(ctx context.Context) error {
	if err := s.wait(ctx); err != nil {
		return err
	}
	if _, err := s.admin.ExecContext(ctx, "CREATE DATABASE "+template); err != nil {
		return err
	}
	made, err := store.Open(ctx, s.url(template), "")
	if err != nil {
		return err
	}
	return made.Close()
}

func (s *server) wait(ctx context.Context) error {
	db, err := sql.Open("pgx", s.url("postgres"))
	if err != nil {
		return err
	}
	s.admin = db
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		err = db.PingContext(ctx)
		if err == nil {
			return nil
		}
		if time.Since(began) > patience {
			log, logErr := os.ReadFile(filepath.Join(s.folder, "log"))
			return errors.Join(fmt.Errorf("the server did not start: %w\n%s", err, log), logErr)
		}
	}
}

func (s *server) url(database string) string {
	q := url.Values{"host": {s.folder}, "user": {"carnet"}, "sslmode": {"disable"}}
	return "postgres:///" + database + "?" + q.Encode()
}

// database is an empty database, and how to give it back: one with our schema is emptied and used again, because
// copying the template costs ten times as much.
func (s *server) database(ctx context.Context, from string) (url string, giveBack func() error, err error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	if n := len(s.free); from == template && n > 0 {
		name := s.free[n-1]
		s.free = s.free[:n-1]
		return s.url(name), func() error { return s.empty(name) }, nil
	}
	s.made++
	name := "carnet_" + strconv.Itoa(s.made)
	if _, err := s.admin.ExecContext(ctx, "CREATE DATABASE "+name+" TEMPLATE "+from); err != nil {
		return "", nil, err
	}
	if from == template {
		return s.url(name), func() error { return s.empty(name) }, nil
	}
	return s.url(name), func() error { return s.drop(name) }, nil
}

func (s *server) drop(name string) error {
	_, err := s.admin.ExecContext(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)")
	return err
}

// clear empties the tables that hold anything, without asking who refers to whom: to truncate them all would make hundreds
// of files anew. Large ones are truncated nevertheless, or the planner would go on taking them for large.
const clear = `SET session_replication_role = replica;
DO $$ DECLARE t text; held boolean; large text; BEGIN
	FOR t IN SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'goose_db_version' LOOP
		EXECUTE 'SELECT EXISTS (SELECT 1 FROM ' || t || ')' INTO held;
		IF held AND pg_relation_size(t::regclass) > 262144 THEN large := concat_ws(', ', large, t);
		ELSIF held THEN EXECUTE 'DELETE FROM ' || t; END IF;
	END LOOP;
	IF large IS NOT NULL THEN EXECUTE 'TRUNCATE ' || large || ' CASCADE'; END IF;
END $$`

// empty takes every row out of a database, ending whoever still uses it, and keeps it for the next test.
func (s *server) empty(name string) error {
	_, err := s.admin.ExecContext(context.Background(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
	if err != nil {
		return err
	}
	db, err := sql.Open("pgx", s.url(name))
	if err != nil {
		return err
	}
	_, err = db.ExecContext(context.Background(), clear)
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	s.free = append(s.free, name)
	return nil
}

// The driver registers itself as "pgx" when its package is linked in.
var _ = stdlib.GetDefaultDriver
