package keeper_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nesa-network/nesa/chain/x/job/types"
)

// benchRound makes each round of a benchmark draw other seeds.
var benchRound int

func benchSalt() string {
	benchRound++
	return fmt.Sprintf("bench/%d", benchRound)
}

// What a settled job takes in this project's stores while its record is kept, and what is left of it afterwards.
func BenchmarkF8BytesPerSettledJob(b *testing.B) {
	const jobs, perBlock, retention = 2_000, 100, 2_000
	for range b.N {
		s := newStream(b, 6, benchSalt(), retention)
		s.block(0)
		empty := s.bytes()
		for range jobs / perBlock {
			s.block(perBlock)
		}
		s.drain()
		require.Equal(b, jobs, s.settled)
		kept := s.bytes()
		for range retention + jobs/types.MaxDuePerBlock + 1 {
			s.block(0)
		}
		b.ReportMetric(float64(kept-empty)/jobs, "B/settled-job")
		b.ReportMetric(float64(s.bytes()-empty)/jobs, "B/forgotten-job")
		b.ReportMetric(float64(s.checked)/jobs, "checks/job")
	}
}

// A stream of jobs takes no more room after 50,000 of them than after the first that were forgotten.
func BenchmarkF8Plateau(b *testing.B) {
	const jobs, perBlock, retention, every = 50_000, 50, 100, 50
	for range b.N {
		s := newStream(b, 6, benchSalt(), retention)
		least, most := 0, 0
		for block := range jobs / perBlock {
			s.block(perBlock)
			if block < 2*retention || block%every != 0 {
				continue
			}
			size := s.bytes()
			if least == 0 {
				least = size
			}
			least, most = min(least, size), max(most, size)
		}
		b.ReportMetric(float64(most)/float64(least), "most/least")
		b.ReportMetric(float64(most), "B")
	}
}
