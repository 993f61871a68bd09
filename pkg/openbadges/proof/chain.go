package proof

import "fmt"

// previous lists the proofs that a proof was made over (VC Data Integrity 1.0 §2.1.2, Proof Chains), in document order.
func (v *verifier) previous(p map[string]any) ([]any, error) {
	stated, has := p["previousProof"]
	if !has {
		return nil, nil
	}
	ids, isArray := stated.([]any)
	if !isArray {
		ids = []any{stated}
	}
	wanted := map[string]bool{}
	for _, id := range ids {
		name, _ := id.(string)
		wanted[name] = true
	}
	var found []any
	for _, other := range v.proofs {
		if id := text(other, "id"); id != "" && wanted[id] {
			found = append(found, other)
			delete(wanted, id)
		}
	}
	if len(wanted) > 0 || len(found) == 0 {
		return nil, fmt.Errorf("previousProof names a proof that is not there: %w", ErrMalformed)
	}
	return found, nil
}

// doomed spares the work for a proof whose predecessor does not hold.
func (v *verifier) doomed(p map[string]any) error {
	for _, stated := range list(p["previousProof"]) {
		id, _ := stated.(string)
		if err := v.failed[id]; err != nil {
			return fmt.Errorf("the proof %.60q before it: %w", id, err)
		}
	}
	return nil
}

// chain lets a proof fail with those it was made over, however long the chain.
func (v *verifier) chain(results []Result) {
	failed := map[string]error{}
	for range results {
		for i := range results {
			v.link(&results[i], v.proofs[i], failed)
		}
	}
}

func (v *verifier) link(r *Result, p map[string]any, failed map[string]error) {
	before, err := v.previous(p)
	if err != nil {
		return
	}
	for _, other := range before {
		id := text(other.(map[string]any), "id")
		if err := failed[id]; err != nil && r.Err == nil {
			r.Err = fmt.Errorf("the proof %.60q before it: %w", id, err)
		}
	}
	if r.Err != nil && r.ID != "" {
		failed[r.ID] = r.Err
	}
}
