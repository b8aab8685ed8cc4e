"""Engines run models: bytes in, an answer and the tensors that prove it out."""

from nesa.engines._api import Engine, EngineConfig, Model, Outcome, Output, RunsAgain, Tensor
from nesa.engines._cancel import cancelled_by
from nesa.engines._check_input import check_input
from nesa.engines._embedding import read_embedding
from nesa.engines._files import WITH_PAST
from nesa.engines._image import prepare_image, read_png
from nesa.engines._int8 import Scores, encode_features, encode_values, read_scores
from nesa.engines._label import Label, parse_label, to_ppm
from nesa.engines._language import MARGINS
from nesa.engines._load import load_model
from nesa.engines._onnx import OnnxEngine
from nesa.engines._options import OptionValue, encode_options
from nesa.engines._text import TextModel

__all__ = [
    "MARGINS",
    "WITH_PAST",
    "Engine",
    "EngineConfig",
    "Label",
    "Model",
    "OnnxEngine",
    "OptionValue",
    "Outcome",
    "Output",
    "RunsAgain",
    "Scores",
    "Tensor",
    "TextModel",
    "cancelled_by",
    "check_input",
    "encode_features",
    "encode_options",
    "encode_values",
    "load_model",
    "parse_label",
    "prepare_image",
    "read_embedding",
    "read_png",
    "read_scores",
    "to_ppm",
]
