package model_test

import (
	"encoding/hex"
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/nesa-network/nesa/zk/model"
)

// reference rounds in floating point, where these numbers are exact.
func reference(accumulator int64, shift int) int8 {
	rounded := math.RoundToEven(math.Ldexp(float64(accumulator), -shift))
	return int8(min(max(rounded, -128), 127))
}

func TestRequantiseRoundsHalvesToEven(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shift := rapid.IntRange(0, model.MaxShift).Draw(t, "shift")
		accumulator := rapid.Int64Range(-model.AccumulatorBound, model.AccumulatorBound).Draw(t, "accumulator")
		if rapid.Bool().Draw(t, "tie") {
			accumulator = accumulator>>shift<<shift + int64(1)<<shift>>1
		}
		if found := model.Requantise(accumulator, shift); found != reference(accumulator, shift) {
			t.Fatalf("%d", found)
		}
	})
	for _, item := range []struct {
		accumulator int64
		shift       int
		value       int8
	}{{1, 1, 0}, {3, 1, 2}, {-1, 1, 0}, {-3, 1, -2}, {5, 1, 2}, {255, 1, 127}, {254, 1, 127}, {-257, 1, -128}, {-5000, 2, -128}} {
		if found := model.Requantise(item.accumulator, item.shift); found != item.value {
			t.Errorf("%d shifted by %d: %d", item.accumulator, item.shift, found)
		}
	}
}

func TestTheVectorsHold(t *testing.T) {
	raw, err := os.ReadFile("../../tests/vectors/provable.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Requantise []struct {
			Accumulator int64
			Shift       int
			Relu        bool
			Value       int8
		}
		Models []struct {
			Name, Model string
			Runs        []struct {
				Input, Output string
				Tensors       map[string]string
			}
		}
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	for _, item := range file.Requantise {
		accumulator := item.Accumulator
		if item.Relu {
			accumulator = max(accumulator, 0)
		}
		if reference(accumulator, item.Shift) != item.Value || model.Requantise(accumulator, item.Shift) != item.Value {
			t.Errorf("%+v", item)
		}
	}
	for _, item := range file.Models {
		m, err := model.Read(unhex(t, item.Model))
		if err != nil {
			t.Fatal(item.Name, err)
		}
		for _, run := range item.Runs {
			tensors, err := m.Trace(unhex(t, run.Input))
			if err != nil {
				t.Fatal(item.Name, err)
			}
			for index, values := range tensors {
				expected := unhex(t, run.Tensors[m.Tensor(index).Name])
				if !slices.EqualFunc(values, expected, func(one int8, other byte) bool { return byte(one) == other }) {
					t.Errorf("%s: the tensor %s is %v", item.Name, m.Tensor(index).Name, values)
				}
			}
		}
	}
}

func unhex(t *testing.T, text string) []byte {
	t.Helper()
	raw, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
