"""The manifest of a provable model: compared to the bit, its input and output the graph's own bytes."""

import hashlib
from collections.abc import Sequence

from nesa.models import Engine, Feature, File, Hardware, Manifest, Profile, TensorInput, TensorOutput
from nesa.provable._form import Convolution, Dense, Provable

__all__ = ["GRAPH", "describe_provable"]

GRAPH = "model.onnx"
_RUNTIMES = ("1.31", "1.32")  # the newest of the GPU's package, and of the CPU's
_MEMORY = 256 * 2**20
_RUN_WINDOW = 20


def _witness(model: Provable) -> str:
    """Return the tensor that is fingerprinted: what the last layer with weights reads, or else the output."""
    for step in reversed(model.steps):
        if isinstance(step.operation, Dense | Convolution) and step.inputs[0] != model.input.name:
            return step.inputs[0]
    return model.output.name


def describe_provable(
    model: Provable,
    graph: bytes,
    *,
    name: str,
    task: str,
    licence: str,
    attribution: str,
    labels: Sequence[str] = (),
    features: Sequence[Feature] = (),
) -> Manifest:
    """Return the manifest of a graph in provable form.

    Args:
        model: as `read_provable` read it.
        graph: the file's bytes.
        name: of the model.
        task: such as ``credit-decision``.
        licence: SPDX expression of the weights.
        attribution: whom to name.
        labels: of the output's elements.
        features: names and ranges of the input's elements.

    Raises:
        ManifestError: a text is not as manifests want it, or there are not as many features as the input has elements.
    """
    manifest = Manifest(
        name=name,
        task=task,
        licence=licence,
        attribution=attribution,
        unit="request",
        engine=Engine("onnx", _RUNTIMES, "all", GRAPH),
        files=(File(GRAPH, hashlib.sha256(graph).hexdigest(), len(graph)),),
        input=TensorInput(model.input.name, model.input.shape, model.input.exponent, tuple(features)),
        options=(),
        output=TensorOutput(model.output.name, model.output.exponent, tuple(labels)),
        hardware=Hardware(_MEMORY, ("cpu",)),
        profile=Profile(
            tensor=_witness(model),
            feature_axis=1,  # this and the next four are of projections, which an exact comparison has not
            positions=1,
            projections=1,
            scale_bits=0,
            shift=0,
            threshold=0,
            score_thresholds=(0, 0, 0),
            run_window=_RUN_WINDOW,
            proof_systems=("tee", "zk"),
        ),
    )
    return Manifest.from_json(manifest.to_json())
