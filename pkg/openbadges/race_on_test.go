//go:build race

package openbadges

// raced says that the race detector makes everything slower and larger, so that nothing is measured.
const raced = true
