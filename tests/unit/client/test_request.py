import pytest

import nesa.client
from nesa.client._request import parse_model


@pytest.mark.parametrize(
    ("text", "expected"),
    [("7", (7, "", 0)), ("a/b", (0, "a/b", 0)), ("nesa/style-transfer@12", (0, "nesa/style-transfer", 12))],
)
def test_names_of_models(text: str, expected: tuple[int, str, int]) -> None:
    assert parse_model(text) == expected


@pytest.mark.parametrize("text", ["", "a", "a/b/c", "A/b", "a/b@", "a/b@x", "-1", "a/ b", "../b"])
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a model is named"):
        parse_model(text)


def test_the_package_exports_what_it_says() -> None:
    assert sorted(nesa.client.__all__) == sorted(set(nesa.client.__all__))
    assert all(hasattr(nesa.client, name) for name in nesa.client.__all__)


def test_the_blocking_client_has_the_async_ones_methods() -> None:
    def public(kind: type) -> set[str]:
        return {name for name in vars(kind) if not name.startswith("_")}

    missing = public(nesa.client.Client) - public(nesa.client.SyncClient)
    assert missing == {"account", "address"}
