package backpack

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/pkg/openbadges/bake"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

func TestJudgingAnswersBothQuestionsAndKeepsNothing(t *testing.T) {
	r := newRoom(t, storetest.Open(t))
	item := Item{Data: baked(t, made{email: "eve@example.org"}.signed(t))}
	for _, row := range []struct {
		recipients []string
		verdict    openbadges.Verdict
	}{
		{nil, openbadges.Genuine},
		{[]string{"eve@example.org"}, openbadges.Genuine},
		{[]string{"ada@example.org"}, openbadges.Contradicted},
	} {
		told := 0
		j := r.Judge(t.Context(), item, Judging{Recipients: row.recipients, Told: func(openbadges.Finding) { told++ }})
		if j.Verification.Verdict != row.verdict || j.Genuine != openbadges.Genuine || j.Reason != "" || told != len(j.Verification.Findings) {
			t.Errorf("%v: %s, genuine %s for %q, told %d", row.recipients, j.Verification.Verdict, j.Genuine, j.Reason, told)
		}
		if j.Said.Name != "Weaver" || j.Said.IssuerName != "Atelier" || j.PictureType != "image/png" || !bytes.Equal(j.Picture, item.Data) {
			t.Errorf("it is said to be %+v, as %s", j.Said, j.PictureType)
		}
		if _, err := r.Held(t.Context(), r.ada.ID, j.Credential); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("it is held: %v", err)
		}
	}
	if len(r.files.kept) != 0 {
		t.Errorf("%d files were kept", len(r.files.kept))
	}
	r.brings(t, Item{Data: made{id: "urn:uuid:1", email: "ada@example.org"}.signed(t)}, Added)
	mine := r.Judge(t.Context(), Item{Data: made{id: "urn:uuid:1", email: "ada@example.org"}.signed(t)}, Judging{})
	if _, err := r.Held(t.Context(), r.ada.ID, mine.Credential); err != nil {
		t.Errorf("what is held is not found: %v", err)
	}
}

func TestJudgingShowsWhatWasAskedAndAsksNobodyForAPicture(t *testing.T) {
	r := newRoom(t, storetest.Open(t))
	j := r.Judge(t.Context(), Item{Text: r.hosts(t, "ada@example.org")}, Judging{})
	if j.Genuine != openbadges.Genuine || j.PictureType != "image/png" || len(j.Asked) != 4 {
		t.Errorf("%s, a picture of %s, asked %v", j.Genuine, j.PictureType, j.Asked)
	}
	for _, one := range j.Asked {
		if one.Status != 200 || one.At.IsZero() {
			t.Errorf("%+v", one)
		}
	}
	pointing := made{picture: "https://elsewhere.example/p.png"}.signed(t)
	if j := r.Judge(t.Context(), Item{Data: pointing}, Judging{}); len(j.Asked) != 0 || j.PictureType != "image/svg+xml" {
		t.Errorf("a picture elsewhere: asked %v, shows %s", j.Asked, j.PictureType)
	}
	r.down = true
	j = r.Judge(t.Context(), Item{Text: "https://issuer.example/a/1"}, Judging{})
	if j.Genuine != openbadges.CannotTell || j.Credential != nil || len(j.Asked) != 1 || j.Asked[0].Status != 0 {
		t.Errorf("a silent web: %s, asked %v", j.Genuine, j.Asked)
	}
}

func TestJudgingWhatIsTooLargeOrNoBadgeSaysWhy(t *testing.T) {
	r := newRoom(t, storetest.Open(t))
	for reason, item := range map[openbadges.Reason]Item{
		openbadges.ReasonTooLarge:      {Data: make([]byte, MaxItem+1)},
		openbadges.ReasonEmpty:         {},
		openbadges.ReasonNotRecognised: {Text: "hello"},
	} {
		j := r.Judge(t.Context(), item, Judging{})
		if j.Reason != reason || openbadges.ExitStatus(j.Verification) != openbadges.ExitNotBadge || j.Verification.At.IsZero() {
			t.Errorf("%s: %q", reason, j.Reason)
		}
	}
}

func TestLargeDrawingIsPaintedForThePage(t *testing.T) {
	r := newRoom(t, storetest.Open(t))
	drawing := `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><desc>` + strings.Repeat("a badge ", 2*pagePicture/8) + `</desc><circle cx="4" cy="4" r="4"/></svg>`
	file, err := bake.SVG([]byte(drawing), made{}.signed(t), bake.Credential)
	if err != nil {
		t.Fatal(err)
	}
	j := r.Judge(t.Context(), Item{Data: file}, Judging{})
	size, err := png.DecodeConfig(bytes.NewReader(j.Picture))
	if err != nil || j.PictureType != "image/png" || size.Width != pageSide {
		t.Errorf("%d bytes of %s, %d wide: %v", len(j.Picture), j.PictureType, size.Width, err)
	}
}

func TestLargePictureIsPaintedSmallForThePage(t *testing.T) {
	storetest.Dear(t)
	r := newRoom(t, storetest.Open(t))
	noise := image.NewNRGBA(image.Rect(0, 0, 900, 600))
	random := rand.New(rand.NewPCG(1, 2))
	for i := range noise.Pix {
		noise.Pix[i] = byte(random.Uint32())
	}
	var large bytes.Buffer
	if err := png.Encode(&large, noise); err != nil {
		t.Fatal(err)
	}
	file, err := bake.PNG(large.Bytes(), made{}.signed(t), bake.Credential)
	if err != nil {
		t.Fatal(err)
	}
	j := r.Judge(t.Context(), Item{Data: file}, Judging{})
	size, err := png.DecodeConfig(bytes.NewReader(j.Picture))
	if err != nil && j.PictureType == "image/png" || size.Width > pageSide {
		t.Errorf("%d bytes of %s, %d wide: %v", len(j.Picture), j.PictureType, size.Width, err)
	}
}
