package account

import (
	"context"
	"errors"
	"strings"

	"github.com/carnetbadges/carnet/store"
)

// longestReason is in characters.
const longestReason = 200

// BlockDomain lets nobody join with, or add, an address of a domain or of one below it, from now on; who has one already
// keeps it. Mistakes: "domain": required, malformed, taken; "reason": too-long.
func (d *Desk) BlockDomain(ctx context.Context, by, domain, reason string) (store.Block, error) {
	host, mistake := readDomain(domain)
	reason = cleanName(reason)
	switch {
	case mistake != "":
		return store.Block{}, Mistakes{"domain": mistake}
	case len([]rune(reason)) > longestReason:
		return store.Block{}, Mistakes{"reason": "too-long"}
	}
	block := store.Block{Kind: store.BlockedDomain, Name: host, Reason: reason, CreatedBy: orNone(by), CreatedAt: d.now()}
	err := d.store.Tx(ctx, func(tx *store.Store) error {
		if err := tx.CreateBlock(ctx, &block); err != nil {
			if errors.Is(err, store.ErrTaken) {
				return Mistakes{"domain": "taken"}
			}
			return err
		}
		return d.note(ctx, tx, by, "", DomainBlocked, host)
	})
	return block, err
}

// UnblockDomain lifts a block, named by its id or domain; store.ErrNotFound.
func (d *Desk) UnblockDomain(ctx context.Context, by, idOrDomain string) error {
	if host, mistake := readDomain(idOrDomain); mistake == "" {
		idOrDomain = host
	}
	return d.store.Tx(ctx, func(tx *store.Store) error {
		block, err := tx.BlockOf(ctx, store.BlockedDomain, idOrDomain)
		if err != nil {
			return err
		}
		if err := tx.DropBlock(ctx, block.ID); err != nil {
			return err
		}
		return d.note(ctx, tx, by, "", DomainUnblocked, block.Name)
	})
}

// readDomain reads what somebody calls a domain: evil.example, @evil.example, *.evil.example, even mail@evil.example.
func readDomain(typed string) (host, mistake string) {
	typed = strings.TrimSpace(typed)
	if at := strings.LastIndexByte(typed, '@'); at >= 0 {
		typed = typed[at+1:]
	}
	typed = strings.TrimLeft(strings.TrimPrefix(typed, "*"), ".。．｡")
	if typed == "" {
		return "", "required"
	}
	email, ok := parseEmail("x@" + typed)
	if !ok {
		return "", "malformed"
	}
	return strings.TrimPrefix(email, "x@"), ""
}

// domainMistake is the Mistakes of an address, as parseEmail writes it, whose domain or one above it is blocked.
func domainMistake(ctx context.Context, tx *store.Store, email string) error {
	_, host, found := strings.Cut(email, "@")
	if !found {
		return nil
	}
	blocked, err := tx.AnyBlock(ctx, store.BlockedDomain, above(host))
	if err != nil || !blocked {
		return err
	}
	return Mistakes{"email": "blocked"}
}

// above is a domain and all those it lies in.
func above(host string) []string {
	all := []string{host}
	for {
		_, parent, found := strings.Cut(host, ".")
		if !found {
			return all
		}
		all, host = append(all, parent), parent
	}
}
