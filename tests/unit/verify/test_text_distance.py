"""What a check says of a text's tokens."""

import numpy as np
import pytest

from nesa.engines import MARGINS, Outcome, Output
from nesa.errors import FingerprintError
from nesa.models import TextOutput
from nesa.verify._text_distance import text_distances

SPEC = TextOutput(tensor="logits", stops=(2,), band=0, clip=100)


def test_margins_are_clipped_in_the_sum_and_nowhere_else() -> None:
    margins = np.array([0, 7, 100, 101, 0, 900], np.int64)
    own = Output(Outcome.OK, tensors={MARGINS: margins})
    assert text_distances(SPEC, own) == (7 + 100 + 100 + 100, 900, 4)


def test_an_answer_that_is_ones_own_has_no_distance() -> None:
    own = Output(Outcome.OK, tensors={MARGINS: np.zeros(3, np.int64)})
    assert text_distances(SPEC, own) == (0, 0, 0)


def test_a_reading_without_margins_is_told() -> None:
    with pytest.raises(FingerprintError, match="did not give the margins"):
        text_distances(SPEC, Output(Outcome.OK))
