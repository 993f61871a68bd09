package openbadges

import "context"

func (q *inquiry) verifySigned(ctx context.Context, c *Credential) Badge { return c.Badge }
func (q *inquiry) verifyVC(ctx context.Context, c *Credential) Badge     { return c.Badge }
func (q *inquiry) askExtensions(ctx context.Context, a assertion)        {}
func (q *inquiry) askEndorsements2(ctx context.Context, a assertion)     {}
