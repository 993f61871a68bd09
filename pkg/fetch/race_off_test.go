//go:build !race

package fetch

// raceDetector says that memory is not what it is in service.
const raceDetector = false
