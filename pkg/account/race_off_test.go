//go:build !race

package account

// raced says that what takes its time in service takes it here.
const raced = false
