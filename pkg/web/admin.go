package web

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// pageOfAdmin is how many people, jobs or log entries one page lists.
const pageOfAdmin = 30

// admins lets through only administrators: to other members these pages do not exist, visitors are led to the door.
func (s *Site) admins(next func(echo.Context, store.Person) error) echo.HandlerFunc {
	return s.members(func(c echo.Context, me store.Person) error {
		if me.Role != "admin" {
			return store.ErrNotFound
		}
		return next(c, me)
	})
}

// freshAdmins is admins for what is dangerous: it asks who they are again when they have not shown it lately.
func (s *Site) freshAdmins(next func(echo.Context, store.Person) error) echo.HandlerFunc {
	fresh := s.fresh(next)
	return s.admins(func(c echo.Context, _ store.Person) error { return fresh(c) })
}

// adminFrame surrounds a page of the administrators.
func (s *Site) adminFrame(c echo.Context, place string) (views.Frame, error) {
	f, err := s.frame(c, "admin."+place, "admin")
	f.NoIndex = true
	return f, err
}

// nextPage is the address of the next page of a list; empty on the last.
func nextPage(path, after string, query url.Values) string {
	if after == "" {
		return ""
	}
	kept := url.Values{"after": {after}}
	for name, values := range query {
		if len(values) > 0 && values[0] != "" {
			kept[name] = values[:1]
		}
	}
	return path + "?" + kept.Encode()
}

// names remembers what people are called while one page is made.
type names struct {
	s     *Site
	known map[string]string
}

func (s *Site) names() names { return names{s: s, known: map[string]string{}} }

// of is what a person is called; the id itself where they have left.
func (n names) of(c echo.Context, id *string) (string, error) {
	if id == nil {
		return "", nil
	}
	if name, ok := n.known[*id]; ok {
		return name, nil
	}
	person, err := n.s.Store.Person(c.Request().Context(), *id)
	switch {
	case isNotFound(err):
		n.known[*id] = *id
	case err != nil:
		return "", err
	default:
		n.known[*id] = person.Name
	}
	return n.known[*id], nil
}

// logLines are entries of the audit, with the names of whom they speak of.
func (s *Site) logLines(c echo.Context, entries []store.AuditEntry) ([]views.LogLine, error) {
	names, lines := s.names(), make([]views.LogLine, 0, len(entries))
	for _, e := range entries {
		line := views.LogLine{At: e.At, What: e.What, Detail: e.Detail}
		var err error
		if line.Person, err = names.of(c, e.PersonID); err != nil {
			return nil, err
		}
		if line.By, err = names.of(c, e.ActorID); err != nil {
			return nil, err
		}
		if e.PersonID != nil {
			line.PersonID = *e.PersonID
		}
		if e.ActorID != nil {
			line.ByID = *e.ActorID
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// adminLog is the log of the whole house, by what happened and whom it concerns.
func (s *Site) adminLog(c echo.Context, _ store.Person) (err error) {
	ctx := c.Request().Context()
	page := views.AdminLogPage{What: c.QueryParam("what"), Person: c.QueryParam("person"), Now: s.Now()}
	if page.Words, err = s.Store.AuditWords(ctx); err != nil {
		return err
	}
	query := store.AuditQuery{What: page.What, After: c.QueryParam("after"), Limit: pageOfAdmin}
	if page.Person != "" {
		person, err := s.Accounts.Find(ctx, page.Person)
		if err != nil && !isNotFound(err) {
			return err
		}
		query.Person, page.Known = person.ID, err == nil
	}
	if page.Person == "" || page.Known {
		entries, next, err := s.Store.AuditPage(ctx, query)
		if err != nil {
			return err
		}
		if page.Lines, err = s.logLines(c, entries); err != nil {
			return err
		}
		page.Next = nextPage("/admin/log", next, url.Values{"what": {page.What}, "person": {page.Person}})
	}
	if page.Frame, err = s.adminFrame(c, "log"); err != nil {
		return err
	}
	return s.show(c, http.StatusOK, views.AdminLog(page))
}
