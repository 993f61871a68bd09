package lettering

import (
	"flag"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"strings"
	"testing"
	"time"
)

// sheet is where a picture of every script is written to be looked at: go test ./pkg/lettering -sheet FILE.png.
var sheet = flag.String("sheet", "", "file for a picture of every script")

// samples are names of badges in scripts that are packed.
var samples = map[string]string{
	"latin":      "Diplôme d’Österreich łódź Ưu tú ȩ̃",
	"greek":      "Ψηφιακά διαπιστευτήρια ᾧ",
	"cyrillic":   "Відкриті значки ҳуқуқ",
	"arabic":     "شارة مفتوحة للتعلّم لا ١٢٣",
	"hebrew":     "תג פתוח לְמִידָה",
	"devanagari": "खुला बैज क्षत्रिय हिन्दी",
	"thai":       "ป้ายเปิดผู้เรียนรู้",
	"emoji":      "🌱 👩‍🚀 🇫🇮 ✅",
	"mixed":      "Badge «شارة مفتوحة» 2026 (תג) — ok",
	"chinese":    "开放徽章 オープンバッジ 열린 배지",
}

// TestEveryScriptIsDrawn: no sign of these becomes an empty box, and marks stand on their letters.
func TestEveryScriptIsDrawn(t *testing.T) {
	mustBeBuilt(t)
	for script, text := range samples {
		block := Set(text, 4000, Style{Size: 40})
		if len(block.Lines) != 1 || block.Cut {
			t.Fatalf("%s: %d lines, cut %v", script, len(block.Lines), block.Cut)
		}
		for _, l := range block.Lines[0].Letters {
			if strings.HasPrefix(string(l.Form.ID), boxed) && script != "chinese" {
				t.Errorf("%s: no font has %q", script, l.Text)
			}
		}
	}
}

// TestAWholeSheetOfScripts writes a picture to look at when it is told where.
func TestAWholeSheetOfScripts(t *testing.T) {
	mustBeBuilt(t)
	canvas := image.NewRGBA(image.Rect(0, 0, 1000, 1500))
	draw.Draw(canvas, canvas.Bounds(), image.White, image.Point{}, draw.Src)
	y := 10.0
	for _, script := range []string{"latin", "greek", "cyrillic", "arabic", "hebrew", "devanagari", "thai", "emoji", "mixed", "chinese"} {
		for _, cut := range []Cut{Sans, Bold, Serif} {
			block := Set(samples[script], 980, Style{Size: 26, Cut: cut, Lines: 1})
			block.Paint(canvas, 10, y, color.Black)
			y += block.Height
		}
	}
	block := Set(strings.Repeat("شارة مفتوحة للتعلّم مدى الحياة Open Badge ", 20), 460, Style{Size: 20, Lines: 3})
	block.Paint(canvas, 10, y+10, color.Black)
	block = Set(strings.Repeat("Un badge numérique ouvert. ", 20), 460, Style{Size: 20, Lines: 3, Align: Center})
	block.Paint(canvas, 500, y+10, color.Black)
	if to := *sheet; to != "" {
		f, err := os.Create(to)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := png.Encode(f, canvas); err != nil {
			t.Fatal(err)
		}
	}
}

// TestLinesEndWhereTheBoxEnds: no line is wider than asked, the last of a text that is too long ends with an ellipsis,
// on the side where reading ends.
func TestLinesEndWhereTheBoxEnds(t *testing.T) {
	mustBeBuilt(t)
	for _, text := range []string{strings.Repeat("Wordsandmore words ", 200), strings.Repeat("W", 3000), strings.Repeat("شارة مفتوحة ", 200), strings.Repeat("ไทย", 500), strings.Repeat("开", 900)} {
		block := Set(text, 300, Style{Size: 20, Lines: 3})
		if len(block.Lines) != 3 || !block.Cut {
			t.Fatalf("%.20q: %d lines, cut %v", text, len(block.Lines), block.Cut)
		}
		for _, line := range block.Lines {
			if line.Width > 300.5 || line.X < -0.5 {
				t.Errorf("%.20q: a line is %.1f wide at %.1f", text, line.Width, line.X)
			}
		}
		letters := block.Lines[2].Letters
		end := letters[len(letters)-1]
		if block.RightToLeft {
			end = letters[0]
		}
		if end.Text != "…" {
			t.Errorf("%.20q ends with %q", text, end.Text)
		}
	}
}

// TestNothingOfTheTextIsLost: the letters of a text that finds room say all of it, whatever their order.
func TestNothingOfTheTextIsLost(t *testing.T) {
	mustBeBuilt(t)
	for script, text := range samples {
		block := Set(text, 4000, Style{Size: 40})
		said := map[rune]int{}
		for _, l := range block.Lines[0].Letters {
			for _, r := range l.Text {
				said[r]++
			}
		}
		for _, r := range block.Text {
			if said[r]--; said[r] < 0 {
				t.Errorf("%s: %q is not among the letters", script, r)
			}
		}
	}
}

