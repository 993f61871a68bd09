package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/store"
)

// userCmd is what can be done to people.
type userCmd struct {
	List        userListCmd   `cmd:"" help:"List people, the newest first."`
	Show        userShowCmd   `cmd:"" help:"Show one person."`
	Create      userCreateCmd `cmd:"" help:"Make a passport for somebody and print a link to sign in by."`
	Disable     userDeedCmd   `cmd:"" help:"Shut somebody out and hide their passport."`
	Enable      userDeedCmd   `cmd:"" help:"Let somebody in again."`
	Promote     userDeedCmd   `cmd:"" help:"Make somebody an administrator."`
	Demote      userDeedCmd   `cmd:"" help:"Make an administrator a member again."`
	ResetSecond userDeedCmd   `cmd:"" help:"Take somebody's second step away."`
	SignInLink  userLinkCmd   `cmd:"" help:"Print a link that lets somebody in, once."`
}

// who finds a person by id, handle or address.
func (h *house) who(ctx context.Context, word string) (store.Person, error) {
	person, err := h.accounts.Find(ctx, word)
	if errors.Is(err, store.ErrNotFound) {
		return store.Person{}, fmt.Errorf("nobody here is called %q", word)
	}
	return person, err
}

// userListCmd lists people.
type userListCmd struct {
	Words []string `arg:"" optional:"" help:"Beginnings of a name, handle or address."`
	Only  string   `enum:"admin,disabled," default:"" help:"Only administrators (admin), or who is disabled (disabled)."`
	Limit int      `default:"100" help:"How many."`
}

// Run prints one person a line.
func (u userListCmd) Run(ctx context.Context, environ []string, std streams) error {
	return inHouse(ctx, environ, std, func(h *house) error {
		words := ""
		for _, word := range u.Words {
			words += word + " "
		}
		found, _, err := h.store.People(ctx, store.PeopleQuery{Words: words, Only: u.Only, Limit: max(u.Limit, 1)})
		for _, p := range found {
			fmt.Fprintf(std.out, "%s  @%-30s  %-6s  %-8s  %s\n", p.ID, p.Handle, p.Role, stateOf(p), p.Name)
		}
		return err
	})
}

func stateOf(p store.Person) string {
	switch {
	case p.DisabledAt != nil:
		return "disabled"
	case p.LeavingAt != nil:
		return "leaving"
	}
	return "-"
}

// userShowCmd shows one person.
type userShowCmd struct {
	Who string `arg:"" help:"An id, a handle or an address."`
}

// Run prints what an administrator must know of them.
func (u userShowCmd) Run(ctx context.Context, environ []string, std streams) error {
	return inHouse(ctx, environ, std, func(h *house) error {
		p, err := h.who(ctx, u.Who)
		if err != nil {
			return err
		}
		fmt.Fprintf(std.out, "id        %s\nname      %s\nhandle    @%s\nrole      %s\nstate     %s\nsince     %s\n", p.ID, p.Name, p.Handle, p.Role, stateOf(p), p.CreatedAt.UTC().Format(time.RFC3339))
		addresses, err := h.store.Addresses(ctx, p.ID)
		if err != nil {
			return err
		}
		for _, a := range addresses {
			proved := "not confirmed"
			if a.VerifiedAt != nil {
				proved = "confirmed " + a.VerifiedAt.UTC().Format(time.DateOnly)
			}
			fmt.Fprintf(std.out, "address   %s (%s)\n", a.Email, proved)
		}
		step, err := h.accounts.SecondStep(ctx, p)
		if err != nil {
			return err
		}
		sessions, err := h.store.SessionCount(ctx, p.ID, time.Now())
		if err != nil {
			return err
		}
		badges, _, _, _, _, err := h.store.WallCounts(ctx, p.ID)
		fmt.Fprintf(std.out, "sign-in   password %t, passkeys %d, second step %t\nsessions  %d\nbadges    %d\n", p.PasswordHash != "", step.Passkeys, step.On, sessions, badges)
		return err
	})
}

// userCreateCmd makes a person.
type userCreateCmd struct {
	Email    string `arg:"" help:"Their address, which they confirm by the letter or the link."`
	Name     string `required:"" help:"Their name."`
	Language string `default:"en" enum:"en,fr" help:"The language of pages and letters."`
	Admin    bool   `help:"Make them an administrator."`
}

// Run makes them, and prints how they come in.
func (u userCreateCmd) Run(ctx context.Context, environ []string, std streams) error {
	return inHouse(ctx, environ, std, func(h *house) error {
		role := "member"
		if u.Admin {
			role = "admin"
		}
		p, err := h.accounts.MakePerson(ctx, "", account.Joining{Name: u.Name, Email: u.Email, Language: u.Language}, role)
		if err != nil {
			return err
		}
		fmt.Fprintf(std.out, "made %s\n", p.ID)
		return h.printLink(ctx, p.ID, std)
	})
}

// userLinkCmd makes a link.
type userLinkCmd struct {
	Who string `arg:"" help:"An id, a handle or an address."`
}

// Run prints it, for whoever runs the machine to hand over.
func (u userLinkCmd) Run(ctx context.Context, environ []string, std streams) error {
	return inHouse(ctx, environ, std, func(h *house) error {
		p, err := h.who(ctx, u.Who)
		if err != nil {
			return err
		}
		return h.printLink(ctx, p.ID, std)
	})
}

func (h *house) printLink(ctx context.Context, person string, std streams) error {
	link, lasts, err := h.accounts.SignInLink(ctx, person)
	if err == nil {
		fmt.Fprintf(std.out, "%s\nIt lets them in once, within %d minutes.\n", link, int(lasts.Minutes()))
	}
	return err
}

// userDeedCmd changes what somebody may do here.
type userDeedCmd struct {
	Who string `arg:"" help:"An id, a handle or an address."`
}

// Run does the deed the command is named by.
func (u userDeedCmd) Run(ctx context.Context, deed deedName, environ []string, std streams) error {
	return inHouse(ctx, environ, std, func(h *house) error {
		p, err := h.who(ctx, u.Who)
		if err != nil {
			return err
		}
		do := map[deedName]func(ctx context.Context, by, person string) error{
			"disable": h.accounts.Disable, "enable": h.accounts.Enable, "promote": h.accounts.Promote, "demote": h.accounts.Demote,
			"reset-second": h.accounts.ResetFactor,
		}[deed]
		if err := do(ctx, "", p.ID); err != nil {
			return err
		}
		fmt.Fprintf(std.out, "%s: %s (@%s)\n", deed, p.Name, p.Handle)
		return nil
	})
}
