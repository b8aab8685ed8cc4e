"""Models: manifests, the store that holds their files, and safe ways to get them there."""

from nesa.models._addresses import guarded_transport, public_addresses
from nesa.models._embedding import EmbeddingOutput, SentenceInput
from nesa.models._fetch import fetch_files, fetch_manifest, fetch_model
from nesa.models._graph import parse_decoders, parse_graph
from nesa.models._http import download
from nesa.models._manifest import Engine, File, Hardware, Manifest
from nesa.models._policy import Policy, Progress, Report
from nesa.models._processing import (
    BytesInput,
    ImageInput,
    ImageOutput,
    Input,
    LabelOutput,
    Option,
    Output,
    WeightsOption,
)
from nesa.models._profile import NONE, Profile, read_profile
from nesa.models._store import Store
from nesa.models._tensor import Feature, TensorInput, TensorOutput, read_features
from nesa.models._text import GuidanceOption, SamplingOption, SourceInput, TextInput, TextOutput

__all__ = [
    "NONE",
    "BytesInput",
    "EmbeddingOutput",
    "Engine",
    "Feature",
    "File",
    "GuidanceOption",
    "Hardware",
    "ImageInput",
    "ImageOutput",
    "Input",
    "LabelOutput",
    "Manifest",
    "Option",
    "Output",
    "Policy",
    "Profile",
    "Progress",
    "Report",
    "SamplingOption",
    "SentenceInput",
    "SourceInput",
    "Store",
    "TensorInput",
    "TensorOutput",
    "TextInput",
    "TextOutput",
    "WeightsOption",
    "download",
    "fetch_files",
    "fetch_manifest",
    "fetch_model",
    "guarded_transport",
    "parse_decoders",
    "parse_graph",
    "public_addresses",
    "read_features",
    "read_profile",
]
