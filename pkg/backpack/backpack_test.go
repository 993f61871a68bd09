package backpack

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/pkg/openbadges/bake"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// room is a backpack with a web that can go down, files in memory and a clock that tests move.
type room struct {
	*Backpack
	store *store.Store
	files *files
	ada   store.Person

	mu    sync.Mutex
	now   time.Time
	web   openbadges.RecordedWeb
	down  bool
	asked int

	meanwhile func() // happens once, while the web is asked; nil: nothing does
}

func newRoom(t *testing.T, s *store.Store) *room {
	t.Helper()
	r := &room{store: s, files: &files{kept: map[string][]byte{}}, now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), web: openbadges.RecordedWeb{}}
	r.Backpack = New(Options{Store: s, Files: r.files, Fetch: r.load, Picture: r.load, Now: r.Now})
	r.ada = r.person(t, "ada", "ada@example.org", true)
	return r
}

func (r *room) Now() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

func (r *room) pass(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = r.now.Add(d)
}

func (r *room) load(ctx context.Context, url string) (openbadges.Document, error) {
	r.mu.Lock()
	happens := r.meanwhile
	r.meanwhile = nil
	r.mu.Unlock()
	if happens != nil {
		happens()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked++
	if r.down {
		return openbadges.Document{}, openbadges.ErrUnreachable
	}
	return r.web.Fetch(ctx, url)
}

func (r *room) host(url, kind string, body []byte) {
	r.web[url] = openbadges.Recording{Status: 200, ContentType: kind, Body: body}
}

func (r *room) person(t *testing.T, handle, email string, proved bool) store.Person {
	t.Helper()
	p := store.Person{Handle: handle, Name: handle, Language: "en", Theme: "auto", Role: "member", CreatedAt: r.now, UpdatedAt: r.now}
	if err := r.store.CreatePerson(t.Context(), &p); err != nil {
		t.Fatal(err)
	}
	r.address(t, p, email, proved)
	return p
}

func (r *room) address(t *testing.T, p store.Person, email string, proved bool) store.Address {
	t.Helper()
	a := store.Address{PersonID: p.ID, Email: email, CreatedAt: r.now}
	if proved {
		a.VerifiedAt = &r.now
	}
	if err := r.store.AddAddress(t.Context(), &a); err != nil {
		t.Fatal(err)
	}
	return a
}

// files keeps bytes in memory, as pkg/blob does on disk.
type files struct {
	mu   sync.Mutex
	kept map[string][]byte
	full bool // nothing more can be written
}

func (f *files) Put(_ context.Context, content []byte) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.full {
		return "", errNoFile
	}
	key := fmt.Sprintf("%x", sha256.Sum256(content))
	f.kept[key] = bytes.Clone(content)
	return key, nil
}

var errNoFile = errors.New("no such file")

func (f *files) Read(_ context.Context, key string) ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if content, ok := f.kept[key]; ok {
		return content, nil
	}
	return nil, errNoFile
}

func (f *files) Delete(_ context.Context, key string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, ok := f.kept[key]; !ok {
		return errNoFile
	}
	delete(f.kept, key)
	return nil
}

func (f *files) Old(context.Context, uint64, time.Time, int) ([]string, error) { return nil, nil }

func (f *files) Aside(context.Context) ([]string, error) { return nil, nil }

func (f *files) SetAside(context.Context, string, time.Time) (bool, error) { return false, nil }

func (f *files) DeleteAside(context.Context, string, time.Time) (bool, error) { return false, nil }

func (f *files) Size(context.Context) (files int, bytes int64, whole bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, content := range f.kept {
		bytes += int64(len(content))
	}
	return len(f.kept), bytes, true, nil
}

// made is an Open Badge 3.0 to be signed.
type made struct {
	id, name, email, picture, from, identity string
}

