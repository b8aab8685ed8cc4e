"""What is refused before anything is paid, and before a node has to answer."""

import json
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from nesa.calibration import WHOLE, CheatKind, HonestKind, Scores
from nesa.cli._bars import Bars
from nesa.cli._plan import print_plan, print_published, rest_on
from nesa.client import Published
from nesa.models import Manifest, Profile, Progress
from nesa.publish import Card, Form, Measured, Plan, Prepared, Request
from unit.cli.conftest import Nesa
from unit.publish.folders import layout, opaque

NAME = ("--name", "me/tiny", "--licence", "MIT", "--provisional")


@pytest.fixture(autouse=True)
def _store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nesa.cli._publish.default_data", tmp_path)
    monkeypatch.delenv("NESA_FROM", raising=False)


def test_a_folder_that_is_fine_reaches_the_chain(nesa: Nesa, tmp_path: Path) -> None:
    done = nesa("model", "publish", str(layout(tmp_path / "tiny")), *NAME, "--dry-run")
    assert done.status == 3, done
    assert list((tmp_path / "published" / "models").iterdir())


def test_a_store_may_be_named_from_here(nesa: Nesa, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = nesa("model", "publish", str(layout(tmp_path / "tiny")), *NAME, "--dry-run", "--store", "here")
    assert done.status == 3, done  # and not for an address that has to be absolute
    assert list((tmp_path / "here" / "models").iterdir())


def test_a_release_needs_a_key_and_a_dry_run_none(nesa: Nesa, tmp_path: Path) -> None:
    done = nesa("model", "publish", str(layout(tmp_path / "tiny")), *NAME)
    assert done.status == 2
    assert "a release needs a key that signs; --dry-run needs none" in done.err


@pytest.mark.parametrize("name", ["Me/tiny", "me/../tiny", "tiny", "me/a b", "me/" + "x" * 65, "x" * 33 + "/tiny", ""])
def test_a_name_that_the_chain_would_refuse_is_refused_before_anything_is_measured(nesa: Nesa, name: str) -> None:
    done = nesa("model", "publish", "tiny", "--name", name, "--dry-run")
    assert done.status == 2
    assert "is not a lower-case publisher/name" in done.err


@pytest.mark.parametrize("source", ["nothing", "a/b/c", "../x y", "https://x/y"])
def test_a_source_is_a_folder_or_a_repository(nesa: Nesa, source: str) -> None:
    done = nesa("model", "publish", source, *NAME, "--dry-run")
    assert done.status == 2
    assert "neither a folder nor owner/name on the hub" in done.err


def test_accounts_are_granted_private_models_only(nesa: Nesa, tmp_path: Path) -> None:
    done = nesa("model", "publish", str(layout(tmp_path / "tiny")), *NAME, "--dry-run", "--grant", "nesa1x")
    assert done.status == 2
    assert "add --private" in done.err


@pytest.mark.parametrize(
    ("path", "content", "sentence"),
    [
        ("pytorch_model.bin", b"\x80\x02}q\x00.", "pytorch_model.bin is a pickle"),
        ("modeling.py", b"harm()", "modeling.py is a program"),
        ("config.json", b'{"auto_map": {"AutoConfig": "x.Y"}}', "asks for code of the model's own (auto_map)"),
        (
            "chat_template.jinja",
            b"{{ x.__class__ }}{% for i in range(9999999) %}x{% endfor %}",
            "put another chat_template",
        ),
        ("genai_config.json", b"[]", "genai_config.json is not a JSON object"),
    ],
)
def test_threat_24_hostile_folders_get_one_sentence(
    nesa: Nesa, tmp_path: Path, path: str, content: bytes, sentence: str
) -> None:
    folder = layout(tmp_path / "tiny")
    (folder / path).write_bytes(content)
    assert sentence in nesa("model", "publish", str(folder), *NAME, "--dry-run").sentence


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{}", "profile lacks 'proof_systems'"),
        ("no", "the profile is not JSON"),
        ('{"shift":1,"shift":2}', "the profile has a key twice in one object"),
    ],
)
def test_a_profile_that_is_none_is_told(nesa: Nesa, tmp_path: Path, content: str, sentence: str) -> None:
    file = tmp_path / "profile.json"
    file.write_text(content)
    done = nesa("model", "publish", str(layout(tmp_path / "tiny")), *NAME, "--dry-run", "--profile", str(file))
    assert sentence in done.sentence


