"""Writes tests/vectors/tee_simulated.json: what a simulated enclave attests, and what must be refused of it.

Keys and signatures are random, so that every run writes another file, which says the same.

Usage, in the folder tests: python -m reference.write_tee_vectors
"""

import hashlib
import json
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nesa.chain import encode_address
from nesa.tee import AttestedKey, Quote, Simulator

TARGET = Path(__file__).parents[1] / "vectors" / "tee_simulated.json"
CHAIN_ID = "nesa-test-1"
MINER, OTHER_MINER = bytes(range(20)), bytes(range(20, 40))
SEED = hashlib.sha256(b"the enclave's key").digest()
NOW = datetime(2026, 1, 1, tzinfo=UTC)
EXPIRES = int((NOW + timedelta(days=7)).timestamp())
WHOLE = {"with the vendor's certificates", "another root"}  # whose certificates are not the processor's alone
MIN_TCB = replace(Simulator.tcb, microcode=Simulator.tcb.microcode - 1)
OLD = replace(Simulator.tcb, microcode=MIN_TCB.microcode - 1)


def flip(quote: Quote, offset: int) -> Quote:
    """Return a quote with one bit of its report changed."""
    report = bytearray(quote.report)
    report[offset] ^= 1
    return replace(quote, report=bytes(report))


def cases(simulator: Simulator, other: Simulator, key: AttestedKey) -> list[tuple[str, str, Quote]]:
    """Return each case's name, the reason to refuse it, and the quote."""
    data = key.report_data(CHAIN_ID, encode_address(MINER), EXPIRES)
    elsewhere = key.report_data(CHAIN_ID, encode_address(OTHER_MINER), EXPIRES)
    good = simulator.quote(data)
    newest = replace(Simulator.tcb, snp=Simulator.tcb.snp + 1)
    return [
        ("as it should be", "", good),
        ("with the vendor's certificates", "", good),
        ("newer security versions", "", simulator.quote(data, tcb=newest)),
        ("least security versions", "", simulator.quote(data, tcb=MIN_TCB)),
        ("a guest that may be debugged", "debug", simulator.quote(data, debug=True)),
        ("another guest", "measurement", simulator.quote(data, measurement=bytes(48))),
        ("old microcode", "tcb", simulator.quote(data, tcb=OLD)),
        (
            "newer microcode, older firmware",
            "tcb",
            simulator.quote(data, tcb=replace(Simulator.tcb, microcode=255, snp=0)),
        ),
        ("a key of other security versions", "certificate", simulator.quote(data, certified_tcb=newest)),
        ("another processor's certificate", "certificate", simulator.quote(data, certified_chip=bytes(64))),
        ("an expired certificate", "expired", simulator.quote(data, valid_for=timedelta(hours=-1))),
        ("a lower privilege level", "vmpl", simulator.quote(data, vmpl=1)),
        (
            "another expiry",
            "report data",
            simulator.quote(key.report_data(CHAIN_ID, encode_address(MINER), EXPIRES + 1)),
        ),
        ("another miner's key", "report data", simulator.quote(elsewhere)),
        ("report data changed", "signature", flip(good, 0x50)),
        ("measurement changed", "signature", flip(good, 0x90)),
        ("signature changed", "signature", flip(good, 0x2A0)),
        ("zeros changed", "format", flip(good, 0x220)),
        ("a byte too many", "format", replace(good, report=good.report + b"\0")),
        ("cut short", "format", replace(good, report=good.report[:-1])),
        ("no certificate", "certificate", replace(good, certificates=())),
        ("certificate changed", "certificate", replace(good, certificates=(_spoil(good.certificates[0]),))),
        ("another root", "root", other.quote(data)),
    ]


def _spoil(certificate: bytes) -> bytes:
    return certificate[:-1] + bytes((certificate[-1] ^ 1,))


def main() -> None:
    """Write the file."""
    key = AttestedKey(Ed25519PrivateKey.from_private_bytes(SEED))
    with tempfile.TemporaryDirectory() as folder:
        simulator, other = (Simulator.create(Path(folder) / name, now=lambda: NOW) for name in ("this", "other"))
        found = cases(simulator, other, key)
    signed = hashlib.sha256(b"a delivery").digest()
    ark, ask = simulator.roots()
    TARGET.write_text(
        json.dumps(
            {
                "chain_id": CHAIN_ID,
                "miner": MINER.hex(),
                "seed": SEED.hex(),
                "key": key.key.hex(),
                "expires": EXPIRES,
                "report_data": key.report_data(CHAIN_ID, encode_address(MINER), EXPIRES).hex(),
                "digest": signed.hex(),
                "signature": key.sign(signed).hex(),
                "product": simulator.product,
                "roots": {"ark": ark.hex(), "ask": ask.hex()},
                "measurement": simulator.measurement.hex(),
                "min_tcb": MIN_TCB.to_int().to_bytes(8, "big").hex(),
                "time": int(NOW.timestamp()),
                "cases": [
                    {
                        "name": name,
                        "refused": reason,
                        "report": quote.report.hex(),
                        "certificates": [
                            certificate.hex() for certificate in quote.certificates[: None if name in WHOLE else 1]
                        ],
                    }
                    for name, reason, quote in found
                ],
            },
            indent=1,
        )
        + "\n"
    )


if __name__ == "__main__":
    main()
