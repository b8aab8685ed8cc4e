"""What a language model is paid for, counted by whoever pays."""

from typing import TYPE_CHECKING

import anyio.to_thread

from nesa.chain import Version
from nesa.client._errors import RequestError
from nesa.errors import InvalidInputError, ModelUnavailableError, NesaError, TokenizerError
from nesa.models import Manifest, Policy, Store, TextInput, TextOutput, fetch_files

if TYPE_CHECKING:
    from nesa.text import Grammars, Prompter

__all__ = ["Counter"]


class Counter:
    """Counts the tokens of requests and answers, with the tokenizer that a manifest pins."""

    def __init__(self, manifest: Manifest, prompter: "Prompter") -> None:
        self._manifest = manifest
        self._prompter = prompter

    @classmethod
    async def of(cls, version: Version, manifest: Manifest, store: Store, policy: Policy) -> "Counter":
        """Fetch a language model's tokenizer and chat template, and nothing else of it.

        Raises:
            RequestError: they cannot be had or read; the text says why.
        """
        spec = manifest.input
        if not isinstance(spec, TextInput):
            raise RequestError(f"{version.model} is not a language model")
        from nesa.text import Prompter  # noqa: PLC0415 - imports numpy, and few users count tokens

        paths = [path for path in (spec.tokenizer, spec.template) if path]
        try:
            await fetch_files(store, version.uri, manifest, map(manifest.file, paths), policy=policy)
            raw = [await anyio.to_thread.run_sync(store.read, manifest.file(path)) for path in paths]
            prompter = await anyio.to_thread.run_sync(Prompter, spec, raw[0], raw[1] if spec.template else b"")
        except NesaError as error:
            raise RequestError(f"the tokens of {version.model} cannot be counted: {error}") from error
        return cls(manifest, prompter)

    def most(self, data: bytes, options: bytes) -> int:
        """Return the most units that a request can cost.

        Raises:
            RequestError: a miner would answer INVALID_INPUT; the text says why.
        """
        from nesa.text import parse_options  # noqa: PLC0415 - as above

        try:
            prompt = len(self._prompter.prompt(data))
            asked = parse_options(options, self._manifest, self._prompter.tokenizer.size)
            if asked.schema:
                self._grammars().guide(asked.schema)
        except (InvalidInputError, ModelUnavailableError, TokenizerError) as error:
            raise RequestError(str(error)) from error
        spec = self._manifest.input
        room = spec.context - prompt if isinstance(spec, TextInput) else 0
        return self._prompter.units(prompt, min(asked.max_tokens, room))

    def _grammars(self) -> "Grammars":
        from nesa.text import Grammars  # noqa: PLC0415 - as above

        manifest, tokenizer = self._manifest, self._prompter.tokenizer
        if manifest.guidance is None or not isinstance(manifest.output, TextOutput):
            raise RequestError(f"{manifest.name} does not guide answers")
        return Grammars(manifest.guidance, tokenizer.raw, tokenizer.size, manifest.output.stops)

    def cost(self, data: bytes, payload: bytes) -> int | None:
        """Return what a request with this answer costs in units; None where the payload is no answer."""
        from nesa.text import read_answer  # noqa: PLC0415 - as above

        answer = read_answer(payload)
        return None if answer is None else self._prompter.units(len(self._prompter.prompt(data)), len(answer.tokens))
