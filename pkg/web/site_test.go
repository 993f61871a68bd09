package web

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/pkg/archive"
	"github.com/carnetbadges/carnet/pkg/backpack"
	"github.com/carnetbadges/carnet/pkg/blob"
	"github.com/carnetbadges/carnet/pkg/jobs"
	"github.com/carnetbadges/carnet/pkg/mail"
	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/pkg/passport"
	"github.com/carnetbadges/carnet/store"
)

const somePassword = "quinze vaches bleues"

// town is a whole Carnet on a test's database, with a clock and a web that the test decides.
type town struct {
	t        testing.TB
	site     *Site
	server   *httptest.Server
	store    *store.Store
	accounts *account.Desk
	backpack *backpack.Backpack
	letters  *mail.Folder
	now      time.Time
	web      openbadges.RecordedWeb
	log      *lines

	adminsNeed bool // administrators must have a second factor
}

func newTown(t testing.TB, s *store.Store, alter ...func(*Options)) *town {
	t.Helper()
	town := &town{t: t, store: s, now: time.Now().UTC().Truncate(time.Second), web: openbadges.RecordedWeb{}, log: &lines{}}
	clock := func() time.Time { return town.now }
	files, err := blob.Folder(t.TempDir())
	must(t, err)
	shelf, err := archive.NewShelf(t.TempDir())
	must(t, err)
	town.letters, err = mail.NewFolder(t.TempDir())
	must(t, err)
	fetch := func(ctx context.Context, address string) (openbadges.Document, error) {
		return town.web.Fetch(ctx, address)
	}
	town.server = httptest.NewUnstartedServer(nil)
	_, port, err := net.SplitHostPort(town.server.Listener.Addr().String())
	must(t, err)
	address := "http://localhost:" + port // passkeys belong to names
	adminsNeed := func(context.Context) (bool, error) { return town.adminsNeed, nil }
	town.accounts = account.New(account.Options{Store: s, PublicURL: address, Now: clock, AdminsNeedFactor: adminsNeed, HashMemory: 8})
	town.backpack = backpack.New(backpack.Options{Store: s, Files: files, Fetch: fetch, Picture: fetch, Now: clock})
	options := Options{
		Store: s, Accounts: town.accounts, Backpack: town.backpack, Passports: passport.New(s), Archives: shelf, Kept: town.letters,
		Jobs: jobs.New(s, clock, slog.New(slog.NewTextHandler(town.log, nil))), Post: town.letters,
		PublicURL: address, Log: slog.New(slog.NewTextHandler(town.log, nil)), Now: clock, Kick: func() {},
		Providers:      []Provider{{Name: "github", Title: "GitHub", Issuer: GitHub, ID: "carnet", Secret: "secret"}},
		ProviderClient: NewProviderClient(2 * time.Second),
	}
	for _, change := range alter {
		change(&options)
	}
	town.site, err = New(options)
	must(t, err)
	town.server.Config.Handler = town.site.Handler()
	town.server.Start()
	town.server.URL = address
	t.Cleanup(town.server.Close)
	return town
}

// lines is a log that may be read while it is written.
type lines struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

// visitor is a browser without pictures, scripts or patience: it follows redirects and keeps cookies.
type visitor struct {
	town   *town
	client *http.Client
	person store.Person
	email  string
}

func (town *town) visitor() *visitor {
	jar, err := cookiejar.New(nil)
	must(town.t, err)
	return &visitor{town: town, client: &http.Client{Jar: jar, Timeout: 90 * time.Second}}
}

// member is a visitor who has joined, confirmed their address and signed in.
func (town *town) member(name, email string) *visitor {
	town.t.Helper()
	ctx := town.t.Context()
	_, err := town.accounts.Join(ctx, account.Joining{Name: name, Email: email, Password: somePassword, Language: "en"})
	must(town.t, err)
	person, _, _, err := town.accounts.ConfirmAddress(ctx, strings.TrimPrefix(town.newestLink("confirm"), "/confirm/"))
	must(town.t, err)
	v := town.visitor()
	v.person, v.email = person, email
	if answer := v.post("/sign-in", url.Values{"email": {email}, "password": {somePassword}}); answer.path != "/badges" {
		town.t.Fatalf("%s cannot sign in: %d %s", name, answer.status, answer.path)
	}
	return v
}

