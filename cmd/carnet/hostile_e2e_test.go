//go:build e2e

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/carnetbadges/carnet/pkg/openbadges"
)

// innocent lists what no page of ours holds: it would have come in with somebody's words.
const innocent = `((page) => {
	const bad = [...window.ran.map(x => "ran " + x), ...window.forbidden.map(x => "forbidden " + x)];
	const tags = new Set(["iframe", "frame", "frameset", "object", "embed", "applet", "base", "style", "math", "foreignobject", "hit-me", "marquee", "audio", "video", "animate", "set"]);
	for (const e of page.querySelectorAll("*")) {
		if (tags.has(e.localName)) bad.push(e.outerHTML.slice(0, 200));
		if (e.localName === "script" && !(e.getAttribute("src") ?? "").startsWith("/_/")) bad.push(e.outerHTML.slice(0, 200));
		if ((e.localName === "meta" || e.localName === "link") && e.closest("body")) bad.push(e.outerHTML.slice(0, 200));
		for (const { name, value } of e.attributes) {
			if (name.startsWith("on") || name === "style" || name === "srcdoc" || name === "autofocus" && value.includes("hit")) bad.push(name + "=" + value.slice(0, 100));
			if (/^(data-)?(hx|sse|ws)-/.test(name) && value.includes("hit")) bad.push(name + "=" + value.slice(0, 100));
			if (["href", "src", "action", "formaction", "data", "poster", "xlink:href", "ping"].includes(name)) {
				const to = value.replace(/[\u0000-\u0020]/g, "").toLowerCase();
				if (/^(javascript|vbscript|data:text)/.test(to) || name !== "href" && to.includes("hit")) bad.push(name + "=" + value.slice(0, 100));
			}
		}
	}
	return bad;
})`

// hostilePages looks at pages with somebody's words in them, and keeps what happened on any.
type hostilePages struct {
	*browser
	asked, dialogs atomic.Int64
	from, looked   int
	shown          int // pages on which a hostile string could be read
}

func watchHostile(b *browser) *hostilePages {
	h := &hostilePages{browser: b}
	b.watch()
	chromedp.ListenTarget(b.ctx, func(event any) {
		switch e := event.(type) {
		case *network.EventRequestWillBeSent:
			if where, err := url.Parse(e.Request.URL); err != nil || strings.Contains(where.Path, "/hit") || strings.Contains(where.Host, "hit.example") {
				h.asked.Add(1)
				b.t.Errorf("asked for %s", e.Request.URL)
			}
		case *page.EventJavascriptDialogOpening:
			h.dialogs.Add(1)
			go chromedp.Run(b.ctx, page.HandleJavaScriptDialog(false)) //nolint:errcheck // the page is lost anyway
		}
	})
	return h
}

// look demands that the page as it is holds nothing but words.
func (h *hostilePages) look(what string) {
	h.t.Helper()
	var bad []string
	var shown bool
	h.do(chromedp.Evaluate(innocent+`(document)`, &bad), chromedp.Evaluate(`/hit|javascript:|constructor|trela/.test(document.body.textContent + [...document.querySelectorAll("input")].map(i => i.value))`, &shown))
	h.looked++
	if shown {
		h.shown++
	}
	for _, one := range bad {
		h.t.Errorf("%s at %s: %s", what, h.path(), one)
	}
}

// knows demands that the look would see the strings, were they taken for markup.
func (h *hostilePages) knows(all []string) {
	h.t.Helper()
	given, err := json.Marshal(all)
	if err != nil {
		h.t.Fatal(err)
	}
	var seen int
	h.visit("/verify")
	h.do(chromedp.Evaluate(`(`+string(given)+`).filter(one => {
		const page = document.implementation.createHTMLDocument();
		page.body.innerHTML = one;
		return `+innocent+`(page).length;
	}).length`, &seen))
	if seen < len(all)*3/5 {
		h.t.Errorf("taken for markup, only %d of the strings would be seen", seen)
	}
	h.visit("/verify")
	h.errors = nil // what the policy forbade those pages of ours
}

