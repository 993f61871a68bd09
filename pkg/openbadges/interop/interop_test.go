//go:build interop

// Package interop holds badges made here against other people's verifiers, and theirs against ours.
// It knows nothing that is not public: the programs are those of npm and PyPI, the badges those of the demo's world.
package interop

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/cmd/carnet/demo"
	"github.com/carnetbadges/carnet/pkg/openbadges"
)

var now = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

type named struct {
	Name       string          `json:"name"`
	Credential json.RawMessage `json:"credential"`
	Suite      string          `json:"suite,omitempty"`
}

// node is the interpreter of the programs from npm.
func node(t *testing.T) string {
	t.Helper()
	at, err := exec.LookPath("node")
	if err != nil {
		t.Skip("interop needs Node 20: see https://nodejs.org")
	}
	if _, err := os.Stat("node_modules"); err != nil {
		t.Skip("interop needs its npm packages: run make interop")
	}
	return at
}

// run writes the files a script reads and decodes what it prints.
func run(t *testing.T, interpreter, script string, files map[string]any, answer any) {
	t.Helper()
	folder := t.TempDir()
	for name, content := range files {
		data, err := json.Marshal(content)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	command := exec.CommandContext(t.Context(), interpreter, script, folder)
	var complaints bytes.Buffer
	command.Stderr = &complaints
	printed, err := command.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", script, err, complaints.String())
	}
	if err := json.Unmarshal(printed, answer); err != nil {
		t.Fatalf("%s printed %.200s: %v\n%s", script, printed, err, complaints.String())
	}
}

// TestWhatWeSignVerifiesElsewhere gives every OB 3.0 badge of the demo's world with an embedded proof to two verifiers.
// Neither reads keys in the profile of an issuer that is no DID (OB 3.0 §8.2 has both), so those badges stay at home.
func TestWhatWeSignVerifiesElsewhere(t *testing.T) {
	world, err := demo.Make(t.Context(), 1, now)
	if err != nil {
		t.Fatal(err)
	}
	var all []named
	atHome := 0
	ours := map[string]openbadges.Verification{}
	for _, b := range world.Badges {
		input := b.Data
		if len(input) == 0 {
			input = []byte(b.Link)
		}
		c, err := openbadges.Read(t.Context(), input, world.Web.Fetch)
		if err != nil || c.Proof != openbadges.ProofDataIntegrity {
			continue
		}
		if !strings.HasPrefix(c.Badge.Issuer.ID, "did:") {
			atHome++
			continue
		}
		name := b.Holder + " " + b.File + b.Link
		ours[name] = openbadges.Verify(t.Context(), c, openbadges.Options{Fetch: world.Web.Fetch, At: now})
		all = append(all, named{Name: name, Credential: c.Raw})
	}
	var verdicts []struct {
		Name, Verifier, Says string
		Verified             bool
	}
	run(t, node(t), "verify.mjs", map[string]any{"web.json": world.Web, "credentials.json": all}, &verdicts)
	agreed := map[string]int{}
	for _, v := range verdicts {
		mine := ours[v.Name]
		if mine.Verdict == openbadges.CannotTell {
			continue // its issuer is silent in this world
		}
		want := mine.Verdict == openbadges.Genuine
		if v.Verifier == "@digitalbazaar/vc" {
			want = mine.Proved() && !isOver(mine, openbadges.CheckDates)
		}
		if v.Verified != want {
			t.Errorf("%s: %s says %v, we say %s\n%.1500s", v.Name, v.Verifier, v.Verified, mine.Verdict, v.Says)
			continue
		}
		agreed[v.Verifier]++
	}
	t.Logf("%d badges, %d with a key in the issuer's profile left out; agreed with %v", len(all), atHome, agreed)
	if len(agreed) < 2 {
		t.Error("nothing was compared")
	}
}

func isOver(v openbadges.Verification, check openbadges.Check) bool {
	for _, f := range v.Findings {
		if f.Check == check && f.Result == openbadges.Fail {
			return true
		}
	}
	return false
}

const unsigned = `{"@context":[CONTEXTS],"id":"urn:uuid:11111111-1111-4111-8111-111111111111","type":["VerifiableCredential","OpenBadgeCredential"],` +
	`"issuer":{"id":"did:key:x","type":["Profile"],"name":"Atelier"},"DATE":"2026-02-03T04:05:06Z","name":"Weaver",` +
	`"credentialSubject":{"id":"did:example:b","type":["AchievementSubject"],"achievement":{"id":"urn:uuid:22222222-2222-4222-8222-222222222222","type":["Achievement"],"name":"Weaver \"ée\" 織","description":"Weaves <fine> cloth","criteria":{"narrative":"Weave"}}}}`

func TestWhatOthersSignVerifiesHere(t *testing.T) {
	const ob3 = `"https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"`
	on20 := strings.NewReplacer("CONTEXTS", `"https://www.w3.org/ns/credentials/v2",`+ob3, "DATE", "validFrom").Replace(unsigned)
	on20old := strings.NewReplacer("CONTEXTS", `"https://www.w3.org/ns/credentials/v2",`+ob3+`,"https://w3id.org/security/suites/ed25519-2020/v1"`, "DATE", "validFrom").Replace(unsigned)
	on11 := strings.NewReplacer("CONTEXTS", `"https://www.w3.org/2018/credentials/v1",`+ob3+`,"https://w3id.org/security/suites/ed25519-2020/v1"`, "DATE", "issuanceDate").Replace(unsigned)
	var signed []named
	run(t, node(t), "sign.mjs", map[string]any{"web.json": openbadges.RecordedWeb{}, "unsigned.json": []named{
		{"eddsa-rdfc-2022 on VC 2.0", json.RawMessage(on20), "eddsa-rdfc-2022"},
		{"Ed25519Signature2020 on VC 2.0", json.RawMessage(on20old), "Ed25519Signature2020"},
		{"Ed25519Signature2020 on VC 1.1", json.RawMessage(on11), "Ed25519Signature2020"},
	}}, &signed)
	if len(signed) != 3 {
		t.Fatalf("%d signed", len(signed))
	}
	for _, s := range signed {
		c, err := openbadges.Read(context.Background(), s.Credential, nil)
		if err != nil {
			t.Errorf("%s: %v", s.Name, err)
			continue
		}
		if v := openbadges.Verify(context.Background(), c, openbadges.Options{At: now}); v.Verdict != openbadges.Genuine {
			t.Errorf("%s: %s %+v\n%s", s.Name, v.Verdict, v.Findings, s.Credential)
		}
	}
}
