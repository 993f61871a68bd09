package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"time"

	"github.com/carnetbadges/carnet/cmd/carnet/demo"
	"github.com/carnetbadges/carnet/pkg/backpack"
	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/store"
)

// demoCmd fills an empty passport with a made-up world.
type demoCmd struct {
	Seed int64 `default:"1" help:"The number the world grows from: the same seed on the same day is the same world."`
}

// Run makes the world, plants it, and says where to look. It asks nothing of the network.
func (d demoCmd) Run(ctx context.Context, environ []string, std streams) error {
	c, err := readConfig(environ)
	if err != nil {
		return err
	}
	house, err := openHouse(ctx, c, newLog(c, std.err))
	if err != nil {
		return err
	}
	defer house.close()
	world, planted, err := house.plant(ctx, d.Seed)
	if err != nil {
		return err
	}
	tour(std.out, c.PublicURL, world, planted)
	return nil
}

// plant makes the world of a seed and puts it into the database, if that is empty.
func (h *house) plant(ctx context.Context, seed int64) (demo.World, []demo.Planted, error) {
	if people, err := h.store.CountPersons(ctx); err != nil || people > 0 {
		return demo.World{}, nil, cmp.Or(err, demo.ErrNotEmpty)
	}
	now := time.Now().UTC()
	world, err := demo.Make(ctx, seed, now)
	if err != nil {
		return demo.World{}, nil, err
	}
	planted, err := world.Plant(ctx, h.store, now, func(tx *store.Store, at time.Time) *backpack.Backpack {
		return backpack.New(backpack.Options{Store: tx, Files: h.files, Fetch: world.Web.Fetch, Picture: world.Web.Fetch, Now: func() time.Time { return at }})
	})
	return world, planted, err
}

// tour says who there is to sign in as, and what is worth opening.
func tour(out io.Writer, site string, world demo.World, planted []demo.Planted) {
	fmt.Fprintf(out, "%d people and %d badges, all of them made up.\n\nThe password of everybody is: %s\n\n", len(world.People), len(planted), demo.Password)
	for _, p := range world.People {
		role := ""
		if p.Admin {
			role = ", administrator"
		}
		fmt.Fprintf(out, "  %-34s %s (%s%s)  %s/@%s\n", p.Email, p.Name, p.Town, role, site, p.Handle)
	}
	fmt.Fprint(out, "\nBadges that anybody may see, one of each kind:\n\n")
	seen := map[string]bool{}
	for _, one := range planted {
		kind := fmt.Sprintf("Open Badges %s, %s: %s", one.Stored.Standard, one.Stored.Proof, inWords(one.Badge.Verdict))
		if one.Badge.Visibility != "public" || one.Badge.Waiting || seen[kind] {
			continue
		}
		seen[kind] = true
		fmt.Fprintf(out, "  %s/b/%s  %s (%s)\n", site, one.Stored.ID, one.Stored.Name, kind)
	}
	fmt.Fprintf(out, "\nServe it with: carnet serve, then open %s\n", site)
}

// inWords is a verdict as the pages head it.
func inWords(v openbadges.Verdict) string {
	switch v {
	case openbadges.Genuine:
		return "genuine and current"
	case openbadges.NotCurrent:
		return "not current"
	case openbadges.Contradicted:
		return "contradicted"
	case openbadges.CannotTell:
	}
	return "cannot tell now"
}
