package openbadges

import (
	"context"
	"errors"

	"github.com/carnetbadges/carnet/pkg/openbadges/contexts"
	"github.com/carnetbadges/carnet/pkg/openbadges/did"
	"github.com/carnetbadges/carnet/pkg/openbadges/jsonld"
	"github.com/carnetbadges/carnet/pkg/openbadges/proof"
	"github.com/carnetbadges/carnet/pkg/openbadges/rdf"
)

// troubles says which errors of the proof packages are contradictions and which only leave a question open.
var troubles = []struct {
	err    error
	result Result
	reason Reason
}{
	{proof.ErrSignature, Fail, ReasonAltered},
	{proof.ErrRefused, Fail, ReasonAlgorithmRefused},
	{proof.ErrKeyType, Fail, ReasonKeyUnfit},
	{jsonld.ErrUnsafe, Fail, ReasonUnsignedTerms},
	{jsonld.ErrInvalid, Fail, ReasonUnsignedTerms},
	{rdf.ErrTooCostly, Fail, ReasonTooCostly},
	{proof.ErrMalformed, Fail, ReasonProofMalformed},
	{did.ErrMalformed, Fail, ReasonKeyMalformed},
	{did.ErrAbsent, Fail, ReasonKeyAbsent},
	{did.ErrNotBound, Fail, ReasonKeyNotBound},
	{proof.ErrNoProof, Fail, ReasonNoProof},
	{did.ErrUnreachable, Unknown, ReasonKeySilent},
	{did.ErrUnsupported, Unknown, ReasonKeyUnsupported},
	{contexts.ErrUnknownContext, Unknown, ReasonUnknownContext},
	{proof.ErrUnknownSuite, Unknown, ReasonSuiteUnknown},
}

func proofTrouble(err error) (Result, Reason) {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return Unknown, ReasonKeySilent
	}
	for _, t := range troubles {
		if errors.Is(err, t.err) {
			return t.result, t.reason
		}
	}
	return Unknown, ReasonSuiteUnknown
}
