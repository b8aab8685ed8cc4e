"""From a folder or a repository to a model that can be released: judged, described, tried, and in the store."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import anyio
import anyio.to_thread
import onnx

from nesa.engines import load_model
from nesa.errors import HostileModelError, ManifestError, TemplateError, TokenizerError, UnsupportedModelError
from nesa.models import File, Manifest, Policy, Progress, Report, Store, TextInput, parse_decoders
from nesa.publish._calibrate import Measured, measure
from nesa.publish._card import Card, read_card
from nesa.publish._convert import convert, find_converter
from nesa.publish._describe import Terms, describe_text, external_files, plain_name
from nesa.publish._encoder import describe_encoder, encoder_size
from nesa.publish._folder import Source, survey
from nesa.publish._graph import can_show_hidden, read_decoding, show_hidden
from nesa.publish._hostile import check_hostile
from nesa.publish._hub import Repository, fetch_repository
from nesa.publish._inspect import Form, Found, find_folder, inspect
from nesa.publish._measure import try_model
from nesa.publish._pair import describe_pair, with_past
from nesa.publish._shelf import Shelf
from nesa.publish._wishes import Wishes, refuse_wishes, terms_of
from nesa.publish._words import TOKENIZER, Words, read_words, try_words

__all__ = ["Prepared", "Workshop"]

_MAX_GRAPH = 2**31 - 1
_MANIFEST = "manifest.json"
_GENERATOR = "genai_config.json"


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
        measured: what its thresholds rest on; None where a manifest has them.
    """

    manifest: Manifest
    folder: Path
    form: Form
    card: Card
    changes: tuple[str, ...]
    left_out: tuple[str, ...]
    measured: Measured | None

    @property
    def size(self) -> int:
        """Bytes of the model's files together."""
        return sum(file.size for file in self.manifest.files)


