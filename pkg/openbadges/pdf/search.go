package pdf

import (
	"bytes"
	"maps"
	"slices"
)

// search gathers the credentials of a document.
type search struct {
	*document
	found   [][]byte
	visited map[reference]bool // nodes of the tree of attached files
	nodes   int
}

// look asks the places in turn: files the document names as its own, attached files, metadata, and
// last, because every object must be read for them, files pinned to a page.
func (s *search) look() {
	s.visited = map[reference]bool{}
	catalog := s.catalog()
	for _, file := range s.listAt(catalog, "AF") {
		s.attached(file)
	}
	s.tree(s.dictAt(catalog, "Names")["EmbeddedFiles"])
	if metadata, isStream := s.at(catalog, "Metadata").(stream); isStream {
		if packet, err := s.content(metadata, MaxCredential); err == nil {
			s.keep(inXMP(packet), true)
		}
	}
	if said, isText := s.at(s.dictAt(s.trailer, "Info"), "openbadges").(text); isText {
		s.keep(plain(said), true)
	}
	if len(s.found) == 0 {
		s.pinned()
	}
}

// catalog is the root of the document; where no trailer names one, the last that calls itself so.
func (s *search) catalog() dict {
	if root := s.dictAt(s.trailer, "Root"); root != nil {
		return root
	}
	return s.last(func(members dict) bool { return members["Type"] == name("Catalog") })
}

// last answers the last object that is wanted, by number.
func (s *search) last(wanted func(dict) bool) (found dict) {
	for _, number := range slices.Sorted(maps.Keys(s.objects)) {
		if members, isDict := s.resolve(number).(dict); isDict && wanted(members) {
			found = members
		}
	}
	return found
}

// tree walks the name tree of attached files (ISO 32000-2 §7.9.6).
func (s *search) tree(node any) {
	if number, isReference := node.(reference); isReference {
		if s.visited[number] {
			return
		}
		s.visited[number] = true
	}
	if s.nodes++; s.nodes > maxNodes {
		return
	}
	members, _ := s.resolve(node).(dict)
	for i, item := range s.listAt(members, "Names") {
		if i%2 == 1 {
			s.attached(item)
		}
	}
	for _, kid := range s.listAt(members, "Kids") {
		s.tree(kid)
	}
}

// pinned looks for files attached to a page (ISO 32000-2 §12.5.6.15), and for those that go with a page or a part of it
// (§14.13), of which the catalog knows nothing.
func (s *search) pinned() {
	s.last(func(members dict) bool {
		if members["Subtype"] == name("FileAttachment") {
			s.attached(members["FS"])
		}
		for _, file := range s.listAt(members, "AF") {
			s.attached(file)
		}
		return false
	})
}

// attached reads a file specification (ISO 32000-2 §7.11.3).
func (s *search) attached(specification any) {
	if s.nodes++; s.nodes > maxNodes {
		return
	}
	members, _ := s.resolve(specification).(dict)
	files := s.dictAt(members, "EF")
	for _, key := range []name{"UF", "F"} {
		file, isStream := s.at(files, key).(stream)
		if !isStream {
			continue
		}
		if content, err := s.content(file, MaxCredential); err == nil {
			s.keep(content, false)
		}
		return
	}
}

// keep adds what may be a credential, once.
func (s *search) keep(said []byte, addressToo bool) {
	if len(s.found) >= maxFound || len(said) > MaxCredential || !mayBe(said) && (!addressToo || !isAddress(said)) {
		return
	}
	if slices.ContainsFunc(s.found, func(known []byte) bool { return bytes.Equal(known, said) }) {
		return
	}
	s.found = append(s.found, bytes.Clone(said))
}
