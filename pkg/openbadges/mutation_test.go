package openbadges

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges/jsonld"
	"github.com/carnetbadges/carnet/pkg/openbadges/rdf"
	"github.com/carnetbadges/carnet/pkg/openbadges/strict"
)

// prove asks for every mutant there is instead of a fixed sample; see make prove.
var prove = flag.Bool("prove", false, "try every mutant of every credential")

// original is a credential whose proof holds, with the web it needs.
type original struct {
	name    string
	input   []byte
	web     RecordedWeb
	verdict Verdict
}

// tally counts what became of the mutants.
type tally struct{ all, unread, equal, proved, genuine atomic.Int64 }

// judge verifies one mutant and answers whether it passes for more than it is.
func (o original) judge(t *testing.T, m mutant, count *tally) {
	t.Helper()
	input := m.make()
	count.all.Add(1)
	c, err := Read(context.Background(), input, o.web.Fetch)
	if err != nil {
		count.unread.Add(1)
		return
	}
	v := Verify(context.Background(), c, Options{Fetch: o.web.Fetch, At: now})
	if !v.Proved() && v.Verdict != Genuine {
		return
	}
	if o.meansTheSame(t, c, v) {
		count.equal.Add(1)
		return
	}
	count.proved.Add(1)
	if v.Verdict == Genuine {
		count.genuine.Add(1)
	}
	t.Errorf("%s, %s: %s\n%s", o.name, m.name, v.Verdict, say(v))
}

// meansTheSame shows that a mutant says what the original says: it is the same JSON, or it makes the same canonical
// statements under a proof that makes the same statements. Where it is not contradicted on other grounds, such as a list
// in a list, it tells people nothing that the original does not tell, and it is judged no better.
func (o original) meansTheSame(t *testing.T, c *Credential, v Verification) bool {
	t.Helper()
	before, after := decoded(o.input), c.doc
	if reflect.DeepEqual(before, after) {
		return true
	}
	if v.Verdict != Contradicted && (v.Verdict != o.verdict || !saysNoMore(t, badgeOf(c.Standard, after), badgeOf(c.Standard, before))) {
		return false
	}
	if slices.ContainsFunc(asList(before["proof"]), func(p any) bool { return sameInItsOwnContext(asNode(p), before, after) }) {
		return true
	}
	meaning := statements(t, with(before, node{"proof": nil}))
	return meaning != "" && meaning == statements(t, with(after, node{"proof": nil})) && o.keepsAProof(t, before, after)
}

// keepsAProof tells whether one of the proofs is as it was, or states the same: of a proof the signature is compared as
// it stands, and what it says is read in the document's context (Data Integrity EdDSA Cryptosuites 1.0 §3.2.5).
func (o original) keepsAProof(t *testing.T, before, after node) bool {
	t.Helper()
	return slices.ContainsFunc(asList(after["proof"]), func(one any) bool {
		return slices.ContainsFunc(asList(before["proof"]), func(other any) bool {
			a, b := asNode(one), asNode(other)
			if reflect.DeepEqual(a, b) {
				return true
			}
			meaning := options(t, before, b)
			return a["proofValue"] == b["proofValue"] && meaning != "" && meaning == options(t, after, a)
		})
	})
}

// sameInItsOwnContext knows the one freedom of the JCS suites: a document may have more contexts behind those that its
// proof states, and is read in the proof's (Data Integrity EdDSA Cryptosuites 1.0 §3.3.2).
func sameInItsOwnContext(proof, before, after node) bool {
	own := asList(proof["@context"])
	more := asList(after["@context"])
	return strings.Contains(asString(proof["cryptosuite"]), "jcs") && len(own) > 0 && len(more) > len(own) && reflect.DeepEqual(own, more[:len(own)]) &&
		reflect.DeepEqual(with(before, node{"@context": own}), with(after, node{"@context": own}))
}

// saysNoMore compares what people are shown: every word of the one must be a word of the other. It may be less, for RDF
// does not see when one of two equal statements about one issuer is left out.
func saysNoMore(t *testing.T, after, before Badge) bool {
	t.Helper()
	known := words(t, before)
	return !slices.ContainsFunc(words(t, after), func(word any) bool { return !slices.Contains(known, word) })
}

func words(t *testing.T, b Badge) []any {
	t.Helper()
	value, err := strict.Decode(text(t, b))
	if err != nil {
		t.Fatal(err)
	}
	all := []any{"", time.Time{}.Format(time.RFC3339), nil, false}
	for _, one := range values(value, nil) {
		switch one.(type) {
		case string, json.Number, bool:
			all = append(all, one)
		}
	}
	return all
}

func options(t *testing.T, doc, proof node) string {
	t.Helper()
	if strings.Contains(asString(proof["cryptosuite"]), "jcs") {
		return ""
	}
	return statements(t, with(proof, node{"proofValue": nil, "@context": doc["@context"]}))
}

// statements are what a document says, in canonical N-Quads.
func statements(t *testing.T, doc node) string {
	t.Helper()
	quads, err := jsonld.ToRDF(doc)
	if err != nil {
		return ""
	}
	canonical, err := rdf.Canonicalize(context.Background(), quads, rdf.SHA256, rdf.Budget)
	if err != nil {
		return ""
	}
	return canonical
}

