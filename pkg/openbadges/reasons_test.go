package openbadges

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// stated are the reasons that reasons.go declares.
func stated(t *testing.T) map[Reason]bool {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "reasons.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	all := map[Reason]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, isSpec := n.(*ast.ValueSpec)
		if !isSpec || !strings.HasPrefix(spec.Names[0].Name, "Reason") {
			return true
		}
		value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil || all[Reason(value)] {
			t.Errorf("%s: %q is no reason of its own", spec.Names[0].Name, value)
		}
		all[Reason(value)] = true
		return true
	})
	return all
}

func TestEveryReasonHasASentence(t *testing.T) {
	declared := stated(t)
	if len(declared) != len(AllReasons()) {
		t.Errorf("%d reasons, %d sentences", len(declared), len(AllReasons()))
	}
	placeholder := regexp.MustCompile(`\{[a-z]+\}`)
	for _, reason := range AllReasons() {
		sentence := Template(reason)
		plain := placeholder.ReplaceAllString(sentence, "X")
		if !declared[reason] || strings.ContainsAny(plain, "{}") || !regexp.MustCompile(`^[A-Z].*[.X]$`).MatchString(plain) {
			t.Errorf("%s: %q", reason, sentence)
		}
	}
}

func TestSentenceIsFilledIn(t *testing.T) {
	got := Sentence(ReasonOutOfScope, map[string]string{"host": "{issuer}", "issuer": "a.example"})
	if got != "It is kept at {issuer}, but the issuer it names is a.example, so somebody else may have made it." {
		t.Error(got)
	}
	if got := Sentence(ReasonRevoked, nil); got != "The issuer has revoked it." {
		t.Error(got)
	}
	if got := Sentence("no such reason", nil); got != "" {
		t.Error(got)
	}
}

func TestReportIsWhatProgramsRead(t *testing.T) {
	data, err := Report(ask(t, text(t, assertion2), hostedWeb(t), "amina@example.org"))
	if err != nil {
		t.Fatal(err)
	}
	var report struct {
		Verdict, Standard, Proof string
		Findings                 []struct{ Check, Result, Reason, Detail string }
	}
	if err := json.Unmarshal(data, &report); err != nil {
		t.Fatal(err)
	}
	if report.Verdict != "genuine" || report.Standard != "2.0" || report.Proof != "hosted" || report.Findings[0].Check != "parse" {
		t.Errorf("%s", data)
	}
	if strings.Contains(string(data), "amina@") {
		t.Errorf("the address asked about is in the report: %s", data)
	}
	data, err = Report(Verification{})
	if err != nil || !strings.Contains(string(data), `"findings":[]`) {
		t.Errorf("%s %v", data, err)
	}
}
