package passport

import (
	"context"

	"github.com/carnetbadges/carnet/store"
)

// Holders are others who hold the same achievement and let this viewer, who may see the badge, know it and their name: the
// newest first, at most so many. How many there are besides is nobody's to know. Of a badge that is not held, because it
// waits, was refused or lies in the trash, nobody is listed.
func (o *Office) Holders(ctx context.Context, v Viewer, b store.Badge, most int) ([]store.Holder, error) {
	if b.State != store.Accepted || b.DeletedAt != nil || b.IssuerBlocked {
		return nil, nil
	}
	seen := []string{store.Public}
	if v.PersonID != "" {
		seen = []string{store.Members, store.Public}
	}
	return o.store.Holders(ctx, store.HolderQuery{
		Achievement: b.AchievementID, Issuer: b.IssuerID, But: b.PersonID, Viewer: v.PersonID, Visibilities: seen, Limit: most,
	})
}
