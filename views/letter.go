package views

import (
	"context"
	"strings"
)

// LetterParams is what a letter says besides its own words: whom it greets, the one address it leads to, the host it
// comes from and, in a letter of news, these; in a letter about a change, which.
type LetterParams struct {
	Name, Link, Site string
	News             []NewsView
	More             int    // how many news are left out
	Leave            string // the address by which such letters are ended; empty: they are not
	What, Detail     string // as the log has it; of a letter to sign in by: how one joins, where not anybody may
	Code             string // six digits, in the letters that have one
	Browser, System  string // what asked for such a letter
	By               string // who invites or looks; may be empty
}

// LetterKinds are the letters Carnet writes.
func LetterKinds() []string {
	return []string{
		"confirm", // an address
		"already", // there is a passport by this address
		"reset",   // a new password
		"changed", // how one signs in
		"told",    // something else was done
		"guessed", // wrong codes for the second step
		"sign-in", // a link and a code that let in
		"prove",   // a code that proves again
		"leaving", // for good
		"archive", // to fetch
		"verdict", // news of badges

		"address",      // one more to confirm
		"join-code",    // a code that proves this passport the reader's, to join it to another
		"address-held", // somebody wanted to add the reader's
		"invited",      // to join
		"helped",       // a link that lets in
		"looked",       // an administrator looks as the reader
		"test",         // of the mail server
	}
}

// Letter writes a letter of one of LetterKinds in the language of ctx, as plain text and as simple HTML. A letter whose
// HTML could not be drawn has none and goes out as text.
func Letter(ctx context.Context, kind string, p LetterParams) (subject, text, html string) {
	l := letterWords(ctx, kind, p)
	var page strings.Builder
	if err := letterHTML(l).Render(context.WithoutCancel(ctx), &page); err != nil {
		return l.Subject, l.text(), ""
	}
	return l.Subject, l.text(), page.String()
}

type letter struct {
	Subject, Hello, Say, Action, Link, After, Sign, Colon string

	Code, Asked string

	Leave, LeaveWord string

	News []newsLine
	More string
}

// newsLine is what happened to one badge.
type newsLine struct{ Name, Lang, Issuer, Said, Link string }

func letterWords(ctx context.Context, kind string, p LetterParams) letter {
	say := func(part string) string {
		return T(ctx, "letter."+kind+"."+part, "Name", p.Name, "Site", p.Site, "Done", logSentence(ctx, p.What, p.Detail), "Day", readable(ctx, p.Detail),
			"By", p.By, "Reason", Say(ctx, "letter.looked.reason."+p.Detail, ""))
	}
	hello := T(ctx, "letter.hello")
	if p.Name != "" {
		hello = T(ctx, "letter.hello.name", "Name", p.Name)
	}
	l := letter{
		Subject: say("subject"), Hello: hello, Say: say("say"), Action: say("action"), Link: p.Link, After: say("after"),
		Sign: T(ctx, "letter.sign", "Site", p.Site), Colon: T(ctx, "letter.colon"),
	}
	switch {
	case kind == "invited" && p.By != "":
		l.Say = say("say.by")
	case kind == "changed" && p.What == "address-removed" && p.Detail == "here":
		l.After = say("after.removed")
	case kind == "sign-in" && p.Detail != "":
		l.Say = say("say.closed") // it makes nobody a passport
	}
	for _, n := range p.News {
		l.News = append(l.News, newsLine{Name: n.Name, Lang: n.Lang, Issuer: n.Issuer, Said: n.sentence(ctx), Link: n.Link})
	}
	if p.Leave != "" {
		l.Leave, l.LeaveWord = p.Leave, T(ctx, "letter.leave")
	}
	if p.Code != "" {
		l.Code = T(ctx, "letter.code", "Code", p.Code)
	}
	if p.Browser != "" || p.System != "" {
		l.Asked = T(ctx, "letter.asked", "Device", deviceWords(ctx, p.Browser, p.System))
	}
	if p.More > 0 {
		l.More = T(ctx, "letter.verdict.more", "Count", p.More)
	}
	return l
}

func (l letter) text() string {
	parts := []string{l.Hello, l.Say}
	for _, n := range l.News {
		parts = append(parts, "* "+n.Name+" ("+n.Issuer+")\n  "+n.Said+"\n  "+n.Link)
	}
	if l.More != "" {
		parts = append(parts, l.More)
	}
	if l.Code != "" {
		parts = append(parts, l.Code)
	}
	parts = append(parts, l.Action+l.Colon+"\n"+l.Link, l.After)
	if l.Asked != "" {
		parts = append(parts, l.Asked)
	}
	if l.Leave != "" {
		parts = append(parts, l.LeaveWord+l.Colon+"\n"+l.Leave)
	}
	parts = append(parts, "-- \n"+l.Sign)
	return strings.Join(parts, "\n\n") + "\n"
}
