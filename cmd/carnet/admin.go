package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/pkg/mail"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// adminCmd does from the command line what administrators do on their pages, by the same rooms and rules. Whoever runs
// the machine is asked for nothing more; in the log it is the house itself that did it.
type adminCmd struct {
	User        userCmd        `cmd:"" help:"People: find, make, disable, make administrators, help to sign in."`
	Signup      signupCmd      `cmd:"" help:"Say who may join: open, invitation or closed."`
	Invite      inviteCmd      `cmd:"" help:"Make an invitation and print its link."`
	Block       blockCmd       `cmd:"" help:"Block a domain of addresses or an issuer of badges; or list what is blocked."`
	Unblock     unblockCmd     `cmd:"" help:"Lift a block."`
	Jobs        jobsCmd        `cmd:"" help:"What happens later: list, retry, delete."`
	MailTest    mailTestCmd    `cmd:"" help:"Send a test letter and print what the mail server said."`
	StorageTest storageTestCmd `cmd:"" help:"Write, read and delete a file."`
	Stats       statsCmd       `cmd:"" help:"Count people, badges, jobs and bytes."`
	Audit       auditCmd       `cmd:"" help:"Read the log of the house."`
}

// inHouse opens the house, does something in it and closes it again.
func inHouse(ctx context.Context, environ []string, std streams, do func(h *house) error) error {
	c, err := readConfig(environ)
	if err != nil {
		return err
	}
	h, err := openHouse(ctx, c, newLog(c, std.err))
	if err != nil {
		return err
	}
	defer h.close()
	return do(h)
}

// signupCmd says who may join.
type signupCmd struct {
	Mode string `arg:"" optional:"" enum:"open,invitation,closed," default:"" help:"open, invitation or closed; left out, it is printed."`
}

// Run sets the mode, or tells it.
func (s signupCmd) Run(ctx context.Context, environ []string, std streams) error {
	return inHouse(ctx, environ, std, func(h *house) error {
		if s.Mode != "" {
			if err := h.accounts.SetSignUp(ctx, "", s.Mode); err != nil {
				return err
			}
		}
		now, err := h.accounts.House(ctx)
		if err == nil {
			fmt.Fprintln(std.out, now.SignUp)
		}
		return err
	})
}

// inviteCmd makes an invitation.
type inviteCmd struct {
	Email    string `arg:"" optional:"" help:"Whom it is for, and sent to; left out, whoever has the link may join."`
	Uses     int    `default:"1" help:"How many may join by it."`
	Days     int    `default:"14" help:"How long it is good."`
	Language string `default:"en" enum:"en,fr" help:"The language of the letter."`
}

// Run prints the link, which is kept nowhere.
func (i inviteCmd) Run(ctx context.Context, environ []string, std streams) error {
	return inHouse(ctx, environ, std, func(h *house) error {
		_, link, err := h.accounts.Invite(ctx, "", account.Inviting{Email: i.Email, Most: i.Uses, Days: i.Days, Language: i.Language})
		if err == nil {
			fmt.Fprintln(std.out, link)
		}
		return err
	})
}

// mailTestCmd tries the mail server.
type mailTestCmd struct {
	Address string `arg:"" help:"Where the test letter goes."`
}

// Run prints the conversation; the exit status tells whether the letter was taken.
func (m mailTestCmd) Run(ctx context.Context, environ []string, std streams) error {
	return inHouse(ctx, environ, std, func(h *house) error {
		subject, text, html := views.Letter(ctx, "test", views.LetterParams{Link: h.config.PublicURL, Site: h.config.PublicURL})
		said, failed := h.post.Try(ctx, mail.Letter{To: m.Address, Subject: subject, Text: text, HTML: html})
		for _, line := range said {
			fmt.Fprintln(std.out, line)
		}
		if err := h.accounts.MailTested(ctx, "", failed == nil); err != nil {
			return errors.Join(failed, err)
		}
		switch {
		case failed != nil:
			return failed
		case h.kept != nil:
			fmt.Fprintln(std.out, "No CARNET_SMTP_URL: the letter is kept, and reaches nobody.")
		default:
			fmt.Fprintln(std.out, "The mail server has taken the letter.")
		}
		return nil
	})
}

// storageTestCmd tries the storage.
type storageTestCmd struct{}