func (m made) signed(t *testing.T) []byte {
	t.Helper()
	key, err := openbadges.NewKey(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	if m.from == "" {
		m.from = "2026-02-03T04:05:06Z"
	}
	if m.id == "" {
		m.id = "urn:uuid:5a1c1e55-0c35-4a8e-9a2e-0d8f6a3c7b11"
	}
	if m.name == "" {
		m.name = "Weaver"
	}
	identity := ""
	if m.email != "" {
		identity = fmt.Sprintf(`"identifier":[{"type":"IdentityObject","hashed":false,"identityHash":%q,"identityType":"emailAddress"}],`, m.email)
	}
	if m.identity != "" {
		identity = m.identity
	}
	picture := ""
	if m.picture != "" {
		picture = fmt.Sprintf(`"image":{"id":%q,"type":"Image"},`, m.picture)
	}
	text := fmt.Sprintf(`{"@context":["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],`+
		`"id":%q,"type":["VerifiableCredential","OpenBadgeCredential"],"issuer":{"id":%q,"type":["Profile"],"name":"Atelier"},`+
		`"validFrom":%q,"name":%q,"credentialSubject":{"id":"did:example:b","type":["AchievementSubject"],%s`+
		`"achievement":{"id":"urn:uuid:2","type":["Achievement"],"name":%q,%s"description":"Weaves cloth","criteria":{"narrative":"Weave"}}}}`,
		m.id, key.DIDKey(), m.from, m.name, identity, m.name, picture)
	credential, err := openbadges.SignDataIntegrity(t.Context(), []byte(text), key, key.VerificationMethod(), time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	return credential
}

func baked(t *testing.T, credential []byte) []byte {
	t.Helper()
	out, err := bake.PNG(square(t, 32), credential, bake.Credential)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func square(t *testing.T, side int) []byte {
	t.Helper()
	canvas := image.NewNRGBA(image.Rect(0, 0, side, side))
	canvas.Set(side/2, side/2, color.White)
	var out bytes.Buffer
	if err := png.Encode(&out, canvas); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func (r *room) brings(t *testing.T, item Item, outcome string) store.Badge {
	t.Helper()
	got, err := r.Import(t.Context(), r.ada.ID, item)
	if err != nil {
		t.Fatalf("import %q: %v", item.Name, err)
	}
	if got.Outcome != outcome {
		t.Fatalf("import %q: %s, want %s", item.Name, got.Outcome, outcome)
	}
	return got.Badge
}

// hosts puts an Open Badge 2.0 and all it points at on the web.
func (r *room) hosts(t *testing.T, email string) (address string) {
	t.Helper()
	put := func(path, format string, values ...any) {
		r.host("https://issuer.example/"+path, "application/ld+json", fmt.Appendf(nil, format, values...))
	}
	put("issuer", `{"@context":"https://w3id.org/openbadges/v2","type":"Issuer","id":"https://issuer.example/issuer","name":"Issuer","url":"https://issuer.example","email":"badges@issuer.example"}`)
	put("class", `{"@context":"https://w3id.org/openbadges/v2","type":"BadgeClass","id":"https://issuer.example/class","name":"Sailor","description":"Sails","image":"https://issuer.example/sailor.png","criteria":{"narrative":"Sail"},"issuer":"https://issuer.example/issuer"}`)
	put("a/1", `{"@context":"https://w3id.org/openbadges/v2","type":"Assertion","id":"https://issuer.example/a/1","recipient":{"type":"email","hashed":false,"identity":%q},"badge":"https://issuer.example/class","verification":{"type":"HostedBadge"},"issuedOn":"2026-03-04T05:06:07Z"}`, email)
	r.host("https://issuer.example/sailor.png", "image/png", square(t, 16))
	return "https://issuer.example/a/1"
}

func TestBadgeComesInPrivateWithEveryByteItCameIn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		credential := made{email: "Ada@Example.org"}.signed(t)
		file := baked(t, credential)
		b := r.brings(t, Item{Name: `C:\badges\weaver.png`, Data: file}, Added)
		if b.Visibility != Private || b.State != "accepted" || b.Name != "Weaver" || b.IssuerName != "Atelier" || b.Verdict != "genuine" || b.VerdictReason != "" {
			t.Errorf("%+v", b)
		}
		got, err := s.Badge(t.Context(), r.ada.ID, b.ID)
		if err != nil || !bytes.Equal(got.Document, credential) || got.DocumentType != "application/vc+ld+json" || got.AddressID == nil {
			t.Errorf("kept %s %v", got.DocumentType, err)
		}
		data, kind, name, err := r.Original(t.Context(), got)
		if err != nil || !bytes.Equal(data, file) || kind != "image/png" || name != "weaver.png" {
			t.Errorf("original %s %s %v", kind, name, err)
		}
		shown, kind, err := r.Picture(t.Context(), got)
		if err != nil || !bytes.Equal(shown, file) || kind != "image/png" {
			t.Errorf("picture %s %v", kind, err)
		}
		report, err := r.Report(t.Context(), got)
		if err != nil || report.Verdict != openbadges.Genuine || report.Badge.Achievement.CriteriaText != "Weave" || !report.At.Equal(r.now) || len(report.Findings) == 0 {
			t.Errorf("%+v %v", report, err)
		}
	})
}

func TestFiftyImportsOfOneFileAreOneBadge(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		file := baked(t, made{email: "ada@example.org"}.signed(t))
		outcomes := make(chan string, 50)
		var wait sync.WaitGroup
		for range cap(outcomes) {
			wait.Go(func() {
				got, err := r.Import(context.WithoutCancel(t.Context()), r.ada.ID, Item{Name: "b.png", Data: file})
				if err != nil {
					t.Error(err)
				}
				outcomes <- got.Outcome
			})
		}
		wait.Wait()
		close(outcomes)
		count := map[string]int{}
		for outcome := range outcomes {
			count[outcome]++
		}
		if count[Added] != 1 || count[Already] != 49 {
			t.Errorf("outcomes %v", count)
		}
		wall, _, err := s.Wall(t.Context(), store.WallQuery{Owner: r.ada.ID})
		if err != nil || len(wall) != 1 {
			t.Fatalf("%d badges: %v", len(wall), err)
		}
		if history, err := s.Verifications(t.Context(), wall[0].ID, 10); err != nil || len(history) != 1 || len(r.files.kept) != 1 {
			t.Errorf("%d verifications, %d files: %v", len(history), len(r.files.kept), err)
		}
	})
}

