package prove_test

import (
	"io"
	"math/big"
	"math/rand/v2"
	"syscall"
	"testing"
	"time"

	"github.com/nesa-network/nesa/zk/internal/sample"
	"github.com/nesa-network/nesa/zk/model"
	"github.com/nesa-network/nesa/zk/prove"
)

// The figures of README.md: go test -run '^$' -bench . -benchtime 5x ./prove
func BenchmarkModels(b *testing.B) {
	for _, item := range []struct {
		name    string
		model   *model.Model
		private bool
	}{
		{"MLP 64-32-10", sample.MLP(1, 64, 32, 10), false},
		{"MLP 64-32-10 private", sample.MLP(1, 64, 32, 10), true},
		{"MLP 784-128-10", sample.MLP(1, 784, 128, 10), false},
		{"MLP 784-128-10 private", sample.MLP(1, 784, 128, 10), true},
		{"CNN", sample.CNN(1), false},
	} {
		b.Run(item.name, func(b *testing.B) { measure(b, item.model, item.private) })
	}
}

func measure(b *testing.B, m *model.Model, private bool) {
	compiled, err := prove.Compile(m, private)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("compile", func(b *testing.B) {
		processor(b, func() error {
			_, err := prove.Compile(m, private)
			return err
		})
		b.ReportMetric(float64(compiled.GetNbConstraints()), "constraints")
		b.ReportMetric(float64(m.Weights()), "weights")
	})
	var keys *prove.Keys
	b.Run("setup", func(b *testing.B) {
		processor(b, func() error {
			keys, err = prove.Setup(compiled, private)
			return err
		})
		var size counter
		if err := keys.Write(&size, nil); err != nil {
			b.Fatal(err)
		}
		raw, err := prove.EncodeVerifyingKey(keys.Verifying)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(size), "pk-bytes")
		b.ReportMetric(float64(len(raw)), "vk-bytes")
	})
	input := sample.Payload(rand.New(rand.NewPCG(1, 1)), m)
	var salt *big.Int
	if private {
		salt = big.NewInt(7)
	}
	var proven *prove.Proven
	b.Run("prove", func(b *testing.B) {
		processor(b, func() error {
			proven, err = prove.Prove(m, keys, big.NewInt(1), input, salt)
			return err
		})
	})
	b.Run("verify", func(b *testing.B) {
		processor(b, func() error { return prove.Verify(keys.Verifying, proven.Proof, proven.Public) })
		b.ReportMetric(float64(len(proven.Public)), "public")
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
	b.ReportMetric(float64((used()-start).Milliseconds())/float64(b.N), "cpu-ms/op")
}

type counter int

func (c *counter) Write(raw []byte) (int, error) {
	*c += counter(len(raw))
	return len(raw), nil
}

var _ io.Writer = (*counter)(nil)
