package backpack

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/store"
)

// What the audit says of issuers; Detail is the name of the block.
const (
	IssuerBlocked   = "issuer-blocked"
	IssuerUnblocked = "issuer-unblocked"
)

var (
	// ErrBlocked refuses a badge whose issuer the house has blocked.
	ErrBlocked = errors.New("backpack: the issuer of this badge is blocked here")
	// ErrNoIssuer is said of a name that is neither a host nor the id of an issuer.
	ErrNoIssuer = errors.New("backpack: this names no issuer")
	// ErrReason is said of a reason that is too long.
	ErrReason = errors.New("backpack: the reason is too long")
)

const longestReason = 200 // characters

// BlockIssuer blocks an issuer by its whole id, or all that speak for a host or one below it. Badges of theirs are not
// imported from now on, and those held already are shown to nobody but their holders; it tells how many. ErrNoIssuer,
// ErrReason; store.ErrTaken when it is blocked already. By is who does it, empty for whoever runs the machine.
func (b *Backpack) BlockIssuer(ctx context.Context, by, name, reason string) (block store.Block, badges int, err error) {
	if name = issuerName(name); name == "" {
		return store.Block{}, 0, ErrNoIssuer
	}
	if reason = line(reason); utf8.RuneCountInString(reason) > longestReason {
		return store.Block{}, 0, ErrReason
	}
	block = store.Block{Kind: store.BlockedIssuer, Name: name, Reason: reason, CreatedAt: b.now()}
	if by != "" {
		block.CreatedBy = &by
	}
	err = b.store.Tx(ctx, func(tx *store.Store) error {
		if err := tx.CreateBlock(ctx, &block); err != nil {
			return err
		}
		issuers, err := tx.Issuers(ctx)
		if err != nil {
			return err
		}
		for _, one := range issuers {
			if !blocks(block, one.IssuerID, one.IssuerURL) {
				continue
			}
			if err := tx.MarkIssuer(ctx, block.ID, one); err != nil {
				return err
			}
		}
		if badges, err = tx.BlockedCount(ctx, block.ID); err != nil {
			return err
		}
		return tx.Audit(ctx, store.AuditEntry{ActorID: block.CreatedBy, What: IssuerBlocked, Detail: name, At: b.now()})
	})
	return block, badges, err
}

// UnblockIssuer lifts a block, named by its id or name; its badges are shown again as their holders want.
// store.ErrNotFound.
func (b *Backpack) UnblockIssuer(ctx context.Context, by, idOrName string) error {
	entry := store.AuditEntry{What: IssuerUnblocked, At: b.now()}
	if by != "" {
		entry.ActorID = &by
	}
	return b.store.Tx(ctx, func(tx *store.Store) error {
		block, err := tx.BlockOf(ctx, store.BlockedIssuer, idOrName)
		if errors.Is(err, store.ErrNotFound) {
			block, err = tx.BlockOf(ctx, store.BlockedIssuer, issuerName(idOrName))
		}
		if err != nil {
			return err
		}
		if err := tx.DropBlock(ctx, block.ID); err != nil {
			return err
		}
		entry.Detail = block.Name
		return tx.Audit(ctx, entry)
	})
}

// issuerName is what an administrator typed as it is compared: an id as it is, a host in lower-case punycode; empty for
// neither.
func issuerName(typed string) string {
	typed = line(typed)
	if parsed, err := url.Parse(typed); err == nil && parsed.Scheme != "" && !strings.Contains(parsed.Scheme, ".") && (parsed.Host != "" || parsed.Opaque != "") {
		return typed
	}
	host := strings.Trim(strings.TrimPrefix(typed, "*"), ".。．｡")
	if strings.ContainsAny(host, " /@\\:") || !strings.ContainsAny(host, ".。．｡") {
		return ""
	}
	ascii, err := idna.Lookup.ToASCII(host)
	if err != nil {
		return ""
	}
	return ascii
}

// blocks tells whether a block is of an issuer with this id and address.
func blocks(block store.Block, id, address string) bool {
	if block.Name == id {
		return true
	}
	host, _, _ := strings.Cut(openbadges.Profile{ID: id, URL: address}.Host(), ":")
	if ascii, err := idna.Lookup.ToASCII(strings.TrimSuffix(host, ".")); err == nil {
		host = ascii
	}
	return host == block.Name || strings.HasSuffix(host, "."+block.Name)
}

// under are the ids of the blocks that are of an issuer with this id and address.
func under(all []store.Block, id, address string) (ids []string) {
	for _, block := range all {
		if blocks(block, id, address) {
			ids = append(ids, block.ID)
		}
	}
	return ids
}

// refuseBlocked is ErrBlocked for what a blocked issuer says, or is proved to have said.
func refuseBlocked(ctx context.Context, from *store.Store, said ...openbadges.Badge) error {
	all, err := from.BlocksHeld(ctx)
	if err != nil {
		return err
	}
	for _, one := range said {
		if len(under(all, line(one.Issuer.ID), line(one.Issuer.URL))) > 0 {
			return ErrBlocked
		}
	}
	return nil
}

// mark puts a badge that is held under the blocks its issuer is under now.
func mark(ctx context.Context, tx *store.Store, badge store.Badge, all []store.Block) error {
	now := under(all, badge.IssuerID, badge.IssuerURL)
	if len(now) == 0 && !badge.IssuerBlocked {
		return nil
	}
	return tx.MarkBadge(ctx, badge.PersonID, badge.ID, now)
}
