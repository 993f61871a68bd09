package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"image"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/pkg/backpack"
	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/pkg/pixels"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// channels are the ways by which something of a badge could come to somebody who may not see it.
var channels = []string{
	"HTML", "JSON", "image", "baked", "feed", "sitemap", "search", "counts", "ETag", "websocket", "letter", "export of another",
	"error text", "cache after a flip", "embed", "oEmbed",
}

// leaks counts what was asked by each channel, and what came through it.
type leaks struct {
	test        *testing.T
	asked, hits map[string]int
	words       map[string]string // what each canary is
	bytes       []byte            // a piece of the picture's own bytes
}

// reads looks for canaries in an answer. A word that the request itself said is no leak when it comes back.
func (l *leaks) reads(channel, who, said, asked string, body string, header http.Header) {
	l.test.Helper()
	l.asked[channel]++
	said = strings.ToLower(said)
	text := strings.ToLower(body + " " + fmt.Sprint(header))
	for word, what := range l.words {
		if word = strings.ToLower(word); strings.Contains(text, word) && !strings.Contains(said, word) {
			l.leak(channel, "%s, %s: %s", who, asked, what)
		}
	}
	if strings.Contains(body, string(l.bytes)) {
		l.leak(channel, "%s, %s: the picture's bytes", who, asked)
	}
}

func (l *leaks) leak(channel, say string, values ...any) {
	l.test.Helper()
	l.hits[channel]++
	l.test.Errorf(channel+": "+say, values...)
}

// kennel is the badge that nobody may know of.
var kennel = stated{
	id: "00000000-0000-4000-8000-00000000cafe", issuer: "foundry", called: "Qotrub Foundry", name: "Zyxwomp Kennel",
	description: "Brushes vexillated hounds.", achievement: "https://foundry.example/kennel", image: "https://foundry.example/kennel.png",
	evidence: `[{"id":"https://foundry.example/plimsoll","type":["Evidence"],"name":"Plimsoll ledger"}]`,
}

// leakWorld is a town in which somebody holds a badge that others may not see, beside what they may.
type leakWorld struct {
	*town
	*leaks
	holder, other              *visitor
	badge, open, theirs, piece string
	parameters                 map[string][]string // of the address of a route: what they are asked as
	others                     []walker            // who may not see the badge
	link                       string              // the secret of a share link that was withdrawn
	before                     map[string]answer   // what pages were before there was the badge
	tags                       map[string]string   // ETags of when it was public
}

