// Command build makes the front end: it minifies the sheet and the scripts, names every file after its bytes, compresses it
// and writes a manifest. It knows nothing of pages; `npm ci` has brought the packages before it runs.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	root := flag.String("root", "static", "folder with css, js and the drawings")
	flag.Parse()
	if err := build(*root, filepath.Join(*root, "dist")); err != nil {
		fmt.Fprintln(os.Stderr, "building the front end:", err)
		os.Exit(1)
	}
}

// build replaces what lies in dist by the built files of root.
func build(root, dist string) error {
	assets, err := bundle(root)
	if err != nil {
		return err
	}
	drawings, err := draw(root)
	if err != nil {
		return err
	}
	if err := clear(dist); err != nil {
		return err
	}
	return write(dist, append(assets, drawings...))
}
