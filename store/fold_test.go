package store_test

import (
	"testing"
	"unicode"

	"github.com/carnetbadges/carnet/store"
)

func TestFoldedWordsAreFoundHoweverTheyAreTyped(t *testing.T) {
	for text, want := range map[string]string{
		"École d'été":          " ecole d ete",
		"Straße":               " strasse",
		"STRASSE":              " strasse",
		"İstanbul IŞIK ışık":   " istanbul isik isik",
		"Ångström ﬁn":          " angstrom fin",
		"Łódź Ørsted Cœur":     " lodz orsted coeur",
		"مُدَرِّس أَوَّل":      " مدرس اول",
		"مدرس اول":             " مدرس اول",
		"مكتبة":                " مكتبه",
		"שָׁלוֹם":              " שלום",
		"日本語テスト":               " 日 本 語 テ ス ト",
		"Go言語2":                " go 言 語 2",
		"हिन्दी":               " हिन्दी",
		"open-badges_101 (v2)": " open badges 101 v2",
		"C++ & C#":             " c c",
		"⭐":                    "",
		"":                     "",
		"ΣΊΣΥΦΟΣ":              " σισυφοσ",
		"Сёстры":               " сестры",
		"ꮳꮃꭹ ᏣᎳᎩ":              " ᏣᎳᎩ ᏣᎳᎩ",
	} {
		if got := store.Fold(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestWhatIsFoldedIsFoldedForGood(t *testing.T) {
	for _, text := range []string{"École", "Straße", "İı", "أَوَّل", "日本語", "Go言語", "ﬃ", "\u1e9e", "ǅ", "\xf3ύ"} {
		once := store.Fold(text)
		if twice := store.Fold(once); twice != once {
			t.Errorf("%q: %q, then %q", text, once, twice)
		}
	}
}

func TestEveryLetterIsFoldedForGood(t *testing.T) {
	for r := range rune(unicode.MaxRune + 1) {
		if !unicode.In(r, unicode.Letter, unicode.Mark, unicode.Number) {
			continue
		}
		once := store.Fold("a" + string(r) + "b")
		if twice := store.Fold(once); twice != once {
			t.Errorf("%U %c: %q, then %q", r, r, once, twice)
		}
	}
}

func FuzzFold(f *testing.F) {
	f.Add("École d'été ﷺ 日本")
	f.Add("\xf3ύ")
	f.Fuzz(func(t *testing.T, text string) {
		once := store.Fold(text)
		if store.Fold(once) != once {
			t.Errorf("%q folds to %q, and that to %q", text, once, store.Fold(once))
		}
	})
}
