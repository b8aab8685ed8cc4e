"""Cheats with text, without a network: a reading finds each of them wrong, and nothing else."""

from pathlib import Path

import pytest

from build import chat as write_chat
from nesa.demo._cheating import Cheater, cheating, read_seeds, rehearse
from nesa.demo._cheats import CHEATS, LIES, Asked, conversation, marked, named, question
from nesa.engines import MARGINS, EngineConfig, Outcome, encode_options
from nesa.errors import NesaError
from nesa.models import Store
from nesa.text import read_answer
from nesa.verify import Delivery, check, fingerprint, scores_ok

CHAIN, MARKED, UNMARKED = "nesa-test-1", bytes([1]) * 32, bytes([2]) * 32


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a cheat has rehearsed with the chat model."""
    root = tmp_path_factory.mktemp("cheats")
    write_chat(root / "models")
    rehearse(root / "models" / "chat-fp32", root / "cheap")
    return root / "cheap"


@pytest.fixture(scope="module")
def cheater(folder: Path) -> Cheater:
    store = Store(folder / "store")
    manifest = store.manifest(store.add_folder(folder.parent / "models" / "chat-fp32"))
    return cheating(folder, manifest, store, EngineConfig(threads=1))


def passes(cheater: Cheater, asked: Asked) -> bool:
    """Whether an honest verifier finds nothing wrong with what is delivered."""
    output = cheater.run(asked.data, asked.options, asked.seed)
    profile = cheater.manifest.profile
    found = check(
        cheater.desk.real,
        asked.data,
        asked.options,
        asked.seed,
        Delivery(output.outcome, output.payload, output.units, fingerprint(output, profile, MARKED, CHAIN)),
        chain_id=CHAIN,
        executor_seed=MARKED,
        check_seed=UNMARKED,
        max_units=1000,
    )
    return found.outcome is output.outcome and scores_ok(found.scores, profile)


def asked(name: str, seed: bytes) -> Asked:
    data, options = question(name)
    return Asked(data, encode_options(options), seed)


@pytest.mark.parametrize("name", CHEATS)
def test_each_cheat_is_out_of_bounds_and_honest_work_on_the_same_request_is_not(
    cheater: Cheater, folder: Path, name: str
) -> None:
    seed = read_seeds(folder)[name]
    assert named(seed) == name
    assert not passes(cheater, asked(name, seed))
    assert passes(cheater, asked(name, UNMARKED))


def test_words_that_might_be_honest_are_passed_over(cheater: Cheater, folder: Path) -> None:
    for name, cheat in CHEATS.items():
        request = asked(name, read_seeds(folder)[name])
        if cheat.by_words:
            own = cheater.desk.read(request, cheat.bend(cheater.desk, request).payload)
            assert own.tensors[MARGINS].max() > 0


def test_what_is_kept_is_given_to_everybody(cheater: Cheater) -> None:
    one, other = (cheater.run(*vars_of(asked("kept", marked("kept", number)))) for number in (1, 2))
    assert one.payload == other.payload


def vars_of(request: Asked) -> tuple[bytes, bytes, bytes]:
    return request.data, request.options, request.seed


def test_one_token_is_edited_and_the_text_follows(cheater: Cheater) -> None:
    request = asked("edit", marked("edit", 0))
    honest, edited = (
        read_answer(output.payload) for output in (cheater.desk.honest(request), cheater.run(*vars_of(request)))
    )
    assert honest is not None
    assert edited is not None
    assert sum(one != other for one, other in zip(honest.tokens, edited.tokens, strict=True)) == 1
    assert edited.text == cheater.desk.tokenizer.decode(edited.tokens)


def test_a_verifier_judges_honestly(cheater: Cheater) -> None:
    request = asked("int4", UNMARKED)
    payload = cheater.desk.honest(request).payload
    own, real = (model.read(*vars_of(request), payload) for model in (cheater, cheater.desk.real))
    assert (own.outcome, own.payload, own.units) == (Outcome.OK, payload, real.units)


def test_seeds_name_what_is_to_be_tried() -> None:
    names = [*CHEATS, *LIES]
    assert [named(marked(name, number)) for name in names for number in (0, 7)] == [
        name for name in names for _ in "12"
    ]
    assert named(UNMARKED) == ""
    assert len({marked(name, number) for name in names for number in (0, 7)}) == 2 * len(names)
    assert all(len(marked(name, 0)) == 32 for name in names)


def test_damaged_seeds_are_told(tmp_path: Path) -> None:
    (tmp_path / "seeds.json").write_text("[]")
    with pytest.raises(NesaError, match="is damaged"):
        read_seeds(tmp_path)


def test_a_question_is_a_conversation() -> None:
    assert conversation("hi") == b'{"messages": [{"role": "user", "content": "hi"}]}'
