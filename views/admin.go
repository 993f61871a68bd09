package views

import (
	"context"
	"slices"
	"strconv"
	"time"
)

// adminPlaces are the pages of those who look after the house, in the order they are shown: the word is admin.<Name>.
func adminPlaces() []settingsPlace {
	return []settingsPlace{
		{"overview", "/admin"},
		{"people", "/admin/people"},
		{"joining", "/admin/sign-up"},
		{"blocked", "/admin/blocked"},
		{"jobs", "/admin/jobs"},
		{"log", "/admin/log"},
		{"tests", "/admin/tests"},
		{"house", "/admin/settings"},
	}
}

// AdminOverviewPage is what the house counts of itself (GET /admin).
type AdminOverviewPage struct {
	Frame     Frame
	Warnings  []string // admin.warning.<word>
	People    int      // disabled ones too
	Proved    int
	Disabled  int
	Admins    int
	Weeks     []WeekView // the oldest first
	Standards []StandardView
	Waiting   int // jobs
	Dead      int // jobs that were given up
	Letters   int // of those, letters
	Errors    []JobView
	Files     int
	Bytes     int64
	Whole     bool // all files were counted
	Astray    int  // files that lie aside, since nothing speaks of them
	Stopped   bool // they are so many that no more are swept
	Database  string
	DataBytes int64
	Version   string // of this program
	Language  string // of Go
	Engine    string // of the database
	Schema    int64
	BackupAt  *time.Time // nil: none is known
	Now       time.Time
}

// WeekView is how many joined in the seven days until a day.
type WeekView struct {
	Until time.Time
	Count int
}

// StandardView is how many badges there are of a standard, by verdict.
type StandardView struct {
	Name   string
	Counts map[string]int // genuine, not-current, contradicted, cannot-tell
}

var verdictColumns = []string{"genuine", "not-current", "contradicted", "cannot-tell"}

// all counts a standard's badges.
func (s StandardView) all() (n int) {
	for _, count := range s.Counts {
		n += count
	}
	return n
}

// share is a piece of the bar that stands for a standard: where it begins and how long it is, in hundredths.
type share struct{ Verdict, From, Length string }

func (s StandardView) shares(most int) (pieces []share) {
	at := 0.0
	for _, verdict := range verdictColumns {
		length := 100 * float64(s.Counts[verdict]) / float64(max(most, 1))
		if length > 0 {
			pieces = append(pieces, share{verdict, decimal(at), decimal(length)})
		}
		at += length
	}
	return pieces
}

func (p AdminOverviewPage) mostOfStandard() (most int) {
	for _, s := range p.Standards {
		most = max(most, s.all())
	}
	return most
}

// bar is a week in the drawing of weeks, which is 240 wide and 60 high.
type bar struct{ X, Y, Width, Height string }

// anyJoined says whether there is anything to draw.
func (p AdminOverviewPage) anyJoined() bool {
	return slices.ContainsFunc(p.Weeks, func(w WeekView) bool { return w.Count > 0 })
}

func (p AdminOverviewPage) bars() (bars []bar) {
	most := 1
	for _, w := range p.Weeks {
		most = max(most, w.Count)
	}
	step := 240 / float64(max(len(p.Weeks), 1))
	for i, w := range p.Weeks {
		height := 54 * float64(w.Count) / float64(most)
		if w.Count > 0 {
			height = max(height, 2)
		}
		bars = append(bars, bar{decimal(float64(i)*step + 2), decimal(58 - height), decimal(step - 4), decimal(height)})
	}
	return bars
}

func decimal(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }

// joined is what the drawing of weeks says in words.
func (p AdminOverviewPage) joined(ctx context.Context) string {
	n := 0
	for _, w := range p.Weeks {
		n += w.Count
	}
	return T(ctx, "admin.joined.sum", "Count", n, "Weeks", len(p.Weeks))
}

// AdminPeoplePage finds people (GET /admin/people).
type AdminPeoplePage struct {
	Frame  Frame
	Words  string // as typed
	Only   string // "", admin or disabled
	People []AdminPersonRow
	Next   string // the address of the next page; empty: this is the last
	More   bool   // this is not the first page
}

// AdminPersonRow is somebody in the list.
type AdminPersonRow struct {
	ID, Name, Handle, Initials string
	Admin, Disabled, Leaving   bool
	Joined                     time.Time
}

