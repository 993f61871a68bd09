package views

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// guilloche is the security print of one seed: bands of sine lines and an ellipse turned onto itself.
type guilloche struct {
	ID    string
	Box   box
	Lines []string
	Turns []turn // each draws the one before twice, the second time turned
	Round ellipse
}

type box struct {
	Width, Height int
	Fit           string
}

type turn struct{ ID, Of, Rotate string }

type ellipse struct{ X, Y, RX, RY, Rim int }

// dice are numbers drawn from a seed, always the same for the same seed.
type dice struct{ state uint64 }

func (d *dice) between(low, high int) int {
	d.state = d.state*6364136223846793005 + 1442695040888963407
	return low + int((d.state>>33)%uint64(high-low+1))
}

// securityPrint draws for a seed one of the kinds: "identity" (data page, also when kind is unknown), "band" (head of a
// badge), "rosette" (behind a picture), "empty" and "cover".
func securityPrint(seed, kind string) guilloche {
	sum := sha256.Sum256([]byte(kind + "\x00" + seed))
	d := &dice{state: binary.BigEndian.Uint64(sum[:8])}
	p := guilloche{ID: "g" + strconv.FormatUint(binary.BigEndian.Uint64(sum[8:16])>>28, 36)}
	switch kind {
	case "band":
		p.Box = box{1200, 180, "xMinYMax slice"}
		p.Lines = append(wave(d, p.Box, 120, 62, 130), wave(d, p.Box, 150, 70, 190)...)
	case "rosette":
		p.Box = box{500, 500, "xMidYMid meet"}
		p.rosette(6, ellipse{250, 250, 240, d.between(90, 140), 246})
	case "empty":
		p.Box = box{900, 360, "xMidYMid slice"}
		p.rosette(5, ellipse{450, 180, 320, d.between(95, 140), 0})
	case "cover":
		p.Box = box{800, 1000, "xMidYMid slice"}
		p.Lines = append(wave(d, p.Box, 120, 80, 165), wave(d, p.Box, 880, 80, 165)...)
		p.rosette(6, ellipse{400, 500, 470, d.between(170, 210), 480})
	default:
		p.Box = box{1200, 320, "xMaxYMid slice"}
		p.Lines = append(wave(d, p.Box, d.between(80, 110), 66, 105), wave(d, p.Box, d.between(210, 240), 88, 160)...)
		p.rosette(5, ellipse{985, 156, 136, d.between(40, 68), 141})
	}
	return p
}

// wave is one band: the same sine line several times, each a little further along and of another height.
func wave(d *dice, b box, y, amplitude, length int) []string {
	count, shift := d.between(8, 10), d.between(5, 9)
	length += d.between(-12, 12)
	lines := make([]string, count)
	for i := range lines {
		height := -2 * float64(amplitude) * math.Cos(math.Pi*float64(i)/float64(count-1))
		half := strconv.FormatFloat(float64(length)/2, 'f', -1, 64)
		repeat := (b.Width+count*shift)/length + 1
		next := fmt.Sprintf("t%d 0", length)
		lines[i] = fmt.Sprintf("M-%d %dq%s %.0f %d 0%s", i*shift, y, half, height, length, strings.Repeat(next, repeat))
	}
	return lines
}

// rosette turns an ellipse 2^depth times through half a circle.
func (p *guilloche) rosette(depth int, e ellipse) {
	p.Round = e
	for level := range depth {
		angle := 180 / math.Pow(2, float64(depth-level))
		p.Turns = append(p.Turns, turn{
			ID:     fmt.Sprintf("%sr%d", p.ID, level+1),
			Of:     fmt.Sprintf("#%sr%d", p.ID, level),
			Rotate: "rotate(" + strconv.FormatFloat(math.Round(angle*100)/100, 'f', -1, 64) + ")",
		})
	}
}

func (p guilloche) viewBox() string { return fmt.Sprintf("0 0 %d %d", p.Box.Width, p.Box.Height) }

func (e ellipse) place() string { return fmt.Sprintf("translate(%d %d)", e.X, e.Y) }

func first(kinds []string) string {
	if len(kinds) == 0 {
		return "identity"
	}
	return kinds[0]
}
