package ceremony

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/consensys/gnark/backend/groth16/bn254/mpcsetup"

	"github.com/nesa-network/nesa/zk/internal/sample"
	"github.com/nesa-network/nesa/zk/model"
)

// The figures of README.md, in minutes: go test -run '^$' -bench . -benchtime 1x ./ceremony
func BenchmarkCeremony(b *testing.B) {
	for name, m := range map[string]*model.Model{"MLP 784-128-10": sample.MLP(1, 784, 128, 10), "CNN": network()} {
		b.Run(name, func(b *testing.B) { measure(b, compile(b, m, false)) })
	}
}

// BenchmarkLibrary measures the start of phase 2 as the library computes it.
func BenchmarkLibrary(b *testing.B) {
	circuit := compile(b, sample.MLP(1, 784, 128, 10), false)
	commons := mpcsetup.NewPhase1(circuit.domain()).Seal(beacon)
	processor(b, func() error {
		new(mpcsetup.Phase2).Initialize(circuit.System, &commons)
		return nil
	})
}

// network is sample.CNN with a channel less, so that its constraints are just below 2^16.
func network() *model.Model {
	b := sample.NewBuilder(rand.New(rand.NewPCG(1, 2)), 1, 1, 28, 28)
	b.Convolution(4, 2, 40, 500, 7, true)
	b.Convolution(7, 1, 30, 500, 8, true)
	b.MaxPool()
	b.Dense(32, 30, 500, 10, true)
	b.Dense(10, 40, 500, 8, false)
	return b.Model
}

func measure(b *testing.B, circuit *Circuit) {
	c := New(b.TempDir(), func(string, ...any) {})
	if _, err := c.Init(circuit); err != nil {
		b.Fatal(err)
	}
	contribute := func() (*Transcript, error) { return c.Contribute("ada") }
	finish := func() (*Transcript, error) { return c.Finish(circuit, beacon) }
	verify := func() (*Transcript, error) { return c.Verify(circuit) }
	for _, step := range []struct {
		name, file string
		work       func() (*Transcript, error)
	}{
		{"contribute 1", "phase1-0001.bin", contribute},
		{"verify 1", TranscriptFile, verify},
		{"finish 1", "phase2-0000.bin", finish},
		{"contribute 2", "phase2-0001.bin", contribute},
		{"finish 2", ProvingKeyFile, finish},
		{"verify", VerifyingKeyFile, verify},
	} {
		b.Run(step.name, func(b *testing.B) {
			processor(b, func() error {
				_, err := step.work()
				return err
			})
			info, err := os.Stat(filepath.Join(c.folder, step.file))
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(info.Size())/1e6, "MB")
			b.ReportMetric(float64(circuit.System.GetNbConstraints()), "constraints")
		})
	}
	commons := mpcsetup.NewPhase1(circuit.domain()).Seal(beacon)
	b.Run("initialise", func(b *testing.B) {
		processor(b, func() error {
			_, _, err := initialise(circuit.System, &commons)
			return err
		})
	})
}

// processor reports the processor time of a step, which other work on the machine disturbs less than the wall clock.
func processor(b *testing.B, step func() error) {
	b.Helper()
	used := func() time.Duration {
		var usage syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
			b.Fatal(err)
		}
		return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
	}
	start := used()
	for b.Loop() {
		if err := step(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric((used()-start).Seconds()/float64(b.N), "cpu-s/op")
}
