package views

import (
	"fmt"
	"strings"

	qrcode "github.com/skip2/go-qrcode"
)

// qrPath is a QR code as one path of an SVG, a module being one unit, and the length of its side with the light border
// that readers need; what does not fit into one is no path.
func qrPath(text string) (path string, side int) {
	code, err := qrcode.New(text, qrcode.Low) // a screen has no scratches
	if err != nil {
		return "", 0
	}
	var out strings.Builder
	dots := code.Bitmap()
	for y, row := range dots {
		for x := 0; x < len(row); x++ {
			begin := x
			for x < len(row) && row[x] {
				x++
			}
			if x > begin {
				fmt.Fprintf(&out, "M%d %dh%dv1h%dz", begin, y, x-begin, begin-x)
			}
		}
	}
	return out.String(), len(dots)
}
