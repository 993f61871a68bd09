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

// doomed tells which proof a proof was made over is known not to hold, and spares its work.
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
	for range results {
		for i := range results {
			if results[i].Err == nil {
				results[i].Err = v.doomed(v.proofs[i])
			}
			v.note(results[i])
		}
	}
}

// note remembers a proof that does not hold.
func (v *verifier) note(r Result) {
	if r.Err != nil && r.ID != "" {
		v.failed[r.ID] = r.Err
	}
}
