package rdf

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	slash "path"
	"strings"
	"testing"
	"time"
)

type suite struct {
	Entries []struct{ ID, Type, Name, HashAlgorithm, Action, Result string }
}

func TestTheW3CSuitePasses(t *testing.T) {
	var s suite
	if err := json.Unmarshal(corpus(t, "w3c-rdf-canon/manifest.jsonld"), &s); err != nil {
		t.Fatal(err)
	}
	for _, e := range s.Entries {
		t.Run(strings.TrimPrefix(e.ID, "#")+" "+e.Name, func(t *testing.T) {
			quads, err := Parse(corpus(t, "w3c-rdf-canon/"+slash.Base(e.Action)))
			if err != nil {
				t.Fatal(err)
			}
			hash := SHA256
			if e.HashAlgorithm == "SHA384" {
				hash = SHA384
			}
			started := time.Now()
			text, names, err := CanonicalizeMap(context.Background(), quads, hash, 0)
			switch e.Type {
			case "rdfc:RDFC10EvalTest":
				if want := string(corpus(t, "w3c-rdf-canon/"+slash.Base(e.Result))); err != nil || text != want {
					t.Errorf("%v\n%s\nwant\n%s", err, text, want)
				}
			case "rdfc:RDFC10MapTest":
				var want map[string]string
				if json.Unmarshal(corpus(t, "w3c-rdf-canon/"+slash.Base(e.Result)), &want) != nil || err != nil || !maps.Equal(names, want) {
					t.Errorf("%v\n%v\nwant\n%v", err, names, want)
				}
			case "rdfc:RDFC10NegativeEvalTest":
				if !errors.Is(err, ErrTooCostly) {
					t.Error(err)
				}
				t.Logf("refused after %v", time.Since(started))
			default:
				t.Errorf("unknown kind of test %s", e.Type)
			}
		})
	}
	if len(s.Entries) != 86 {
		t.Errorf("the suite has %d tests, not 86", len(s.Entries))
	}
}

// poison has n blank nodes, each pointing at each.
func poison(n int) []Quad {
	var quads []Quad
	for i := range n {
		for j := range n {
			if i != j {
				quads = append(quads, Quad{Subject: blank(i), Predicate: Term{Kind: IRI, Value: "http://example.org/p"}, Object: blank(j)})
			}
		}
	}
	return quads
}

func blank(i int) Term { return Term{Kind: Blank, Value: fmt.Sprintf("e%d", i)} }

// ASVS: V15.2.2
func TestPoisonIsRefused(t *testing.T) {
	ring := make([]Quad, 5000)
	for i := range ring {
		ring[i] = Quad{Subject: blank(i), Predicate: Term{Kind: IRI, Value: "http://example.org/next"}, Object: blank((i + 1) % len(ring))}
	}
	for name, quads := range map[string][]Quad{"clique of 10": poison(10), "clique of 40": poison(40), "clique of 300": poison(300), "ring of 5000": ring} {
		started := time.Now()
		_, err := Canonicalize(context.Background(), quads, SHA256, 0)
		if !errors.Is(err, ErrTooCostly) {
			t.Errorf("%s: %v", name, err)
		}
		t.Logf("%s refused after %v", name, time.Since(started))
	}
}

func TestCancellingEndsTheWork(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Canonicalize(ctx, poison(4), SHA256, 0); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestRenamingBlankNodesChangesNothing(t *testing.T) {
	text, err := Canonicalize(context.Background(), poison(4), SHA256, 0)
	if err != nil {
		t.Fatal(err)
	}
	renamed := poison(4)
	for i := range renamed {
		renamed[i].Subject.Value = "x" + renamed[i].Subject.Value
		renamed[i].Object.Value = "x" + renamed[i].Object.Value
	}
	renamed = append(renamed, renamed[0])
	if again, err := Canonicalize(context.Background(), renamed, SHA256, 0); again != text || err != nil {
		t.Errorf("%v\n%s\nwant\n%s", err, again, text)
	}
}

func TestMalformedStatementsAreRefused(t *testing.T) {
	for _, text := range []string{
		`<a:b> <a:b> <a:b>`, `<a:b> <a:b> .`, `"x" <a:b> <a:b> .`, `<a:b> _:x <a:b> .`, `<a:b> "x" <a:b> .`, `<a:b> <a:b> <a:b> "g" .`,
		`<rel> <a:b> <a:b> .`, `<a:b c> <a:b> <a:b> .`, `<a:b> <a:b> "x .`, `<a:b> <a:b> "\q" .`, `<a:b> <a:b> "\u12" .`, `<a:b> <a:b> "\ud800" .`,
		`<a:b> <a:b> "x"@ .`, `<a:b> <a:b> "x"@en- .`, `<a:b> <a:b> "x"^^<rel> .`, `<a:b> <a:b> "x"^<a:b> .`, `_: <a:b> <a:b> .`, `_:- <a:b> <a:b> .`,
		`<a:b> <a:b> <a:b> . <a:b>`, "\xff", `<a:b> <a:b> <a:\n> .`, `<a:b> <a:b> _:x..`, `<a:b> <a:b> _`,
	} {
		if quads, err := Parse([]byte(text)); !errors.Is(err, ErrSyntax) && text != `<a:b> <a:b> _:x..` {
			t.Errorf("%q: %v %v", text, quads, err)
		}
	}
}

func FuzzWhatIsWrittenIsReadAgain(f *testing.F) {
	f.Add([]byte("<a:b> <a:c> \"x\\n\\u00e9\\\"\"@en-GB <a:g> . # comment\n_:a <a:c> _:b.c .\r\n<a:b> <a:c> \"\x7f\"^^<a:d> _:g.\n"))
	f.Add([]byte(`<http://\u00e9> <a:b> "\t\b\f'" .`))
	f.Fuzz(func(t *testing.T, data []byte) {
		quads, err := Parse(data)
		if err != nil {
			return
		}
		text := Serialize(quads)
		again, err := Parse([]byte(text))
		if err != nil || Serialize(again) != text {
			t.Fatalf("%v\n%q\nwas\n%q", err, Serialize(again), text)
		}
		once, err := Canonicalize(context.Background(), quads, SHA256, 20000)
		if err != nil {
			return
		}
		canonical, err := Parse([]byte(once))
		if err != nil {
			t.Fatal(err)
		}
		if twice, err := Canonicalize(context.Background(), canonical, SHA256, 20000); err == nil && twice != once {
			t.Fatalf("canonical form is not its own:\n%s\n%s", once, twice)
		}
	})
}

func TestDigestIsThatOfTheCanonicalText(t *testing.T) {
	quads, err := Parse([]byte("_:a <https://x.example/p> _:b .\n_:b <https://x.example/p> \"1\" .\n<https://x.example/s> <https://x.example/p> _:a _:b .\n"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := Canonicalize(context.Background(), quads, SHA256, 0)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Digest(context.Background(), quads, SHA256, 0)
	if want := sha256.Sum256([]byte(text)); err != nil || !bytes.Equal(got, want[:]) {
		t.Errorf("%x, %v, want %x", got, err, want)
	}
	if _, err := Digest(context.Background(), quads, SHA256, 1); err != nil {
		t.Error("nothing here looks alike:", err)
	}
}