@pytest.mark.usefixtures("me")
def test_files_of_this_machine_serve_a_localnet_only(
    nesa: Nesa, tmp_path: Path, network: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network.write_text(network.read_text().replace("127.0.0.1:1", "nesa.example:9090"))
    monkeypatch.setattr("nesa.cli._publish.Release", _Planned)
    done = nesa("model", "publish", str(layout(tmp_path / "tiny")), *NAME, "--from", "me", "--json")
    assert done.status == 1, done
    assert "cannot read this machine's files" in done.err
    assert "name the place with --source" in done.err


class _Planned:
    """A release that the chain would take."""

    def __init__(self, *_: object) -> None:
        return

    def alone(self) -> AbstractContextManager[None]:
        return nullcontext()

    async def resume(self) -> None:
        return

    async def plan(self) -> object:
        from nesa.publish import Plan  # noqa: PLC0415 - here alone

        return Plan(True, 1, None, 1, 1, 1, "nesa1x")


def test_bars_count_what_is_known_and_what_is_not() -> None:
    with Bars() as bars:
        for done in (0, 5, 10):
            bars.report(Progress("model\x1b.onnx", done, 10))
        bars.report(Progress("measuring", 0, 0))
        known, unknown = bars._rows.tasks
    assert (known.description, known.completed, known.total) == ("model\N{REPLACEMENT CHARACTER}.onnx", 10, 10)
    assert (unknown.description, unknown.total) == ("measuring", None)


def test_what_thresholds_rest_on_is_told(file_manifest: Manifest) -> None:
    profile = file_manifest.profile
    assert rest_on(Measured(profile)) == {"thresholds": "provisional: set by rule, not measured"}
    assert rest_on(Measured(profile, given=True)) == {"thresholds": "as given"}

    def cheat(kind: str, answers: int, *caught: int) -> CheatKind:
        counts = dict(zip((1, 2, 4), caught, strict=False)) | {WHOLE: caught[-1]}
        return CheatKind(kind, False, dict.fromkeys(counts, answers), 0, counts, {})

    scores = Scores(0, 0, 0, 0)
    measured = Measured(
        profile,
        (HonestKind("honest", 400, scores, 1, 0.0, 0.01), HonestKind("every way", 30, scores, 0, 0.0, 0.1)),
        (
            cheat("int8", 60, 60, 60, 60),
            cheat("int4", 60, 60, 60, 60),
            cheat("seed", 60, 0, 30, 60),
            cheat("sibling, then read", 60, 0, 1, 2),
            cheat("few", 29, 0, 0, 0),
        ),
    )
    assert rest_on(measured) == {
        "thresholds": "measured: 1 of 430 honest checks beyond them",
        "caught": "by tokens of an answer, within 1: int8, int4; within 4: seed",
        "missed": "not surely caught: sibling (read)",
    }


@pytest.fixture
def prepared(file_manifest: Manifest, tmp_path: Path) -> Prepared:
    card = Card("", "MIT", ())
    return Prepared(file_manifest, tmp_path, Form.MANIFEST, card, ("it was changed\x1b",), ("old.bin",), None)


@pytest.mark.parametrize(
    ("plan", "cost"),
    [
        (Plan(True, 1, None, 10**18, 9, 10**15, "nesa1x"), "1 NES burned for the new name, 0.001 NES for gas at most"),
        (Plan(False, 3, None, 0, 9, 10**15, "nesa1x"), "0.001 NES for gas at most"),
        (Plan(True, 1, None, 10**18, 0, 0, ""), "1 NES burned for the new name, gas (name the key that signs"),
    ],
)
def test_everything_is_shown_before_it_is_signed(
    prepared: Prepared, plan: Plan, cost: str, capsys: pytest.CaptureFixture[str]
) -> None:
    request = Request("me/types", prepared.manifest, "https://x/y", 250, private=True, grant=("nesa1y",))
    print_plan(prepared, request, plan)
    shown = capsys.readouterr().out
    for words in (
        f"me/types@{plan.number}", "file-classification", "old.bin", "2.5 % of each fee", "https://x/y", cost,
        "private, and 1 accounts may request it", "as the manifest has them", prepared.manifest.digest().hex(),
        "it was changed\N{REPLACEMENT CHARACTER}",
    ):  # fmt: skip
        assert words in shown


def test_an_unverified_release_says_so(prepared: Prepared, capsys: pytest.CaptureFixture[str]) -> None:
    manifest = replace(prepared.manifest, profile=Profile.unchecked(20))
    found = replace(prepared, manifest=manifest, measured=Measured(manifest.profile))
    request = Request("me/text", manifest, "https://x/y", 0, private=False, grant=())
    print_plan(found, request, Plan(True, 1, None, 1, 0, 0, ""))
    shown = capsys.readouterr().out
    assert "not verified: nobody checks what is delivered" in shown
    assert "thresholds" not in shown


def test_only_a_flag_publishes_what_nobody_can_check(nesa: Nesa, tmp_path: Path) -> None:
    command = ("model", "publish", str(opaque(layout(tmp_path / "tiny"))), *NAME, "--dry-run")
    assert "or publish it as it is with --unverified" in nesa(*command).sentence
    done = nesa(*command, "--unverified")
    assert done.status == 3, done  # there is no chain here


def test_what_was_released_is_told(prepared: Prepared, capsys: pytest.CaptureFixture[str]) -> None:
    published = Published(7, "me/types", 2, prepared.manifest.digest(), "HASH")
    print_published(prepared, published, as_json=False)
    said = capsys.readouterr()
    assert "HASH" in said.out
    assert "nesa miner serve me/types=PRICE" in said.err
    print_published(prepared, replace(published, tx_hash=""), as_json=True)
    assert json.loads(capsys.readouterr().out)["paid"] is False
