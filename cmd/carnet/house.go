package main

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/pkg/archive"
	"github.com/carnetbadges/carnet/pkg/backpack"
	"github.com/carnetbadges/carnet/pkg/blob"
	"github.com/carnetbadges/carnet/pkg/fetch"
	"github.com/carnetbadges/carnet/pkg/jobs"
	"github.com/carnetbadges/carnet/pkg/ledger"
	"github.com/carnetbadges/carnet/pkg/mail"
	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/pkg/passport"
	"github.com/carnetbadges/carnet/pkg/web"
	"github.com/carnetbadges/carnet/store"
)

// providerPatience is how long one answer of a sign-in provider may take.
const providerPatience = 10 * time.Second

// house is every part of a running Carnet, put together once.
type house struct {
	config    Config
	log       *slog.Logger
	store     *store.Store
	files     *blob.Store
	accounts  *account.Desk
	backpack  *backpack.Backpack
	passports *passport.Office
	post      mail.Post
	kept      *mail.Folder // nil where letters are really sent
	runner    *jobs.Runner
	shelf     *archive.Shelf // of passports on their way out or in
	offline   web.Offline
}

// openHouse opens the data folder and the database and builds the rooms on them.
func openHouse(ctx context.Context, c Config, log *slog.Logger) (*house, error) {
	if err := dataFolder(c.Data); err != nil {
		return nil, err
	}
	keep, err := store.Open(ctx, c.DatabaseURL, c.Data)
	if err != nil {
		return nil, err
	}
	h := &house{config: c, log: log, store: keep}
	if err := h.furnish(ctx); err != nil {
		h.close()
		return nil, err
	}
	return h, nil
}

// furnish builds what stands on the database.
func (h *house) furnish(ctx context.Context) error {
	var err error
	if h.files, err = blob.Folder(filepath.Join(h.config.Data, "files")); err != nil {
		return err
	}
	if err := h.choosePost(); err != nil {
		return err
	}
	outside := fetch.New(fetch.Options{PublicURL: h.config.PublicURL})
	ask, picture := h.askers(ctx, outside)
	departed, err := ledger.Open(filepath.Join(h.config.Data, ledgerFile))
	if err != nil {
		return err
	}
	key, err := houseKey(h.config.Data)
	if err != nil {
		return err
	}
	h.accounts = account.New(account.Options{Store: h.store, PublicURL: h.config.PublicURL, Ledger: departed, Now: time.Now, Key: key, AnswerAfter: account.AnswerAfter})
	h.backpack = backpack.New(backpack.Options{Store: h.store, Files: h.files, Fetch: ask, Picture: picture, Now: time.Now, Log: h.log})
	h.passports = passport.New(h.store)
	if h.shelf, err = archive.NewShelf(filepath.Join(h.config.Data, "archives")); err != nil {
		return err
	}
	h.offline = web.NewOffline(h.config.PublicURL, time.Now)
	h.runner = h.jobs()
	return h.reapply(ctx)
}

// choosePost sends letters where CARNET_SMTP_URL says, or keeps them in the data folder.
func (h *house) choosePost() (err error) {
	if h.config.SMTPURL != "" {
		if h.post, err = mail.SMTP(h.config.SMTPURL, "", h.config.PublicURL); err != nil {
			return fmt.Errorf("CARNET_SMTP_URL: %w", err)
		}
		return nil
	}
	h.kept, err = mail.NewFolder(filepath.Join(h.config.Data, "letters"))
	h.post = h.kept
	return err
}

// askers are the two ways in which the rooms may ask the web: for documents and for pictures.
// Pages of the demo's made-up world are answered from the database; everything else from outside.
func (h *house) askers(ctx context.Context, outside *fetch.Fetcher) (openbadges.Fetch, openbadges.Fetch) {
	return h.orRecorded(document(outside.Page)), h.orRecorded(document(outside.Picture))
}

// document gives a page of the fetcher the shape the library asks for.
func document(page func(context.Context, string) (fetch.Page, error)) openbadges.Fetch {
	return func(ctx context.Context, url string) (openbadges.Document, error) {
		p, err := page(ctx, url)
		if err != nil {
			return openbadges.Document{}, err
		}
		return openbadges.Document{URL: p.URL, Status: p.Status, ContentType: p.ContentType, Body: p.Body, At: p.At}, nil
	}
}

// site is the front door of this house.
func (h *house) site() (*web.Site, error) {
	proxies, err := h.config.proxies()
	if err != nil {
		return nil, err
	}
	providers, err := h.config.providers()
	if err != nil {
		return nil, err
	}
	return web.New(web.Options{
		Store: h.store, Accounts: h.accounts, Backpack: h.backpack, Passports: h.passports, Archives: h.shelf, Kept: h.kept, Jobs: h.runner, Post: h.post,
		PublicURL: h.config.PublicURL, TrustedProxies: proxies, CountryHeader: h.config.CountryHeader, SecurityContact: h.config.SecurityContact, Log: h.log, Now: time.Now, Kick: h.runner.Kick,
		Providers: providers, ProviderClient: web.NewProviderClient(providerPatience),
	})
}

// close lets go of the database; what fails then can only be written down.
func (h *house) close() {
	if err := h.store.Close(); err != nil {
		h.log.Error("closing the database", "fault", fmt.Sprint(err))
	}
}
