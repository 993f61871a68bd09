package openbadges

import (
	"bytes"
	"context"
	"errors"
	"strings"

	"github.com/carnetbadges/carnet/pkg/openbadges/contexts"
)

const maxExtensions = 16

// extension is a node that adds to the standard, and the contexts that may say what it must be like.
type extension struct {
	name     string
	node     node
	contexts []string
}

// askExtensions validates each extension by the schema that its context binds to its type (OB 2.0 §Extensions).
func (q *inquiry) askExtensions(ctx context.Context, a assertion) {
	if a.standard != V20 && a.standard != V11 {
		return
	}
	var all []extension
	for _, holder := range []node{a.doc, a.class.node, a.issuer.node} {
		all = gatherExtensions(all, holder, asStrings(holder["@context"]), 0)
	}
	for i, e := range all {
		if i >= maxExtensions {
			q.say(CheckExtension, Unknown, ReasonExtensionUnknown, "name", "…")
			return
		}
		q.askExtension(ctx, e)
	}
}

// gatherExtensions finds nodes of the type Extension; class and issuer are gathered for themselves.
func gatherExtensions(all []extension, holder node, around []string, depth int) []extension {
	for _, key := range sortedKeys(holder) {
		for _, item := range asList(holder[key]) {
			n := asNode(item)
			if n == nil || key == "@context" || depth > maxDepth || key == "badge" || key == "issuer" {
				continue
			}
			known := append(append([]string{}, asStrings(n["@context"])...), around...)
			if hasType(n, "Extension") {
				all = append(all, extension{name: key, node: n, contexts: known})
			}
			all = gatherExtensions(all, n, known, depth+1)
		}
	}
	return all
}

func (q *inquiry) askExtension(ctx context.Context, e extension) {
	found, unknown := false, false
	for _, address := range e.contexts {
		binding := q.document(ctx, address)
		for _, item := range asList(first(binding, "obi:validation", "validation")) {
			rule := asNode(item)
			if !e.is(asString(first(rule, "obi:validatesType", "validatesType"))) {
				continue
			}
			found = true
			err := q.checkSchema(ctx, asString(first(rule, "obi:validationSchema", "validationSchema")), e.compact(asNode(binding["@context"])))
			if errors.Is(err, errSchema) {
				q.say(CheckExtension, Fail, ReasonExtensionInvalid, "name", e.name, "path", strings.TrimPrefix(err.Error(), errSchema.Error()+": "))
				return
			}
			unknown = unknown || err != nil
		}
	}
	if found && !unknown {
		q.say(CheckExtension, Pass, ReasonExtensionValid, "name", e.name)
		return
	}
	q.say(CheckExtension, Unknown, ReasonExtensionUnknown, "name", e.name)
}

// is compares by the last word: the same type is written as a term, a compact IRI or a whole one.
func (e extension) is(name string) bool {
	for _, t := range typesOf(e.node) {
		if name != "" && lastWord(t) == lastWord(name) {
			return true
		}
	}
	return false
}

func lastWord(iri string) string {
	return iri[strings.LastIndexAny(iri, ":/#")+1:]
}

// compact gives properties written as whole IRIs the names the extension's context has for them.
func (e extension) compact(terms node) node {
	names := map[string]string{}
	for term, meaning := range terms {
		if iri := firstText(asString(meaning), asString(asNode(meaning)["@id"])); isWeb(iri) {
			names[iri] = term
		}
	}
	n := node{}
	for key, value := range e.node {
		if name, known := names[key]; known {
			key = name
		}
		n[key] = value
	}
	return n
}

func (q *inquiry) checkSchema(ctx context.Context, address string, v any) error {
	rules := q.document(ctx, address)
	if rules == nil {
		return ErrUnreachable
	}
	return newSchema(rules).check(rules, v, "", 0)
}

// document loads JSON that is not signed: a pinned context, or what an address answers.
func (q *inquiry) document(ctx context.Context, address string) node {
	text, pinned := contexts.Load(address)
	if !pinned {
		doc, err := q.load(ctx, address)
		if err != nil || doc.Status != 200 {
			return nil
		}
		text = doc.Body
	}
	n, err := parse(bytes.TrimSpace(bytes.TrimPrefix(text, byteOrderMark)))
	if err != nil {
		return nil
	}
	return n
}