// ownOriginals are credentials of our own making, in the forms that are signed over their meaning.
func ownOriginals(t *testing.T) []original {
	t.Helper()
	amy := newSigner('a')
	rich := with(amy.badge3(), node{
		"validUntil": "2029-01-01T00:00:00Z", "name": "Water sampling",
		"credentialStatus": node{"id": "https://issuer.example/revoked", "type": "1EdTechRevocationList"},
	})
	web := RecordedWeb{"https://issuer.example/revoked": page(t, node{"id": "https://issuer.example/revoked", "revokedCredential": []any{}})}
	older := with(amy.badge3(), node{
		"@context":     []any{contextVC1, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json", "https://w3id.org/security/suites/ed25519-2020/v1"},
		"issuanceDate": "2025-03-14T00:00:00Z", "validFrom": nil,
	})
	key, err := NewKey([]byte(strings.Repeat("a", 32)))
	if err != nil {
		t.Fatal(err)
	}
	old, err := SignEd25519Signature2020(context.Background(), text(t, older), key, key.VerificationMethod(), now)
	if err != nil {
		t.Fatal(err)
	}
	return []original{
		{"own eddsa-rdfc-2022", amy.sign(t, rich), web, Genuine},
		{"own Ed25519Signature2020", old, nil, Genuine},
	}
}

// corpusOriginals are all credentials of the corpus with a proof that holds here.
func corpusOriginals(t *testing.T) []original {
	t.Helper()
	var all []original
	folder := corpusFolder(t)
	for line := range strings.Lines(string(corpusFile(t, "MANIFEST.tsv"))) {
		row := strings.Split(line, "\t")
		if len(row) < 8 || row[1] != "test" || row[3] != "json" || !strings.Contains(row[2], "vc") {
			continue
		}
		o := original{name: row[0], input: corpusFile(t, row[0]), web: RecordedWeb{}}
		for entry := range strings.SplitSeq(row[6], " ; ") {
			url, path, _ := strings.Cut(strings.TrimSpace(entry), " =>")
			if body, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(path))); path != "" && err == nil {
				o.web[url] = Recording{Status: 200, ContentType: "application/json", Body: body}
			}
		}
		c, err := Read(context.Background(), o.input, o.web.Fetch)
		if err != nil || c.Proof != ProofDataIntegrity {
			continue
		}
		if v := Verify(context.Background(), c, Options{Fetch: o.web.Fetch, At: now}); v.Proved() {
			o.verdict = v.Verdict
			all = append(all, o)
		}
	}
	return all
}

// TestNoMutantIsGenuine changes signed credentials in every small way and demands that the proof never holds, but where
// the change is shown to mean nothing.
func TestNoMutantIsGenuine(t *testing.T) {
	var count tally
	originals := ownOriginals(t)
	often := 1
	if raced {
		often = 20 // one in so many of the sample is enough to see a race
	}
	t.Run("own", func(t *testing.T) { mutate(t, originals, &count, often, 4*often) })
	t.Run("corpus", func(t *testing.T) { mutate(t, corpusOriginals(t), &count, 61*often, 61*often) })
	t.Logf("%d mutants: %d could not be read, %d mean the same, %d falsely proved, %d falsely genuine",
		count.all.Load(), count.unread.Load(), count.equal.Load(), count.proved.Load(), count.genuine.Load())
}

// mutate judges every mutant, or one in so many, and fewer of large credentials, whose mutants cost more.
func mutate(t *testing.T, originals []original, count *tally, flipsIn, changesIn int) {
	t.Helper()
	t.Logf("%d originals", len(originals))
	for turn, o := range originals {
		t.Run(strings.ReplaceAll(o.name, "/", " "), func(t *testing.T) {
			t.Parallel()
			n := turn // so that the sample falls elsewhere in each credential
			flipsIn, changesIn := flipsIn*(1+len(o.input)/8000), changesIn*(1+len(o.input)/8000)
			if *prove {
				flipsIn, changesIn = 1, 1
			}
			for m := range flips(o.input) {
				if n++; n%flipsIn == 0 {
					o.judge(t, m, count)
				}
			}
			mutants := slices.SortedFunc(structural(t, o.input), func(a, b mutant) int { return strings.Compare(a.name, b.name) })
			for _, m := range mutants {
				if n++; n%changesIn == 0 {
					o.judge(t, m, count)
				}
			}
		})
	}
}

func TestMutantsThatMeanTheSameAreKnown(t *testing.T) {
	o := ownOriginals(t)[0]
	spaced := slices.Concat([]byte(" {\n"), o.input[1:])
	for name, test := range map[string]struct {
		doc  node
		want bool
	}{
		"white space":  {decoded(spaced), true},
		"another name": {with(decoded(o.input), node{"name": "Something else"}), false},
		"no name":      {with(decoded(o.input), node{"name": nil}), false},
	} {
		if got := o.meansTheSame(t, &Credential{Standard: V30, doc: test.doc}, Verification{Verdict: Genuine}); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
