"""V1, V3 and V4: what verifying evidence costs, and asking from contracts."""

from collections.abc import Mapping, Sequence

from bench.figures import PLACES, VALUES
from bench.gobench import go_benchmark

__all__ = ["asking", "proofs", "quotes"]

_EVIDENCE = "./x/attestation/evidence/"
_QUOTES = {"snp": "BenchmarkRealReport", "tdx": "BenchmarkRealQuote", "gpu": "BenchmarkVerify"}

Rounds = Mapping[str, Sequence[float]]


def proofs(rounds: int) -> Rounds:
    """Return gas and milliseconds of a Groth16 proof, natively and in a contract, by figure."""
    found = go_benchmark("./app", "BenchmarkV1Groth16", rounds)
    names = [f"{place}-{unit}-{values}" for place in PLACES for unit in ("gas", "ms") for values in VALUES]
    return {f"V1-{name}": [item[name] for item in found] for name in names}


def quotes(rounds: int) -> Rounds:
    """Return quotes per second on one core, by figure."""
    return {
        f"V3-{kind}": [1e9 / item["ns/op"] for item in go_benchmark(_EVIDENCE + kind, name, rounds, "1s")]
        for kind, name in _QUOTES.items()
    }


def asking(rounds: int) -> Rounds:
    """Return the gas of requests and of callbacks, by figure."""
    found = go_benchmark("./app", "BenchmarkV4Contracts", rounds)
    return {f"V4-{name}": [item[f"{name}-gas"] for item in found] for name in ("request", "sign", "accept", "reject")}
