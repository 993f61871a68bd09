package account

import (
	"context"
	"time"

	"github.com/carnetbadges/carnet/store"
)

// visitLasts is how long one may stay at a sign-in provider.
const visitLasts = 10 * time.Minute

// Visit is somebody's way to a sign-in provider and back.
type Visit struct {
	Provider string
	Nonce    string // what the provider's answer must repeat
	Verifier string // what proves to the provider that the answer is fetched by whoever asked (RFC 7636)
	Person   string // who links an identity or proves once more who they are; empty: somebody signs in
	Links    bool   // an identity is to be linked
	Onward   string // a path of this site to go on to
}

// SetOut begins a visit for whoever asks: it makes the Nonce, the Verifier and the state, 32 random bytes in base64url,
// by which the provider's answer is known again.
func (d *Desk) SetOut(ctx context.Context, v Visit) (begun Visit, state string, err error) {
	for _, secret := range []*string{&state, &v.Nonce, &v.Verifier} {
		if *secret, err = d.newSecret(); err != nil {
			return Visit{}, "", err
		}
	}
	return v, state, d.store.CreateVisit(ctx, &store.ProviderVisit{
		StateHash: hashed(state), Provider: v.Provider, Nonce: v.Nonce, Verifier: v.Verifier,
		PersonID: orNone(v.Person), Links: v.Links, Onward: v.Onward, ExpiresAt: d.now().Add(visitLasts),
	})
}

// ComeBack ends the visit to a provider that a state was made for, once and within ten minutes; ErrSecret otherwise.
func (d *Desk) ComeBack(ctx context.Context, provider, state string) (Visit, error) {
	ended, err := d.store.EndVisit(ctx, hashed(state), provider, d.now())
	if err != nil {
		return Visit{}, secretOr(err)
	}
	v := Visit{Provider: ended.Provider, Nonce: ended.Nonce, Verifier: ended.Verifier, Links: ended.Links, Onward: ended.Onward}
	if ended.PersonID != nil {
		v.Person = *ended.PersonID
	}
	return v, nil
}
