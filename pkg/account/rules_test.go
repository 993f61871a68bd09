package account

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// ASVS: V2.2.3, V6.2.1, V6.2.4, V6.2.5, V6.2.9, V6.2.11, V6.2.12
func TestPasswordsAreRefusedForTheirReason(t *testing.T) {
	d := New(Options{})
	for _, row := range []struct{ password, want string }{
		{"", "too-short"},
		{"nine char", "too-short"},
		{"ten chars!", ""},
		{"éééééééééé", "breached"}, // ten times one character
		{"e\u0301tude nº", "too-short"},
		{"ﬀﬁﬂﬃ café", ""}, // NFKC: ff fi fl ffi
		{strings.Repeat("ab c", 64), ""},
		{strings.Repeat("ab c", 64) + "d", "too-long"},
		{strings.Repeat("x", 5000), "too-long"},
		{"1234567890", "breached"},
		{"qwertyuiop", "breached"},
		{"Password123!", "breached"},
		{"2024Sunshine!", "breached"},
		{"aaaaaaaaaaaaaaa", "breached"},
		{"football and 22 rainy days", ""},
		{"lovelace1815", "like-your-name"},
		{"Ada Lovelace!", "like-your-name"},
		{"adalovelace99", "like-your-name"},
		{"ada.l@example.org", "like-your-name"},
		{"mycarnet2026", "like-your-name"},
		{"lovelace wrote the first loop", ""},
		{"correct horse battery staple", ""},
	} {
		if got := d.passwordMistake(row.password, "Ada Lovelace", "ada.l@example.org"); got != row.want {
			t.Errorf("%.30q is %q, want %q", row.password, got, row.want)
		}
	}
}

func TestOnePasswordTypedOnTwoKeyboardsIsOne(t *testing.T) {
	if asTyped("cafe\u0301 cre\u0300me") != asTyped("café crème") {
		t.Error("decomposed letters are others")
	}
}

func TestListOfCommonPasswordsIsSortedAndWhole(t *testing.T) {
	list := readCommonPasswords()
	if len(list) < 40_000 || !slices.IsSorted(list) {
		t.Errorf("%d passwords, sorted: %v", len(list), slices.IsSorted(list))
	}
}

// ASVS: V1.3.11, V2.2.1
func TestAddressesAreReadStrictly(t *testing.T) {
	for _, row := range []struct{ typed, want string }{
		{"ada@example.org", "ada@example.org"},
		{"  Ada.Lovelace+badges@Example.ORG ", "Ada.Lovelace+badges@example.org"},
		{"ada@exämple.org", "ada@xn--exmple-cua.org"},
		{"ada@例え.テスト", "ada@xn--r8jz45g.xn--zckzah"},
		{"jose\u0301@example.org", "josé@example.org"},
		{"o'neil@example.org", "o'neil@example.org"},
		{"ada@example.org.", "ada@example.org"},
		{"ada", ""},
		{"@example.org", ""},
		{"ada@", ""},
		{"ada@localhost", ""},
		{"ada@127.0.0.1", ""},
		{"ada@[127.0.0.1]", ""},
		{"ada@example..org", ""},
		{".ada@example.org", ""},
		{"ada..l@example.org", ""},
		{"ada@exam_ple.org", ""},
		{"ada@-example.org", ""},
		{"a@b@example.org", ""},
		{"ada@example.org, grace@example.org", ""},
		{"Ada <ada@example.org>", ""},
		{`"ada l"@example.org`, ""},
		{"ada@example.org\r\nBcc: all@example.org", ""},
		{"ada\x00@example.org", ""},
		{"ada@example.org\u202e", ""},
		{"ada\u200b@example.org", ""},
		{"ada@example.org%0a", ""},
		{"\xff@example.org", ""},
		{strings.Repeat("a", 65) + "@example.org", ""},
		{"a@" + strings.Repeat("abcdefgh.", 28) + "org", ""},
	} {
		got, ok := parseEmail(row.typed)
		if ok != (row.want != "") || ok && got != row.want {
			t.Errorf("%q is %q %v, want %q", row.typed, got, ok, row.want)
		}
	}
}

// ASVS: V1.3.11
func FuzzParseEmail(f *testing.F) {
	for _, seed := range []string{"ada@example.org", "ada@exämple.org", "a@b@c", "@", "İ@İ.İ", "a@xn--a.org", "ß@ß.de"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		email, ok := parseEmail(typed)
		if !ok {
			return
		}
		again, ok := parseEmail(email)
		if !ok || again != email {
			t.Errorf("%q is %q, which is %q %v", typed, email, again, ok)
		}
		if len(email) > longestEmail || strings.ContainsAny(email, " \r\n\t,;<>\"()[]\\\x00") || strings.Count(email, "@") != 1 || !norm.NFC.IsNormalString(email) {
			t.Errorf("%q is let through as %q", typed, email)
		}
	})
}

func TestNamesFoldToHandles(t *testing.T) {
	for _, row := range []struct{ name, want string }{
		{"Ada Lovelace", "ada-lovelace"},
		{"Søren Kierkegård", "soren-kierkegard"},
		{"Łukasz Żółć", "lukasz-zolc"},
		{"Ελένη", "holder"},
		{"山田 太郎", "holder"},
		{"Jean-Luc d’Ormesson", "jean-luc-dormesson"},
		{"Straße 7", "strasse-7"},
		{"ＷＩＤＥ", "wide"},
		{"--- ", "holder"},
		{"../../etc/passwd", "etc-passwd"},
		{"A very long name that goes on and on for ever", "a-very-long-name-that-goes-on"},
	} {
		if got := handleOf(row.name); got != row.want {
			t.Errorf("%q is %q, want %q", row.name, got, row.want)
		}
	}
}

func FuzzHandleOf(f *testing.F) {
	for _, seed := range []string{"Ada", "Ελένη", "ß", "\xff", strings.Repeat("é-", 40)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		handle := handleOf(name)
		if handle == "" || len(handle) > longestHandle || strings.Trim(handle, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" ||
			strings.HasPrefix(handle, "-") || strings.HasSuffix(handle, "-") || strings.Contains(handle, "--") {
			t.Errorf("%q is %q", name, handle)
		}
	})
}

// ASVS: V1.3.3
func FuzzCleanName(f *testing.F) {
	f.Add("Ada\u202e Lovelace\x00")
	f.Fuzz(func(t *testing.T, typed string) {
		name := cleanName(typed)
		if !utf8.ValidString(name) || strings.ContainsAny(name, "\x00\n\r\t\u202e\u2066") || cleanName(name) != name {
			t.Errorf("%q is %q", typed, name)
		}
	})
}

func FuzzPasswordMistake(f *testing.F) {
	f.Add("correct horse battery", "Ada Lovelace", "ada@example.org")
	f.Add("ﬃﬃﬃﬃﬃﬃ", "ﬃ", "")
	f.Add("Password123!\xff", "", "@")
	d := &Desk{common: readCommonPasswords()}
	f.Fuzz(func(t *testing.T, password, name, email string) {
		mistake := d.passwordMistake(password, name, email)
		if length := utf8.RuneCountInString(asTyped(password)); mistake == "" && (length < shortestPassword || length > longestPassword || d.isCommon(asTyped(password))) {
			t.Errorf("%q is let through", password)
		}
	})
}
