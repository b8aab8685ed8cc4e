"""How well cheaper models are told from the true one, by the number of tokens: figure F7."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from calibration.conversations import conversation_sample
from nesa.calibration import READ, TOKENS, Calibration, Parts, judge_cheats
from nesa.models import Store

__all__ = ["BITS", "SCORED", "WITHIN", "Round", "areas_of_rounds"]

BITS = ("int8", "int4")
"""Names of the variants that are told from the model in float32."""
WITHIN = 2
"""Tokens by which fingerprints are to tell."""
SCORED = 8
"""Tokens by which the choice of tokens alone is looked at."""
_JOBS = 120

Round = dict[str, dict[int, float]]
"""By kind of cheat and number of tokens, the area under the curve."""


def areas_of_rounds(folder: Path, count: int) -> Iterator[Round]:
    """Yield what each of ``count`` rounds of jobs tells, none twice."""
    with tempfile.TemporaryDirectory(prefix="nesa-bench-") as scratch:
        model = Calibration(folder, Store(Path(scratch)), conversation_sample, BITS)
        for number in range(count):
            record = model.record()
            record.done.update(cheats=_JOBS * number, honest=_JOBS * number)
            parts = Parts(0, 0, 0, cheats=_JOBS * (number + 1), honest=_JOBS * (number + 1))
            for _ in model.go_on(record, parts, lambda: None):
                pass
            wanted = {*BITS, *(name + READ for name in BITS)}
            yield {
                one.kind: {tokens: one.areas[tokens] for tokens in TOKENS if tokens in one.areas}
                for one in judge_cheats(record, model.manifest.profile)
                if one.kind in wanted
            }
