package keeper_test

import (
	"encoding/binary"
	"math/big"
	"testing"

	"github.com/consensys/gnark-crypto/ecc/bn254"
	"github.com/consensys/gnark-crypto/ecc/bn254/fr"
	"github.com/stretchr/testify/require"

	"github.com/nesa-network/nesa/chain/x/attestation/types"
)

// trapdoor is what a ceremony destroys: whoever knows it proves anything under its verifying key (Groth16, "On the Size of
// Pairing-Based Non-interactive Arguments", section 3.1, the simulator). Here it saves a circuit for each statement.
type trapdoor struct {
	alpha, beta, gamma, delta fr.Element
	k                         []fr.Element
}

func newTrapdoor(t *testing.T, publicValues int) trapdoor {
	t.Helper()
	door := trapdoor{k: make([]fr.Element, publicValues+1)}
	for _, secret := range []*fr.Element{&door.alpha, &door.beta, &door.gamma, &door.delta} {
		_, err := secret.SetRandom()
		require.NoError(t, err)
	}
	for i := range door.k {
		_, err := door.k[i].SetRandom()
		require.NoError(t, err)
	}
	return door
}

func g1(scalar fr.Element) []byte {
	var point bn254.G1Affine
	point.ScalarMultiplicationBase(scalar.BigInt(new(big.Int)))
	raw := point.RawBytes()
	return raw[:]
}

func g2(scalar fr.Element) []byte {
	var point bn254.G2Affine
	point.ScalarMultiplicationBase(scalar.BigInt(new(big.Int)))
	raw := point.RawBytes()
	return raw[:]
}

// key in the layout that README.md of the module gives.
func (d trapdoor) key() []byte {
	raw := append(g1(d.alpha), g1(d.beta)...)
	raw = append(append(raw, g2(d.beta)...), g2(d.gamma)...)
	raw = append(append(raw, g1(d.delta)...), g2(d.delta)...)
	raw = binary.BigEndian.AppendUint32(raw, uint32(len(d.k)))
	for _, k := range d.k {
		raw = append(raw, g1(k)...)
	}
	return append(raw, make([]byte, 8)...)
}

// prove solves A·B = α·β + inputs·γ + C·δ for C.
func (d trapdoor) prove(t *testing.T, public [][]byte) []byte {
	t.Helper()
	inputs := d.k[0]
	for i, value := range public {
		var term fr.Element
		term.SetBytes(value)
		inputs.Add(&inputs, term.Mul(&term, &d.k[i+1]))
	}
	var a, b, c, taken fr.Element
	_, err := a.SetRandom()
	require.NoError(t, err)
	_, err = b.SetRandom()
	require.NoError(t, err)
	c.Mul(&a, &b).Sub(&c, taken.Mul(&d.alpha, &d.beta)).Sub(&c, taken.Mul(&inputs, &d.gamma)).Div(&c, &d.delta)
	return append(append(g1(a), g2(b)...), g1(c)...)
}

// provable admits proofs about a version's deliveries as statement() makes them.
func (f *fixture) provable(versionID uint64) trapdoor {
	f.t.Helper()
	s := statement("alice")
	key := types.VerifyingKey{
		VersionId: versionID, InputSize: uint64(len(s.Input)), OutputSize: uint64(len(s.Output)), TranscriptDigest: make([]byte, 32),
	}
	door := newTrapdoor(f.t, int(key.PublicValues()))
	key.Key = door.key()
	_, err := f.msg.SetVerifyingKey(f.ctx, &types.MsgSetVerifyingKey{Authority: authority(), VerifyingKey: key})
	require.NoError(f.t, err)
	return door
}

// delivered is a delivery with a proof about it.
func (d trapdoor) delivered(t *testing.T, s types.Statement) types.Delivered {
	t.Helper()
	public := append([][]byte{types.Context(s.Digest(testChain))}, types.Pack(s.Input)...)
	proof := d.prove(t, append(public, types.Pack(s.Output)...))
	return types.Delivered{
		Statement: s, Evidence: types.Evidence{Sum: &types.Evidence_Proof{Proof: &types.Proof{Groth16: proof}}},
	}
}
