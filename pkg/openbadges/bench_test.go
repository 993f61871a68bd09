package openbadges

import (
	"fmt"
	"testing"
)

// BenchmarkVerifyToken reads and verifies VC-JWTs of one issuer, a small one and one with alignments and results.
func BenchmarkVerifyToken(b *testing.B) {
	amy := newSigner('a')
	full := decoded(text(b, amy.badge3()))
	subject := asNode(full["credentialSubject"])
	var alignments, results []any
	for i := range 11 {
		alignments = append(alignments, node{
			"type": []any{"Alignment"}, "targetName": fmt.Sprint("Skill ", i), "targetUrl": fmt.Sprint("https://skills.example/", i),
			"targetDescription": "What one can do who has learnt this, in a sentence or two, the way that frameworks put it.", "targetFramework": "A framework",
		})
		results = append(results, node{"type": []any{"Result"}, "value": "A", "resultDescription": fmt.Sprint("urn:uuid:0", i)})
	}
	subject["result"], asNode(subject["achievement"])["alignment"] = results, alignments
	for name, doc := range map[string]node{"small": amy.badge3(), "full": full} {
		token := amy.jwt(b, claims(doc, nil), amy.vm)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(token)))
			for b.Loop() {
				c, err := Read(b.Context(), token, nil)
				if err != nil {
					b.Fatal(err)
				}
				if v := Verify(b.Context(), c, Options{At: now}); v.Verdict != Genuine {
					b.Fatal(say(v))
				}
			}
		})
	}
}
