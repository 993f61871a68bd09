package views

import (
	"fmt"
	"image/color"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// quiet is the empty border a reader needs around a QR code, in modules (ISO/IEC 18004 §6.3.8).
const quiet = 4

// qrPath is a QR code as one path of an SVG, a module being one unit, and the length of its side; what does not fit into
// one is no path.
func qrPath(text string) (path string, side int) {
	code, err := qr.Encode(text, qr.L, qr.Auto) // a screen has no scratches
	if err != nil {
		return "", 0
	}
	size := code.Bounds().Dx()
	dark := func(x, y int) bool { return x < size && color.GrayModel.Convert(code.At(x, y)).(color.Gray).Y < 128 }
	var out strings.Builder
	for y := range size {
		for x := 0; x < size; x++ {
			if !dark(x, y) {
				continue
			}
			end := x
			for dark(end, y) {
				end++
			}
			fmt.Fprintf(&out, "M%d %dh%dv1h%dz", x+quiet, y+quiet, end-x, x-end)
			x = end
		}
	}
	return out.String(), size + 2*quiet
}
