package web

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"github.com/carnetbadges/carnet/pkg/backpack"
	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// judged sends a file or a text, and perhaps an address, through the form of the verify page.
func (v *visitor) judged(file, text, email string, headers ...string) answer {
	v.town.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	if file != "" {
		part, err := form.CreateFormFile("file", "badge.json")
		must(v.town.t, err)
		_, err = io.WriteString(part, file)
		must(v.town.t, err)
	}
	must(v.town.t, form.WriteField("text", text))
	must(v.town.t, form.WriteField("email", email))
	must(v.town.t, form.Close())
	return v.do(v.request("POST", "/verify", &body, append(headers, "Content-Type", form.FormDataContentType())...))
}

const asJSON = "application/json"

// shaped is a genuine badge made out to amina@savoirs.example after change was applied to its text before signing.
func shaped(t *testing.T, change func(string) string) string {
	t.Helper()
	key, err := openbadges.NewKey([]byte(strings.Repeat("k", 32)))
	must(t, err)
	unsigned := change(`{"@context":["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
		"id":"urn:uuid:00000000-0000-4000-8000-00000000000a","type":["VerifiableCredential","OpenBadgeCredential"],
		"issuer":{"id":"` + key.DIDKey() + `","type":["Profile"],"name":"Jardins"},"validFrom":"2026-05-04T00:00:00Z",
		"credentialSubject":{"type":["AchievementSubject"],"identifier":[{"type":"IdentityObject","identityHash":"amina@savoirs.example","identityType":"emailAddress","hashed":false}],
		"achievement":{"id":"urn:uuid:00000000-0000-4000-8000-00000000000b","type":["Achievement"],"name":"Gardener","description":"Keeps a garden.","criteria":{"narrative":"Plant."}}}}`)
	signed, err := openbadges.SignDataIntegrity(t.Context(), []byte(unsigned), key, key.VerificationMethod(), time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC))
	must(t, err)
	return string(signed)
}

func swap(from, to string) func(string) string {
	return func(text string) string { return strings.Replace(text, from, to, 1) }
}

// hostedBadge puts an Open Badge 2.0 on the town's web.
func (town *town) hostedBadge() (address string) {
	put := func(path, body string) {
		town.web["https://issuer.example/"+path] = openbadges.Recording{Status: 200, ContentType: "application/ld+json", Body: []byte(body)}
	}
	put("issuer", `{"@context":"https://w3id.org/openbadges/v2","type":"Issuer","id":"https://issuer.example/issuer","name":"Harbour","url":"https://issuer.example","email":"badges@issuer.example"}`)
	put("class", `{"@context":"https://w3id.org/openbadges/v2","type":"BadgeClass","id":"https://issuer.example/class","name":"Sailor","description":"Sails","image":"https://issuer.example/p.png","criteria":{"narrative":"Sail"},"issuer":"https://issuer.example/issuer"}`)
	put("a/1", `{"@context":"https://w3id.org/openbadges/v2","type":"Assertion","id":"https://issuer.example/a/1","recipient":{"type":"email","hashed":false,"identity":"amina@savoirs.example"},"badge":"https://issuer.example/class","verification":{"type":"HostedBadge"},"issuedOn":"2026-03-04T05:06:07Z"}`)
	town.web["https://issuer.example/p.png"] = openbadges.Recording{Status: 200, ContentType: "image/png", Body: pngOf(chunk("IHDR", header(1, 1)), chunk("IDAT", squeezed([]byte{0, 0, 0, 0, 0})), chunk("IEND", nil))}
	return "https://issuer.example/a/1"
}

