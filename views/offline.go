package views

import (
	"context"
	"regexp"
	"time"

	"github.com/a-h/templ"

	"github.com/carnetbadges/carnet/static"
)

// OfflineFiles are the files beside an archive's pages, by their names: the sheet they are drawn with.
func OfflineFiles() map[string][]byte {
	return map[string][]byte{"carnet.css": static.File("carnet.css")}
}

type offlineKey struct{}

// Offline lets pages be drawn that stand for themselves, without a server: icons lie in the page.
func Offline(ctx context.Context) context.Context { return context.WithValue(ctx, offlineKey{}, true) }

// icon is the address of a symbol: of the sprite, or of the one in this very page.
func icon(ctx context.Context, name string) string {
	if ctx.Value(offlineKey{}) != nil || liesIn(ctx, name) {
		return "#i-" + name
	}
	return static.Path("icons.svg") + "#i-" + name
}

// OfflinePassport is the first page of a passport's archive: index.html.
type OfflinePassport struct {
	Name, Handle string
	By           string    // scheme://host of the Carnet it comes from
	Made         time.Time // when the archive was asked for
	Identity     Identity
	Kept         []OfflineCard // what the passport holds
	Waiting      []OfflineCard // what waits for an address, or was refused
	Deleted      []OfflineCard // what is in the trash
	Papers       []string      // the names of the other files beside the page
}

// OfflineCard is one badge on the first page.
type OfflineCard struct {
	Card
	Page      string // the address of its own page
	CheckedAt *time.Time
}

// OfflineBadge is the page of one badge in an archive. Its addresses are those of files beside it.
type OfflineBadge struct {
	BadgePage
	Home    string // the address of the first page
	By      string
	Made    time.Time
	Seen    string // its visibility
	AddedAt time.Time
	Checks  []OfflineCheck // by which it can be verified again, the latest first
}

// OfflineCheck is how one verification can be made again.
type OfflineCheck struct {
	At    time.Time
	Web   string // the file of its recorded web
	Input string // what to verify: the name of a file, or an address
}

func (c OfflineCheck) command() string {
	return "carnet verify --web " + quoted(c.Web) + " --at " + c.At.UTC().Format(time.RFC3339Nano) + " " + quoted(c.Input)
}

var symbol = regexp.MustCompile(`(?s)<svg[^>]*>(.*)</svg>`)

// sprite are the symbols of icons, to lie in a page.
func sprite() templ.Component {
	found := symbol.FindSubmatch(static.File("icons.svg"))
	if found == nil {
		return templ.NopComponent
	}
	return templ.Raw(string(found[1]))
}
