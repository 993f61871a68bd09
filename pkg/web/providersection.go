package web

import (
	"context"
	"slices"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// offered are the providers a page offers.
func (s *Site) offered() []views.ProviderView {
	all := make([]views.ProviderView, 0, len(s.gates))
	for _, g := range s.gates {
		all = append(all, views.ProviderView{Name: g.Name, Title: g.Title})
	}
	return all
}

// offeredTo are those of the offered providers at which a person has an account that signs them in.
func (s *Site) offeredTo(ctx context.Context, person string) ([]views.ProviderView, error) {
	linked, err := s.Store.Identities(ctx, person)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(s.offered(), func(p views.ProviderView) bool {
		return !slices.ContainsFunc(linked, func(i store.Identity) bool { return i.Provider == p.Name })
	}), nil
}

// provingAgain are those of them by which a person can prove again who they are.
func (s *Site) provingAgain(ctx context.Context, person string) ([]views.ProviderView, error) {
	all, err := s.offeredTo(ctx, person)
	return slices.DeleteFunc(all, func(p views.ProviderView) bool { return undated(p.Name) }), err
}

// providersOf is the section about providers on a member's page of the ways to sign in.
func (s *Site) providersOf(ctx context.Context, person string) (views.ProvidersSection, error) {
	linked, err := s.Store.Identities(ctx, person)
	if err != nil {
		return views.ProvidersSection{}, err
	}
	section := views.ProvidersSection{Offered: s.offered()}
	for _, i := range linked {
		section.Linked = append(section.Linked, views.IdentityView{ID: i.ID, Title: s.title(i), Account: i.Account, LinkedAt: i.LinkedAt, LastUsedAt: i.LastUsedAt})
	}
	return section, nil
}

// title is what the provider of an identity is called; its host, when it is offered no more.
func (s *Site) title(i store.Identity) string {
	for _, g := range s.gates {
		if g.Name == i.Provider {
			return g.Title
		}
	}
	return host(i.Issuer)
}

// titleOf is the title of one of a person's identities; store.ErrNotFound.
func (s *Site) titleOf(ctx context.Context, person, id string) (string, error) {
	linked, err := s.Store.Identities(ctx, person)
	if err != nil {
		return "", err
	}
	for _, i := range linked {
		if i.ID == id {
			return s.title(i), nil
		}
	}
	return "", store.ErrNotFound
}
