"""Makes the ONNX graphs of the chat model with ONNX Runtime GenAI's builder, and keeps them without their weights.

Usage: python models/train/chat/export.py

Needed after a change of the network's shape or of the builder, not after training: the graphs do not depend on the
weights. The last hidden states are an output of both, for fingerprints are taken of them. In 4 bits, accumulation is
set to float32: the builder's own choice quantises activations too, and machines then differ by a hundred times as
much.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import onnx

sys.path.insert(0, str(Path(__file__).parents[2]))  # run as a script

from train.chat.folder import KEPT, write_folder
from train.chat.graphs import DATA, GRAPHS

FLOAT32 = 1
"""The accuracy level of MatMulNBits that accumulates in float32."""


def main() -> None:
    """Make and keep both graphs."""
    with TemporaryDirectory() as scratch:
        source = Path(scratch, "source")
        write_folder(source)
        for precision, name in GRAPHS.items():
            made = Path(scratch, precision)
            options: list[str | Path] = [
                "-i",
                source,
                "-o",
                made,
                "-p",
                precision,
                "-e",
                "cpu",
                "-c",
                Path(scratch, "cache"),
            ]
            builder = [sys.executable, "-m", "onnxruntime_genai.models.builder", *options]
            subprocess.run([*builder, "--extra_options", "include_hidden_states=true"], check=True)
            graph = onnx.load(made / "model.onnx", load_external_data=False)
            for node in graph.graph.node:
                for attribute in node.attribute:
                    if node.op_type == "MatMulNBits" and attribute.name == "accuracy_level":
                        attribute.i = FLOAT32
            where = {
                entry.value
                for tensor in graph.graph.initializer
                for entry in tensor.external_data
                if entry.key == "location"
            }
            if where != {DATA}:
                raise SystemExit(f"the builder wrote the weights to {where}")
            (KEPT / name).write_bytes(graph.SerializeToString(deterministic=True))
            shutil.copyfile(made / "genai_config.json", KEPT / "genai_config.json")


if __name__ == "__main__":
    main()
