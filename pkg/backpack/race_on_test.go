//go:build race

package backpack

// raced says that the race detector is on, which takes several times the memory.
const raced = true
