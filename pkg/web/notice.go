package web

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/views"
)

// notices are the short answers a page may begin with: the word after done= in its address, and its tone.
// Nothing is kept for them, so that looking at a page never writes.
var notices = map[string]string{
	"added": "green", "already": "blue", "updated": "green", "waiting": "amber",
	"private": "green", "members": "green", "public": "green", "checked": "blue",
	"helped": "green", "help-wait": "amber", "rights": "green", "last-admin": "amber", "not-needed": "blue", "no-looking": "amber", "looked": "blue",
	"withdrawn": "green", "house-blocked": "green", "house-unblocked": "green",
	"job-retried": "green", "job-deleted": "green", "job-taken": "blue", "job-gone": "amber",
	"evidence-added": "green", "evidence-changed": "green", "evidence-hidden": "green", "evidence-shown": "green",
	"evidence-removed": "green", "evidence-restored": "green", "evidence-restored-hidden": "amber",
	"deleted": "green", "restored": "green", "restored-shown": "green", "there-already": "amber",
	"saved": "green", "letter-sent": "green", "letter-wait": "amber", "confirmed": "green", "confirmed-badges": "green",
	"password": "green", "password-removed": "green", "last-way": "amber", "setup": "green", "made": "green", "code-sent": "green", "session-ended": "green", "sessions-ended": "green", "signed-out-everywhere": "green", "signed-out": "green",
	"provider-away": "amber", "provider-doubted": "amber", "provider-stale": "amber", "provider-declined": "blue", "provider-closed": "amber", "provider-other": "amber", "provider-undated": "amber",
	"out-already": "blue", "called-off": "green", "stays": "green", "stay-late": "amber", "left": "blue",
	"provider-linked": "green", "provider-unlinked": "green", "provider-taken": "amber",
	"bulk-public": "green", "bulk-members": "green", "bulk-link": "green", "bulk-private": "green", "bulk-tag": "green", "bulk-untag": "green",
	"bulk-favourite": "green", "bulk-unfavourite": "green", "bulk-delete": "green", "bulk-restore": "green", "bulk-full": "amber",
	"bulk-none": "amber", "bulk-nothing": "blue", "bulk-no-tag": "amber", "tagged": "green", "untagged": "green", "tag-full": "amber",
	"tag-renamed": "green", "tag-deleted": "green", "undone": "green", "undone-late": "amber",
	"calendar-made": "green", "calendar-off": "green",
	"link": "green", "link-made": "green", "link-withdrawn": "green",
	"portrait": "green", "portrait-removed": "green", "blocked": "green", "unblocked": "green",
	"collection-made": "green", "collected": "green", "collected-none": "blue", "uncollected": "green", "put-back": "green", "collection-full": "amber",
	"collection-deleted": "green", "collection-restored": "green", "raised": "green", "checked-all": "blue", "checked-lately": "blue", "checking": "blue",
	"joined": "green", "parted": "green", "parted-but": "amber", "part-address": "amber", "part-later": "amber", "part-departing": "amber",
	"address-added": "green", "address-confirmed": "green", "address-primary": "green", "address-removed": "green",
	"address-restored": "green", "address-gone": "amber", "address-taken": "amber", "address-needed": "amber",
	"import-undone": "green", "import-redone": "green", "import-stopped": "blue", "import-cut": "amber",
	"fixed": "green", "fixed-already": "blue", "fixed-waiting": "amber", "fix-still": "amber", "fix-dismissed": "green", "fix-dismissed-all": "green", "fix-open": "green",
	"passkey-added": "green", "passkey-renamed": "green", "passkey-removed": "green", "passkey-declined": "blue",
	"second-off": "green", "app-changed": "green", "app-removed": "green", "second-needed": "amber", "second-late": "amber",
}

// notice is the answer to what was just done, if the address names one that exists, or to what was asked too often.
func (s *Site) notice(c echo.Context) *views.Notice {
	if c.Get(slowed) != nil {
		return &views.Notice{Key: "slowed", Tone: "amber"}
	}
	done := c.QueryParam("done")
	tone, known := notices[done]
	if !known || led(c) && !strings.HasPrefix(done, "provider-") {
		return nil
	}
	n := &views.Notice{Key: done, Tone: tone}
	if oneOf(done, []string{"confirmed-badges", "parted-but", "collected", "raised", "checked-all"}) {
		n.Params = []any{"Count", howMany(c.QueryParam("n"))}
	}
	if strings.HasPrefix(done, "bulk-") || strings.HasPrefix(done, "tag-") {
		n.Params = []any{"Count", howMany(c.QueryParam("n"))}
		if undo := c.QueryParam("undo"); undo != "" {
			n.UndoAction, n.Undo = "/badges/undo", map[string]string{"undo": undo, "back": wallAsk(c.QueryParams()).Address()}
		}
	}
	if address := c.QueryParam("address"); done == "address-removed" && address != "" {
		n.UndoAction = addressAt(address) + "/restore"
	}
	if badge := c.QueryParam("badge"); done == "deleted" && badge != "" {
		n.UndoAction = "/b/" + url.PathEscape(badge) + "/restore"
	}
	if badge, piece := c.QueryParam("badge"), c.QueryParam("piece"); done == "evidence-removed" && badge != "" && piece != "" {
		n.UndoAction = evidenceAt(badge, piece) + "/restore"
	}
	if collection := c.QueryParam("collection"); done == "collection-deleted" && collection != "" {
		n.UndoAction = collectionAt(collection) + "/restore"
	} else if badge := c.QueryParam("badge"); done == "uncollected" && collection != "" && badge != "" {
		n.UndoAction, n.Undo = collectionAt(collection)+"/put-back", map[string]string{"badge": badge}
	}
	s.importNotice(c, n)
	if person := c.QueryParam("person"); done == "blocked" && person != "" {
		n.UndoAction, n.Undo = "/you/unblock", map[string]string{"person": person}
	}
	return n
}

// led says whether a page of another site led here: it must not put our words on our page. Browsers tell
// (Sec-Fetch-Site); providers lead people back, and their answers are told.
func led(c echo.Context) bool {
	return c.Request().Header.Get("Sec-Fetch-Site") == "cross-site"
}

// howMany is how many an address speaks of, at least one.
func howMany(n string) int {
	count, err := strconv.Atoi(n)
	if err != nil || count < 1 || count > 100_000 {
		return 1
	}
	return count
}
