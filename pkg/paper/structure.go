package paper

import (
	"fmt"
	"strings"
)

// structure is the tree by which a document is read aloud (ISO 32000-2 §14.7): a flat list of headings, paragraphs,
// figures and links in the order in which they are read.
type structure struct {
	list  []element
	notes []int // elements of annotations
}

// mostAloud is how many characters of one text are read aloud: a string may have 32,767 bytes (ISO 19005-3 §6.1.13).
const mostAloud = 8000

// noteKeys is where the keys of annotations begin in the tree of parents; those of pages come before.
const noteKeys = 10_000

type element struct {
	kind, language, said, about string
	page, mark                  int
	annotation                  int
}

// add puts an element at the end. said is what it says in full, about what a picture shows.
func (t *structure) add(kind string, page, mark int, language, said, about string) int {
	t.list = append(t.list, element{kind: kind, page: page, mark: mark, language: language, said: cutTo(said, mostAloud), about: brief(about)})
	return len(t.list) - 1
}

func (t *structure) annotated(number, annotation, page int) {
	t.list[number].annotation, t.list[number].page = annotation, page
	t.notes = append(t.notes, number)
}

// parent is the key of an annotation in the tree of parents.
func (t *structure) parent(number int) int {
	for i, one := range t.notes {
		if one == number {
			return noteKeys + i
		}
	}
	return noteKeys
}

// write adds the tree and answers its root.
func (t *structure) write(o *objects, sheets []*sheet, language string) int {
	root, body := o.promise(), o.promise()
	numbers := make([]int, len(t.list))
	for i := range t.list {
		numbers[i] = o.promise()
	}
	for i, e := range t.list {
		o.keep(numbers[i], e.written(body))
	}
	o.keep(body, fmt.Sprintf("<< /Type /StructElem /S /Document /P %s /Lang %s /K %s >>", reference(root), text(language), references(numbers)))
	var parents strings.Builder
	for i, s := range sheets {
		list := make([]int, len(s.parents))
		for j, e := range s.parents {
			list[j] = numbers[e]
		}
		fmt.Fprintf(&parents, "%d %s ", i, references(list))
	}
	for i, e := range t.notes {
		fmt.Fprintf(&parents, "%d %s ", noteKeys+i, reference(numbers[e]))
	}
	tree := o.add("<< /Nums [" + parents.String() + "] >>")
	o.keep(root, fmt.Sprintf("<< /Type /StructTreeRoot /K %s /ParentTree %s /ParentTreeNextKey %d >>", reference(body), reference(tree), noteKeys+len(t.notes)))
	return root
}

func (e element) written(parent int) string {
	var out strings.Builder
	fmt.Fprintf(&out, "<< /Type /StructElem /S /%s /P %s /Pg %s", e.kind, reference(parent), reference(e.page))
	if e.language != "" {
		out.WriteString(" /Lang " + text(e.language))
	}
	if e.said != "" {
		out.WriteString(" /ActualText " + text(e.said))
	}
	if e.about != "" {
		out.WriteString(" /Alt " + text(e.about))
	}
	if e.annotation > 0 {
		fmt.Fprintf(&out, " /K << /Type /OBJR /Obj %s /Pg %s >> >>", reference(e.annotation), reference(e.page))
	} else {
		fmt.Fprintf(&out, " /K %d >>", e.mark)
	}
	return out.String()
}
