package static

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var (
	token     = regexp.MustCompile(`--([a-z0-9-]+):\s*(light-dark\([^;]*?\)|#[0-9a-f]+);`)
	lightDark = regexp.MustCompile(`^light-dark\((#[0-9a-f]+), (#[0-9a-f]+)\)$`)
)

// tokens are the plain colours of the sheet, by day and by night.
func tokens(t *testing.T) (plain, day, night map[string]string) {
	t.Helper()
	body, err := os.ReadFile("css/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	plain, day, night = map[string]string{}, map[string]string{}, map[string]string{}
	for _, match := range token.FindAllStringSubmatch(string(body), -1) {
		name, value := match[1], match[2]
		if both := lightDark.FindStringSubmatch(value); both != nil {
			day[name], night[name] = both[1], both[2]
		} else if strings.HasPrefix(value, "#") {
			plain[name] = value
		}
	}
	for name, value := range plain {
		if day[name] == "" {
			day[name], night[name] = value, value
		}
	}
	return plain, day, night
}

// luminance is the relative luminance of WCAG 2.2.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	digits := strings.TrimPrefix(hex, "#")
	if len(digits) == 3 {
		digits = fmt.Sprintf("%c%c%c%c%c%c", digits[0], digits[0], digits[1], digits[1], digits[2], digits[2])
	}
	if len(digits) != 6 {
		t.Fatalf("%q is no plain colour", hex)
	}
	sum := 0.0
	for i, weight := range []float64{.2126, .7152, .0722} {
		n, err := strconv.ParseUint(digits[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(n) / 255
		if c <= .04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	la, lb := luminance(t, a), luminance(t, b)
	return (max(la, lb) + .05) / (min(la, lb) + .05)
}

// pair is what stands on what, and the least contrast it needs (WCAG 2.2 1.4.3 for text, 1.4.11 for edges).
type pair struct {
	ink, ground string
	least       float64
}

func TestEveryPairOfColoursCanBeRead(t *testing.T) {
	_, day, night := tokens(t)
	grounds := []string{"paper", "sheet", "tint"}
	pairs := []pair{
		{"on-blue", "blue", 4.5}, {"paper", "ink", 4.5}, {"cover-ink", "cover", 4.5}, {"foil", "cover", 4.5}, {"sheet", "ink", 4.5},
	}
	for _, ground := range append(grounds, "blue-wash", "green-wash", "amber-wash", "red-wash") {
		pairs = append(pairs, pair{"ink", ground, 4.5}, pair{"ink-soft", ground, 4.5})
	}
	for _, tone := range []string{"blue", "green", "amber", "red"} {
		for _, ground := range append(grounds, tone+"-wash") {
			pairs = append(pairs, pair{tone, ground, 4.5})
		}
	}
	for _, ground := range append(grounds, "blue-wash") {
		pairs = append(pairs, pair{"edge", ground, 3})
	}
	for name, colours := range map[string]map[string]string{"day": day, "night": night} {
		lowest := 99.0
		for _, p := range pairs {
			got := contrast(t, colours[p.ink], colours[p.ground])
			if got < p.least {
				t.Errorf("%s: %s on %s is %.2f, want %.1f", name, p.ink, p.ground, got, p.least)
			}
			if p.least > 4 {
				lowest = min(lowest, got)
			}
		}
		t.Logf("%s: %d pairs, text at least %.2f", name, len(pairs), lowest)
	}
}

func TestBrowsersWithoutTwoSchemesSeeTheDay(t *testing.T) {
	plain, day, _ := tokens(t)
	for name, value := range day {
		if plain[name] != "" && plain[name] != value {
			t.Errorf("--%s is %s without light-dark() and %s with it", name, plain[name], value)
		}
		if plain[name] == "" {
			t.Errorf("--%s has no value without light-dark()", name)
		}
	}
}

// TestEveryLookCanBeRead holds the colours of passports against the same pairs as the house's own.
func TestEveryLookCanBeRead(t *testing.T) {
	body, err := os.ReadFile("css/looks.css")
	if err != nil {
		t.Fatal(err)
	}
	looks := map[string]int{}
	for _, line := range strings.Split(string(body), "\n") {
		name, rest, found := strings.Cut(strings.TrimSpace(line), `"] {`)
		name, of := strings.CutPrefix(name, `[data-look="`)
		if !found || !of {
			continue
		}
		looks[name]++
		plainly := map[string]string{}
		_, day, night := tokens(t)
		for _, match := range token.FindAllStringSubmatch(rest, -1) {
			both := lightDark.FindStringSubmatch(match[2])
			if both == nil {
				plainly[match[1]] = match[2]
				both = []string{"", match[2], night[match[1]]}
			}
			day[match[1]], night[match[1]] = both[1], both[2]
		}
		if len(plainly) > 0 {
			night = day // where light-dark() is not known it is always day
		}
		for when, colours := range map[string]map[string]string{"day": day, "night": night} {
			for _, p := range []pair{{"on-blue", "blue", 4.5}, {"blue", "paper", 4.5}, {"blue", "sheet", 4.5}, {"blue", "tint", 4.5}, {"blue", "blue-wash", 4.5}, {"ink", "blue-wash", 4.5}, {"ink-soft", "blue-wash", 4.5}, {"edge", "blue-wash", 3}} {
				if got := contrast(t, colours[p.ink], colours[p.ground]); got < p.least {
					t.Errorf("%s by %s: %s on %s is %.2f, want %.1f", name, when, p.ink, p.ground, got, p.least)
				}
			}
		}
	}
	if len(looks) < 4 {
		t.Errorf("only %d looks", len(looks))
	}
	for name, times := range looks {
		if times != 2 {
			t.Errorf("%s is told %d times: once plainly, once with light-dark()", name, times)
		}
	}
}
