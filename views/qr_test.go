package views

import (
	"fmt"
	"strings"
	"testing"

	qrcode "github.com/skip2/go-qrcode"
)

// TestAQRCodeIsDrawnModuleForModule paints the path and compares it with the code, its border of four included.
func TestAQRCodeIsDrawnModuleForModule(t *testing.T) {
	text := "otpauth://totp/Carnet:ada@example.org?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
	code, err := qrcode.New(text, qrcode.Low)
	if err != nil {
		t.Fatal(err)
	}
	path, side := qrPath(text)
	painted := map[[2]int]bool{}
	for _, run := range strings.Split(strings.TrimSuffix(path, "z"), "z") {
		var x, y, wide, back int
		if _, err := fmt.Sscanf(run, "M%d %dh%dv1h%d", &x, &y, &wide, &back); err != nil || wide+back != 0 {
			t.Fatalf("%q: %v", run, err)
		}
		for i := range wide {
			painted[[2]int{x + i, y}] = true
		}
	}
	dots := code.Bitmap()
	if side != len(dots) || !painted[[2]int{4, 4}] {
		t.Fatalf("%d wide, the code has %d", side, len(dots))
	}
	for y, row := range dots {
		for x, dark := range row {
			if painted[[2]int{x, y}] != dark || dark && (x < 4 || y < 4 || x >= side-4 || y >= side-4) {
				t.Fatalf("module %d %d is wrong", x, y)
			}
		}
	}
	if path, side := qrPath(strings.Repeat("x", 5000)); path != "" || side != 0 {
		t.Error("what fits into no code is drawn")
	}
}