func newLeakWorld(t *testing.T, s *store.Store) *leakWorld {
	t.Helper()
	w := &leakWorld{
		town: newTown(t, s), before: map[string]answer{}, tags: map[string]string{},
		leaks: &leaks{test: t, asked: map[string]int{}, hits: map[string]int{}, words: map[string]string{}},
	}
	w.hears()
	noise := image.NewGray(image.Rect(0, 0, 64, 64))
	for i := range noise.Pix {
		sum := sha256.Sum256([]byte{byte(i), byte(i >> 8)})
		noise.Pix[i] = sum[0]
	}
	picture, err := pixels.EncodePNG(noise)
	must(t, err)
	w.bytes = picture[1000:1032]
	w.web[kennel.image] = openbadges.Recording{Status: 200, ContentType: "image/png", Body: picture}

	w.holder, w.other = w.member("Amina Diallo", "amina@savoirs.example"), w.member("Awa Sarr", "awa@savoirs.example")
	ordinary := kennel // the same achievement, under words of its own
	ordinary.id, ordinary.called, ordinary.name, ordinary.description, ordinary.evidence = "00000000-0000-4000-8000-000000000002", "A foundry", "Dogs", "Walks dogs.", ""
	ordinary.image = ""
	w.theirs = w.other.bring("theirs.json", ordinary.signed(t, "awa@savoirs.example")).imported(t)
	w.other.post("/b/"+w.theirs+"/visibility", url.Values{"visibility": {"public"}})
	w.open = w.holder.bring("open.json", gardening.signed(t, "amina@savoirs.example")).imported(t)
	w.holder.post("/b/"+w.open+"/visibility", url.Values{"visibility": {"public"}})
	collection := store.Collection{
		ID: theCollection, PersonID: w.holder.person.ID, Title: "For work", Cover: store.CoverPattern, Layout: store.LayoutPages,
		Visibility: store.Public, CreatedAt: w.now, Place: new(int),
	}
	must(t, s.CreateCollection(t.Context(), &collection))
	must(t, s.SetPlaces(t.Context(), []store.CollectionBadge{{CollectionID: theCollection, BadgeID: w.open}}))
	w.others = []walker{
		{who: "a visitor", visitor: w.visitor()},
		{who: "a member", visitor: w.member("Moussa Ba", "moussa@medina.example")},
		{who: "another holder", visitor: w.other},
		{who: "somebody blocked", visitor: w.blocked(t, w.holder, "Ousmane Sy", "ousmane@medina.example")},
	}
	for i, one := range w.others {
		for _, path := range w.counted() {
			if dear(path) && i > 1 {
				continue
			}
			w.before[one.who+path] = one.visitor.get(path)
		}
	}
	w.badge = w.holder.bring("kennel.json", kennel.signed(t, "amina@savoirs.example")).imported(t)
	w.holder.beside("/b/"+w.badge+"/evidence", map[string]string{"title": "Grobnar diary", "words": "Slept in sphagnum."}, "wyvern.txt", []byte("Marzipan lanterns."))
	w.piece = w.pieces(w.badge)[0].ID
	link := strings.TrimPrefix(w.holder.post("/b/"+w.badge+"/share", nil).find(t, "#give #link").AttrOr("value", ""), w.server.URL)
	w.link = strings.TrimPrefix(link, "/s/")
	id := strings.TrimPrefix(w.holder.get("/b/"+w.badge+"/share").find(t, ".share-links li").First().AttrOr("id", ""), "link-")
	w.holder.post("/b/"+w.badge+"/share/withdraw", url.Values{"link": {id}})
	must(t, s.SetPlaces(t.Context(), []store.CollectionBadge{{CollectionID: theCollection, BadgeID: w.badge, Position: 1, Text: "Huzzah pangolin"}}))
	shared := strings.TrimPrefix(w.holder.post("/c/"+theCollection+"/share", nil).find(t, "#give #link").AttrOr("value", ""), w.server.URL)
	if !strings.HasPrefix(shared, "/s/") {
		t.Fatalf("no link to the collection: %q", shared)
	}
	whole := w.holder.givesPassport(nil)
	must(t, s.SetVisibility(t.Context(), w.holder.person.ID, w.badge, "private", w.now))
	for word, what := range map[string]string{
		"Zyxwomp": "its name", "vexillated": "its description", "Qotrub": "its issuer", "Plimsoll": "the issuer's evidence", "foundry.example/plimsoll": "where that is",
		"Grobnar": "the title of the holder's evidence", "sphagnum": "its words", "wyvern": "its file's name", "Marzipan lanterns": "its file",
		"pangolin": "what is said of it in a collection", "00000000-0000-4000-8000-00000000cafe": "the credential's id", w.badge: "its id", w.piece: "its evidence's id",
	} {
		w.words[word] = what
	}
	w.parameters = map[string][]string{
		":id": {w.badge, theCollection, w.holder.person.ID}, ":handle": {"amina-diallo"}, ":secret": {w.link, "none", strings.TrimPrefix(shared, "/s/"), whole.Secret}, ":evidence": {w.piece},
		":badge": {underLink(whole, w.badge)}, ":collection": {underLink(whole, theCollection)},
		":asset": {"none.css"}, ":page": {"first.xml", w.badge + ".xml", "collections-first.xml"}, ":provider": {"github"},
	}
	return w
}

// counted are addresses that count, list or lead to what somebody holds, of every route there is: with a badge that nobody
// may see their answers are what they were without it, to the last byte, also where these are pictures or on paper.
func (w *leakWorld) counted() []string {
	all := []string{"/", "/@awa-sarr", "/b/" + w.theirs}
	for _, key := range w.routes() {
		route, asks := strings.CutPrefix(key, "GET ")
		if !asks {
			continue
		}
		if route == "/sitemap/:page" {
			all = append(all, "/sitemap/collections-first.xml")
		}
		for _, one := range [][2]string{{"/@:handle", "/@amina-diallo"}, {"/c/:id", "/c/" + theCollection}, {"/b/:id", "/b/" + w.open}, {"/sitemap", "/sitemap"}} {
			if rest, ok := strings.CutPrefix(route, one[0]); ok {
				all = append(all, one[1]+strings.ReplaceAll(rest, ":page", "first.xml"))
			}
		}
	}
	return slices.DeleteFunc(all, func(path string) bool { return strings.Contains(path, ":") })
}

var inRoutes = regexp.MustCompile(`:[a-z]+`)

