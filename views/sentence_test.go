package views

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"
)

// constants is the markup of a generated page that never changes: what stood in its template outside of braces.
func constants(t *testing.T, name string) string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var markup strings.Builder
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) != 3 {
			return true
		}
		if f, ok := call.Fun.(*ast.SelectorExpr); !ok || f.Sel.Name != "WriteString" {
			return true
		}
		if text, ok := call.Args[2].(*ast.BasicLit); ok && text.Kind == token.STRING {
			value, err := strconv.Unquote(text.Value)
			if err != nil {
				t.Fatal(err)
			}
			markup.WriteString(value)
		}
		return true
	})
	return markup.String()
}

func generated(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*_templ.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no generated pages: %v", err)
	}
	return files
}

// notWords are written alike in every language.
var notWords = map[string]bool{"UTC": true}

func hasWords(text string) bool {
	text = strings.TrimSpace(text)
	return strings.ContainsFunc(text, unicode.IsLetter) && !notWords[strings.Trim(text, " ,")]
}

func TestNoSentenceStandsInATemplate(t *testing.T) {
	said := map[string]bool{"alt": true, "aria-label": true, "aria-description": true, "placeholder": true, "title": true}
	for _, name := range generated(t) {
		tokens := html.NewTokenizer(strings.NewReader(constants(t, name)))
		inStyle := false
		for {
			kind := tokens.Next()
			if kind == html.ErrorToken {
				if tokens.Err() != io.EOF {
					t.Errorf("%s: %v", name, tokens.Err())
				}
				break
			}
			found := tokens.Token()
			switch {
			case found.Data == "style" && kind != html.TextToken:
				inStyle = kind == html.StartTagToken
			case kind == html.TextToken && !inStyle && hasWords(found.Data):
				t.Errorf("%s says %q itself", name, strings.TrimSpace(found.Data))
			}
			for _, a := range found.Attr {
				if said[a.Key] && hasWords(a.Val) {
					t.Errorf("%s says %s=%q itself", name, a.Key, a.Val)
				}
			}
		}
	}
}

func TestNoTemplateNeedsWhatThePolicyForbids(t *testing.T) {
	forbidden := regexp.MustCompile(`(?i)<[^>]*\s(style|on[a-z]+)\s*=|javascript:|<script[^>]*>[^<]`)
	for _, name := range generated(t) {
		if found := forbidden.FindString(constants(t, name)); found != "" {
			t.Errorf("%s: %s", name, found)
		}
	}
}

func TestEveryClassHasItsRule(t *testing.T) {
	var sheet strings.Builder
	files, err := filepath.Glob("../static/css/*.css")
	if err != nil || len(files) == 0 {
		t.Fatalf("no sheet: %v", err)
	}
	for _, name := range files {
		body, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sheet.Write(body)
	}
	ruled := map[string]bool{}
	for _, match := range regexp.MustCompile(`\.([a-z][a-z0-9-]*)`).FindAllStringSubmatch(sheet.String(), -1) {
		ruled[match[1]] = true
	}
	for _, name := range generated(t) {
		if name == "letter_templ.go" {
			continue // a letter carries its own rules
		}
		for _, match := range regexp.MustCompile(`class="([^"]+)"`).FindAllStringSubmatch(constants(t, name), -1) {
			for class := range strings.FieldsSeq(match[1]) {
				if !ruled[class] && strings.Trim(class, "abcdefghijklmnopqrstuvwxyz0123456789-") == "" {
					t.Errorf("%s: class %q has no rule", name, class)
				}
			}
		}
	}
}

func TestEveryIconIsInTheSprite(t *testing.T) {
	sprite, err := os.ReadFile("../static/icons.svg")
	if err != nil {
		t.Fatal(err)
	}
	templates, err := filepath.Glob("*.templ")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range templates {
		body, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range regexp.MustCompile(`(?:Icon|promise)\("([a-z-]+)"`).FindAllSubmatch(body, -1) {
			if !strings.Contains(string(sprite), `id="i-`+string(match[1])+`"`) {
				t.Errorf("%s draws %q, which the sprite lacks", name, match[1])
			}
		}
	}
}
