package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/carnetbadges/carnet/pkg/archive"
	"github.com/carnetbadges/carnet/pkg/backpack"
	"github.com/carnetbadges/carnet/store"
)

// exportUserCmd writes everything of one person into a file.
type exportUserCmd struct {
	Handle string `required:"" help:"Whose passport: the name in its address."`
	Out    string `required:"" help:"The ZIP to write; it must not exist." placeholder:"FILE"`
}

// Run writes the archive that the person themselves would get.
func (e exportUserCmd) Run(ctx context.Context, environ []string, std streams) error {
	return withHouse(ctx, environ, std, func(h *house) error {
		if _, err := os.Lstat(e.Out); err == nil {
			return fmt.Errorf("%s exists already", e.Out)
		}
		person, err := h.store.PersonByHandle(ctx, e.Handle)
		if err != nil {
			return fmt.Errorf("@%s: %w", e.Handle, err)
		}
		size, err := h.export(ctx, person.ID, e.Out, time.Now())
		if err == nil {
			fmt.Fprintf(std.out, "%s: %d bytes\n", e.Out, size)
		}
		return err
	})
}

// withHouse does something in the house that the settings describe.
func withHouse(ctx context.Context, environ []string, std streams, do func(*house) error) error {
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

// export writes a person's archive to a file, whole or not at all.
func (h *house) export(ctx context.Context, person, out string, made time.Time) (size int64, err error) {
	folder, err := os.MkdirTemp(filepath.Dir(out), ".carnet-export-*")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	draft, err := archive.Continue(folder)
	if err != nil {
		return 0, err
	}
	w := scribe{house: h, draft: draft, person: person, made: made.UTC(), told: func(int, int) error { return nil }}
	if size, err = w.write(ctx); err != nil {
		return 0, errors.Join(err, draft.Close())
	}
	return size, os.Rename(filepath.Join(folder, archive.DoneFile), out)
}

// importUserCmd takes in what export-user or a person themselves has taken out.
type importUserCmd struct {
	File   string `arg:"" help:"The archive." type:"existingfile"`
	Handle string `help:"Whose passport to put the badges into; without, the person is made as the archive describes them, their addresses with what it says of them."`
}

// Run takes the archive in and says what became of its badges.
func (i importUserCmd) Run(ctx context.Context, environ []string, std streams) error {
	return withHouse(ctx, environ, std, func(h *house) error {
		file, err := os.Open(i.File)
		if err != nil {
			return err
		}
		defer file.Close() //nolint:errcheck // it was only read
		info, err := file.Stat()
		if err != nil {
			return err
		}
		from, err := archive.Open(file, info.Size())
		if err != nil {
			return fmt.Errorf("%s: %w", i.File, err)
		}
		person, err := h.whose(ctx, i.Handle, from)
		if err != nil {
			return err
		}
		return h.unpack(ctx, person, from, std.out)
	})
}

// whose is the person an archive is for: the one named, or one made as it says.
func (h *house) whose(ctx context.Context, handle string, from *archive.Archive) (store.Person, error) {
	if handle != "" {
		person, err := h.store.PersonByHandle(ctx, handle)
		if err != nil {
			return store.Person{}, fmt.Errorf("@%s: %w", handle, err)
		}
		return person, nil
	}
	read := func(name string) ([]byte, error) { return from.Read(name, archive.MaxFile) }
	person, err := h.accounts.Settle(ctx, read)
	if err != nil {
		return store.Person{}, err
	}
	return person, h.accounts.TakeProfile(ctx, person.ID, read)
}

func (h *house) unpack(ctx context.Context, person store.Person, from *archive.Archive, out io.Writer) error {
	var results backpack.Arrivals
	for _, id := range from.Badges {
		if err := h.bringOne(ctx, person.ID, from, id, &results); err != nil {
			return err
		}
	}
	if err := h.takeImports(ctx, person.ID, from); err != nil {
		return err
	}
	if err := h.bringToFix(ctx, person.ID, from); err != nil {
		return err
	}
	if err := h.takeCollections(ctx, person.ID, from, true); err != nil {
		return err
	}
	fmt.Fprintf(out, "@%s: %d badges added, %d here already, %d waiting for an address, %d not taken\n",
		person.Handle, results.Added, results.Already, results.Waiting, len(results.Refused)+results.More)
	for _, r := range results.Refused {
		fmt.Fprintf(out, "  %s: %s\n", r.Name, r.Why)
	}
	return nil
}
