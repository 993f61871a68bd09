package web

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
	qrcode "github.com/skip2/go-qrcode"
)

// qrSide is the side of a QR code as a PNG: sharp on paper at five centimetres.
const qrSide = 720

// sendQR answers with the QR code of an address, as a drawing or as a picture.
func sendQR(c echo.Context, form, address, name string) error {
	code, err := qrcode.New(address, qrcode.Medium)
	if err != nil {
		return fmt.Errorf("draw a QR code: %w", err)
	}
	h := c.Response().Header()
	h.Set("Content-Security-Policy", sandboxed)
	if h.Get(echo.HeaderCacheControl) == mayBeKept && tagged(c, "qr", form, address) {
		return c.NoContent(http.StatusNotModified)
	}
	if c.QueryParam("download") != "" {
		h.Set(echo.HeaderContentDisposition, attachment(name+"."+form))
	}
	if form == "svg" {
		return c.Blob(http.StatusOK, "image/svg+xml", qrSVG(code.Bitmap()))
	}
	picture, err := code.PNG(qrSide)
	if err != nil {
		return fmt.Errorf("draw a QR code: %w", err)
	}
	return c.Blob(http.StatusOK, "image/png", picture)
}

// qrSVG draws a code's dark squares, row by row, on white: readers want it light around, also in the dark.
func qrSVG(dots [][]bool) []byte {
	var path strings.Builder
	for y, row := range dots {
		for x := 0; x < len(row); x++ {
			from := x
			for x < len(row) && row[x] {
				x++
			}
			if x > from {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", from, y, x-from, x-from)
			}
		}
	}
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h%dv%dH0z"/><path d="%s"/></svg>`,
		len(dots), len(dots), len(dots), len(dots), path.String())
}
