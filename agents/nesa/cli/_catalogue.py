"""``nesa model list`` and ``nesa model show``: the catalogue."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from nesa.chain import ChainClient, Version, VersionStatus, amounts
from nesa.cli._options import is_local, json_option, load_network, network_option, run
from nesa.cli._output import console, plain, print_fields, print_json, print_table
from nesa.cli._values import MODEL
from nesa.client import UNVERIFIED, Entry, default_store, find_version, read_catalogue, read_entry
from nesa.errors import NesaError
from nesa.models import NONE, ImageInput, Manifest, Policy, SentenceInput, Store, TextInput, fetch_files
from nesa.untrusted import clean

__all__ = ["list_models", "show"]

_SECONDS = 5.0
_MAX_CARD = 2**20
_UNKNOWN = "?"
_BYTES = ("B", "kB", "MB", "GB", "TB")
_THOUSAND = 1000
_CHECK = {True: "check", False: "check (too few miners)"}
_NEEDED = 5
"""Columns that are shown however narrow a terminal is; the others fall away from the right."""


def _policy(*, local: bool) -> Policy:
    return Policy(allow_private=local, allow_files=local, timeout=_SECONDS)


def _size(count: int | None) -> str:
    if count is None:
        return _UNKNOWN
    value, power = float(count), 0
    while value >= _THOUSAND and power < len(_BYTES) - 1:
        value, power = value / _THOUSAND, power + 1
    return f"{value:.3g} {_BYTES[power]}" if value < _THOUSAND else f"{value:.0f} {_BYTES[power]}"


def _price(entry: Entry) -> str:
    return "" if entry.ask is None else f"{amounts.format_nes(entry.ask)} / {entry.unit}"


def _assurance(entry: Entry) -> str:
    if entry.version is None:
        return ""
    kinds = [_CHECK[entry.checkable] if kind == "check" else kind for kind in entry.admits]
    return ", ".join(kinds) or "not verified"


def _state(entry: Entry) -> str:
    words = []
    if entry.model.retired:
        words.append("retired")
    elif entry.version is not None and entry.version.status is not VersionStatus.ACTIVE:
        words.append(entry.version.status.name.lower())
    if entry.model.private:
        words.append("private")
    return ", ".join(words)


def _summary(entry: Entry) -> dict[str, object]:
    """Return an entry for programs."""
    model, version, manifest = entry.model, entry.version, entry.manifest
    return {
        **plain(model),
        "version_id": version.id if version else None,
        "version": version.number if version else None,
        "status": version.status.name.lower() if version else None,
        "kind": entry.kind or None,
        "bytes": entry.size,
        "unit": entry.unit or None,
        "ask": entry.ask,
        "miners": entry.miners,
        "licence": manifest.licence if manifest else None,
        "verification": entry.admits,
        "checkable": entry.checkable,
    }


@click.command("list")
@click.option("--owner", default="", help="Of this account.")
@click.option("--kind", default="", help="Whose task has this word in it, such as text or image.")
@click.option("--max-price", help="Served for no more than this a unit, such as 0.01nes.")
@click.option("--serving", is_flag=True, help="That somebody serves now.")
@click.option("--all", "every", is_flag=True, help="Retired ones, too.")
@network_option
@json_option
@run
async def list_models(
    owner: str,
    kind: str,
    max_price: str | None,
    network_file: Path | None,
    *,
    serving: bool,
    every: bool,
    as_json: bool,
) -> None:
    """List models: what they do, how large they are, what they cost, and what backs their answers."""
    most = None if max_price is None else amounts.parse_amount(max_price)
    network = load_network(network_file)
    async with ChainClient(network) as chain:
        found = await read_catalogue(chain, Store(default_store()), _policy(local=is_local(network)), owner=owner)
    found = [
        entry
        for entry in found
        if (every or not entry.model.retired)
        and kind.lower() in entry.kind
        and (not serving or entry.miners)
        and (most is None or (entry.ask is not None and entry.ask <= most))
    ]
    if as_json:
        print_json([_summary(entry) for entry in found])
        return
    columns = {
        "Model": [entry.model.name for entry in found],
        "Kind": [entry.kind or _UNKNOWN for entry in found],
        "Price from": [_price(entry) for entry in found],
        "Miners": [str(entry.miners) for entry in found],
        "Backed by": [_assurance(entry) for entry in found],
        "Size": [_size(entry.size) for entry in found],
        "Licence": [entry.manifest.licence if entry.manifest else _UNKNOWN for entry in found],
        "State": [_state(entry) for entry in found],
        "Publisher": [f"{entry.model.owner[:9]}…{entry.model.owner[-4:]}" for entry in found],
    }
    shown = _fitting(columns, console().width)
    print_table(tuple(shown), zip(*shown.values(), strict=True), empty="No models.")
    if any(entry.manifest is None and entry.version for entry in found):
        click.echo(f"{_UNKNOWN}: the manifest cannot be had from here.", err=True)


def _fitting(columns: Mapping[str, Sequence[str]], width: int) -> dict[str, Sequence[str]]:
    """Return the columns that fit beside each other; `nesa model show` has the rest."""
    shown = dict(columns)
    while len(shown) > _NEEDED and sum(2 + max(map(len, (name, *cells))) for name, cells in shown.items()) > width + 2:
        shown.popitem()
    return shown


async def _card(entry: Entry, store: Store, policy: Policy) -> str:
    """Return what a model's publisher says of it."""
    version, manifest = entry.version, entry.manifest
    if version is None or manifest is None:
        raise NesaError(f"the manifest of {entry.model.name} cannot be had from here")
    file = next((file for file in manifest.files if file.path.lower().startswith("readme")), None)
    if file is None or file.size > _MAX_CARD:
        raise NesaError(f"{entry.model.name} was published without a card")
    await fetch_files(store, version.uri, manifest, [file], policy=policy)
    return store.read(file).decode(errors="replace")