// send fills a form of the page's own making with fields and files, sends it, and waits for the page that follows.
func (h *hostilePages) send(action string, fields, files [][2]string) {
	h.t.Helper()
	h.from++
	h.do(network.SetExtraHTTPHeaders(network.Headers{"Accept-Language": "en", "X-Forwarded-For": address(h.from)}))
	given, err := json.Marshal(map[string]any{"action": action, "fields": fields, "files": files})
	if err != nil {
		h.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(h.ctx, 20*time.Second)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, chromedp.Evaluate(`((given) => {
		const form = document.createElement("form");
		form.method = "post"; form.action = given.action;
		for (const [name, value] of given.fields ?? []) {
			const field = document.createElement("textarea");
			field.name = name; field.value = value; form.append(field);
		}
		if (given.files) {
			form.enctype = "multipart/form-data";
			const input = document.createElement("input"), all = new DataTransfer();
			input.type = "file"; input.name = "file"; input.multiple = true;
			for (const [name, content] of given.files) all.items.add(new File([content], name));
			input.files = all.files; form.append(input);
		}
		document.body.append(form);
		HTMLFormElement.prototype.submit.call(form);
	})(`+string(given)+`)`, nil)); err != nil {
		h.t.Fatalf("sending %s: %v", action, err)
	}
}

// aForm is a form as a page has it.
type aForm struct {
	Action string      `json:"action"`
	Fields [][2]string `json:"fields"` // name and value of those that are no texts
	Texts  []string    `json:"texts"`  // names of those a person writes in
}

// formsHere are the forms of the page in which something can be written.
func (h *hostilePages) formsHere() (forms []aForm) {
	h.t.Helper()
	h.do(chromedp.Evaluate(`[...document.forms].filter(f => f.method === "post").map(f => {
		const fields = [...f.elements].filter(e => e.name), text = e => ["text", "email", "url", "search", "tel", "textarea", "number", "date"].includes(e.type);
		return { action: new URL(f.action).pathname,
			fields: fields.filter(e => !text(e) && e.type !== "file" && e.type !== "password" && (!["radio", "checkbox"].includes(e.type) || e.checked)).map(e => [e.name, e.value]),
			texts: fields.filter(text).map(e => e.name) };
	}).filter(f => f.texts.length)`, &forms))
	return forms
}

// TestE2EHostileStringsStayWords puts four hundred hostile strings into every text that an issuer, a person or the name
// of a file can bring onto a page, and lets Chromium show all of it.
// ASVS: V1.1.2, V1.2.1, V1.2.2, V1.2.3, V1.3.1, V1.3.4, V1.3.5, V1.3.7, V1.3.10, V3.2.2, V5.3.1, V15.3.6
func TestE2EHostileStringsStayWords(t *testing.T) {
	t.Parallel()
	all := hostileStrings(t)
	s := serve(t, behindProxy)
	amina := s.somebody(t) // an administrator, so that what administrators write is tried as well
	setup := s.setupLink(t)
	amina.get(setup)
	if where, said := amina.post(setup, url.Values{"name": {"Amina Diallo"}, "email": {journeyEmail}, "password": {journeyPassword}}); !strings.HasPrefix(where, "/badges") {
		t.Fatalf("setting up leads to %s: %.600s", where, said)
	}
	amina.confirms(journeyEmail)
	b := open(t, s, "en")
	h := watchHostile(b)
	amina.lends(b)
	h.knows(all)

	badges, fields := h.issuersStrings(amina, all)
	h.verifiedStrings(badges)
	h.filesStrings(all)
	forms, texts := h.peoplesStrings(all)
	h.namesStrings(amina, all)
	b.finish()
	if h.shown < h.looked*3/4 {
		t.Errorf("only %d of %d pages show a string at all", h.shown, h.looked)
	}
	t.Logf("%d strings in %d fields of issuers, in names of files and people, and in %d fields of %d forms; %d pages, %d of which show one: %d dialogs, %d requests",
		len(all), fields, texts, forms, h.looked, h.shown, h.dialogs.Load(), h.asked.Load())
}

