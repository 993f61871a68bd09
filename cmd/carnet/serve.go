package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/carnetbadges/carnet/pkg/web"
	"github.com/carnetbadges/carnet/static"
)

// serveCmd serves the site until it is told to stop.
type serveCmd struct{}

// Run opens the house, takes the address, and works until ctx ends.
func (serveCmd) Run(ctx context.Context, environ []string, std streams) error {
	c, err := readConfig(environ)
	if err != nil {
		return err
	}
	if !static.Built() {
		return errors.New("the pages' styles and scripts are not built in; build with: make build")
	}
	house, err := openHouse(ctx, c, newLog(c, std.err))
	if err != nil {
		return err
	}
	defer house.close()
	listener, err := listen(c.Addr)
	if err != nil {
		return err
	}
	if err := house.greet(ctx, std.out); err != nil {
		return errors.Join(err, listener.Close())
	}
	return house.serve(ctx, listener)
}

// serve answers requests and does the jobs, side by side, until ctx ends.
func (h *house) serve(ctx context.Context, listener net.Listener) error {
	site, err := h.site()
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	server := &http.Server{
		Handler:           site.Handler(),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       60 * time.Second,
		WriteTimeout:      90 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(h.log.Handler(), slog.LevelDebug),
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return web.Serve(ctx, server, func() error { return server.Serve(listener) }) })
	group.Go(func() error { return h.work(ctx) })
	group.Go(func() error { return h.writeOpens(ctx) })
	group.Go(func() error { h.store.Listen(ctx); return nil })
	return group.Wait()
}

// greet says where the site is and, while there is no administrator, how to become it.
func (h *house) greet(ctx context.Context, out io.Writer) error {
	fmt.Fprintf(out, "Carnet is at %s\n", h.config.PublicURL)
	h.greetPost(out)
	secret, needed, err := h.accounts.SetupSecret(ctx)
	if err != nil {
		return fmt.Errorf("making the administrator's link: %w", err)
	}
	if needed {
		fmt.Fprintf(out, "No administrator yet. This link makes one, once: %s/setup/%s\n", h.config.PublicURL, secret)
	}
	return nil
}

// greetPost says where letters go while none can be sent.
func (h *house) greetPost(out io.Writer) {
	public, err := url.Parse(h.config.PublicURL)
	switch {
	case h.kept == nil || err != nil:
	case web.KeptLettersAreShown(public):
		fmt.Fprintf(out, "No CARNET_SMTP_URL: letters are kept, and shown at %s/dev/mail\n", h.config.PublicURL)
	default:
		fmt.Fprintf(out, "No CARNET_SMTP_URL: letters are kept in %s and reach nobody\n", filepath.Join(h.config.Data, "letters"))
	}
}

// listen takes the address, or says in one line why it cannot be had.
func listen(address string) (net.Listener, error) {
	listener, err := net.Listen("tcp", address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%s is taken by another program; choose another with CARNET_ADDR, for example CARNET_ADDR=:8081", address)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("%s may not be used by this user; choose a port above 1023 with CARNET_ADDR", address)
	case err != nil:
		return nil, fmt.Errorf("CARNET_ADDR %s: %w", address, err)
	}
	return listener, nil
}

// newLog writes to out as text, or as JSON where a program reads it.
func newLog(c Config, out io.Writer) *slog.Logger {
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(out, nil))
	}
	return slog.New(slog.NewTextHandler(out, nil))
}

// dataFolder makes the data folder, for its owner's eyes only, and proves that it can be written.
func dataFolder(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("CARNET_DATA %s cannot be made: %w", folder, plain(err))
	}
	probe, err := os.CreateTemp(folder, ".probe-*")
	if err != nil {
		return fmt.Errorf("CARNET_DATA %s cannot be written: %w", folder, plain(err))
	}
	return errors.Join(probe.Close(), os.Remove(filepath.Clean(probe.Name())))
}

// plain drops the path that an error of os repeats.
func plain(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
