import enum
from typing import Any, get_type_hints

import pytest

from nesa.chain import _job_events, encode_address
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
