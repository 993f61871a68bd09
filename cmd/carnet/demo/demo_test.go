package demo

import (
	"bytes"
	"context"
	"net/url"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges"
)

var today = time.Date(2026, 11, 20, 15, 4, 5, 0, time.UTC)

// theWorld is made once for all tests that only look at it.
var theWorld = sync.OnceValues(func() (World, error) { return Make(context.Background(), 1, today) })

func world(t *testing.T) World {
	t.Helper()
	w, err := theWorld()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// brought is what a badge is read from.
func (b Badge) brought() []byte {
	if b.Link != "" {
		return []byte(b.Link)
	}
	return b.Data
}

func TestEveryBadgeHasTheVerdictThatWasPlanned(t *testing.T) {
	w := world(t)
	for _, b := range w.Badges {
		name := b.Holder + " " + b.File + b.Link
		credential, err := openbadges.Read(t.Context(), b.brought(), w.Web.Fetch)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := openbadges.Verify(t.Context(), credential, openbadges.Options{Fetch: w.Web.Fetch, At: today, Recipients: []string{b.Address}})
		if got.Verdict != b.Verdict {
			t.Errorf("%s: %s, want %s", name, got.Verdict, b.Verdict)
			for _, f := range got.Findings {
				if f.Result != openbadges.Pass && f.Result != openbadges.Skipped {
					t.Logf("  %s %s %s: %s", f.Check, f.Result, f.Reason, f.Detail)
				}
			}
		}
	}
}

func TestWorldHasEveryStandardProofContainerAndVerdict(t *testing.T) {
	w := world(t)
	if len(w.People) < 12 || len(w.Badges) < 40 {
		t.Fatalf("%d people, %d badges", len(w.People), len(w.Badges))
	}
	seen := map[string]int{}
	for _, b := range w.Badges {
		credential, err := openbadges.Read(t.Context(), b.brought(), w.Web.Fetch)
		if err != nil {
			t.Fatal(err)
		}
		seen[string(credential.Standard)+" "+string(credential.Proof)]++
		seen["in "+string(credential.Container)]++
		seen["verdict "+string(b.Verdict)]++
		seen["shown to "+b.Visibility]++
	}
	for _, want := range []string{
		"0.5 hosted", "1.0 hosted", "1.1 hosted", "2.0 hosted", "2.0 jws", "3.0 data-integrity", "3.0 vc-jwt",
		"in png", "in svg", "in json", "in jws", "in url",
		"verdict genuine", "verdict not-current", "verdict unknown", "verdict contradicted",
		"shown to private", "shown to members", "shown to public",
	} {
		if seen[want] == 0 {
			t.Errorf("no badge is %q", want)
		}
	}
	t.Log(seen)
}

func TestSameSeedIsTheSameWorld(t *testing.T) {
	again, err := Make(t.Context(), 1, today.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(again, world(t)) {
		t.Error("the world of one seed and day was made twice and differs")
	}
}

func TestAnotherSeedHasOtherKeys(t *testing.T) {
	at := "https://atelier-ndaje.example/.well-known/did.json"
	other := newMaker(2, today)
	if err := other.found(t.Context()); err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(other.world.Web[at].Body, world(t).Web[at].Body) {
		t.Error("two seeds, one key")
	}
}

func TestEverythingIsInReservedDomains(t *testing.T) {
	w := world(t)
	for address := range w.Web {
		if parsed, err := url.Parse(address); err != nil || parsed.Scheme != "https" || !strings.HasSuffix(parsed.Host, ".example") {
			t.Errorf("%s could be somebody's", address)
		}
	}
	for _, p := range w.People {
		for _, address := range []string{p.Email, p.Unproved} {
			if address != "" && !strings.HasSuffix(address, ".example") {
				t.Errorf("%s could be somebody's", address)
			}
		}
	}
}

func TestEveryPictureOfABadgeIsInTheWorld(t *testing.T) {
	w := world(t)
	for _, b := range w.Badges {
		credential, err := openbadges.Read(t.Context(), b.brought(), w.Web.Fetch)
		if err != nil {
			t.Fatal(err)
		}
		verified := openbadges.Verify(t.Context(), credential, openbadges.Options{Fetch: w.Web.Fetch, At: today})
		if _, known := w.Web[verified.Badge.Achievement.Image]; !known && b.Verdict == openbadges.Genuine {
			t.Errorf("%s %s%s: its picture %q is nowhere", b.Holder, b.File, b.Link, verified.Badge.Achievement.Image)
		}
	}
}

func TestSeededRSAKeyIsSoundAndItsSeeds(t *testing.T) {
	a, err := newLuck(1, "x").rsa()
	if err != nil {
		t.Fatal(err)
	}
	b, err := newLuck(1, "x").rsa()
	if err != nil || !a.Equal(b) || a.N.BitLen() != 2048 {
		t.Errorf("%d bits, %v", a.N.BitLen(), err)
	}
}