// Run writes a file and into the database.
func (storageTestCmd) Run(ctx context.Context, environ []string, std streams) error {
	return inHouse(ctx, environ, std, func(h *house) error {
		if err := h.backpack.TryFiles(ctx, ""); err != nil {
			return err
		}
		fmt.Fprintln(std.out, "Files and database can be written and read.")
		return nil
	})
}

// statsCmd counts.
type statsCmd struct {
	JSON bool `name:"json" help:"For programs."`
}

// stats is what statsCmd prints.
type stats struct {
	People, Proved, Disabled, Administrators int
	JoinedByWeek                             []int
	Badges                                   []store.BadgeCount
	Jobs                                     []store.JobCount
	Files                                    int
	FileBytes, DatabaseBytes                 int64
	AllFilesCounted                          bool
	Database, DatabaseVersion                string
	Schema                                   int64
}

const statsWeeks = 12

// Run prints the figures.
func (s statsCmd) Run(ctx context.Context, environ []string, std streams) error {
	return inHouse(ctx, environ, std, func(h *house) error {
		all, err := h.stats(ctx)
		if err != nil {
			return err
		}
		if s.JSON {
			out := json.NewEncoder(std.out)
			out.SetIndent("", "  ")
			return out.Encode(all)
		}
		all.print(std.out)
		return nil
	})
}

func (h *house) stats(ctx context.Context) (stats, error) {
	figures, err := h.store.Figures(ctx, time.Now(), statsWeeks)
	if err != nil {
		return stats{}, err
	}
	jobs, err := h.store.JobCounts(ctx)
	if err != nil {
		return stats{}, err
	}
	stock, err := h.backpack.Stock(ctx)
	return stats{
		People: figures.People, Proved: figures.Proved, Disabled: figures.Disabled, Administrators: figures.Admins, JoinedByWeek: figures.Joined,
		Badges: figures.Badges, Jobs: jobs, Files: stock.Files, FileBytes: stock.Bytes, AllFilesCounted: stock.Whole,
		DatabaseBytes: figures.Database, Database: h.store.Kind(), DatabaseVersion: figures.Version, Schema: figures.Schema,
	}, err
}

func (s stats) print(out io.Writer) {
	fmt.Fprintf(out, "people          %d (%d with a confirmed address, %d disabled, %d administrators)\n", s.People, s.Proved, s.Disabled, s.Administrators)
	fmt.Fprintf(out, "joined by week  %v\n", s.JoinedByWeek)
	for _, b := range s.Badges {
		verdict := b.Verdict
		if verdict == "" {
			verdict = "never checked"
		}
		fmt.Fprintf(out, "badges          %d of Open Badges %s, %s\n", b.Count, b.Standard, verdict)
	}
	for _, j := range s.Jobs {
		fmt.Fprintf(out, "jobs            %d %s, %s\n", j.Count, j.Kind, j.State)
	}
	least := ""
	if !s.AllFilesCounted {
		least = "at least "
	}
	fmt.Fprintf(out, "files           %s%d, %d bytes\n", least, s.Files, s.FileBytes)
	fmt.Fprintf(out, "database        %s %s, %d bytes, schema %d\n", s.Database, s.DatabaseVersion, s.DatabaseBytes, s.Schema)
}

// auditCmd reads the log.
type auditCmd struct {
	Person string `help:"Whom it concerns: an id, a handle or an address."`
	What   string `help:"What happened, such as signed-in."`
	Limit  int    `default:"50" help:"How many entries, the newest first."`
}

// Run prints one entry a line.
func (a auditCmd) Run(ctx context.Context, environ []string, std streams) error {
	return inHouse(ctx, environ, std, func(h *house) error {
		query := store.AuditQuery{What: a.What, Limit: max(a.Limit, 1)}
		if a.Person != "" {
			person, err := h.who(ctx, a.Person)
			if err != nil {
				return err
			}
			query.Person = person.ID
		}
		entries, _, err := h.store.AuditPage(ctx, query)
		for _, e := range entries {
			fmt.Fprintf(std.out, "%s  %-26s  %-26s  %s %s\n", e.At.UTC().Format(time.RFC3339), orDash(e.PersonID), orDash(e.ActorID), e.What, e.Detail)
		}
		return err
	})
}

func orDash(id *string) string {
	if id == nil {
		return "-"
	}
	return *id
}