// TestDirectionComesFromTheFirstLetter that has one, unless it is told.
func TestDirectionComesFromTheFirstLetter(t *testing.T) {
	mustBeBuilt(t)
	for text, want := range map[string]bool{"2026 شارة": true, "Badge شارة": false, "«תג» open": true, "12 ✅": false, "": false} {
		if got := Set(text, 500, Style{Size: 20}).RightToLeft; got != want {
			t.Errorf("%q runs from right to left: %v", text, got)
		}
	}
	if block := Set("12", 500, Style{Size: 20, Direction: RightToLeft}); block.Lines[0].X < 400 {
		t.Errorf("told to begin on the right, it begins at %.0f", block.Lines[0].X)
	}
}

// TestNumbersStandBetweenTheWordsTheyAreBetween: in a line from left to right, Hebrew with a number inside is read from
// the right as a whole (UAX #9 L2).
func TestNumbersStandBetweenTheWordsTheyAreBetween(t *testing.T) {
	mustBeBuilt(t)
	seen := ""
	for _, l := range Set("a אב 12 גד z", 900, Style{Size: 20}).Lines[0].Letters {
		seen += l.Text
	}
	if want := "a דג 12 בא z"; seen != want {
		t.Errorf("from left to right: %q; want %q", seen, want)
	}
}

// hostile are texts that were made to be slow, to be wide or to lie.
func hostile() map[string]string {
	return map[string]string{
		"a hundred thousand":   strings.Repeat("long words and ", 7000),
		"one word":             strings.Repeat("x", 100_000),
		"ten thousand marks":   "e" + strings.Repeat("\u0301", 10_000),
		"marks alone":          strings.Repeat("\u0301\u0ec9\u0951", 5000),
		"controls":             strings.Repeat("\x00\x01\x1b[31m\u202eabc\u2066", 3000),
		"surrogates":           "\xed\xa0\x80" + strings.Repeat("\xed\xbf\xbf\xff", 4000),
		"embeddings":           strings.Repeat("\u202aא", 5000),
		"isolates":             strings.Repeat("\u2067a", 5000),
		"brackets":             strings.Repeat("([{א", 3000),
		"joiners":              strings.Repeat("क\u094d\u200d", 4000),
		"emoji":                strings.Repeat("👩\u200d", 4000),
		"lines":                strings.Repeat("a\n\u2028", 20_000),
		"not there":            strings.Repeat("\U0010fffd\U000e0041\ufdd0", 3000),
		"arabic without space": strings.Repeat("ش", 20_000),
		"direction each":       strings.Repeat("aא", 6000),
	}
}

// TestNoTextIsSlow: whatever is written, setting it takes less than a second, and three lines of it far less.
func TestNoTextIsSlow(t *testing.T) {
	mustBeBuilt(t)
	Set("warm", 100, Style{Size: 10})
	for name, text := range hostile() {
		for lines, patience := range map[int]time.Duration{0: 3 * time.Second, 3: 500 * time.Millisecond} {
			start := time.Now()
			block := Set(text, 500, Style{Size: 10, Lines: lines})
			took := time.Since(start)
			if took > patience && !raced {
				t.Errorf("%s, %d lines: %v", name, lines, took)
			}
			if len(block.Lines) > MaxLines || len([]rune(block.Text)) > MaxRunes+MaxLines {
				t.Errorf("%s: %d lines, %d characters", name, len(block.Lines), len([]rune(block.Text)))
			}
			t.Logf("%-22s %3d lines %v", name, len(block.Lines), took)
		}
	}
}

// TestManySetAtOnce: what is shared between texts is made for that.
func TestManySetAtOnce(t *testing.T) {
	mustBeBuilt(t)
	done := make(chan float64)
	for range 8 {
		go func() {
			width := 0.0
			for _, text := range []string{samples["latin"], samples["arabic"], samples["thai"], samples["emoji"]} {
				width += Set(text, 4000, Style{Size: 20}).Lines[0].Width
			}
			done <- width
		}()
	}
	first := <-done
	for range 7 {
		if got := <-done; got != first {
			t.Errorf("one is %f wide, another %f", first, got)
		}
	}
}

func FuzzSet(f *testing.F) {
	for _, text := range samples {
		f.Add(text, 300.0, 12.0, 2)
	}
	for _, text := range hostile() {
		f.Add(text[:min(len(text), 200)], 100.0, 30.0, 0)
	}
	canvas := image.NewRGBA(image.Rect(0, 0, 60, 60))
	f.Fuzz(func(t *testing.T, text string, width, size float64, lines int) {
		block := Set(text, width, Style{Size: size, Lines: lines})
		for _, line := range block.Lines {
			if width > size && line.Width > width*1.01+size {
				t.Errorf("%q: a line of %f in %f", text, line.Width, width)
			}
		}
		block.Paint(canvas, 0, 0, color.Black)
	})
}

func BenchmarkSet(b *testing.B) {
	for b.Loop() {
		Set("Diplôme de médiation numérique «شارة مفتوحة» 2026", 400, Style{Size: 20, Lines: 3})
	}
}

func mustBeBuilt(t *testing.T) {
	t.Helper()
	if !Built() {
		t.Skip("the fonts are not packed: make assets")
	}
}
