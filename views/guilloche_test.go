package views

import (
	"strings"
	"testing"
)

func printedAs(t *testing.T, seed, kind string) string {
	t.Helper()
	var out strings.Builder
	if err := Guilloche(seed, kind).Render(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestAPrintIsAlwaysTheSameForItsSeedAndSmall(t *testing.T) {
	for _, kind := range []string{"identity", "band", "rosette", "empty", "cover"} {
		amina := printedAs(t, "amina", kind)
		if amina != printedAs(t, "amina", kind) {
			t.Errorf("%s: two prints of one seed differ", kind)
		}
		if amina == printedAs(t, "moussa", kind) {
			t.Errorf("%s: two people have one print", kind)
		}
		if len(amina) > 4096 {
			t.Errorf("%s: %d bytes", kind, len(amina))
		}
	}
}

func FuzzLinkedLosesNothing(f *testing.F) {
	f.Add("Open: https://carnet.example/reset/abc.\nBye")
	f.Add("https://a.bhttps://")
	f.Fuzz(func(t *testing.T, text string) {
		var whole strings.Builder
		for _, piece := range linked(text) {
			if piece.Link && !strings.HasPrefix(piece.Text, "http") {
				t.Errorf("%q is no address", piece.Text)
			}
			whole.WriteString(piece.Text)
		}
		if whole.String() != text {
			t.Errorf("%q became %q", text, whole.String())
		}
	})
}
