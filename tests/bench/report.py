"""Writes docs/benchmarks.md from docs/benchmarks.json."""

from collections.abc import Iterator
from typing import Any

from bench.figures import FIGURES, PLACES, RESULTS, VALUES, load

__all__ = ["page", "write"]

_HEAD = """# Benchmarks

This page is written by `make bench`, from [benchmarks.json](benchmarks.json). Every ratio divides two things that were
measured in turn, in one run on one machine, so that it says more than either. The median of the rounds is given, with
the least and the largest.

| figure | what | median | range | goal | met |
| --- | --- | --- | --- | --- | --- |
"""

_COSTS = """
## What verifying and asking cost

Without goals: these bound what gas has to pay for. A Groth16 proof, by the number of public values (V1):

| public values | gas, natively | ms, natively | gas in a contract | ms in a contract |
| --- | --- | --- | --- | --- |
"""

_OTHERS = """
What sampling scores tell alone, quotes of enclaves on one core, and the gas of contracts that ask for inference:

| figure | what | median | range |
| --- | --- | --- | --- |
"""

_NOTES = """
## How they are measured

**F1, F1b.** One validator with its defaults, and a load generator on the same machine. Two dozen accounts send coins;
then six users and six miners' keys do all that a job asks for on the chain: request, six claims (those that lose too),
delivery, and for the 5 % that are drawn five claims, three commitments and three reveals. Answers are made up, so that
the processor is the chain's. Jobs are counted once they settle as fast as they are asked for. Each key sends its
transactions one after another, as a miner's must, since no sequence may be skipped.

**F3.** A real miner's process on a real network, with bursts of jobs. What its process used of the processor, less the
raw runs of the model, divided by the jobs: following blocks, claiming, fetching, decoding, hashing, fingerprints,
journal, signing, delivering.

**F6, G.** On one thread, by the processor's time, in float32 and in 4 bits. The chat model has 5.5 M parameters and
needs half a millisecond for a token, so that sampler and interpreter weigh most. Figures that end in `-large` are of a
network of 125 M: the same five layers with a hidden size of 1,024 and 32,000 tokens, with random weights whose logits
spread as a trained model's do. Ours is the engine `onnx-text` as miners use it, at temperature 0.7 with the likeliest
40 tokens; theirs is `generate_next_token` with the same settings, in static batches. Each round divides the best of
five tries of each, in turn; of two for the large one. Answers of G1 and G8 have 256 tokens whatever they say. G8-chat
asks 32 short questions, of which eight are answered at once; theirs wait for the longest of each batch, ours do not.
Beginnings that are alike are read again each time. Reading, for F6, is one pass over prompt and answer in pieces of 256
tokens, and all margins. It multiplies matrices in float32, whatever bits the weights have, and is near what a core can
do at that; so the more fewer bits speed up writing, the larger is F6.

**F7.** The chat model in float32 against the same weights in 8 and in 4 bits, on conversations that it never saw, under
the usual sampling, greedy, hot, and with another top-k (`nesa.calibration`). What is compared is the worst score over
its threshold. "By sampling scores alone": the cheaper model writes, and the true one reads what it has written, so that
the fingerprint is right; where it has written what the true model would have, there is nothing to tell.
[verification.md](verification.md) has rates for all cheats.

**C1.** A localnet with six miners settles one job at a time. Every transaction of the job module counts, the claims
that lose included. Busy miners put several jobs' entries into one transaction.

**F8.** The real module over the SDK's bank and real stores (Go benchmarks in `chain/x/job/keeper`), 5 % checked.

**F9, F9b.** `make demo`, the first in a new clone with an empty home.

**F10a.** MLP 64-32-10 and MLP 784-128-10 with random weights, and the CNN that reads digits, trained as it is
published. Ours is `nesa-prove prove` with the quantised network (Groth16); theirs is
[EZKL](https://github.com/zkonduit/ezkl) 23.0.5 with the float one, at 7 bits for inputs and weights and else as its own
calibration for the least resources says. Both are counted as a process would see it, by the clock: a new process that
reads keys and input, computes the output and writes the proof. EZKL's interface has no step that finds its keys loaded.
Ours also verifies the proof. Both read the circuit compiled; to EZKL's time comes Python's start. Both use all
cores. Keys are made by one party on either side. EZKL needs no ceremony for each model, which Groth16 does; and its
set-up and verification are in the notes below.

**F10a-private.** Ours commits to the input with a salt by Poseidon2, EZKL's visibility `hashed` by Poseidon without
one.

**F10a-tuned.** Left to itself EZKL gives range checks a table of 16,384 rows, which is most of the smallest circuit.
With a base of 1,024 in four digits that circuit has an eighth of the rows. The others' sizes do not change.

**F11.** The whole application with its database on disk, in two processes that make blocks in turn (`chain/app`). In
every block a job is requested, another's seed is drawn, and a third expires and is refunded.

**Proofs by public values.** Keys whose secrets the benchmark knows, random points and random values (`chain/app`); 3 is
the least that the chain has, 28 a picture of 784 bytes that is shown, and its 10 scores. Natively: the handler of a
private decision, with reading and parsing the key. In a contract: a transaction to `Groth16Verifier` in the node's EVM,
with its 21,000 gas and its data. Times are medians of 50 for each round.

**V3.** Go benchmarks beside the verifiers, on one core, with samples of real machines: an SEV-SNP report with the
chip's certificate and AMD's; a TDX quote, and Intel's statements and lists of revoked certificates, which change only
now and then but are verified with each quote; an NVIDIA report with a chain of five.

**V4.** The whole transaction of a request, and of `GuestBook.sign` with 66 bytes of text, in the node's EVM, with
everything that the job module does for it; and what the guest book itself uses of the gas that it prepaid when it is
called back.
"""