func TestAnybodyIsAnsweredBothQuestions(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	anybody := town.visitor()
	hosted := town.hostedBadge()
	genuine := shaped(t, swap("", ""))
	anonymous := shaped(t, swap(`"identifier":[{"type":"IdentityObject","identityHash":"amina@savoirs.example","identityType":"emailAddress","hashed":false}],`, `"id":"did:example:a",`))
	for name, row := range map[string]struct {
		file, text, email string
		genuine, theirs   string
		says              string
	}{
		"genuine":              {file: genuine, genuine: "genuine", says: "checks pass"},
		"genuine by link":      {text: hosted, genuine: "genuine", says: "checks pass"},
		"theirs":               {file: genuine, email: "Amina@savoirs.example", genuine: "genuine", theirs: "yes", says: "given to this address"},
		"not theirs":           {file: genuine, email: "moussa@medina.example", genuine: "genuine", theirs: "no", says: "Not to this address"},
		"cannot compare":       {file: anonymous, email: "moussa@medina.example", genuine: "genuine", theirs: "cannot", says: "Cannot be compared"},
		"expired":              {text: shaped(t, swap(`"validFrom"`, `"validUntil":"2026-06-01T00:00:00Z","validFrom"`)), genuine: "not-current", says: "ended"},
		"tampered":             {text: strings.Replace(genuine, "Gardener", "Surgeon", 1), genuine: "contradicted", says: "changed after it was signed"},
		"tampered, but theirs": {text: strings.Replace(genuine, "Gardener", "Surgeon", 1), email: "amina@savoirs.example", genuine: "contradicted", theirs: "claimed", says: "not proved"},
		"cannot tell":          {text: shaped(t, swap(`"validFrom"`, `"credentialStatus":{"id":"https://list.example/1#4","type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListIndex":"4","statusListCredential":"https://list.example/1"},"validFrom"`)), genuine: "cannot-tell", says: "could not be opened"},
	} {
		town.site.limits.verifies.buckets.Purge()
		a := anybody.judged(row.file, row.text, row.email)
		if got := a.find(t, `[data-answer="genuine"]`).AttrOr("data-verdict", ""); a.status != http.StatusOK || got != row.genuine {
			t.Errorf("%s: %d, %q", name, a.status, got)
		}
		if got := a.find(t, `[data-answer="theirs"]`).AttrOr("data-theirs", "none"); got != row.theirs {
			t.Errorf("%s: is it theirs? %q", name, got)
		}
		if said := strings.Join(strings.Fields(a.find(t, "#report").Text()), " "); !strings.Contains(said, row.says) {
			t.Errorf("%s says %s", name, said)
		}
		if a.find(t, ".findings .finding code").Length() < 5 || a.find(t, ".subject h2").Text() == "" || !strings.HasPrefix(a.find(t, ".subject img").AttrOr("src", ""), "data:image/") {
			t.Errorf("%s: the report is not whole", name)
		}
	}
}

func TestARevokedBadgeIsNotCurrent(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	address := town.hostedBadge()
	copied := string(town.web[address].Body)
	town.web[address] = openbadges.Recording{Status: 410, ContentType: "application/json", Body: []byte(`{"revoked":true,"revocationReason":"Given by mistake"}`)}
	a := town.visitor().judged("", copied, "")
	if got := a.find(t, `[data-answer="genuine"]`); got.AttrOr("data-verdict", "") != "not-current" || got.AttrOr("data-tone", "") != "red" {
		t.Errorf("%d: %s", a.status, got.Text())
	}
	if asked := a.find(t, ".asked li").Text(); !strings.Contains(asked, address) || !strings.Contains(asked, "answered 410") || !strings.Contains(asked, "UTC") {
		t.Errorf("what was asked: %q", asked)
	}
}

func TestWhatIsNoBadgeIsGivenBackWithTheReason(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	for _, row := range []struct {
		file, text, email string
		status            int
		says              string
	}{
		{text: "only <b>words</b>", email: "amina@savoirs.example", status: 422, says: "This is not a badge"},
		{text: "https://silent.example/badge", email: "amina@savoirs.example", status: 200, says: "did not answer"},
		{text: "only words", email: "no address", status: 422, says: "does not look like an e-mail address"},
		{file: strings.Repeat("a", 10<<20+1), text: "only words", status: 422, says: "too large"},
		{status: 422, says: "Choose a file"},
	} {
		town.site.limits.verifies.buckets.Purge()
		a := town.visitor().judged(row.file, row.text, row.email)
		if a.status != row.status || !strings.Contains(a.find(t, "main").Text(), row.says) {
			t.Errorf("%.30q: %d %s", row.text, a.status, a.find(t, "#report, [role=alert], .mistake").Text())
		}
		if row.file == "" && (a.find(t, `textarea[name="text"]`).First().Text() != row.text || a.find(t, "#email").AttrOr("value", "") != row.email) {
			t.Errorf("%q and %q do not come back", row.text, row.email)
		}
		if a.find(t, `[data-answer]`).Length() != 0 {
			t.Errorf("%q is answered with a verdict", row.text)
		}
	}
}

