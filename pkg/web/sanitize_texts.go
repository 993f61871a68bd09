package web

import (
	"context"
	"html/template"
	"strings"

	"github.com/carnetbadges/carnet/views"
)

const (
	formattedMost = 20  // pieces of evidence of one page that are formatted
	evidenceShort = 300 // bytes that are shown of each other piece
)

// texts shows what an issuer wrote on one page. However many texts there are, they share one allowance of proseLimit
// bytes, and whatever is left out is said to be.
type texts struct {
	clean     sanitizer
	shortened string // said after a text of which not all is shown, in the reader's language
	left      int    // bytes
	formatted int    // pieces of evidence
}

func (s sanitizer) texts(ctx context.Context) *texts {
	return &texts{clean: s, shortened: views.T(ctx, "badge.shortened"), left: proseLimit}
}

// ownTexts shows what the holder of a badge wrote on one page.
func (s sanitizer) ownTexts(ctx context.Context) *texts {
	t := s.texts(ctx)
	t.shortened = views.T(ctx, "evidence.shortened")
	return t
}

// prose formats a text as far as the allowance goes.
func (t *texts) prose(text string) template.HTML {
	text = strings.TrimSpace(text)
	shown := t.take(text, t.left)
	if shown == text {
		return t.clean.prose(text)
	}
	if shown == "" {
		return t.note()
	}
	return t.clean.prose(shown) + t.note()
}

// evidence formats the first pieces; of the others the beginning is shown as it was typed.
func (t *texts) evidence(text string) template.HTML {
	if text = strings.TrimSpace(text); text == "" {
		return ""
	}
	if t.formatted++; t.formatted <= formattedMost {
		return t.prose(text)
	}
	shown := t.take(text, min(evidenceShort, t.left))
	switch shown {
	case text:
		return t.clean.typed(text)
	case "":
		return t.note()
	}
	return t.clean.typed(shown+"…") + t.note()
}

func (t *texts) take(text string, most int) string {
	shown := beginning(text, most)
	t.left -= len(shown)
	return shown
}

func (t *texts) note() template.HTML {
	return t.clean.harmless("<p><em>" + template.HTMLEscapeString(t.shortened) + "</em></p>")
}
