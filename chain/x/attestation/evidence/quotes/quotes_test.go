package quotes_test

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nesa-network/nesa/chain/x/attestation/evidence/quotes"
	"github.com/nesa-network/nesa/chain/x/attestation/types"
)

func unhex(t *testing.T, text string) []byte {
	t.Helper()
	raw, err := hex.DecodeString(text)
	require.NoError(t, err)
	return raw
}

// What the Python package's simulator makes is taken, and each way in which it can be wrong is refused for its own reason.
func TestThreat44SimulatedQuotes(t *testing.T) {
	raw, err := os.ReadFile("../../../../../tests/vectors/tee_simulated.json")
	require.NoError(t, err)
	var file struct {
		Product, Measurement string
		MinTCB               string `json:"min_tcb"`
		Data                 string `json:"report_data"`
		Time                 int64
		Roots                struct{ ARK, ASK string }
		Cases                []struct {
			Name, Refused, Report string
			Certificates          []string
		}
	}
	require.NoError(t, json.Unmarshal(raw, &file))
	anchor := types.Anchor{
		Platform: types.Platform_PLATFORM_SEV_SNP, Product: file.Product, MinTcb: unhex(t, file.MinTCB),
		Certificates: [][]byte{unhex(t, file.Roots.ARK), unhex(t, file.Roots.ASK)}, Simulated: true,
	}
	want := map[string][]error{
		"debug": {types.ErrDebug}, "vmpl": {types.ErrDebug}, "tcb": {types.ErrOldTCB}, "expired": {types.ErrCertificateTime},
		"signature": {types.ErrSignature}, "format": {types.ErrMalformed}, "root": {types.ErrChain, types.ErrSignature},
		"certificate": {types.ErrChain, types.ErrPlatform, types.ErrMalformed},
	}
	seen := 0
	for _, c := range file.Cases {
		quote := types.Quote{Platform: anchor.Platform, Product: file.Product, Report: unhex(t, c.Report)}
		for _, certificate := range c.Certificates {
			quote.Certificates = append(quote.Certificates, unhex(t, certificate))
		}
		claims, err := quotes.Verifier{}.VerifyQuote(anchor, types.Collateral{}, quote, time.Unix(file.Time, 0))
		switch c.Refused {
		case "":
			require.NoError(t, err, c.Name)
			require.Equal(t, file.Data, hex.EncodeToString(claims.ReportData[:]), c.Name)
			require.Equal(t, file.Measurement, hex.EncodeToString(claims.Measurement), c.Name)
			require.Equal(t, quote.Report[0x1a0:0x1e0], claims.Machine, "CHIP_ID, where AMD's specification has it")
		case "measurement": // for the keeper to compare
			require.NoError(t, err, c.Name)
			require.NotEqual(t, file.Measurement, hex.EncodeToString(claims.Measurement), c.Name)
		case "report data":
			require.NoError(t, err, c.Name)
			require.NotEqual(t, file.Data, hex.EncodeToString(claims.ReportData[:]), c.Name)
		default:
			require.Error(t, err, c.Name)
			matched := false
			for _, kind := range want[c.Refused] {
				matched = matched || errors.Is(err, kind)
			}
			require.True(t, matched, "%s: %v", c.Name, err)
		}
		seen++
	}
	require.Greater(t, seen, 15)
}
