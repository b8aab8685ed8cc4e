"""From a folder or a repository to a model that can be released: judged, described, tried, and in the store."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import anyio
import anyio.to_thread

from nesa.engines import load_model
from nesa.errors import HostileModelError, ManifestError, TemplateError, TokenizerError, UnsupportedModelError
from nesa.files import write_private
from nesa.models import File, Manifest, Policy, Profile, Progress, Report, Store, TextInput, parse_graph
from nesa.publish._card import Card, read_card
from nesa.publish._convert import convert, find_converter
from nesa.publish._describe import TOKENIZER, Terms, describe_text, external_files, plain_name, read_words, try_words
from nesa.publish._folder import Source, survey
from nesa.publish._graph import read_decoding, show_hidden
from nesa.publish._hostile import check_hostile
from nesa.publish._hub import Repository, fetch_repository
from nesa.publish._inspect import Form, Found, find_folder, inspect
from nesa.publish._measure import scale_profile, try_model

__all__ = ["Calibrate", "Prepared", "Wishes", "Workshop"]

Calibrate = Callable[[Manifest, Store], Manifest]
"""Measures a stored language model; returns its manifest with scale and thresholds chosen."""

_MAX_GRAPH = 2**31 - 1
_CHUNK = 2**20
_MANIFEST = "manifest.json"
_GENERATOR = "genai_config.json"


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
    """

    licence: str = ""
    attribution: str = ""
    prompt_bps: int = 2_500
    context: int = 0
    engine: str = "onnx-text"
    graph: str = ""
    precision: str = "fp32"
    converter: Path | None = None
    profile: Profile | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A model ready to be released.

    Attributes:
        manifest: what is released.
        folder: has the manifest and all its files, to be served as it is.
        form: what the folder held.
        card: what it says of itself.
        changes: what was done to it, in words.
        left_out: paths of files that are not published.
        provisional: whether thresholds were set by rule instead of measured.
    """

    manifest: Manifest
    folder: Path
    form: Form
    card: Card
    changes: tuple[str, ...]
    left_out: tuple[str, ...]
    provisional: bool

    @property
    def size(self) -> int:
        """Bytes of the model's files together."""
        return sum(file.size for file in self.manifest.files)


