package mail

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"unicode/utf8"
)

// shortestWord is how long a word must be to be looked for within letters; a shorter one stands in everybody's.
const shortestWord = 3

// Forget throws away the kept letters that are to somebody, or speak of them, by these words: their addresses, their name.
// A letter that cannot be read is thrown away too: nobody can tell whom it is about.
func (f *Folder) Forget(ctx context.Context, words []string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	ids, err := f.ids()
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := ctx.Err(); err != nil {
			return err
		}
		letter, err := f.Letter(ctx, id)
		if errors.Is(err, ErrNotFound) || err == nil && !letter.speaksOf(words) {
			continue
		}
		if err := os.Remove(f.path(id)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("forget a letter: %w", err)
		}
	}
	return nil
}

func (l KeptLetter) speaksOf(words []string) bool {
	text := strings.ToLower(l.To + "\n" + l.Subject + "\n" + l.Text + "\n" + l.HTML)
	for _, word := range words {
		if utf8.RuneCountInString(word) >= shortestWord && strings.Contains(text, strings.ToLower(word)) {
			return true
		}
	}
	return false
}