@click.command()
@click.argument("name", type=MODEL)
@click.option("--card", is_flag=True, help="What its publisher says of it, instead.")
@network_option
@json_option
@run
async def show(name: str, network_file: Path | None, *, card: bool, as_json: bool) -> None:
    """Show a model's version: NAME is publisher/name, publisher/name@version or a version's id."""
    network = load_network(network_file)
    async with ChainClient(network) as chain:
        version = await find_version(chain, name)
        store, policy = Store(default_store()), _policy(local=is_local(network))
        entry = await read_entry(chain, version, store, policy)
    if card:
        text = await _card(entry, store, policy)
        if as_json:
            print_json({"card": text})
        else:
            click.echo(clean(text, keep="\n\t"))
        return
    if as_json:
        fields = {
            "version": version,
            "model": entry.model,
            "miners": entry.miners,
            "slots": entry.slots,
            "asks": entry.asks,
            "verification": entry.admits,
            "checkable": entry.checkable,
            "manifest": _described(entry.manifest),
        }
        print_json(fields)
        return
    print_fields(_details(entry))


def _described(manifest: Manifest | None) -> Mapping[str, Any] | None:
    return None if manifest is None else manifest.to_dict()


def _details(entry: Entry) -> dict[str, object]:
    """Return an entry for people."""
    version, manifest = entry.version, entry.manifest
    if version is None:
        return {"model": entry.model.name}
    fields: dict[str, object] = {"model": f"{version.model}@{version.number}", "id": version.id}
    if manifest is None:
        fields["manifest"] = "cannot be had from here"
    else:
        fields |= {
            "kind": manifest.task,
            "licence": f"{manifest.licence}; {manifest.attribution}",
            "size": f"{_size(entry.size)} in {len(manifest.files)} file{'s' * (len(manifest.files) != 1)}",
            "runs on": f"{manifest.engine.name}, ONNX Runtime {' or '.join(manifest.engine.runtimes)}, "
            f"{' or '.join(manifest.hardware.providers)}, {manifest.hardware.memory // 2**20} MiB of memory",
            **_limits(manifest),
        }
    asks = entry.asks
    median = asks[len(asks) // 2] if asks else 0
    middle = f", {amounts.format_nes(median)} in the middle" if median != entry.ask else ""
    fields |= {
        "price": f"from {_price(entry)}{middle}" if asks else f"nobody serves it now; the unit is a {entry.unit}",
        "royalty": f"{version.royalty_bps / 100:g} % of each fee",
        "miners": f"{entry.miners} serve it, with {entry.slots} slots",
        "backed by": _assurance(entry),
        **_checks(version),
        "access": "private: only its publisher and accounts on its list"
        if entry.model.private
        else "anybody may request it",
        "publisher": entry.model.owner,
        "manifest digest": version.manifest_digest.hex(),
        "source": version.uri,
    }
    if entry.model.retired:
        fields["status"] = "retired by its publisher"
    return fields


def _checks(version: Version) -> dict[str, object]:
    profile, status = version.profile, version.status.name.lower()
    if NONE in profile.proof_systems:
        ended = status if version.status is not VersionStatus.PROBATION else f"{status}, which no check will end"
        return {"backed by": UNVERIFIED, "status": ended}
    return {
        "checks": "to the bit" if profile.threshold == 0 else f"fingerprints at most {profile.threshold} apart",
        "thresholds": ", ".join(map(str, profile.score_thresholds)),
        "status": f"{status}: {version.agreed} checks agreed, {version.disagreed} did not",
    }


def _limits(manifest: Manifest) -> dict[str, object]:
    match manifest.input:
        case TextInput() as spec:
            chats = "chats" if spec.template else "continues prompts"
            sampling = manifest.sampling
            defaults = f"answers of {sampling.max_tokens} tokens unless asked for more, up to {sampling.limit}"
            prompt = f"a token of the prompt costs {spec.prompt_bps / 100:g} % of one of the answer"
            return {"text": f"{chats}; {spec.context} tokens in all; {defaults}; {prompt}"}
        case SentenceInput() as spec:
            return {"input": f"a text of {spec.context} tokens at most"}
        case ImageInput() as spec:
            return {"input": f"{' or '.join(spec.formats)} of {spec.min_side} to {spec.max_side} pixels a side"}
    return {}
