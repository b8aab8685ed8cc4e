import enum
from typing import Any, get_type_hints

import pytest

from nesa.chain import EventDelivered, Outcome, _job_events, encode_address
from nesa.cli._steps import Names, describe
from nesa.client import Step

EVENTS = [getattr(_job_events, name) for name in _job_events.__all__]
MINER = encode_address(bytes(20))


def example(kind: Any) -> object:
    """Make an event with some value in each field."""
    values: dict[str, object] = {}
    for name, hint in get_type_hints(kind).items():
        if hint is bool:
            values[name] = True
        elif hint is int:
            values[name] = 1
        elif hint is str:
            values[name] = MINER
        elif hint is bytes:
            values[name] = bytes(32)
        elif isinstance(hint, type) and issubclass(hint, enum.Enum):
            values[name] = list(hint)[1]
        else:
            values[name] = (1, 2, 3)
    return kind(**values)


def test_a_delivery_says_what_it_carries() -> None:
    for evidence, words in (
        ("", "…"),
        ("tee", ", with an enclave's signature"),
        ("none", ", which nobody checks"),
        ("new", ", with evidence"),
    ):
        event = EventDelivered(1, MINER, Outcome.OK, bytes(32), 1, evidence)
        assert describe(Step(7, "AB", event), Names({})).endswith(words)


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_every_event_is_described_in_words(kind: Any) -> None:
    event = example(kind)
    step = Step(7, "AB", event)
    line = describe(step, Names({}))
    assert line != step.name
    assert "\n" not in line
    if MINER in str(event):
        assert MINER not in line
        assert "the miner" in describe(step, Names({MINER: "the miner"}))
