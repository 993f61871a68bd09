//go:build !race

package lettering

const raced = false
