package app_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sort"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	dbm "github.com/cosmos/cosmos-db"

	jobkeeper "github.com/nesa-network/nesa/chain/x/job/keeper"
	jobtypes "github.com/nesa-network/nesa/chain/x/job/types"
)

const (
	scaleRounds = 3
	scaleBlocks = 300
	// scaleWarmUp is how many blocks a request's life takes here, so that each measured block has all of its parts.
	scaleWarmUp = 30
)

// BenchmarkF11OpenJobs is the cost of a block with 100,000 open jobs, divided by that with one.
func BenchmarkF11OpenJobs(b *testing.B) {
	for range b.N {
		compare(b, population{miners: 10, jobs: 1}, population{miners: 10, jobs: 100_000})
	}
}

// BenchmarkF11Miners is the cost of a block with 10,000 miners, divided by that with ten. Epochs end in between.
func BenchmarkF11Miners(b *testing.B) {
	for range b.N {
		compare(b, population{miners: 10, jobs: 1}, population{miners: 10_000, jobs: 1})
	}
}

// compare measures two networks in turn, each in a process of its own since the EVM's configuration is global to one. In
// every block a job is requested, another's seed is drawn, and a third, which nobody has claimed, expires and is
// refunded.
func compare(b *testing.B, few, many population) {
	b.Helper()
	networks := []*child{spawn(b, few), spawn(b, many)}
	for _, n := range networks {
		n.blocks(b, scaleWarmUp)
	}
	var ratios []float64
	times := [2][]float64{}
	for range scaleRounds {
		for i, n := range networks {
			times[i] = append(times[i], n.blocks(b, scaleBlocks))
		}
		last := len(times[0]) - 1
		ratios = append(ratios, times[1][last]/times[0][last])
	}
	b.ReportMetric(median(ratios), "ratio")
	b.ReportMetric(median(times[0]), "ms/block-few")
	b.ReportMetric(median(times[1]), "ms/block-many")
}

// child is a network in another process, which makes blocks when it is told how many.
type child struct {
	in  io.Writer
	out *bufio.Reader
}

func spawn(b *testing.B, p population) *child {
	b.Helper()
	command := exec.Command(os.Args[0], "-test.run", "^TestScaleChild$", "-test.timeout", "30m")
	command.Env = append(os.Environ(), fmt.Sprintf("%s=%d %d", scaleChild, p.miners, p.jobs))
	in, err := command.StdinPipe()
	require.NoError(b, err)
	out, err := command.StdoutPipe()
	require.NoError(b, err)
	command.Stderr = os.Stderr
	require.NoError(b, command.Start())
	b.Cleanup(func() {
		require.NoError(b, in.Close())
		_, _ = io.Copy(io.Discard, out)
		require.NoError(b, command.Wait())
	})
	return &child{in, bufio.NewReader(out)}
}

// blocks has so many blocks made and returns the milliseconds that each took.
func (c *child) blocks(b *testing.B, count int) (milliseconds float64) {
	b.Helper()
	_, err := fmt.Fprintln(c.in, count)
	require.NoError(b, err)
	_, err = fmt.Fscanln(c.out, &milliseconds)
	require.NoError(b, err)
	return milliseconds
}

// scaleChild names the population of a child's network.
const scaleChild = "NESA_SCALE_CHILD"

// TestScaleChild is the other end of a child; on its own it does nothing.
func TestScaleChild(t *testing.T) {
	var p population
	if _, err := fmt.Sscan(os.Getenv(scaleChild), &p.miners, &p.jobs); err != nil {
		return
	}
	n := populated(t, p)
	for {
		var count int
		if _, err := fmt.Fscanln(os.Stdin, &count); err != nil {
			break
		}
		fmt.Println(blocks(t, n, count).Seconds() * 1000 / float64(count))
	}
	solvency, err := jobkeeper.NewQueryServer(n.Job).Solvency(n.state(t), &jobtypes.QuerySolvencyRequest{})
	require.NoError(t, err)
	require.True(t, solvency.Solvent)
}

func median(values []float64) float64 {
	sorted := append([]float64(nil), values...)
	sort.Float64s(sorted)
	return sorted[len(sorted)/2]
}

func populated(b testing.TB, p population) *node {
	b.Helper()
	home := b.TempDir()
	db, err := dbm.NewPebbleDB("application", home, nil)
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, db.Close()) })
	n, err := startNode(home, db, p.change(testUser()))
	require.NoError(b, err)
	n.execute(b, nil)
	// A network that grew to this would have its database in order; one that is made at once has not.
	pebble, ok := db.(*dbm.PebbleDB)
	require.True(b, ok)
	require.NoError(b, pebble.DB().Compact([]byte{0}, []byte{0xff}, true))
	return n
}

// blocks executes and commits so many blocks with a request each, and returns what that took, without the signing.
func blocks(b testing.TB, n *node, count int) time.Duration {
	b.Helper()
	var took time.Duration
	for range count {
		deadline := uint64(n.LastBlockHeight()) + 20
		raw := signed(b, n, 400_000, &jobtypes.MsgRequest{
			Requester: n.address().String(), Requests: []jobtypes.Terms{request(deadline)},
		})
		txs := append(n.propose(b), raw)
		started := time.Now()
		results := n.execute(b, txs)
		took += time.Since(started)
		require.Zero(b, results[len(results)-1].Code, results[len(results)-1].Log)
	}
	return took
}