class Workshop:
    """Prepares models; what was done in an earlier, interrupted call is not done again.

    Args:
        store: where files are kept, with what is under way beside them.
        policy: bounds sizes, and which addresses may be called.
        report: is told of progress, by what is being worked on.
    """

    def __init__(self, store: Store, policy: Policy, report: Report) -> None:
        self._shelf = Shelf(store, report)
        self._policy = policy
        self._report = report

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
                given, self._shelf.work / "hub", self._policy, self._report, graph=wishes.graph
            )
            named = f"{given.id} at {commit[:12]}"
        else:
            folder = find_folder(given)
        source, found, card = await anyio.to_thread.run_sync(self._judge, folder, wishes.graph)
        if found.form is Form.MANIFEST:
            refuse_wishes(wishes)
            return await anyio.to_thread.run_sync(self._as_it_is, source, card)
        name = plain_name(given.id.partition("/")[2] if isinstance(given, Repository) else source.root.name)
        terms = terms_of(wishes, card, name, named)
        changes: tuple[str, ...] = ()
        form = found.form
        if form is Form.WEIGHTS:
            made = await self._convert(source, wishes, card)
            changes = (f"converted to ONNX in {wishes.precision}",)
            source, found, _ = await anyio.to_thread.run_sync(self._judge, made, "")
        prepared = await anyio.to_thread.run_sync(self._describe, source, found, card, terms, wishes)
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
            digest.update(f"{path}\0{await anyio.to_thread.run_sync(self._shelf.digest, source, path)}\n".encode())
        self._report(Progress("converting", 0, 0))
        work = self._shelf.work / "converted" / f"{digest.hexdigest()[:32]}-{wishes.precision}"
        return await convert(source, python, wishes.precision, work, card.files)

    def _as_it_is(self, source: Source, card: Card) -> Prepared:
        """Take a folder that has its manifest; load the model as a miner would."""
        manifest = Manifest.from_json(source.read(_MANIFEST, 2**20))
        for file in manifest.files:
            if source.files.get(file.path) != file.size:
                raise ManifestError(f"{file.path} is missing or has another size than its manifest says")
        self._shelf.store.add_folder(source.root)
        with _advice("export the model again without it"):
            if isinstance(manifest.input, TextInput):
                try_model(manifest, self._shelf.store)
            else:
                load_model(manifest, self._shelf.store)
        named = {file.path for file in manifest.files} | {_MANIFEST}
        return Prepared(
            manifest=manifest,
            folder=self._shelf.lay_out(manifest),
            form=Form.MANIFEST,
            card=card,
            changes=(),
            left_out=tuple(path for path in source.files if path not in named),
            measured=None,
        )

    def _describe(self, source: Source, found: Found, card: Card, terms: Terms, wishes: Wishes) -> Prepared:
        models = self._parse(source, found.graph)
        size = encoder_size(models[0])
        changes: tuple[str, ...] = ()
        if wishes.unverified and (found.encoder or size is not None):
            raise UnsupportedModelError("answers of models with an encoder are checked: leave out --unverified")
        if found.encoder:
            draft = self._describe_pair(source, found, card, terms, models)
        elif size is None:
            draft, changes = self._describe_decoder(source, found, card, terms, models[0], unverified=wishes.unverified)
        else:
            if external_files(models[0], found.graph):
                raise UnsupportedModelError(
                    "the graph keeps constants beside it, which embedding models may not; export it as one file"
                )
            files = self._keep(source, {found.graph, TOKENIZER, *card.files}, {})
            draft = describe_encoder(source, found, size, files, terms)
        draft = Manifest.from_json(draft.to_json())  # paths and texts as everybody will read them
        measured = measure(draft, self._shelf, wishes.parts, wishes.profile)
        manifest = replace(draft, profile=measured.profile)
        return Prepared(
            manifest=manifest,
            folder=self._shelf.lay_out(manifest),
            form=Form.GRAPH,
            card=card,
            changes=changes,
            left_out=tuple(path for path in source.files if path not in {file.path for file in manifest.files}),
            measured=measured,
        )

    def _parse(self, source: Source, path: str) -> tuple[onnx.ModelProto, ...]:
        """Judge a graph; return it, or the two that are merged in it."""
        beside = PurePosixPath(path).parent
        others = (PurePosixPath(other) for other in source.files)
        names = [str(other.relative_to(beside)) for other in others if other.is_relative_to(beside)]
        with _advice("export the model again, with onnxruntime_genai.models.builder or optimum"):
            return parse_decoders(source.read(path, _MAX_GRAPH), self._policy.max_bytes, files=names)

    def _describe_pair(
        self, source: Source, found: Found, card: Card, terms: Terms, decoders: tuple[onnx.ModelProto, ...]
    ) -> Manifest:
        words = read_words(source, found)
        graphs = {found.encoder: self._parse(source, found.encoder), found.graph: decoders}
        then = with_past(source, found)
        if then and len(decoders) == 1:
            graphs[then] = self._parse(source, then)
            decoders += graphs[then]
        outside = {name for path, models in graphs.items() for model in models for name in external_files(model, path)}
        wanted = {*graphs, *outside, TOKENIZER, *card.files, *([words.template] if words.template else [])}
        kept = self._keep(source, wanted, words.extra)
        return _tried(source, words, describe_pair(source, found, words, decoders, kept, terms))

    def _describe_decoder(
        self, source: Source, found: Found, card: Card, terms: Terms, model: onnx.ModelProto, *, unverified: bool
    ) -> tuple[Manifest, tuple[str, ...]]:
        words, sizes = read_words(source, found), read_decoding(model)
        outside = external_files(model, found.graph)
        if unverified and can_show_hidden(model):
            raise UnsupportedModelError("the graph shows what a check compares: leave out --unverified")
        hidden, changes = ("", ()) if unverified else show_hidden(model)
        made = {found.graph: model.SerializeToString(deterministic=True)} if changes else {}
        made |= words.extra
        wanted = {found.graph, *outside, TOKENIZER, *card.files, *([words.template] if words.template else [])}
        if _GENERATOR in source.files:
            wanted.add(_GENERATOR)
        draft = describe_text(source, found, words, sizes, self._keep(source, wanted, made), hidden, terms)
        return _tried(source, words, draft), changes

    def _keep(self, source: Source, wanted: Iterable[str], made: Mapping[str, bytes]) -> tuple[File, ...]:
        """Store files of the folder, or what was made of them."""
        paths = sorted(wanted)
        for path in paths:
            if path not in source.files and path not in made:
                raise UnsupportedModelError(f"the folder has no {path}; put the model's there")
        return tuple(self._shelf.keep(source, path, made.get(path)) for path in paths)


def _tried(source: Source, words: Words, draft: Manifest) -> Manifest:
    """Return a language model's manifest whose tokenizer and template do what they should."""
    if isinstance(draft.input, TextInput):
        with _advice(f"put another {words.template or TOKENIZER} there"):
            try_words(source, words, draft.input)
    return draft


@contextmanager
def _advice(text: str) -> Iterator[None]:
    """Add what to do to whatever is refused within."""
    try:
        yield
    except (HostileModelError, TemplateError, TokenizerError) as error:
        raise type(error)(f"{error}; {text}") from error
