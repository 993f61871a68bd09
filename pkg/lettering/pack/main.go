// Command pack brings the fonts that texts are drawn with from their npm packages into pkg/lettering: it undoes their
// wrapping, leaves out what only screens of old need, and compresses them. It knows nothing of texts; `npm ci` has brought
// the packages before it runs.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/andybalholm/brotli"
)

// cuts are the files that are packed, by the name they get. The order in which they are asked for a sign is
// lettering's; each holds one script, so that no text loads more than it needs.
func cuts() map[string]string {
	list := map[string]string{"emoji": "noto-emoji/files/noto-emoji-emoji-400-normal.woff"}
	for weight, named := range map[string]string{"400": "sans", "700": "bold"} {
		for _, script := range []string{"latin", "latin-ext", "vietnamese", "greek", "greek-ext", "cyrillic", "cyrillic-ext"} {
			list[named+"-"+script] = "noto-sans/files/noto-sans-" + script + "-" + weight + "-normal.woff"
		}
		for _, script := range []string{"arabic", "hebrew", "devanagari", "thai"} {
			list[named+"-"+script] = "noto-sans-" + script + "/files/noto-sans-" + script + "-" + script + "-" + weight + "-normal.woff"
		}
	}
	for _, script := range []string{"latin", "latin-ext", "vietnamese", "greek", "greek-ext", "cyrillic", "cyrillic-ext"} {
		list["serif-"+script] = "noto-serif/files/noto-serif-" + script + "-400-normal.woff"
	}
	return list
}

func main() {
	from := flag.String("from", filepath.Join("static", "node_modules", "@fontsource"), "folder with the packages")
	to := flag.String("to", filepath.Join("pkg", "lettering", "fonts"), "folder for the fonts")
	flag.Parse()
	if err := packAll(*from, *to); err != nil {
		fmt.Fprintln(os.Stderr, "packing the fonts:", err)
		os.Exit(1)
	}
}

// packAll replaces the fonts in a folder; the list of what they are is written last, so that make sees a half-done one.
func packAll(from, to string) error {
	old, err := filepath.Glob(filepath.Join(to, "*.ttf.br"))
	if err != nil {
		return err
	}
	for _, one := range old {
		if err := os.Remove(one); err != nil {
			return err
		}
	}
	families := map[string]bool{}
	for name, file := range cuts() {
		if err := pack(filepath.Join(from, filepath.FromSlash(file)), filepath.Join(to, name+".ttf.br")); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		family, _, _ := strings.Cut(file, "/")
		families[family] = true
	}
	notice, err := licences(from, families)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(to, "NOTICE"), []byte(notice), 0o644) //nolint:gosec // licences, for everybody
}

// licences says whose the fonts are, and once the licence under which all of them are given.
func licences(from string, families map[string]bool) (string, error) {
	var owners strings.Builder
	terms := ""
	for _, family := range sorted(families) {
		text, err := os.ReadFile(filepath.Join(from, family, "LICENSE")) //nolint:gosec // a package of the lock file
		if err != nil {
			return "", err
		}
		owner, rest, found := strings.Cut(string(text), "This Font Software is licensed")
		if rest = strings.TrimSpace(rest); !found || terms != "" && rest != terms || !strings.Contains(rest, "SIL OPEN FONT LICENSE") {
			return "", fmt.Errorf("%s is not under the licence of the others", family)
		}
		terms = rest
		fmt.Fprintf(&owners, "%s: %s\n", family, strings.Join(strings.Fields(owner), " "))
	}
	return owners.String() + "\nThis Font Software is licensed " + terms + "\n", nil
}

func pack(from, to string) error {
	wrapped, err := os.ReadFile(from) //nolint:gosec // a package of the lock file
	if err != nil {
		return err
	}
	font, err := unwrap(wrapped)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	w := brotli.NewWriterOptions(&out, brotli.WriterOptions{Quality: brotli.BestCompression, LGWin: 22})
	if _, err := w.Write(font); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return os.WriteFile(to, out.Bytes(), 0o644) //nolint:gosec // read by the compiler
}