// issuersStrings brings badges with four strings in every field, so that each string stands in every field once, and looks
// at every page. Where only the beginning counts, each string begins some of the fields.
func (h *hostilePages) issuersStrings(holder *somebody, all []string) (badges []string, fields int) {
	h.t.Helper()
	key, err := openbadges.NewKey([]byte("a key that signs hostile strings"))
	if err != nil {
		h.t.Fatal(err)
	}
	var files []string
	const together = 4
	for i := 0; i < len(all); i += together {
		fields = 0
		next := func() string { // the i-th badge has in its n-th field other strings than all other badges
			fields++
			var field []string
			for at := range together {
				field = append(field, all[(i+at+fields*37)%len(all)])
			}
			return strings.Join(field, " ")
		}
		credential, err := json.Marshal(hostileBadge(key, i, next))
		if err != nil {
			h.t.Fatal(err)
		}
		signed, err := openbadges.SignJWT(credential, key, key.VerificationMethod())
		if err != nil {
			h.t.Fatal(err)
		}
		badges = append(badges, string(signed))
		files = append(files, fmt.Sprintf("%d.jwt", i), string(signed))
	}
	for batch := range slices.Chunk(files, 40) {
		where, _ := holder.bring(batch...)
		holder.through(where)
		h.visit(where)
		h.look("an import")
	}
	pages := map[string]bool{}
	for path := "/badges"; path != ""; {
		h.visit(path)
		h.look("the wall")
		var links []string
		h.do(chromedp.Evaluate(`[...document.querySelectorAll("main a[href^='/b/']")].map(a => a.pathname)`, &links))
		for _, link := range links {
			pages[link] = true
		}
		h.do(chromedp.Evaluate(`(document.querySelector(".more a, a.more, a[rel=next], [hx-get*='after=']") ?? {getAttribute: () => ""}).getAttribute("href") ?? ""`, &path))
	}
	if len(pages) != len(badges) {
		h.t.Errorf("%d badges came in, of %d", len(pages), len(badges))
	}
	for path := range pages {
		h.visit(path)
		h.look("a badge")
	}
	return badges, fields
}

// hostileBadge is a credential with a hostile string in every field that is a text or may be one.
func hostileBadge(key openbadges.Key, i int, next func() string) map[string]any {
	type m = map[string]any
	evidence, alignment, tags := []any{}, []any{}, []any{}
	for range 2 {
		evidence = append(evidence, m{"id": next(), "type": []string{"Evidence"}, "name": next(), "description": next(), "narrative": next(), "genre": next(), "audience": next()})
		alignment = append(alignment, m{"type": []string{"Alignment"}, "targetName": next(), "targetUrl": next(), "targetDescription": next(), "targetFramework": next(), "targetCode": next()})
		tags = append(tags, next(), next())
	}
	profile := func(id string) m {
		return m{
			"id": id, "type": []string{"Profile"}, "name": next(), "url": next(), "email": next(), "phone": next(), "description": next(), "official": next(),
			"image": m{"id": next(), "type": "Image", "caption": next()},
		}
	}
	return m{
		"@context": []string{"https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"},
		"id":       fmt.Sprintf("urn:uuid:hostile-%d", i), "type": []string{"VerifiableCredential", "OpenBadgeCredential"},
		"issuer": profile(key.DIDKey()), "validFrom": "2026-05-04T00:00:00Z", "name": next(), "description": next(), "evidence": evidence,
		"image": m{"id": next(), "type": "Image", "caption": next()},
		"credentialSubject": m{
			"type": []string{"AchievementSubject"}, "source": next(), "role": next(), "licenseNumber": next(), "term": next(), "narrative": next(),
			"identifier": []any{m{"type": "IdentityObject", "identityHash": journeyEmail, "identityType": "emailAddress", "hashed": false}},
			"result":     []any{m{"type": []string{"Result"}, "value": next(), "status": next(), "achievedLevel": next()}},
			"achievement": m{
				"id": fmt.Sprintf("urn:uuid:achievement-%d", i), "type": []string{"Achievement"}, "name": next(), "description": next(), "achievementType": next(),
				"criteria": m{"id": next(), "narrative": next()}, "creator": profile(next()), "image": m{"id": next(), "type": "Image", "caption": next()},
				"fieldOfStudy": next(), "specialization": next(), "humanCode": next(), "version": next(), "inLanguage": next(), "tag": tags, "alignment": alignment,
			},
		},
		"credentialStatus": m{"id": next(), "type": next(), "statusPurpose": next()},
		"termsOfUse":       []any{m{"id": next(), "type": next()}},
		"endorsement":      []any{m{"type": []string{"VerifiableCredential", "EndorsementCredential"}, "name": next(), "issuer": profile(next()), "credentialSubject": m{"id": next(), "endorsementComment": next()}}},
	}
}