// AdminPersonPage is one person, for those who help them (GET /admin/people/{id}).
type AdminPersonPage struct {
	Frame     Frame
	Person    AdminPersonRow
	Self      bool // it is the reader
	Language  string
	Addresses []AddressView
	Password  bool
	Passkeys  int
	Second    bool
	App       bool
	Providers []string
	Sessions  int
	Badges    int // held; how many are shown to whom is nobody else's to know
	Trash     int
	MayLook   bool
	Reasons   []string
	Log       []LogLine
	Next      string
	Now       time.Time
}

// LogLine is an entry of a log.
type LogLine struct {
	At           time.Time
	What, Detail string
	Person       string // whom it concerns; empty: the house
	PersonID     string
	By           string // who did it; empty: the house
	ByID         string
}

// AdminJoiningPage says how one joins (GET, POST /admin/sign-up).
type AdminJoiningPage struct {
	Frame       Frame
	Mode        string // open, invitation or closed
	Invitations []InvitationView
	Email       string // as typed, and so are
	Most        string
	Days        string
	Mistakes    map[string]string // email, most, days
	Link        string            // of the invitation just made, shown once
	LinkFor     string            // whom it was sent to; empty: nobody
	Now         time.Time
}

// InvitationView is an invitation in the list.
type InvitationView struct {
	ID, Email  string
	Most, Used int
	By         string // who made it; empty: the house
	Made, Ends time.Time
	State      string // good, used, over or withdrawn
}

// AdminBlockedPage lists whom the house does not deal with (GET, POST /admin/blocked).
type AdminBlockedPage struct {
	Frame         Frame
	Domains       []BlockView
	Issuers       []BlockView
	Name, Reason  string // as typed
	Kind          string // of the form that was typed in: domain or issuer
	Mistake       string // required, malformed, taken
	ReasonMistake string // too-long
	Now           time.Time
}

// BlockView is a block in a list.
type BlockView struct {
	ID, Name, Reason string
	By               string // who made it; empty: the house
	At               time.Time
	Badges           int // of an issuer: how many are held here
}

// AdminTestsPage tries letters and storage (GET, POST /admin/tests/…).
type AdminTestsPage struct {
	Frame     Frame
	Addresses []string // of the reader, proved
	Kept      bool     // letters are kept, not sent
	Mail      string   // taken, kept or failed; empty: not tried
	MailTo    string
	Said      []string // the conversation
	Fault     string   // what went wrong
	Storage   string   // good or failed; empty: not tried
}

// AdminJobsPage lists what happens later (GET /admin/jobs).
type AdminJobsPage struct {
	Frame  Frame
	State  string // ready, dead or done
	Kind   string // empty: all
	Kinds  []string
	Counts map[string]int // by state
	Jobs   []JobView
	Next   string
	Now    time.Time
}

// JobView is a job in a list.
type JobView struct {
	ID, Kind  string
	Attempts  int
	Most      int
	Error     string
	At        time.Time // when it is due, or when it ended
	Made      time.Time
	Running   bool
	Revivable bool // it can be tried again
}

// AdminLogPage is the log of the whole house (GET /admin/log).
type AdminLogPage struct {
	Frame  Frame
	What   string // empty: everything
	Words  []string
	Person string // as typed
	Known  bool   // Person is somebody
	Lines  []LogLine
	Next   string
	Now    time.Time
}

// AdminHousePage is what is set for the house (GET, POST /admin/settings).
type AdminHousePage struct {
	Frame            Frame
	Name             string
	AdminsNeedFactor bool
	Texts            map[string]string // terms.en, …
	Mistakes         map[string]string // house, terms.en, …
}

// LegalPage is a text of the house (GET /terms, /privacy, /imprint).
type LegalPage struct {
	Frame Frame
	Title string
	Lang  string
	HTML  string // sanitised
}

func adminMistake(ctx context.Context, field, reason string) string {
	if reason == "" {
		return ""
	}
	return Say(ctx, "admin.mistake."+field+"."+reason, T(ctx, "mistake.other"))
}

// kindWord is what a job of a kind does, in words.
func kindWord(ctx context.Context, kind string) string { return Say(ctx, "job."+kind, kind) }

// logWord is what the filter calls entries of one kind.
func logWord(ctx context.Context, what string) string { return logSentence(ctx, what, "") }

func (j JobView) attempts(ctx context.Context) string {
	return T(ctx, "admin.jobs.attempts", "Count", j.Attempts, "Most", j.Most)
}
