package rdf

import (
	"maps"
	"slices"
	"strconv"
)

// fewLabels is up to when looking through the order is quicker than a map.
const fewLabels = 16

// issuer gives out labels in turn (RDFC-1.0 §4.5).
type issuer struct {
	prefix string
	order  []int32
	places map[int32]int32 // of each node in the order; nil while they are few
}

// place is the number a node was given, negative if none.
func (i *issuer) place(node int32) int32 {
	if i.places == nil {
		return int32(slices.Index(i.order, node))
	}
	if place, known := i.places[node]; known {
		return place
	}
	return -1
}

func (i *issuer) has(node int32) bool { return i.place(node) >= 0 }

func (i *issuer) appendName(b []byte, node int32) []byte {
	return strconv.AppendInt(append(b, i.prefix...), int64(i.place(node)), 10)
}

func (i *issuer) issue(node int32) {
	if i.has(node) {
		return
	}
	i.order = append(i.order, node)
	if i.places != nil {
		i.places[node] = int32(len(i.order) - 1)
	} else if len(i.order) > fewLabels {
		i.places = make(map[int32]int32, 2*len(i.order))
		for place, known := range i.order {
			i.places[known] = int32(place)
		}
	}
}

func (i *issuer) copy() *issuer {
	return &issuer{prefix: i.prefix, order: slices.Clone(i.order), places: maps.Clone(i.places)}
}