// verifiedStrings has some of the badges verified, where a script puts what arrives onto the page.
func (h *hostilePages) verifiedStrings(badges []string) {
	h.t.Helper()
	for i := 0; i < len(badges); i += 4 {
		h.from++
		h.do(network.SetExtraHTTPHeaders(network.Headers{"Accept-Language": "en", "X-Forwarded-For": address(h.from)}))
		h.visit("/verify")
		h.do(
			chromedp.SetValue(`#text`, badges[i]),
			chromedp.Click(`form[data-verify] .button.primary`),
			chromedp.WaitReady(`#report [data-answer], #report [role=alert], .ask [aria-invalid=true]`),
			chromedp.Evaluate(`document.getElementById("text").value = ""`, nil), // so that what is seen is the report
		)
		h.look("a verified badge")
	}
}

// filesStrings brings files whose names are the strings.
func (h *hostilePages) filesStrings(all []string) {
	h.t.Helper()
	h.visit("/badges/add")
	for batch := range slices.Chunk(all, 20) {
		var files [][2]string
		for _, name := range batch {
			files = append(files, [2]string{name, "no badge: " + name})
		}
		h.send("/badges", nil, files)
		h.look("names of files")
	}
}

// peoplesStrings writes the strings, forty at a time, into every text of every
// form that a visitor or a member reaches.
func (h *hostilePages) peoplesStrings(all []string) (forms, texts int) {
	h.t.Helper()
	known := map[string]aForm{}
	h.walk([]string{"/badges/add", "/you", "/join", "/sign-in", "/forgot", "/verify", "/badges", "/admin"}, func(string) {
		for _, f := range h.formsHere() {
			known[anID.ReplaceAllString(f.Action, "…")+" "+strings.Join(f.Texts, " ")] = f
		}
	})
	for _, f := range known {
		forms++
		texts += len(f.Texts)
		at := 0
		for batch := range slices.Chunk(all, 40) {
			fields := slices.Clone(f.Fields)
			for i, name := range f.Texts {
				fields = append(fields, [2]string{name, strings.Join(append(batch[i%len(batch):], batch[:i%len(batch)]...), " ")})
			}
			h.send(f.Action, fields, nil)
			h.look("what was written into " + f.Action)
			at++
		}
	}
	return forms, texts
}

// namesStrings gives a person the strings as their name, as many at once as one may have, and looks at their passport.
func (h *hostilePages) namesStrings(person *somebody, all []string) {
	h.t.Helper()
	var fields [][2]string
	h.visit("/you")
	h.do(chromedp.Evaluate(`[...new FormData(document.querySelector("main form[action='/you']"))].filter(([, value]) => typeof value === "string")`, &fields))
	form := url.Values{}
	for _, field := range fields {
		form.Add(field[0], field[1])
	}
	name := ""
	for i, one := range all {
		name = strings.TrimSpace(name + " " + one)
		if i+1 < len(all) && utf8.RuneCountInString(name+" "+all[i+1]) <= 100 {
			continue
		}
		form.Set("name", name)
		person.post("/you", form)
		h.visit("/@amina-diallo")
		h.look("a name")
		name = ""
	}
}