func TestBadgesOfOthersAreRefusedByName(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		hashed := `"identifier":[{"type":"IdentityObject","hashed":true,"salt":"s","identityHash":"sha256$0000000000000000000000000000000000000000000000000000000000000000","identityType":"emailAddress"}],`
		for _, row := range []struct {
			badge made
			say   string
		}{
			{made{email: "grace@example.org"}, "grace@example.org"},
			{made{identity: hashed}, "another address"},
		} {
			_, err := r.Import(t.Context(), r.ada.ID, Item{Text: string(row.badge.signed(t))})
			var somebody *SomebodyElse
			if !errors.As(err, &somebody) || !strings.Contains(err.Error(), row.say) {
				t.Errorf("%+v: %v", row.badge, err)
			}
		}
		if wall, _, err := s.Wall(t.Context(), store.WallQuery{Owner: r.ada.ID}); err != nil || len(wall) != 0 || len(r.files.kept) != 0 {
			t.Errorf("%d badges, %d files kept: %v", len(wall), len(r.files.kept), err)
		}
	})
}

func TestWhatIsNoBadgeSaysWhy(t *testing.T) {
	s := storetest.Open(t)
	r := newRoom(t, s)
	for text, reason := range map[string]openbadges.Reason{
		"":                         openbadges.ReasonEmpty,
		"hello":                    openbadges.ReasonNotRecognised,
		`{"a":1}`:                  openbadges.ReasonNotABadge,
		"https://gone.example/b/1": openbadges.ReasonAddressSilent,
	} {
		_, err := r.Import(t.Context(), r.ada.ID, Item{Text: text})
		var not *openbadges.NotBadge
		if !errors.As(err, &not) || not.Reason != reason {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := r.Import(t.Context(), r.ada.ID, Item{Data: square(t, 8)}); err == nil {
		t.Error("an empty picture is a badge")
	}
	if _, err := r.Import(t.Context(), r.ada.ID, Item{Data: make([]byte, MaxItem+1)}); !errors.Is(err, ErrTooLarge) {
		t.Error(err)
	}
}

func TestEveryAddressOfThePersonCountsProvedOnesFirst(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		second := r.address(t, r.ada, "ada@xn--exmple-cua.org", true)
		b := r.brings(t, Item{Text: string(made{email: "ada@exämple.org"}.signed(t))}, Added)
		if b.AddressID == nil || *b.AddressID != second.ID || b.Verdict != "genuine" {
			t.Errorf("%+v", b)
		}
	})
}

