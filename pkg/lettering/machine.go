package lettering

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/go-text/typesetting/font"
)

// Chinese, Japanese and Korean have more signs than a small program can carry. Where the machine has a font for them in
// one of the usual folders, it is read when the first of their signs is met.
const (
	machine       = "machine"
	mostFonts     = 3        // are taken
	mostEntries   = 20_000   // of folders are looked at
	largestOnDisk = 32 << 20 // bytes of a font
)

// shelves are where fonts lie on the systems Carnet runs on.
var shelves = []string{"/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", "/Library/Fonts", `C:\Windows\Fonts`}

// wanted are beginnings of names of files with fonts for what is not packed, in lower case, best first.
var wanted = []string{"notosanscjk-regular", "notosanssc-regular", "notosansjp-regular", "notosanskr-regular", "sourcehansans", "droidsansfallback", "wqy-microhei", "wqy-zenhei", "arialunicode", "unifont"}

// found are the machine's fonts that help. The folders are looked through when a sign is first missed.
func found() []source {
	files := sync.OnceValue(lookAround)
	var list []source
	for i := range mostFonts {
		list = append(list, source{machine, sync.OnceValue(func() *font.Font {
			if all := files(); i < len(all) {
				return fromDisk(all[i])
			}
			return nil
		})})
	}
	return list
}

func lookAround() []string {
	best := make([]string, len(wanted))
	entries := 0
	for _, shelf := range shelves {
		_ = filepath.WalkDir(shelf, func(path string, entry fs.DirEntry, err error) error {
			if entries++; err != nil || entries > mostEntries {
				return filepath.SkipDir
			}
			for i, beginning := range wanted {
				if best[i] == "" && entry.Type().IsRegular() && strings.HasPrefix(strings.ToLower(entry.Name()), beginning) && isFont(path) {
					best[i] = path
				}
			}
			return nil
		})
	}
	var list []string
	for _, one := range best {
		if one != "" && len(list) < mostFonts {
			list = append(list, one)
		}
	}
	return list
}

func isFont(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".ttf", ".ttc", ".otf", ".otc":
		return true
	}
	return false
}

// fromDisk reads a font, of a collection its first. One that cannot be read is as if it were not there.
func fromDisk(path string) *font.Font {
	info, err := os.Stat(path)
	if err != nil || info.Size() > largestOnDisk {
		return nil
	}
	data, err := os.ReadFile(path) //nolint:gosec // one of the fonts found in the folders above
	if err != nil {
		return nil
	}
	faces, err := font.ParseTTC(bytes.NewReader(data))
	if err != nil || len(faces) == 0 {
		return nil
	}
	return faces[0].Font
}
