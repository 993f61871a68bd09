package views

import (
	"fmt"
	"strings"
	"testing"

	"github.com/a-h/templ"
)

// addressPages are the pages of a person's addresses, in every state they can be in.
func addressPages() map[string]templ.Component {
	list := []AddressView{
		{ID: "A1", Email: "amina@savoirs.example", Primary: true, VerifiedAt: &noon, Accepted: 21, Needed: true},
		{ID: "A2", Email: "a@univ.example", VerifiedAt: &noon, Accepted: 1},
		{ID: "A3", Email: "amina@ecole.example", Waiting: 2},
	}
	mistaken := AddressesPage{Frame: amina, Addresses: list[:1], Email: "amina@", Mistakes: map[string]string{"email": "malformed"}, Most: 20}
	pages := map[string]templ.Component{
		"addresses":          Addresses(AddressesPage{Frame: amina, Addresses: list, Removed: list[2:], Most: 20}),
		"addresses mistaken": Addresses(mistaken),
		"an address":         Address(AddressPage{Frame: amina, Address: list[2]}),
		"an address, kept":   Address(AddressPage{Frame: amina, Address: list[2], Kept: true}),
	}
	for _, mistake := range []string{"wrong", "slow-down"} {
		pages["an address, "+mistake] = Address(AddressPage{Frame: amina, Address: list[2], Mistake: mistake})
	}
	for _, one := range list[1:] {
		pages["remove "+one.ID] = RemoveAddress(AddressPage{Frame: amina, Address: one})
	}
	return pages
}

func TestAnAddressOffersOnlyWhatCanBeDoneWithIt(t *testing.T) {
	doc, _ := drawn(t, "en", addressPages()["addresses"])
	for at, want := range map[int]string{0: "", 1: "Write to this one Remove", 2: "Confirm Remove"} {
		said := strings.Join(strings.Fields(doc.Find("li.address").Eq(at).Find("a, button").Text()), " ")
		if strings.ReplaceAll(said, " ", "") != strings.ReplaceAll(want, " ", "") {
			t.Errorf("address %d offers %q, want %q", at, said, want)
		}
	}
}

func TestAnOfferNamesFiveBadgesAndCountsTheOthers(t *testing.T) {
	page := wall()
	for i := range 8 {
		page.Waiting[0].Cards = append(page.Waiting[0].Cards, Card{ID: fmt.Sprint("W", i), Name: fmt.Sprint("Waiting ", i)})
	}
	doc, _ := drawn(t, "en", Wall(page))
	if got := doc.Find(".offer li a").Length(); got != 5 || !strings.Contains(doc.Find(".offer").Text(), "and 4 more") {
		t.Errorf("%d named: %s", got, doc.Find(".offer").Text())
	}
}