class Workshop:
    """Prepares models; what was done in an earlier, interrupted call is not done again.

    Args:
        store: where files are kept, with what is under way beside them.
        policy: bounds sizes, and which addresses may be called.
        calibrate: measures language models; None sets thresholds by rule.
        report: is told of progress, by what is being worked on.
    """

    def __init__(self, store: Store, policy: Policy, calibrate: Calibrate | None, report: Report) -> None:
        self._store = store
        self._policy = policy
        self._calibrate = calibrate
        self._report = report
        self._work = store.root / "work"

    async def prepare(self, given: Path | Repository, wishes: Wishes) -> Prepared:
        """Judge what is given, and make of it a model that can be released.

        Raises:
            HostileModelError: it holds what no honest model needs.
            UnsupportedModelError: it cannot be published as it is.
            NesaError: a file, a manifest, the tokenizer or the template is wrong, or something cannot be had.
        """
        named = ""
        if isinstance(given, Repository):
            folder, commit = await fetch_repository(
                given, self._work / "hub", self._policy, self._report, graph=wishes.graph
            )
            named = f"{given.id} at {commit[:12]}"
        else:
            folder = find_folder(given)
        source, found, card = await anyio.to_thread.run_sync(self._judge, folder, wishes.graph)
        if found.form is Form.MANIFEST:
            return await anyio.to_thread.run_sync(self._as_it_is, source, card)
        name = plain_name(given.id.partition("/")[2] if isinstance(given, Repository) else source.root.name)
        changes: tuple[str, ...] = ()
        form = found.form
        if form is Form.WEIGHTS:
            made = await self._convert(source, wishes, card)
            changes = (f"converted to ONNX in {wishes.precision}",)
            source, found, _ = await anyio.to_thread.run_sync(self._judge, made, "")
        terms = _terms(wishes, card, name, named)
        prepared = await anyio.to_thread.run_sync(self._describe, source, found, card, terms, wishes.profile)
        return replace(prepared, form=form, changes=changes + prepared.changes)

    def _judge(self, folder: Path, graph: str) -> tuple[Source, Found, Card]:
        source = survey(folder, self._policy.max_bytes)
        check_hostile(source)
        return source, inspect(source, graph), read_card(source)

    async def _convert(self, source: Source, wishes: Wishes, card: Card) -> Path:
        python = find_converter(wishes.converter)
        await anyio.to_thread.run_sync(read_words, source, inspect(source))  # before an hour's work, not after
        digest = hashlib.sha256()
        for path in source.files:
            digest.update(f"{path}\0{await anyio.to_thread.run_sync(self._digest, source, path)}\n".encode())
        self._report(Progress("converting", 0, 0))
        work = self._work / "converted" / f"{digest.hexdigest()[:32]}-{wishes.precision}"
        return await convert(source, python, wishes.precision, work, card.files)

    def _as_it_is(self, source: Source, card: Card) -> Prepared:
        """Take a folder that has its manifest; load the model as a miner would."""
        manifest = Manifest.from_json(source.read(_MANIFEST, 2**20))
        for file in manifest.files:
            if source.files.get(file.path) != file.size:
                raise ManifestError(f"{file.path} is missing or has another size than its manifest says")
        self._store.add_folder(source.root)
        with _advice("export the model again without it"):
            if isinstance(manifest.input, TextInput):
                try_model(manifest, self._store)
            else:
                load_model(manifest, self._store)
        named = {file.path for file in manifest.files} | {_MANIFEST}
        return Prepared(
            manifest=manifest,
            folder=self._lay_out(manifest),
            form=Form.MANIFEST,
            card=card,
            changes=(),
            left_out=tuple(path for path in source.files if path not in named),
            provisional=False,
        )

    def _describe(self, source: Source, found: Found, card: Card, terms: Terms, profile: Profile | None) -> Prepared:
        raw = source.read(found.graph, _MAX_GRAPH)
        beside = PurePosixPath(found.graph).parent
        names = [
            str(PurePosixPath(path).relative_to(beside))
            for path in source.files
            if PurePosixPath(path).is_relative_to(beside)
        ]
        with _advice("export the model again, with onnxruntime_genai.models.builder or optimum"):
            model = parse_graph(raw, self._policy.max_bytes, text=True, files=names)
        words, sizes = read_words(source, found), read_decoding(model)
        outside = external_files(model, found.graph)
        hidden, changes = show_hidden(model)
        made = {found.graph: model.SerializeToString(deterministic=True)} if changes else {}
        made |= words.extra
        wanted = {found.graph, *outside, TOKENIZER, *card.files, *([words.template] if words.template else [])}
        if _GENERATOR in source.files:
            wanted.add(_GENERATOR)
        files = tuple(self._keep(source, path, made.get(path)) for path in sorted(wanted))
        draft = describe_text(source, found, words, sizes, files, hidden, terms)
        if isinstance(draft.input, TextInput):
            with _advice(f"put another {words.template or TOKENIZER} there"):
                try_words(source, words, draft.input)
        draft = Manifest.from_json(draft.to_json())  # paths and texts as everybody will read them
        measured = self._measured(draft, profile)
        return Prepared(
            manifest=measured,
            folder=self._lay_out(measured),
            form=Form.GRAPH,
            card=card,
            changes=changes,
            left_out=tuple(path for path in source.files if path not in wanted),
            provisional=profile is None and self._calibrate is None,
        )

    def _measured(self, draft: Manifest, given: Profile | None) -> Manifest:
        """Return the manifest with scale and thresholds, measured once and remembered by what was measured."""
        self._store.put(draft.to_json())
        if given is not None:
            if given.tensor != draft.profile.tensor:
                raise ManifestError(
                    f"the profile is about {given.tensor!r}, and the graph shows {draft.profile.tensor!r}"
                )
            try_model(draft, self._store)
            return replace(draft, profile=given)
        kind = "calibrated" if self._calibrate else "scaled"
        kept = self._work / "measured" / f"{draft.digest().hex()}-{kind}.json"
        if kept.is_file():
            return Manifest.from_json(kept.read_bytes())
        self._report(Progress("measuring", 0, 0))
        hidden = try_model(draft, self._store)
        found = replace(draft, profile=scale_profile(draft.profile, hidden))
        if self._calibrate:
            self._store.put(found.to_json())
            found = self._calibrate(found, self._store)
        kept.parent.mkdir(parents=True, exist_ok=True)
        write_private(kept, found.to_json(), replace=True)
        return found

    def _keep(self, source: Source, path: str, made: bytes | None) -> File:
        if made is not None:
            return File(path, self._store.put(made), len(made))
        file = File(path, self._digest(source, path), source.files[path])
        self._store.put_file(source.root / path, file)
        return file

    def _digest(self, source: Source, path: str) -> str:
        hasher, done = hashlib.sha256(), 0
        try:
            with (source.root / path).open("rb") as file:
                while chunk := file.read(_CHUNK):
                    hasher.update(chunk)
                    done += len(chunk)
                    self._report(Progress(path, done, source.files[path]))
        except OSError as error:
            raise UnsupportedModelError(f"{path} cannot be read: {error.strerror}") from error
        return hasher.hexdigest()

    def _lay_out(self, manifest: Manifest) -> Path:
        self._store.put(manifest.to_json())
        folder = self._store.lay_out(manifest)
        target = folder / _MANIFEST
        if not target.is_file() or target.read_bytes() != manifest.to_json():
            target.write_bytes(manifest.to_json())
        return folder


@contextmanager
def _advice(text: str) -> Iterator[None]:
    """Add what to do to whatever is refused within."""
    try:
        yield
    except (HostileModelError, TemplateError, TokenizerError) as error:
        raise type(error)(f"{error}; {text}") from error


def _terms(wishes: Wishes, card: Card, name: str, named: str) -> Terms:
    licence = wishes.licence or card.licence
    if not licence:
        raise UnsupportedModelError(
            "nothing says under which licence the weights are; say so with --licence, as Apache-2.0 or LicenseRef-mine"
        )
    attribution = wishes.attribution or ", ".join(text for text in (card.title, named) if text) or name
    clean = "".join(letter if letter.isprintable() else " " for letter in attribution)[:1024]
    return Terms(name, licence, clean, wishes.prompt_bps, wishes.context, wishes.engine)
