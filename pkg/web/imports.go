package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/backpack"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

const (
	importRows = 100 // of an import on one page
	fixRows    = 50  // of what is left to fix
	landedMost = 24  // pictures of new badges above a table
)

// importPage tells of every item of an import what became of it; while it goes on, the page asks for itself.
func (s *Site) importPage(c echo.Context, me store.Person) error {
	i, err := s.Store.Import(c.Request().Context(), me.ID, c.Param("id"))
	if err != nil {
		return err
	}
	page, err := s.importTold(c, me, i)
	if err != nil {
		return err
	}
	if page.Frame, err = s.frame(c, "title.add", "add"); err != nil {
		return err
	}
	return s.show(c, http.StatusOK, views.Import(page))
}

func (s *Site) importTold(c echo.Context, me store.Person, i store.Import) (views.ImportPage, error) {
	ctx := c.Request().Context()
	page := views.ImportPage{
		ID: i.ID, State: i.State, Total: i.Total, LeftOut: i.LeftOut, Most: backpack.MostItems,
		Show: choice(c.QueryParam("show"), "all", "open", "added"), Counts: map[string]int{},
	}
	if err := s.countImport(ctx, &page, i); err != nil {
		return page, err
	}
	after := -1
	if n, err := strconv.Atoi(c.QueryParam("after")); err == nil && n >= 0 {
		after, page.More = n, true
	}
	query := store.ItemsQuery{Import: i.ID, Only: only(page.Show), After: after, Limit: importRows + 1}
	items, err := s.Store.ImportItems(ctx, query)
	if err != nil {
		return page, err
	}
	if len(items) > importRows {
		items = items[:importRows]
		page.Next = strconv.Itoa(items[importRows-1].Position)
	}
	page.Rows, err = s.itemViews(ctx, me, items)
	return page, err
}

func only(show string) string {
	if show == "all" {
		return ""
	}
	return show
}

// countImport fills in the figures, and for which other import this one waits.
func (s *Site) countImport(ctx context.Context, page *views.ImportPage, i store.Import) error {
	counts, err := s.Store.ImportCounts(ctx, i.ID)
	if err != nil {
		return err
	}
	for _, n := range counts {
		if n.State == store.ItemWaiting {
			page.Waits += n.Count
			continue
		}
		page.Counts[n.Result] += n.Count
		if n.State == store.ItemOpen {
			page.Open += n.Count
		}
	}
	page.Needs = page.Open + page.Counts[backpack.Waiting]
	added, err := s.Store.AddedBy(ctx, i.PersonID, i.ID, false)
	if err != nil {
		return err
	}
	page.Added = len(added)
	mine := accepted(added)
	page.Mine, page.Shown = len(mine), views.CommonVisibility(visibilities(mine))
	first, err := s.Store.ImportBefore(ctx, i.PersonID)
	page.Queues = err == nil && i.State == store.ImportRunning && first.ID != i.ID
	if isNotFound(err) {
		err = nil
	}
	return err
}

func visibilities(badges []store.Badge) (list []string) {
	for _, b := range badges {
		list = append(list, b.Visibility)
	}
	return list
}

// itemViews says of items what became of them, with the badges as they are now.
func (s *Site) itemViews(ctx context.Context, me store.Person, items []store.ImportItem) ([]views.ImportView, error) {
	var ids []string
	for _, item := range items {
		if item.BadgeID != nil {
			ids = append(ids, *item.BadgeID)
		}
	}
	badges, err := s.Store.BadgesOf(ctx, me.ID, ids)
	if err != nil {
		return nil, err
	}
	addresses, err := s.claimedEver(ctx, me.ID)
	if err != nil {
		return nil, err
	}
	list := make([]views.ImportView, 0, len(items))
	for _, item := range items {
		view, err := s.itemView(item, badges, addresses)
		if err != nil {
			return nil, err
		}
		list = append(list, view)
	}
	return list, nil
}

func (s *Site) itemView(item store.ImportItem, badges map[string]store.Badge, addresses []store.Address) (views.ImportView, error) {
	said, err := backpack.ItemParamsIn(item.Params)
	v := views.ImportView{
		ID: item.ID, Item: item.Name, Size: item.Size, Outcome: item.Result, Reason: item.Reason, Detail: item.Detail,
		Params: said.Params, Names: said.Names, Open: item.State == store.ItemOpen, Dismissed: item.State == store.ItemDismissed, Again: item.RetryAt,
		Kept: item.BlobKey != "" || item.Link != "",
	}
	if item.Link != "" {
		v.Item = shortened(item.Link)
	}
	if item.State == store.ItemWaiting {
		v.Outcome = "next"
	}
	if item.BadgeID == nil {
		return v, err
	}
	badge, held := badges[*item.BadgeID]
	if !held {
		return v, err
	}
	wait := s.wait(badge, addresses)
	v.Card, v.AddressID, v.Address, v.Removed, v.Trashed = &wait.Card, wait.AddressID, wait.Address, wait.Removed, badge.DeletedAt != nil
	if v.Outcome == backpack.Waiting && badge.State == store.Accepted {
		v.Outcome = backpack.Added // its address was proved since
	}
	if badge.VerdictReason != item.Reason { // another look has found something else since
		v.Reason, v.Detail, v.Params = badge.VerdictReason, "", nil
	}
	return v, err
}

