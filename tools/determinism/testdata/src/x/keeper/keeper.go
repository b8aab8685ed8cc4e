package keeper

import (
	"math/rand" // want `import of "math/rand": use the beacon`
	"time"
)

func sum(amounts map[string]int64) (total int64) {
	for _, amount := range amounts { // want "range over a map"
		total += amount
	}
	return total
}

func share(part int64) int64 {
	return part + int64(0.5*2) // want "floating point" "floating point"
}

func later(done chan int) int64 {
	go sum(nil) // want "goroutine"
	select {    // want "select"
	case <-done:
	default:
	}
	return time.Now().Unix() + rand.Int63() // want "time.Now: use the block's time"
}

func fine(ordered []int64, height time.Duration) (total int64) {
	for _, amount := range ordered {
		total += amount + int64(height)
	}
	return total
}
