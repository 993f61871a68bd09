package openbadges

import "context"

func (q *inquiry) askExtensions(ctx context.Context, a assertion) {}
