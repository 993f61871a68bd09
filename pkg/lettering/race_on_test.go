//go:build race

package lettering

// raced says that the race detector makes everything slower and larger, so that nothing is measured.
const raced = true
