package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/carnetbadges/carnet/store"
)

// deedName is the last word of the command that was given.
type deedName string

// blockCmd blocks.
type blockCmd struct {
	Domain blockDomainCmd `cmd:"" help:"Block a domain of addresses: nobody joins with one, or adds one."`
	Issuer blockIssuerCmd `cmd:"" help:"Block an issuer, by host or id: its badges are not taken in, and shown to nobody but their holders."`
	List   blockListCmd   `cmd:"" help:"List what is blocked."`
}

// unblockCmd lifts blocks.
type unblockCmd struct {
	Domain unblockDomainCmd `cmd:"" help:"Lift the block of a domain."`
	Issuer unblockIssuerCmd `cmd:"" help:"Lift the block of an issuer."`
}

type blockDomainCmd struct {
	Name   string `arg:"" help:"Such as example.org."`
	Reason string `help:"For administrators."`
}

type blockIssuerCmd struct {
	Name   string `arg:"" help:"A host such as badges.example.org, or a whole id."`
	Reason string `help:"For administrators."`
}

type (
	unblockDomainCmd struct {
		Name string `arg:"" help:"The domain."`
	}
	unblockIssuerCmd struct {
		Name string `arg:"" help:"The host or id."`
	}
	blockListCmd struct{}
)

// Run blocks a domain.
func (b blockDomainCmd) Run(ctx context.Context, environ []string, std streams) error {
	return inHouse(ctx, environ, std, func(h *house) error {
		block, err := h.accounts.BlockDomain(ctx, "", b.Name, b.Reason)
		if err == nil {
			fmt.Fprintf(std.out, "blocked %s and all below it\n", block.Name)
		}
		return err
	})
}

// Run blocks an issuer.
func (b blockIssuerCmd) Run(ctx context.Context, environ []string, std streams) error {
	return inHouse(ctx, environ, std, func(h *house) error {
		block, badges, err := h.backpack.BlockIssuer(ctx, "", b.Name, b.Reason)
		if errors.Is(err, store.ErrTaken) {
			return fmt.Errorf("%s is blocked already", b.Name)
		}
		if err == nil {
			fmt.Fprintf(std.out, "blocked %s; %d badges held here are hidden from others\n", block.Name, badges)
		}
		return err
	})
}

// Run lifts the block of a domain.
func (u unblockDomainCmd) Run(ctx context.Context, environ []string, std streams) error {
	return inHouse(ctx, environ, std, func(h *house) error {
		return lifted(std, u.Name, h.accounts.UnblockDomain(ctx, "", u.Name))
	})
}

// Run lifts the block of an issuer.
func (u unblockIssuerCmd) Run(ctx context.Context, environ []string, std streams) error {
	return inHouse(ctx, environ, std, func(h *house) error {
		return lifted(std, u.Name, h.backpack.UnblockIssuer(ctx, "", u.Name))
	})
}

func lifted(std streams, name string, err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("%s is not blocked", name)
	}
	if err == nil {
		fmt.Fprintf(std.out, "unblocked %s\n", name)
	}
	return err
}

// Run lists the blocks.
func (blockListCmd) Run(ctx context.Context, environ []string, std streams) error {
	return inHouse(ctx, environ, std, func(h *house) error {
		for _, kind := range []string{store.BlockedDomain, store.BlockedIssuer} {
			blocks, err := h.store.Blocks(ctx, kind)
			if err != nil {
				return err
			}
			for _, b := range blocks {
				fmt.Fprintf(std.out, "%s  %s  %s  %s\n", b.CreatedAt.UTC().Format(time.DateOnly), kind, b.Name, b.Reason)
			}
		}
		return nil
	})
}

// jobsCmd tends jobs.
type jobsCmd struct {
	List   jobListCmd `cmd:"" help:"List jobs."`
	Retry  jobDeedCmd `cmd:"" help:"Let a job be done at once; one that was given up begins anew, if it holds no secret."`
	Delete jobDeedCmd `cmd:"" help:"Forget a job."`
}

type jobListCmd struct {
	State string `enum:"ready,dead,done" default:"dead" help:"ready, dead (given up) or done."`
	Kind  string `help:"Only of this kind."`
	Limit int    `default:"50" help:"How many."`
}

type jobDeedCmd struct {
	ID string `arg:"" help:"The id of the job."`
}

// Run prints one job a line.
func (j jobListCmd) Run(ctx context.Context, environ []string, std streams) error {
	return inHouse(ctx, environ, std, func(h *house) error {
		list, _, err := h.store.Jobs(ctx, store.JobQuery{State: j.State, Kind: j.Kind, Limit: max(j.Limit, 1)})
		for _, job := range list {
			at := job.RunAt
			if job.FinishedAt != nil {
				at = *job.FinishedAt
			}
			fmt.Fprintf(std.out, "%s  %-8s  %s  %d/%d  revivable %-5t  %s\n", job.ID, job.Kind, at.UTC().Format(time.RFC3339), job.Attempts, job.MaxAttempts, job.State == "dead" && job.HasPayload, job.LastError)
		}
		return err
	})
}

// Run does the deed the command is named by.
func (j jobDeedCmd) Run(ctx context.Context, deed deedName, environ []string, std streams) error {
	return inHouse(ctx, environ, std, func(h *house) error {
		do := h.runner.RetryNow
		if deed == "delete" {
			do = h.runner.Delete
		}
		err := do(ctx, "", j.ID)
		switch {
		case errors.Is(err, store.ErrNotFound):
			return fmt.Errorf("there is no job %s that this can be done to", j.ID)
		case errors.Is(err, store.ErrTaken):
			return errors.New("another job like it waits already")
		case err == nil:
			fmt.Fprintf(std.out, "%s: %s\n", deed, j.ID)
		}
		return err
	})
}
