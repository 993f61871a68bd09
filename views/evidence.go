package views

import "context"

// EvidencePage is the form by which the holder of a badge puts evidence beside it, or changes a piece that is there
// (GET /b/{id}/evidence, GET /b/{id}/evidence/{evidence}).
type EvidencePage struct {
	Frame              Frame
	Badge, Name, Lang  string // the badge's id, name and language
	At                 string // where the form is sent
	Title, Words, Link string
	File               *FileView // the file that is there; nil: none
	Fresh              bool      // the piece is new
	Hidden             bool
	Largest            int64             // bytes a file may have
	Mistakes           map[string]string // by field: what is wrong with it
}

func (p EvidencePage) inputs(ctx context.Context) (title, words, link, file Input) {
	wrong := func(field string) string {
		if p.Mistakes[field] == "" {
			return ""
		}
		return T(ctx, "evidence.mistake."+field+"."+p.Mistakes[field])
	}
	title = Input{Name: "title", Label: T(ctx, "evidence.title"), Hint: T(ctx, "evidence.title.say"), Value: p.Title, MaxLength: 120, Mistake: wrong("title")}
	words = Input{Name: "words", Type: "textarea", Label: T(ctx, "evidence.words"), Hint: T(ctx, "evidence.words.say"), Value: p.Words, MaxLength: 5000, Mistake: wrong("words")}
	link = Input{Name: "link", Type: "url", Label: T(ctx, "evidence.link"), Value: p.Link, MaxLength: 2000, Mistake: wrong("link")}
	file = Input{Name: "file", Type: "file", Label: T(ctx, "evidence.file"), Hint: T(ctx, "evidence.file.say", "Size", fileSize(ctx, p.Largest)), Mistake: wrong("file")}
	if p.File != nil {
		file.Label = T(ctx, "evidence.file.other")
	}
	return title, words, link, file
}
