package model_test

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/nesa-network/nesa/zk/internal/sample"
	"github.com/nesa-network/nesa/zk/model"
)

func TestWhatIsWrittenReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 4))
		written := sample.Random(random, rapid.IntRange(1, 6).Draw(t, "steps"))
		found, err := model.Read(sample.Encode(written))
		if err != nil {
			t.Fatal(err)
		}
		if len(found.Steps) != len(written.Steps) || found.Output != written.Output {
			t.Fatalf("%+v", found)
		}
		for i := range found.Steps {
			one, other := found.Steps[i], written.Steps[i]
			one.Name, other.Name = "", "" // a Relu of its own bears another
			if !reflect.DeepEqual(one, other) {
				t.Fatalf("step %d: %+v instead of %+v", i, one, other)
			}
		}
	})
}

func dense(change func(*model.Model, *model.Dense)) *model.Model {
	m := sample.MLP(3, 4, 3)
	change(m, m.Steps[0].Operation.(*model.Dense))
	return m
}

func TestWhatIsNoProvableFormIsRefusedWithASentence(t *testing.T) {
	image := func(change func(*sample.Builder)) *model.Model {
		b := sample.NewBuilder(rand.New(rand.NewPCG(1, 1)), 1, 2, 4, 4)
		change(b)
		return b.Model
	}
	for sentence, made := range map[string]*model.Model{
		`the node "s0" (Gemm) has weights outside [-64, 64]`: dense(func(_ *model.Model, d *model.Dense) { d.Weights[3] = 65 }),
		"2^24 are exact": dense(func(_ *model.Model, d *model.Dense) { d.Bias[1] = 1 << 24 }),
		"may reach 16777216": dense(func(_ *model.Model, d *model.Dense) {
			d.Bias[2] = 1<<24 - 128*sum(d.Weights[8:])
		}),
		"shifts by -1 bits":                       dense(func(m *model.Model, _ *model.Dense) { m.Steps[0].Shift, m.Steps[0].Output.Exponent = -1, 13 }),
		"outside 2^±30":                           dense(func(m *model.Model, _ *model.Dense) { m.Input.Exponent = 31 }),
		"has no fixed shape that begins with 1":   dense(func(m *model.Model, _ *model.Dense) { m.Input.Shape = []int{2, 2} }),
		"has more than 1048576 elements":          dense(func(m *model.Model, _ *model.Dense) { m.Input.Shape = []int{1, 1 << 11, 1 << 11} }),
		"declared as [1 4] and computed as [1 3]": dense(func(m *model.Model, _ *model.Dense) { m.Steps[0].Output.Shape = []int{1, 4} }),
		`(AveragePool) averages 6 values`: image(func(b *sample.Builder) {
			b.Append(&model.Average{Kernel: [2]int{2, 3}, Strides: [2]int{1, 1}}, []int{1, 2, 3, 2}, 6, 0, false)
		}),
		"has a window larger than what it reads": image(func(b *sample.Builder) {
			b.Append(&model.Maximum{Kernel: [2]int{5, 1}, Strides: [2]int{1, 1}}, []int{1, 2, 1, 4}, 6, 0, false)
		}),
		"has weights for 1 channels in 1 groups, not 2": image(func(b *sample.Builder) {
			b.Convolution(2, 1, 4, 4, 4, false)
			c := b.Model.Steps[0].Operation.(*model.Convolution)
			c.Depth, c.Weights = 1, c.Weights[:18]
		}),
		"cannot make the shape [1 31]": image(func(b *sample.Builder) { b.Append(&model.Identity{}, []int{1, 31}, 6, 0, false) }),
	} {
		_, err := model.Read(sample.Encode(made))
		if err == nil || !strings.Contains(err.Error(), sentence) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v", sentence, err)
		}
	}
	if _, err := model.Read(sample.Encode(dense(func(_ *model.Model, d *model.Dense) {
		d.Bias[2] = 1<<24 - 1 - 128*sum(d.Weights[8:])
	}))); err != nil {
		t.Error("the largest bias within the bound: ", err)
	}
}

func sum(weights []int8) int32 {
	made := int32(0)
	for _, weight := range weights {
		made += max(int32(weight), -int32(weight))
	}
	return made
}

// edits change the text of a written graph, which keeps its length.
func TestNodesThatMeanSomethingElseAreRefused(t *testing.T) {
	graph := string(sample.Encode(sample.MLP(3, 4, 3, 2)))
	for sentence, edit := range map[string][2]string{
		"is no operator of the provable form":       {"Gemm", "Gexx"},
		`has the attribute "transX"`:                {"transB", "transX"},
		"reads \"t0\", which is no int8 tensor":     {"\x12\x02t0", "\x12\x02tt"},
		"does not make one tensor of its own":       {"\x12\x02t1", "\x12\x02t0"},
		"which is not a power of two":               {"\x00\x00\x80\x3c", "\x01\x00\x80\x3c"},
		"has a zero point that is not the constant": {"\x42\x05zero8\x4a\x01\x00", "\x42\x05zero8\x4a\x01\x01"},
		"is not int8":                                   {"\x08\x03\x12", "\x08\x02\x12"},
		"the graph has operator set 16":                 {"\x10\x11", "\x10\x10"},
		"is not made by a QuantizeLinear":               {"b\x14\n\x02t1", "b\x14\n\x02s1"},
		`scale that is not one float32 constant`:        {"2^-6", "2^-7"},
		"reads a constant that is neither int8":         {"\x10\x03B\x04s1.w", "\x10\x02B\x04s1.w"},
		"quantises \"s0.relu\", which no operator made": {"s0.relu", "s0.rela"},
	} {
		if strings.Count(graph, edit[0]) == 0 {
			t.Errorf("%q does not occur", edit[0])
			continue
		}
		_, err := model.Read([]byte(strings.Replace(graph, edit[0], edit[1], 1)))
		if err == nil || !strings.Contains(err.Error(), sentence) {
			t.Errorf("%q: %v", sentence, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	for seed := range uint64(8) {
		f.Add(sample.Encode(sample.Random(rand.New(rand.NewPCG(seed, 5)), 4)))
	}
	f.Add(sample.Encode(sample.MLP(1, 3, 2)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := model.Read(raw)
		if err != nil {
			return
		}
		output, err := m.Run(make([]byte, m.Input.Size()))
		if err != nil || len(output) != m.Tensor(m.Output).Size() {
			t.Fatalf("%d bytes, %v", len(output), err)
		}
	})
}
