package web

import "strings"

// device is what somebody asks with, as far as their browser says: names that are the same in every language, or nothing.
type device struct{ Browser, System string }

// longestAgent is how much of a User-Agent is looked at, in bytes.
const longestAgent = 512

// browsers are told by a word of the User-Agent; the first that stands there counts, since those below pretend to be others.
var browsers = []struct{ word, name string }{
	{"Edg/", "Edge"},
	{"EdgA/", "Edge"},
	{"EdgiOS/", "Edge"},
	{"OPR/", "Opera"},
	{"OPT/", "Opera"},
	{"Vivaldi/", "Vivaldi"},
	{"YaBrowser/", "Yandex"},
	{"SamsungBrowser/", "Samsung Internet"},
	{"UCBrowser/", "UC Browser"},
	{"DuckDuckGo/", "DuckDuckGo"},
	{"Ddg/", "DuckDuckGo"},
	{"FxiOS/", "Firefox"},
	{"Firefox/", "Firefox"},
	{"CriOS/", "Chrome"},
	{"Chromium/", "Chromium"},
	{"HeadlessChrome/", "Chromium"},
	{"Chrome/", "Chrome"},
	{"Version/", "Safari"},
	{"curl/", "curl"},
	{"Wget/", "Wget"},
}

var systems = []struct{ word, name string }{
	{"iPhone", "iPhone"},
	{"iPad", "iPad"},
	{"Android", "Android"},
	{"CrOS", "ChromeOS"},
	{"Windows", "Windows"},
	{"Macintosh", "macOS"},
	{"KaiOS", "KaiOS"},
	{"Linux", "Linux"},
	{"FreeBSD", "FreeBSD"},
	{"OpenBSD", "OpenBSD"},
}

// deviceOf reads a User-Agent. Only names of ours come out of it, whatever goes in.
func deviceOf(agent string) device {
	agent = agent[:min(len(agent), longestAgent)]
	var d device
	for _, b := range browsers {
		if strings.Contains(agent, b.word) {
			d.Browser = b.name
			break
		}
	}
	if d.Browser == "Safari" && !strings.Contains(agent, "Safari/") {
		d.Browser = ""
	}
	for _, s := range systems {
		if strings.Contains(agent, s.word) {
			d.System = s.name
			break
		}
	}
	return d
}
