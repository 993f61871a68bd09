//go:build e2e

package main

import (
	"slices"
	"testing"
)

// hostileStrings are four hundred texts that would do something if anything took them for more than text: a hundred of
// them, each bare and behind three ways out of where a text may stand. What they do can be told: they call alert, make
// an element hit-me, or ask for an address with hit in it.
func hostileStrings(t *testing.T) []string {
	t.Helper()
	bare := []string{
		`<script>alert("hit")</script>`, `<SCRIPT SRC=https://hit.example/x.js></SCRIPT>`, `<script src=/hit.js></script>`, `<script>alert("hit")//`, `<<script>alert("hit");//<</script>`,
		`<img src=/hit onerror=alert("hit")>`, `<img src=x:x onerror=alert("hit")>`, `<img src="data:image/png;base64,x" onerror="alert('hit')">`, `<image src=/hit onerror=alert("hit")>`, `<img/src="/hit"/onerror=alert("hit")>`,
		`<svg onload=alert("hit")>`, `<svg><script>alert("hit")</script></svg>`, `<svg><a xlink:href="javascript:alert('hit')"><text y=20>x</text></a></svg>`, `<svg><animate onbegin=alert("hit") attributeName=x dur=1s>`, `<svg><set attributeName=href to=javascript:alert("hit")>`,
		`<svg><foreignObject><iframe srcdoc="<script>alert('hit')</script>"></iframe></foreignObject></svg>`, `<svg><use href="data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'><image href='1' onerror='alert(1)'/></svg>#x"/></svg>`, `<svg><image href=/hit onerror=alert("hit")>`, `<svg><style>@import "/hit.css"</style></svg>`, `<svg xmlns="http://www.w3.org/2000/svg" onload="alert('hit')"/>`,
		`<math><mtext><table><mglyph><style><img src=x onerror=alert("hit")></style></mglyph></table></mtext></math>`, `<math href="javascript:alert('hit')">x</math>`, `<math><annotation-xml encoding="text/html"><script>alert("hit")</script></annotation-xml></math>`,
		`<iframe src="javascript:alert('hit')"></iframe>`, `<iframe srcdoc="<script>parent.alert('hit')</script>"></iframe>`, `<iframe src=/hit></iframe>`, `<object data=/hit></object>`, `<embed src=/hit>`, `<frameset onload=alert("hit")>`, `<applet code=hit></applet>`,
		`<body onload=alert("hit")>`, `<input autofocus onfocus=alert("hit")>`, `<select autofocus onfocus=alert("hit")>`, `<textarea autofocus onfocus=alert("hit")>`, `<details open ontoggle=alert("hit")>`, `<video><source onerror=alert("hit")></video>`, `<audio src=/hit onerror=alert("hit")>`, `<video poster=/hit></video>`, `<marquee onstart=alert("hit")>`, `<button popovertarget=x onclick=alert("hit")>x</button><p popover id=x>`,
		`<a href="javascript:alert('hit')">x</a>`, `<a href="javascript&colon;alert('hit')">x</a>`, `<a href="java&Tab;script:alert('hit')">x</a>`, `<a href=" javascript:alert('hit')">x</a>`, `<a href="&#106;avascript:alert('hit')">x</a>`, `<a href="data:text/html,<script>alert('hit')</script>">x</a>`, `<a href="vbscript:msgbox(1)">x</a>`, `<form action="javascript:alert('hit')"><button>x</button></form>`, `<form action=/sign-out method=post><button>x</button></form>`, `<button formaction="javascript:alert('hit')">x</button>`,
		`<meta http-equiv=refresh content="0;url=/hit">`, `<meta http-equiv="Content-Security-Policy" content="script-src 'unsafe-inline'">`, `<base href=https://hit.example/>`, `<link rel=stylesheet href=/hit.css>`, `<link rel=preload as=script href=/hit.js>`, `<link rel=dns-prefetch href=//hit.example>`, `<style>*{background:url(/hit)}</style>`, `<p style="background:url(/hit)">x</p>`, `<p style="animation:x" onanimationend=alert("hit")>x</p>`, `<hit-me></hit-me>`,
		`<p hx-get=/hit hx-trigger=load>x</p>`, `<p data-hx-get=/hit data-hx-trigger=load>x</p>`, `<p hx-on::load="alert('hit')">x</p>`, `<p hx-on:htmx:load="alert('hit')" hx-trigger=load hx-post=/sign-out>x</p>`, `<form hx-post=/hit hx-trigger="load">x</form>`, `<p hx-get=/hit hx-trigger=revealed hx-vals='js:{x:alert("hit")}'>x</p>`, `<p hx-ext=hit hx-boost=true><a href=/hit>x</a></p>`, `<p sse-connect=/hit ws-connect=/hit hx-ext="sse,ws">x</p>`, `" hx-get="/hit" hx-trigger="load`, `' hx-get='/hit' hx-trigger='load`,
		`[x](javascript:alert('hit'))`, `[x](javascript&colon;alert('hit'))`, `[x](<javascript:alert('hit')>)`, `![x](/hit)`, `![x](https://hit.example/p.png)`, `<javascript:alert('hit')>`, "[x]: javascript:alert('hit')\n[x]", `[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgiaGl0Iik8L3NjcmlwdD4=)`, "```\n</code><script>alert('hit')</script>\n```", `| <img src=/hit> | x |`,
		`javascript:alert('hit')`, `JaVaScRiPt:alert('hit')`, `data:text/html,<script>alert('hit')</script>`, `//hit.example/x`, `https://hit.example/"onmouseover="alert('hit')`, `{{constructor.constructor("alert('hit')")()}}`, `{{ .Name }}{{ template "x" }}{{ printf "%s" .Person.PasswordHash }}`, `${alert("hit")}#{alert("hit")}<%= alert("hit") %>`, `%s%n%x%!d(MISSING)%v%[1]*.[2]*f`, `</script><script>alert("hit")</script>`,
		`","x":"</script><hit-me>`, `\u003cscript\u003ealert("hit")\u003c/script\u003e\x3chit-me\x3e`, "\u202etxt.trela\u202c<hit-me>", "a\u200bl\u200be\u200br\u200bt\u2066(hit)\u2069<hit-me>", "<scr\u200bipt>alert('hit')</scr\u200bipt>", "\ufeff<hit-me>\ufeff", "＜script＞alert('hit')＜/script＞", "&lt;hit-me&gt;&#60;hit-me&#62;&amp;lt;hit-me&amp;gt;",
		`<template shadowrootmode=open><hit-me></hit-me></template>`, `<noscript><p title="</noscript><img src=/hit onerror=alert('hit')>">`,
	}
	if len(bare) != 100 {
		t.Fatalf("only %d strings", len(bare))
	}
	var all []string
	for _, way := range []string{"", `">`, `'>`, `</textarea></title></style></template>-->`} {
		for _, one := range bare {
			all = append(all, way+one)
		}
	}
	slices.Sort(all)
	all = slices.Compact(all)
	if len(all) < 400 {
		t.Fatalf("only %d strings", len(all))
	}
	return all[:400]
}
