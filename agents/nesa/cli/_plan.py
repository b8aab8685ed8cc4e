"""What a release will be, and what came of it, for people and programs."""

import click

from nesa.chain import amounts
from nesa.cli._output import plain, print_fields, print_json
from nesa.client import UNVERIFIED, Published
from nesa.models import TextInput
from nesa.publish import Measured, Plan, Prepared, Request
from nesa.untrusted import clean

__all__ = ["describe_plan", "print_plan", "print_published", "rest_on"]


def describe_plan(prepared: Prepared, request: Request) -> dict[str, object]:
    """Return what is to be released, for programs."""
    manifest = prepared.manifest
    return {
        "model": request.name,
        "manifest_digest": manifest.digest().hex(),
        "folder": str(prepared.folder),
        "uri": request.uri,
        "form": prepared.form.name.lower(),
        "task": manifest.task,
        "engine": manifest.engine.name,
        "licence": manifest.licence,
        "attribution": manifest.attribution,
        "bytes": prepared.size,
        "files": [file.path for file in manifest.files],
        "left_out": prepared.left_out,
        "changes": prepared.changes,
        "profile": prepared.manifest.profile,
        "measured": prepared.measured,
        "royalty_bps": request.royalty_bps,
        "private": request.private,
    }


def rest_on(measured: Measured) -> dict[str, object]:
    """Say what thresholds rest on."""
    if not measured.honest:
        return {"thresholds": "as given" if measured.given else "provisional: set by rule, not measured"}
    checks, wrong = (sum(getattr(one, name) for one in measured.honest) for name in ("checks", "at_fault"))
    found: dict[str, object] = {"thresholds": f"measured: {wrong} of {checks} honest checks beyond them"}
    caught: dict[int, list[str]] = {}
    for one in measured.cheats:
        if one.share() is not None:  # there were enough to tell
            caught.setdefault(one.sure() or 0, []).append(one.kind.replace(", then read", " (read)"))
    missed = caught.pop(0, [])
    if caught:
        counts = (f"within {tokens}: {', '.join(kinds)}" for tokens, kinds in sorted(caught.items()))
        found["caught"] = f"by tokens of an answer, {'; '.join(counts)}"
    if missed:
        found["missed"] = f"not surely caught: {', '.join(missed)}"
    return found


def print_plan(prepared: Prepared, request: Request, plan: Plan) -> None:
    """Print what is to be released and what it costs, before anything is signed."""
    manifest, money = prepared.manifest, amounts.format_nes
    profile = manifest.profile
    spec = manifest.input
    fields: dict[str, object] = {
        "model": f"{request.name}@{plan.existing.number if plan.existing else plan.number}",
        "from": prepared.form.value,
        "task": f"{manifest.task}, by the engine {manifest.engine.name} on ONNX Runtime "
        f"{' or '.join(manifest.engine.runtimes)}",
        "licence": f"{manifest.licence}; {manifest.attribution}",
        "size": f"{prepared.size:,} bytes in {len(manifest.files)} files; miners need "
        f"{manifest.hardware.memory // 2**20} MiB of memory",
    }
    if isinstance(spec, TextInput):
        chats = f"chat template {spec.template}" if spec.template else "no chat template: it continues prompts only"
        fields["text"] = f"{spec.context} tokens of prompt and answer; {chats}"
    fields |= {f"change {number}": text for number, text in enumerate(prepared.changes, 1)}
    if prepared.left_out:
        fields["left out"] = prepared.left_out
    if profile.unverified:
        fields["checks"] = UNVERIFIED
    else:
        fields["checks"] = f"fingerprints of {profile.tensor}, at most {profile.threshold} apart"
        fields |= rest_on(prepared.measured) if prepared.measured else {"thresholds": "as the manifest has them"}
    fields |= {
        "access": f"private, and {len(request.grant)} accounts may request it"
        if request.private
        else "anybody may request it",
        "royalty": f"{request.royalty_bps / 100:g} % of each fee is yours",
        "digest": manifest.digest().hex(),
        "folder": str(prepared.folder),
        "source": request.uri,
    }
    if plan.existing:
        fields["cost"] = "nothing: this version is on the chain already"
    else:
        gas = (
            f"{money(plan.gas_cost)} for gas at most"
            if plan.owner
            else "gas (name the key that signs with --from to see how much)"
        )
        fee = f"{money(plan.registration_fee)} burned for the new name, " if plan.register else ""
        fields["cost"] = f"{fee}{gas}"
    print_fields(fields)


def print_published(prepared: Prepared, published: Published, *, as_json: bool) -> None:
    """Print what was released."""
    fields = {
        **plain(published),
        "manifest_digest": published.manifest_digest.hex(),
        "folder": str(prepared.folder),
        "paid": bool(published.tx_hash),
    }
    if as_json:
        print_json(fields)
        return
    print_fields(fields)
    click.echo(
        f"Miners serve it with nesa miner serve {clean(published.model)}=PRICE --from OPERATOR; "
        f"look at it with nesa model show {clean(published.model)}.",
        err=True,
    )
