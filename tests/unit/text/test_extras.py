"""Without the extra for text everything else works, and language models say what is missing."""

import subprocess
import sys

_WITHOUT = """
import sys
for name in ("tokenizers", "jinja2", "onnxruntime_genai"):
    sys.modules[name] = None
import nesa.cli, nesa.client, nesa.engines, nesa.miner, nesa.text
from nesa.errors import NesaError
for make in (lambda: nesa.text.Tokenizer(b"{}"), lambda: nesa.text.ChatTemplate("", {})):
    try:
        make()
    except NesaError as error:
        print(error)
"""


def test_text_is_an_extra() -> None:
    done = subprocess.run([sys.executable, "-c", _WITHOUT], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines() == [
        "language models need this package's extra 'text'",
        "chat templates need this package's extra 'text'",
    ]
