package views

import (
	"fmt"
	"strings"
	"testing"

	"github.com/boombuler/barcode/qr"
)

// TestAQRCodeIsDrawnModuleForModule paints the path and compares it with the code.
func TestAQRCodeIsDrawnModuleForModule(t *testing.T) {
	text := "otpauth://totp/Carnet:ada@example.org?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
	code, err := qr.Encode(text, qr.L, qr.Auto)
	if err != nil {
		t.Fatal(err)
	}
	path, side := qrPath(text)
	size := code.Bounds().Dx()
	if side != size+8 {
		t.Fatalf("%d wide, without its border %d", side, size)
	}
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
	for y := range size {
		for x := range size {
			red, _, _, _ := code.At(x, y).RGBA()
			if painted[[2]int{x + 4, y + 4}] != (red == 0) {
				t.Fatalf("module %d %d is wrong", x, y)
			}
		}
	}
	if path, side := qrPath(strings.Repeat("x", 5000)); path != "" || side != 0 {
		t.Error("what fits into no code is drawn")
	}
}
