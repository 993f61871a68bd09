package paper

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"image"
	"image/color"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges/pdf"
	"github.com/carnetbadges/carnet/store/storetest"
)

// drawn is a folder where the documents of these tests are written to be looked at: go test ./pkg/paper -drawn FOLDER.
var drawn = flag.String("drawn", "", "folder for the documents")

var noon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

func english() Words {
	return Words{
		Language: "en", Kind: "Open Badge", Received: "has received the badge", By: "issued by", Criteria: "What was done for it",
		Inside:  "The badge itself is in this file. Bring the file into any Carnet, or check it with carnet verify, and nobody has to believe this sheet.",
		CodeAlt: "QR code that leads to the badge’s page", Producer: "Carnet",
	}
}

func french() Words {
	return Words{
		Language: "fr", Kind: "Badge ouvert", Received: "a reçu le badge", By: "décerné par", Criteria: "Ce qui a été fait pour l’obtenir",
		Inside:  "Le badge lui-même est dans ce fichier. Apportez-le dans n’importe quel Carnet, ou contrôlez-le avec carnet verify : personne n’a à croire cette feuille sur parole.",
		CodeAlt: "Code QR qui mène à la page du badge", Producer: "Carnet",
	}
}

// sample is a badge in one script.
func sample(language, name, issuer, recipient, criteria string) Badge {
	return Badge{
		Name: Text{name, language}, Issuer: Text{issuer, language}, Recipient: Text{recipient, language}, Criteria: Text{criteria, language},
		Host: "savoirs.example", Picture: seal(), PictureAlt: name,
		Facts:   []string{"Issued on 3 May 2025", "in force until 3 May 2028"},
		Verdict: Verdict{Tone: Green, Heading: "Genuine and current", Sentence: "All 8 checks pass.", Day: "Checked on 26 November 2026."},
		Address: "https://carnet.example/b/01JD0000000000000000000000",
		File:    File{Name: name + ".json", Kind: "application/json", Content: []byte(`{"@context":"https://w3id.org/openbadges/v2","name":"é <&> ]]>"}`), About: name},
	}
}

// seal is a picture with a transparent edge.
func seal() image.Image {
	p := image.NewNRGBA(image.Rect(0, 0, 300, 300))
	for y := range 300 {
		for x := range 300 {
			dx, dy := x-150, y-150
			if r := dx*dx + dy*dy; r < 150*150 {
				p.SetNRGBA(x, y, color.NRGBA{uint8(r / 120), 90, 120, 255})
			}
		}
	}
	return p
}

func samples() map[string]Badge {
	long := "Avoir animé trois ateliers de médiation numérique auprès d’adultes, préparé un plan de séance, recueilli les retours des participants et rédigé un bilan. "
	arabic := "أن يكون قد نشط ثلاث ورشات عمل في التعلّم الرقمي مع 12 مشاركا، وأن يكتب تقريرا (Open Badges 3.0) في النهاية. "
	return map[string]Badge{
		"french":     sample("fr", "Médiation numérique", "Université ouverte des Savoirs", "Aminata Diop", long+long+long+long+long+long+long+long+long),
		"arabic":     sample("ar", "شارة التعلّم مدى الحياة", "جامعة المعرفة المفتوحة", "أمينة بن صالح", arabic+arabic+arabic),
		"hebrew":     sample("he", "תג למידה פתוחה 2026", "האוניברסיטה הפתוחה", "נועה לוי", "השתתפה בשלוש סדנאות (12 שעות) וכתבה סיכום."),
		"devanagari": sample("hi", "खुला शिक्षा बैज", "ज्ञान विश्वविद्यालय", "प्रिया शर्मा", "तीन कार्यशालाओं का संचालन किया और प्रतिवेदन लिखा।"),
		"thai":       sample("th", "ป้ายผู้เรียนรู้ตลอดชีวิต", "มหาวิทยาลัยเปิด", "สมชาย ใจดี", "จัดกิจกรรมสามครั้งและเขียนรายงานสรุป"),
		"greek":      sample("el", "Ανοιχτή μάθηση", "Πανεπιστήμιο Γνώσης", "Ελένη Παπαδοπούλου", "Τρία εργαστήρια και μία αναφορά."),
		"cyrillic":   sample("uk", "Відкрите навчання", "Університет знань", "Олена Шевченко", "Три майстерні та звіт."),
		"chinese":    sample("zh", "终身学习徽章", "开放知识大学", "王小明", "主持了三次工作坊并撰写了报告。"),
		"emoji":      sample("en", "Green fingers 🌱👩‍🌾", "The garden ✅", "Zoë 🐝", ""),
	}
}

// TestCertificatesInEveryScript: each is one page, small, and always the same bytes.
func TestCertificatesInEveryScript(t *testing.T) {
	storetest.Dear(t)
	for script, badge := range samples() {
		words := english()
		if script == "french" {
			words = french()
		}
		words.RightSide = script == "arabic" || script == "hebrew"
		began := time.Now()
		document, err := Certificate(badge, words, noon)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%-10s %d kB in %v", script, len(document)/1000, time.Since(began))
		again, err := Certificate(badge, words, noon)
		if err != nil || !bytes.Equal(document, again) {
			t.Errorf("%s: not the same twice (%v)", script, err)
		}
		keep(t, script+".pdf", document)
	}
}

