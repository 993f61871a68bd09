//go:build !race

package backpack

const raced = false
