"""A proven decision as a file: what it says, and the proof. Its public values follow from what it says."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from nesa.errors import ProofError
from nesa.provable import PROOF_BYTES, as_context, decision_digest, parse_number, public_values
from nesa.untrusted import parse_json

__all__ = ["LABEL_BYTES", "MAX_CHAIN_ID", "Decision"]

LABEL_BYTES = 32
_FORMAT = "nesa/decision/v1"
_MAX_OUTPUT = 2**20
MAX_CHAIN_ID = 50  # characters, as CometBFT has it
_MAX_ID = 2**64 - 1


@dataclass(frozen=True, slots=True)
class Decision:
    """What a model of the chain answers to an input that nobody sees.

    Attributes:
        chain_id: the chain's name.
        version: id of the model's version.
        account: whose decision it is.
        label: 32 bytes that tell it from the account's others.
        commitment: to the input.
        output: the model's output.
        proof: 256 bytes.
    """

    chain_id: str
    version: int
    account: str
    label: bytes
    commitment: int
    output: bytes
    proof: bytes

    @property
    def context(self) -> int:
        """The first public value."""
        from nesa.chain import decode_address  # noqa: PLC0415 - it takes a while to import

        address = decode_address(self.account)
        return as_context(decision_digest(self.chain_id, version=self.version, account=address, label=self.label))

    @property
    def public(self) -> tuple[int, ...]:
        """The public values that the proof must hold for."""
        return public_values(self.context, self.commitment, self.output)

    def to_json(self) -> str:
        """Return the file's text."""
        found = {
            "format": _FORMAT,
            "chain_id": self.chain_id,
            "version_id": self.version,
            "account": self.account,
            "label": self.label.hex(),
            "commitment": str(self.commitment),
            "output": self.output.hex(),
            "proof": self.proof.hex(),
        }
        return json.dumps(found, indent=2) + "\n"

    @classmethod
    def from_json(cls, raw: bytes) -> "Decision | None":
        """Read a file; None if it is something else than a decision.

        Raises:
            ProofError: it is a decision, but a field is missing or malformed.
        """
        try:
            found = parse_json(raw)
        except ValueError:
            return None
        if not isinstance(found, dict) or found.get("format") != _FORMAT:
            return None
        version, chain_id = found.get("version_id"), found.get("chain_id")
        if not isinstance(version, int) or isinstance(version, bool) or not 0 < version <= _MAX_ID:
            raise ProofError("the decision has no version_id")
        if not isinstance(chain_id, str) or not 0 < len(chain_id) <= MAX_CHAIN_ID:
            raise ProofError(f"the decision has no chain_id of at most {MAX_CHAIN_ID} characters")
        if not isinstance(found.get("account"), str):
            raise ProofError("the decision has no account")
        return cls(
            chain_id=chain_id,
            version=version,
            account=found["account"],
            label=_hex(found, "label", LABEL_BYTES, LABEL_BYTES),
            commitment=parse_number(found.get("commitment")),
            output=_hex(found, "output", 1, _MAX_OUTPUT),
            proof=_hex(found, "proof", PROOF_BYTES, PROOF_BYTES),
        )


def _hex(found: Mapping[str, object], name: str, least: int, most: int) -> bytes:
    text = found.get(name)
    if isinstance(text, str) and 2 * least <= len(text) <= 2 * most:
        try:
            return bytes.fromhex(text)
        except ValueError:
            pass
    size = f"{least} bytes" if least == most else f"{least} to {most} bytes"
    raise ProofError(f"the decision's {name} is not {size} in hexadecimal")
