"""How the catalogue reads."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nesa.chain import Model, Profile, Unit, Version, VersionStatus
from nesa.cli import _catalogue
from nesa.client import Entry
from nesa.models import File, Manifest, SentenceInput
from textmodels import LAYOUTS, manifest_of
from unit.cli.conftest import Nesa

NES = 10**18
OWNER = "nesa1q207fu3zs0hdf7hd5rqw8cz4ujk3d62zyhzwxx"


def version(name: str, unit: Unit, **changes: Any) -> Version:
    profile = Profile(16, 4, 14, 6, 64, (64, 9, 9, 4, 0), 20, ("tee",))
    found = Version(7, name, 2, bytes(32), "https://x/y", unit, 500, profile, VersionStatus.ACTIVE, 12, 1, 3, True)
    return replace(found, **changes)


@pytest.fixture
def entries(file_manifest: Manifest, style_manifest: Manifest) -> list[Entry]:
    text = manifest_of(LAYOUTS / "llama")
    return [
        Entry(Model("them/gone", OWNER, False, True, 1), version("them/gone", Unit.IMAGE), style_manifest),
        Entry(Model("them/new", OWNER, False, False, 0), None),
        Entry(
            Model("them/secret", OWNER, True, False, 1),
            version("them/secret", Unit.REQUEST, status=VersionStatus.PROBATION),
            file_manifest,
            asks=(NES // 10,),
            slots=10,
            admits=("check", "tee", "zk"),
        ),
        Entry(
            Model("them/text", OWNER, False, False, 2),
            version("them/text", Unit.TOKEN),
            text,
            asks=(NES // 1000, NES // 100, NES),
            slots=300,
            admits=("check",),
            checkable=True,
        ),
        Entry(Model("them/unreachable", OWNER, False, False, 1), version("them/unreachable", Unit.IMAGE), None),
    ]


@pytest.fixture
def shown(entries: list[Entry], monkeypatch: pytest.MonkeyPatch) -> None:
    async def read(*_: object, **__: object) -> list[Entry]:
        return entries

    async def one(*_: object) -> Entry:
        return entries[3]

    async def found(*_: object) -> Version:
        return version("them/text", Unit.TOKEN)

    monkeypatch.setattr(_catalogue, "read_catalogue", read)
    monkeypatch.setattr(_catalogue, "read_entry", one)
    monkeypatch.setattr(_catalogue, "find_version", found)


def names(nesa: Nesa, *options: str) -> list[str]:
    done = nesa("model", "list", *options, "--json")
    assert done.status == 0, done
    return [entry["name"].removeprefix("them/") for entry in json.loads(done.out)]


@pytest.mark.usefixtures("shown")
def test_a_catalogue_says_what_one_asks_first(nesa: Nesa) -> None:
    done = nesa("model", "list")
    (heading, *rows) = (line.rstrip() for line in done.out.splitlines())
    assert heading.split("  ")[0] == "Model"
    assert [row.split()[0] for row in rows] == ["them/new", "them/secret", "them/text", "them/unreachable"]
    text = rows[2]
    for word in ("text-generation", "0.001 NES / token", "3", "Apache-2.0", "check", "nesa1q207…zwxx"):
        assert word in text
    assert "kB" in text
    assert "check (too few miners), tee, zk" in rows[1]
    assert "probation, private" in rows[1]
    assert "?" in rows[3]
    assert "the manifest cannot be had from here" in done.err


@pytest.mark.parametrize(
    ("width", "names"),
    [(200, ["A", "B", "C", "D", "E", "F", "G"]), (30, ["A", "B", "C", "D", "E", "F"]), (29, ["A", "B", "C", "D", "E"])],
)
def test_columns_fall_away_where_a_terminal_is_narrow(width: int, names: list[str]) -> None:
    columns = {name: ["abc", "é"] for name in "ABCDEF"} | {"G": ["a" * 40, ""]}
    assert list(_catalogue._fitting(columns, width - 2)) == names
    assert list(_catalogue._fitting(columns, 1)) == ["A", "B", "C", "D", "E"]


@pytest.mark.usefixtures("shown")
def test_what_is_listed_can_be_narrowed(nesa: Nesa) -> None:
    assert names(nesa) == ["new", "secret", "text", "unreachable"]
    assert names(nesa, "--all") == ["gone", "new", "secret", "text", "unreachable"]
    assert names(nesa, "--kind", "Text") == ["text"]
    assert names(nesa, "--kind", "image", "--all") == ["gone"]
    assert names(nesa, "--serving") == ["secret", "text"]
    assert names(nesa, "--max-price", "0.01nes") == ["text"]
    assert names(nesa, "--max-price", "0.001nes") == ["text"]
    assert names(nesa, "--max-price", "999999999999999anes") == []
    assert names(nesa, "--max-price", "0.1nes") == ["secret", "text"]


@pytest.mark.usefixtures("shown")
def test_programs_get_numbers(nesa: Nesa) -> None:
    found = {entry["name"]: entry for entry in json.loads(nesa("model", "list", "--json").out)}
    text = found["them/text"]
    assert (text["ask"], text["unit"], text["miners"], text["version"], text["version_id"]) == (
        str(NES // 1000),
        "token",
        3,
        2,
        7,
    )
    assert (text["kind"], text["licence"], text["verification"], text["checkable"]) == (
        "text-generation",
        "Apache-2.0",
        ["check"],
        True,
    )
    assert found["them/new"]["version"] is found["them/new"]["ask"] is found["them/new"]["kind"] is None


@pytest.mark.usefixtures("shown")
def test_a_model_is_shown_with_everything(nesa: Nesa) -> None:
    out = nesa("model", "show", "them/text").out
    for words in (
        "them/text@2", "128 tokens in all", "a token of the prompt costs 25 %", "from 0.001 NES / token",
        "0.01 NES in the middle", "5 % of each fee", "3 serve it, with 300 slots", "12 checks agreed, 1 did not",
        OWNER, "https://x/y",
    ):  # fmt: skip
        assert words in out, words
    found = json.loads(nesa("model", "show", "them/text", "--json").out)
    assert (found["version"]["number"], found["miners"], found["slots"]) == (2, 3, 300)
    assert found["asks"] == [str(NES // 1000), str(NES // 100), str(NES)]
    assert found["manifest"]["input"]["kind"] == "text"


def test_what_nobody_checks_is_called_so(nesa: Nesa, entries: list[Entry], monkeypatch: pytest.MonkeyPatch) -> None:
    profile = Profile(0, 0, 0, 0, 0, (), 20, ("none",))
    found = version("them/text", Unit.TOKEN, profile=profile, status=VersionStatus.PROBATION, proven=False)
    entry = replace(entries[3], version=found, admits=())

    async def read(*_: object, **__: object) -> list[Entry]:
        return [entry]

    async def one(*_: object) -> Any:
        return entry

    monkeypatch.setattr(_catalogue, "read_catalogue", read)
    monkeypatch.setattr(_catalogue, "read_entry", one)
    monkeypatch.setattr(_catalogue, "find_version", one)
    assert "not verified" in nesa("model", "list").out
    out = " ".join(nesa("model", "show", "them/text").out.split())
    assert "backed by not verified: nobody checks what is delivered" in out
    assert "probation, which no check will end" in out
    assert "thresholds" not in out
    assert "checks agreed" not in out


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (None, "?"),
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1 kB"),
        (145_681, "146 kB"),
        (22_325_642, "22.3 MB"),
        (8 * 10**12, "8 TB"),
        (9 * 10**15, "9000 TB"),
    ],
)
def test_sizes_are_short(count: int | None, text: str) -> None:
    assert _catalogue._size(count) == text


def test_limits_are_told_by_kind(style_manifest: Manifest, file_manifest: Manifest) -> None:
    assert _catalogue._limits(style_manifest) == {"input": "image/jpeg or image/png of 32 to 512 pixels a side"}
    assert _catalogue._limits(file_manifest) == {}
    sentences = replace(file_manifest, input=SentenceInput("tokenizer.json", 100, 32))
    assert _catalogue._limits(sentences) == {"input": "a text of 32 tokens at most"}


def test_no_models_is_a_sentence(nesa: Nesa, monkeypatch: pytest.MonkeyPatch) -> None:
    async def read(*_: object, **__: object) -> list[Entry]:
        return []

    monkeypatch.setattr(_catalogue, "read_catalogue", read)
    assert nesa("model", "list").out == "No models.\n"


def test_a_card_is_shown_without_effect(
    nesa: Nesa, entries: list[Entry], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = b"# Parrot\n\n\x1b[31mred\xff\n"
    (tmp_path / "README.md").write_bytes(raw)
    card = File("README.md", hashlib.sha256(raw).hexdigest(), len(raw))
    manifest = entries[3].manifest
    assert manifest is not None
    found = replace(
        entries[3],
        manifest=replace(manifest, files=(*manifest.files, card)),
        version=version("them/text", Unit.TOKEN, uri=tmp_path.as_uri()),
    )

    async def one(*_: object) -> Entry:
        return found

    monkeypatch.setattr(_catalogue, "read_entry", one)
    monkeypatch.setattr(_catalogue, "find_version", one)
    monkeypatch.setattr(_catalogue, "default_store", lambda: tmp_path / "store")
    assert (
        nesa("model", "show", "them/text", "--card").out
        == "# Parrot\n\n\N{REPLACEMENT CHARACTER}[31mred\N{REPLACEMENT CHARACTER}\n\n"
    )
    assert json.loads(nesa("model", "show", "them/text", "--card", "--json").out)["card"].startswith("# Parrot")
    found = entries[3]
    assert "was published without a card" in nesa("model", "show", "them/text", "--card").sentence
    found = entries[4]
    assert "cannot be had from here" in nesa("model", "show", "them/text", "--card").sentence
