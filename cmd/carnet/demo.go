package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/carnetbadges/carnet/cmd/carnet/demo"
	"github.com/carnetbadges/carnet/pkg/backpack"
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
	people, err := house.store.CountPersons(ctx)
	if err != nil {
		return err
	}
	if people > 0 {
		return demo.ErrNotEmpty
	}
	now := time.Now().UTC()
	world, err := demo.Make(ctx, d.Seed, now)
	if err != nil {
		return err
	}
	planted, err := world.Plant(ctx, house.store, now, func(tx *store.Store) *backpack.Backpack {
		return backpack.New(backpack.Options{Store: tx, Files: house.files, Fetch: world.Web.Fetch, Picture: world.Web.Fetch, Now: time.Now})
	})
	if err != nil {
		return err
	}
	tour(std.out, c.PublicURL, world, planted)
	return nil
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
		kind := one.Stored.Standard + " " + one.Stored.Proof + ", " + one.Stored.Verdict
		if one.Badge.Visibility != "public" || one.Badge.Waiting || seen[kind] {
			continue
		}
		seen[kind] = true
		fmt.Fprintf(out, "  %s/b/%s  %s (%s)\n", site, one.Stored.ID, one.Stored.Name, kind)
	}
	fmt.Fprintf(out, "\nServe it with: carnet serve, then open %s\n", site)
}