func TestBadgeForAnAddressNotProvedYetWaitsForIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		work := r.address(t, r.ada, "ada@work.example", false)
		item := Item{Text: string(made{email: "ada@work.example"}.signed(t))}
		for range 2 {
			got, err := r.Import(t.Context(), r.ada.ID, item)
			if err != nil || got.Outcome != Waiting || got.Waiting == nil || got.Waiting.ID != work.ID || got.Badge.State != "pending" {
				t.Fatalf("%+v %v", got, err)
			}
		}
		if n, err := s.AcceptPending(t.Context(), r.ada.ID, work.ID, r.now); err != nil || n != 1 {
			t.Fatalf("%d %v", n, err)
		}
		b := r.brings(t, item, Already)
		if b.State != "accepted" || b.Verdict != "genuine" {
			t.Errorf("%+v", b)
		}
	})
}

func TestBadgeWithoutAnAddressIsItsBringersWithItsRecipientUnknown(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		b := r.brings(t, Item{Text: string(made{}.signed(t))}, Added)
		if b.State != "accepted" || b.Verdict != "unknown" || b.VerdictReason != string(openbadges.ReasonRecipientNotStated) || b.AddressID != nil {
			t.Errorf("%+v", b)
		}
		if job, err := s.Lease(t.Context(), []string{RecheckJob}, r.now.Add(24*time.Hour), time.Minute); err != nil || job != nil {
			t.Errorf("asks again what no time can answer: %+v %v", job, err)
		}
	})
}

func TestNewerVersionReplacesTheOldAndKeepsVisibilityAndHistory(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		older := Item{Text: string(made{email: "ada@example.org"}.signed(t))}
		newer := Item{Text: string(made{email: "ada@example.org", name: "Master weaver", from: "2026-05-06T07:08:09Z"}.signed(t))}
		first := r.brings(t, older, Added)
		if err := r.SetVisibility(t.Context(), r.ada.ID, first.ID, Members); err != nil {
			t.Fatal(err)
		}
		r.pass(time.Hour)
		second := r.brings(t, newer, Updated)
		if second.ID != first.ID || second.Name != "Master weaver" || second.Visibility != Members {
			t.Errorf("%+v", second)
		}
		if history, err := s.Verifications(t.Context(), first.ID, 10); err != nil || len(history) != 2 {
			t.Errorf("%d verifications: %v", len(history), err)
		}
		if again := r.brings(t, older, Already); again.Name != "Master weaver" {
			t.Errorf("the older came back: %+v", again)
		}
		forged := Item{Text: strings.Replace(newer.Text, "Weaves cloth", "Weaves gold!", 1)}
		if again := r.brings(t, forged, Already); again.Verdict != "genuine" || again.Description != "Weaves cloth" {
			t.Errorf("a forgery took its place: %+v", again)
		}
	})
}

// TestAForgeryDrivesNothingOutWhileTheIssuerIsSilent brings copies somebody has changed, while whether the held badge is genuine
// cannot be told.
func TestAForgeryDrivesNothingOutWhileTheIssuerIsSilent(t *testing.T) {
	s := storetest.Open(t)
	r := newRoom(t, s)
	b := r.brings(t, Item{Text: r.hosts(t, "ada@example.org")}, Added)
	r.down = true
	r.pass(time.Hour)
	if _, err := r.Check(t.Context(), r.ada.ID, b.ID); err != nil {
		t.Fatal(err)
	}
	forged := bytes.Replace(b.Document, []byte(`"https://issuer.example/class"`), []byte(`{"type":"BadgeClass","id":"https://issuer.example/class","name":"Admiral","issuer":"https://issuer.example/issuer"}`), 1)
	if got := r.brings(t, Item{Data: forged, Name: "admiral.json"}, Already); got.Name != "Sailor" || got.Verdict != string(openbadges.CannotTell) {
		t.Errorf("a copy took its place: %q, %s", got.Name, got.Verdict)
	}
}