func TestProgramsAreAnsweredWithTheReport(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	genuine := shaped(t, swap("", ""))
	for name, row := range map[string]struct {
		file, text, email string
		status            int
		verdict           string
	}{
		"genuine":     {file: genuine, status: 200, verdict: "genuine"},
		"theirs":      {text: genuine, email: "amina@savoirs.example", status: 200, verdict: "genuine"},
		"not theirs":  {text: genuine, email: "moussa@medina.example", status: 200, verdict: "contradicted"},
		"unreachable": {text: "https://silent.example/b", status: 200, verdict: "unknown"},
		"no badge":    {text: "words", status: 422, verdict: "contradicted"},
		"nothing":     {status: 422, verdict: "contradicted"},
		"too large":   {file: strings.Repeat("a", 10<<20+1), status: 422, verdict: "contradicted"},
		"no address":  {text: genuine, email: "Amina <amina@savoirs.example>", status: 400},
	} {
		town.site.limits.verifies.buckets.Purge()
		a := town.visitor().judged(row.file, row.text, row.email, "Accept", asJSON)
		var report openbadges.Verification
		if err := json.Unmarshal([]byte(a.body), &report); err != nil || a.status != row.status || string(report.Verdict) != row.verdict {
			t.Errorf("%s: %d %v %.300s", name, a.status, err, a.body)
		}
		if row.email != "" && strings.Contains(strings.ToLower(a.body), "savoirs.example") {
			t.Errorf("%s: the address comes back: %s", name, a.body)
		}
	}
	form := url.Values{"text": {genuine}, "as": {"json"}}
	if a := town.visitor().post("/verify", form); !strings.HasPrefix(a.header.Get("Content-Type"), asJSON) {
		t.Errorf("the button answers %s", a.header.Get("Content-Type"))
	}
	if log := town.log.String(); strings.Contains(log, "savoirs.example") || strings.Contains(log, "medina.example") {
		t.Errorf("an address is in the log: %s", log)
	}
}

// ASVS: V1.2.3
func TestThePageHoldsTheVeryReportOfPrograms(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	town.now = town.now.Add(time.Minute)
	genuine := shaped(t, swap("", ""))
	link := town.visitor().judged(genuine, "", "amina@savoirs.example").find(t, "a[download]").AttrOr("href", "")
	plain, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(link, "data:application/json;base64,"))
	must(t, err)
	if program := town.visitor().judged(genuine, "", "amina@savoirs.example", "Accept", asJSON); program.body != string(plain) {
		t.Errorf("the page holds\n%s\nprograms get\n%s", plain, program.body)
	}
}

// TestVerifyingWritesNothing compares the whole database before and after, for a visitor and for a member.
// ASVS: V3.5.3
func TestVerifyingWritesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		member := town.member("Amina Diallo", "amina@savoirs.example")
		before := storetest.Contents(t, s)
		for _, who := range []*visitor{town.visitor(), member} {
			who.get("/verify")
			for _, headers := range [][]string{nil, {"Accept", asJSON}, {"Accept", growing}} {
				who.judged(shaped(t, swap("", "")), "", "amina@savoirs.example", headers...)
				who.judged("", town.hostedBadge(), "", headers...)
				who.judged("", "words", "", headers...)
			}
		}
		if after := storetest.Contents(t, s); fmt.Sprint(after) != fmt.Sprint(before) {
			t.Errorf("before %v\nafter  %v", before, after)
		}
	})
}

