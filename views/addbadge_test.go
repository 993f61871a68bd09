package views

import (
	"strings"
	"testing"
)

func bringing() AddPage {
	return AddPage{Frame: amina, Limit: 10 << 20, Together: 20 << 20, Most: 20, Addresses: []string{"amina@savoirs.example", "a@univ.example"}}
}

func brought() AddPage {
	p, cards := bringing(), walls()
	p.Text = "https://nowhere.example/badge/1"
	p.Results = []ImportView{
		{Item: "a.png", Outcome: "added", Card: &cards[0]},
		{Item: "b.png", Outcome: "added", Card: &cards[4], Reason: "host-silent", Detail: "x", Params: map[string]string{"address": "https://pic.example/a"}},
		{Item: "c.png", Outcome: "added", Card: &cards[2]},
		{Item: "d.png", Outcome: "already", Card: &cards[3]},
		{Item: "e.png", Outcome: "updated", Card: &cards[6]},
		{Item: "f.png", Outcome: "waiting", Card: &cards[1], AddressID: "A2", Address: "a@univ.example"},
		{Item: "g.json", Size: 999, Outcome: "somebody-else", Names: []string{"m…k@post.example"}},
		{Item: "h.png", Size: 212345, Outcome: "not-badge", Reason: "not-baked", Detail: "x"},
		{Item: p.Text, Outcome: "not-badge", Reason: "address-silent", Detail: "x", Params: map[string]string{"address": p.Text}},
		{Item: "i.png", Size: 22345678, Outcome: "too-large"},
		{Item: "j.png", Outcome: "failed"},
	}
	return p
}

func TestEveryResultSaysWhatItMeansAndOffersAWayOut(t *testing.T) {
	doc, _ := drawn(t, "en", Add(brought()))
	for row, want := range map[string]struct{ word, sentence, way string }{
		"1":  {"Added", "Genuine and current. Private until you say otherwise.", ""},
		"2":  {"Cannot tell now", "Added and kept private. The issuer’s site did not answer: pic.example.", "Check now"},
		"3":  {"Expired", "Added and kept private. It is genuine, but it does not count today.", ""},
		"4":  {"Renewed", "A newer version", ""},
		"5":  {"Another address", "a@univ.example", "Confirm this address"},
		"6":  {"Not yours?", "m…k@post.example", "Add this address"},
		"7":  {"No answer", "nowhere.example did not answer.", "Try again"},
		"8":  {"Not a badge", "There is no badge inside this picture.", "Paste the link instead"},
		"9":  {"Too large", "larger than a badge can be", "Paste the link instead"},
		"10": {"Did not work", "on our side", "Try again"},
		"11": {"Already here", "Nothing was changed.", ""},
	} {
		r := doc.Find("#result-" + row)
		if got := strings.TrimSpace(r.Find(".outcome").Text()); got != want.word {
			t.Errorf("row %s: %q, want %q", row, got, want.word)
		}
		if got := r.Find("td").Last().Text(); !strings.Contains(got, want.sentence) {
			t.Errorf("row %s: %q does not say %q", row, got, want.sentence)
		}
		if got := strings.TrimSpace(r.Find(".button").Text()); got != want.way {
			t.Errorf("row %s leads out by %q, want %q", row, got, want.way)
		}
	}
}

func TestTheResultsAreCountedInOneSentence(t *testing.T) {
	doc, _ := drawn(t, "en", Add(brought()))
	want := "11 read. 3 added, 1 renewed, 1 already here, 1 waits for an address, 1 made out to somebody else, 1 without an answer, 1 not a badge, 1 too large, 1 did not work."
	if got := strings.Join(strings.Fields(doc.Find(`#results [role="status"]`).Text()), " "); got != want {
		t.Errorf("%q", got)
	}
}

func TestNewBadgesAreShownAndCountedFirst(t *testing.T) {
	doc, _ := drawn(t, "en", Add(brought()))
	if got := doc.Find("h1").Text(); got != "3 new badges in your passport" {
		t.Errorf("%q", got)
	}
	if n := doc.Find(`.landed[aria-hidden="true"] li`).Length(); n != 3 {
		t.Errorf("%d of them are drawn", n)
	}
	p := brought()
	p.Results = p.Results[3:4]
	doc, _ = drawn(t, "en", Add(p))
	if got := doc.Find("h1").Text(); got != "Results" || doc.Find(".landed").Length() > 0 {
		t.Errorf("nothing new is headed %q", got)
	}
}

func TestWhatWasPastedIsGivenBack(t *testing.T) {
	doc, _ := drawn(t, "en", Add(brought()))
	if got := doc.Find("#text").Text(); got != brought().Text {
		t.Errorf("%q", got)
	}
}

func TestLimitsAreNeverOverstated(t *testing.T) {
	for n, want := range map[int64]string{0: "0 bytes", 1: "1 byte", 999: "999 bytes", 1999: "1\u00a0kB", 10 << 20: "10\u00a0MB", 20 << 20: "20\u00a0MB"} {
		if got := fileSize(t.Context(), n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}
