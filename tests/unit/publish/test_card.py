"""What a README and a licence say."""

from pathlib import Path
from time import process_time

import pytest

from nesa.publish._card import Card, read_card
from nesa.publish._folder import survey


def read(folder: Path, **files: str) -> Card:
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text)
    return read_card(survey(folder, 2**30))


@pytest.mark.parametrize(
    ("matter", "licence"),
    [
        ("license: apache-2.0", "Apache-2.0"),
        ('license: "MIT"', "MIT"),
        ("license: llama3.2", "LicenseRef-llama3.2"),
        ("license: other\nlicense_name: my own/one", "LicenseRef-my-own-one"),
        ("license: other", "LicenseRef-other"),
        ("license: 'mit'  # as before", "MIT"),
        ("tags:\n- license: mit", ""),
        ("license: unknown", ""),
        ("license:", ""),
    ],
)
def test_a_licence_is_named_in_the_front_matter(tmp_path: Path, matter: str, licence: str) -> None:
    card = read(tmp_path, README_md=f"---\nlanguage: en\n{matter}\n---\n\n# A model\n\n# More\n")
    assert card == Card("A model", licence, ("README.md",))


@pytest.mark.parametrize(
    ("text", "licence"),
    [
        ("                                 Apache License\n                           Version 2.0", "Apache-2.0"),
        ("MIT License\n\nCopyright", "MIT"),
        ("Copyright\n\nPermission is hereby granted, free of charge, to any", "MIT"),
        ("All rights reserved", ""),
    ],
)
def test_a_licence_is_known_by_its_words(tmp_path: Path, text: str, licence: str) -> None:
    assert read(tmp_path, LICENSE=text) == Card("", licence, ("LICENSE",))


def test_a_name_counts_more_than_words(tmp_path: Path) -> None:
    assert read(tmp_path, README_md="---\nlicense: mit\n---\n", LICENSE="Apache License\n").licence == "MIT"


def test_threat_24_a_readme_takes_no_time(tmp_path: Path) -> None:
    spaces = " " * 150_000
    readme = f"---\nlicense:{spaces}x#\nlicense: mit\n---\n#{spaces}\n# a{spaces}b{spaces}\n"
    start = process_time()
    card = read(tmp_path, README_md=readme)
    assert process_time() - start < 5
    assert (card.licence, len(card.title)) == ("MIT", 256)


def test_there_need_not_be_a_card(tmp_path: Path) -> None:
    assert read(tmp_path) == Card("", "", ())
    (tmp_path / "README.md").write_bytes(b"\xff\xfe" + bytes(2**20))  # too large to be one
    assert read(tmp_path) == Card("", "", ())
    (tmp_path / "README.md").write_bytes(b"# caf\xe9\n")
    assert read(tmp_path).title == "caf\ufffd"