// stopImport stops an import; what is done stays.
func (s *Site) stopImport(c echo.Context, me store.Person) error {
	if err := s.Backpack.StopImport(c.Request().Context(), me.ID, c.Param("id")); err != nil {
		return err
	}
	return s.toImport(c, "import-stopped", -1)
}

// goOnImporting goes on with an import that was stopped.
func (s *Site) goOnImporting(c echo.Context, me store.Person) error {
	if err := s.Backpack.GoOnImporting(c.Request().Context(), me.ID, c.Param("id")); err != nil {
		return err
	}
	s.Kick()
	return s.toImport(c, "", -1)
}

// undoImport puts all an import has added in the trash.
func (s *Site) undoImport(c echo.Context, me store.Person) error {
	n, err := s.Backpack.UndoImport(c.Request().Context(), me.ID, c.Param("id"))
	if err != nil {
		return err
	}
	return s.toImport(c, "import-undone", n)
}

// redoImport takes that back.
func (s *Site) redoImport(c echo.Context, me store.Person) error {
	n, err := s.Backpack.RedoImport(c.Request().Context(), me.ID, c.Param("id"))
	if err != nil {
		return err
	}
	return s.toImport(c, "import-redone", n)
}

// showImported changes who may see all badges of an import.
func (s *Site) showImported(c echo.Context, me store.Person) error {
	return s.changeImported(c, me, backpack.Deed{What: backpack.SetShown, With: c.FormValue("visibility")})
}

// tagImported puts a tag on all badges of an import.
func (s *Site) tagImported(c echo.Context, me store.Person) error {
	return s.changeImported(c, me, backpack.Deed{What: backpack.AddTag, With: c.FormValue("tag")})
}

// changeImported does a deed to all badges an import has added, but those that wait for an address, and leads back with a
// way to take it back.
func (s *Site) changeImported(c echo.Context, me store.Person, deed backpack.Deed) error {
	ctx := c.Request().Context()
	if _, err := s.Store.Import(ctx, me.ID, c.Param("id")); err != nil {
		return err
	}
	added, err := s.Store.AddedBy(ctx, me.ID, c.Param("id"), false)
	if err != nil {
		return err
	}
	var badges []string
	for _, b := range accepted(added) {
		badges = append(badges, b.ID)
	}
	changed, err := s.Backpack.Change(ctx, me.ID, badges, deed)
	done := "bulk-" + deed.With
	switch {
	case errors.Is(err, backpack.ErrVisibility):
		return echo.ErrBadRequest
	case errors.Is(err, backpack.ErrTag):
		done, err = "bulk-no-tag", nil
	case changed.Full > 0:
		done = "bulk-full"
	case changed.Badges == 0:
		done = "bulk-nothing"
	case deed.What == backpack.AddTag:
		done = "bulk-tag"
	}
	if err != nil {
		return err
	}
	at := &url.URL{Path: "/badges/imports/" + c.Param("id")}
	return seeOther(c, withNotice(at, done, url.Values{"n": {strconv.Itoa(max(changed.Badges, changed.Full))}, "undo": {changed.Undo}}))
}

func accepted(badges []store.Badge) []store.Badge {
	return slices.DeleteFunc(badges, func(b store.Badge) bool { return b.State != store.Accepted })
}

// toImport leads back to the page of an import; n below 0 counts nothing.
func (s *Site) toImport(c echo.Context, done string, n int) error {
	query := url.Values{}
	if done != "" {
		query.Set("done", done)
	}
	if n >= 0 {
		query.Set("n", strconv.Itoa(n))
	}
	address := "/badges/imports/" + url.PathEscape(c.Param("id"))
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	return seeOther(c, address)
}

// importNotice adds to a notice about an import, or about what was left to fix, how many it speaks of and the way back.
func (s *Site) importNotice(c echo.Context, n *views.Notice) {
	count := []any{"Count", howMany(c.QueryParam("n"))}
	if here := c.Request().URL.Path; strings.HasPrefix(here, "/badges/imports/") && n.UndoAction == "/badges/undo" {
		n.Undo["back"] = here
	}
	switch here := c.Request().URL.Path; n.Key {
	case "import-undone":
		n.Params, n.UndoAction = count, here+"/redo"
	case "import-redone":
		n.Params = count
	case "fix-dismissed":
		n.UndoAction = "/badges/to-fix/" + url.PathEscape(c.QueryParam("item")) + "/open"
	case "fix-dismissed-all":
		n.Params, n.UndoAction, n.Undo = count, "/badges/to-fix/open", map[string]string{"at": c.QueryParam("at")}
	}
}

// bringingNow is what a person's pages say of an import that goes on, and of what is left to fix.
func (s *Site) bringingNow(ctx context.Context, me store.Person) (b views.Bringing, err error) {
	if b.ToFix, err = s.Store.CountOpen(ctx, me.ID); err != nil {
		return b, err
	}
	latest, err := s.Store.Imports(ctx, me.ID, 1)
	if err != nil || len(latest) == 0 {
		return b, err
	}
	switch i := latest[0]; i.State {
	case store.ImportRunning, store.ImportFilling:
		b.Going = i.ID
	case store.ImportStopped:
		b.Stopped = i.ID
	}
	return b, nil
}