// TestWhatIsTakenOutOfALetterIsNotCalledALetter: the file that is kept is one badge, whatever it lay in.
func TestWhatIsTakenOutOfALetterIsNotCalledALetter(t *testing.T) {
	for _, row := range []struct{ name, kind, want string }{
		{"mail.eml", "application/json", "mail.eml.json"},
		{"Print.PDF", "application/json", "Print.PDF.json"},
		{"mail.eml", "text/plain; charset=utf-8", "mail.eml.txt"},
		{"certificate.pdf", "application/pdf", "certificate.pdf"},
		{"badge.json", "application/json", "badge.json"},
		{"badge.png", "image/png", "badge.png"},
		{"badge.jwt", "text/plain; charset=utf-8", "badge.jwt"},
		{"", "application/json", ""},
	} {
		if got := namedAs(row.name, row.kind); got != row.want {
			t.Errorf("%s of %s is called %q", row.name, row.kind, got)
		}
	}
}

func TestForgedBadgeComesInAndSaysSo(t *testing.T) {
	s := storetest.Open(t)
	r := newRoom(t, s)
	forged := bytes.Replace(made{email: "ada@example.org"}.signed(t), []byte("Weaves cloth"), []byte("Weaves gold!"), 1)
	b := r.brings(t, Item{Data: forged, Name: "b.json"}, Added)
	if b.Verdict != "contradicted" || b.VerdictReason != string(openbadges.ReasonAltered) || b.OriginalType != "application/json" {
		t.Errorf("%+v", b)
	}
	genuine := r.brings(t, Item{Text: string(made{email: "ada@example.org"}.signed(t))}, Updated)
	if genuine.ID != b.ID || genuine.Verdict != "genuine" {
		t.Errorf("%+v", genuine)
	}
}

func TestHostedBadgeIsReadFromItsWebWithItsPicture(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		address := r.hosts(t, "ada@example.org")
		b := r.brings(t, Item{Text: address}, Added)
		if b.Name != "Sailor" || b.IssuerName != "Issuer" || b.Verdict != "genuine" || b.SourceURL != address || b.OriginalKey != "" || b.PictureType != "image/png" {
			t.Errorf("%+v", b)
		}
		data, kind, name, err := r.Original(t.Context(), b)
		if err != nil || !bytes.Equal(data, b.Document) || kind != "application/ld+json" || name != "badge.json" {
			t.Errorf("%s %s %v", kind, name, err)
		}
		r.mu.Lock()
		r.asked = 0
		r.mu.Unlock()
		report, err := r.Report(t.Context(), b)
		if err != nil || report.Badge.Achievement.Name != "Sailor" || r.asked != 0 {
			t.Errorf("asked %d times: %+v %v", r.asked, report, err)
		}
	})
}

func TestHostedBadgeIsWhoseTheHostSays(t *testing.T) {
	s := storetest.Open(t)
	r := newRoom(t, s)
	r.hosts(t, "ada@example.org")
	stolen := bytes.Clone(r.web["https://issuer.example/a/1"].Body)
	r.hosts(t, "grace@example.org")
	_, err := r.Import(t.Context(), r.ada.ID, Item{Data: stolen, Name: "stolen.json"})
	var somebody *SomebodyElse
	if !errors.As(err, &somebody) || !slices.Equal(somebody.Names, []string{"grace@example.org"}) {
		t.Error(err)
	}
}