def _value(value: float) -> str:
    return f"{value:.3g}" if value < 100 else f"{value:,.0f}"


def _spread(found: dict[str, Any]) -> str:
    return f"{_value(found['min'])} … {_value(found['max'])}"


def _rows(results: dict[str, Any]) -> Iterator[str]:
    for name, found in results.items():
        figure = FIGURES[name]
        if figure.goal is None:
            continue
        sign = "≥" if figure.least else "≤"
        unit = "" if figure.unit == "ratio" else f" {figure.unit}"
        yield (
            f"| {name} | {figure.what} | {_value(found['median'])}{unit} | {_spread(found)} | "
            f"{sign} {figure.goal:g} | {'yes' if figure.met(found['median']) else '**no**'} |"
        )


def _proofs(results: dict[str, Any]) -> Iterator[str]:
    """Yield the figures V1 by the number of public values."""
    for values in VALUES:
        cells = [results.get(f"V1-{place}-{unit}-{values}") for place in PLACES for unit in ("gas", "ms")]
        if all(cells):
            texts = [f"{_value(cell['median'])} ({_spread(cell)})" for cell in cells if cell]
            yield f"| {values} | {' | '.join(texts)} |"


def _others(results: dict[str, Any]) -> Iterator[str]:
    """Yield the other figures without a goal."""
    for name, found in results.items():
        figure = FIGURES[name]
        if figure.goal is None and not name.startswith("V1-"):
            yield f"| {name} | {figure.what} | {_value(found['median'])} {figure.unit} | {_spread(found)} |"


def _groups(results: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield figures by name; those in a row that have nothing of their own to say share one."""
    names: list[str] = []
    for name, found in results.items():
        if found["details"] or (names and _header(results[names[0]]) != _header(found)):
            if names:
                yield ", ".join(names), results[names[0]]
            names = []
        names.append(name)
    if names:
        yield ", ".join(names), results[names[0]]


def _header(found: dict[str, Any]) -> str:
    return f"`{found['command']}`; {len(found['rounds'])} rounds; {found['machine']}"


def _details(results: dict[str, Any]) -> Iterator[str]:
    for names, found in _groups(results):
        yield f"\n**{names}**: {_header(found)}.\n"
        for key, value in found["details"].items():
            for line in value if isinstance(value, list) else [value]:
                text = "; ".join(f"{part}: {said}" for part, said in line.items()) if isinstance(line, dict) else line
                yield f"- {key}: {text}"


def page(results: dict[str, Any]) -> str:
    """Return the page that shows these results."""
    parts = (
        _HEAD + "\n".join(_rows(results)),
        _COSTS + "\n".join(_proofs(results)),
        _OTHERS + "\n".join(_others(results)),
        _NOTES + "\n## Rounds",
        "\n".join(_details(results)),
    )
    return "\n".join(parts) + "\n"


def write() -> None:
    """Write the page."""
    RESULTS.with_suffix(".md").write_text(page(load()))