// answer is a response, read to its end.
type answer struct {
	status int
	path   string // where redirects led
	header http.Header
	body   string
}

func (v *visitor) do(r *http.Request) answer {
	v.town.t.Helper()
	response, err := v.client.Do(r)
	must(v.town.t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	must(v.town.t, err)
	return answer{status: response.StatusCode, path: response.Request.URL.RequestURI(), header: response.Header, body: string(body)}
}

func (v *visitor) get(path string, headers ...string) answer {
	v.town.t.Helper()
	return v.do(v.request("GET", path, nil, headers...))
}

func (v *visitor) post(path string, form url.Values, headers ...string) answer {
	v.town.t.Helper()
	headers = append(headers, "Content-Type", "application/x-www-form-urlencoded")
	return v.do(v.request("POST", path, strings.NewReader(form.Encode()), headers...))
}

// bring sends files, as name and content in turn, through the form of the import page.
func (v *visitor) bring(files ...string) answer {
	v.town.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for i := 0; i+1 < len(files); i += 2 {
		part, err := form.CreateFormFile("file", files[i])
		must(v.town.t, err)
		_, err = io.WriteString(part, files[i+1])
		must(v.town.t, err)
	}
	must(v.town.t, form.Close())
	return v.do(v.request("POST", "/badges", &body, "Content-Type", form.FormDataContentType()))
}

func (v *visitor) request(method, path string, body io.Reader, headers ...string) *http.Request {
	v.town.t.Helper()
	r, err := http.NewRequestWithContext(v.town.t.Context(), method, v.town.server.URL+path, body)
	must(v.town.t, err)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

// find is what a selector finds in a page.
func (a answer) find(t testing.TB, selector string) *goquery.Selection {
	t.Helper()
	page, err := goquery.NewDocumentFromReader(strings.NewReader(a.body))
	must(t, err)
	return page.Find(selector)
}

var badgeAddress = regexp.MustCompile(`^/b/([0-9A-Z]{26})`)

// imported is the id of the badge an import led to.
func (a answer) imported(t testing.TB) string {
	t.Helper()
	found := badgeAddress.FindStringSubmatch(a.path)
	if found == nil {
		t.Fatalf("the import ended at %s with %d: %.800s", a.path, a.status, a.find(t, "main").Text())
	}
	return found[1]
}

// credential is a genuine Open Badge 3.0 made out to email, signed by a key made of the seed.
func credential(t testing.TB, seed, email, name string) string {
	t.Helper()
	key, err := openbadges.NewKey([]byte((seed + strings.Repeat(".", 32))[:32]))
	must(t, err)
	unsigned := `{"@context":["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
		"id":"urn:uuid:` + seed + `","type":["VerifiableCredential","OpenBadgeCredential"],"issuer":{"id":"` + key.DIDKey() + `","type":["Profile"],"name":"Jardins de la Médina"},
		"validFrom":"2026-05-04T00:00:00Z","name":"` + name + `","credentialSubject":{"type":["AchievementSubject"],
		"identifier":[{"type":"IdentityObject","identityHash":"` + email + `","identityType":"emailAddress","hashed":false}],
		"achievement":{"id":"urn:uuid:a-` + seed + `","type":["Achievement"],"name":"` + name + `","description":"Keeps a shared garden alive.","criteria":{"narrative":"Planned a bed *with neighbours*."}}}}`
	signed, err := openbadges.SignDataIntegrity(t.Context(), []byte(unsigned), key, key.VerificationMethod(), time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC))
	must(t, err)
	return string(signed)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var letterLink = regexp.MustCompile(`/(confirm|reset)/[A-Za-z0-9_-]{20,}`)

// newestLink is the link in the newest letter of this kind that waits to be sent.
func (town *town) newestLink(kind string) string {
	town.t.Helper()
	found := ""
	for {
		job, err := town.store.Lease(town.t.Context(), []string{account.LetterJob}, town.now.Add(time.Hour), time.Minute)
		must(town.t, err)
		if job == nil {
			break
		}
		if link := letterLink.FindString(string(job.Payload)); strings.HasPrefix(link, "/"+kind+"/") {
			found = link
		}
		must(town.t, town.store.Finish(town.t.Context(), job.ID, town.now))
	}
	if found == "" {
		town.t.Fatalf("no letter to %s waits", kind)
	}
	return found
}