func TestWhatIsAskedAgainIsTheSameBadge(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	first := town.visitor().judged(shaped(t, swap("", "")), "", "")
	carried := first.find(t, "#again textarea").Text()
	name := first.find(t, `#again input[name="name"]`).AttrOr("value", "")
	second := town.visitor().post("/verify", url.Values{"text": {carried}, "name": {name}, "email": {"amina@savoirs.example"}})
	if second.find(t, `[data-theirs="yes"]`).Length() != 1 || !strings.Contains(second.find(t, "#report .label").Text(), "badge.json") {
		t.Errorf("%d: %s", second.status, second.find(t, "#report").Text())
	}
	if typed := second.find(t, "#ask textarea").Text(); typed != "" {
		t.Errorf("the form holds %.60q", typed)
	}
	large := town.visitor().judged(strings.Replace(shaped(t, swap("", "")), "{", "{"+strings.Repeat(" ", carryMost), 1), "", "")
	if large.find(t, "#again").Length() != 0 || large.find(t, `[data-answer="theirs"] a[href="#email"]`).Length() != 1 {
		t.Error("a large file is carried along, or there is no way to compare it")
	}
}

func TestWhoeverItWasGivenToMayKeepIt(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	other := town.member("Moussa Ba", "moussa@medina.example")
	genuine := shaped(t, swap("", ""))
	offer := func(v *visitor) string {
		return v.judged(genuine, "", "").find(t, `#report form[action="/badges"] textarea`).Text()
	}
	if offer(town.visitor()) != "" || offer(other) != "" {
		t.Error("it is offered to somebody else")
	}
	if a := holder.judged(strings.Replace(genuine, "Gardener", "Surgeon", 1), "", ""); a.find(t, `form[action="/badges"]`).Length() != 0 {
		t.Error("a forged badge is offered as theirs")
	}
	id := holder.post("/badges", url.Values{"text": {offer(holder)}}).imported(t)
	if a := holder.judged(genuine, "", ""); a.find(t, `#report a[href="/b/`+id+`"]`).Length() != 1 || a.find(t, `form[action="/badges"]`).Length() != 0 {
		t.Errorf("what is held is offered again: %s", a.find(t, "#report").Text())
	}
}

func TestFindingsArriveAsTheyAreMade(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	address := town.hostedBadge()
	hold := make(chan struct{})
	town.site.Backpack = backpack.New(backpack.Options{Store: town.store, Now: town.site.Now, Fetch: func(ctx context.Context, address string) (openbadges.Document, error) {
		if strings.HasSuffix(address, "/p.png") {
			<-hold
		}
		return town.web.Fetch(ctx, address)
	}})
	r := town.visitor().request("POST", "/verify", strings.NewReader(url.Values{"text": {address}}.Encode()),
		"Content-Type", "application/x-www-form-urlencoded", "Accept", growing)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	response, err := town.visitor().client.Do(r.WithContext(ctx))
	must(t, err)
	defer response.Body.Close()
	lines := json.NewDecoder(response.Body)
	var line map[string]string
	must(t, lines.Decode(&line))
	if !strings.Contains(line["finding"], `<li class="finding"`) {
		t.Fatalf("the first line is %v", line)
	}
	close(hold)
	findings := 1
	for line["report"] == "" {
		line = nil
		must(t, lines.Decode(&line))
		if line["finding"] != "" {
			findings++
		}
	}
	if strings.Count(line["report"], `<li class="finding"`) != findings || lines.More() {
		t.Errorf("%d findings came, the report holds %d", findings, strings.Count(line["report"], `<li class="finding"`))
	}
}

