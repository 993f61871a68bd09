//go:build race

package account

// raced says that nothing takes the time it takes in service.
const raced = true