// addresses are those of a route: each value of its first parameter, the badge's id for those that are new here.
func (w *leakWorld) addresses(route string) (all []string) {
	named := inRoutes.FindAllString(route, -1)
	if len(named) == 0 {
		return []string{route}
	}
	for _, first := range w.orBadge(named[0]) {
		path := strings.Replace(route, named[0], first, 1)
		for _, other := range named[1:] {
			path = strings.Replace(path, other, w.orBadge(other)[0], 1)
		}
		all = append(all, path)
	}
	return all
}

func (w *leakWorld) orBadge(parameter string) []string {
	if values := w.parameters[parameter]; values != nil {
		return values
	}
	return []string{w.badge}
}

// channelOf is the channel that a route belongs to.
func channelOf(route string) string {
	for _, one := range []struct {
		channel string
		words   []string
	}{
		{"embed", []string{"/embed"}},
		{"oEmbed", []string{"/oembed"}},
		{"feed", []string{"feed", "calendar"}},
		{"sitemap", []string{"sitemap", "robots"}},
		{"baked", []string{"baked", "original", "former", ".pdf", "archive", ".zip"}},
		{"image", []string{"picture", "portrait", "thumb", "og.", "qr.", "/file", "cover", ".png", ".svg", "/s/:secret/evidence"}},
	} {
		for _, word := range one.words {
			if strings.Contains(route, word) {
				return one.channel
			}
		}
	}
	return "HTML"
}

// ask goes a way as somebody, and reads what comes back.
func (w *leakWorld) ask(channel string, one walker, path string, headers ...string) answer {
	w.test.Helper()
	w.forgive()
	a := one.visitor.once(w.test).get(path, headers...)
	said, err := url.QueryUnescape(path)
	must(w.test, err)
	w.hears404(channel, one.who, path, a)
	w.reads(channel, one.who, said+strings.Join(headers, " "), "GET "+path, a.body, a.header)
	if a.status >= 400 {
		w.reads("error text", one.who, said+strings.Join(headers, " "), "GET "+path, a.body, a.header)
	}
	return a
}

// hears404 demands of every address of the badge itself that it is not there, or leads to the door: not even a picture
// that is drawn, or a page without words.
func (w *leakWorld) hears404(channel, who, path string, a answer) {
	w.test.Helper()
	toTheDoor := a.status == http.StatusSeeOther && strings.HasPrefix(a.header.Get("Location"), "/sign-in")
	if (strings.HasPrefix(path, "/b/"+w.badge) || strings.HasPrefix(path, "/s/"+w.link+"/")) && a.status != http.StatusNotFound && !toTheDoor {
		w.leak(channel, "%s, %s: %d", who, path, a.status)
	}
	if a.status != http.StatusOK && a.header.Get("ETag") != "" {
		w.leak("ETag", "%s, %s: a tag of what is not there", who, path)
	}
}

// walks asks every route there is, as everybody who may not see the badge.
func (w *leakWorld) walks() {
	w.test.Helper()
	for _, key := range w.routes() {
		method, route, _ := strings.Cut(key, " ")
		for _, path := range w.addresses(route) {
			for _, one := range w.others {
				switch {
				case method == http.MethodGet && route != "/sign-out":
					w.ask(channelOf(route), one, path)
				case strings.HasPrefix(path, "/b/"+w.badge): // a deed on what is not theirs
					w.forgive()
					a := one.visitor.once(w.test).post(path, url.Values{"visibility": {"public"}, "words": {"x"}, "hidden": {"no"}})
					w.reads("error text", one.who, path, "POST "+path, a.body, a.header)
				}
			}
		}
	}
}

