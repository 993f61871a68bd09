//go:build interop

package interop

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/cmd/carnet/demo"
	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/pkg/openbadges/bake"
	"github.com/carnetbadges/carnet/pkg/openbadges/contexts"
)

// given is a badge as the Python programs get it, and as they hand theirs over.
type given struct {
	Name      string             `json:"name"`
	Kind      string             `json:"kind"` // png, svg or text
	Data      []byte             `json:"data"`
	Standard  string             `json:"standard"`
	Recipient string             `json:"recipient,omitempty"`
	Verdict   openbadges.Verdict `json:"verdict,omitempty"`
}

func (g given) options(web openbadges.RecordedWeb) openbadges.Options {
	o := openbadges.Options{Fetch: web.Fetch, At: time.Now()}
	if g.Recipient != "" {
		o.Recipients = []string{g.Recipient}
	}
	return o
}

type said struct {
	Name, Says string
	Verified   bool
}

// python is the interpreter with one program's packages.
func python(t *testing.T, program string) string {
	t.Helper()
	at, err := filepath.Abs(filepath.Join("python", ".venv-"+program, "bin", "python"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(at); err != nil {
		t.Skipf("%s is not installed: make interop installs it where there is Python 3.10 or newer and its packages can be had", program)
	}
	return at
}

// kindOf tells in what a badge travels.
func kindOf(data []byte) string {
	switch {
	case strings.HasPrefix(string(data), "\x89PNG"):
		return "png"
	case strings.Contains(string(data[:min(len(data), 1024)]), "<svg"):
		return "svg"
	}
	return "text"
}

// workshop is an issuer of OB 2.0 with a key of its own, made for these tests beside the demo's world.
type workshop struct {
	web openbadges.RecordedWeb
	key *rsa.PrivateKey
}

const workshopAt = "https://workshop.example"

func newWorkshop(t *testing.T) workshop {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	w := workshop{openbadges.RecordedWeb{}, key}
	const context = `"@context":"https://w3id.org/openbadges/v2",`
	w.publish("/issuer", `{`+context+`"type":"Profile","id":"`+workshopAt+`/issuer","name":"Workshop","url":"`+workshopAt+`","email":"badges@workshop.example","publicKey":"`+workshopAt+`/key","revocationList":"`+workshopAt+`/revoked"}`)
	armoured, err := json.Marshal(string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})))
	if err != nil {
		t.Fatal(err)
	}
	w.publish("/key", `{`+context+`"type":"CryptographicKey","id":"`+workshopAt+`/key","owner":"`+workshopAt+`/issuer","publicKeyPem":`+string(armoured)+`}`)
	w.publish("/class", `{`+context+`"type":"BadgeClass","id":"`+workshopAt+`/class","name":"Weaver “é”","description":"Weaves <fine> cloth","image":"`+workshopAt+`/picture","criteria":{"narrative":"Weave"},"issuer":"`+workshopAt+`/issuer"}`)
	w.publish("/revoked", `{`+context+`"type":"RevocationList","id":"`+workshopAt+`/revoked","issuer":"`+workshopAt+`/issuer","revokedAssertions":[{"id":"urn:uuid:00000000-0000-4000-8000-000000000002","revocationReason":"Unwoven"},"urn:uuid:00000000-0000-4000-8000-000000000009"]}`)
	w.web[workshopAt+"/picture"] = openbadges.Recording{Status: 200, ContentType: "image/png", Body: pictures(t)["png"]}
	return w
}

func (w workshop) publish(path, body string) {
	w.web[workshopAt+path] = openbadges.Recording{Status: 200, ContentType: "application/ld+json", Body: []byte(body)}
}

func (w workshop) assertion(id, verification string) []byte {
	return []byte(`{"@context":"https://w3id.org/openbadges/v2","type":"Assertion","id":"` + id + `","recipient":{"type":"email","hashed":true,"salt":"s","identity":"sha256$14d2e3f6ff7e4afba1e7b8acd6ab47f1f2d9f47ee36a2a9b3fdbd2d4ac3f6ab5"},` +
		`"badge":"` + workshopAt + `/class","issuedOn":"2026-02-03T04:05:06Z","verification":` + verification + `}`)
}

// badges are signed and hosted ones, in every carrier, with every answer.
func (w workshop) badges(t *testing.T) []given {
	t.Helper()
	signed := `{"type":"SignedBadge","creator":"` + workshopAt + `/key"}`
	sign := func(id string) []byte {
		token, err := openbadges.SignJWS(w.assertion(id, signed), w.key)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	hosted := w.assertion(workshopAt+"/assertions/1", `{"type":"HostedBadge"}`)
	w.publish("/assertions/1", string(hosted))
	sound := sign("urn:uuid:00000000-0000-4000-8000-000000000001")
	altered := slices.Clone(sound)
	altered[len(altered)-20] ^= 1
	all := []given{
		{Name: "revoked", Data: sign("urn:uuid:00000000-0000-4000-8000-000000000002")},
		{Name: "altered", Data: altered},
		{Name: "by its host", Data: w.assertion(workshopAt+"/assertions/2", `{"type":"HostedBadge"}`)},
	}
	for name, credential := range map[string][]byte{"signed": sound, "hosted": hosted} {
		all = append(all, given{Name: name, Data: credential})
		png, err := bake.PNG(pictures(t)["png"], credential, bake.Assertion)
		if err != nil {
			t.Fatal(err)
		}
		svg, err := bake.SVG(pictures(t)["svg"], credential, bake.Assertion)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, given{Name: name + " in PNG", Data: png}, given{Name: name + " in SVG", Data: svg})
	}
	return all
}

