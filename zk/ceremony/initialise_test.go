package ceremony

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/consensys/gnark/backend/groth16/bn254/mpcsetup"

	"github.com/nesa-network/nesa/zk/internal/sample"
	"github.com/nesa-network/nesa/zk/model"
)

func compile(t testing.TB, m *model.Model, private bool) *Circuit {
	t.Helper()
	circuit, err := NewCircuit(sample.Encode(m), private)
	if err != nil {
		t.Fatal(err)
	}
	return circuit
}

// TestInitialiseEqualsTheLibrary compares the fast start of phase 2 with mpcsetup's, point by point and byte by byte.
func TestInitialiseEqualsTheLibrary(t *testing.T) {
	for _, item := range []struct {
		model   *model.Model
		private bool
	}{
		{sample.MLP(1, 5, 2), false},
		{sample.MLP(1, 2, 1), true},
		{sample.Random(rand.New(rand.NewPCG(4, 4)), 4), false},
	} {
		circuit := compile(t, item.model, item.private)
		first := mpcsetup.NewPhase1(circuit.domain())
		first.Contribute()
		commons := first.Seal([]byte("beacon"))
		want := new(mpcsetup.Phase2)
		wantEvaluations := want.Initialize(circuit.System, &commons)
		got, evaluations, err := initialise(circuit.System, &commons)
		if err != nil {
			t.Fatal(err)
		}
		var library, ours bytes.Buffer
		if _, err := want.WriteTo(&library); err != nil {
			t.Fatal(err)
		}
		if _, err := got.WriteTo(&ours); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(library.Bytes(), ours.Bytes()) || !reflect.DeepEqual(want, got) {
			t.Errorf("%d constraints start otherwise", circuit.System.GetNbConstraints())
		}
		if !reflect.DeepEqual(wantEvaluations, *evaluations) {
			t.Errorf("%d constraints evaluate otherwise", circuit.System.GetNbConstraints())
		}
		small := mpcsetup.NewPhase1(circuit.domain() / 2)
		commons = small.Seal([]byte("beacon"))
		if _, _, err := initialise(circuit.System, &commons); err == nil {
			t.Error("a phase 1 that is too small is taken")
		}
	}
}
