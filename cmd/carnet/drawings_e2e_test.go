//go:build e2e

package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/carnetbadges/carnet/cmd/carnet/demo"
	"github.com/carnetbadges/carnet/pkg/drawing"
)

// TestE2EDrawingsArePaintedAsABrowserShowsThem lays the drawings of the demo world, and some with all that can be painted, on
// one page and compares each with what is painted here, pixel by pixel. Edges are softened in other ways, and no more.
func TestE2EDrawingsArePaintedAsABrowserShowsThem(t *testing.T) {
	t.Parallel()
	const side, across, mostMean, mostFar = 240, 6, 1.5, 0.6
	drawings := drawingsOfTheHouse(t)
	var html strings.Builder
	html.WriteString(`<body style="margin:0;background:#fff">`)
	for i, source := range drawings {
		fmt.Fprintf(&html, `<img width=%d height=%d style="position:absolute;left:%dpx;top:%dpx" src="data:image/svg+xml;base64,%s">`,
			side, side, i%across*side, i/across*side, base64.StdEncoding.EncodeToString(source))
	}
	shown := screenshot(t, html.String(), across*side, (len(drawings)+across-1)/across*side)
	for i, source := range drawings {
		ours, err := drawing.Paint(t.Context(), source, side)
		if err != nil {
			t.Errorf("%v: %.300s", err, source)
			continue
		}
		if mean, far := unlike(ours, shown, image.Pt(i%across*side, i/across*side)); mean > mostMean || far > mostFar {
			t.Errorf("the mean difference is %.2f of 255, and %.2f %% are another colour: %.300s", mean, far, source)
		}
	}
}

// drawingsOfTheHouse are all SVGs of the demo world, each once, and the examples of the package that paints them.
func drawingsOfTheHouse(t *testing.T) (all [][]byte) {
	t.Helper()
	world, err := demo.Make(t.Context(), 1, time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	for _, document := range world.Web {
		if document.ContentType == "image/svg+xml" {
			all = append(all, document.Body)
		}
	}
	slices.SortFunc(all, bytes.Compare)
	all = slices.CompactFunc(all, bytes.Equal)
	files, err := filepath.Glob("../../pkg/drawing/testdata/*.svg")
	if err != nil || len(files) < 3 || len(all) < 10 {
		t.Fatal(len(files), len(all), err)
	}
	for _, name := range files {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, source)
	}
	return all
}

func screenshot(t *testing.T, html string, wide, high int) image.Image {
	t.Helper()
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(chromium(t)), chromedp.NoSandbox)
	allocated, stop := chromedp.NewExecAllocator(t.Context(), options...)
	defer stop()
	ctx, done := chromedp.NewContext(allocated)
	defer done()
	var shot []byte
	if err := chromedp.Run(ctx, chromedp.EmulateViewport(int64(wide), int64(high)), chromedp.Navigate("about:blank"),
		chromedp.ActionFunc(func(ctx context.Context) error {
			tree, err := page.GetFrameTree().Do(ctx)
			if err != nil {
				return err
			}
			return page.SetDocumentContent(tree.Frame.ID, html).Do(ctx)
		}),
		chromedp.Evaluate(`Promise.all([...document.images].map(i => i.decode()))`, nil, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }),
		chromedp.CaptureScreenshot(&shot)); err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		t.Fatal(err)
	}
	return picture
}

// unlike is how far a picture on white is from a part of another: the mean difference of a colour's part, and how many of a
// hundred pixels are quite another colour.
func unlike(ours *image.RGBA, shown image.Image, at image.Point) (mean, far float64) {
	paper := image.NewRGBA(ours.Rect)
	draw.Draw(paper, paper.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(paper, paper.Rect, ours, image.Point{}, draw.Over)
	pixels := float64(paper.Rect.Dx() * paper.Rect.Dy())
	for y := range paper.Rect.Dy() {
		for x := range paper.Rect.Dx() {
			a := paper.RGBAAt(x, y)
			b, _ := color.RGBAModel.Convert(shown.At(at.X+x, at.Y+y)).(color.RGBA)
			sum := 0
			for _, part := range [][2]uint8{{a.R, b.R}, {a.G, b.G}, {a.B, b.B}} {
				sum += max(int(part[0])-int(part[1]), int(part[1])-int(part[0]))
			}
			if mean += float64(sum) / 3 / pixels; sum > 120 {
				far += 100 / pixels
			}
		}
	}
	return mean, far
}
