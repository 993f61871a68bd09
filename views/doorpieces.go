package views

import (
	"context"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/a-h/templ"

	"github.com/carnetbadges/carnet/static"
)

// doorIcons are the icons of the pages before one is in.
func doorIcons() []string {
	return []string{"book", "check", "clock", "fail", "globe", "key", "mail"}
}

type piecesKey struct{}

// liesIn says whether an icon lies in the very page that is drawn in ctx.
func liesIn(ctx context.Context, name string) bool {
	names, _ := ctx.Value(piecesKey{}).([]string)
	return slices.Contains(names, name)
}

// withPieces draws its children with the icons of doors in the page, and draws these icons: whoever opens a door for the
// first time waits for no other file than the sheet.
func withPieces() templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		children := templ.GetChildren(ctx)
		if _, err := io.WriteString(w, doorSprite()); err != nil {
			return err
		}
		return children.Render(context.WithValue(templ.ClearChildren(ctx), piecesKey{}, doorIcons()), w)
	})
}

var symbols = regexp.MustCompile(`(?s)<symbol id="i-([a-z]+)".*?</symbol>`)

// doorSprite are the symbols of doorIcons.
var doorSprite = sync.OnceValue(func() string {
	var found strings.Builder
	for _, one := range symbols.FindAllSubmatch(static.File("icons.svg"), -1) {
		if slices.Contains(doorIcons(), string(one[1])) {
			found.Write(one[0])
		}
	}
	return `<svg class="visually-hidden" aria-hidden="true" focusable="false">` + found.String() + `</svg>`
})

// emblem is the emblem of the cover, in the page.
var emblem = sync.OnceValue(func() templ.Component {
	return templ.Raw(strings.Replace(string(static.File("emblem.svg")), "<svg ", `<svg class="emblem" aria-hidden="true" focusable="false" `, 1))
})
