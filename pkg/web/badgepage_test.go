package web

import (
	"net/http"
	"strings"
	"testing"

	"github.com/carnetbadges/carnet/store/storetest"
)

// TestAHugeNameMakesNoHugePage gives a badge a name that would be a table of fifty million cells, were it Markdown.
// ASVS: V1.3.3
func TestAHugeNameMakesNoHugePage(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	name := strings.Repeat("a|", 10_000) + `\n` + strings.Repeat("-|", 10_000) + `\n` + strings.Repeat(`x\n`, 5_000)
	file := credential(t, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", name)
	a := holder.bring("bomb.json", file)
	page := holder.get("/b/" + a.imported(t))
	if page.status != http.StatusOK || len(page.body) > 400<<10 {
		t.Errorf("%d with %d bytes", page.status, len(page.body))
	}
}