func keep(t *testing.T, named string, document []byte) {
	t.Helper()
	if *drawn != "" {
		if err := os.WriteFile(filepath.Join(*drawn, named), document, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func BenchmarkCertificate(b *testing.B) {
	badge := samples()["french"]
	for b.Loop() {
		if _, err := Certificate(badge, french(), noon); err != nil {
			b.Fatal(err)
		}
	}
}

// many are badges in all scripts, as often as it takes.
func many(n int) (list []Badge) {
	all := samples()
	names := slices.Sorted(maps.Keys(all))
	for i := range n {
		b := all[names[i%len(names)]]
		b.File.Content = fmt.Appendf(nil, `{"@context":"https://w3id.org/openbadges/v2","id":"https://x.example/%d"}`, i)
		list = append(list, b)
	}
	return list
}

// TestSheetsHoldEveryBadge: all travel in the file in their order, and it is always the same bytes.
func TestSheetsHoldEveryBadge(t *testing.T) {
	storetest.Dear(t)
	for _, count := range []int{0, 1, 14, MaxBadges} {
		cover := Cover{Kind: "Collection", Title: Text{"For work: what I can do with wood, wool and words", "en"}, By: Text{"Aminata Diop", "fr"}, Note: Text{"Everything I learned between 2012 and today, in the order in which I would tell it.", "en"}, Count: fmt.Sprint(count, " badges"), Address: "https://carnet.example/c/01JD0000000000000000000000", Seed: "x"}
		words := english()
		words.RightSide = count == 14
		badges := many(count)
		began := time.Now()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		document, err := Sheets(t.Context(), cover, badges, words, noon)
		if err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		t.Logf("%d badges: %d kB in %v, %d MB allocated", count, len(document)/1000, time.Since(began), (after.TotalAlloc-before.TotalAlloc)>>20)
		keep(t, fmt.Sprintf("sheets-%d.pdf", count), document)
		inside, err := pdf.Credentials(document)
		if len(inside) != count || count > 0 && err != nil {
			t.Fatalf("%d of %d badges inside: %v", len(inside), count, err)
		}
		for i, b := range badges {
			if !bytes.Equal(inside[i], b.File.Content) {
				t.Errorf("badge %d is another", i)
			}
		}
		if again, _ := Sheets(t.Context(), cover, badges, words, noon); !bytes.Equal(again, document) {
			t.Error("not the same twice")
		}
	}
	if _, err := Sheets(t.Context(), Cover{}, many(MaxBadges+1), english(), noon); !errors.Is(err, ErrTooLarge) {
		t.Errorf("one too many: %v", err)
	}
}

// TestHostileTextsMakeNoHugeSheet: what somebody wrote is cut, whatever it is, and the badge still comes back.
func TestHostileTextsMakeNoHugeSheet(t *testing.T) {
	storetest.Dear(t)
	for named, said := range map[string]string{
		"long": strings.Repeat("long words and ", 7000), "one word": strings.Repeat("x", 100_000), "marks": "e" + strings.Repeat("\u0301", 10_000),
		"controls": strings.Repeat("\x00\x1b[31m\u202eabc", 3000), "surrogates": strings.Repeat("\xed\xbf\xbf\xff", 4000), "lines": strings.Repeat("a\n", 20_000),
		"PDF": strings.Repeat(") Tj ET endstream endobj << /JS (x) >>\\", 50), "XML": strings.Repeat("]]></rdf:RDF><a xmlns='x'>&lt;", 50), "nothing": "",
	} {
		b := sample("ar", said, said, said, said)
		b.PictureAlt, b.Host, b.Facts, b.Verdict.Sentence = said, said, []string{said, said}, said
		b.File.About, b.Address = "x", "https://carnet.example/"+said
		began := time.Now()
		document, err := Certificate(b, english(), noon)
		took := time.Since(began)
		if err != nil || len(document) > 800_000 || took > 3*time.Second {
			t.Errorf("%s: %d kB in %v, %v", named, len(document)/1000, took, err)
		}
		keep(t, "hostile-"+named+".pdf", document)
		if inside, err := pdf.Credentials(document); err != nil || len(inside) != 1 || !bytes.Equal(inside[0], b.File.Content) {
			t.Errorf("%s: %d inside, %v", named, len(inside), err)
		}
	}
}

// TestSheetsStopWhereTheyAreFullOrNobodyWaits: it is known before anything is laid out how many badges find room.
func TestSheetsStopWhereTheyAreFullOrNobodyWaits(t *testing.T) {
	storetest.Dear(t)
	badges := many(5)
	for i := range badges {
		badges[i].File.Content = make([]byte, 3<<20)
		_, _ = rand.NewChaCha8([32]byte{byte(i)}).Read(badges[i].File.Content)
	}
	var full *Full
	if _, err := Sheets(t.Context(), Cover{}, badges, english(), noon); !errors.As(err, &full) || full.Fit != 2 || !errors.Is(err, ErrTooLarge) {
		t.Errorf("%v", err)
	}
	if _, err := Sheets(t.Context(), Cover{}, badges[:2], english(), noon); err != nil {
		t.Error(err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Sheets(gone, Cover{}, many(1), english(), noon); !errors.Is(err, context.Canceled) {
		t.Errorf("nobody waits: %v", err)
	}
}

func TestOnlyWhatFindsRoomOfANoteIsSet(t *testing.T) {
	long := Text{Said: strings.Repeat("é", 3000)}
	if got := long.within(500).Said; got != strings.Repeat("é", 500)+"…" {
		t.Errorf("%d bytes", len(got))
	}
	if got := long.within(3000); got != long {
		t.Error("what finds room is cut")
	}
}
