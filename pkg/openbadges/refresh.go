package openbadges

import (
	"bytes"
	"context"
)

// refresh asks once for a newer edition of a proved credential (OB 3.0 §9.1 step 3). It counts only when it is the same
// credential, proved by itself; otherwise the one in hand stays.
func (q *inquiry) refresh(ctx context.Context, c *Credential) *Credential {
	if q.refreshed || !has(q.findings, CheckProof, Pass, "") {
		return nil
	}
	q.refreshed = true
	for _, item := range asList(c.doc["refreshService"]) {
		service := asNode(item)
		if address := asID(service); hasType(service, "1EdTechCredentialRefresh") && isWeb(address) {
			return q.newer(ctx, c, address)
		}
	}
	return nil
}

func (q *inquiry) newer(ctx context.Context, c *Credential, address string) *Credential {
	doc, err := q.load(ctx, address)
	if err != nil || doc.Status != 200 {
		return nil
	}
	r := reader{visit: q.visit, credential: &Credential{}}
	if err := r.readHere(bytes.TrimSpace(bytes.TrimPrefix(doc.Body, byteOrderMark))); err != nil {
		return nil
	}
	newer := r.credential
	if newer.Standard != c.Standard || newer.Key() != c.Key() || newer.Badge.ValidFrom.Before(c.Badge.ValidFrom) {
		return nil
	}
	inner := q.inner()
	inner.askCredentialForm(newer)
	inner.askProof(ctx, newer)
	if verdictOf(inner.findings) != Genuine {
		return nil
	}
	return newer
}