// ASVS: V16.5.2
func TestLastKnownVerdictIsKeptWhenItCannotBeToldNow(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		b := r.brings(t, Item{Text: r.hosts(t, "ada@example.org")}, Added)
		told := r.now
		r.pass(24 * time.Hour)
		r.down = true
		v, err := r.Check(t.Context(), r.ada.ID, b.ID)
		if err != nil || v.Verdict != openbadges.CannotTell {
			t.Fatalf("%+v %v", v, err)
		}
		b, err = s.Badge(t.Context(), r.ada.ID, b.ID)
		if err != nil || b.Verdict != "unknown" || b.Name != "Sailor" || !b.CheckedAt.Equal(r.now) {
			t.Errorf("%+v %v", b, err)
		}
		report, err := r.Report(t.Context(), b)
		if err != nil || report.Verdict != openbadges.CannotTell || report.Known == nil || report.Known.Verdict != openbadges.Genuine || !report.Known.At.Equal(told) {
			t.Fatalf("%+v %v", report.Known, err)
		}
		if report.Badge.Achievement.Name != "Sailor" || len(report.Past) != 2 || report.Past[0].What != EventUnknown || report.Past[1].What != EventGenuine || report.Again == nil || !report.Again.Equal(r.now.Add(10*time.Minute)) {
			t.Errorf("%+v %v %v", report.Badge, report.Past, report.Again)
		}
		r.down = false
		r.pass(time.Hour)
		if v, err := r.Check(t.Context(), r.ada.ID, b.ID); err != nil || v.Verdict != openbadges.Genuine {
			t.Fatalf("%+v %v", v, err)
		}
		if history, err := s.Verifications(t.Context(), b.ID, 10); err != nil || len(history) != 3 {
			t.Errorf("%d verifications: %v", len(history), err)
		}
	})
}

func TestWhatCouldNotBeToldIsAskedAgainEverMoreSeldom(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		b := r.brings(t, Item{Text: r.hosts(t, "ada@example.org")}, Added)
		r.down = true
		if _, err := r.Check(t.Context(), r.ada.ID, b.ID); err != nil {
			t.Fatal(err)
		}
		for _, wait := range []time.Duration{10 * time.Minute, 10 * time.Minute, 20 * time.Minute, 40 * time.Minute} {
			r.pass(wait - time.Second)
			if job, err := s.Lease(t.Context(), []string{RecheckJob}, r.now, time.Minute); err != nil || job != nil {
				t.Fatalf("before %s: %+v %v", wait, job, err)
			}
			r.pass(time.Second)
			job, err := s.Lease(t.Context(), []string{RecheckJob}, r.now, time.Minute)
			if err != nil || job == nil {
				t.Fatalf("after %s: no job, %v", wait, err)
			}
			if err := r.Recheck(t.Context(), job.Payload); err != nil {
				t.Fatal(err)
			}
			if err := s.Finish(t.Context(), job.ID, r.now); err != nil {
				t.Fatal(err)
			}
		}
		if history, err := s.Verifications(t.Context(), b.ID, 10); err != nil || len(history) != 2 {
			t.Errorf("%d verifications: %v", len(history), err)
		}
	})
}

func TestEveryBadgeIsVerifiedAgainWithinTheWeek(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		b := r.brings(t, Item{Text: r.hosts(t, "ada@example.org")}, Added)
		r.pass(regularly + time.Minute)
		for range 2 {
			if err := r.PlanRechecks(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		r.web["https://issuer.example/a/1"] = openbadges.Recording{Status: 410}
		jobs := 0
		for {
			job, err := s.Lease(t.Context(), []string{RecheckJob}, r.now.Add(spread), time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			if job == nil {
				break
			}
			jobs++
			if err := r.Recheck(t.Context(), job.Payload); err != nil {
				t.Fatal(err)
			}
		}
		got, err := s.Badge(t.Context(), r.ada.ID, b.ID)
		if err != nil || jobs != 1 || got.Verdict != "not-current" && got.Verdict != "contradicted" {
			t.Errorf("%d jobs, %s %s %v", jobs, got.Verdict, got.VerdictReason, err)
		}
		if err := r.Recheck(t.Context(), []byte(`{"Person":"x","Badge":"y"}`)); err != nil {
			t.Errorf("a badge that is gone: %v", err)
		}
	})
}