func pictures(t *testing.T) map[string][]byte {
	t.Helper()
	png, err := base64.StdEncoding.DecodeString("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==")
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{"png": png, "svg": []byte(`<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><rect width="1" height="1"/></svg>`)}
}

// everything is all that is made here that a program may be given: of the demo's world and of the workshop.
func everything(t *testing.T) ([]given, openbadges.RecordedWeb) {
	t.Helper()
	world, err := demo.Make(t.Context(), 1, now)
	if err != nil {
		t.Fatal(err)
	}
	shop := newWorkshop(t)
	all := shop.badges(t)
	maps.Copy(world.Web, shop.web)
	for _, b := range world.Badges {
		data := b.Data
		if len(data) == 0 {
			data = []byte(b.Link)
		}
		all = append(all, given{Name: b.Holder + " " + b.File + b.Link, Data: data, Recipient: b.Address})
	}
	for _, url := range contexts.URLs() {
		body, _ := contexts.Load(url)
		world.Web[url] = openbadges.Recording{Status: 200, ContentType: "application/ld+json", Body: body}
	}
	for i := range all {
		all[i].Kind = kindOf(all[i].Data)
	}
	return all, world.Web
}

// compare asks a program about the badges that are wanted, as of today, as it will.
func compare(t *testing.T, program, script string, wanted func(*openbadges.Credential, openbadges.Verification) bool) {
	t.Helper()
	interpreter := python(t, program)
	all, web := everything(t)
	ours := map[string]openbadges.Verification{}
	var asked []given
	for _, b := range all {
		c, err := openbadges.Read(t.Context(), b.Data, web.Fetch)
		if err != nil {
			continue
		}
		v := openbadges.Verify(t.Context(), c, b.options(web))
		if !wanted(c, v) {
			continue
		}
		b.Standard, ours[b.Name] = string(c.Standard), v
		asked = append(asked, b)
	}
	var verdicts []said
	run(t, interpreter, script, map[string]any{"web.json": web, "badges.json": asked}, &verdicts)
	agreed := map[bool]int{}
	for _, v := range verdicts {
		mine := ours[v.Name].Verdict
		if v.Verified != (mine == openbadges.Genuine) {
			t.Errorf("%s: %s says %v, we say %s\n%.1500s\n%+v", v.Name, program, v.Verified, mine, v.Says, ours[v.Name].Findings)
			continue
		}
		agreed[v.Verified]++
	}
	t.Logf("%s agrees about %d that verify and %d that do not", program, agreed[true], agreed[false])
	if agreed[true] < 5 || agreed[false] < 3 {
		t.Error("too little was compared")
	}
}

// TestOpenBadges2VerifiesInTheValidatorOf1EdTech leaves out what is revoked in a list of one entry: to that program the
// compacted list is no list then, and nobody is in it.
func TestOpenBadges2VerifiesInTheValidatorOf1EdTech(t *testing.T) {
	compare(t, "openbadges", "python/validate.py", func(c *openbadges.Credential, v openbadges.Verification) bool {
		return c.Standard == openbadges.V20 && !isInAListOfOne(v)
	})
}

func isInAListOfOne(v openbadges.Verification) bool {
	for _, f := range v.Findings {
		var list struct {
			RevokedAssertions []any `json:"revokedAssertions"`
		}
		err := json.Unmarshal(v.Web[f.Params["address"]].Body, &list)
		if f.Check == openbadges.CheckRevocation && f.Result == openbadges.Fail && err == nil && len(list.RevokedAssertions) == 1 {
			return true
		}
	}
	return false
}

// TestWhatWeMakeVerifiesInOpenbadgeslib leaves out links, which it does not follow, and issuers of OB 3.0 that are no DID.
func TestWhatWeMakeVerifiesInOpenbadgeslib(t *testing.T) {
	compare(t, "openbadgeslib", "python/verify.py", func(c *openbadges.Credential, _ openbadges.Verification) bool {
		return c.Container != openbadges.ContainerURL && c.Container != openbadges.ContainerPDF &&
			(c.Standard == openbadges.V20 || c.Standard == openbadges.V30 && strings.HasPrefix(c.Badge.Issuer.ID, "did:"))
	})
}

func TestWhatOpenbadgeslibMakesVerifiesHere(t *testing.T) {
	var made struct {
		Badges []given
		Web    openbadges.RecordedWeb
	}
	run(t, python(t, "openbadgeslib"), "python/sign.py", map[string]any{"web.json": openbadges.RecordedWeb{}, "pictures.json": pictures(t)}, &made)
	for _, b := range made.Badges {
		c, err := openbadges.Read(t.Context(), b.Data, made.Web.Fetch)
		if err != nil {
			t.Errorf("%s: %v", b.Name, err)
			continue
		}
		if v := openbadges.Verify(t.Context(), c, b.options(made.Web)); v.Verdict != b.Verdict {
			t.Errorf("%s: %s, want %s\n%+v", b.Name, v.Verdict, b.Verdict, v.Findings)
		}
	}
	t.Logf("%d badges", len(made.Badges))
	if len(made.Badges) < 50 {
		t.Error("too few badges")
	}
}