// programs asks for the forms of the badge that programs ask for, with what was kept of when it was public.
func (w *leakWorld) programs() {
	w.test.Helper()
	at := "/b/" + w.badge
	for _, one := range w.others {
		for _, accept := range append(slices.Clone(credentialTypes), tokenTypes...) {
			w.ask("JSON", one, at, "Accept", accept)
		}
		for _, ending := range []string{".json", ".jwt", ".jsonld", ".html", ""} {
			w.ask("JSON", one, at+ending)
			w.ask("JSON", one, "/s/"+w.link+ending)
		}
		for path, tag := range w.tags {
			for _, known := range []string{tag, "W/" + tag, "*", `"x", ` + tag} {
				if a := w.ask("ETag", one, path, "If-None-Match", known); a.status == http.StatusNotModified {
					w.leak("ETag", "%s, %s: not modified", one.who, path)
				}
			}
			w.ask("cache after a flip", one, path, "If-Modified-Since", w.now.Format(http.TimeFormat))
			w.ask("cache after a flip", one, path, "Accept-Encoding", "identity", "Range", "bytes=0-99")
		}
		w.ask("oEmbed", one, "/oembed?format=json&url="+url.QueryEscape(w.site.PublicURL+at))
		w.ask("oEmbed", one, "/oembed?url="+url.QueryEscape(w.site.PublicURL+"/s/"+w.link))
		w.ask("embed", one, at+"/embed")
		w.ask("embed", one, "/c/"+theCollection+"/embed")
		for _, page := range []string{"/badges", "/@amina-diallo", "/c/" + theCollection, "/b/" + w.theirs, "/", "/collections", "/sitemap.xml", "/verify"} {
			for _, asked := range []string{"q=Kennel&query=Kennel&search=Kennel", "q=hounds", "filter=private&visibility=private", "issuer=foundry&tag=kennel&view=timeline"} {
				w.ask("search", one, page+"?"+asked)
			}
		}
		for _, path := range []string{"/ws", "/live", "/ws?topics=badge:" + w.badge, "/b/" + w.badge + "/live"} {
			a := w.ask("websocket", one, path, "Connection", "Upgrade", "Upgrade", "websocket", "Sec-WebSocket-Version", "13", "Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA==")
			if a.status != http.StatusNotFound { // when there is one, this row must ask it
				w.leak("websocket", "%s: there is one at %s (%d)", one.who, path, a.status)
			}
		}
	}
}

// dear says whether an answer is drawn or packed, which takes longer than all else: those are compared once for each
// kind of viewer there is to them, who is signed in and who is not.
func dear(path string) bool {
	return slices.ContainsFunc([]string{".pdf", "og.png", ".zip", "/baked"}, func(part string) bool { return strings.Contains(path, part) })
}

// counts compares pages that count with what they were before there was the badge.
func (w *leakWorld) counts(whole bool) {
	w.test.Helper()
	for i, one := range w.others {
		for _, path := range w.counted() {
			if dear(path) && (!whole || i > 1) {
				continue
			}
			w.asked["counts"]++
			if got, was := one.visitor.get(path), w.before[one.who+path]; got.status != was.status || got.status == http.StatusOK && got.body != was.body {
				w.leak("counts", "%s, %s: %d was %d: %s", one.who, path, got.status, was.status, differs(was.body, got.body))
			}
		}
	}
}

// differs is where two texts part.
func differs(a, b string) string {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	from := max(0, i-60)
	return fmt.Sprintf("%q was %q", b[from:min(len(b), i+60)], a[from:min(len(a), i+60)])
}

// letters reads every letter that waits for somebody else, and what others take along.
func (w *leakWorld) letters() {
	w.test.Helper()
	ctx := w.test.Context()
	w.post() // what was written before this state
	for _, one := range w.others[1:] {
		_, err := w.accounts.TakeOut(ctx, one.visitor.person.ID)
		must(w.test, err)
		must(w.test, w.accounts.CallOff(ctx, one.visitor.person.ID, store.Out))
		papers, err := w.accounts.Papers(ctx, one.visitor.person.ID)
		must(w.test, err)
		for _, p := range papers {
			w.reads("export of another", one.who, "", p.Name, string(p.Content), nil)
		}
		badges, err := w.store.BadgesAfter(ctx, one.visitor.person.ID, "", 100)
		must(w.test, err)
		for _, id := range badges {
			whole, err := w.store.AnyBadge(ctx, id)
			must(w.test, err)
			var all bytes.Buffer
			_, err = w.backpack.Export(ctx, whole, gather(&all))
			must(w.test, err)
			w.reads("export of another", one.who, "", "the archive of "+whole.Name, all.String(), nil)
		}
		w.forgive()
		one.visitor.post("/you/confirm", nil)
		one.visitor.post("/forgot", url.Values{"email": {one.visitor.email}})
	}
	for _, letter := range w.post() {
		if letter.To != w.holder.email {
			text, err := json.Marshal(letter)
			must(w.test, err)
			w.reads("letter", letter.To, "", letter.Kind, string(text), nil)
		}
	}
}

// gather writes every file of an archive one after another.
func gather(all *bytes.Buffer) backpack.Put {
	return func(_ string, _ time.Time, content []byte) error {
		_, err := all.Write(content)
		return err
	}
}

