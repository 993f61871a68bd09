package art

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// SVG is the drawing as an SVG of at most 6 kB, without text, script or anything from elsewhere.
func SVG(m Motif, p Palette) []byte {
	c := drawn(m, p)
	var head, body strings.Builder
	var clips []string
	for i, one := range c.marks {
		paint := one.colour
		if one.below != "" {
			paint = fmt.Sprintf("url(#%s-g%d)", m, i)
			fmt.Fprintf(&head, `<linearGradient id="%s-g%d" x2="0" y1="0" y2="%d" gradientUnits="userSpaceOnUse"><stop stop-color="%s"/><stop offset="1" stop-color="%s"/></linearGradient>`, m, i, Side, one.colour, one.below)
		}
		body.WriteString(`<path`)
		if one.clip != nil {
			fmt.Fprintf(&body, ` clip-path="url(#%s-c%d)"`, m, clipNumber(&clips, one.clip.data()))
		}
		if one.width > 0 {
			fmt.Fprintf(&body, ` fill="none" stroke="%s" stroke-width="%s" stroke-linecap="round" stroke-linejoin="round"`, paint, short(one.width))
		} else {
			fmt.Fprintf(&body, ` fill="%s"`, paint)
		}
		fmt.Fprintf(&body, ` d="%s"/>`, one.shape.data())
	}
	for i, clip := range clips {
		fmt.Fprintf(&head, `<clipPath id="%s-c%d"><path d="%s"/></clipPath>`, m, i, clip)
	}
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d"><defs>%s</defs>%s</svg>`, Side, Side, head.String(), body.String())
}

func clipNumber(known *[]string, clip string) int {
	if at := slices.Index(*known, clip); at >= 0 {
		return at
	}
	*known = append(*known, clip)
	return len(*known) - 1
}

// data is the path in the words of SVG.
func (p path) data() string {
	var out strings.Builder
	for _, s := range p {
		if s.op == 'O' {
			r, across := short(s.radius), short(2*s.radius)
			fmt.Fprintf(&out, "M%s %sa%s %s 0 1 1 %s 0a%s %s 0 1 1-%s 0Z", short(s.p[0].x-s.radius), short(s.p[0].y), r, r, across, r, r, across)
			continue
		}
		out.WriteByte(s.op)
		for i, q := range s.p[:pointsOf[s.op]] {
			if i > 0 {
				out.WriteByte(' ')
			}
			out.WriteString(short(q.x) + " " + short(q.y))
		}
	}
	return out.String()
}

// short writes a number with one digit behind the point, or none.
func short(value float64) string {
	text := strings.TrimSuffix(strconv.FormatFloat(value, 'f', 1, 64), ".0")
	if text == "-0" {
		return "0"
	}
	return text
}