// ASVS: V1.1.2, V1.2.1
func TestIssuersTextsAreShownAsTexts(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	evil := `</title></textarea></template>\"'><script>alert(1)</script><img src=x onerror=alert(2)>`
	for _, badge := range []string{
		shaped(t, swap(`"name":"Jardins"`, `"name":"`+evil+`","url":"javascript:alert(3)"`)),
		shaped(t, swap(`"name":"Gardener","description":"Keeps a garden."`, `"name":"`+evil+`","description":"`+evil+`"`)),
		shaped(t, swap(`"name":"Gardener"`, `"name":"Gardener","image":{"id":"data:image/svg+xml;base64,`+base64.StdEncoding.EncodeToString([]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(4)</script></svg>`))+`","type":"Image","caption":"`+evil+`"}`)),
		`{"@context":"https://w3id.org/openbadges/v2","type":"Assertion","id":"` + evil + `"}`,
	} {
		for _, headers := range [][]string{nil, {"Accept", growing}} {
			a := town.visitor().judged("", badge, "", headers...)
			page := a.body
			if headers != nil {
				lines := json.NewDecoder(strings.NewReader(a.body))
				page = ""
				for lines.More() {
					var line map[string]string
					must(t, lines.Decode(&line))
					page += line["finding"] + line["report"]
				}
			}
			shown := answer{body: page}
			if shown.find(t, "script:not([src]), [onerror], img[src='x'], [href^='javascript']").Length() != 0 || strings.Contains(page, "<script>alert") {
				t.Errorf("the page runs it: %.2000s", page)
			}
			for i := range shown.find(t, "img").Length() {
				if src := shown.find(t, "img").Eq(i).AttrOr("src", ""); !strings.HasPrefix(src, "data:") {
					t.Errorf("the page asks for %s", src)
				}
			}
		}
	}
	a := town.visitor().judged("", "words", `"><script>alert(1)</script>@x.example`)
	if strings.Contains(a.body, "<script>alert") {
		t.Error("what was typed runs")
	}
}

func TestHostileFilesAreJudgedWithASentence(t *testing.T) {
	storetest.Dear(t)
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(256 << 20))
	town := newTown(t, storetest.Open(t))
	anybody := town.visitor()
	slowest := time.Duration(0)
	for _, one := range hostiles() {
		town.site.limits.verifies.buckets.Purge()
		begin := time.Now()
		file, text := string(one.data), ""
		if link, ok := strings.CutPrefix(one.name, "link "); ok {
			file, text = "", link
		}
		a := anybody.judged(file, text, "amina@savoirs.example")
		slowest = max(slowest, time.Since(begin))
		said := strings.TrimSpace(a.find(t, "[role=alert], .answer").Text())
		if a.status != http.StatusOK && a.status != http.StatusUnprocessableEntity || len(said) < 20 {
			t.Errorf("%s: %d says %q", one.name, a.status, said)
		}
		if strings.Contains(a.body, "<script>alert") {
			t.Errorf("%s: the page holds its script", one.name)
		}
	}
	if strings.Contains(town.log.String(), "panic") {
		t.Errorf("panics: %.2000s", town.log.String())
	}
	t.Logf("slowest %s", slowest.Round(time.Millisecond))
}

// ASVS: V2.3.2, V2.4.1, V15.2.2
func TestVerifyingHasItsOwnAllowanceAndTurns(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	town.site.limits.verifies = newAllowance(func() time.Time { return town.now }, rate.Every(time.Minute), 1)
	anybody := town.visitor()
	anybody.judged("", "words", "")
	a := anybody.judged("", "other words", "")
	if a.status != http.StatusTooManyRequests || a.header.Get("Retry-After") == "" || a.find(t, "#text").Text() != "other words" {
		t.Errorf("%d, Retry-After %q", a.status, a.header.Get("Retry-After"))
	}
	if b := anybody.judged("", "words", "", "Accept", asJSON); b.status != http.StatusTooManyRequests || !strings.Contains(b.header.Get("Content-Type"), "problem+json") {
		t.Errorf("a program gets %d %s", b.status, b.header.Get("Content-Type"))
	}
	if c := town.member("Amina Diallo", "amina@savoirs.example").bring("a.json", "{}"); c.status == http.StatusTooManyRequests {
		t.Error("verifying spends the allowance of bringing")
	}
	town.now = town.now.Add(time.Hour)
	for range verifyAtOnce {
		town.site.limits.turns <- struct{}{}
	}
	full := anybody.judged("", "third words", "")
	if full.status != http.StatusServiceUnavailable || full.header.Get("Retry-After") == "" || full.find(t, "#text").Text() != "third words" {
		t.Errorf("a full house answers %d", full.status)
	}
	for range verifyAtOnce {
		<-town.site.limits.turns
	}
	town.now = town.now.Add(time.Hour)
	if again := anybody.judged("", shaped(t, swap("", "")), ""); again.status != http.StatusOK {
		t.Errorf("a house with room answers %d", again.status)
	}
}

func TestABrokenRequestIsNotOurFault(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	for _, body := range []string{"", "--x", "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nabc", "--x\r\n\r\n"} {
		a := town.visitor().do(town.visitor().request("POST", "/verify", strings.NewReader(body), "Content-Type", "multipart/form-data; boundary=x"))
		if a.status != http.StatusBadRequest {
			t.Errorf("%q: %d", body, a.status)
		}
	}
}
