//go:build !race

package openbadges

const raced = false
