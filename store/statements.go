package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/golang-lru/v2/simplelru"
	lite "modernc.org/sqlite"
)

// keptStatements is how many questions each connection to SQLite keeps understood; each takes some 10 kB.
const keptStatements = 128

// understanding opens connections to SQLite that keep what they were asked: to parse a question and plan its way costs
// several times as much as to answer it. (PostgreSQL's driver does the same by itself.)
type understanding struct{ driver.Connector }

func understandingConnector(dsn string) (driver.Connector, error) {
	plain, err := lite.NewConnector(dsn)
	return understanding{plain}, err
}

// Connect is driver.Connector's.
func (u understanding) Connect(ctx context.Context) (driver.Conn, error) {
	plain, err := u.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	whole, ok := plain.(sqliteConn)
	if !ok {
		return nil, errors.Join(fmt.Errorf("open the database: %T is no connection as we know it", plain), plain.Close())
	}
	c := &asking{sqliteConn: whole}
	c.kept, err = simplelru.NewLRU(keptStatements, func(_ string, q *question) { q.leave() })
	return c, err
}

// sqliteConn is all that a connection of our driver can do, and database/sql makes use of.
type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// asking is a connection that keeps its questions. Like every connection it is used by one goroutine at a time.
type asking struct {
	sqliteConn
	kept *simplelru.LRU[string, *question]
}

// question is a statement that is understood. While its answer is being read it cannot be asked again.
type question struct {
	sqliteStatement
	busy, left bool
}

type sqliteStatement interface {
	driver.Stmt
	driver.StmtQueryContext
}

// leave lets go of a question, at the latest when its answer has been read.
func (q *question) leave() {
	if q.left = true; !q.busy {
		_ = q.Close() // it was finalized; what its last answer failed with has been told
	}
}

// QueryContext is driver.QueryerContext's.
func (c *asking) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if !strings.HasPrefix(query, "SELECT ") {
		return c.sqliteConn.QueryContext(ctx, query, args)
	}
	q, known := c.kept.Get(query)
	if known && q.busy {
		return c.sqliteConn.QueryContext(ctx, query, args)
	}
	if !known {
		statement, err := c.PrepareContext(ctx, query)
		if err != nil {
			return nil, err
		}
		whole, ok := statement.(sqliteStatement)
		if !ok {
			return nil, errors.Join(fmt.Errorf("%T is no statement as we know it", statement), statement.Close())
		}
		q = &question{sqliteStatement: whole}
		c.kept.Add(query, q)
	}
	rows, err := q.QueryContext(ctx, args)
	if err != nil {
		c.kept.Remove(query)
		return nil, err
	}
	whole, ok := rows.(sqliteRows)
	if !ok {
		return nil, errors.Join(fmt.Errorf("%T are no rows as we know them", rows), rows.Close())
	}
	q.busy = true
	return &answer{sqliteRows: whole, to: q, forget: func() { c.kept.Remove(query) }}, nil
}

// Close is driver.Conn's.
func (c *asking) Close() error {
	c.kept.Purge()
	return c.sqliteConn.Close()
}

// sqliteRows is all that the rows of our driver can do.
type sqliteRows interface {
	driver.Rows
	driver.RowsColumnTypeDatabaseTypeName
	driver.RowsColumnTypeLength
	driver.RowsColumnTypeNullable
	driver.RowsColumnTypePrecisionScale
	driver.RowsColumnTypeScanType
}

// answer are the rows of a question; read to their end, it can be asked again.
type answer struct {
	sqliteRows
	to     *question
	forget func()
}

// Close is driver.Rows's.
func (a *answer) Close() error {
	err := a.sqliteRows.Close()
	a.to.busy = false
	switch {
	case a.to.left:
		a.to.leave()
	case err != nil:
		a.forget()
	}
	return err
}
