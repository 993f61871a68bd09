package openbadges

import (
	"context"
	"slices"
	"time"
)

// inquiry is one verification under way.
type inquiry struct {
	visit      *visit
	at         time.Time
	recipients []string
	depth      int // how many endorsements or status lists deep
	refreshed  bool
	findings   []Finding
	told       func(Finding) // nil in an inquiry about a credential inside this one
}

// maxDepth is how deep credentials about credentials are followed.
const maxDepth = 3

// say records a finding; params are pairs of name and value.
func (q *inquiry) say(check Check, result Result, reason Reason, params ...string) {
	pairs := paramsOf(params)
	found := Finding{Check: check, Result: result, Reason: reason, Detail: Sentence(reason, pairs), Params: pairs}
	q.findings = append(q.findings, found)
	if q.told != nil {
		q.told(found)
	}
}

func paramsOf(params []string) map[string]string {
	if len(params) == 0 {
		return nil
	}
	pairs := make(map[string]string, len(params)/2)
	for pair := range slices.Chunk(params, 2) {
		pairs[pair[0]] = pair[1]
	}
	return pairs
}

// inner is an inquiry about a credential that this one depends on; it shares what was loaded.
func (q *inquiry) inner() *inquiry {
	return &inquiry{visit: q.visit, at: q.at, depth: q.depth + 1, refreshed: true}
}

func (q *inquiry) load(ctx context.Context, address string) (Document, error) {
	return q.visit.load(ctx, address)
}

// order is the order in which checks are reported.
var order = []Check{
	CheckParse, CheckStructure, CheckProof, CheckIssuer, CheckRecipient, CheckRevocation, CheckDates, CheckAchievement,
	CheckEndorsement, CheckExtension,
}

func inOrder(findings []Finding) []Finding {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return slices.Index(order, a.Check) - slices.Index(order, b.Check)
	})
	return findings
}
