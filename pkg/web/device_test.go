package web

import (
	"slices"
	"strings"
	"testing"
)

func TestADeviceIsNamedByWhatItsBrowserSays(t *testing.T) {
	for agent, want := range map[string]device{
		"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0":                                                                     {"Firefox", "Linux"},
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36":                            {"Chrome", "Windows"},
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36 Edg/139.0.0.0":              {"Edge", "Windows"},
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15":                      {"Safari", "macOS"},
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/139.0.0.0 Mobile/15E148 Safari/604.1": {"Chrome", "iPhone"},
		"Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/140.0 Mobile/15E148 Safari/605.1.15":           {"Firefox", "iPad"},
		"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36":        {"Samsung Internet", "Android"},
		"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36":                             {"Chrome", "ChromeOS"},
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/139.0.0.0 Safari/537.36":                              {"Chromium", "Linux"},
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36 OPR/122.0.0.0":        {"Opera", "macOS"},
		"Mozilla/5.0 (Mobile; LYF/F90M/LYF-F90M-000-02-21-131117; Android; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.0":                               {"Firefox", "Android"},
		"curl/8.14.1": {"curl", ""}, "": {}, "Go-http-client/1.1": {}, "Version/1.0": {},
		strings.Repeat("x", longestAgent) + "Firefox/1": {},
	} {
		if got := deviceOf(agent); got != want {
			t.Errorf("%.60q is %v, want %v", agent, got, want)
		}
	}
}

// FuzzDevicesHaveOnlyNamesOfOurs: what strangers send never stands on a person's page.
func FuzzDevicesHaveOnlyNamesOfOurs(f *testing.F) {
	f.Add("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
	f.Add("<script>Edg/\xff\x00 Windows")
	browserNames, systemNames := []string{""}, []string{""}
	for _, b := range browsers {
		browserNames = append(browserNames, b.name)
	}
	for _, s := range systems {
		systemNames = append(systemNames, s.name)
	}
	f.Fuzz(func(t *testing.T, agent string) {
		d := deviceOf(agent)
		if !slices.Contains(browserNames, d.Browser) || !slices.Contains(systemNames, d.System) {
			t.Errorf("%q is %v", agent, d)
		}
	})
}
