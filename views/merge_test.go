package views

import (
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
)

// unionPages are the pages on which passports are joined, in every state they can be in.
func unionPages() map[string]templ.Component {
	plan := JoinPlan{
		Into: "amina", Name: "Amina D.", Handle: "amina-d", Badges: 12, Both: 3, Addresses: []string{"amina@ecole.example", "a@univ.example"},
		Providers: 1, Passkeys: 2, Second: true, Password: true, Admin: true, LastAdmin: true, Days: 7,
	}
	small := JoinPlan{Into: "amina", Name: "A", Handle: "a-d", Badges: 1, Addresses: []string{"a@univ.example"}, Days: 7}
	pages := map[string]templ.Component{
		"union":                  JoinPassports(JoinPassportsPage{Frame: amina}),
		"union mistyped":         JoinPassports(JoinPassportsPage{Frame: amina, Step: "prove", Email: "amina@", Mistakes: map[string]string{"email": "malformed"}}),
		"union by code":          JoinPassports(JoinPassportsPage{Frame: amina, Step: "code", Email: "a@univ.example", Kept: true}),
		"union by wrong code":    JoinPassports(JoinPassportsPage{Frame: amina, Step: "code", Email: "a@univ.example", Mistake: "wrong"}),
		"union second":           JoinPassports(JoinPassportsPage{Frame: amina, Step: "second"}),
		"union second wrong":     JoinPassports(JoinPassportsPage{Frame: amina, Step: "second", Mistake: "wrong"}),
		"union second slow":      JoinPassports(JoinPassportsPage{Frame: amina, Step: "second", Mistake: "slow-down"}),
		"union review":           JoinPassports(JoinPassportsPage{Frame: amina, Step: "review", Plan: plan}),
		"union review of little": JoinPassports(JoinPassportsPage{Frame: amina, Step: "review", Plan: small}),
	}
	for _, mistake := range []string{"wrong", "slow-down", "same", "gone", "departing"} {
		pages["union "+mistake] = JoinPassports(JoinPassportsPage{Frame: amina, Step: "prove", Mistake: mistake})
	}
	pages["union last admin"] = JoinPassports(JoinPassportsPage{Frame: amina, Step: "review", Plan: plan, Mistake: "last-admin"})
	pages["data with joined"] = OwnData(OwnDataPage{Frame: amina, Joined: joinedOnes()})
	return pages
}

func joinedOnes() []JoinedView {
	until := noon.Add(7 * 24 * time.Hour)
	return []JoinedView{{ID: "M2", Name: "Amina D.", At: noon, Until: until, Last: true}, {ID: "M1", Name: "A", At: noon, Until: until}}
}

func TestThePlanOfAUnionSaysAllThatWillHappen(t *testing.T) {
	doc, _ := drawn(t, "en", unionPages()["union review"])
	said := doc.Find("main").Text()
	for _, want := range []string{"12 badges come over", "3 badges are in both", "amina@ecole.example", "1 sign-in provider", "open nothing any more", "@amina-d leads to @amina", "For 7 days"} {
		if !strings.Contains(said, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	if doc.Find(`input[name="role"][required]`).Length() != 1 {
		t.Error("the only administrator's role may be left behind")
	}
}

func TestOnlyTheLastJoinedIsTakenApart(t *testing.T) {
	doc, _ := drawn(t, "en", OwnData(OwnDataPage{Frame: amina, Joined: joinedOnes()}))
	merge := doc.Find(`form[action="/you/data/join/undo"] input[name="merge"]`)
	if merge.Length() != 1 || merge.AttrOr("value", "") != "M2" {
		t.Errorf("%d can be taken apart", merge.Length())
	}
}
