"""What a publisher chooses, and what is read from the folder where nothing is chosen."""

from dataclasses import dataclass
from pathlib import Path

from nesa.calibration import QUICK, Parts
from nesa.errors import UnsupportedModelError
from nesa.models import Profile
from nesa.publish._card import Card
from nesa.publish._describe import ENGINES, Terms

__all__ = ["Wishes", "refuse_wishes", "terms_of"]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a publisher may choose; what is left out is read from the folder.

    Attributes:
        licence: SPDX expression.
        attribution: whom to name.
        prompt_bps: what a token of the prompt costs, in ten-thousandths of one of the answer.
        context: tokens of prompt and answer at most.
        engine: ``onnx-text`` or ``onnxruntime-genai``.
        graph: path of the graph, where there are several.
        precision: of a conversion.
        converter: the Python of an environment that converts.
        profile: scale and thresholds, measured elsewhere.
        parts: how much is measured here otherwise; None sets thresholds by rule.
        unverified: publish a graph whose answers cannot be checked.
    """

    licence: str = ""
    attribution: str = ""
    prompt_bps: int = 2_500
    context: int = 0
    engine: str = ENGINES[0]
    graph: str = ""
    precision: str = "fp32"
    converter: Path | None = None
    profile: Profile | None = None
    parts: Parts | None = QUICK
    unverified: bool = False


def refuse_wishes(wishes: Wishes) -> None:
    """Refuse what a manifest in the folder says already.

    Raises:
        UnsupportedModelError: there is something of that kind.
    """
    if wishes.licence or wishes.attribution or wishes.context or wishes.graph or wishes.profile or wishes.unverified:
        raise UnsupportedModelError(
            "the folder has a manifest, which says licence, attribution, context, graph and profile; change them in "
            "manifest.json, or remove it to have another one written"
        )


def terms_of(wishes: Wishes, card: Card, name: str, named: str) -> Terms:
    """Return what is said of a model.

    Args:
        wishes: the publisher's.
        card: the folder's.
        name: the manifest's.
        named: where the folder is from, if it is from the hub.

    Raises:
        UnsupportedModelError: nothing names a licence.
    """
    licence = wishes.licence or card.licence
    if not licence:
        raise UnsupportedModelError(
            "nothing says under which licence the weights are; say so with --licence, as Apache-2.0 or LicenseRef-mine"
        )
    attribution = wishes.attribution or ", ".join(text for text in (card.title, named) if text) or name
    clean = "".join(letter if letter.isprintable() else " " for letter in attribution)[:1024]
    return Terms(name, licence, clean, wishes.prompt_bps, wishes.context, wishes.engine)
