package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/cmd/carnet/demo"
	"github.com/carnetbadges/carnet/store/storetest"
)

func TestDemoFillsAnEmptyPassportOnceAndSaysWhereToLook(t *testing.T) {
	storetest.Dear(t)
	environ := []string{"CARNET_DATA=" + t.TempDir(), "CARNET_PUBLIC_URL=http://localhost:8080"}
	var out, complaint bytes.Buffer
	began := time.Now()
	if code := run(t.Context(), []string{"demo"}, environ, streams{out: &out, err: &complaint}); code != 0 {
		t.Fatalf("exit status %d: %s", code, complaint.String())
	}
	t.Logf("made in %v", time.Since(began))
	for _, want := range []string{
		demo.Password, "aminata.diop@courrier.example", "http://localhost:8080/b/", "http://localhost:8080/@eeva-korhonen", "administrator",
		"0.5, hosted: genuine", "1.0, hosted: genuine", "1.1, hosted: genuine", "2.0, hosted: genuine", "2.0, jws: genuine", "3.0, data-integrity: genuine", "3.0, vc-jwt: genuine", "cannot tell now", "not current",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, out.String())
		}
	}
	if code := run(t.Context(), []string{"demo"}, environ, streams{out: &out, err: &complaint}); code != 1 {
		t.Errorf("a second time: exit status %d", code)
	}
	if said := strings.TrimSpace(complaint.String()); !strings.Contains(said, "people in it") || strings.Count(said, "\n") != 0 {
		t.Errorf("a second time it says %q", said)
	}
}