// warms asks for the badge while it is public, as everybody, so that whatever keeps answers has kept them.
func (w *leakWorld) warms() {
	w.test.Helper()
	w.forgive()
	for _, path := range []string{"", "/picture", "/baked.png", "/baked.svg", "/embed", "/qr.svg", ".json", "/evidence/" + w.piece + "/file"} {
		for _, one := range w.others[:3] {
			one.visitor.get("/b/" + w.badge + path)
			a := one.visitor.get("/b/" + w.badge + path)
			if a.status != http.StatusOK {
				w.test.Fatalf("%s cannot see %s of the public badge: %d", one.who, path, a.status)
			}
			for _, word := range map[string][]string{"": {"Zyxwomp", "Grobnar", "Plimsoll"}, "/picture": {string(w.bytes)}}[path] {
				if !strings.Contains(a.body, word) {
					w.test.Fatal("the canaries do not sing where they may: they would prove nothing")
				}
			}
			if tag := a.header.Get("ETag"); tag != "" {
				w.tags["/b/"+w.badge+path] = tag
			}
		}
	}
	for _, path := range w.counted() {
		if !dear(path) {
			w.others[0].visitor.get(path)
		}
	}
}

// TestSEC_PRIV_ABadgeNobodyMaySeeLeaksThroughNoneOfSixteenChannels makes a badge public, has everybody look, and takes it
// back in each way there is: private, by link only, waiting, refused, in the trash, of an issuer the house has blocked.
// Every route there is is asked then, new ones by themselves, by everybody who may not see the badge.
// ASVS: V8.2.2, V8.2.3, V8.3.1, V14.2.2, V14.2.4, V14.3.2
func TestSEC_PRIV_ABadgeNobodyMaySeeLeaksThroughNoneOfSixteenChannels(t *testing.T) {
	storetest.Dear(t)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := newLeakWorld(t, s)
		ctx, owner := t.Context(), w.holder.person.ID
		alters := func(change func(*store.Badge)) func() {
			return func() {
				b, err := s.AnyBadge(ctx, w.badge)
				must(t, err)
				change(&b)
				must(t, s.UpdateBadge(ctx, &b))
			}
		}
		block := store.Block{Kind: store.BlockedIssuer, Name: "foundry.example", CreatedAt: w.now}
		must(t, s.CreateBlock(ctx, &block))
		for _, one := range []struct {
			state        string
			hides, shows func()
		}{
			{"private", func() { w.holder.post("/b/"+w.badge+"/visibility", url.Values{"visibility": {"private"}}) }, func() {}},
			{"by link", func() { w.holder.post("/b/"+w.badge+"/visibility", url.Values{"visibility": {"link"}}) }, func() {}},
			{"waiting", alters(func(b *store.Badge) { b.State = store.Pending }), alters(func(b *store.Badge) { b.State = store.Accepted })},
			{"refused", alters(func(b *store.Badge) { b.State = store.Refused }), alters(func(b *store.Badge) { b.State = store.Accepted })},
			{"deleted", func() { w.holder.post("/b/"+w.badge+"/delete", nil) }, func() { w.holder.post("/b/"+w.badge+"/restore", nil) }},
			{"of a blocked issuer", func() { must(t, s.MarkBadge(ctx, owner, w.badge, []string{block.ID})) }, func() { must(t, s.MarkBadge(ctx, owner, w.badge, nil)) }},
		} {
			w.holder.post("/b/"+w.badge+"/visibility", url.Values{"visibility": {"public"}})
			w.warms()
			one.hides()
			before, secrets := maps.Clone(w.hits), w.parameters[":secret"]
			if one.state == "by link" { // links to a collection and to the passport show what is shown by link, as its holder was told
				w.parameters[":secret"] = secrets[:2]
			}
			w.walks()
			w.programs()
			w.counts(one.state == "private")
			w.letters()
			w.parameters[":secret"] = secrets
			if !maps.Equal(before, w.hits) {
				t.Errorf("it leaked while it was %s", one.state)
			}
			one.shows()
		}
		through := 0
		for _, channel := range channels {
			if w.asked[channel] == 0 {
				t.Errorf("%s: never asked", channel)
			}
			if w.hits[channel] > 0 {
				through++
			}
			t.Logf("%-20s %6d asked, %d through", channel, w.asked[channel], w.hits[channel])
		}
		t.Logf("%d of %d channels leak", through, len(channels))
	})
}
